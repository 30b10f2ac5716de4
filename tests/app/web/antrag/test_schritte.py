"""The pages of a draft over HTTP: what is saved, what is refused, what two windows do to one another."""

import asyncio
import html
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.db.sitzung import transaktion
from app.konto.niveau import Niveau
from app.konto.sitzungen import csrf_token
from tests.app.antraege import dateien
from tests.app.conftest import Einloggen
from tests.app.web.antrag.conftest import AGS, BEGINNEN
from tests.mensch import feld

HTML = {"Accept": "text/html"}
PERSON = {
    "person.familienname": "Probe",
    "person.geburtsdatum": "17.4.85",
    "person.email": "zofia@example.org",
    "person.telefon": "",
    "person.anschrift.nation": "528",
    "person.anschrift.plz": "1011 AB",
}
STAND = {
    "stand.art": "obst",
    "stand.laenge": "6",
    "stand.beginn": "6.3.2027",
    "stand.wagen": "nein",
    "stand.iban": "DE02 1203 0000 0000 2020 51",
}
Browser = httpx.AsyncClient


class Antrag:
    """A draft in one window of a browser."""

    def __init__(self, browser: Browser, adresse: str) -> None:
        self.browser = browser
        self.adresse = adresse

    async def seite(self, pfad: str) -> httpx.Response:
        return await self.browser.get(f"{self.adresse}/{pfad}", headers=HTML)

    async def sende(
        self, pfad: str, felder: dict[str, Any], tun: str = "weiter", von: str | None = None
    ) -> httpx.Response:
        """Send the form of a page: what it holds hidden, and these answers."""
        seite = (von if von is not None else (await self.seite(pfad)).text).partition('id="antrag"')
        verborgen = seite[2] or seite[0]
        eigene = {
            name: feld(verborgen, name)
            for name in ("csrf", "_fassung", "_gezeigt")
            if f'name="{name}"' in verborgen
        }
        return await self.browser.post(
            f"{self.adresse}/{pfad}", data=eigene | felder | {"_tun": tun}, headers=HTML
        )


Beginnen = Callable[..., Any]


@pytest.fixture
async def beginne(paderborn: str, logge_ein: Einloggen) -> Beginnen:
    """A new draft of somebody who has just logged in."""

    async def beginne(niveau: Niveau = Niveau.BASIS, subjekt: str = "eine") -> Antrag:
        browser = await logge_ein(niveau=niveau, subjekt=subjekt)
        seite = await browser.get(BEGINNEN, headers=HTML)
        assert seite.status_code == 200
        token = feld(seite.text.partition('id="beginnen"')[2], "csrf")
        weiter = await browser.post(BEGINNEN, data={"csrf": token}, headers=HTML)
        assert weiter.status_code == 303
        return Antrag(browser, weiter.headers["location"])

    return beginne


def saetze(seite: httpx.Response) -> list[str]:
    """What the list of faults says."""
    liste = seite.text.partition('id="fehler"')[2].partition("</ul>")[0]
    return [html.unescape(satz) for satz in re.findall(r'href="#[^"]+">([^<]+)<', liste)]


async def test_answers_are_saved_whatever_button_is_pressed(beginne: Beginnen) -> None:
    antrag = await beginne()
    for tun, ziel in (("spaeter", "/spaeter"), ("zu:stand", "/stand"), ("zu:gibtesnicht", "/person")):
        antwort = await antrag.sende("person", {"person.email": f"{tun[-5:]}@example.org"}, tun)
        assert (antwort.status_code, antwort.headers["location"]) == (303, f"{antrag.adresse}{ziel}")
        assert f'value="{tun[-5:]}@example.org"' in (await antrag.seite("person")).text


async def test_what_cannot_be_read_stays_and_is_told_beside_the_field(beginne: Beginnen) -> None:
    antrag = await beginne()
    antwort = await antrag.sende("person", PERSON | {"person.geburtsdatum": "gestern", "person.email": "a@"})
    assert antwort.status_code == 422
    assert len(saetze(antwort)) == 2
    assert 'value="gestern"' in antwort.text
    assert 'href="#person-geburtsdatum"' in antwort.text
    assert re.search(
        r'id="person-geburtsdatum"[^>]*aria-describedby="[^"]*person-geburtsdatum-fehler"', antwort.text
    )


