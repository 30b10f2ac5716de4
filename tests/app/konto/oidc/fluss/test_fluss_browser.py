"""A login belongs to the browser that began it, counts once, and leads to no other host."""

import html
import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.sitzung import transaktion
from app.konto.oidc.fehler import TEXTE
from app.settings import settings
from tests.app.konto.oidc.conftest import Konfiguriere, angaben
from tests.app.konto.oidc.fluss.conftest import Aufbau, zeilen
from tests.conftest import vor
from tests.idp import Idp, parameter
from tests.mensch import Besucher, Mensch

# What is not a path here, for some reader of URLs at least.
SPRUENGE = [
    "https://boese.example/",
    "//boese.example/",
    "///boese.example/",
    "////boese.example/",
    "/\\boese.example",
    "\\\\boese.example",
    "/\\/boese.example",
    "\\/boese.example",
    "/\t/boese.example",
    "/\n/boese.example",
    "/\r\n/boese.example",
    "\t//boese.example",
    " //boese.example",
    "/ /boese.example",
    "/\u2028/boese.example",
    "/\u00a0/boese.example",
    "/\uff0fboese.example",
    "http:boese.example",
    "https:/boese.example",
    "https:///boese.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "boese.example",
    "@boese.example",
    ".boese.example",
    ":80/",
    "?x",
    "",
    "/\x00//boese.example",
    "/konto\r\nLocation: https://boese.example/",
    "/konto\r\nSet-Cookie: amt=x",
    f"/{'x' * 5000}",
]
# Paths here, however they look.
PFADE = [
    "/konto",
    "/konto?x=https://boese.example/",
    "/konto//boese.example",
    "/%2F%2Fboese.example",
    "/.//x",
]


@pytest.fixture
async def zweiter(app: FastAPI) -> AsyncIterator[Besucher]:
    """Another browser in front of the same house."""
    async with vor(app) as hier:
        yield Besucher(hier)


def rueckkehr(**angaben: str) -> str:
    """The address of our page for the answer of `probe`."""
    return f"{settings().adresse}/anmelden/probe/rueckkehr?" + "&".join(
        f"{name}={wert}" for name, wert in angaben.items()
    )


def _wohin_der_browser_geht(ort: str) -> str:
    """Host that a browser goes to from ours, as the URL standard reads a Location."""
    ort = re.sub(r"[\t\r\n]", "", ort.strip("".join(map(chr, range(33))))).replace("\\", "/")
    return urlsplit(urljoin("https://amt.example/anmelden/probe/rueckkehr", ort)).netloc


async def test_a_provider_that_must_give_more_lets_nobody_in_with_less(
    aufbau: Aufbau, konfiguriere: Konfiguriere
) -> None:
    """So a town has its staff use a second factor, whatever page they come for."""
    konfiguriere(probe=angaben(aufbau.kleiner.issuer, niveaus=["substantiell", "hoch"]))
    aufbau.kleiner.claims = {"acr": "integrated"}
    seite = await aufbau.scheitert("niveau_zu_niedrig")
    assert "niveau=substantiell" in seite
    aufbau.kleiner.claims = {}
    assert "integrated" not in parameter(await aufbau.besucher.beginnt("probe"))["acr_values"]
    assert (await aufbau.meldet_sich_an()).status_code == 303


@pytest.mark.parametrize("was", ["state", "code", "iss"])
async def test_a_changed_answer_is_no_login(aufbau: Aufbau, was: str) -> None:
    codes = {"state": "versuch_unbekannt", "code": "code_abgelehnt", "iss": "aussteller_falsch"}
    if was == "state":
        aufbau.offen = 1
    await aufbau.scheitert(codes[was], **{was: "erfunden"})


async def test_the_page_of_a_failed_login_changes_its_language(aufbau: Aufbau) -> None:
    """Its own address counts once: the switch must not lead there."""
    seite = await aufbau.scheitert("aussteller_falsch", iss="x", ziel="/konto/sitzungen")
    (auf_englisch,) = re.findall(r'href="(/sprache\?auf=en[^"]+)"', seite)
    ort = (await aufbau.besucher.hier.get(html.unescape(auf_englisch))).headers["location"]
    weiter = await aufbau.besucher.hier.get(ort)
    assert (weiter.status_code, weiter.headers["content-language"]) == (200, "en")
    assert 'name="ziel" value="/konto/sitzungen"' in weiter.text


async def test_a_page_that_leads_on_changes_its_language(aufbau: Aufbau) -> None:
    seite = await aufbau.besucher.drueckt("probe")
    (auf_englisch,) = re.findall(r'href="(/sprache\?auf=en[^"]+)"', seite.text)
    ort = (await aufbau.besucher.hier.get(html.unescape(auf_englisch))).headers["location"]
    assert (await aufbau.besucher.hier.get(ort)).status_code == 200


async def test_an_answer_counts_once_and_a_second_time_harms_nobody(aufbau: Aufbau) -> None:
    seite = await aufbau.besucher.beginnt("probe")
    antwort = aufbau.kleiner.gib_code(seite)
    assert (await aufbau.kehrt_zurueck(antwort)).status_code == 303
    geheimnis = aufbau.besucher.geheimnis
    # Somebody reloads, or goes back and forth.
    for _ in range(2):
        aufbau.ist_abgelehnt(await aufbau.kehrt_zurueck(antwort), "versuch_unbekannt")
    assert aufbau.besucher.geheimnis == geheimnis
    assert await aufbau.besucher.ist_angemeldet()
    assert aufbau.kleiner.gezaehlt("/token") == 1


