"""Sign in and out over HTTP, with the real provider: from the choice to the account, and how it fails."""

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from app.konto import anmeldung
from tests.idp import BASIS, Idp
from tests.mensch import Mensch, feld, weiter

pytestmark = pytest.mark.usefixtures("idp_hier")

ERIKA, CAN, ZOE = "erika-musterfrau", "can-yilmaz", "zoe-angstroem"


@pytest.mark.parametrize(
    ("anbieter", "person", "name", "niveau"),
    [
        ("bundid", ERIKA, "Erika Musterfrau", "Basis"),
        ("bundid", CAN, "Can Yılmaz", "Substantiell"),
        ("bundid", ZOE, "Zoë Märta Ångström", "Hoch"),
    ],
)
async def test_a_person_signs_in_and_sees_what_is_stored(
    mensch: Mensch, anbieter: str, person: str, name: str, niveau: str
) -> None:
    antwort = await mensch.meldet_sich_an(anbieter, person)
    assert (antwort.status_code, antwort.headers["location"]) == (303, "/konto")
    konto = (await mensch.hier.get("/konto")).text
    assert f"Angemeldet als {name}" in konto
    assert re.search(rf">Vertrauensniveau</dt>\s*<dd[^>]*>{niveau}<", konto)
    sitzungen = (await mensch.hier.get("/konto/sitzungen")).text
    assert "Firefox, Linux" in sitzungen


async def test_the_choice_keeps_citizens_and_staff_apart(client: httpx.AsyncClient) -> None:
    buerger = (await client.get("/anmelden")).text
    personal = (await client.get("/anmelden?fuer=amt")).text
    alle = anmeldung.anbieter().values()
    for einer in alle:
        knopf = f'action="/anmelden/{einer.schluessel}"'
        assert (knopf in buerger, knopf in personal) == (not einer.fuer_personal, einer.fuer_personal)
    hoch = (await client.get("/anmelden?niveau=hoch")).text
    assert 'action="/anmelden/bundid"' in hoch
    assert 'action="/anmelden/unternehmenskonto"' not in hoch


async def test_the_secret_is_new_after_each_login(mensch: Mensch) -> None:
    mensch.traegt("planted")
    await mensch.meldet_sich_an("bundid", ERIKA)
    erstes = mensch.hier.cookies["amt"]
    assert erstes != "planted"
    await mensch.meldet_sich_an("bundid", ZOE, niveau="hoch")
    assert mensch.hier.cookies["amt"] != erstes
    mensch.traegt(erstes)
    assert (await mensch.hier.get("/konto")).status_code == 303


async def test_a_step_up_goes_on_where_the_person_was(mensch: Mensch) -> None:
    await mensch.meldet_sich_an("bundid", ERIKA)
    antwort = await mensch.meldet_sich_an("bundid", ZOE, niveau="hoch", ziel="/konto/sitzungen?a=b")
    assert antwort.headers["location"] == "/konto/sitzungen?a=b"


async def test_too_low_a_level_is_no_login_and_no_dead_end(mensch: Mensch) -> None:
    antwort = await mensch.meldet_sich_an("bundid", ERIKA, niveau="hoch", ziel="/konto/sitzungen")
    assert antwort.status_code == 400
    assert "Die Anmeldung hat nicht geklappt" in antwort.text
    assert "Online-Ausweis" in antwort.text
    assert 'href="/anmelden?ziel=%2Fkonto%2Fsitzungen&amp;niveau=hoch&amp;erneut=ja"' in antwort.text
    assert (await mensch.hier.get("/konto")).status_code == 303


