"""`amt formular vergleich|export|import|angebot`: services compared, handed on, taken over."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.leistungen.formular import Formular
    from app.leistungen.vergleich import Aenderung

Ags = Annotated[str, typer.Argument(help="Amtlicher Gemeindeschlüssel, 8 Stellen")]
Leistung = Annotated[str, typer.Argument(help="Schlüssel der Leistung, z. B. bewohnerparkausweis")]
AlsJson = Annotated[bool, typer.Option("--json", help="JSON statt Text")]
_DURCH = "amt"
_ZEICHEN = {"neu": "+", "weg": "-", "anders": "~"}
_HOECHSTENS_ZEICHEN = 60


def _verdrahte() -> None:
    """Code lists and subjects are brought by the rooms."""
    from app.gewerbe import service as gewerbe

    gewerbe.verdrahte()


def ergaenze(gruppe: typer.Typer) -> None:
    """Add the commands to `amt formular`."""
    gruppe.command("vergleich")(vergleich)
    gruppe.command("export")(gib_aus)
    gruppe.command("import")(uebernimm)
    gruppe.command("angebot")(angebot)


def vergleich(
    alt: Annotated[str, typer.Argument(help="Datei oder Leistung")],
    neu: Annotated[str, typer.Argument(help="Datei oder Leistung")],
    als_json: AlsJson = False,
) -> None:
    """Was zwei Formulare unterscheidet. / What is different. 0 gleich, 1 verschieden, 2 nicht lesbar."""
    from app.leistungen.vergleich import vergleiche

    _verdrahte()
    aenderungen = vergleiche(_lies(alt), _lies(neu))
    _zeige(aenderungen, als_json=als_json)
    raise typer.Exit(1 if aenderungen else 0)


def gib_aus(
    leistung: Leistung,
    ags: Annotated[str, typer.Option("--ags", help="Gemeinde, die ausgibt")],
    datei: Annotated[Path | None, typer.Option(help="Wohin; sonst LEISTUNG-AGS.zip")] = None,
    seit: Annotated[str | None, typer.Option(help="Im Einsatz seit, JJJJ-MM-TT")] = None,
) -> None:
    """Leistung für andere Gemeinden als signiertes ZIP ausgeben. / Hand a service on as a signed ZIP."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.db.zugang import in_transaktion
    from app.leistungen import service
    from app.leistungen.austausch import lies
    from app.settings import settings
    from app.verwaltung import angebote

    _verdrahte()
    try:
        beginn = date.fromisoformat(seit) if seit else None
    except ValueError:
        raise typer.BadParameter(f"{seit}: kein Datum / no date") from None

    async def laufe(sitzung: AsyncSession) -> bytes:
        return await angebote.gib_aus(sitzung, ags, leistung, seit=beginn)

    try:
        daten = in_transaktion(settings(), laufe)
    except (service.GemeindeNichtHier, service.UnbekannteLeistung) as fehler:
        raise typer.BadParameter(fehler.text["de"]) from None
    ziel = datei or Path(f"{leistung}-{ags}.zip")
    try:
        ziel.write_bytes(daten)
    except OSError as fehler:
        raise typer.BadParameter(f"{ziel}: {fehler.strerror}") from None
    typer.echo(f"{ziel}  {len(daten)} Byte")
    typer.echo(f"Fingerabdruck des Schlüssels / fingerprint of the key: {lies(daten).fingerabdruck}")


