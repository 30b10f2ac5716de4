"""The business of a notice: name and register, activities, permits (fields 1 to 3, 12 to 13, 18 to 29)."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.gewerbe.codes import EINSTELLIG, ZWEISTELLIG, AusListe
from app.gewerbe.feld import Feld
from app.gewerbe.listen import rechtsformen
from app.gewerbe.person import Teil
from app.gewerbe.texte import Datum, Kurztext, Name, Text, Zeile
from app.gewerbe.wz import titel

Rechtsform = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{3}$"),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [
                *({"const": code, "title": name} for code, name in rechtsformen().items()),
                {"pattern": "^[0-9]{3}$", "title": "andere Rechtsform"},
            ],
        }
    ),
    Field(
        title="Rechtsform",
        description="dreistelliger Schlüssel: 180 nicht eingetragenes Einzelunternehmen, 350 GmbH, …",
        examples=["180"],
    ),
]
Wirtschaftszweig = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
Postleitzahl = Annotated[Kurztext, StringConstraints(max_length=15)]


def _nicht_leer(werte: Any) -> Any:
    """A part that says nothing would not survive the way through a message."""
    if isinstance(werte, dict) and all(wert is None for wert in werte.values()):
        raise PydanticCustomError("leer", "Hier fehlt jede Angabe.")
    return werte


class Register(Teil):
    """Entry in a public register (field 2)."""

    art: Annotated[
        Annotated[str, AusListe("registerart", "[A-Z][A-Za-z]{0,4}")] | None,
        Field(title="Art der Eintragung", examples=["B"]),
    ] = None
    gericht: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{4}[A-Z]?$")] | None,
        Field(title="Registergericht", examples=["R2809"]),
    ] = None
    nummer: Annotated[Kurztext | None, Field(title="Registernummer", examples=["12345"])] = None
    ort: Annotated[Zeile | None, Field(title="Ort des Registers", examples=["Paderborn"])] = None
    plz: Annotated[Postleitzahl | None, Field(title="Postleitzahl des Registers")] = None

    _angabe = model_validator(mode="before")(_nicht_leer)


class Firma(Teil):
    """The company that manages a partnership, such as the GmbH of a GmbH & Co. KG."""

    name: Annotated[Zeile, Feld(1), Field(title="Name der geschäftsführenden Firma")]
    rechtsform: Annotated[Rechtsform, Feld(1)]
    registereintrag: Annotated[Register | None, Feld(2), Field(title="Registereintrag der Firma")] = None


class Betrieb(Teil):
    """Name, legal form and register entry of the owner."""

    rechtsform: Annotated[Rechtsform, Feld(1, fim="F05000017511")]
    eingetragener_name: Annotated[
        Zeile | None, Feld(1, fim="F60000000319"), Field(title="Eingetragener Name")
    ] = None
    weitere_gesellschafter: Annotated[
        tuple[Zeile, ...],
        Feld(1),
        Field(max_length=50, title="Weitere Gesellschafterinnen und Gesellschafter (GbR)"),
    ] = ()
    geschaeftsfuehrende_firma: Annotated[Firma | None, Feld(1), Field(title="Geschäftsführende Firma")] = None
    registereintrag: Annotated[Register | None, Feld(2), Field(title="Registereintrag")] = None
    geschaeftsbezeichnung: Annotated[
        Zeile | None,
        Feld(3, fim="F60000000320"),
        Field(title="Geschäftsbezeichnung", examples=["Café am Dom"]),
    ] = None
    anzahl_beteiligte: Annotated[
        Annotated[StrictInt, Field(ge=0, le=9_999_999)] | None,
        Feld(12),
        Field(title="Zahl der geschäftsführenden Gesellschafter oder gesetzlichen Vertreter"),
    ] = None
    oeffentliche_hand: Annotated[
        Annotated[str, AusListe("oeffentliche_hand", EINSTELLIG)] | None,
        Feld(13, fim="F05000017462"),
        Field(title="Beteiligung der öffentlichen Hand", examples=["nein"]),
    ] = None


def _mit_stichwort(werte: Any) -> Any:
    """The keyword of a coded activity defaults to the title of the code."""
    if isinstance(werte, dict) and werte.get("wz") and not werte.get("stichwort"):
        vorgabe = titel(str(werte["wz"])) or werte.get("beschreibung")
        if isinstance(vorgabe, str):
            return werte | {"stichwort": vorgabe[:255]}
    return werte


class Schwerpunkt(Teil):
    """The main activity."""

    beschreibung: Annotated[
        Text, Field(title="Tätigkeit", examples=["Betrieb eines Cafés mit Kuchenverkauf"])
    ]
    wz: Annotated[
        Wirtschaftszweig, Field(title="Wirtschaftszweig", description="WZ 2008", examples=["56104"])
    ]
    stichwort: Annotated[
        Zeile,
        Field(title="Stichwort zum Wirtschaftszweig", description="Vorgabe: Titel des Schlüssels"),
    ] = ""

    _stichwort = model_validator(mode="before")(_mit_stichwort)


class WeitereTaetigkeit(Teil):
    """An activity beside the main one."""

    beschreibung: Annotated[
        Text,
        StringConstraints(pattern=r"^[^|]+$"),
        Field(title="Weitere Tätigkeit", description="ohne „|“, das in der Nachricht trennt"),
    ]
    wz: Annotated[Wirtschaftszweig | None, Field(title="Wirtschaftszweig", description="WZ 2008")] = None
    stichwort: Annotated[Zeile | None, Field(title="Stichwort zum Wirtschaftszweig")] = None

    _stichwort = model_validator(mode="before")(_mit_stichwort)

    @model_validator(mode="after")
    def _stichwort_nur_mit_wz(self) -> Self:
        if self.stichwort is not None and self.wz is None:
            raise PydanticCustomError("wz_fehlt", "Ein Stichwort braucht seinen Wirtschaftszweig (wz).")
        return self


NeuAusgeuebt = Annotated[
    StrictBool | None,
    Field(title="Neu ausgeübt?", description="ja: Feld 18, nein: Feld 19, ohne Angabe: beide"),
]


class SchwerpunktUmmeldung(Schwerpunkt):
    """The main activity after the change."""

    neu_ausgeuebt: NeuAusgeuebt = None


class WeitereTaetigkeitUmmeldung(WeitereTaetigkeit):
    """An activity beside the main one after the change."""

    neu_ausgeuebt: NeuAusgeuebt = None

    @model_validator(mode="after")
    def _neu_nur_mit_wz(self) -> Self:
        # The message holds uncoded activities as one joined text, which cannot say what is new.
        if self.neu_ausgeuebt is not None and self.wz is None:
            raise PydanticCustomError(
                "wz_fehlt", "Mit der Angabe „neu ausgeübt“ braucht die Tätigkeit ihren Wirtschaftszweig (wz)."
            )
        return self


def _ohne_doppelte(weitere: tuple[WeitereTaetigkeit, ...]) -> tuple[WeitereTaetigkeit, ...]:
    if len({taetigkeit.beschreibung for taetigkeit in weitere}) < len(weitere):
        raise PydanticCustomError("doppelt", "Eine weitere Tätigkeit ist zweimal angegeben.")
    return weitere


class Taetigkeit(Teil):
    """What the business does (GewA 1 and 3)."""

    schwerpunkt: Annotated[Schwerpunkt, Field(title="Schwerpunkt")]
    weitere: Annotated[tuple[WeitereTaetigkeit, ...], Field(max_length=30, title="Weitere Tätigkeiten")] = ()

    _einmal = field_validator("weitere")(_ohne_doppelte)


class TaetigkeitUmmeldung(Teil):
    """What the business does after the change (GewA 2)."""

    schwerpunkt: Annotated[SchwerpunktUmmeldung, Field(title="Schwerpunkt")]
    weitere: Annotated[
        tuple[WeitereTaetigkeitUmmeldung, ...], Field(max_length=30, title="Weitere Tätigkeiten")
    ] = ()

    _einmal = field_validator("weitere")(_ohne_doppelte)


class Betriebsart(Teil):
    """Kind of business; several may apply."""

    industrie: Annotated[StrictBool, Feld(A1=21, A3=21, fim="F05000017594"), Field(title="Industrie")]
    handwerk: Annotated[StrictBool, Feld(A1=21, A3=21, fim="F05000017593"), Field(title="Handwerk")]
    handel: Annotated[StrictBool, Feld(A1=21, A3=21, fim="F05000017592"), Field(title="Handel")]
    sonstiges: Annotated[StrictBool, Feld(A1=21, A3=21, fim="F05000017595"), Field(title="Sonstiges")]


Anzahl = Annotated[StrictInt, Field(ge=0, le=9_999_999)]


class Beschaeftigte(Teil):
    """Persons working in the business without the owner; none: both zero."""

    vollzeit: Annotated[Anzahl, Feld(22, fim="F05000017499"), Field(title="Vollzeit", examples=[0])]
    teilzeit: Annotated[Anzahl, Feld(22, fim="F05000017501"), Field(title="Teilzeit", examples=[1])]


class Unfallversicherung(Teil):
    """Previous statutory accident insurer (GewA 1, field 27)."""

    traeger: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None,
        Field(title="Schlüssel des bisherigen Unfallversicherungsträgers"),
    ] = None
    traeger_name: Annotated[Zeile | None, Field(title="Bisheriger Unfallversicherungsträger")] = None
    mitgliedsnummer: Annotated[Kurztext | None, Field(title="Bisherige Mitgliedsnummer")] = None
    nicht_bekannt: Annotated[StrictBool | None, Field(title="Nicht bekannt")] = None

    _angabe = model_validator(mode="before")(_nicht_leer)


class Erlaubnis(Teil):
    """Permit that the trade needs."""

    vorhanden: Annotated[StrictBool, Field(title="Erlaubnis liegt vor?")]
    ausgestellt_am: Annotated[
        Datum | None, Field(title="Ausstellungsdatum der Erlaubnis", examples=[date(2026, 3, 2)])
    ] = None
    behoerde: Annotated[Zeile | None, Field(title="Erteilende Behörde", examples=["Kreis Paderborn"])] = None


class Handwerkskarte(Teil):
    """Card of the crafts roll (Anlage A HwO)."""

    vorhanden: Annotated[StrictBool, Field(title="Handwerkskarte liegt vor?")]
    ausgestellt_am: Annotated[Datum | None, Field(title="Ausstellungsdatum der Handwerkskarte")] = None
    plz: Annotated[Postleitzahl | None, Field(title="Postleitzahl der Handwerkskammer")] = None
    ort: Annotated[Zeile | None, Field(title="Ort der Handwerkskammer")] = None
    hwk: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None,
        Field(title="Schlüssel der Handwerkskammer", examples=["00035"]),
    ] = None


FirmaOderName = Annotated[Name, Field(title="Name oder Firma")]
UrsacheSchluessel = Annotated[str, StringConstraints(pattern=f"^{ZWEISTELLIG}$")]
