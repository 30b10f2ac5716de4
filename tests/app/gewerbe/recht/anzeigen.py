"""Notices for the tests of the law: one complete notice per form, its texts unique markers."""

from itertools import count
from typing import Any

from app.gewerbe.anzeige import GEWERBEANZEIGE, Abmeldung, Anmeldung, Form, Gewerbeanzeige, Ummeldung

PADERBORN = "05774032"


class Marken:
    """Hands out texts of one length that occur nowhere else, so none contains another."""

    def __init__(self) -> None:
        self._zahlen = count(1)

    def __call__(self) -> str:
        return f"Marke{next(self._zahlen):04d}"

    def plz(self) -> str:
        """A postcode that occurs once."""
        return f"9{next(self._zahlen):04d}"


def _anschrift(m: Marken) -> dict[str, Any]:
    return {
        "strasse": m(),
        "strassenschluessel": "0000001801",
        "hausnummer": m(),
        "hausnummer_bis": m(),
        "zusatz": m(),
        "ort": m(),
        "ortsteil": m(),
        "plz": m.plz(),
        "nation": "276",
    }


def _niederlassung(m: Marken) -> dict[str, Any]:
    return {
        "anschrift": _anschrift(m),
        "erreichbarkeit": [{"kanal": "email", "kennung": m()}, {"kanal": "telefon", "kennung": m()}],
    }


def _registereintrag(m: Marken) -> dict[str, Any]:
    return {"art": "B", "gericht": "R2809", "nummer": m(), "ort": m(), "plz": m.plz()}


def _person(m: Marken, form: Form, funktion: str) -> dict[str, Any]:
    person = {
        "funktion": funktion,
        "doktorgrad": m(),
        "familienname": m(),
        "vornamen": m(),
        "geschlecht": "d",
        "geburtsname": m(),
        "geburtsdatum": "1985-04-17",
        "geburtsort": m(),
        "geburtsland": m(),
        "staatsangehoerigkeiten": ["332", "436"],
        "anschrift": _anschrift(m),
        "erreichbarkeit": [{"kanal": "mobil", "kennung": m()}],
    }
    titel = {
        "vorhanden": True,
        "ausgestellt_am": "2020-02-03",
        "behoerde": m(),
        "plz": m.plz(),
        "ort": m(),
        "auflage": {"vorhanden": True, "text": m()},
    }
    return person if form == "A3" else person | {"aufenthaltstitel": titel}


def _taetigkeit(m: Marken, form: Form) -> dict[str, Any]:
    schwerpunkt: dict[str, Any] = {"beschreibung": m(), "wz": "96021", "stichwort": m()}
    weitere: list[dict[str, Any]] = [
        {"beschreibung": m(), "wz": "47750", "stichwort": m()},
        {"beschreibung": m(), "wz": "47789", "stichwort": m()},
    ]
    if form == "A2":
        schwerpunkt["neu_ausgeuebt"] = True
        weitere[0]["neu_ausgeuebt"] = False
        weitere[1]["neu_ausgeuebt"] = True
    return {"schwerpunkt": schwerpunkt, "weitere": weitere}


def _gemeinsam(m: Marken, form: Form) -> dict[str, Any]:
    return {
        "form": form,
        "gemeinde": PADERBORN,
        "uuid": "0199c0de-0000-7000-8000-000000000001",
        "gewerbebetrieb_id": "0199c0de-0000-7000-8000-000000000002",
        "betrieb": {
            "rechtsform": "230",
            "eingetragener_name": m(),
            "weitere_gesellschafter": [m(), m()],
            "geschaeftsfuehrende_firma": {
                "name": m(),
                "rechtsform": "350",
                "registereintrag": _registereintrag(m),
            },
            "registereintrag": _registereintrag(m),
            "geschaeftsbezeichnung": m(),
            "anzahl_beteiligte": 2,
            "oeffentliche_hand": "ja",
        },
        "personen": [_person(m, form, "gesetzlicher_vertreter"), _person(m, form, "inhaber")],
        "vertretungsberechtigte_person": {"familienname": m(), "vornamen": m()},
        "betriebsstaette": _niederlassung(m),
        "hauptniederlassung": _niederlassung(m),
        "taetigkeit": _taetigkeit(m, form),
        "nebenerwerb": True,
        "beschaeftigte": {"vollzeit": 3, "teilzeit": 5},
        "niederlassungsart": "zweig",
        "reisegewerbe": False,
        "automatenaufstellung": True,
        "datum": "2026-10-12",
    }


def _erlaubnisse(m: Marken) -> dict[str, Any]:
    return {
        "erlaubnis": {"vorhanden": True, "ausgestellt_am": "2026-09-01", "behoerde": m()},
        "handwerkskarte": {
            "vorhanden": True,
            "ausgestellt_am": "2026-08-01",
            "plz": m.plz(),
            "ort": m(),
            "hwk": "00035",
        },
    }


def _besonderes(m: Marken, form: Form) -> dict[str, Any]:
    betriebsart = {"industrie": False, "handwerk": True, "handel": True, "sonstiges": False}
    if form == "A1":
        return _erlaubnisse(m) | {
            "fruehere_betriebsstaette": _niederlassung(m) | {"gemeinde": "05774020"},
            "beginn": "2026-10-13",
            "betriebsart": betriebsart,
            "grund": "verlegung_aus_anderem_meldebezirk",
            "frueherer_gewerbetreibender": m(),
            "unfallversicherung": {
                "traeger": "03",
                "traeger_name": m(),
                "mitgliedsnummer": m(),
                "nicht_bekannt": False,
            },
        }
    if form == "A2":
        return _erlaubnisse(m) | {
            "fruehere_betriebsstaette": _niederlassung(m) | {"gemeinde": PADERBORN},
            "gruende": ["taetigkeitswechsel", "namensaenderung"],
            "sonstige_gruende": m(),
            "aenderung": "2026-10-13",
        }
    return {
        "kuenftige_betriebsstaette": _niederlassung(m),
        "aufgabe": "2026-10-13",
        "betriebsart": betriebsart,
        "grund": "vollstaendige_aufgabe",
        "kuenftiger_gewerbetreibender": m(),
        "ursache_schluessel": "18",
        "ursachen": m(),
    }


def vollstaendig(form: Form, **abweichend: Any) -> Gewerbeanzeige:
    """A notice with every part of the form filled; `abweichend` replaces top-level parts."""
    m = Marken()
    roh = _gemeinsam(m, form) | _besonderes(m, form) | abweichend
    anzeige: Gewerbeanzeige = GEWERBEANZEIGE.validate_python(roh)
    return anzeige


def anmeldung(**abweichend: Any) -> Anmeldung:
    """A complete GewA 1."""
    anzeige = vollstaendig("A1", **abweichend)
    assert isinstance(anzeige, Anmeldung)
    return anzeige


def ummeldung(**abweichend: Any) -> Ummeldung:
    """A complete GewA 2."""
    anzeige = vollstaendig("A2", **abweichend)
    assert isinstance(anzeige, Ummeldung)
    return anzeige


def abmeldung(**abweichend: Any) -> Abmeldung:
    """A complete GewA 3."""
    anzeige = vollstaendig("A3", **abweichend)
    assert isinstance(anzeige, Abmeldung)
    return anzeige
