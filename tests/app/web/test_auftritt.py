"""A town's look: its name, colours and coat of arms on its pages, and on no others."""

import re
import struct
import zlib

import httpx
import pytest

from app.db.sitzung import transaktion
from app.konto.rollen import Rolle
from app.mandanten import service as mandanten
from app.web.auftritt import auftritt
from tests.app.conftest import Einloggen, rolle

AMT = "05774032"


def _png() -> bytes:
    def stueck(art: bytes, daten: bytes) -> bytes:
        return struct.pack(">I", len(daten)) + art + daten + struct.pack(">I", zlib.crc32(art + daten))

    kopf = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    bild = stueck(b"IHDR", kopf) + stueck(b"IDAT", zlib.compress(b"\0\1\2\3")) + stueck(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + bild


@pytest.fixture
async def _bunt() -> None:
    async with transaktion() as session:
        farben = {"leiste": "#7a0019", "schrift": "#ffffff", "akzent": "#7a0019"}
        angaben = {"behoerdenname": "Stadt <Probe>", "farben": farben}
        await mandanten.richte_ein(session, AMT, angaben)
        await mandanten.setze_wappen(session, AMT, _png())


@pytest.mark.usefixtures("app", "_bunt")
async def test_the_office_wears_the_towns_look(logge_ein: Einloggen) -> None:
    hand = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    seite = (await hand.get(f"/amt/{AMT}")).text
    assert "Stadt &lt;Probe&gt;" in seite
    stil = re.search(rf'href="(/gemeinde/{AMT}/farben\.css\?v=\w+)"', seite)
    wappen = re.search(rf'src="(/gemeinde/{AMT}/wappen\?v=\w+)"', seite)
    assert stil
    assert wappen
    css = await hand.get(stil[1])
    assert css.headers["content-type"].startswith("text/css")
    assert "--auftritt-leiste: #7a0019" in css.text
    bild = await hand.get(wappen[1])
    assert (bild.headers["content-type"], bild.content) == ("image/png", _png())
    for antwort in (css, bild):
        assert "immutable" in antwort.headers["cache-control"]
    # Other pages are neutral.
    assert "/gemeinde/" not in (await hand.get("/konto")).text


@pytest.mark.usefixtures("verbunden", "_bunt")
async def test_a_page_asks_for_the_look_once(anweisungen: list[str]) -> None:
    async with transaktion(gemeinde=AMT) as session:
        await session.connection()
        anweisungen.clear()
        assert (await auftritt(session, AMT)).wappen
        (eine,) = anweisungen
    assert "inhalt" not in eine, "the picture itself is another request's"


async def test_a_town_that_is_not_here_has_no_look(client: httpx.AsyncClient) -> None:
    for pfad in ("farben.css", "wappen"):
        for ags in ("05315000", "..", "x"):
            assert (await client.get(f"/gemeinde/{ags}/{pfad}")).status_code == 404