@pytest.mark.parametrize("opfer", ["knows nothing of us", "is signing in", "is signed in"])
async def test_nobody_is_signed_in_as_somebody_else(aufbau: Aufbau, zweiter: Besucher, opfer: str) -> None:
    """Login CSRF: the attacker's own answer, opened in another person's browser."""
    if opfer == "is signing in":
        await zweiter.beginnt("probe")
    if opfer == "is signed in":
        aufbau.kleiner.claims = {"sub": "konto-2"}
        eigene = aufbau.kleiner.gib_code(await zweiter.beginnt("probe"))
        await zweiter.kehrt_zurueck(rueckkehr(**eigene))
    vorher, gefragt = zweiter.geheimnis, aufbau.kleiner.gezaehlt("/token")
    untergeschoben = aufbau.kleiner.gib_code(await aufbau.besucher.beginnt("probe"))
    aufbau.ist_abgelehnt(await zweiter.kehrt_zurueck(rueckkehr(**untergeschoben)), "anderer_browser")
    assert zweiter.geheimnis == vorher
    assert await zweiter.ist_angemeldet() is (vorher is not None)
    assert aufbau.kleiner.gezaehlt("/token") == gefragt


async def test_a_planted_session_does_not_become_the_victims(aufbau: Aufbau, zweiter: Besucher) -> None:
    """Session fixation, with a session that is the attacker's own and valid."""
    aufbau.kleiner.claims = {"sub": "angreifer"}
    await aufbau.meldet_sich_an()
    gepflanzt = aufbau.besucher.geheimnis
    assert gepflanzt
    aufbau.kleiner.claims = {"sub": "opfer", "family_name": "Opferfrau"}
    zweiter.traegt(gepflanzt)
    antwort = aufbau.kleiner.gib_code(await zweiter.beginnt("probe"))
    assert (await zweiter.kehrt_zurueck(rueckkehr(**antwort))).status_code == 303
    assert zweiter.geheimnis != gepflanzt
    assert "Opferfrau" in (await zweiter.hier.get("/konto")).text
    assert not await aufbau.besucher.ist_angemeldet()
    assert await zeilen("nutzerkonto") == 2


async def test_a_login_leads_to_no_other_host(aufbau: Aufbau) -> None:
    for ziel in (*SPRUENGE, *PFADE):
        csrf = await _csrf(aufbau.besucher)
        seite = await aufbau.besucher.hier.post("/anmelden/probe", data={"csrf": csrf, "ziel": ziel})
        adresse = re.search(r'content="0; url=([^"]+)"', seite.text)
        assert adresse, ziel
        antwort = await aufbau.kehrt_zurueck(aufbau.kleiner.gib_code(html.unescape(adresse[1])))
        assert antwort.status_code == 303
        ort = antwort.headers["location"]
        assert _wohin_der_browser_geht(ort) == "amt.example", ziel
        assert "\r" not in ort + str(antwort.headers.get_list("set-cookie"))
        if ziel in PFADE:
            assert ort == ziel
        else:
            assert ort == "/", ziel


async def _csrf(besucher: Besucher) -> str:
    gefunden = re.search(r'name="csrf" value="([^"]+)"', (await besucher.hier.get("/anmelden")).text)
    assert gefunden
    return gefunden[1]


@pytest.mark.parametrize(
    ("spalte", "code"), [("pkce_verifier", "code_abgelehnt"), ("nonce", "token_ungueltig")]
)
@pytest.mark.usefixtures("idp_hier")
async def test_the_real_provider_and_we_hold_to_verifier_and_nonce(
    mensch: Mensch, spalte: str, code: str
) -> None:
    url = await mensch.beginnt("bundid")
    async with transaktion() as session:
        await session.execute(text(f"UPDATE anmeldeversuch SET {spalte} = repeat('x', 43)"))
    antwort = await mensch.kehrt_zurueck(await mensch.dort.waehle(url, "can-yilmaz"))
    assert antwort.status_code == 400
    assert TEXTE[code][0] in antwort.text
    assert f">{code}</code>" in antwort.text
    assert not await mensch.ist_angemeldet()


@pytest.mark.usefixtures("idp_hier")
async def test_a_code_of_the_real_provider_counts_once(mensch: Mensch, anderer: Mensch, idp: Idp) -> None:
    gestohlen = parameter(await mensch.dort.waehle(await mensch.beginnt("bundid"), "can-yilmaz"))
    assert (await mensch.hier.get("/anmelden/bundid/rueckkehr", params=gestohlen)).status_code == 303
    eigener = parameter(await anderer.beginnt("bundid"))
    antwort = await anderer.hier.get(
        "/anmelden/bundid/rueckkehr", params=gestohlen | {"state": eigener["state"]}
    )
    assert (antwort.status_code, TEXTE["code_abgelehnt"][0] in antwort.text) == (400, True)
    assert not await anderer.ist_angemeldet()
    assert await mensch.ist_angemeldet()


@pytest.mark.usefixtures("idp_hier")
async def test_a_code_that_was_not_redeemed_yet_is_bound_to_its_verifier(
    mensch: Mensch, anderer: Mensch
) -> None:
    """A code stolen on its way, in an attempt of the thief's own."""
    gestohlen = parameter(await mensch.dort.waehle(await mensch.beginnt("bundid"), "zoe-angstroem"))
    eigener = parameter(await anderer.beginnt("bundid"))
    antwort = await anderer.hier.get(
        "/anmelden/bundid/rueckkehr", params=gestohlen | {"state": eigener["state"]}
    )
    assert (antwort.status_code, TEXTE["code_abgelehnt"][0] in antwort.text) == (400, True)
    assert not await anderer.ist_angemeldet()
