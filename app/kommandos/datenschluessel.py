"""`amt datenschluessel`: the key that seals drafts, uploads and answers in the database."""

import typer

GRUPPE = typer.Typer(
    help="Schlüssel der versiegelten Angaben. / Key of what lies sealed.", no_args_is_help=True
)

_STAPEL = 20


def registrieren(amt: typer.Typer) -> None:
    """Add the group."""
    amt.add_typer(GRUPPE, name="datenschluessel")


@GRUPPE.callback()
def _gruppe() -> None:
    pass


@GRUPPE.command("neu")
def neu() -> None:
    """Gibt einen neuen Schlüssel aus, für AMT_DATENSCHLUESSEL. / Print a fresh key."""
    from app.db.tresor import neuer_schluessel

    typer.echo(neuer_schluessel())


@GRUPPE.command("erneuern")
def erneuern() -> None:
    """Versiegelt neu, was an älteren Schlüsseln hängt. / Seal again what hangs on older keys."""
    import asyncio
    from importlib import import_module
    from pathlib import Path

    import app
    from app.db.rollen import Zugang
    from app.db.schluesselwechsel import erneuere, stellen
    from app.db.sitzung import ALLE, transaktion
    from app.db.tresor import DatenschluesselFehler, TresorVerschlossen
    from app.db.zugang import bereitgestellt, geoeffnet
    from app.settings import settings

    for modell in sorted(Path(app.__file__).parent.glob("*/models.py")):
        import_module(f"app.{modell.parent.name}.models")

    async def laufe(zugang: Zugang) -> None:
        async with geoeffnet(zugang, settings()):
            for stelle in stellen():
                gesamt = 0
                while True:
                    try:
                        async with transaktion(gemeinde=ALLE) as session:
                            anzahl = await erneuere(session, stelle, _STAPEL)
                    except TresorVerschlossen as fehler:
                        raise DatenschluesselFehler(
                            f"{stelle.tabelle.name}: In AMT_DATENSCHLUESSEL fehlt ein älterer Schlüssel. "
                            "/ An older key is missing in AMT_DATENSCHLUESSEL."
                        ) from fehler
                    gesamt += anzahl
                    if anzahl < _STAPEL:
                        break
                typer.echo(f"{stelle.tabelle.name}.{stelle.spalte.name}: {gesamt}")

    with bereitgestellt(settings()) as zugang:
        asyncio.run(laufe(zugang))
