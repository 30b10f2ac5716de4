"""`amt empfaenger pruefen|liste|kanal`: how the bodies are reached.

Exit codes: 0 all is well, 1 something keeps a channel from working, 2 input that cannot be used.
"""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.versand.verwaltung import Mangel


def pruefen(
    stelle: Annotated[
        str | None, typer.Argument(help="Schlüssel der Stelle; ohne: alle eingerichteten / body")
    ] = None,
    *,
    als_json: Annotated[bool, typer.Option("--json", help="Ausgabe als JSON / output as JSON")] = False,
) -> None:
    """Prüft Einstellungen, Verbindung und Zugang jedes Empfängers. / Check settings, connection, access."""
    import asyncio

    from app.db.zugang import bereitgestellt, geoeffnet
    from app.settings import settings
    from app.versand.verwaltung import UngueltigerEmpfaenger, pruefe_empfaenger

    async def pruefe() -> dict[str, "tuple[Mangel, ...]"]:
        async with geoeffnet(zugang, settings()):
            return await pruefe_empfaenger(*filter(None, [stelle]))

    with bereitgestellt(settings()) as zugang:
        try:
            ergebnis = asyncio.run(pruefe())
        except UngueltigerEmpfaenger as fehler:
            raise typer.BadParameter(str(fehler)) from fehler
    if als_json:
        dicts = {
            schluessel: [{"code": mangel.code, "text": dict(mangel.text)} for mangel in maengel]
            for schluessel, maengel in ergebnis.items()
        }
        typer.echo(json.dumps(dicts, ensure_ascii=False))
    else:
        for schluessel, maengel in ergebnis.items():
            typer.echo(f"{schluessel}: {'in Ordnung / well' if not maengel else ''}".rstrip())
            for mangel in maengel:
                typer.echo(f"  {mangel.code}: {mangel.text['de']} / {mangel.text['en']}")
        if not ergebnis:
            typer.echo("Es ist nichts eingerichtet: Alle Stellen holen aus dem Postfach ab. / Mailbox only.")
    raise typer.Exit(1 if any(ergebnis.values()) else 0)


def liste() -> None:
    """Zustand jedes Empfängers. / How each receiver does."""
    from app.db.zugang import in_transaktion
    from app.settings import settings
    from app.versand.verwaltung import empfaengerstaende, gesundheit

    for stand in in_transaktion(settings(), empfaengerstaende):
        teile = [stand.stelle, stand.kanal, gesundheit(stand), f"offen: {stand.offen}"]
        if stand.pausiert_bis is not None:
            teile.append(f"Pause bis {stand.pausiert_bis:%Y-%m-%d %H:%M} UTC")
        if stand.letzter_fehler and gesundheit(stand) != "in_ordnung":
            teile.append(stand.letzter_fehler)
        typer.echo("  ".join(teile))


def kanal(
    stelle: Annotated[str, typer.Argument(help="Schlüssel der Stelle / key of the body")],
    name: Annotated[str, typer.Argument(metavar="KANAL", help="postfach, http, ... / channel")],
    *,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", "-o", metavar="NAME=WERT", help="Einstellung des Kanals, Listen als JSON / setting"
        ),
    ] = None,
    hinweis_an: Annotated[
        str | None, typer.Option(help="E-Mail-Adresse für Hinweise auf neue Post / address for notices")
    ] = None,
) -> None:
    """Richtet ein, wie eine Stelle erreicht wird, auch für Wartendes. / Set how a body is reached."""
    from app.db.zugang import in_transaktion
    from app.settings import settings
    from app.versand.verwaltung import UngueltigerEmpfaenger, richte_empfaenger_ein

    optionen = dict(_gelesen(eine) for eine in option or ())
    try:
        umgestellt = in_transaktion(
            settings(),
            lambda session: richte_empfaenger_ein(
                session, stelle, kanal=name, optionen=optionen, hinweis_an=hinweis_an
            ),
        )
    except UngueltigerEmpfaenger as fehler:
        raise typer.BadParameter(str(fehler)) from fehler
    typer.echo(f"{stelle}: {name}; {umgestellt} wartende Sendungen umgestellt. / waiting deliveries moved.")


def _gelesen(option: str) -> tuple[str, Any]:
    name, gleich, wert = option.partition("=")
    if not gleich:
        raise typer.BadParameter("Erwartet wird NAME=WERT. / NAME=VALUE is expected.")
    if wert.startswith(("[", "{")):
        try:
            return name, json.loads(wert)
        except ValueError as fehler:
            raise typer.BadParameter("Der Wert ist kein JSON. / The value is no JSON.") from fehler
    return name, wert
