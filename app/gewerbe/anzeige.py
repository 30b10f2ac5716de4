"""The Gewerbeanzeige: Anmeldung (GewA 1), Ummeldung (GewA 2), Abmeldung (GewA 3), § 14 GewO, GewAnzV.

One immutable model per form, with German field names as in the forms. What an office must have to work
on a notice at all is required; what the form demands beyond that is a matter of plausibilitaet.py.
"""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, StrictBool, TypeAdapter, model_validator

from app.gewerbe.betrieb import (
    Beschaeftigte,
    Betrieb,
    Betriebsart,
    Erlaubnis,
    FirmaOderName,
    Handwerkskarte,
    Taetigkeit,
    TaetigkeitUmmeldung,
    Unfallversicherung,
    UrsacheSchluessel,
)
from app.gewerbe.codes import ZWEISTELLIG, AusListe
from app.gewerbe.feld import FORMEN, Feld, Form
from app.gewerbe.person import (
    FruehereBetriebsstaette,
    Gemeindeschluessel,
    Niederlassung,
    Person,
    PersonOhneTitel,
    Teil,
    Vertretungsberechtigt,
)
from app.gewerbe.texte import Datum, Text

__all__ = [
    "FORMEN",
    "GEWERBEANZEIGE",
    "Abmeldung",
    "Anmeldung",
    "Form",
    "Gewerbeanzeige",
    "Ummeldung",
    "klasse_von",
]

HOECHSTZAHL_PERSONEN: Final = 200


class _Anzeige(Teil):
    """What all three forms ask."""

    gemeinde: Annotated[
        Gemeindeschluessel,
        Feld(),
        Field(
            title="Gemeindekennzahl der Gemeinde der Betriebsstätte",
            description="AGS, acht Stellen",
            examples=["05774032"],
        ),
    ]
    uuid: Annotated[UUID | None, Feld(), Field(title="Kennung dieser Anzeige")] = None
    gewerbebetrieb_id: Annotated[
        UUID | None,
        Feld(),
        Field(title="Kennung des Betriebs", description="bleibt über alle Anzeigen gleich"),
    ] = None
    betrieb: Annotated[Betrieb, Field(title="Angaben zum Betriebsinhaber")]
    vertretungsberechtigte_person: Annotated[
        Vertretungsberechtigt | None,
        Feld(14),
        Field(title="Vertretungsberechtigte Person oder Betriebsleitung"),
    ] = None
    betriebsstaette: Annotated[Niederlassung, Feld(15), Field(title="Betriebsstätte")]
    hauptniederlassung: Annotated[Niederlassung | None, Feld(16), Field(title="Hauptniederlassung")] = None
    beschaeftigte: Annotated[Beschaeftigte | None, Feld(22), Field(title="Tätige Personen")] = None
    niederlassungsart: Annotated[
        Annotated[str, AusListe("niederlassungsart", "[1-3]")] | None,
        Feld(23, fim="F05000017445"),
        Field(title="Art der Niederlassung", examples=["haupt"]),
    ] = None
    reisegewerbe: Annotated[StrictBool, Feld(24), Field(title="Reisegewerbe?")] = False
    automatenaufstellung: Annotated[
        StrictBool | None, Feld(24), Field(title="Aufstellung von Automaten?")
    ] = None


class Anmeldung(_Anzeige):
    """Gewerbe-Anmeldung, GewA 1 (§ 1 Satz 1 Nr. 1 GewAnzV)."""

    form: Annotated[Literal["A1"], Feld(), Field(title="Formular")] = "A1"
    personen: Annotated[tuple[Person, ...], Field(max_length=HOECHSTZAHL_PERSONEN, title="Personen")] = ()
    fruehere_betriebsstaette: Annotated[
        FruehereBetriebsstaette | None, Feld(17), Field(title="Frühere Betriebsstätte")
    ] = None
    taetigkeit: Annotated[Taetigkeit, Feld(18), Field(title="Angemeldete Tätigkeit")]
    nebenerwerb: Annotated[StrictBool, Feld(19), Field(title="Im Nebenerwerb?")] = False
    beginn: Annotated[Datum, Feld(20), Field(title="Beginn der Tätigkeit", examples=[date(2026, 12, 1)])]
    betriebsart: Annotated[Betriebsart | None, Feld(21), Field(title="Art des Betriebs")] = None
    grund: Annotated[
        Annotated[str, AusListe("grund_anmeldung", ZWEISTELLIG)] | None,
        Feld(25),
        Field(title="Grund der Neuerrichtung oder Übernahme", examples=["neugruendung"]),
    ] = None
    frueherer_gewerbetreibender: Annotated[
        FirmaOderName | None, Feld(26), Field(title="Früherer Gewerbetreibender oder frühere Firma")
    ] = None
    unfallversicherung: Annotated[
        Unfallversicherung | None, Feld(27), Field(title="Bisherige Unfallversicherung")
    ] = None
    erlaubnis: Annotated[Erlaubnis | None, Feld(28), Field(title="Erlaubnis")] = None
    handwerkskarte: Annotated[Handwerkskarte | None, Feld(29), Field(title="Handwerkskarte")] = None
    datum: Annotated[
        Datum | None, Feld(32), Field(title="Datum der Anzeige", examples=[date(2026, 11, 20)])
    ] = None


