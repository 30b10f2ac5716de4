"""A query that forgets its filter shows nothing of the neighbour: every table, read and written bare."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.rollen import ANWENDUNG, Zugang
from app.db.sitzung import Datenbank, gelten
from tests.conftest import PgServer

A, B = "05774032", "05711000"

_SPALTEN = """
    SELECT c.relname AS tabelle, a.attname AS spalte, format_type(a.atttypid, NULL) AS typ
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity
    ORDER BY c.relname, a.attnum
"""
# What a column of this type may hold; words that a table insists on follow below.
_WERTE = {
    "uuid": "gen_random_uuid()",
    "bytea": "gen_random_uuid()::text::bytea",
    "jsonb": "'{}'::jsonb",
    "boolean": "false",
    "bigint": "1",
    "integer": "1",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "character varying": "left(md5(random()::text), 2)",
    "text": "md5(random()::text)",
    "text[]": "'{}'::text[]",
    "uuid[]": "'{}'::uuid[]",
}
_BESONDERE = {
    # Unique over all towns.
    ("antrag", "eingangsnummer"): "md5(random()::text)",
    ("bescheinigung", "pruefcode"): "md5(random()::text)",
    ("vorgang", "zustand"): "'in_pruefung'",
    ("mitteilung", "von"): "'amt'",
    ("leistungsangebot", "zustand"): "'angeboten'",
    ("rueckmeldung", "anliegen"): "'frage'",
    ("entscheidung", "art"): "'bewilligt'",
    ("klaerung", "ergebnis"): "'weitergeleitet'",
    ("bestaetigung", "zustand"): "'bestaetigt'",
}


DER_PERSON_ALLEIN = {"entwurf", "antragsinhalt_besonders"}
"""No town sees these by its key alone, not even those that are meant for it."""


@pytest.fixture
async def gefuellt(testserver: PgServer, datenbank: Zugang, verbunden: Datenbank) -> dict[str, list[str]]:
    """Columns of each table; every one that belongs to towns has a row of A and one of B."""
    verwaltung = await asyncpg.connect(testserver.als_verwaltung(datenbank))
    tabellen: dict[str, list[str]] = {}
    typen: dict[tuple[str, str], str] = {}
    for zeile in await verwaltung.fetch(_SPALTEN):
        tabellen.setdefault(zeile["tabelle"], []).append(zeile["spalte"])
        typen[zeile["tabelle"], zeile["spalte"]] = zeile["typ"]
    # Neither references nor triggers matter here, only who sees the rows.
    await verwaltung.execute("SET session_replication_role = replica")
    for tabelle, spalten in tabellen.items():
        if "ags" not in spalten:
            continue
        for ags in (A, B):
            werte = [
                f"'{ags}'"
                if spalte == "ags"
                else _BESONDERE.get((tabelle, spalte), _WERTE[typen[tabelle, spalte]])
                for spalte in spalten
            ]
            await verwaltung.execute(
                f"INSERT INTO {tabelle} ({', '.join(spalten)}) VALUES ({', '.join(werte)})"
            )
    await verwaltung.close()
    return {
        tabelle: spalten
        for tabelle, spalten in tabellen.items()
        if "ags" in spalten and tabelle not in DER_PERSON_ALLEIN
    }


OEFFENTLICH = {"mandant", "wappen", "leistungsangebot"}
"""Everybody may read how a town is set up, and what it offers (docs/adr/0008)."""


async def _bare(datenbank: Datenbank, befehl: str, **schluessel: str) -> list[Any]:
    async with datenbank.sitzungen() as sitzung:
        await gelten(sitzung, **schluessel)
        return list(await sitzung.execute(text(befehl)))


async def test_there_are_rows_to_hide(gefuellt: dict[str, list[str]], datenbank: Zugang) -> None:
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    for tabelle in gefuellt:
        assert {zeile["ags"] for zeile in await eigentuemer.fetch(f"SELECT ags FROM {tabelle}")} == {A, B}
    await eigentuemer.close()
    assert len(gefuellt) >= 15


async def test_read_without_a_filter(
    gefuellt: dict[str, list[str]], verbunden: Datenbank, api_datenbank: Datenbank
) -> None:
    for tabelle in gefuellt:
        alles = f"SELECT ags FROM {tabelle}"
        erwartet = {A, B} if tabelle in OEFFENTLICH else {A}
        assert {zeile.ags for zeile in await _bare(api_datenbank, alles, gemeinde=A)} == erwartet, tabelle
        ohne = {A, B} if tabelle in OEFFENTLICH else set()
        for schluessel in ({}, {"gemeinde": "05758012"}, {"person": "wer"}, {"stelle": "ihk"}):
            gesehen = {zeile.ags for zeile in await _bare(api_datenbank, alles, **schluessel)}
            assert gesehen == ohne, f"{tabelle} {schluessel}"
        # The worker in one town's scope is no wider than the API.
        assert {zeile.ags for zeile in await _bare(verbunden, alles, gemeinde=A)} == erwartet, tabelle


async def test_joined_and_counted_without_a_filter(
    gefuellt: dict[str, list[str]], api_datenbank: Datenbank
) -> None:
    zaehlung = " UNION ALL ".join(
        f"SELECT '{tabelle}' AS tabelle, count(*) AS zahl FROM {tabelle}"
        for tabelle in gefuellt
        if tabelle not in OEFFENTLICH
    )
    zeilen = await _bare(api_datenbank, zaehlung, gemeinde=A)
    assert {zeile.zahl for zeile in zeilen} == {1}
    verbund = "SELECT v.ags, s.ags FROM vorgang v CROSS JOIN sendung s CROSS JOIN dokument d"
    assert [tuple(zeile) for zeile in await _bare(api_datenbank, verbund, gemeinde=A)] == [(A, A)]


async def test_changed_without_a_filter(
    gefuellt: dict[str, list[str]], api_datenbank: Datenbank, datenbank: Zugang
) -> None:
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    veraenderlich = [
        tabelle
        for tabelle in gefuellt
        if await eigentuemer.fetchval(f"SELECT has_table_privilege('{ANWENDUNG}', '{tabelle}', 'UPDATE')")
    ]
    await eigentuemer.close()
    assert len(veraenderlich) >= 10
    for tabelle in veraenderlich:
        befehl = f"UPDATE {tabelle} SET ags = ags RETURNING ags"
        assert [zeile.ags for zeile in await _bare(api_datenbank, befehl, gemeinde=A)] == [A], tabelle


async def test_nothing_is_moved_to_the_neighbour(
    gefuellt: dict[str, list[str]], api_datenbank: Datenbank
) -> None:
    for tabelle in ("vorgang", "antrag", "gewerbeanzeige", "sendung", "mandant", "wappen"):
        with pytest.raises(DBAPIError, match="row-level security"):
            await _bare(api_datenbank, f"UPDATE {tabelle} SET ags = '{B}'", gemeinde=A)


async def test_no_town_sees_what_is_a_persons_alone(
    gefuellt: dict[str, list[str]], verbunden: Datenbank, api_datenbank: Datenbank, datenbank: Zugang
) -> None:
    for tabelle in DER_PERSON_ALLEIN:
        eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
        wem = await eigentuemer.fetchval(f"SELECT einreicher_id FROM {tabelle} WHERE ags = '{A}'")
        await eigentuemer.close()
        alles = f"SELECT einreicher_id FROM {tabelle}"
        for schluessel in ({}, {"gemeinde": A}, {"gemeinde": "*"}, {"person": "wer"}, {"stelle": "ihk"}):
            assert await _bare(api_datenbank, alles, **schluessel) == [], f"{tabelle} {schluessel}"
        assert await _bare(verbunden, alles, gemeinde=A) == []
        gesehen = await _bare(api_datenbank, alles, person=str(wem))
        assert [zeile.einreicher_id for zeile in gesehen] == [wem]
