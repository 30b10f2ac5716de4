"""Notices for tests: complete and plausible, so that each test spoils just what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

PADERBORN = "05774032"
BIELEFELD = "05711000"


def _tag(abstand: int) -> str:
    return (datetime.now(UTC) + timedelta(days=abstand)).date().isoformat()


def anschrift(strasse: str = "Am Probeplatz", **mehr: str) -> dict[str, str]:
    """An address in Paderborn."""
    return {"strasse": strasse, "hausnummer": "3", "plz": "33098", "ort": "Paderborn"} | mehr


def anmeldung(**anders: Any) -> dict[str, Any]:
    """GewA 1 of a sole trader as JSON."""
    return {
        "form": "A1",
        "gemeinde": PADERBORN,
        "betrieb": {"rechtsform": "180", "geschaeftsbezeichnung": "Café Probe", "oeffentliche_hand": "nein"},
        "personen": [
            {
                "funktion": "inhaber",
                "familienname": "Musterfrau",
                "vornamen": "Erika",
                "geschlecht": "w",
                "geburtsdatum": "1985-04-17",
                "geburtsort": "Bielefeld",
                "geburtsland": "Deutschland",
                "staatsangehoerigkeiten": ["000"],
                "anschrift": anschrift("Wohnweg"),
            }
        ],
        "betriebsstaette": {"anschrift": anschrift()},
        "taetigkeit": {"schwerpunkt": {"beschreibung": "Betrieb eines Cafés", "wz": "56104"}},
        "nebenerwerb": False,
        "beginn": _tag(10),
        "betriebsart": {"industrie": False, "handwerk": False, "handel": False, "sonstiges": True},
        "beschaeftigte": {"vollzeit": 0, "teilzeit": 1},
        "niederlassungsart": "haupt",
        "reisegewerbe": False,
        "grund": "neugruendung",
        "datum": _tag(0),
    } | anders


def zu_pruefen(**anders: Any) -> dict[str, Any]:
    """A notice that a person has to look at: the business begins far ahead."""
    return anmeldung(beginn=_tag(200), **anders)
