"""Hypothesis strategies: complete notices of all forms, all branches, all characters of DIN 91379.

Complete means: the full record (message type 0300) takes them; plausible they need not be.
"""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app.gewerbe.anzeige import GEWERBEANZEIGE, Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.codes import codeworte
from app.gewerbe.feld import Form
from app.gewerbe.texte import glaetten
from xoev.zeichensatz import din91379_zeichen

Anzeige = Anmeldung | Ummeldung | Abmeldung
ZEICHEN = tuple(din91379_zeichen())
_tage = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
_janein = st.booleans()


def texte(hoechstens: int = 30, ohne: str = "") -> SearchStrategy[str]:
    """Texts as a notice holds them, over the whole repertoire."""
    zeichen = st.sampled_from([z for z in ZEICHEN if z not in ohne] if ohne else ZEICHEN)
    roh = st.lists(zeichen, min_size=1, max_size=hoechstens // 3).map("".join).map(glaetten)
    return roh.filter(lambda text: 0 < len(text) <= hoechstens)


def ziffern(anzahl: int) -> SearchStrategy[str]:
    return st.text("0123456789", min_size=anzahl, max_size=anzahl)


def worte(liste: str) -> SearchStrategy[str]:
    return st.sampled_from(sorted(codeworte(liste)))


def worte_oder_code(liste: str) -> SearchStrategy[str]:
    """Words, and two-digit codes that have none."""
    return worte(liste) | st.sampled_from(["77", "98"])


def teil(
    pflicht: dict[str, SearchStrategy[Any]], wahl: dict[str, SearchStrategy[Any]]
) -> SearchStrategy[dict[str, Any]]:
    """A JSON object with all of `pflicht` and any of `wahl`."""
    ergebnis: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(pflicht, optional=wahl)
    return ergebnis


def anschriften() -> SearchStrategy[dict[str, Any]]:
    wahl = {
        "strassenschluessel": ziffern(10),
        "hausnummer_bis": texte(),
        "zusatz": texte(),
        "ortsteil": texte(),
    }
    inland = teil({"strasse": texte(), "hausnummer": texte(), "ort": texte(), "plz": ziffern(5)}, wahl)
    ausland = teil(
        {"strasse": texte(), "ort": texte(), "nation": st.sampled_from(["152", "826", "792"])},
        {**wahl, "hausnummer": texte(), "plz": texte(15)},
    )
    return inland | ausland


def erreichbarkeit() -> SearchStrategy[list[dict[str, Any]]]:
    weg = st.fixed_dictionaries({"kanal": worte_oder_code("kanal"), "kennung": texte()})
    return st.lists(weg, max_size=3)


def niederlassungen(*, frueher: bool = False) -> SearchStrategy[dict[str, Any]]:
    gemeinde = {"gemeinde": ziffern(8)} if frueher else {}
    return teil({"anschrift": anschriften()}, {"erreichbarkeit": erreichbarkeit(), **gemeinde})


def _titel() -> SearchStrategy[dict[str, Any]]:
    auflage = teil({"vorhanden": _janein}, {"text": texte(100)})
    return teil(
        {"vorhanden": _janein},
        {"ausgestellt_am": _tage, "behoerde": texte(), "plz": texte(15), "ort": texte(), "auflage": auflage},
    )


def personen(form: Form) -> SearchStrategy[dict[str, Any]]:
    return teil(
        {
            "funktion": worte("funktion") | st.just("9"),
            "familienname": texte(),
            "vornamen": texte(),
            "geschlecht": worte("geschlecht") | st.just("9"),
            "geburtsdatum": _tage,
            "geburtsort": texte(),
            "geburtsland": texte(),
            "staatsangehoerigkeiten": st.lists(ziffern(3), min_size=1, max_size=3),
            "anschrift": anschriften(),
        },
        {
            "doktorgrad": texte(),
            "geburtsname": texte(),
            "erreichbarkeit": erreichbarkeit(),
            **({} if form == "A3" else {"aufenthaltstitel": _titel()}),
        },
    )


def _register() -> SearchStrategy[dict[str, Any]]:
    gericht = st.sampled_from(["G1103", "R2809", "D2102V"])
    return teil(
        {"art": worte("registerart")},
        {"gericht": gericht, "nummer": texte(), "ort": texte(), "plz": texte(15)},
    )


def betriebe() -> SearchStrategy[dict[str, Any]]:
    firma = teil({"name": texte(), "rechtsform": ziffern(3)}, {"registereintrag": _register()})
    return teil(
        {"rechtsform": st.sampled_from(["170", "180", "230", "270", "310", "350", "590", "999"])},
        {
            "eingetragener_name": texte(),
            "weitere_gesellschafter": st.lists(texte(), max_size=3),
            "geschaeftsfuehrende_firma": firma,
            "registereintrag": _register(),
            "geschaeftsbezeichnung": texte(),
            "anzahl_beteiligte": st.integers(1, 99_999),
            "oeffentliche_hand": worte("oeffentliche_hand") | st.just("9"),
        },
    )


def taetigkeiten(form: Form) -> SearchStrategy[dict[str, Any]]:
    neu = {"neu_ausgeuebt": _janein} if form == "A2" else {}
    wz = st.sampled_from(["56104", "96021", "47621", "99999"])
    ohne_wz = st.fixed_dictionaries({"beschreibung": texte(60, ohne="|")})
    mit_wz = teil({"beschreibung": texte(60, ohne="|"), "wz": wz}, {"stichwort": texte(), **neu})
    return teil(
        {"schwerpunkt": teil({"beschreibung": texte(300), "wz": wz}, {"stichwort": texte(), **neu})},
        {
            "weitere": st.lists(
                ohne_wz | mit_wz, max_size=4, unique_by=lambda eintrag: eintrag["beschreibung"]
            )
        },
    )


def _betriebsart() -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(("industrie", "handwerk", "handel", "sonstiges"), _janein))