async def test_questions_that_an_answer_leads_to_are_asked_before_they_are_missed(beginne: Beginnen) -> None:
    antrag = await beginne()
    antwort = await antrag.sende(
        "person", PERSON | {"person.anschrift.nation": "276", "person.anschrift.plz": "33098"}
    )
    assert antwort.status_code == 303
    assert antwort.headers["location"] == f"{antrag.adresse}/person?mehr=1#person-anschrift-gemeinde"
    # Who goes on without an answer is told.
    antwort = await antrag.sende(
        "person", PERSON | {"person.anschrift.nation": "276", "person.anschrift.plz": "33098"}
    )
    assert antwort.status_code == 422


async def test_a_long_list_is_searched(beginne: Beginnen) -> None:
    antrag = await beginne()
    deutsch = PERSON | {"person.anschrift.nation": "276", "person.anschrift.plz": "33098"}
    await antrag.sende("person", deutsch)
    suche = {**deutsch, "_suche.person.anschrift.gemeinde": "Pader"}
    antwort = await antrag.sende("person", suche, "suche:person.anschrift.gemeinde")
    assert antwort.status_code == 200
    assert 'name="person.anschrift.gemeinde" value="05774032"' in antwort.text
    # A word that stands there when one goes on is a search, too; what it finds has to be chosen.
    assert (await antrag.sende("person", suche)).status_code == 200
    nichts = await antrag.sende("person", suche | {"_suche.person.anschrift.gemeinde": "Xyzzyx"})
    assert nichts.status_code == 422
    antwort = await antrag.sende("person", suche | {"person.anschrift.gemeinde": "05774032"})
    assert antwort.headers["location"] == f"{antrag.adresse}/stand"


async def test_a_value_of_the_login_is_locked_and_a_tampered_one_is_refused(beginne: Beginnen) -> None:
    antrag = await beginne(Niveau.SUBSTANTIELL)
    seite = (await antrag.seite("person")).text
    assert re.search(r'name="person.familienname"[^>]*value="Probe" readonly', seite)
    antwort = await antrag.sende("person", PERSON | {"person.familienname": "Gefälscht"})
    assert antwort.status_code == 422
    assert saetze(antwort) == ["„Familienname“ kommt aus Ihrer Anmeldung."]
    assert "Gefälscht" not in (await antrag.seite("person")).text


@pytest.mark.parametrize(("zeichen", "name"), [("\u202e", "U+202E"), ("👍", "👍")])
async def test_what_no_register_can_hold_is_refused_with_a_sentence_that_names_it(
    beginne: Beginnen, zeichen: str, name: str
) -> None:
    antrag = await beginne()
    antwort = await antrag.sende("person", PERSON | {"person.familienname": f"Ada{zeichen}"})
    assert antwort.status_code == 422
    [satz] = saetze(antwort)
    assert name in satz
    assert html.escape(f"Ada{zeichen}") in antwort.text


async def test_the_longest_and_strangest_text_is_taken(beginne: Beginnen) -> None:
    antrag = await beginne()
    lang = "Łę’-Ǻḫ" * 32
    antwort = await antrag.sende("person", PERSON | {"person.familienname": lang[:190]})
    assert antwort.status_code == 303, saetze(antwort)
    antwort = await antrag.sende("stand", STAND | {"stand.bemerkung": ("ǛŻ’" * 160 + "\r\n<b>&amp;")[:490]})
    assert antwort.status_code == 303, saetze(antwort)
    assert "ǛŻ’" in (await antrag.seite("pruefen")).text
    zu_lang = await antrag.sende("person", PERSON | {"person.familienname": "a" * 300})
    assert zu_lang.status_code == 422


