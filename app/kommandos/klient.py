"""`amt klient`: machine clients."""

from typing import Annotated

import typer

gruppe = typer.Typer(help="Maschinenzugänge (OAuth 2.0). / Machine clients.", no_args_is_help=True)


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="klient")


@gruppe.command("anlegen")
def anlegen(
    name: Annotated[str, typer.Argument(help="Wem der Zugang gehört")],
    scope: Annotated[list[str], typer.Option(help="einreichen, postfach, sachbearbeitung, verwaltung")],
    gemeinde: Annotated[str | None, typer.Option(help="AGS, für sachbearbeitung und verwaltung")] = None,
    stelle: Annotated[str | None, typer.Option(help="Schlüssel der Stelle, für postfach")] = None,
    client_id: Annotated[str | None, typer.Option(help="sonst zufällig")] = None,
) -> None:
    """Anlegen; das Geheimnis wird nur dieses eine Mal gezeigt. / Create; the secret is shown once."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings

    try:
        neu = in_transaktion(
            settings(),
            lambda sitzung: service.anlegen_klient(
                sitzung, name=name, scopes=scope, gemeinde=gemeinde, stelle=stelle, client_id=client_id
            ),
        )
    except service.KlientUngueltig as fehler:
        raise typer.BadParameter(str(fehler)) from fehler
    typer.echo(f"client_id:     {neu.klient.client_id}\nclient_secret: {neu.geheimnis}")


@gruppe.command("liste")
def liste() -> None:
    """Alle Klienten. / List all."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings

    for klient in in_transaktion(settings(), service.klienten):
        bezug = klient.gemeinde or klient.stelle or "-"
        gesperrt = "  gesperrt" if klient.gesperrt else ""
        typer.echo(f"{klient.client_id}  {','.join(sorted(klient.scopes))}  {bezug}  {klient.name}{gesperrt}")


@gruppe.command("sperren")
def sperren(client_id: Annotated[str, typer.Argument()]) -> None:
    """Sofort sperren, auch laufende Token. / Block at once, running tokens too."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings

    if not in_transaktion(settings(), lambda sitzung: service.sperre_klient(sitzung, client_id)):
        typer.echo("Kein solcher Klient, oder schon gesperrt. / No such client.", err=True)
        raise typer.Exit(1)


@gruppe.command("erneuern")
def erneuern(client_id: Annotated[str, typer.Argument()]) -> None:
    """Ein neues Geheimnis; das alte gilt nicht mehr. / Replace the secret."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings

    geheimnis = in_transaktion(settings(), lambda sitzung: service.erneuere_geheimnis(sitzung, client_id))
    if geheimnis is None:
        typer.echo("Kein solcher Klient. / No such client.", err=True)
        raise typer.Exit(1)
    typer.echo(f"client_secret: {geheimnis}")