def _nachweise() -> dict[str, SearchStrategy[Any]]:
    return {
        "erlaubnis": teil({"vorhanden": _janein}, {"ausgestellt_am": _tage, "behoerde": texte()}),
        "handwerkskarte": teil(
            {"vorhanden": _janein},
            {"ausgestellt_am": _tage, "plz": texte(15), "ort": texte(), "hwk": ziffern(5)},
        ),
    }


def _gemeinsam(form: Form) -> tuple[dict[str, SearchStrategy[Any]], dict[str, SearchStrategy[Any]]]:
    anzahl = st.integers(0, 999_999)
    pflicht: dict[str, SearchStrategy[Any]] = {
        "form": st.just(form),
        "gemeinde": ziffern(8),
        "uuid": st.uuids().map(str),
        "gewerbebetrieb_id": st.uuids().map(str),
        "betrieb": betriebe(),
        "personen": st.lists(personen(form), min_size=1, max_size=2),
        "betriebsstaette": niederlassungen(),
        "taetigkeit": taetigkeiten(form),
        "beschaeftigte": st.fixed_dictionaries({"vollzeit": anzahl, "teilzeit": anzahl}),
        "niederlassungsart": worte("niederlassungsart"),
        "reisegewerbe": _janein,
        "nebenerwerb": _janein,
        "datum": _tage,
    }
    vertretung = st.fixed_dictionaries({"familienname": texte(), "vornamen": texte()})
    wahl: dict[str, SearchStrategy[Any]] = {
        "vertretungsberechtigte_person": vertretung,
        "hauptniederlassung": niederlassungen(),
        "automatenaufstellung": _janein,
    }
    return pflicht, wahl


def anmeldungen_json() -> SearchStrategy[dict[str, Any]]:
    pflicht, wahl = _gemeinsam("A1")
    versicherung = teil(
        {"nicht_bekannt": _janein},
        {"traeger": ziffern(2), "traeger_name": texte(), "mitgliedsnummer": texte()},
    )
    return teil(
        {
            **pflicht,
            "beginn": _tage,
            "betriebsart": _betriebsart(),
            "grund": worte_oder_code("grund_anmeldung"),
        },
        {
            **wahl,
            **_nachweise(),
            "fruehere_betriebsstaette": niederlassungen(frueher=True),
            "frueherer_gewerbetreibender": texte(),
            "unfallversicherung": versicherung,
        },
    )


def ummeldungen_json() -> SearchStrategy[dict[str, Any]]:
    pflicht, wahl = _gemeinsam("A2")
    return teil(
        {**pflicht, "aenderung": _tage},
        {
            **wahl,
            **_nachweise(),
            "fruehere_betriebsstaette": niederlassungen(frueher=True),
            "gruende": st.lists(worte_oder_code("grund_ummeldung"), max_size=3),
            "sonstige_gruende": texte(100),
        },
    )


def abmeldungen_json() -> SearchStrategy[dict[str, Any]]:
    pflicht, wahl = _gemeinsam("A3")
    return teil(
        {
            **pflicht,
            "aufgabe": _tage,
            "betriebsart": _betriebsart(),
            "grund": worte_oder_code("grund_abmeldung"),
        },
        {
            **wahl,
            "kuenftige_betriebsstaette": niederlassungen(),
            "kuenftiger_gewerbetreibender": texte(),
            "ursache_schluessel": ziffern(2),
            "ursachen": texte(100),
        },
    )


def anzeigen(form: Form | None = None) -> SearchStrategy[Anzeige]:
    """Complete notices of one form, or of all three."""
    je_form = {"A1": anmeldungen_json, "A2": ummeldungen_json, "A3": abmeldungen_json}
    wahl = [je_form[form]()] if form else [baue() for baue in je_form.values()]
    return st.one_of(wahl).map(GEWERBEANZEIGE.validate_python)
