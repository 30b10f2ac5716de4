"""What is undelivered is deleted by nobody: no retention job, no owner of the tables."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from app.db.basis import neue_id
from app.db.rollen import Zugang
from tests.app.versand.conftest import Stelle_ein, aendere, zeile

JETZT = datetime.now(UTC)


@pytest.fixture
async def eigentuemer(datenbank: Zugang) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the tables, whom row-level security does not bind."""
    verbindung = await asyncpg.connect(datenbank.eigentuemer)
    yield verbindung
    await verbindung.close()


async def _mit_allem(eigentuemer: asyncpg.Connection, bezug: UUID) -> dict[str, str]:
    """The rows a message is made of, each with the statement that deletes it."""
    sendung = await zeile(bezug)
    antrag = await eigentuemer.fetchval("SELECT antrag_id FROM vorgang WHERE id = $1", sendung.vorgang_id)
    dokument = neue_id()
    await eigentuemer.execute(
        "INSERT INTO dokument (id, ags, antrag_id, art, dateiname, medientyp, inhalt, sha256) "
        "VALUES ($1, $2, $3, 'eingang', 'a.xml', 'application/xml', '', '')",
        dokument,
        sendung.ags,
        antrag,
    )
    return {
        "sendung": f"DELETE FROM sendung WHERE id = '{sendung.id}'",
        "dokument": f"DELETE FROM dokument WHERE id = '{dokument}'",
        "vorgang": f"DELETE FROM vorgang WHERE id = '{sendung.vorgang_id}'",
        "antrag": f"DELETE FROM antrag WHERE id = '{antrag}'",
    }


UNZUGESTELLT: dict[str, dict[str, object]] = {
    "waits": {},
    "given up": {"naechster_versuch_am": None, "aufgegeben_am": JETZT},
    "in the mailbox, not answered": {"naechster_versuch_am": None, "nummer": 1, "bereitgestellt_am": JETZT},
    "fetched, not answered": {
        "naechster_versuch_am": None,
        "nummer": 1,
        "bereitgestellt_am": JETZT,
        "abgeholt_am": JETZT,
    },
    "delivered and to be sent again": {"bereitgestellt_am": JETZT, "abgeholt_am": JETZT},
}
ZUGESTELLT: dict[str, dict[str, object]] = {
    "accepted": {
        "naechster_versuch_am": None,
        "nummer": 1,
        "bereitgestellt_am": JETZT,
        "angenommen_am": JETZT,
    },
    "refused": {"naechster_versuch_am": None, "nummer": 1, "bereitgestellt_am": JETZT, "abgelehnt_am": JETZT},
    "taken by the receiver's machine": {
        "naechster_versuch_am": None,
        "bereitgestellt_am": JETZT,
        "abgeholt_am": JETZT,
    },
    "stopped": {"naechster_versuch_am": None, "angehalten_am": JETZT},
}


@pytest.mark.parametrize("werte", UNZUGESTELLT.values(), ids=UNZUGESTELLT)
async def test_nothing_that_an_undelivered_message_needs_is_deleted(
    werte: dict[str, object], stelle_ein: Stelle_ein, eigentuemer: asyncpg.Connection
) -> None:
    [bezug] = await stelle_ein()
    if werte:
        await aendere(bezug, **werte)
    for tabelle, loeschen in (await _mit_allem(eigentuemer, bezug)).items():
        with pytest.raises(asyncpg.RestrictViolationError, match=tabelle):
            await eigentuemer.execute(loeschen)
        with pytest.raises(asyncpg.RestrictViolationError):
            await eigentuemer.execute(f"TRUNCATE {tabelle} CASCADE")


@pytest.mark.parametrize("werte", ZUGESTELLT.values(), ids=ZUGESTELLT)
async def test_what_is_done_may_go(
    werte: dict[str, object], stelle_ein: Stelle_ein, eigentuemer: asyncpg.Connection
) -> None:
    [bezug] = await stelle_ein()
    await aendere(bezug, **werte)
    for loeschen in (await _mit_allem(eigentuemer, bezug)).values():
        assert await eigentuemer.execute(loeschen) == "DELETE 1"


async def test_one_undelivered_message_of_many_is_enough(
    stelle_ein: Stelle_ein, eigentuemer: asyncpg.Connection
) -> None:
    fertig, offen = await stelle_ein(2)
    await aendere(fertig, **ZUGESTELLT["accepted"])
    loeschen = await _mit_allem(eigentuemer, fertig)
    assert await eigentuemer.execute(loeschen["sendung"]) == "DELETE 1"
    with pytest.raises(asyncpg.RestrictViolationError, match="dokument"):
        await eigentuemer.execute(loeschen["dokument"])
    assert await eigentuemer.fetchval("SELECT count(*) FROM sendung WHERE bezug_id = $1", offen) == 1


async def test_the_notice_itself_is_guarded(eigentuemer: asyncpg.Connection) -> None:
    waechter = await eigentuemer.fetch(
        "SELECT tgrelid::regclass::text AS tabelle FROM pg_trigger WHERE tgname = 'unzugestelltes_bleibt'"
    )
    assert {zeile["tabelle"] for zeile in waechter} == {
        "sendung",
        "vorgang",
        "gewerbeanzeige",
        "dokument",
        "antrag",
    }
