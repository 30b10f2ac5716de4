"""What the interface says about submissions of notices."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.gewerbe.folgen import RUECKNAHMEART
from app.gewerbe.service import Anzeigenstand, Einreichungsstand, Kammereingang
from app.mandanten.zustaendig import stelle
from app.versand.service import Sendungsstand, Zustand
from xoev.zeichensatz import pruefe_text

Anzeigenzustand = Literal["in_pruefung", "bescheinigt", "zurueckgewiesen", "zurueckgezogen", "widerrufen"]
Gesamtzustand = Literal[
    "in_pruefung",
    "bescheinigt",
    "zurueckgewiesen",
    "zurueckgezogen",
    "widerrufen",
    "teilweise_zurueckgewiesen",
    "teilweise_widerrufen",
]
Anlass = Literal["anzeige", "berichtigung", "ruecknahme"]

_ZUSTAND: dict[str, Anzeigenzustand] = {
    "in_pruefung": "in_pruefung",
    "erledigt": "bescheinigt",
    "zurueckgewiesen": "zurueckgewiesen",
    "zurueckgezogen": "zurueckgezogen",
}


def _zeichen(wert: str) -> str:
    if pruefe_text(wert.replace("\n", " ")):
        raise ValueError("Erlaubt sind die Zeichen der DIN 91379.")
    return wert


@dataclass(slots=True)
class Empfaengerzeile:
    """One body that receives the notice, and how far its message has come."""

    id: Annotated[UUID, Field(description="Of the delivery, as the receiver's mailbox shows it")]
    buendel: Annotated[
        UUID | None,
        Field(
            description="Of the delivery in the mailbox whose message carries this one together with others"
        ),
    ]
    stelle: Annotated[str, Field(description="Key of the body")]
    art: Annotated[str, Field(description="Kind of body in the law table, e.g. ihk")]
    name: str
    anlass: Annotated[
        Anlass,
        Field(
            description="anzeige: its first message; berichtigung: a corrected version of what it had; "
            "ruecknahme: what it had is taken back"
        ),
    ]
    grundlage: Annotated[str, Field(description="The provision that has the body told")]
    zustand: Zustand
    mensch_noetig: bool
    erstellt_am: datetime
    bereitgestellt_am: datetime | None
    abgeholt_am: datetime | None
    angenommen_am: datetime | None
    abgelehnt_am: datetime | None
    angehalten_am: Annotated[
        datetime | None,
        Field(description="Stopped before it left: a correction or withdrawal was quicker"),
    ]
    aufgegeben_am: datetime | None
    ablehnungsgrund: str | None

    @classmethod
    def aus(cls, sendung: Sendungsstand) -> "Empfaengerzeile":
        """The line of one delivery."""
        return cls(
            id=sendung.id,
            buendel=sendung.buendel_id,
            stelle=sendung.stelle,
            art=sendung.stellenart,
            name=stelle(sendung.stelle).name,
            anlass=_anlass(sendung),
            grundlage=sendung.grundlage["paragraph"],
            zustand=sendung.zustand,
            mensch_noetig=sendung.mensch_noetig,
            erstellt_am=sendung.erstellt_am,
            bereitgestellt_am=sendung.bereitgestellt_am,
            abgeholt_am=sendung.abgeholt_am,
            angenommen_am=sendung.angenommen_am,
            abgelehnt_am=sendung.abgelehnt_am,
            angehalten_am=sendung.angehalten_am,
            aufgegeben_am=sendung.aufgegeben_am,
            ablehnungsgrund=sendung.ablehnungsgrund,
        )

    def bei_eingang(self) -> "Empfaengerzeile":
        """The line as it was when nothing had been sent yet."""
        return replace(
            self,
            zustand="wartet",
            mensch_noetig=False,
            bereitgestellt_am=None,
            abgeholt_am=None,
            angenommen_am=None,
            abgelehnt_am=None,
            angehalten_am=None,
            buendel=None,
            aufgegeben_am=None,
            ablehnungsgrund=None,
        )


class BescheinigungAntwort(BaseModel):
    """The certificate of receipt (§ 15 Abs. 1 GewO)."""

    ausgestellt_am: datetime
    automatisch: bool
    pruefcode: str
    pdf: str | None = Field(description="Path of the PDF; null until it has been rendered")


class AnzeigeAntwort(BaseModel):
    """One notice of a submission."""

    id: UUID
    fassung: int = Field(description="1: as submitted; each correction has the next number")
    form: Literal["A1", "A2", "A3"]
    uuid: UUID
    gewerbebetrieb_id: UUID
    vorgang_id: UUID
    aktenzeichen: str
    zustand: Anzeigenzustand
    entscheidung: str | None = Field(description="Reason, where the notice has been rejected or withdrawn")
    widerrufen_am: datetime | None
    befunde: list[dict[str, Any]] = Field(description="Warnings and hints that were found when it came in")
    bescheinigung: BescheinigungAntwort | None
    empfaenger: list[Empfaengerzeile]

    @classmethod
    def aus(cls, stand: Anzeigenstand, pfad: str) -> "AnzeigeAntwort":
        """The notice as it stands; `pfad` is that of its submission."""
        zeile, schein = stand.zeile, stand.bescheinigung
        bescheinigung = schein and BescheinigungAntwort(
            ausgestellt_am=schein.ausgestellt_am,
            automatisch=schein.automatisch,
            pruefcode=schein.pruefcode,
            pdf=f"{pfad}/bescheinigungen/{zeile.id}" if schein.dokument_id else None,
        )
        return cls(
            id=stand.id,
            fassung=zeile.fassung,
            form=zeile.form,
            uuid=zeile.uuid,
            gewerbebetrieb_id=zeile.gewerbebetrieb_id,
            vorgang_id=zeile.vorgang_id,
            aktenzeichen=stand.fall.aktenzeichen,
            zustand="widerrufen" if stand.widerruf else _ZUSTAND[stand.fall.zustand],
            entscheidung=stand.widerruf.grund if stand.widerruf else stand.fall.entscheidung,
            widerrufen_am=stand.widerruf.widerrufen_am if stand.widerruf else None,
            befunde=[dict(befund) for befund in stand.fall.befunde],
            bescheinigung=bescheinigung,
            empfaenger=[Empfaengerzeile.aus(sendung) for sendung in stand.sendungen],
        )

    @classmethod
    def des_falls(cls, stand: Einreichungsstand, vorgang_id: UUID, pfad: str) -> "AnzeigeAntwort":
        """The notice of this case; `pfad` is that of all submissions."""
        anzeige = next(anzeige for anzeige in stand.anzeigen if anzeige.fall.id == vorgang_id)
        return cls.aus(anzeige, f"{pfad}/{stand.eingang.id}")

    def bei_eingang(self) -> "AnzeigeAntwort":
        """The notice as it stood when it came in: the first answer, however late it is repeated."""
        schein = self.bescheinigung
        if schein is None or not schein.automatisch:
            return self.model_copy(
                update={
                    "zustand": "in_pruefung",
                    "entscheidung": None,
                    "bescheinigung": None,
                    "empfaenger": [],
                }
            )
        return self.model_copy(
            update={
                "bescheinigung": schein.model_copy(update={"pdf": None}),
                "empfaenger": [zeile.bei_eingang() for zeile in self.empfaenger],
            }
        )


class KammereingangAntwort(BaseModel):
    """The chamber that has taken the submission in for the founder."""

    stelle: str = Field(description="Key of the body")
    name: str
    eingegangen_am: date = Field(description="Day at the chamber: it keeps the founder's deadlines")


class Vertretene(BaseModel):
    """For whom the person acted."""

    model_config = ConfigDict(extra="ignore")

    art: Literal["person", "organisation"]
    name: str


class EinreichungAntwort(BaseModel):
    """One submission with its notices."""

    id: UUID
    eingangsnummer: str
    gemeinde: str
    eingegangen_am: datetime
    kanal: Literal["api-json", "api-xml", "konto", "kammer"]
    kammereingang: KammereingangAntwort | None
    vertreten: Vertretene | None = Field(description="Null: the person acted for herself")
    zustand: Gesamtzustand
    anzeigen: list[AnzeigeAntwort]
    empfaenger: list[Empfaengerzeile] = Field(description="The lines of all notices in one list")

    @classmethod
    def aus(cls, stand: Einreichungsstand, pfad: str, *, bei_eingang: bool = False) -> "EinreichungAntwort":
        """The submission as it stands, or as it stood when it came in."""
        anzeigen = [AnzeigeAntwort.aus(anzeige, pfad) for anzeige in stand.anzeigen]
        if bei_eingang:
            anzeigen = [anzeige.bei_eingang() for anzeige in anzeigen]
        return cls(
            id=stand.eingang.id,
            eingangsnummer=stand.eingang.eingangsnummer,
            gemeinde=stand.eingang.ags,
            eingegangen_am=stand.eingang.eingegangen_am,
            kanal=stand.eingang.kanal,
            kammereingang=_kammereingang(stand.eingang.kammereingang),
            vertreten=Vertretene.model_validate(stand.eingang.vertreten) if stand.eingang.vertreten else None,
            zustand=_gesamt({anzeige.zustand for anzeige in anzeigen}),
            anzeigen=anzeigen,
            empfaenger=[zeile for anzeige in anzeigen for zeile in anzeige.empfaenger],
        )


def _kammereingang(eingang: Kammereingang | None) -> KammereingangAntwort | None:
    if eingang is None:
        return None
    name = stelle(eingang.kammer).name
    return KammereingangAntwort(stelle=eingang.kammer, name=name, eingegangen_am=eingang.eingegangen_am)


def _gesamt(zustaende: set[Anzeigenzustand]) -> Gesamtzustand:
    if "in_pruefung" in zustaende:
        return "in_pruefung"
    if len(zustaende) == 1:
        return next(iter(zustaende))
    return "teilweise_zurueckgewiesen" if "zurueckgewiesen" in zustaende else "teilweise_widerrufen"


def _anlass(sendung: Sendungsstand) -> Anlass:
    if sendung.art == RUECKNAHMEART:
        return "ruecknahme"
    return "berichtigung" if sendung.grundlage.get("korrektur") else "anzeige"


class Widerrufseingabe(BaseModel):
    """Why a certified notice is withdrawn, as the applicant will read it; the bodies are not told."""

    model_config = ConfigDict(extra="forbid")

    grund: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
        AfterValidator(_zeichen),
    ]
