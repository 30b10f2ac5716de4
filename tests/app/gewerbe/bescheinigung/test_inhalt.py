"""What a certificate shows follows from the notice, form by form."""

from datetime import UTC, date, datetime

import pytest

from app.demo.beispiele import beispiele
from app.gewerbe.anzeige import GEWERBEANZEIGE, Gewerbeanzeige
from app.gewerbe.bescheinigung.inhalt import Bescheinigungsinhalt, Empfaenger, inhalt_aus
from app.gewerbe.bescheinigung.pdf import setze

ANZEIGEN = {
    beispiel.name: GEWERBEANZEIGE.validate_python(beispiel.anzeige)
    for beispiel in beispiele(date(2026, 11, 21))
}
IHK = Empfaenger(name="IHK Ostwestfalen", grundlage="§ 3 Abs. 1 Nr. 1 GewAnzV")


def inhalt(anzeige: Gewerbeanzeige, *, automatisch: bool = True) -> Bescheinigungsinhalt:
    return inhalt_aus(
        anzeige,
        behoerde="Gewerbeamt Paderborn",
        siegelzeile="Gewerbeamt Paderborn",
        anschrift={"strasse": "Am Probeplatz", "hausnummer": "1", "plz": "33098", "ort": "Paderborn"},
        aktenzeichen="32.30-2026-000001",
        eingangsnummer="K7QF-9XZA",
        # Half past midnight in Germany: the day there counts.
        eingegangen_am=datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        ausgestellt_am=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
        empfaenger=[IHK],
        pruefcode="0" * 28,
        webadresse="https://gewerbeamt.test/",
        automatisch=automatisch,
    )


@pytest.mark.parametrize("name", ANZEIGEN)
def test_every_demo_notice_gives_a_certificate(name: str) -> None:
    gezeigt = inhalt(ANZEIGEN[name])
    assert all(angabe.wert for angabe in gezeigt.angaben)
    assert setze(gezeigt, datetime(2026, 11, 21, tzinfo=UTC)).startswith(b"%PDF")


def test_registration_is_described() -> None:
    gezeigt = inhalt(ANZEIGEN["01_anmeldung_cafe"])
    angaben = {angabe.bezeichnung: angabe.wert for angabe in gezeigt.angaben}
    assert gezeigt.art == "Gewerbe-Anmeldung"
    assert gezeigt.eingegangen_am == date(2026, 11, 21)
    assert gezeigt.behoerdenanschrift == ("Am Probeplatz 1", "33098 Paderborn")
    assert gezeigt.pruefadresse == f"https://gewerbeamt.test/pruefcode/{'0' * 28}"
    assert angaben["Geschäftsbezeichnung"] == "Café Paderquell"
    assert angaben["Inhaberin oder Inhaber"] == "Erika Maria Musterfrau"
    assert angaben["Betriebsstätte"] == "Am Probeplatz 3a, 33098 Paderborn"
    assert "Beginn der Tätigkeit" in angaben
    assert "Diese Anzeige berechtigt nicht zum Beginn des Gewerbebetriebes" in gezeigt.hinweis
    assert "automatisch" in gezeigt.entstehung
    assert "automatisch" not in inhalt(ANZEIGEN["01_anmeldung_cafe"], automatisch=False).entstehung


def test_what_the_certificate_does_not_need_is_not_on_it() -> None:
    gezeigt = inhalt(ANZEIGEN["01_anmeldung_cafe"]).model_dump_json()
    for verschwiegen in ("1985", "Gabler", "Warburger Beispielweg", "erika.musterfrau@example.org"):
        assert verschwiegen not in gezeigt


def test_deregistration_has_its_own_hint() -> None:
    gezeigt = inhalt(ANZEIGEN["12_abmeldung_ek"])
    assert gezeigt.art == "Gewerbe-Abmeldung"
    assert gezeigt.hinweis == "Eine Wiederaufnahme der abgemeldeten Tätigkeit ist erneut anzeigepflichtig."
    assert "Betriebsaufgabe am" in {angabe.bezeichnung for angabe in gezeigt.angaben}


def test_itinerant_trade_is_certified_on_its_own_ground() -> None:
    assert inhalt(ANZEIGEN["06_anmeldung_reisegewerbe"]).grundlage.startswith("§ 55c Satz 2")
