"""`amt worker`: deliveries, certificates, seals."""

import typer


def registrieren(amt: typer.Typer) -> None:
    """Add the command."""
    amt.command("worker")(worker)


def worker() -> None:
    """Stellt zu, rendert Bescheinigungen, siegelt das Journal; beliebig viele zugleich. / Do the work.

    Mit SIGTERM oder Strg-C endet er, sobald das Begonnene fertig ist. / Ends when what was begun is done.
    """
    import uvloop

    from app.db.zugang import bereitgestellt
    from app.settings import settings
    from app.worker import betreibe

    einstellungen = settings()
    with bereitgestellt(einstellungen) as zugang:
        uvloop.run(betreibe(zugang, einstellungen))
