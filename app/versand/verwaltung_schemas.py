"""Receivers and deliveries as those see them over HTTP who run the system."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.mandanten.zustaendig import UnbekannteStelle, stelle
from app.versand.empfaenger import OFFEN_HOECHSTENS
from app.versand.verwaltung import Auswahl, Empfaengerstand, Filter, Gesundheit, Uebersicht, gesundheit
from app.versand.zustand import Zustand

_JAHR = re.compile(r"\d{4}-")


def _zeitpunkt_erwartet() -> PydanticCustomError:
    return PydanticCustomError(
        "zeitpunkt",
        "Erwartet wird ein Zeitpunkt (JJJJ-MM-TTThh:mm:ssZ).",
        {"en": "A point in time is expected (YYYY-MM-DDThh:mm:ssZ)."},
    )


def _kein_zaehler(wert: Any) -> Any:
    # pydantic would take a bare number for seconds since 1970.
    if wert is not None and not (isinstance(wert, str) and _JAHR.match(wert)):
        raise _zeitpunkt_erwartet()
    return wert


def _in_utc(wert: datetime) -> datetime:
    try:
        return wert.astimezone(UTC)
    except OverflowError:
        raise _zeitpunkt_erwartet() from None


Zeitpunkt = Annotated[AwareDatetime, AfterValidator(_in_utc), BeforeValidator(_kein_zaehler)]
"""A point in time as RFC 3339 writes it; in UTC."""
STELLENSCHLUESSEL = r"^[!-~]+$"


class EmpfaengerAntwort(BaseModel):
    """How a body is reached and how well that works."""

    stelle: str = Field(description="Key of the body")
    name: str
    kanal: str
    gesundheit: Gesundheit
    letzter_erfolg_am: datetime | None
    letzter_fehlschlag_am: datetime | None
    letzter_fehler: str | None = Field(description="Code and sentence of the last fault")
    fehler_in_folge: int
    pausiert_bis: datetime | None = Field(description="Afterwards one delivery tries alone")
    offen: int = Field(description=f"Deliveries still to be done, counted up to {OFFEN_HOECHSTENS}")
    mehr_offen: bool = Field(description="There are more than `offen`")
    aelteste_offene_am: datetime | None

    @classmethod
    def aus(cls, stand: Empfaengerstand) -> Self:
        """The body with its name."""
        try:
            name = stelle(stand.stelle).name
        except UnbekannteStelle:
            name = stand.stelle
        return cls(
            stelle=stand.stelle,
            name=name,
            kanal=stand.kanal,
            gesundheit=gesundheit(stand),
            letzter_erfolg_am=stand.letzter_erfolg_am,
            letzter_fehlschlag_am=stand.letzter_fehlschlag_am,
            letzter_fehler=stand.letzter_fehler,
            fehler_in_folge=stand.fehler_in_folge,
            pausiert_bis=stand.pausiert_bis,
            offen=stand.offen,
            mehr_offen=stand.offen >= OFFEN_HOECHSTENS,
            aelteste_offene_am=stand.aelteste_offene_am,
        )


class EmpfaengerlisteAntwort(BaseModel):
    """Every body that has been set up, has got something or is going to."""

    empfaenger: list[EmpfaengerAntwort]


class ZustellungAntwort(BaseModel):
    """One delivery, without its content."""

    id: UUID
    ags: str
    vorgang_id: UUID
    art: str
    stelle: str
    kanal: str
    zustand: Zustand
    erstellt_am: datetime
    naechster_versuch_am: datetime | None
    aufgegeben_am: datetime | None
    versuche: int
    letzter_fehler: str | None = Field(description="Code and sentence of the last fault, in German")

    @classmethod
    def aus(cls, zeile: Uebersicht) -> Self:
        """The same."""
        return cls(**{name: getattr(zeile, name) for name in cls.model_fields})


class ZustellungenAntwort(BaseModel):
    """A page of deliveries."""

    sendungen: list[ZustellungAntwort]
    naechste: UUID | None = Field(description="Value of `nach` for the next page; null: this was the last")


class WiederholungEingabe(BaseModel):
    """Which deliveries are to be sent again."""

    model_config = ConfigDict(extra="forbid")

    auswahl: Auswahl = Field("aufgegeben", description="Given up, still waiting, or taken by the receiver")
    stelle: str | None = Field(
        None, max_length=200, pattern=STELLENSCHLUESSEL, description="Key of the body; null: all"
    )
    von: Zeitpunkt | None = Field(None, description="Made at this time or later")
    bis: Zeitpunkt | None = Field(None, description="Made before this time")
    anzahl: int = Field(1000, ge=1, le=10_000, description="At most so many, the oldest first")

    def filter(self) -> Filter:
        """As the verbs take it."""
        return Filter(auswahl=self.auswahl, stelle=self.stelle, von=self.von, bis=self.bis)


class WiederholungAntwort(BaseModel):
    """How many deliveries are under way again."""

    anzahl: int
