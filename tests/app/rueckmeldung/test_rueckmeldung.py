"""What people say about pages: without a name, sealed, read by its town alone, forgotten in half a year."""

import json

import asyncpg
import pytest

from app.db.rollen import Zugang
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.konto.rollen import Rolle
from app.rueckmeldung import service, tasks
from app.rueckmeldung.service import Anliegen, Stimme, ohne_kennungen
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN
from tests.app.kommandos.test_versand import rufe

ADRESSE = "/api/v1/rueckmeldungen"
GEHEIM = "Ich heiße Zoë und sehe nichts."


def _stimme(text: str = GEHEIM, email: str = "zoe@example.org") -> Stimme:
    return Stimme(
        seite="/antrag/0193a3f5-0000-7000-8000-000000000001/person",
        sprache="leicht",
        anliegen=Anliegen.BARRIERE,
        bewertung=2,
        text=text,
        email=email,
    )


async def _sage(*wem: str | None, stimme: Stimme | None = None) -> None:
    for ags in wem:
        async with transaktion() as session:
            await service.nimm_auf(session, ags, stimme or _stimme())


@pytest.mark.parametrize(
    ("pfad", "behalten"),
    [
        ("/konto/vertretungen?name=Zoe", "/konto/vertretungen"),
        ("/antrag/0193A3F5-0000-7000-8000-000000000001", "/antrag/*"),
        ("/amt/05774032/vorgaenge/0193a3f5-0000-7000-8000-000000000001", "/amt/05774032/vorgaenge/*"),
        ("/pruefcode/ABCD-EFGH-0123", "/pruefcode/*"),
        ("/pruefcode", "/pruefcode"),
        ("//boese.example", "/"),
        ("https://boese.example/", "/"),
        ("/<script>", "/"),
        ("", "/"),
        ("/" + "x" * 500, "/" + "x" * 199),
    ],
)
def test_no_page_names_a_draft_or_a_case(pfad: str, behalten: str) -> None:
    assert ohne_kennungen(pfad) == behalten


async def test_a_town_reads_what_was_said_to_it(
    stadt: Stadt, logge_ein: Einloggen, melde_an: Anmelden, verbunden: Datenbank
) -> None:
    for ags in (PADERBORN, BIELEFELD):
        await stadt(ags)
    await _sage(PADERBORN, BIELEFELD, None)
    for wer in (await logge_ein(rolle(Rolle.LEITUNG)), await melde_an("verwaltung", gemeinde=PADERBORN)):
        antwort = await wer.get(ADRESSE)
        assert antwort.status_code == 200, antwort.text
        [eine] = antwort.json()["rueckmeldungen"]
        assert (eine["ags"], eine["seite"]) == (PADERBORN, "/antrag/*/person")
        assert (eine["text"], eine["email"], eine["bewertung"]) == (GEHEIM, "zoe@example.org", 2)
        assert (eine["anliegen"], eine["sprache"]) == ("barriere", "leicht")


async def test_page_by_page_newest_first(stadt: Stadt, logge_ein: Einloggen, verbunden: Datenbank) -> None:
    await stadt(PADERBORN)
    for nummer in range(3):
        await _sage(PADERBORN, stimme=_stimme(str(nummer)))
    leitung = await logge_ein(rolle(Rolle.LEITUNG))
    erste = (await leitung.get(ADRESSE, params={"anzahl": 2})).json()
    zweite = (await leitung.get(ADRESSE, params={"anzahl": 2, "nach": erste["weiter"]})).json()
    gelesen = [eine["text"] for seite in (erste, zweite) for eine in seite["rueckmeldungen"]]
    assert gelesen == ["2", "1", "0"]
    assert zweite["weiter"] is None


async def test_the_database_does_not_know_what_was_written(
    stadt: Stadt, verbunden: Datenbank, datenbank: Zugang
) -> None:
    await stadt(PADERBORN)
    await _sage(PADERBORN)
    await _sage(PADERBORN, stimme=_stimme(text="", email=""))
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    zeilen = await eigentuemer.fetch("SELECT * FROM rueckmeldung ORDER BY id")
    await eigentuemer.close()
    assert b"Zo" not in zeilen[0]["inhalt"]
    assert zeilen[1]["inhalt"] is None
    assert set(dict(zeilen[0])) == {
        "id",
        "ags",
        "seite",
        "sprache",
        "anliegen",
        "bewertung",
        "inhalt",
        "erstellt_am",
    }


async def test_one_that_cannot_be_opened_hides_no_other(
    stadt: Stadt, verbunden: Datenbank, datenbank: Zugang
) -> None:
    await stadt(PADERBORN)
    await _sage(PADERBORN, PADERBORN)
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute(
        "UPDATE rueckmeldung SET inhalt = '\\x00' WHERE id = (SELECT min(id::text)::uuid FROM rueckmeldung)"
    )
    await eigentuemer.close()
    async with transaktion(gemeinde=ALLE) as session:
        assert [einer.text for einer in await service.alle(session, None)] == [GEHEIM, None]


async def test_after_half_a_year_it_is_forgotten(verbunden: Datenbank, datenbank: Zugang) -> None:
    await _sage(None, None)
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute(
        "UPDATE rueckmeldung SET erstellt_am = now() - interval '181 days' "
        "WHERE id = (SELECT min(id::text)::uuid FROM rueckmeldung)"
    )
    await tasks.pflege()
    assert await eigentuemer.fetchval("SELECT count(*) FROM rueckmeldung") == 1
    await eigentuemer.close()


async def test_who_says_something_reads_nothing_back(api_datenbank: Datenbank, verbunden: Datenbank) -> None:
    async with api_datenbank.sitzungen.begin() as session:
        await service.nimm_auf(session, None, _stimme())
        assert await service.seite(session, None) == []


async def test_the_command_shows_all_or_one_town(
    stadt: Stadt, verbunden: Datenbank, datenbank: Zugang
) -> None:
    await stadt(PADERBORN)
    await _sage(PADERBORN, None, stimme=_stimme(text="Zeile eins\nZeile \x1b[31mzwei"))
    status, ausgabe = await rufe(datenbank, "rueckmeldungen", PADERBORN)
    assert status == 0, ausgabe
    assert f"{PADERBORN} barriere 2/5 /antrag/*/person" in ausgabe
    assert "    Zeile eins\n    Zeile �[31mzwei\n    zoe@example.org" in ausgabe
    status, ausgabe = await rufe(datenbank, "rueckmeldungen", "--json")
    assert [eine["ags"] for eine in json.loads(ausgabe)] == [None, PADERBORN]
