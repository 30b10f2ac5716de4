"""`amt versand`: deliveries that wait or were given up, and sending them again.

Exit codes: 0 done, 1 nothing to send again, 2 not usable.
"""

import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from app.versand.verwaltung import Filter, Uebersicht

gruppe = typer.Typer(help="Zustellungen. / Deliveries.", no_args_is_help=True)


class Auswahl(StrEnum):
    """Which deliveries."""

    AUFGEGEBEN = "aufgegeben"
    WARTEND = "wartend"
    ZUGESTELLT = "zugestellt"


_Stelle = Annotated[str | None, typer.Option("--stelle", help="Nur an diese Stelle / only to this body")]
_Von = Annotated[
    datetime | None, typer.Option("--von", help="Entstanden ab (UTC) / made at this time or later")
]
_Bis = Annotated[datetime | None, typer.Option("--bis", help="Entstanden vor (UTC) / made before")]
_Anzahl = Annotated[int, typer.Option("--anzahl", min=1, max=10_000, help="Höchstens so viele / at most")]
_Json = Annotated[bool, typer.Option("--json", help="Ausgabe als JSON / output as JSON")]


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="versand")


@gruppe.command("liste")
def liste(
    *,
    auswahl: Annotated[
        Auswahl, typer.Option("--auswahl", help="aufgegeben, wartend oder zugestellt / which")
    ] = Auswahl.WARTEND,
    stelle: _Stelle = None,
    von: _Von = None,
    bis: _Bis = None,
    anzahl: _Anzahl = 100,
    als_json: _Json = False,
) -> None:
    """Was wartet oder zugestellt ist, Ältestes zuerst. / What waits or was delivered, oldest first."""
    _zeige(_filter(auswahl, stelle, von, bis), anzahl, als_json=als_json)


@gruppe.command("tote")
def tote(*, stelle: _Stelle = None, anzahl: _Anzahl = 100, als_json: _Json = False) -> None:
    """Was aufgegeben wurde, mit dem Grund. / What was given up, and why."""
    _zeige(_filter(Auswahl.AUFGEGEBEN, stelle, None, None), anzahl, als_json=als_json)


@gruppe.command("erneut")
def erneut(
    ids: Annotated[list[UUID] | None, typer.Argument(help="Sendungen; ohne: nach Auswahl / by id")] = None,
    *,
    auswahl: Annotated[
        Auswahl, typer.Option("--auswahl", help="aufgegeben, wartend oder zugestellt / which")
    ] = Auswahl.AUFGEGEBEN,
    stelle: _Stelle = None,
    von: _Von = None,
    bis: _Bis = None,
    anzahl: _Anzahl = 1000,
) -> None:
    """Erneut zustellen, mit derselben Kennung. / Send again, with the same id."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.db.zugang import in_transaktion
    from app.problems import Problem
    from app.settings import settings
    from app.versand import verwaltung

    async def sende(session: AsyncSession) -> int:
        if not ids:
            return await verwaltung.sende_alle_erneut(
                session, _filter(auswahl, stelle, von, bis), durch="amt", anzahl=anzahl
            )
        for sendung_id in ids:
            await verwaltung.sende_erneut(session, sendung_id, durch="amt")
        return len(ids)

    try:
        gesendet = in_transaktion(settings(), sende)
    except Problem as fehler:
        typer.echo(f"{fehler.text['de']} / {fehler.text['en']}", err=True)
        raise typer.Exit(1) from fehler
    typer.echo(f"{gesendet} Sendungen gehen erneut hinaus. / {gesendet} deliveries are under way again.")
    raise typer.Exit(0 if gesendet else 1)


def _filter(auswahl: Auswahl, stelle: str | None, von: datetime | None, bis: datetime | None) -> "Filter":
    from datetime import UTC

    from app.versand.verwaltung import Filter

    return Filter(
        auswahl=auswahl.value,
        stelle=stelle,
        von=von.replace(tzinfo=UTC) if von else None,
        bis=bis.replace(tzinfo=UTC) if bis else None,
    )


def _zeige(filter_: "Filter", anzahl: int, *, als_json: bool) -> None:
    from app.db.zugang import in_transaktion
    from app.settings import settings
    from app.versand import verwaltung

    zeilen = in_transaktion(settings(), lambda session: verwaltung.sendungen(session, filter_, anzahl=anzahl))
    if als_json:
        typer.echo(json.dumps([asdict(zeile) for zeile in zeilen], default=str, ensure_ascii=False))
        return
    for zeile in zeilen:
        typer.echo(_zeile(zeile))
    if len(zeilen) == anzahl:
        typer.echo(f"Nur die ersten {anzahl}. / The first {anzahl} only.", err=True)


def _zeile(zeile: "Uebersicht") -> str:
    zeitpunkt = f"{zeile.erstellt_am:%Y-%m-%d %H:%M}"
    grund = f"  {zeile.letzter_fehler}" if zeile.letzter_fehler else ""
    return f"{zeile.id}  {zeitpunkt}  {zeile.ags}  {zeile.stelle}  {zeile.kanal}  {zeile.zustand}{grund}"
