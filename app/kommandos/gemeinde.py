"""`amt gemeinde`: the towns of this installation."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.kommandos.gemeinde_daten import daten

if TYPE_CHECKING:
    from app.mandanten.service import Einrichtung, Einstellung

gruppe = typer.Typer(help="Gemeinden dieser Installation. / Towns served here.", no_args_is_help=True)
gruppe.command("daten")(daten)

Ags = Annotated[str, typer.Argument(help="Amtlicher Gemeindeschlüssel, 8 Stellen")]
Datei = Annotated[Path | None, typer.Option(help="Einstellungen als YAML (docs/handbuch/verwaltung.md)")]
AlsJson = Annotated[bool, typer.Option("--json", help="JSON statt Text")]
Verzicht = Annotated[
    list[str] | None, typer.Option(help="Art der Stelle, die auf Übermittlung verzichtet hat (mehrfach)")
]
Filter = Annotated[list[str] | None, typer.Option(help="hwk, eichamt (mehrfach)")]
_DURCH = "amt"


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="gemeinde")


@gruppe.command("einrichten")
def einrichten(
    ags: Ags,
    *,
    datei: Datei = None,
    wappen: Annotated[Path | None, typer.Option(help="PNG oder WebP, höchstens 60 KiB")] = None,
    name: Annotated[str | None, typer.Option(help="Name der Behörde, z. B. Stadt Paderborn")] = None,
    strasse: Annotated[str | None, typer.Option()] = None,
    hausnummer: Annotated[str | None, typer.Option()] = None,
    plz: Annotated[str | None, typer.Option()] = None,
    ort: Annotated[str | None, typer.Option()] = None,
    aktenzeichen: Annotated[str | None, typer.Option(help="z. B. 32.30-{jahr}-{nummer:06d}")] = None,
) -> None:
    """Einrichten, auch ohne weitere Angaben; was schon da ist, bleibt. / Set up; what is there stays."""
    anschrift = {"strasse": strasse, "hausnummer": hausnummer, "plz": plz, "ort": ort}
    angaben: dict[str, Any] = _lies(datei)
    if gesetzt := {teil: wert for teil, wert in anschrift.items() if wert}:
        angaben["anschrift"] = {**angaben.get("anschrift", {}), **gesetzt}
    for feld, wert in (("behoerdenname", name), ("aktenzeichen_schema", aktenzeichen)):
        if wert:
            angaben[feld] = wert
    _schreibe(ags, angaben, wappen, neu=True)


@gruppe.command("aendern")
def aendern(
    ags: Ags,
    *,
    datei: Datei = None,
    wappen: Annotated[Path | None, typer.Option(help="PNG oder WebP, höchstens 60 KiB")] = None,
    automatisch: Annotated[
        bool | None, typer.Option("--automatisch/--von-hand", help="Wer bescheinigt, was vollständig ist")
    ] = None,
    verzicht: Verzicht = None,
    filter: Filter = None,  # noqa: A002
) -> None:
    """Ändern, was angegeben ist. / Change what is given."""
    angaben: dict[str, Any] = _lies(datei)
    weitere = {"automatisch_bescheinigen": automatisch, "verzichte": verzicht, "filter": filter}
    angaben |= {feld: wert for feld, wert in weitere.items() if wert is not None}
    _schreibe(ags, angaben, wappen, neu=False)


@gruppe.command("zeigen")
def zeigen(ags: Ags, als_json: AlsJson = False) -> None:
    """Alle Einstellungen einer Gemeinde. / All settings of a town."""
    import yaml

    from app.db.zugang import in_transaktion
    from app.mandanten import service
    from app.settings import settings

    try:
        stadt = in_transaktion(settings(), lambda sitzung: service.einstellungen(sitzung, ags))
    except service.UnbekannteGemeinde as fehler:
        raise typer.BadParameter(f"{ags} ist hier nicht eingerichtet") from fehler
    werte = stadt.model_dump(mode="json", exclude_none=True)
    if als_json:
        typer.echo(json.dumps(werte, ensure_ascii=False, indent=2))
    else:
        typer.echo(yaml.safe_dump(werte, allow_unicode=True, sort_keys=False).rstrip())


@gruppe.command("pruefen")
def pruefen(ags: Ags, als_json: AlsJson = False) -> None:
    """Ist alles da, was die Gemeinde braucht? / Is everything there that the town needs?

    Endet mit 0, wenn alles in Ordnung ist, mit 1 bei Warnungen, mit 2 bei Fehlern.
    """
    import asyncio

    from app.db.zugang import bereitgestellt, geoeffnet
    from app.mandanten.zustaendig import UnbekannteGemeinde
    from app.settings import settings
    from app.verwaltung.service import Pruefbericht, Stand, pruefe

    async def laufe() -> Pruefbericht:
        async with geoeffnet(zugang, settings()):
            return await pruefe(ags)

    with bereitgestellt(settings()) as zugang:
        try:
            bericht = asyncio.run(laufe())
        except UnbekannteGemeinde as fehler:
            raise typer.BadParameter(f"{ags}: keine Gemeinde in Nordrhein-Westfalen") from fehler
    if als_json:
        typer.echo(json.dumps(bericht.als_dict(), ensure_ascii=False, indent=2))
    else:
        zeichen = {Stand.IN_ORDNUNG: "ok", Stand.WARNUNG: "!", Stand.FEHLER: "FEHLER"}
        bereich = None
        for punkt in bericht.punkte:
            if punkt.bereich != bereich:
                typer.echo(f"{punkt.bereich.capitalize()}")
                bereich = punkt.bereich
            typer.echo(f"  {zeichen[punkt.stand]:6}  {punkt.befund.de}")
            if punkt.abhilfe is not None:
                typer.echo(f"          -> {punkt.abhilfe.de}")
    raise typer.Exit(list(Stand).index(bericht.stand))


@gruppe.command("liste")
def liste() -> None:
    """Alle Gemeinden. / List all."""
    from app.db.zugang import in_transaktion
    from app.mandanten import service
    from app.settings import settings

    for stadt in in_transaktion(settings(), service.alle_einstellungen):
        _zeige(stadt)


@gruppe.command("suchen")
def suchen(
    text: Annotated[list[str], typer.Argument(help="Name, Namensteil, Postleitzahl oder AGS")],
) -> None:
    """Welche Gemeinde ist gemeint? / Which town is meant? Endet mit 1, wenn keine passt."""
    from app.mandanten.ortssuche import suche
    from app.mandanten.zustaendig import bild

    ergebnis = suche(bild(), " ".join(text))
    for treffer in ergebnis.treffer:
        ort = treffer.gemeinde
        typer.echo(f"{ort.ags}  {ort.name}  ({ort.kreis_art} {ort.kreis})  {treffer.grund}")
    if ergebnis.weitere:
        typer.echo(f"... und {ergebnis.weitere} weitere / more")
    if not ergebnis.treffer:
        raise typer.Exit(1)


def _lies(datei: Path | None) -> dict[str, Any]:
    import yaml

    if datei is None:
        return {}
    try:
        inhalt = yaml.safe_load(datei.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fehler:
        raise typer.BadParameter(f"{datei}: nicht lesbar / cannot be read") from fehler
    if not isinstance(inhalt, dict):
        raise typer.BadParameter(f"{datei}: erwartet werden Einstellungen / settings are expected")
    return inhalt


def _schreibe(ags: str, angaben: Mapping[str, Any], wappen: Path | None, *, neu: bool) -> None:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.db.zugang import in_transaktion
    from app.mandanten import service as mandanten
    from app.settings import settings
    from app.verwaltung import service

    async def laufe(sitzung: AsyncSession) -> tuple["Einrichtung", "Einstellung"]:
        verb = service.richte_ein if neu else service.aendere
        ergebnis = await verb(sitzung, ags, angaben, durch=_DURCH)
        if bild is not None:
            await service.setze_wappen(sitzung, ags, bild, durch=_DURCH)
        return ergebnis, await mandanten.einstellung(sitzung, ags)

    try:
        bild = None if wappen is None else wappen.read_bytes()
        ergebnis, stadt = in_transaktion(settings(), laufe)
    except mandanten.UngueltigeEinstellungen as fehler:
        for eintrag in fehler.fehler:
            typer.echo(f"{eintrag.get('pointer', '')}: {eintrag['text']['de']}", err=True)
        raise typer.Exit(2) from fehler
    except (mandanten.UngueltigesWappen, OSError) as fehler:
        raise typer.BadParameter(f"{wappen}: {fehler}") from fehler
    except mandanten.UnbekannteGemeinde as fehler:
        was = "keine Gemeinde in Nordrhein-Westfalen" if neu else "hier nicht eingerichtet"
        raise typer.BadParameter(f"{ags}: {was}") from fehler
    _zeige(stadt)
    if ergebnis.geaendert:
        typer.echo(f"Geändert / changed: {', '.join(ergebnis.geaendert)}", err=True)
    for mangel in ergebnis.einstellungen.fehlendes():
        typer.echo(f"Noch offen / still missing: {mangel.pointer}: {mangel.de}", err=True)


def _zeige(stadt: "Einstellung") -> None:
    wie = "automatisch" if stadt.automatisch_bescheinigen else "von Hand"
    typer.echo(
        f"{stadt.ags}  {stadt.behoerdenname}  {stadt.aktenzeichen_schema}  {wie}"
        f"  Verzichte: {', '.join(sorted(stadt.verzichte)) or '-'}"
        f"  Filter: {', '.join(sorted(stadt.filter)) or '-'}"
    )
