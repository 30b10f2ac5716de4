"""`amt sitzungen beenden`: log people out, one account or everybody, when something has gone wrong."""

from typing import Annotated
from uuid import UUID

import typer

GRUPPE = typer.Typer(help="Sitzungen von Menschen. / Sessions of people.", no_args_is_help=True)


def registrieren(amt: typer.Typer) -> None:
    """Add the group."""
    amt.add_typer(GRUPPE, name="sitzungen")


@GRUPPE.callback()
def _gruppe() -> None:
    pass


@GRUPPE.command("beenden")
def beenden(
    konto: Annotated[UUID | None, typer.Option(help="Nur dieses Konto / this account alone")] = None,
    *,
    alle: Annotated[bool, typer.Option("--alle", help="Alle Menschen / everybody")] = False,
) -> None:
    """Meldet ein Konto oder alle überall ab, sofort. / Log an account or everybody out, at once."""
    from app.db.zugang import in_transaktion
    from app.konto import sitzungen
    from app.settings import settings

    if (konto is None) is not alle:
        raise typer.BadParameter("--konto ID oder --alle / --konto ID or --alle")
    anzahl = in_transaktion(
        settings(),
        lambda session: (
            sitzungen.beende_alle(session, konto)
            if konto is not None
            else sitzungen.beende_saemtliche(session)
        ),
    )
    typer.echo(f"Beendet / ended: {anzahl}")
