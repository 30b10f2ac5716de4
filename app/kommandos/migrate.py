"""`amt migrate`: bring the database to the schema of this version."""

from typing import Annotated

import typer


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("migrate")(migrate)


def migrate(
    entwurf: Annotated[
        str | None, typer.Option(help="Statt zu migrieren eine Migration aus den Modellen entwerfen")
    ] = None,
) -> None:
    """Die Datenbank auf den Stand dieser Version bringen. / Bring the database to this version."""
    import asyncio

    from app.db.migration import entwerfe, migrieren, sollstand
    from app.db.zugang import bereitgestellt
    from app.settings import settings

    with bereitgestellt(settings()) as zugang:
        asyncio.run(migrieren(zugang))
        if entwurf is not None:
            asyncio.run(entwerfe(zugang.eigentuemer, entwurf))
    typer.echo(f"Stand der Datenbank / revision: {sollstand()}")