async def test_whoever_was_refused_can_come_as_somebody_else(mensch: Mensch) -> None:
    """The provider still knows the guest and would send the same one again, unless it is told to ask."""
    antwort = await mensch.meldet_sich_an("bundid", "gast")
    assert antwort.status_code == 400
    noch_einmal = html.unescape(re.search(r'href="(/anmelden\?[^"]+)"', antwort.text)[1])  # type: ignore[index]
    seite = await mensch.hier.get(noch_einmal)
    felder = {name: feld(seite.text, name) for name in ("csrf", "ziel", "niveau", "erneut")}
    url = weiter((await mensch.hier.post("/anmelden/bundid", data=felder)).text)
    assert (await mensch.kehrt_zurueck(await mensch.dort.waehle(url, ERIKA))).status_code == 303


async def test_who_cancels_is_told_so_in_their_language(mensch: Mensch) -> None:
    antwort = await mensch.meldet_sich_an("bundid", None)
    assert antwort.status_code == 400
    assert "Sie haben die Anmeldung abgebrochen." in antwort.text
    await mensch.hier.get("/sprache?auf=en")
    assert "You have cancelled the sign-in." in (await mensch.meldet_sich_an("bundid", None)).text


async def test_an_answer_counts_once_and_in_its_own_browser(mensch: Mensch, anderer: Mensch) -> None:
    url = await mensch.dort.waehle(await mensch.beginnt("bundid"), ERIKA)
    # Login CSRF: somebody is led to the answer of somebody else's login.
    await anderer.hier.get("/anmelden")
    fremd = await anderer.kehrt_zurueck(url)
    assert fremd.status_code == 400
    assert "amt" not in anderer.hier.cookies
    # The attempt is used up: the answer is of no use to its own browser either.
    assert (await mensch.kehrt_zurueck(url)).status_code == 400


@pytest.mark.parametrize(
    "ziel",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "https:evil.example",
        "/%0d%0aSet-Cookie: x",
        "\x00/konto",
    ],
)
async def test_nobody_is_sent_to_another_host(client: httpx.AsyncClient, mensch: Mensch, ziel: str) -> None:
    seite = await client.get("/anmelden", params={"ziel": ziel})
    assert feld(seite.text, "ziel").startswith("/")
    assert "evil" not in feld(seite.text, "ziel").partition("?")[0].strip("/")[:4]
    csrf = feld((await mensch.hier.get("/anmelden")).text, "csrf")
    begonnen = await mensch.hier.post("/anmelden/bundid", data={"csrf": csrf, "ziel": ziel})
    zurueck = await mensch.dort.waehle(weiter(begonnen.text), ERIKA)
    ort = urlsplit((await mensch.kehrt_zurueck(zurueck)).headers["location"])
    assert (ort.scheme, ort.netloc) == ("", "")
    assert ort.path.startswith("/")
    assert not ort.path.startswith("//")
    sprache = await client.get("/sprache", params={"auf": "en", "ziel": ziel})
    assert urlsplit(sprache.headers["location"]).netloc == ""
    assert "\\" not in sprache.headers["location"]


async def test_no_url_says_who_somebody_is(mensch: Mensch) -> None:
    beginn = await mensch.beginnt("bundid")
    zurueck = await mensch.dort.waehle(beginn, ERIKA)
    for url in (beginn, zurueck, str((await mensch.kehrt_zurueck(zurueck)).headers["location"])):
        assert "erika" not in url.lower()
        assert "musterfrau" not in url.lower()


async def test_sign_out_ends_the_session_here_and_there(mensch: Mensch) -> None:
    await mensch.meldet_sich_an("bundid", ERIKA)
    geheimnis = mensch.hier.cookies["amt"]
    antwort = await mensch.meldet_sich_ab()
    assert antwort.status_code == 200
    assert "amt" not in mensch.hier.cookies
    assert await mensch.dort.melde_ab(weiter(antwort.text)) == f"{BASIS}/abgemeldet"
    mensch.traegt(geheimnis)
    assert (await mensch.hier.get("/konto")).status_code == 303
    assert "Sie sind abgemeldet." in (await mensch.hier.get("/abgemeldet")).text


