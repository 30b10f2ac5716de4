"""A town's seal line stands below its certificates, as it was on the day of each."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.sitzung import ALLE, transaktion
from app.gewerbe.bescheinigung.inhalt import Bescheinigungsinhalt
from app.gewerbe.bescheinigung.pdf import setze
from app.gewerbe.models import Bescheinigung
from app.mandanten import service as mandanten
from app.mandanten.service import UngueltigeEinstellungen
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.app.gewerbe.bescheinigung.conftest import AUSGESTELLT_AM, bescheinigung
from tests.app.gewerbe.bescheinigung.test_pdf import text_aus
from tests.app.gewerbe.test_einreichen import PFAD

ZEILE = "Stadt Paderborn – Der Bürgermeister"


async def aendere(zeile: str) -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.aendere(session, PADERBORN, {"siegelzeile": zeile})


async def test_the_line_of_the_day_stays_on_the_certificate(stadt: Stadt, melde_an: Anmelden) -> None:
    await stadt(PADERBORN)
    await aendere(ZEILE)
    portal = await melde_an("einreichen")
    erste = await portal.post(PFAD, json=anmeldung())
    # Changed before the worker has come to set the first.
    await aendere("Stadt Paderborn – Die Oberbürgermeisterin")
    zweite = await portal.post(PFAD, json=anmeldung())
    await arbeite_einmal()
    texte = []
    for antwort in (erste, zweite):
        stand = (await portal.get(antwort.headers["location"])).json()
        texte.append(text_aus((await portal.get(stand["anzeigen"][0]["bescheinigung"]["pdf"])).content))
    assert [ZEILE in text for text in texte] == [True, False]
    assert "Die Oberbürgermeisterin" in texte[1]
    async with transaktion(gemeinde=ALLE) as session:
        inhalte = list(await session.scalars(select(Bescheinigung.inhalt).order_by(Bescheinigung.id)))
    assert inhalte[0]["siegelzeile"] == ZEILE


async def test_a_town_that_has_said_nothing_has_the_line_of_its_place(
    stadt: Stadt, melde_an: Anmelden
) -> None:
    await stadt(PADERBORN)
    async with transaktion(gemeinde=ALLE) as session:
        vorgabe = (await mandanten.einstellungen(session, PADERBORN)).siegelzeile
        assert (await mandanten.einstellung(session, PADERBORN)).siegelzeile == vorgabe != ""


def test_a_certificate_of_before_is_set_as_it_was() -> None:
    daten = bescheinigung().model_dump(mode="json")
    del daten["siegelzeile"]
    pdf = setze(Bescheinigungsinhalt.model_validate(daten), AUSGESTELLT_AM)
    assert pdf == setze(Bescheinigungsinhalt.model_validate(daten | {"siegelzeile": ""}), AUSGESTELLT_AM)
    mit_zeile = setze(Bescheinigungsinhalt.model_validate(daten | {"siegelzeile": ZEILE}), AUSGESTELLT_AM)
    assert (ZEILE in text_aus(pdf), ZEILE in text_aus(mit_zeile)) == (False, True)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_the_line_comes_last(tmp_path: Path) -> None:
    datei = tmp_path / "bescheinigung.pdf"
    inhalt = bescheinigung(siegelzeile=ZEILE)
    datei.write_bytes(setze(inhalt, AUSGESTELLT_AM))
    text = subprocess.run(["pdftotext", datei, "-"], capture_output=True, check=True).stdout.decode()
    assert text.index(inhalt.entstehung) < text.index(ZEILE)


@pytest.mark.parametrize("feld", ["siegelzeile", "behoerdenname"])
async def test_what_cannot_be_printed_is_refused_before_a_certificate_fails_of_it(
    stadt: Stadt, feld: str
) -> None:
    await stadt(PADERBORN)
    with pytest.raises(UngueltigeEinstellungen) as fehler:
        async with transaktion(gemeinde=ALLE) as session:
            await mandanten.aendere(session, PADERBORN, {feld: "Stadt 名前"})
    assert fehler.value.fehler[0]["pointer"] == f"/{feld}"
