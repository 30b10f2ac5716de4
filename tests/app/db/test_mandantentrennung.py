"""Towns never meet: every table has a policy or a reason, and the policies hold without any filter."""

from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from app.db.rollen import ANWENDUNG, WERK, RollenFehler, Zugang, pruefe_rolle
from app.db.sitzung import ALLE, Datenbank, gelten
from tests.conftest import PgServer

AUSNAHMEN = {
    "alembic_version": "the revision of the schema",
    "klient": "machine clients are found by their name before a town is known; no personal data",
    "websitzung": "found by a secret of 256 bits before anybody is known",
    "anmeldeversuch": "found by a secret of 256 bits before anybody is known",
    "verbrauchte_kennung": "ids of tokens that were used, of all providers",
    "postfachzaehler": "one counter per body, whose mailbox holds the messages of all its towns",
    "empfaenger": "how a body is reached is the same for every town",
    "buendelung": "how a body wants its messages is the same for every town",
    "journalblock": "one chain of hashes over the journal of all towns; no content",
    "journal_unversiegelt": "ids of entries that wait for their seal; no content",
    "vollstaendigkeitslauf": "how far the nightly check has come, in numbers",
    "eingabeablage": "sealed, found only with the number that a browser's own cookie makes",
}
"""Tables without row-level security, and why each needs none."""

ALLE_FUER_DIE_API = {
    "sendung",
    "zustellversuch",
    "journaleintrag",
    "mandant",
    "wappen",
    "leistungsangebot",
    "nutzerkonto",
    "vertretung",
}
"""Tables in which the wide key counts for the API, too: docs/adr/0008 says why."""

OHNE_WEITEN_SCHLUESSEL = {
    "nutzerkonto": "the wide key is in its one policy, for the login needs it",
    "vertretung": "as nutzerkonto",
    "einsicht": "the worker never reads who has read what; it drops months by a function",
}
"""Tables without a policy of the worker's."""

_TABELLEN = """
    SELECT c.relname AS name, c.relrowsecurity AS getrennt, c.relispartition AS teil,
           has_table_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, DELETE') AS zugaenglich
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""
_REGELN = """
    SELECT tablename, policyname, roles, concat(qual, ' ', with_check) AS bedingung
    FROM pg_policies WHERE schemaname = 'public'