async def test_two_windows_are_shown_what_differs_and_either_can_be_taken(beginne: Beginnen) -> None:
    antrag = await beginne()
    await antrag.sende("person", PERSON)
    alt = (await antrag.seite("person")).text
    assert (await antrag.sende("person", PERSON | {"person.email": "anders@example.org"})).status_code == 303
    konflikt = await antrag.sende("person", PERSON | {"person.email": "hier@example.org"}, von=alt)
    assert konflikt.status_code == 409
    for wert in ("hier@example.org", "anders@example.org", "E-Mail"):
        assert wert in konflikt.text
    assert "anders@example.org" in (await antrag.seite("person")).text
    # The page that asks holds all that was typed, and today's version.
    verborgen = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', konflikt.text))
    antwort = await antrag.browser.post(
        f"{antrag.adresse}/person", data={k: html.unescape(v) for k, v in verborgen.items()}, headers=HTML
    )
    assert antwort.status_code == 303
    assert "hier@example.org" in (await antrag.seite("person")).text
    # What another window has done to another page is no conflict.
    alt = (await antrag.seite("person")).text
    await antrag.sende("stand", STAND)
    assert (await antrag.sende("person", PERSON | {"person.telefon": "05251 88"}, von=alt)).status_code == 303


async def test_saving_by_itself_answers_with_the_new_version(beginne: Beginnen) -> None:
    antrag = await beginne()
    alt = (await antrag.seite("person")).text
    antwort = await antrag.sende("person", PERSON, "autosave", von=alt)
    assert antwort.status_code == 200
    assert antwort.json()["fassung"] > int(feld(alt, "_fassung"))
    assert antwort.json()["text"].startswith("Gespeichert um ")
    await antrag.sende("person", PERSON | {"person.email": "neu@example.org"})
    assert (await antrag.sende("person", PERSON, "autosave", von=alt)).status_code == 409


async def test_what_was_typed_when_the_session_ended_is_there_after_the_next_login(
    beginne: Beginnen, logge_ein: Einloggen
) -> None:
    antrag = await beginne()
    alt = (await antrag.seite("person")).text
    async with transaktion() as session:
        await session.execute(text("UPDATE websitzung SET zuletzt_am = now() - interval '2 hours'"))
    zu_ende = await antrag.sende("person", PERSON | {"person.email": "lange@example.org"}, von=alt)
    assert zu_ende.status_code == 401
    ziel = f"/anmelden?ziel={antrag.adresse.replace('/', '%2F')}%2Fperson%3Fwieder%3D1"
    assert ziel in zu_ende.text
    assert "lange@example.org" not in zu_ende.text
    async with transaktion() as session:
        roh = await session.scalar(text("SELECT inhalt FROM eingabeablage"))
        assert b"lange" not in roh
    erneut = await logge_ein(subjekt="eine")
    browserkeks = {name: wert for name, wert in zu_ende.cookies.items() if name == "amt-browser"}
    assert browserkeks
    erneut.cookies.update(browserkeks)
    wieder = Antrag(erneut, antrag.adresse)
    seite = (await wieder.seite("person?wieder=1")).text
    assert 'value="lange@example.org"' in seite
    antwort = await wieder.sende(
        "person", PERSON | {"person.email": "lange@example.org", "_wieder": "ja"}, von=seite
    )
    assert antwort.status_code == 303
    async with transaktion() as session:
        assert await session.scalar(text("SELECT count(*) FROM eingabeablage")) == 0
    # Another browser, or somebody without a session that could have ended, leaves and finds nothing.
    fremd = await logge_ein(subjekt="eine")
    assert "lange@example.org" not in (await Antrag(fremd, antrag.adresse).seite("stand?wieder=1")).text


async def test_nobody_keeps_anything_here_without_a_session_that_has_ended(
    beginne: Beginnen, client: httpx.AsyncClient
) -> None:
    antrag = await beginne()
    client.cookies.set("amt", "erfunden")
    felder = {"csrf": csrf_token("erfunden"), "person.email": "a@example.org"}
    assert (await client.post(f"{antrag.adresse}/person", data=felder, headers=HTML)).status_code == 401
    async with transaktion() as session:
        assert await session.scalar(text("SELECT count(*) FROM eingabeablage")) == 0