class Ummeldung(_Anzeige):
    """Gewerbe-Ummeldung, GewA 2 (§ 1 Satz 1 Nr. 2 GewAnzV)."""

    form: Annotated[Literal["A2"], Feld(), Field(title="Formular")] = "A2"
    personen: Annotated[tuple[Person, ...], Field(max_length=HOECHSTZAHL_PERSONEN, title="Personen")] = ()
    fruehere_betriebsstaette: Annotated[
        FruehereBetriebsstaette | None, Feld(17), Field(title="Frühere Betriebsstätte")
    ] = None
    taetigkeit: Annotated[TaetigkeitUmmeldung, Feld((18, 19)), Field(title="Tätigkeit nach der Änderung")]
    gruende: Annotated[
        tuple[Annotated[str, AusListe("grund_ummeldung", ZWEISTELLIG)], ...],
        Feld(20),
        Field(max_length=10, title="Gründe der Ummeldung", examples=[["namensaenderung"]]),
    ] = ()
    sonstige_gruende: Annotated[Text | None, Feld(20), Field(title="Sonstige Gründe")] = None
    nebenerwerb: Annotated[
        StrictBool, Feld(20), Field(title="Im Nebenerwerb?", description="freiwillige Angabe")
    ] = False
    aenderung: Annotated[Datum, Feld(21), Field(title="Datum der Änderung", examples=[date(2026, 12, 1)])]
    erlaubnis: Annotated[Erlaubnis | None, Feld(25), Field(title="Erlaubnis")] = None
    handwerkskarte: Annotated[Handwerkskarte | None, Feld(26), Field(title="Handwerkskarte")] = None
    datum: Annotated[
        Datum | None, Feld(29), Field(title="Datum der Anzeige", examples=[date(2026, 11, 20)])
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _grund_zum_text(cls, werte: Any) -> Any:
        """The message knows free reasons only beside a code."""
        if isinstance(werte, dict) and werte.get("sonstige_gruende") and not werte.get("gruende"):
            return werte | {"gruende": ["sonstiger_grund"]}
        return werte


class Abmeldung(_Anzeige):
    """Gewerbe-Abmeldung, GewA 3 (§ 1 Satz 1 Nr. 3 GewAnzV)."""

    form: Annotated[Literal["A3"], Feld(), Field(title="Formular")] = "A3"
    personen: Annotated[
        tuple[PersonOhneTitel, ...], Field(max_length=HOECHSTZAHL_PERSONEN, title="Personen")
    ] = ()
    kuenftige_betriebsstaette: Annotated[
        Niederlassung | None, Feld(17), Field(title="Künftige Betriebsstätte")
    ] = None
    taetigkeit: Annotated[Taetigkeit, Feld(18), Field(title="Abgemeldete Tätigkeit")]
    nebenerwerb: Annotated[
        StrictBool, Feld(19, fim="F05000017450"), Field(title="Zuletzt im Nebenerwerb?")
    ] = False
    aufgabe: Annotated[
        Datum,
        Feld(20, fim="F05000017451"),
        Field(title="Datum der Betriebsaufgabe", examples=[date(2026, 10, 31)]),
    ]
    betriebsart: Annotated[Betriebsart | None, Feld(21), Field(title="Art des Betriebs")] = None
    grund: Annotated[
        Annotated[str, AusListe("grund_abmeldung", ZWEISTELLIG)] | None,
        Feld((25, 26), fim="F05000017437"),
        Field(title="Grund der Aufgabe oder Übergabe", examples=["vollstaendige_aufgabe"]),
    ] = None
    kuenftiger_gewerbetreibender: Annotated[
        FirmaOderName | None, Feld(27), Field(title="Künftiger Gewerbetreibender oder künftige Firma")
    ] = None
    ursache_schluessel: Annotated[
        UrsacheSchluessel | None, Feld(28), Field(title="Schlüssel der Ursache der Aufgabe")
    ] = None
    ursachen: Annotated[
        Text | None, Feld(28, fim="F05000017438"), Field(title="Gründe der Betriebsaufgabe")
    ] = None
    datum: Annotated[
        Datum | None, Feld(29), Field(title="Datum der Anzeige", examples=[date(2026, 11, 20)])
    ] = None


Gewerbeanzeige = Annotated[Anmeldung | Ummeldung | Abmeldung, Field(discriminator="form")]
GEWERBEANZEIGE: Final[TypeAdapter[Any]] = TypeAdapter(Gewerbeanzeige)


def klasse_von(form: Form) -> type[Anmeldung] | type[Ummeldung] | type[Abmeldung]:
    """The model class of a form."""
    klassen: dict[Form, type[Anmeldung] | type[Ummeldung] | type[Abmeldung]] = {
        "A1": Anmeldung,
        "A2": Ummeldung,
        "A3": Abmeldung,
    }
    return klassen[form]