"""


@pytest.fixture
async def eigentuemer(datenbank: Zugang) -> asyncpg.Connection:
    return await asyncpg.connect(datenbank.eigentuemer)


async def test_every_table_has_a_policy_or_a_reason(eigentuemer: asyncpg.Connection) -> None:
    offen = {
        zeile["name"]
        for zeile in await eigentuemer.fetch(_TABELLEN, ANWENDUNG)
        # A partition is reached through its table alone, unless somebody grants more.
        if not zeile["getrennt"] and not (zeile["teil"] and not zeile["zugaenglich"])
    }
    await eigentuemer.close()
    assert offen == set(AUSNAHMEN)


async def test_the_check_sees_a_new_table(eigentuemer: asyncpg.Connection) -> None:
    await eigentuemer.execute("CREATE TABLE neu (ags varchar(8))")
    namen = {
        zeile["name"] for zeile in await eigentuemer.fetch(_TABELLEN, ANWENDUNG) if not zeile["getrennt"]
    }
    await eigentuemer.close()
    assert "neu" in namen


async def test_the_wide_key_opens_tables_for_the_worker_alone(eigentuemer: asyncpg.Connection) -> None:
    weit, ohne_werk, je_zeile = set(), set(), set()
    regeln = await eigentuemer.fetch(_REGELN)
    for zeile in regeln:
        if "'*'" in zeile["bedingung"] and zeile["roles"] != [WERK]:
            weit.add(zeile["tablename"])
        # Read once per statement, not once per row.
        if zeile["bedingung"].count("current_setting(") != zeile["bedingung"].count(
            "( SELECT current_setting("
        ):
            je_zeile.add((zeile["tablename"], zeile["policyname"]))
    getrennt = {
        zeile["name"]
        for zeile in await eigentuemer.fetch(_TABELLEN, ANWENDUNG)
        if zeile["getrennt"] and not zeile["teil"]
    }
    for tabelle in getrennt - set(OHNE_WEITEN_SCHLUESSEL):
        if not any(zeile["tablename"] == tabelle and zeile["roles"] == [WERK] for zeile in regeln):
            ohne_werk.add(tabelle)
    await eigentuemer.close()
    assert weit == ALLE_FUER_DIE_API
    assert ohne_werk == set()
    assert je_zeile == set()


async def test_the_api_sees_nothing_under_the_wide_key(
    verbunden: Datenbank, api_datenbank: Datenbank, eigentuemer: asyncpg.Connection
) -> None:
    """A case exists; the worker sees it under the wide key, the API under its town's alone."""
    await eigentuemer.execute(
        "INSERT INTO antrag (id, ags, art, einreicher_id, kanal, eingangsnummer, inhalt_sha256) "
        "VALUES (gen_random_uuid(), '05774032', 'x', gen_random_uuid(), 'x', 'x', '')"
    )
    await eigentuemer.close()
    gesehen = {}
    for name, datenbank, schluessel in (
        ("werk", verbunden, ALLE),
        ("werk ohne", verbunden, ""),
        ("werk fremd", verbunden, "05711000"),
        ("api", api_datenbank, ALLE),
        ("api eigene", api_datenbank, "05774032"),
        ("api fremd", api_datenbank, "05711000"),
    ):
        async with datenbank.sitzungen() as sitzung:
            await gelten(sitzung, gemeinde=schluessel)
            gesehen[name] = await sitzung.scalar(text("SELECT count(*) FROM antrag"))
    assert gesehen == {
        "werk": 1,
        "werk ohne": 0,
        "werk fremd": 0,
        "api": 0,
        "api eigene": 1,
        "api fremd": 0,
    }


async def test_a_role_that_could_become_the_worker_is_refused(
    testserver: PgServer, datenbank: Zugang, verwaltung: asyncpg.Connection
) -> None:
    with pytest.raises(asyncpg.InvalidGrantOperationError):
        await verwaltung.execute(f"GRANT {WERK} TO {ANWENDUNG}")
    name, kennwort = f"amt_probe_{uuid4().hex[:8]}", uuid4().hex
    await verwaltung.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{kennwort}' IN ROLE {WERK}")
    try:
        verbindung = await asyncpg.connect(testserver.als(name, kennwort, datenbank))
        try:
            with pytest.raises(RollenFehler, match=WERK):
                await pruefe_rolle(verbindung)
            await verbindung.execute(f"SET ROLE {WERK}")
            await pruefe_rolle(verbindung)
            await verbindung.execute(f"SET ROLE {ANWENDUNG}")
            await pruefe_rolle(verbindung)
        finally:
            await verbindung.close()
    finally:
        await verwaltung.execute(f"DROP ROLE {name}")


async def test_a_town_changes_its_own_settings_only(api_datenbank: Datenbank, verbunden: Datenbank) -> None:
    async with verbunden.sitzungen.begin() as sitzung:
        await sitzung.execute(
            text(
                "INSERT INTO mandant (ags, behoerdenname, anschrift, aktenzeichen_schema) VALUES "
                "('05774032', 'P', '{}', '{nummer}'), ('05711000', 'B', '{}', '{nummer}')"
            )
        )
    async with api_datenbank.sitzungen.begin() as sitzung:
        await gelten(sitzung, gemeinde="05774032")
        geaendert = await sitzung.execute(text("UPDATE mandant SET behoerdenname = 'X' RETURNING ags"))
        assert [zeile.ags for zeile in geaendert] == ["05774032"]
        assert await sitzung.scalar(text("SELECT count(*) FROM mandant")) == 2
