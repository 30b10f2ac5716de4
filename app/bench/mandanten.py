"""What keeping towns apart costs: the same worklists with row-level security and without, in a full house."""

import asyncio
import random
from collections.abc import Iterator

import asyncpg

from app.bench.anzeigen import einreichung
from app.bench.kennzahl import Kennzahl
from app.bench.last import anfrage, dauerlast, gleichmass
from app.bench.stand import SERVE, Pruefstand, richte_ein
from app.bench.umfang import Umfang
from app.bench.vergleich import abwechselnd
from app.db.basis import neue_id
from app.mandanten.zustaendig import alle_gemeinden

_OFFEN = "p.nr % 50 = 0"
"""Which of the cases are open."""
_GEFRAGTE = 20
"""Towns that ask, the largest and the smallest among them."""
_VERBINDUNGEN = 8
_TABELLEN = ("antrag", "vorgang", "gewerbeanzeige")
_PFAD = "/api/v1/vorgaenge"
_PLAN = "CREATE TEMP TABLE plan (nr bigint, ags text, antrag uuid, vorgang uuid, anzeige uuid)"
_SCHLUESSEL = {"antrag": "p.antrag", "vorgang": "p.vorgang", "gewerbeanzeige": "p.anzeige"}
_WERTE = {
    "ags": "p.ags",
    "antrag_id": "p.antrag",
    "vorgang_id": "p.vorgang",
    "eingangsnummer": "'M' || p.nr",
    "aktenzeichen": "'M' || p.nr",
    "meldungsnummer": "'M' || p.nr",
    "zustand": f"CASE WHEN {_OFFEN} THEN 'in_pruefung' ELSE 'erledigt' END",
    "naechster_termin": f"CASE WHEN {_OFFEN} THEN now() END",
    "abgeschlossen_am": f"CASE WHEN {_OFFEN} THEN NULL ELSE now() END",
}


def mandanten(stand: Pruefstand, groesse: Umfang) -> Iterator[Kennzahl]:
    """Worklists of every size of town over the same without policies, and the slowest hundredth of them."""
    asyncio.run(_fuelle(stand, groesse.faelle))
    with stand.laeuft(*SERVE, port=stand.port):
        tokens = asyncio.run(_tokens(stand))
        zufall = random.Random(396)  # noqa: S311 the same towns in the same order each time

        def frage() -> bytes:
            return anfrage("GET", _PFAD, token=zufall.choice(tokens))

        def rate(getrennt: bool) -> float:
            asyncio.run(_schalte(stand, getrennt=getrennt))
            last = dauerlast(stand.port, frage, verbindungen=_VERBINDUNGEN, sekunden=groesse.sekunden)
            return asyncio.run(last).rate

        rate(True)
        rate(False)
        ergebnis = abwechselnd(lambda: rate(True), lambda: rate(False), groesse.runden)
        yield Kennzahl("rls_lesen", ergebnis.eigen, "1/s", ergebnis.gegen, ergebnis.verhaeltnis, 0.8, True)
        asyncio.run(_schalte(stand, getrennt=True))
        halb = asyncio.run(
            gleichmass(
                stand.port,
                frage,
                je_sekunde=ergebnis.eigen / 2,
                verbindungen=_VERBINDUNGEN,
                sekunden=groesse.sekunden * 3,
            )
        )
    yield Kennzahl("arbeitsliste_p99", halb.perzentil(0.99), "ms", None, None, 50.0, False)


async def _tokens(stand: Pruefstand) -> list[str]:
    orte = [ort.ags for ort in alle_gemeinden()]
    abstand = len(orte) // _GEFRAGTE
    return [await stand.token("gewerbeamt", ags) for ags in orte[::abstand][:_GEFRAGTE]]


async def _schalte(stand: Pruefstand, *, getrennt: bool) -> None:
    """Put the policies of what a worklist reads into force, or out of it."""
    wort = "ENABLE" if getrennt else "DISABLE"
    async with stand.eigentuemer() as verbindung:
        for tabelle in _TABELLEN:
            await verbindung.execute(f"ALTER TABLE {tabelle} {wort} ROW LEVEL SECURITY")


async def _fuelle(stand: Pruefstand, anzahl: int) -> None:
    """One notice goes the real way; its rows are multiplied by COPY and spread over all towns.

    The n-th town has 1/n of what the first has, as towns have.
    """
    await richte_ein(stand)
    with stand.laeuft(*SERVE, port=stand.port):
        roh = einreichung(await stand.token("portal"))
        await dauerlast(stand.port, lambda: roh, verbindungen=1, sekunden=0, anzahl=1)
    orte = [ort.ags for ort in alle_gemeinden()]
    gewichte = [1 / (rang + 1) for rang in range(len(orte))]
    staedte = random.Random(1).choices(orte, gewichte, k=anzahl)  # noqa: S311 no secret
    async with stand.eigentuemer() as verbindung:
        await verbindung.execute(_PLAN)
        await verbindung.copy_records_to_table(
            "plan", records=((nr, ags, *(neue_id() for _ in _TABELLEN)) for nr, ags in enumerate(staedte))
        )
        for tabelle in _TABELLEN:
            await _vervielfache(verbindung, tabelle)
        await verbindung.execute("VACUUM ANALYZE")


async def _vervielfache(verbindung: asyncpg.Connection, tabelle: str) -> None:
    zeile: asyncpg.Record = await verbindung.fetchrow(f"SELECT * FROM {tabelle} LIMIT 1")  # noqa: S608
    namen = list(zeile.keys())
    werte = [_WERTE.get(name, _SCHLUESSEL[tabelle] if name == "id" else f"m.{name}") for name in namen]
    await verbindung.execute(
        f"INSERT INTO {tabelle} ({', '.join(namen)}) SELECT {', '.join(werte)} "  # noqa: S608 our own names
        f"FROM plan p CROSS JOIN (SELECT * FROM {tabelle} LIMIT 1) m ORDER BY p.nr"
    )
