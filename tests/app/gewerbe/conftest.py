"""Plain notices of the three forms, read from tests/beispiele."""

from pathlib import Path

import pytest

from app.gewerbe.anzeige import GEWERBEANZEIGE, Abmeldung, Anmeldung, Ummeldung

BEISPIELE = Path(__file__).parents[2] / "beispiele"


def beispiel(name: str) -> Anmeldung | Ummeldung | Abmeldung:
    """An example notice by the name of its file."""
    anzeige: Anmeldung | Ummeldung | Abmeldung = GEWERBEANZEIGE.validate_json(
        (BEISPIELE / f"{name}.json").read_bytes()
    )
    return anzeige


@pytest.fixture
def anmeldung() -> Anmeldung:
    anzeige = beispiel("anmeldung-einzelunternehmen")
    assert isinstance(anzeige, Anmeldung)
    return anzeige


@pytest.fixture
def ummeldung() -> Ummeldung:
    anzeige = beispiel("ummeldung-verlegung")
    assert isinstance(anzeige, Ummeldung)
    return anzeige


@pytest.fixture
def abmeldung() -> Abmeldung:
    anzeige = beispiel("abmeldung-aufgabe")
    assert isinstance(anzeige, Abmeldung)
    return anzeige
