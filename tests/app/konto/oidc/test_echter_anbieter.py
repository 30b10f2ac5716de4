"""Each kind of person logs in at the real provider, over HTTP."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from app.db.sitzung import Datenbank
from app.konto import anmeldung
from app.konto.anmeldung import AnmeldungGescheitert
from app.konto.identitaet import Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle, Rollenzuweisung
from tests.idp import BASIS, Browser, Idp, parameter

pytestmark = pytest.mark.usefixtures("idp_hier")

BROWSER = "ein-geheimnis-dieses-browsers"
PADERBORN, BIELEFELD = "05774032", "05711000"


async def melde_an(idp: Idp, anbieter: str, person: str | None, niveau: Niveau = Niveau.BASIS) -> Anmeldung:
    url = await anmeldung.beginne(anbieter, ziel="/konto", niveau=niveau, browser=BROWSER)
    ergebnis, ziel = await anmeldung.schliesse_ab(anbieter, await idp.melde_an(url, person), BROWSER)
    assert ziel == "/konto"
    assert (ergebnis.anbieter, ergebnis.issuer) == (anbieter, idp.issuer(anbieter))
    assert ergebnis.sid
    return ergebnis


@pytest.mark.parametrize(
    ("person", "niveau"),
    [("erika-musterfrau", Niveau.BASIS), ("can-yilmaz", Niveau.SUBSTANTIELL), ("zoe-angstroem", Niveau.HOCH)],
)
async def test_natural_persons_at_each_level(
    verbunden: Datenbank, idp: Idp, person: str, niveau: Niveau
) -> None:
    ergebnis = await melde_an(idp, "bundid", person, niveau)
    assert (ergebnis.art, ergebnis.niveau) == (Kontoart.PERSON, niveau)
    assert ergebnis.subjekt == f"bPK2:DEMO-bPK2-{person}"
    assert ergebnis.rollen == ()


async def test_a_citizen_of_the_eu_keeps_name_and_address(verbunden: Datenbank, idp: Idp) -> None:
    angaben = (await melde_an(idp, "bundid", "zoe-angstroem")).angaben
    assert angaben.name == "Zoë Märta Ångström"
    assert angaben.staatsangehoerigkeit == "SE"
    assert angaben.anschrift
    assert angaben.anschrift.model_dump(exclude_none=True) == {
        "strasse": "Exempelgatan 7 lgh 1102",
        "plz": "211 34",
        "ort": "Malmö",
        "staat": "SE",
    }


async def test_an_organisation_signs_with_ps256(verbunden: Datenbank, idp: Idp) -> None:
    ergebnis = await melde_an(idp, "unternehmenskonto", "beispiel-gmbh")
    # Identified at the level hoch, logged in at substantiell: the lower counts.
    assert (ergebnis.art, ergebnis.niveau) == (Kontoart.ORGANISATION, Niveau.SUBSTANTIELL)
    firma = ergebnis.angaben.organisation
    assert firma
    assert (firma.name, firma.register_art, firma.register_nummer) == (
        "Beispiel Software GmbH",
        "HRB",
        "99999",
    )
    assert ergebnis.angaben.familienname == "von Kowalski"


async def test_the_former_shape_tells_about_people_by_userinfo(verbunden: Datenbank, idp: Idp) -> None:
    ergebnis = await melde_an(idp, "servicekonto", "ole-nielsen")
    assert (ergebnis.subjekt, ergebnis.niveau) == ("ole-nielsen", Niveau.BASIS)
    assert ergebnis.angaben.anschrift
    assert ergebnis.angaben.anschrift.ort == "Delbrück"


@pytest.mark.parametrize(
    ("anbieter", "person", "rolle"),
    [
        ("paderborn", "p-sachbearbeitung", Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde=PADERBORN)),
        ("paderborn", "p-leitung", Rollenzuweisung(Rolle.LEITUNG, gemeinde=PADERBORN)),
        ("paderborn", "p-administration", Rollenzuweisung(Rolle.ADMINISTRATION, gemeinde=PADERBORN)),
        ("paderborn", "p-revision", Rollenzuweisung(Rolle.REVISION, gemeinde=PADERBORN)),
        ("bielefeld", "b-sachbearbeitung", Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde=BIELEFELD)),
        ("bielefeld", "b-leitung", Rollenzuweisung(Rolle.LEITUNG, gemeinde=BIELEFELD)),
        (
            "ihk-ostwestfalen",
            "ihk-gruendungsberatung",
            Rollenzuweisung(Rolle.KAMMER, stelle="ihk-ostwestfalen-zu-bielefeld"),
        ),
    ],
)
async def test_staff_get_the_role_of_their_own_place(
    verbunden: Datenbank, idp: Idp, anbieter: str, person: str, rolle: Rollenzuweisung
) -> None:
    ergebnis = await melde_an(idp, anbieter, person, Niveau.SUBSTANTIELL)
    assert (ergebnis.art, ergebnis.rollen) == (Kontoart.BESCHAEFTIGT, (rolle,))


@pytest.mark.parametrize(
    ("anbieter", "person", "niveau", "code"),
    [
        ("bundid", "gast", Niveau.BASIS, "kennung_fehlt"),
        ("bundid", "erika-musterfrau", Niveau.SUBSTANTIELL, "niveau_zu_niedrig"),
        ("bundid", None, Niveau.BASIS, "abgebrochen"),
        # A role in Bielefeld that Paderborn's provider claims for its own man.
        ("paderborn", "p-ohne-rolle", Niveau.BASIS, "keine_rolle"),
    ],
)
async def test_who_may_not_is_told_why(
    verbunden: Datenbank, idp: Idp, anbieter: str, person: str | None, niveau: Niveau, code: str
) -> None:
    with pytest.raises(AnmeldungGescheitert) as gescheitert:
        await melde_an(idp, anbieter, person, niveau)
    assert gescheitert.value.code == code
    assert (gescheitert.value.ziel, gescheitert.value.niveau) == ("/konto", niveau)


async def test_a_code_counts_once(verbunden: Datenbank, idp: Idp) -> None:
    url = await anmeldung.beginne("bundid", ziel="/", niveau=Niveau.BASIS, browser=BROWSER)
    antwort = await idp.melde_an(url, "can-yilmaz")
    await anmeldung.schliesse_ab("bundid", antwort, BROWSER)
    neu = parameter(await anmeldung.beginne("bundid", ziel="/", niveau=Niveau.BASIS, browser=BROWSER))
    with pytest.raises(AnmeldungGescheitert, match="code_abgelehnt"):
        await anmeldung.schliesse_ab("bundid", antwort | {"state": neu["state"]}, BROWSER)


@pytest.fixture
async def browser(idp: Idp) -> "Iterator[Browser]":  # type: ignore[misc]
    offen = idp.browser()
    yield offen
    await offen.schliesse()


async def test_a_higher_level_is_reached_in_the_same_browser(
    verbunden: Datenbank, idp: Idp, browser: Browser
) -> None:
    url = await anmeldung.beginne("bundid", ziel="/", niveau=Niveau.BASIS, browser=BROWSER)
    await anmeldung.schliesse_ab("bundid", parameter(await browser.waehle(url, "erika-musterfrau")), BROWSER)
    # Known there at a lower level: the provider has to ask again, and does.
    for erneut in (False, True):
        url = await anmeldung.beginne("bundid", ziel="/", niveau=Niveau.HOCH, browser=BROWSER, erneut=erneut)
        antwort = parameter(await browser.waehle(url, "zoe-angstroem"))
        ergebnis, _ = await anmeldung.schliesse_ab("bundid", antwort, BROWSER)
        assert ergebnis.niveau is Niveau.HOCH


async def test_logout_there_ends_here_and_its_token_counts_once(
    verbunden: Datenbank, idp: Idp, browser: Browser
) -> None:
    url = await anmeldung.beginne("bielefeld", ziel="/", niveau=Niveau.BASIS, browser=BROWSER)
    antwort = parameter(await browser.waehle(url, "b-leitung"))
    ergebnis, _ = await anmeldung.schliesse_ab("bielefeld", antwort, BROWSER)
    abmeldung = await anmeldung.abmelde_url("bielefeld", zurueck="/", sid=ergebnis.sid)
    assert abmeldung
    assert await browser.melde_ab(abmeldung) == f"{BASIS}/"
    for _ in range(100):
        if idp.abmeldungen:
            break
        await asyncio.sleep(0.05)
    schluessel, token = idp.abmeldungen.pop()
    assert schluessel == "bielefeld"
    ende = await anmeldung.pruefe_abmeldetoken("bielefeld", token)
    assert (ende.issuer, ende.sid) == (ergebnis.issuer, ergebnis.sid)
    assert ende.subjekt == ergebnis.subjekt
    with pytest.raises(AnmeldungGescheitert, match="jti"):
        await anmeldung.pruefe_abmeldetoken("bielefeld", token)
    with pytest.raises(AnmeldungGescheitert, match="kid"):
        await anmeldung.pruefe_abmeldetoken("paderborn", token)


async def test_nothing_personal_stands_in_urls(verbunden: Datenbank, idp: Idp) -> None:
    url = await anmeldung.beginne("bundid", ziel="/konto?a=geheim", niveau=Niveau.HOCH, browser=BROWSER)
    assert "geheim" not in url
    assert BROWSER not in url
    zurueck = await anmeldung.abmelde_url("bundid", zurueck="/", sid="s")
    assert zurueck
    assert urlsplit(zurueck).path == "/bundid/session/end"


async def test_all_providers_of_the_demo_pass_their_check(idp: Idp) -> None:
    assert {key: await anmeldung.pruefe_anbieter(key) for key in anmeldung.anbieter()} == dict.fromkeys(
        idp.dienst.personen
    )
