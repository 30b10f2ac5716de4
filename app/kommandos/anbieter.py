"""`amt anbieter`: the providers people log in with, what to register there, and whether they answer."""

import asyncio

import typer

gruppe = typer.Typer(help="Anbieter der Anmeldung. / Login providers.", no_args_is_help=True)


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="anbieter")


@gruppe.command("liste")
def liste() -> None:
    """Jeden Anbieter zeigen, und was bei ihm einzutragen ist. / Show each, and what to register there."""
    from app.konto import anmeldung

    for einer in anmeldung.anbieter().values():
        unten = einer.rueckkehr.removesuffix("/rueckkehr")
        typer.echo(f"{einer.schluessel}: {einer.name['de']}")
        typer.echo(f"  issuer                    {einer.issuer}")
        typer.echo(f"  client_id                 {einer.client_id}  ({einer.authentisierung})")
        typer.echo(f"  redirect_uri              {einer.rueckkehr}")
        typer.echo(f"  post_logout_redirect_uri  {unten.partition('/anmelden/')[0]}/abgemeldet")
        typer.echo(f"  backchannel_logout_uri    {unten}/abmeldung")
        orte = ", ".join((*einer.gemeinden, *einer.stellen))
        typer.echo(f"  Niveaus                   {', '.join(niveau.wort for niveau in einer.niveaus)}")
        if orte:
            typer.echo(f"  Rollen für                {orte}")


@gruppe.command("pruefen")
def pruefen() -> None:
    """Metadaten und Schlüssel jedes Anbieters holen und prüfen. / Fetch and check metadata and keys of each.

    Ende mit 1, wenn einer nicht in Ordnung ist.
    """
    from app.konto import anmeldung

    async def alle() -> dict[str, anmeldung.AnmeldungGescheitert | None]:
        return {name: await anmeldung.pruefe_anbieter(name) for name in anmeldung.anbieter()}

    maengel = asyncio.run(alle())
    for name, mangel in maengel.items():
        typer.echo(f"{name}: in Ordnung" if mangel is None else f"{name}: {mangel.code} ({mangel.grund})")
    if any(maengel.values()):
        raise typer.Exit(1)
