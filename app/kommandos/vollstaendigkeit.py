"""`amt vollstaendigkeit`: check that every certified notice has set off what the law wants; make it good.

Exit codes: 0 complete or made good, 1 findings, 2 not usable (no database).
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from app.gewerbe.service import Teil, Vollstaendigkeitsbefund

gruppe = typer.Typer(
    help="Vollständigkeit der Sendungen. / Completeness of deliveries.", no_args_is_help=True
)

_Ergebnis = TypeVar("_Ergebnis")
_Zeitraum = tuple[date, date]


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="vollstaendigkeit")


@gruppe.command("pruefen")
def pruefen(
    *,
    monat: Annotated[
        str | None,
        typer.Option(
            metavar="JJJJ-MM",
            help="Nur dieser Monat; seine Statistik muss zugestellt sein / only this month, statistics due",
        ),
    ] = None,
    als_json: Annotated[bool, typer.Option("--json", help="Eine Zeile JSON je Befund / JSON lines")] = False,
) -> None:
    """Alle bescheinigten Anzeigen mit dem Recht ihres Tages vergleichen. / Compare with the law of the day.

    Das Recht ist das vom Tag der Bescheinigung, mit den Verzichten und Filtern von damals. / The law is that
    of the day of certification, with the waivers and filters of that day.
    """
    zeitraum = _zeitraum(monat) if monat else None
    geprueft, befunde = _auf_der_datenbank(lambda: _pruefe(zeitraum, als_json=als_json))
    if als_json:
        typer.echo(json.dumps({"geprueft": geprueft, "befunde": befunde}))
    else:
        typer.echo(f"Geprüft / checked: {geprueft}; Befunde / findings: {befunde}")
    raise typer.Exit(1 if befunde else 0)


@gruppe.command("nachholen")
def nachholen(
    *,
    monat: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM", help="Nur dieser Monat / this month")
    ] = None,
    ausfuehren: Annotated[
        bool, typer.Option("--ausfuehren", help="Sonst wird nur gezeigt / else only shown")
    ] = False,
) -> None:
    """Fehlende Sendungen nachholen, die das Recht vorsieht. / Make missing deliveries that the law wants.

    Nur für Fassungen, die noch gelten; das Journal nennt jede Sendung. / Only of versions still in force; the
    journal names each delivery.
    """
    zeitraum = _zeitraum(monat) if monat else None
    anzahl = _auf_der_datenbank(lambda: _hole_nach(zeitraum, ausfuehren=ausfuehren))
    if ausfuehren:
        typer.echo(f"Nachgeholt / made: {anzahl}")
        return
    typer.echo(f"Nachzuholen / missing: {anzahl}")
    if anzahl:
        typer.echo("Mit --ausfuehren werden sie eingestellt. / With --ausfuehren they are made.")
        raise typer.Exit(1)


def _auf_der_datenbank(arbeit: Callable[[], Awaitable[_Ergebnis]]) -> _Ergebnis:
    import asyncio

    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from app.betriebsfehler import Betriebsfehler
    from app.db.rollen import Zugang
    from app.db.zugang import bereitgestellt, geoeffnet
    from app.settings import settings

    async def laufe(zugang: Zugang) -> _Ergebnis:
        async with geoeffnet(zugang, settings()):
            return await arbeit()

    try:
        with bereitgestellt(settings()) as zugang:
            return asyncio.run(laufe(zugang))
    except (OSError, PostgresError, SQLAlchemyError) as fehler:
        raise Betriebsfehler(
            f"Die Datenbank ist nicht lesbar. / The database cannot be read. ({type(fehler).__name__})"
        ) from fehler


async def _teile(zeitraum: _Zeitraum | None, statistik_vor: date | None = None) -> AsyncIterator["Teil"]:
    """Batch by batch, each in a transaction of its own: nothing is collected."""
    from app.db.sitzung import ALLE, transaktion
    from app.gewerbe.service import pruefe_teil

    nach = None
    while True:
        async with transaktion(gemeinde=ALLE) as session:
            teil = await pruefe_teil(session, nach, zeitraum=zeitraum, statistik_vor=statistik_vor)
        yield teil
        nach = teil.nach
        if nach is None:
            return


async def _pruefe(zeitraum: _Zeitraum | None, *, als_json: bool) -> tuple[int, int]:
    geprueft = befunde = 0
    async for teil in _teile(zeitraum, statistik_vor=zeitraum[1] if zeitraum else None):
        for befund in teil.befunde:
            typer.echo(_zeile(befund, als_json=als_json))
        geprueft, befunde = geprueft + teil.geprueft, befunde + len(teil.befunde)
    return geprueft, befunde


async def _hole_nach(zeitraum: _Zeitraum | None, *, ausfuehren: bool) -> int:
    from app.db.sitzung import ALLE, transaktion
    from app.gewerbe.service import fehlende, hole_nach

    anzahl = 0
    async for teil in _teile(zeitraum):
        betroffene = {
            befund.anzeige_id: befund.vorgang_id for befund in teil.befunde if befund.mangel == "fehlt"
        }
        for anzeige_id, vorgang_id in betroffene.items():
            async with transaktion(gemeinde=ALLE) as session:
                auftraege = (
                    await hole_nach(session, vorgang_id, anzeige_id)
                    if ausfuehren
                    else await fehlende(session, anzeige_id)
                )
            for einer in auftraege:
                typer.echo(f"{einer.ags} {anzeige_id} {einer.stelle}: {einer.grundlage['paragraph']}")
            anzahl += len(auftraege)
    return anzahl


def _zeitraum(monat: str) -> _Zeitraum:
    """First day of the month and of the next."""
    try:
        von = date.fromisoformat(f"{monat}-01")
    except ValueError:
        raise typer.BadParameter("Erwartet wird JJJJ-MM. / YYYY-MM is expected.") from None
    return von, date(von.year + von.month // 12, von.month % 12 + 1, 1)


def _zeile(befund: "Vollstaendigkeitsbefund", *, als_json: bool) -> str:
    if als_json:
        return json.dumps(befund.als_dict(), ensure_ascii=False)
    return f"{befund.ags} {befund.anzeige_id} {befund.stelle}: {' / '.join(befund.saetze)}"
