"""An old key can be dropped: whatever lies sealed is found, may be written, and opens with the new one."""

import os
from importlib import import_module
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import LargeBinary, text

import app
from app.db import schluesselwechsel
from app.db.basis import Base
from app.db.rollen import WERK, Zugang
from app.db.schluesselwechsel import erneuere, stellen
from app.db.sitzung import ALLE, Datenbank, transaktion
from app.db.tresor import Tresor, TresorVerschlossen, neuer_schluessel

for _modell in sorted(Path(app.__file__).parent.glob("*/models.py")):
    import_module(f"app.{_modell.parent.name}.models")

OFFEN = {
    "sha256": "hashes",
    "dokument.inhalt": "never changed; special ones are sealed, and keep the key they were sealed with",
    "wappen.inhalt": "public",
    "sendung.nachricht": "the message as it goes out, part of the file",
    "eingabeablage.kennung": "a hash",
    "eingabeablage.inhalt": "gone after a few hours: the old key stays beside the new one for so long",
    "journalblock": "hashes",
}
"""Bytes that are not sealed, or not to be sealed again, and why."""


def test_every_column_with_bytes_is_sealed_or_has_a_reason() -> None:
    versiegelt = {(stelle.tabelle.name, stelle.spalte.name) for stelle in stellen()}
    ohne = {
        f"{tabelle.name}.{spalte.name}"
        for tabelle in Base.metadata.tables.values()
        for spalte in tabelle.columns
        if isinstance(spalte.type, LargeBinary) and (tabelle.name, spalte.name) not in versiegelt
    }
    assert {eine for eine in ohne if not any(grund in eine for grund in OFFEN)} == set()
    assert ("entwurf", "inhalt") in versiegelt


async def test_the_worker_may_write_each_of_them(datenbank: Zugang) -> None:
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    darf = {
        f"{stelle.tabelle.name}.{stelle.spalte.name}": await eigentuemer.fetchval(
            "SELECT has_column_privilege($1, $2, $3, 'UPDATE')",
            WERK,
            stelle.tabelle.name,
            stelle.spalte.name,
        )
        for stelle in stellen()
    }
    await eigentuemer.close()
    assert all(darf.values()), darf


async def test_after_it_the_old_key_opens_nothing(
    verbunden: Datenbank, monkeypatch: pytest.MonkeyPatch
) -> None:
    alt = Tresor(os.environ["AMT_DATENSCHLUESSEL"])
    schluessel = neuer_schluessel()
    beide, neu = Tresor(f"{schluessel},{os.environ['AMT_DATENSCHLUESSEL']}"), Tresor(schluessel)
    [stelle] = [eine for eine in stellen() if eine.tabelle.name == "rueckmeldung"]
    kennungen = [UUID(int=n) for n in range(5)]
    async with transaktion(gemeinde=ALLE) as session:
        for kennung in kennungen:
            await session.execute(
                text(
                    "INSERT INTO rueckmeldung (id, seite, sprache, anliegen, inhalt) "
                    "VALUES (:id, '/', 'de', 'lob', :inhalt)"
                ),
                {"id": kennung, "inhalt": alt.verschliesse(b"gut", f"rueckmeldung:{kennung}")},
            )
    monkeypatch.setattr(schluesselwechsel, "tresor", lambda: beide)
    anzahlen = []
    for _ in range(4):
        async with transaktion(gemeinde=ALLE) as session:
            anzahlen.append(await erneuere(session, stelle, 2))
    assert anzahlen == [2, 2, 1, 0]
    async with transaktion(gemeinde=ALLE) as session:
        for kennung, token in await session.execute(text("SELECT id, inhalt FROM rueckmeldung")):
            assert neu.oeffne(token, f"rueckmeldung:{kennung}") == b"gut"
            with pytest.raises(TresorVerschlossen):
                alt.oeffne(token, f"rueckmeldung:{kennung}")
