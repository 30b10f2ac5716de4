"""Whether a full house is slower than an empty one: the same requests on two databases, in turn."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg

from app.bench.anzeigen import AGS, PFAD, einreichung
from app.bench.kennzahl import Kennzahl
from app.bench.last import anfrage, dauerlast
from app.bench.stand import OFFENE_SENDUNGEN, OHNE_PDF, SERVE, WORKER, Pruefstand, richte_ein, warte_solange
from app.bench.umfang import Umfang
from app.bench.vergleich import abwechselnd
from app.db.basis import neue_id

_STAPEL = 5_000
_JE_RUNDE = 60
_ZIEL = 1.2
_STELLE = "ihk-ostwestfalen-zu-bielefeld"

_TABELLEN = (
    "antrag",
    "vorgang",
    "dokument",
    "gewerbeanzeige",
    "registereintrag",
    "bescheinigung",
    "sendung",
    "journaleintrag",
)
"""In the order of their references. Of the deliveries only the one to the chamber is multiplied."""
_EINMALIG = {"eingangsnummer": "E{}", "aktenzeichen": "A{}", "meldungsnummer": "A{}", "pruefcode": "P{}"}


def bestand(klein: Pruefstand, gross: Pruefstand, groesse: Umfang) -> list[Kennzahl]:
    """The median time of a submission and of each list on the large stand over that on the small one."""
    for stand, anzahl in zip((klein, gross), groesse.bestand, strict=True):
        asyncio.run(_fuelle(stand, anzahl))
    with klein.laeuft(*SERVE, port=klein.port), gross.laeuft(*SERVE, port=gross.port):
        paare = zip(*(asyncio.run(_anfragen(stand)) for stand in (klein, gross)), strict=True)
        return [
            _verglichen(name, (klein, roh), (gross, anderes), groesse) for (name, roh), (_, anderes) in paare
        ]


def _verglichen(
    name: str, unten: tuple[Pruefstand, bytes], oben: tuple[Pruefstand, bytes], groesse: Umfang
) -> Kennzahl:
    def p50(stand: Pruefstand, roh: bytes) -> float:
        last = dauerlast(stand.port, lambda: roh, verbindungen=1, sekunden=0, anzahl=_JE_RUNDE)
        return asyncio.run(last).perzentil(0.5)

    p50(*oben)
    p50(*unten)
    ergebnis = abwechselnd(lambda: p50(*oben), lambda: p50(*unten), groesse.runden)
    return Kennzahl(
        f"bestand_{name}", ergebnis.eigen, "ms", ergebnis.gegen, ergebnis.verhaeltnis, _ZIEL, False
    )


async def _anfragen(stand: Pruefstand) -> list[tuple[str, bytes]]:
    portal = await stand.token("portal")
    amt = await stand.token("gewerbeamt", AGS)
    kammer = await stand.token("empfaenger", _STELLE)
    async with stand.eigentuemer() as verbindung:
        antrag = await verbindung.fetchval("SELECT id FROM antrag ORDER BY id LIMIT 1")
    return [
        ("einreichung", einreichung(portal)),
        ("stand", anfrage("GET", f"{PFAD}/{antrag}", token=portal)),
        ("arbeitsliste", anfrage("GET", "/api/v1/vorgaenge", token=amt)),
        ("erledigte", anfrage("GET", "/api/v1/vorgaenge?zustand=erledigt", token=amt)),
        ("postfach", anfrage("GET", "/api/v1/postfach/sendungen", token=kammer)),
        ("postfach_alle", anfrage("GET", "/api/v1/postfach/sendungen?alle=true", token=kammer)),
    ]


async def _fuelle(stand: Pruefstand, anzahl: int) -> None:
    """One notice goes the real way; its rows are multiplied by COPY, with keys of their own."""
    await richte_ein(stand)
    with stand.laeuft(*SERVE, port=stand.port), stand.laeuft(*WORKER):
        roh = einreichung(await stand.token("portal"))
        await dauerlast(stand.port, lambda: roh, verbindungen=1, sekunden=0, anzahl=1)
        async with stand.eigentuemer() as verbindung:
            await warte_solange(verbindung, f"{OFFENE_SENDUNGEN} OR {OHNE_PDF}")
    async with stand.eigentuemer() as verbindung:
        # What is stored has been delivered and acknowledged, but for the one that was submitted.
        await verbindung.execute(
            "UPDATE sendung SET abgeholt_am = now(), angenommen_am = now(), beantwortet = true "
            "WHERE stelle = $1",
            _STELLE,
        )
        for ab in range(1, anzahl, _STAPEL):
            async with verbindung.transaction():
                await _vervielfache(verbindung, range(ab, min(ab + _STAPEL, anzahl)))
        await verbindung.execute(
            "UPDATE postfachzaehler SET letzte = (SELECT max(nummer) FROM sendung WHERE stelle = $1) "
            "WHERE stelle = $1",
            _STELLE,
        )
        await verbindung.execute("VACUUM ANALYZE")


async def _vervielfache(verbindung: asyncpg.Connection, nummern: range) -> None:
    muster = {tabelle: await _muster(verbindung, tabelle) for tabelle in _TABELLEN}
    ids = {zeile["id"] for zeilen in muster.values() for zeile in zeilen}
    schluessel = {nummer: {alt: neue_id() for alt in ids} for nummer in nummern}
    for tabelle, zeilen in muster.items():
        await verbindung.copy_records_to_table(
            tabelle,
            columns=list(zeilen[0].keys()),
            records=_kopien(zeilen, schluessel),
        )


async def _muster(verbindung: asyncpg.Connection, tabelle: str) -> list[asyncpg.Record]:
    bedingung = f"stelle = '{_STELLE}'" if tabelle == "sendung" else "true"
    zeilen: list[asyncpg.Record] = await verbindung.fetch(
        f"SELECT * FROM {tabelle} WHERE {bedingung} ORDER BY id LIMIT "  # noqa: S608 names of our own tables
        f"{2 if tabelle == 'dokument' else 1}"
    )
    return zeilen


def _kopien(
    zeilen: list[asyncpg.Record], schluessel: dict[int, dict[uuid.UUID, uuid.UUID]]
) -> Iterator[tuple[Any, ...]]:
    for nummer, neue in schluessel.items():
        for zeile in zeilen:
            yield tuple(_wert(name, wert, nummer, neue) for name, wert in zeile.items())


def _wert(name: str, wert: Any, nummer: int, neue: dict[uuid.UUID, uuid.UUID]) -> Any:
    if isinstance(wert, uuid.UUID):
        return neue.get(wert, wert)
    if name == "nummer":
        return wert + nummer
    return _EINMALIG[name].format(nummer) if name in _EINMALIG else wert