def uebernimm(
    archiv: Annotated[Path, typer.Argument(metavar="ZIP")],
    ags: Annotated[str, typer.Option("--ags", help="Gemeinde, die übernimmt")],
    *,
    probe: Annotated[bool, typer.Option("--probe", help="Nur zeigen, was sich ändern würde")] = False,
    vertraue: Annotated[
        str | None, typer.Option(help="Fingerabdruck des Schlüssels, wie die andere Gemeinde ihn nennt")
    ] = None,
    als_json: AlsJson = False,
) -> None:
    """Leistung aus einem ZIP übernehmen. / Take a service over. 0 übernommen, 1 abgelehnt, 2 nicht lesbar."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.db.zugang import in_transaktion
    from app.leistungen import service
    from app.leistungen.austausch import NichtLesbar, lies
    from app.settings import settings
    from app.verwaltung import angebote

    _verdrahte()
    try:
        paket = lies(archiv.read_bytes())
    except OSError as fehler:
        raise typer.BadParameter(f"{archiv}: {fehler.strerror}") from None
    except NichtLesbar as fehler:
        raise typer.BadParameter(f"{archiv}: {fehler}") from None
    ohne = "".join((vertraue or "").split()).lower()
    vertraut = bool(ohne) and ohne == "".join(paket.fingerabdruck.split())

    async def laufe(sitzung: AsyncSession) -> "list[Aenderung] | None":
        aenderungen = await angebote.probe(sitzung, ags, paket)
        if vertraut and not probe:
            await angebote.uebernimm(sitzung, ags, paket, durch=_DURCH)
        return aenderungen

    try:
        aenderungen = in_transaktion(settings(), laufe)
    except service.GemeindeNichtHier as fehler:
        raise typer.BadParameter(fehler.text["de"]) from None
    einsatz = paket.angaben.einsatz
    typer.echo(
        f"{paket.angaben.titel} ({paket.angaben.leistung}) von / from {paket.angaben.gemeinde}, "
        f"{paket.angaben.ausgegeben_am:%d.%m.%Y}, {paket.angaben.lizenz}, {einsatz.zustand}"
        + (f" seit / since {einsatz.seit:%d.%m.%Y}" if einsatz.seit else ""),
        err=True,
    )
    typer.echo(f"Fingerabdruck / fingerprint: {paket.fingerabdruck}", err=True)
    if aenderungen is None:
        typer.echo("Neu in dieser Gemeinde. / New in this town.", err=True)
    _zeige(aenderungen or [], als_json=als_json)
    if probe:
        return
    if not vertraut:
        typer.echo(
            "Nicht übernommen: Bitte den Fingerabdruck bei der anderen Gemeinde erfragen und mit --vertraue "
            "angeben. / Not taken over: ask the other town for the fingerprint and give it with --vertraue.",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo("Übernommen. / Taken over.", err=True)


def angebot(
    ags: Ags,
    leistung: Annotated[str | None, typer.Argument(help="Nur diese Leistung")] = None,
    *,
    anbieten: Annotated[
        bool | None, typer.Option("--anbieten/--aussetzen", help="Online anbieten oder vorerst nicht")
    ] = None,
    als_json: AlsJson = False,
) -> None:
    """Leistungen einer Gemeinde zeigen, anbieten, aussetzen. / Show, offer, suspend services of a town."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.db.zugang import in_transaktion
    from app.leistungen import service
    from app.settings import settings
    from app.verwaltung import angebote

    _verdrahte()
    if anbieten is not None and leistung is None:
        raise typer.BadParameter("Welche Leistung? / Which service?")

    async def laufe(sitzung: AsyncSession) -> list[service.Angebot]:
        if leistung is None:
            return await service.katalog(sitzung, ags)
        if anbieten is None:
            return [await service.angebot(sitzung, ags, leistung, auch_ausgesetzt=True)]
        zustand: service.Zustand = "angeboten" if anbieten else "ausgesetzt"
        return [await angebote.setze_zustand(sitzung, ags, leistung, zustand, durch=_DURCH)]

    try:
        gefunden = in_transaktion(settings(), laufe)
    except (service.GemeindeNichtHier, service.UnbekannteLeistung) as fehler:
        raise typer.BadParameter(fehler.text["de"]) from None
    zeilen = [
        {
            "leistung": eines.leistung,
            "titel": eines.formular.definition.titel.de,
            "zustand": eines.zustand,
            "formular": eines.formular.hash,
            "herkunft": eines.herkunft,
        }
        for eines in gefunden
    ]
    if als_json:
        print(json.dumps(zeilen, ensure_ascii=False))
        return
    for zeile in zeilen:
        typer.echo("{leistung:<24} {zustand:<11} {titel}".format(**zeile))


def _lies(name: str) -> "Formular":
    from app.leistungen.bestand import bestand
    from app.leistungen.laden import FormularUngueltig, lade

    if (bekannt := bestand().get(name)) is not None:
        return bekannt
    try:
        return lade(Path(name))
    except OSError as fehler:
        raise typer.BadParameter(f"{name}: {fehler.strerror}") from None
    except FormularUngueltig as fehler:
        raise typer.BadParameter(
            f"{name}: {len(fehler.befunde)} Fehler, siehe / see `amt formular pruefen`"
        ) from None


def _zeige(aenderungen: "list[Aenderung]", *, als_json: bool) -> None:
    if als_json:
        print(json.dumps([eine.als_dict() for eine in aenderungen], ensure_ascii=False))
        return
    for eine in aenderungen:
        werte = " → ".join(_kurz(wert) for wert in (eine.alt, eine.neu) if wert is not None)
        frage = "  [Entwürfe werden gefragt / drafts are asked]" if eine.fragt_nach else ""
        typer.echo(f"{_ZEICHEN[eine.art]} {eine.ort}: {werte}{frage}")


def _kurz(wert: Any) -> str:
    text = wert if isinstance(wert, str) else json.dumps(wert, ensure_ascii=False)
    return text if len(text) <= _HOECHSTENS_ZEICHEN else f"{text[:_HOECHSTENS_ZEICHEN]}…"