async def test_a_draft_is_its_owners_alone(beginne: Beginnen) -> None:
    antrag, fremder = await beginne(), await beginne(subjekt="andere")
    for pfad in ("", "/person", "/helfer/1", "/nachweise", "/pruefen", "/gesendet", "/spaeter"):
        antwort = await fremder.browser.get(f"{antrag.adresse}{pfad}", headers=HTML)
        assert antwort.status_code == 404, pfad
    assert (await fremder.sende("person", PERSON)).status_code == 303
    gestohlen = Antrag(fremder.browser, antrag.adresse)
    assert (
        await gestohlen.sende("person", PERSON, von=(await fremder.seite("person")).text)
    ).status_code == 404


async def test_entries_are_added_changed_and_removed_after_a_question(beginne: Beginnen) -> None:
    antrag = await beginne()
    await antrag.sende("person", PERSON)
    await antrag.sende("stand", STAND)
    leer = await antrag.sende("helfer", {})
    assert leer.status_code == 422
    assert (await antrag.sende("helfer", {}, "hinzufuegen")).headers["location"].endswith("/helfer/1")
    # A new entry that nobody has begun is none.
    await antrag.sende("helfer/1", {}, "zurueck")
    assert "eintrag-1" not in (await antrag.seite("helfer")).text
    ada = {"vorname": "Ada", "familienname": "Ö", "geburtsdatum": "2.1.1990"}
    assert (await antrag.sende("helfer/1", ada)).headers["location"].endswith("/helfer")
    await antrag.sende("helfer/2", {"vorname": "Bo"}, "zurueck")
    offen = await antrag.sende("helfer", {})
    assert offen.status_code == 422
    assert saetze(offen) == ["Bo: unvollständig"]
    frage = await antrag.sende("helfer", {}, "entfernen:2")
    assert "„Bo“ entfernen?" in frage.text
    assert "Bo" in (await antrag.seite("helfer")).text
    assert (await antrag.sende("helfer", {}, "entfernen-ja:2")).status_code == 303
    assert "Bo" not in (await antrag.seite("helfer")).text
    assert (await antrag.sende("helfer", {})).headers["location"] == f"{antrag.adresse}/nachweise"
    for pfad in ("helfer/3", "helfer/0", "helfer/x", "person/1", "gibtesnicht"):
        assert (await antrag.seite(pfad)).status_code == 404, pfad


async def _bis_zum_ende(antrag: Antrag) -> None:
    await antrag.sende("person", PERSON)
    await antrag.sende("stand", STAND | {"stand.laenge": "3"})
    token = feld((await antrag.seite("nachweise")).text.partition('class="hochladen"')[2], "csrf")
    antwort = await antrag.browser.post(
        f"{antrag.adresse}/nachweise/versicherung",
        data={"csrf": token},
        files={"datei": ("Police.pdf", dateien.pdf(), "application/pdf")},
        headers=HTML,
    )
    assert antwort.status_code == 303, antwort.text


async def test_two_clicks_make_one_application_and_the_way_back_leads_to_its_receipt(
    beginne: Beginnen,
) -> None:
    antrag = await beginne()
    await _bis_zum_ende(antrag)
    seite = (await antrag.seite("pruefen")).text
    ohne = await antrag.sende("pruefen", {}, "senden", von=seite)
    assert ohne.status_code == 422
    assert "kenntnis-fehler" in ohne.text
    beide = await asyncio.gather(
        *(antrag.sende("pruefen", {"kenntnis": "ja"}, "senden", von=seite) for _ in range(2))
    )
    assert {antwort.status_code for antwort in beide} <= {200, 303}
    async with transaktion(gemeinde="*") as session:
        assert await session.scalar(text("SELECT count(*) FROM antrag")) == 1
    for pfad in ("person", "nachweise", "pruefen", ""):
        antwort = await antrag.browser.get(f"{antrag.adresse}/{pfad}".rstrip("/"), headers=HTML)
        assert antwort.headers["location"] == f"{antrag.adresse}/gesendet", pfad
    quittung = (await antrag.seite("gesendet")).text
    assert f"/api/v1/antraege/{antrag.adresse.rpartition('/')[2]}/kopie" in quittung


