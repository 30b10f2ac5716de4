"""`amt serve`: the HTTP interface."""

from typing import Annotated

import typer


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Adresse (Vorgabe: AMT_HOST)")] = None,
    port: Annotated[int | None, typer.Option(help="Port (Vorgabe: AMT_PORT)")] = None,
    prozesse: Annotated[int, typer.Option(min=1, max=64, help="Zahl der Prozesse")] = 1,
) -> None:
    """Die HTTP-Schnittstelle; startet ohne DATABASE_URL ihr eigenes PostgreSQL. / Serve HTTP."""
    import uvicorn

    from app.db.zugang import bereitgestellt
    from app.settings import settings

    einstellungen = settings()
    with bereitgestellt(einstellungen):
        typer.echo(f"Gewerbeamt: {einstellungen.adresse} (Beenden mit Strg-C)", err=True)
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=host or einstellungen.host,
            port=einstellungen.port if port is None else port,
            workers=prozesse,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=20,
        )
