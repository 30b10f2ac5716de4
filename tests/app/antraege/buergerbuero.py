"""Complete answers to the four services of the Bürgerbüro, as the API takes them."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

_WOHNUNG = {"strasse": "Rathausplatz", "hausnummer": "1", "plz": "33098", "ort": "Paderborn"}


def _tag(tage: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=tage)).date().isoformat()


def meldebescheinigung() -> dict[str, Any]:
    """The simple certificate, for a bank."""
    return {
        "bescheinigung": {"art": "einfach", "verwendung": "sonstiges"},
        "person": {
            "vornamen": "Petra",
            "familienname": "Probe",
            "geburtsdatum": "1985-04-17",
            "geburtsort": "Bielefeld",
            "anschrift": deepcopy(_WOHNUNG),
            "weitere_wohnung": False,
        },
        "zusendung": {"weg": "konto"},
    }


def bewohnerparkausweis() -> dict[str, Any]:
    """A replacement: the one that needs no evidence."""
    return {
        "antrag": {"art": "ersatz", "beginn": _tag(1)},
        "person": {
            "vornamen": "Petra",
            "familienname": "Probe",
            "geburtsdatum": "1985-04-17",
            "anschrift": deepcopy(_WOHNUNG),
            "wohnung_seit": "2020-01-01",
        },
    }


def schuelerticket() -> dict[str, Any]:
    """A mother applies for her daughter in year five."""
    return {
        "antrag": {"art": "erst", "schuljahr": "laufend", "ab": _tag(10), "wer": "kind"},
        "schueler": {
            "vornamen": "Mia",
            "familienname": "Probe",
            "geburtsdatum": "2015-05-04",
            "anschrift": deepcopy(_WOHNUNG),
        },
        "sorge": {"art": "eltern", "vornamen": "Petra", "familienname": "Probe"},
        "schule": {
            "name": "Gesamtschule am Beispielweg",
            "ort": "Paderborn",
            "form": "gesamtschule",
            "traeger": "gemeinde",
            "stufe": "sek1",
            "klasse": "5b",
            "naechste": True,
        },
        "weg": {"grund": "entfernung", "meter": 4200},
        "verkehr": {"mittel": "oepnv", "tage": 5},
        "eigenanteil": {
            "befreiung": "keine",
            "kontoinhaber": "Petra Probe",
            "iban": "DE89370400440532013000",
            "einzug": True,
            "weitergabe": True,
        },
    }


def teilhabe() -> dict[str, Any]:
    """An informal application: a name, an address and a few sentences."""
    return {
        "antrag": {"form": "formlos", "anliegen": "Ich brauche Hilfe beim Wohnen.", "wer": "selbst"},
        "person": {
            "vornamen": "Petra",
            "familienname": "Probe",
            "geburtsdatum": "1985-04-17",
            "anschrift": deepcopy(_WOHNUNG),
        },
        "verstaendigung": {"formen": ["leichte_sprache"]},
    }


ALLE = {
    "meldebescheinigung": meldebescheinigung,
    "bewohnerparkausweis": bewohnerparkausweis,
    "schuelerticket": schuelerticket,
    "teilhabe": teilhabe,
}
