"""`amt gemeinde`: the towns of this installation."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.mandanten.service import Einstellung

gruppe = typer.Typer(help="Gemeinden dieser Installation. / Towns served here.", no_args_is_help=True)

Ags = Annotated[str, typer.Argument(help="Amtlicher Gemeindeschlüssel, 8 Stellen")]
Verzicht = Annotated[
    list[str] | None, typer.Option(help="Art der Stelle, die auf Übermittlung verzichtet hat (mehrfach)")
]
Filter = Annotated[list[str] | None, typer.Option(help="hwk, eichamt (mehrfach)")]
_FILTER = {"hwk", "eichamt"}


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="gemeinde")


@gruppe.command("einrichten")
def einrichten(
    ags: Ags,
    *,
    name: Annotated[str | None, typer.Option(help="Name der Behörde, z. B. Stadt Paderborn")] = None,
    strasse: Annotated[str | None, typer.Option()] = None,
    hausnummer: Annotated[str | None, typer.Option()] = None,
    plz: Annotated[str | None, typer.Option()] = None,
    ort: Annotated[str | None, typer.Option()] = None,
    aktenzeichen: Annotated[str | None, typer.Option(help="z. B. 32.30-{jahr}-{nummer:06d}")] = None,
) -> None:
    """Einrichten; was schon da ist, bleibt. / Set up; what is there stays."""
    from app.db.zugang import in_transaktion
    from app.mandanten import service
    from app.settings import settings

    anschrift = {"strasse": strasse, "hausnummer": hausnummer, "plz": plz, "ort": ort}
    try:
        stadt = in_transaktion(
            settings(),
            lambda sitzung: service.einrichten(
                sitzung,
                ags,
                behoerdenname=name,
                anschrift={teil: wert for teil, wert in anschrift.items() if wert} or None,
                aktenzeichen_schema=aktenzeichen or service.AKTENZEICHEN_SCHEMA,
            ),
        )
    except service.UngueltigesSchema as fehler:
        raise typer.BadParameter(str(fehler)) from fehler
    except service.UnbekannteGemeinde as fehler:
        raise typer.BadParameter(f"{ags}: keine Gemeinde in Nordrhein-Westfalen") from fehler
    _zeige(stadt)


@gruppe.command("aendern")
def aendern(
    ags: Ags,
    automatisch: Annotated[
        bool | None, typer.Option("--automatisch/--von-hand", help="Wer bescheinigt, was vollständig ist")
    ] = None,
    verzicht: Verzicht = None,
    filter: Filter = None,  # noqa: A002
) -> None:
    """Ändern, was angegeben ist. / Change what is given."""
    from app.db.zugang import in_transaktion
    from app.mandanten import service
    from app.settings import settings

    if unbekannt := set(filter or ()) - _FILTER:
        raise typer.BadParameter(f"Filter: {', '.join(sorted(unbekannt))} gibt es nicht")
    try:
        stadt = in_transaktion(
            settings(),
            lambda sitzung: service.aendern(
                sitzung, ags, automatisch_bescheinigen=automatisch, verzichte=verzicht, filter=filter
            ),
        )
    except service.UnbekannteGemeinde as fehler:
        raise typer.BadParameter(f"{ags} ist hier nicht eingerichtet") from fehler
    _zeige(stadt)


@gruppe.command("liste")
def liste() -> None:
    """Alle Gemeinden. / List all."""
    from app.db.zugang import in_transaktion
    from app.mandanten import service
    from app.settings import settings

    for stadt in in_transaktion(settings(), service.alle_einstellungen):
        _zeige(stadt)


def _zeige(stadt: "Einstellung") -> None:
    wie = "automatisch" if stadt.automatisch_bescheinigen else "von Hand"
    typer.echo(
        f"{stadt.ags}  {stadt.behoerdenname}  {stadt.aktenzeichen_schema}  {wie}"
        f"  Verzichte: {', '.join(sorted(stadt.verzichte)) or '-'}"
        f"  Filter: {', '.join(sorted(stadt.filter)) or '-'}"
    )
