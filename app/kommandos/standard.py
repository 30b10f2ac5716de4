"""`amt standard`: releases of the standards that messages are written in."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from xoev.bundles import Bundle

gruppe = typer.Typer(
    help="Standards und ihre Ausgaben. / Standards and their releases.", no_args_is_help=True
)

AlsJson = Annotated[bool, typer.Option("--json", help="Als JSON ausgeben. / Print JSON.")]


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="standard")


@gruppe.command("installieren")
def installieren(
    archiv: Annotated[Path, typer.Argument(metavar="ZIP", help="Ausgabe eines Standards")],
    manifest: Annotated[
        Path | None, typer.Option(help="bundle.toml für ein ZIP, das keins enthält (docs/standards.md)")
    ] = None,
    als_json: AlsJson = False,
) -> None:
    """Ausgabe eines Standards einrichten, ganz oder gar nicht. / Install a release.

    Rückgabe: 0 eingerichtet, 1 abgelehnt (der Grund steht dabei), 2 Datei oder Ordner nicht brauchbar.
    """
    from app.betriebsfehler import Betriebsfehler
    from app.settings import settings
    from xoev.release.abgelehnt import Abgelehnt
    from xoev.release.einrichten import installiere

    try:
        bundle = installiere(archiv, settings().standards_ordner, manifest)
    except Abgelehnt as grund:
        if als_json:
            print(json.dumps({"status": "abgelehnt", "rule": grund.rule, "text": grund.text}))
        else:
            typer.echo(f"Nicht eingerichtet ({grund.rule}): {grund.text['de']}", err=True)
            typer.echo(grund.text["en"], err=True)
        raise typer.Exit(1) from None
    except OSError as fehler:
        name = Path(str(fehler.filename or archiv)).name
        raise Betriebsfehler(f"{name}: {fehler.strerror}") from None
    if als_json:
        print(json.dumps({"status": "eingerichtet", "standard": _als_dict(bundle)}, ensure_ascii=False))
    else:
        typer.echo(f"Eingerichtet: {_zeile(bundle)}")


@gruppe.command("liste")
def liste(als_json: AlsJson = False) -> None:
    """Alle Ausgaben und ihre Stichtage. / All releases and their dates."""
    from xoev import bundles

    if als_json:
        print(json.dumps([_als_dict(bundle) for bundle in bundles.alle()], ensure_ascii=False))
    else:
        for bundle in bundles.alle():
            typer.echo(_zeile(bundle))
    for name in bundles.beschaedigte():
        typer.echo(f"Nicht lesbar: {name}", err=True)
    if bundles.beschaedigte():
        raise typer.Exit(1)


@gruppe.command("entfernen")
def entfernen(standard: Annotated[str, typer.Argument()], version: Annotated[str, typer.Argument()]) -> None:
    """Eine eingerichtete Ausgabe entfernen. / Remove an installed release."""
    from app.betriebsfehler import Betriebsfehler
    from app.settings import settings
    from xoev.release.einrichten import entferne

    if not entferne(standard, version, settings().standards_ordner):
        raise Betriebsfehler(f"{standard} {version} ist nicht eingerichtet. / It is not installed.")
    typer.echo(f"Entfernt: {standard} {version}")


def _als_dict(bundle: "Bundle") -> dict[str, Any]:
    def tag(wert: date | None) -> str | None:
        return wert.isoformat() if wert else None

    return {
        "standard": bundle.standard,
        "version": bundle.version,
        "namespace": bundle.namespace,
        "gueltig_ab": tag(bundle.gueltig_ab),
        "gueltig_bis": tag(bundle.gueltig_bis),
        "senden_ab": tag(bundle.senden_ab),
        "empfaenger": sorted(bundle.empfaenger),
        "eingerichtet": not bundle.eigen,
        "eigener_baum": bundle.hin is not None,
        "ordner": None if bundle.eigen else bundle.verzeichnis.name,
    }


def _zeile(bundle: "Bundle") -> str:
    annahme = f"angenommen ab {bundle.gueltig_ab:%d.%m.%Y}"
    if bundle.gueltig_bis:
        annahme += f" bis {bundle.gueltig_bis:%d.%m.%Y}"
    versand = f"gesendet ab {bundle.senden_ab:%d.%m.%Y}" if bundle.senden_ab else "nicht gesendet"
    if bundle.empfaenger:
        versand += f" an {', '.join(sorted(bundle.empfaenger))}"
    herkunft = "mitgeliefert" if bundle.eigen else "eingerichtet"
    return f"{bundle.name:<28} {annahme}, {versand}, {herkunft}"
