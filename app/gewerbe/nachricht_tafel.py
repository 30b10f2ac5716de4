"""Where each part of a notice stands in a message: one table, read from left to write, from right to read.

Names and order: xoev/xgewerbeanzeige/schema/gemeinsam.xsd (which marks what is inferred).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from app.gewerbe.feld import Form
from app.gewerbe.nachricht_taetigkeiten import WEITERE
from app.gewerbe.nachricht_werte import GEBURTSDATUM, JANEIN, STATUS, TEXT, ZAHL, Art, code

SATZART: Final[dict[Form, str]] = {"A1": "anmeldung", "A2": "ummeldung", "A3": "abmeldung"}
FORM_VON: Final[dict[str, Form]] = {satzart: form for form, satzart in SATZART.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Knoten:
    """One element: its name, the path of its value in the notice, its kind or its children.

    `pfad` is relative to the notice's part the parent stands for, with dots; "" is that part itself. Each is
    equal to itself alone.
    """

    element: str
    pfad: str
    art: Art | None = None
    kinder: "tuple[Knoten, ...]" = ()
    mehrfach: bool = False


def _gruppe(element: str, pfad: str, *kinder: Knoten, mehrfach: bool = False) -> Knoten:
    return Knoten(element, pfad, kinder=kinder, mehrfach=mehrfach)


def _erreichbarkeit(pfad: str = "erreichbarkeit") -> Knoten:
    return _gruppe(
        "erreichbarkeit",
        pfad,
        Knoten("kanal", "kanal", code("kanal")),
        Knoten("kennung", "kennung", TEXT),
        mehrfach=True,
    )


def _anschrift(pfad: str = "anschrift") -> Knoten:
    return _gruppe(
        "anschrift",
        pfad,
        Knoten("strasse", "strasse", TEXT),
        Knoten("strassenschluessel", "strassenschluessel", TEXT),
        Knoten("hausNrVon", "hausnummer", TEXT),
        Knoten("hausNrBis", "hausnummer_bis", TEXT),
        Knoten("anschriftZusatz", "zusatz", TEXT),
        Knoten("ort", "ort", TEXT),
        Knoten("ortsteil", "ortsteil", TEXT),
        Knoten("plz", "plz", TEXT),
        Knoten("nationSchluessel", "nation", code(version="2")),
    )


def _register(pfad: str) -> tuple[Knoten, ...]:
    return (
        Knoten("eintragungNr", f"{pfad}.nummer", TEXT),
        Knoten("eintragungOrt", f"{pfad}.ort", TEXT),
        Knoten("eintragungPLZ", f"{pfad}.plz", TEXT),
        Knoten("eintragungArt", f"{pfad}.art", code("registerart")),
        Knoten("gerichtSchluessel", f"{pfad}.gericht", code(version="5")),
    )


_BETRIEB: Final = _gruppe(
    "betrieb",
    "betrieb",
    Knoten("geschaeftsbezeichnung", "geschaeftsbezeichnung", TEXT),
    Knoten("eingetragenerName", "eingetragener_name", TEXT),
    Knoten("weitererGesellschafter", "weitere_gesellschafter", TEXT, mehrfach=True),
    *_register("registereintrag"),
    Knoten("rechtsformSchluessel", "rechtsform", code()),
)
_FIRMA: Final = _gruppe(
    "beteiligteFirma",
    "betrieb.geschaeftsfuehrende_firma",
    _gruppe(
        "betrieb",
        "",
        Knoten("eingetragenerName", "name", TEXT),
        *_register("registereintrag"),
        Knoten("rechtsformSchluessel", "rechtsform", code()),
    ),
)
_BETRIEBSART: Final = _gruppe(
    "betriebArt",
    "betriebsart",
    *(Knoten(wort, wort, JANEIN) for wort in ("industrie", "handwerk", "handel", "sonstiges")),
)
_ERLAUBNIS: Final = _gruppe(
    "erlaubnis",
    "erlaubnis",
    Knoten("status", "vorhanden", STATUS),
    Knoten("ausgestelltAm", "ausgestellt_am", TEXT),
    Knoten("ausgestelltVonName", "behoerde", TEXT),
)
_HANDWERKSKARTE: Final = _gruppe(
    "handwerkskarte",
    "handwerkskarte",
    Knoten("status", "vorhanden", STATUS),
    Knoten("ausgestelltAm", "ausgestellt_am", TEXT),
    Knoten("ausgestelltVonPLZ", "plz", TEXT),
    Knoten("ausgestelltVonOrt", "ort", TEXT),
    Knoten("ausgestelltVonSchluessel", "hwk", code()),
)
_AUFENTHALTSTITEL: Final = _gruppe(
    "aufenthaltstitel",
    "aufenthaltstitel",
    Knoten("status", "vorhanden", STATUS),
    Knoten("ausgestelltAm", "ausgestellt_am", TEXT),
    Knoten("ausgestelltVonName", "behoerde", TEXT),
    Knoten("ausgestelltVonPLZ", "plz", TEXT),
    Knoten("ausgestelltVonOrt", "ort", TEXT),
    _gruppe("auflage", "auflage", Knoten("status", "vorhanden", STATUS), Knoten("text", "text", TEXT)),
)
_VERTRETUNG: Final = _gruppe(
    "vertretungsberechtigtePerson",
    "vertretungsberechtigte_person",
    Knoten("familienname", "familienname", TEXT),
    Knoten("vorname", "vornamen", TEXT),
)
_UNFALLVERSICHERUNG: Final = _gruppe(
    "bisherigeUnfallversicherung",
    "unfallversicherung",
    Knoten("traeger", "traeger", code()),
    Knoten("traegerName", "traeger_name", TEXT),
    Knoten("mitgliedsnummer", "mitgliedsnummer", TEXT),
    Knoten("nichtBekannt", "nicht_bekannt", JANEIN),
)
_SCHWERPUNKT: Final = (
    Knoten("taetigkeitSchwerpunkt", "beschreibung", TEXT),
    Knoten("taetigkeitSchluessel", "wz", TEXT),
    Knoten("stichwort", "stichwort", TEXT),
)


def _person(form: Form) -> Knoten:
    return _gruppe(
        "beteiligtePerson",
        "personen",
        Knoten("personFunktion", "funktion", code("funktion")),
        Knoten("doktorgrad", "doktorgrad", TEXT),
        Knoten("familienname", "familienname", TEXT),
        Knoten("vorname", "vornamen", TEXT),
        Knoten("geschlecht", "geschlecht", code("geschlecht", version="3")),
        Knoten("geburtsname", "geburtsname", TEXT),
        Knoten("geburtsdatum", "geburtsdatum", GEBURTSDATUM),
        Knoten("geburtsort", "geburtsort", TEXT),
        Knoten("geburtsland", "geburtsland", TEXT),
        _gruppe(
            "staatangehoerigkeiten",
            "",
            Knoten(
                "staatsangehoerigkeitSchluessel",
                "staatsangehoerigkeiten",
                code(version="2019-04-01"),
                mehrfach=True,
            ),
        ),
        _anschrift(),
        _erreichbarkeit(),
        *(() if form == "A3" else (_AUFENTHALTSTITEL,)),
        mehrfach=True,
    )


def _gewerbe(form: Form) -> Knoten:
    return _gruppe(
        "gewerbe",
        "",
        _BETRIEB,
        Knoten("anzahlBeteiligte", "betrieb.anzahl_beteiligte", ZAHL),
        Knoten("anzahlVollzeitBeschaeftigte", "beschaeftigte.vollzeit", ZAHL),
        Knoten("anzahlTeilzeitBeschaeftigte", "beschaeftigte.teilzeit", ZAHL),
        *(() if form == "A2" else (_BETRIEBSART,)),
        Knoten("niederlassungArt", "niederlassungsart", code("niederlassungsart")),
        Knoten("istReisegewerbe", "reisegewerbe", JANEIN),
        Knoten("automatenaufstellung", "automatenaufstellung", JANEIN),
        Knoten("istNebenerwerb", "nebenerwerb", JANEIN),
        *(() if form == "A3" else (_ERLAUBNIS, _HANDWERKSKARTE)),
        _anschrift("betriebsstaette.anschrift"),
        _erreichbarkeit("betriebsstaette.erreichbarkeit"),
        _gruppe("hauptniederlassung", "hauptniederlassung", _anschrift(), _erreichbarkeit()),
        _person(form),
        _VERTRETUNG,
        _FIRMA,
        Knoten("beteiligungOeffentlicheHand", "betrieb.oeffentliche_hand", code("oeffentliche_hand")),
    )


def _anderes_gewerbe(element: str, pfad: str, name: str | None) -> Knoten:
    return _gruppe(
        element,
        "",
        *((Knoten("nameFirmaGewerbetreibender", name, TEXT),) if name else ()),
        _anschrift(f"{pfad}.anschrift"),
        _erreichbarkeit(f"{pfad}.erreichbarkeit"),
        *(
            ()
            if element == "kuenftigesGewerbe"
            else (Knoten("gemeindeSchluessel", f"{pfad}.gemeinde", code()),)
        ),
    )


def _schluss(form: Form) -> tuple[Knoten, ...]:
    if form == "A1":
        return (
            _UNFALLVERSICHERUNG,
            _anderes_gewerbe("frueheresGewerbe", "fruehere_betriebsstaette", "frueherer_gewerbetreibender"),
            Knoten("grundAnmeldungSchluessel", "grund", code("grund_anmeldung")),
        )
    if form == "A2":
        return (
            _anderes_gewerbe("frueheresGewerbe", "fruehere_betriebsstaette", None),
            _gruppe(
                "gruendeUmmeldung",
                "",
                Knoten("grundUmmeldungSchluessel", "gruende", code("grund_ummeldung"), mehrfach=True),
                Knoten("sonstigeGruende", "sonstige_gruende", TEXT),
            ),
        )
    return (
        _anderes_gewerbe("kuenftigesGewerbe", "kuenftige_betriebsstaette", "kuenftiger_gewerbetreibender"),
        Knoten("grundAbmeldungSchluessel", "grund", code("grund_abmeldung")),
        Knoten("ursacheAbmeldungSchluessel", "ursache_schluessel", code()),
        Knoten("ursacheAbmeldungText", "ursachen", TEXT),
    )


@cache
def tafel(form: Form) -> tuple[Knoten, ...]:
    """All elements of a record below `satz/anmeldung|ummeldung|abmeldung` that stand for the notice."""
    neu = (Knoten("neuAusgeuebt", "neu_ausgeuebt", JANEIN),) if form == "A2" else ()
    return (
        Knoten("gemeindeSchluessel", "gemeinde", code(version="2019-05-31")),
        Knoten("gewerbebetriebID", "gewerbebetrieb_id", TEXT),
        Knoten("uuid", "uuid", TEXT),
        _gewerbe(form),
        Knoten("gueltigAb", {"A1": "beginn", "A2": "aenderung", "A3": "aufgabe"}[form], TEXT),
        Knoten("datumMeldung", "datum", TEXT),
        _gruppe(
            "taetigkeitenGesamt",
            "taetigkeit",
            _gruppe("schwerpunkt", "schwerpunkt", *_SCHWERPUNKT, *neu),
            Knoten("weitereTaetigkeiten", "weitere", WEITERE),
        ),
        *_schluss(form),
    )
