"""`amt buendelung`: several notices in one message, for bodies that want them so."""

from typing import Annotated

import typer


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("buendelung")(buendelung)


def buendelung(
    stelle: Annotated[str, typer.Argument(help="Schlüssel der Stelle / key of the body")],
    *,
    hoechstens: Annotated[int, typer.Option(help="Anzeigen je Nachricht, 1 beendet / notices, 1 ends it")],
    minuten: Annotated[
        int, typer.Option(min=0, max=24 * 60, help="So lange wartet eine Anzeige / how long one waits")
    ] = 0,
) -> None:
    """Bündelt, was an eine Stelle geht (Postfach, http). / Bundle what goes to a body (mailbox, http)."""
    from datetime import timedelta

    from app.db.zugang import in_transaktion
    from app.mandanten.zustaendig import UnbekannteStelle
    from app.mandanten.zustaendig import stelle as bekannte
    from app.settings import settings
    from app.versand.service import UngueltigeBuendelung, richte_buendelung_ein

    try:
        name = bekannte(stelle).name
        in_transaktion(
            settings(),
            lambda session: richte_buendelung_ein(
                session, stelle, hoechstens=hoechstens, warten=timedelta(minutes=minuten)
            ),
        )
    except UnbekannteStelle as fehler:
        raise typer.BadParameter(f"{stelle}: keine bekannte Stelle / no known body") from fehler
    except UngueltigeBuendelung as fehler:
        raise typer.BadParameter("1 bis 500 Anzeigen, höchstens ein Tag / 1 to 500, one day") from fehler
    typer.echo(f"{name}: {hoechstens} je Nachricht / a message, {minuten} min")
