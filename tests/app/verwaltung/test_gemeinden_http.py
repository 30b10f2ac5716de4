"""Towns over HTTP: set up by who runs the installation, changed by their own administration."""

import httpx
from sqlalchemy import text

from app.db.sitzung import ALLE, transaktion
from tests.app.conftest import Anmelden, Stadt
from tests.app.mandanten.test_einstellungen import png

HERFORD, PADERBORN = "05758012", "05774032"
PFAD = "/api/v1/gemeinden"


async def ereignisse(ags: str) -> list[str]:
    async with transaktion(gemeinde=ALLE) as session:
        return list(
            await session.scalars(
                text("SELECT ereignis FROM journaleintrag WHERE ags = :ags ORDER BY id"), {"ags": ags}
            )
        )


async def test_an_operator_sets_a_town_up_and_says_what_is_missing(melde_an: Anmelden) -> None:
    betreiber = await melde_an("verwaltung")
    antwort = await betreiber.put(f"{PFAD}/{HERFORD}", json={"kurzname": "HF"})
    assert antwort.status_code == 201, antwort.text
    inhalt = antwort.json()
    assert (inhalt["name"], inhalt["einstellungen"]["kurzname"], inhalt["neu"]) == ("Herford", "HF", True)
    assert {eine["pointer"] for eine in inhalt["fehlt"]} >= {"/anschrift", "/erreichbarkeit"}
    nochmal = await betreiber.put(f"{PFAD}/{HERFORD}", json={})
    assert (nochmal.status_code, nochmal.json()["neu"], nochmal.json()["geaendert"]) == (200, False, [])
    assert [eine["ags"] for eine in (await betreiber.get(PFAD)).json()["gemeinden"]] == [HERFORD]
    assert await ereignisse(HERFORD) == ["gemeinde_eingerichtet"]


async def test_a_town_sees_and_changes_itself_alone(stadt: Stadt, melde_an: Anmelden) -> None:
    await stadt(PADERBORN)
    await stadt(HERFORD)
    amt = await melde_an("verwaltung", gemeinde=PADERBORN)
    geaendert = await amt.patch(f"{PFAD}/{PADERBORN}", json={"fristen": {"gewerbeanzeige_tage": 2}})
    assert geaendert.status_code == 200, geaendert.text
    assert geaendert.json()["geaendert"] == ["fristen"]
    gelesen = (await amt.get(f"{PFAD}/{PADERBORN}")).json()
    assert gelesen["einstellungen"]["fristen"] == {"gewerbeanzeige_tage": 2, "entwurf_tage": 30}
    assert [eine["ags"] for eine in (await amt.get(PFAD)).json()["gemeinden"]] == [PADERBORN]
    for antwort in (
        await amt.get(f"{PFAD}/{HERFORD}"),
        await amt.get(f"{PFAD}/{HERFORD}/pruefung"),
        await amt.patch(f"{PFAD}/{HERFORD}", json={"kurzname": "Unseres"}),
        await amt.put(f"{PFAD}/{HERFORD}/wappen", content=png(), headers={"Content-Type": "image/png"}),
    ):
        assert antwort.status_code == 404, antwort.text
        assert antwort.json()["code"] == "gemeinde_unbekannt"
    einrichten = await amt.put(f"{PFAD}/05711000", json={})
    assert (einrichten.status_code, einrichten.json()["code"]) == (403, "nur_betreiber")
    assert await ereignisse(PADERBORN) == ["gemeinde_geaendert"]
    assert await ereignisse(HERFORD) == []


async def test_faults_are_named_with_their_place_and_nothing_is_kept(
    stadt: Stadt, melde_an: Anmelden
) -> None:
    await stadt(PADERBORN)
    amt = await melde_an("verwaltung", gemeinde=PADERBORN)
    antwort = await amt.patch(
        f"{PFAD}/{PADERBORN}", json={"kurzname": "P", "farben": {"leiste": "#ffffff"}, "bericht_an": "x"}
    )
    assert antwort.status_code == 422
    inhalt = antwort.json()
    assert inhalt["code"] == "einstellungen_ungueltig"
    assert {fehler["pointer"] for fehler in inhalt["errors"]} == {"/kurzname", "/farben", "/bericht_an"}
    assert all(fehler["text"]["de"] != fehler["text"]["en"] for fehler in inhalt["errors"])
    assert (await amt.get(f"{PFAD}/{PADERBORN}")).json()["einstellungen"]["kurzname"] == "Paderborn"


async def test_the_coat_of_arms_is_served_as_a_picture_and_nothing_else(
    stadt: Stadt, melde_an: Anmelden, client: httpx.AsyncClient
) -> None:
    await stadt(PADERBORN)
    amt = await melde_an("verwaltung", gemeinde=PADERBORN)
    assert (await client.get(f"{PFAD}/{PADERBORN}/wappen")).status_code == 404
    # What it is called does not matter, only what it is.
    gesetzt = await amt.put(
        f"{PFAD}/{PADERBORN}/wappen", content=png(), headers={"Content-Type": "image/webp"}
    )
    assert gesetzt.status_code == 204, gesetzt.text
    bild = await client.get(f"{PFAD}/{PADERBORN}/wappen")
    assert bild.content == png()
    assert bild.headers["content-type"] == "image/png"
    assert bild.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in bild.headers["content-security-policy"]
    for falsch in (b"<svg onload='alert(1)'/>", b"", bytes(61_000)):
        antwort = await amt.put(
            f"{PFAD}/{PADERBORN}/wappen", content=falsch, headers={"Content-Type": "image/png"}
        )
        assert antwort.status_code == 422, antwort.text
    assert (await client.get(f"{PFAD}/{PADERBORN}/wappen")).content == png()


async def test_the_check_is_there_for_the_administration(stadt: Stadt, melde_an: Anmelden) -> None:
    await stadt(PADERBORN)
    amt = await melde_an("verwaltung", gemeinde=PADERBORN)
    antwort = await amt.get(f"{PFAD}/{PADERBORN}/pruefung")
    assert antwort.status_code == 200, antwort.text
    punkte = {punkt["schluessel"]: punkt for punkt in antwort.json()["punkte"]}
    assert punkte["worker"]["stand"] == "fehler"
    assert punkte["schema"]["stand"] == "in_ordnung"
    assert punkte["anschrift"]["abhilfe"]["de"].startswith("amt gemeinde aendern")


async def test_places_are_found_and_towns_that_are_not_served_are_named_as_such(
    stadt: Stadt, client: httpx.AsyncClient
) -> None:
    await stadt(PADERBORN)
    eindeutig = (await client.get("/api/v1/orte", params={"q": "paderborn"})).json()
    assert eindeutig["eindeutig"] == PADERBORN
    assert eindeutig["orte"] == [
        {
            "ags": PADERBORN,
            "name": "Paderborn",
            "kreis": "Paderborn",
            "kreis_art": "Kreis",
            "grund": "name",
            "eingerichtet": True,
        }
    ]
    mehrdeutig = (await client.get("/api/v1/orte", params={"q": "33154"})).json()
    assert mehrdeutig["eindeutig"] is None
    assert {ort["name"]: ort["eingerichtet"] for ort in mehrdeutig["orte"]} == {
        "Paderborn": True,
        "Salzkotten": False,
    }
    assert (await client.get("/api/v1/orte", params={"q": "x" * 201})).status_code == 422
    assert (await client.get("/api/v1/orte", params={"q": "?"})).json()["orte"] == []
