"""A certificate to set as PDF and to check."""

from datetime import UTC, date, datetime

import pytest

from app.gewerbe.bescheinigung.inhalt import Angabe, Bescheinigungsinhalt, Empfaenger
from app.gewerbe.bescheinigung.pruefcode import neuer_pruefcode

AUSGESTELLT_AM = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)


def bescheinigung(name: str = "Erika Musterfrau", **anderes: object) -> Bescheinigungsinhalt:
    """What a certificate shows, with the given name in it."""
    code = neuer_pruefcode()
    werte: dict[str, object] = {
        "behoerde": "Stadt Paderborn – Gewerbeamt",
        "behoerdenanschrift": ("Am Probeplatz 1", "33098 Paderborn"),
        "art": "Gewerbe-Anmeldung",
        "grundlage": "§ 15 Abs. 1 der Gewerbeordnung (GewO)",
        "eingegangen_am": date(2026, 11, 20),
        "ausgestellt_am": date(2026, 11, 21),
        "aktenzeichen": "32.30-2026-000001",
        "eingangsnummer": "K7QF-9XZA",
        "angaben": (Angabe(bezeichnung="Inhaberin oder Inhaber", wert=name),),
        "hinweis": "Diese Anzeige berechtigt nicht zum Beginn des Gewerbebetriebes.",
        "empfaenger": (Empfaenger(name="IHK Ostwestfalen", grundlage="§ 3 Abs. 1 Nr. 1 GewAnzV"),),
        "pruefcode": code,
        "pruefadresse": f"http://gewerbeamt.test/pruefcode/{code}",
        "entstehung": "Diese Bescheinigung wurde automatisch erstellt.",
    }
    return Bescheinigungsinhalt.model_validate(werte | anderes)


@pytest.fixture
def inhalt() -> Bescheinigungsinhalt:
    """A certificate."""
    return bescheinigung()
