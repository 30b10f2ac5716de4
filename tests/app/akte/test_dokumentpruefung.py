"""A document that is not what was filed is found by the hash in the journal."""

import asyncpg
import pytest

from app.akte.dokumentpruefung import Dokumentbericht
from app.akte.service import dokumente_pruefen
from app.db.sitzung import ALLE
from tests.app.akte import test_akte_abruf
from tests.app.akte.test_akte_abruf import Transaktion, Vorgang

vorgang = test_akte_abruf.vorgang


async def pruefe(transaktion: Transaktion) -> Dokumentbericht:
    async with transaktion(gemeinde=ALLE) as session:
        return await dokumente_pruefen(session)


async def test_documents_as_filed_are_sound(transaktion: Transaktion, vorgang: Vorgang) -> None:
    bericht = await pruefe(transaktion)
    assert (bericht.dokumente, bericht.bruch) == (3, None)


@pytest.mark.parametrize(
    ("befehl", "art"),
    [
        ("UPDATE dokument SET inhalt = 'x' WHERE art = 'einreichung'", "dokument_geaendert"),
        (
            "UPDATE dokument SET inhalt = 'x', sha256 = sha256('x') WHERE art = 'einreichung'",
            "dokument_geaendert",
        ),
        ("UPDATE dokument SET sha256 = sha256('x') WHERE art = 'einreichung'", "dokument_geaendert"),
        ("UPDATE dokument SET vorgang_id = NULL WHERE art = 'bescheinigung'", "dokument_geaendert"),
        (
            "UPDATE dokument SET vorgang_id = (SELECT id FROM vorgang ORDER BY id LIMIT 1)"
            " WHERE vorgang_id = (SELECT id FROM vorgang ORDER BY id DESC LIMIT 1)",
            "dokument_geaendert",
        ),
        ("UPDATE dokument SET antrag_id = gen_random_uuid() WHERE art = 'einreichung'", "dokument_geaendert"),
        ("UPDATE dokument SET art = 'bescheinigung' WHERE art = 'einreichung'", "dokument_geaendert"),
        ("UPDATE dokument SET ags = '05711000' WHERE art = 'einreichung'", "dokument_geaendert"),
        ("DELETE FROM dokument WHERE art = 'einreichung'", "dokument_fehlt"),
        (
            "INSERT INTO dokument (id, ags, antrag_id, art, dateiname, medientyp, inhalt, sha256) "
            "SELECT gen_random_uuid(), ags, antrag_id, art, dateiname, medientyp, inhalt, sha256 "
            "FROM dokument LIMIT 1",
            "dokument_eingefuegt",
        ),
    ],
)
async def test_what_was_done_to_a_document_is_found(
    transaktion: Transaktion, vorgang: Vorgang, angreifer: asyncpg.Connection, befehl: str, art: str
) -> None:
    await angreifer.execute(befehl)
    bruch = (await pruefe(transaktion)).bruch
    assert bruch is not None
    assert bruch.art == art
    assert str(bruch.dokument) in bruch.satz()["de"]
