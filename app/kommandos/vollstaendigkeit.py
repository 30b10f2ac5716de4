"""`amt vollstaendigkeit`: check that every certified notice has set off what the law wants.

Exit codes: 0 complete, 1 findings, 2 not usable (no database).
"""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.db.rollen import Zugang
    from app.gewerbe.service import Vollstaendigkeitsbefund
    from app.settings import Settings

gruppe = typer.Typer(
    help="Vollständigkeit der Sendungen. / Completeness of deliveries.", no_args_is_help=True
)


@gruppe.callback()
def _gruppe() -> None:
    """One command stays a command of its group."""


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
    import asyncio

    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from app.betriebsfehler import Betriebsfehler
    from app.db.zugang import bereitgestellt
    from app.settings import settings

    zeitraum = _zeitraum(monat) if monat else None
    einstellungen = settings()
    try:
        with bereitgestellt(einstellungen) as zugang:
            geprueft, befunde = asyncio.run(_pruefe(zugang, einstellungen, zeitraum, als_json=als_json))
    except (OSError, PostgresError, SQLAlchemyError) as fehler:
        raise Betriebsfehler(
            f"Die Datenbank ist nicht lesbar. / The database cannot be read. ({type(fehler).__name__})"
        ) from fehler
    if als_json:
        typer.echo(json.dumps({"geprueft": geprueft, "befunde": befunde}))
    else:
        typer.echo(f"Geprüft / checked: {geprueft}; Befunde / findings: {befunde}")
    raise typer.Exit(1 if befunde else 0)


async def _pruefe(
    zugang: "Zugang", einstellungen: "Settings", zeitraum: tuple[date, date] | None, *, als_json: bool
) -> tuple[int, int]:
    """Batch by batch, each finding printed at once: nothing is collected."""
    from app.db.sitzung import ALLE, transaktion
    from app.db.zugang import geoeffnet
    from app.gewerbe.service import pruefe_teil

    geprueft = befunde = 0
    nach = None
    async with geoeffnet(zugang, einstellungen):
        while True:
            async with transaktion(gemeinde=ALLE) as session:
                teil = await pruefe_teil(
                    session, nach, zeitraum=zeitraum, statistik_vor=zeitraum[1] if zeitraum else None
                )
            for befund in teil.befunde:
                typer.echo(_zeile(befund, als_json=als_json))
            geprueft, befunde, nach = geprueft + teil.geprueft, befunde + len(teil.befunde), teil.nach
            if nach is None:
                return geprueft, befunde


def _zeitraum(monat: str) -> tuple[date, date]:
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