async def test_one_of_two_browsers_signs_out(mensch: Mensch, anderer: Mensch) -> None:
    await mensch.meldet_sich_an("bundid", ERIKA)
    await anderer.meldet_sich_an("bundid", ERIKA)
    await mensch.meldet_sich_ab()
    assert (await mensch.hier.get("/konto")).status_code == 303
    assert (await anderer.hier.get("/konto")).status_code == 200


async def test_the_provider_ends_the_session_behind_the_browsers_back(
    client: httpx.AsyncClient, mensch: Mensch, anderer: Mensch, idp: Idp
) -> None:
    await mensch.meldet_sich_an("bundid", ERIKA)
    await anderer.meldet_sich_an("bundid", ERIKA)
    vorher = len(idp.abmeldungen)
    # The person logs out at the provider itself; its logout token comes to the collector, and on to us.
    url = await anmeldung.abmelde_url("bundid", zurueck="/abgemeldet")
    assert url is not None
    await mensch.dort.melde_ab(url)
    ((schluessel, token),) = idp.abmeldungen[vorher:]
    assert schluessel == "bundid"
    antwort = await client.post("/anmelden/bundid/abmeldung", data={"logout_token": token})
    assert (antwort.status_code, antwort.headers["cache-control"]) == (200, "no-store")
    assert (await mensch.hier.get("/konto")).status_code == 303
    assert (await anderer.hier.get("/konto")).status_code == 200
    noch_einmal = await client.post("/anmelden/bundid/abmeldung", data={"logout_token": token})
    assert (noch_einmal.status_code, noch_einmal.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("token", [None, "", "a.b.c", "x" * 9000])
async def test_a_logout_that_does_not_hold_is_refused(client: httpx.AsyncClient, token: str | None) -> None:
    felder = {} if token is None else {"logout_token": token}
    assert (await client.post("/anmelden/bundid/abmeldung", data=felder)).status_code == 400


async def test_a_provider_that_is_not_there(mensch: Mensch, monkeypatch: pytest.MonkeyPatch) -> None:
    csrf = feld((await mensch.hier.get("/anmelden")).text, "csrf")
    antwort = await mensch.hier.post("/anmelden/gibtsnicht", data={"csrf": csrf})
    assert antwort.status_code == 404

    async def faellt_aus(*_: object, **__: object) -> str:
        raise anmeldung.AnmeldungGescheitert("anbieter_nicht_erreichbar", ziel="/konto/sitzungen")

    monkeypatch.setattr(anmeldung, "beginne", faellt_aus)
    antwort = await mensch.hier.post("/anmelden/bundid", data={"csrf": csrf})
    assert antwort.status_code == 503
    assert "gerade nicht erreichbar" in antwort.text
    assert urlencode({"ziel": "/konto/sitzungen"}) in antwort.text


async def test_staff_come_to_their_office(mensch: Mensch) -> None:
    personal = [einer for einer in anmeldung.anbieter().values() if einer.fuer_personal]
    assert personal
    antwort = await mensch.hier.get("/amt")
    ziel = parse_qs(urlsplit(antwort.headers["location"]).query)
    assert (ziel["fuer"], ziel["ziel"]) == (["amt"], ["/amt"])
    await mensch.meldet_sich_an("paderborn", "p-sachbearbeitung", ziel="/amt")
    assert (await mensch.hier.get("/amt")).headers["location"] == "/amt/05774032"
    assert "Sachbearbeitung" in (await mensch.hier.get("/amt/05774032")).text


async def test_staff_without_a_role_are_told_whom_to_ask(mensch: Mensch) -> None:
    antwort = await mensch.meldet_sich_an("paderborn", "p-ohne-rolle", ziel="/amt")
    assert antwort.status_code == 403
    assert "Administration Ihrer Behörde" in antwort.text


async def test_an_organisation_acts_for_itself(mensch: Mensch) -> None:
    await mensch.meldet_sich_an("unternehmenskonto", "beispiel-gmbh")
    konto = (await mensch.hier.get("/konto")).text
    assert re.search(r">Organisation</dt>\s*<dd[^>]*>[^<]*GmbH", konto)