async def test_what_is_missing_stands_before_the_declaration_with_its_place(beginne: Beginnen) -> None:
    antrag = await beginne()
    await antrag.sende("person", PERSON)
    seite = (await antrag.seite("pruefen")).text
    assert f'href="{antrag.adresse}/stand?von=pruefen#stand-art"' in seite
    assert f'href="{antrag.adresse}/nachweise#nachweis-versicherung"' in seite
    assert "Jetzt absenden" not in seite
    assert (await antrag.sende("pruefen", {"kenntnis": "ja"}, "senden")).status_code == 422
    # Who came to change one thing goes back there.
    antwort = await antrag.sende("stand", STAND | {"_von": "pruefen"})
    assert antwort.headers["location"] == f"{antrag.adresse}/stand?mehr=1&von=pruefen#stand-sorten"
    antwort = await antrag.sende("stand", STAND | {"_von": "pruefen"})
    assert antwort.headers["location"] == f"{antrag.adresse}/pruefen"


@pytest.mark.parametrize(
    ("name", "inhalt", "status"), [("virus.exe", b"MZ\x90\x00", 422), ("leer.pdf", b"", 422), ("", b"", 422)]
)
async def test_a_file_that_cannot_be_taken_is_told_beside_its_field(
    beginne: Beginnen, name: str, inhalt: bytes, status: int
) -> None:
    antrag = await beginne()
    token = feld((await antrag.seite("nachweise")).text.partition('class="hochladen"')[2], "csrf")
    datei = {"datei": (name, inhalt, "application/pdf")} if name else {"x": (None, "1")}
    antwort = await antrag.browser.post(
        f"{antrag.adresse}/nachweise/versicherung", data={"csrf": token}, files=datei, headers=HTML
    )
    assert antwort.status_code == status
    assert 'id="nachweis-versicherung-fehler"' in antwort.text


async def test_a_file_is_looked_at_and_removed(beginne: Beginnen) -> None:
    antrag = await beginne()
    await _bis_zum_ende(antrag)
    seite = (await antrag.seite("nachweise")).text
    gefunden = re.search(rf'href="({antrag.adresse}/nachweise/[^"]+)"', seite)
    assert gefunden
    datei = await antrag.browser.get(gefunden[1])
    assert datei.content == dateien.pdf()
    assert datei.headers["content-security-policy"] == "default-src 'none'; sandbox"
    nummer = feld(seite, "_anlage")
    assert (await antrag.sende("nachweise", {"_anlage": nummer}, "entfernen")).status_code == 303
    assert "Police.pdf" not in (await antrag.seite("nachweise")).text
    assert (await antrag.sende("nachweise", {})).status_code == 422


@pytest.mark.parametrize("sprache", ["de", "en", "leicht"])
async def test_every_page_is_there_in_every_language(beginne: Beginnen, sprache: str) -> None:
    antrag = await beginne()
    antrag.browser.headers["Accept-Language"] = {"leicht": "de-simple"}.get(sprache, sprache)
    await _bis_zum_ende(antrag)
    for pfad in ("person", "stand", "nachweise", "pruefen", "spaeter"):
        seite = await antrag.seite(pfad)
        assert seite.status_code == 200
        assert f'<html lang="{ {"leicht": "de-simple"}.get(sprache, sprache) }"' in seite.text
    for pfad in ("/leistungen", f"/leistungen/{AGS}", f"/leistungen/{AGS}/beispiel"):
        assert (await antrag.browser.get(pfad, headers=HTML)).status_code == 200


async def test_pages_with_a_script_load_it_as_a_file_of_this_host_and_nothing_else(beginne: Beginnen) -> None:
    antrag = await beginne()
    seite = await antrag.seite("person")
    csp = seite.headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self'" in csp
    assert "unsafe" not in csp
    assert re.findall(r"<script[^>]*>", seite.text) == re.findall(
        r'<script src="/static/antrag.js\?v=\w+" defer>', seite.text
    )
    for verboten in ("<style", " style=", " onclick=", "javascript:"):
        assert verboten not in seite.text
