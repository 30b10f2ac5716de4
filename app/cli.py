"""`amt`: everything that is done from a shell. Each module of app/kommandos/ brings its commands."""

import signal
import sys
from importlib import import_module

import typer
from pydantic import ValidationError

from app.betriebsfehler import Betriebsfehler

# In the order of `amt --help`. The modules import what is heavy only when a command runs.
_KOMMANDOS = (
    "demo",
    "pruefen",
    "empfaenger",
    "versand",
    "serve",
    "worker",
    "migrate",
    "gemeinde",
    "formular",
    "klient",
    "anbieter",
    "sitzung",
    "datenschluessel",
    "journal",
    "rueckmeldungen",
    "vollstaendigkeit",
    "buendelung",
    "openapi",
    "standard",
    "bench",
)

amt = typer.Typer(
    name="amt",
    help="Das Digitale Gewerbeamt.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name in _KOMMANDOS:
    import_module(f"app.kommandos.{_name}").registrieren(amt)


@amt.callback()
def _vorbereiten() -> None:
    from app.protokoll import richte_protokoll_ein  # noqa: PLC0415 `amt --help` need not wait for it
    from app.settings import settings  # noqa: PLC0415
    from xoev import bundles  # noqa: PLC0415

    # A service manager says SIGTERM: leave like with Ctrl-C, through every `finally`.
    signal.signal(signal.SIGTERM, lambda nummer, _: sys.exit(128 + nummer))
    # A shell starts background jobs deaf to SIGINT; whoever sends it means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    richte_protokoll_ein(settings())
    bundles.verwende(settings().standards_ordner)


def main() -> None:
    """Entry of the console script."""
    try:
        amt()
    except Betriebsfehler as fehler:
        typer.echo(f"Fehler: {fehler}", err=True)
        raise SystemExit(2) from fehler
    except ValidationError as fehler:
        if fehler.title != "Settings":
            raise
        for eintrag in fehler.errors(include_input=False, include_url=False):
            name = ".".join(str(teil) for teil in eintrag["loc"])
            typer.echo(f"Einstellung {name}: {eintrag['msg']}", err=True)
        raise SystemExit(2) from fehler


if __name__ == "__main__":
    main()
