"""`amt klient`: machine clients.

Exit codes: 0 done, 1 no such client, 2 not usable.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.konto.service import KlientBild

gruppe = typer.Typer(help="Maschinenzugänge (OAuth 2.0). / Machine clients.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(metavar="CLIENT_ID")]
_Json = Annotated[bool, typer.Option("--json", help="Ausgabe als JSON / output as JSON")]
_Jwks = Annotated[
    Path | None,
    typer.Option(
        "--jwks",
        exists=True,
        dir_okay=False,
        help="Öffentliche Schlüssel (RFC 7517) statt eines Geheimnisses",
    ),
]


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="klient")


@gruppe.command("anlegen")
def anlegen(
    name: Annotated[str, typer.Argument(help="Wem der Zugang gehört")],
    *,
    scope: Annotated[list[str], typer.Option(help="einreichen, postfach, sachbearbeitung, verwaltung")],
    gemeinde: Annotated[str | None, typer.Option(help="AGS, für sachbearbeitung und verwaltung")] = None,
    stelle: Annotated[
        str | None, typer.Option(help="Schlüssel der Stelle, für postfach; für einreichen: die Kammer")
    ] = None,
    client_id: Annotated[str | None, typer.Option(help="sonst zufällig")] = None,
    jwks: _Jwks = None,
    laeuft_ab: Annotated[
        datetime | None, typer.Option("--laeuft-ab", help="Ende des Zugangs (UTC) / expiry")
    ] = None,
    je_minute: Annotated[int | None, typer.Option("--je-minute", min=1, help="Anfragen je Minute")] = None,
    als_json: _Json = False,
) -> None:
    """Anlegen; das Geheimnis wird nur dieses eine Mal gezeigt. / Create; the secret is shown once."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings
    from app.verwaltung.klienten import KOMMANDOZEILE, vermerke

    wunsch: dict[str, Any] = {
        "name": name,
        "scopes": scope,
        "gemeinde": gemeinde,
        "stelle": stelle,
        "client_id": client_id,
        "laeuft_ab_am": laeuft_ab.replace(tzinfo=UTC) if laeuft_ab else None,
        "je_minute": je_minute,
    }
    try:
        if jwks is not None:
            schluessel = _lies(jwks)

            async def lege_an(sitzung: "AsyncSession") -> tuple[str, str | None]:
                bild = await service.anlegen_klient_mit_schluessel(sitzung, jwks=schluessel, **wunsch)
                await vermerke(sitzung, "klient_angelegt", bild, durch=KOMMANDOZEILE)
                return bild.client_id, None
        else:

            async def lege_an(sitzung: "AsyncSession") -> tuple[str, str | None]:
                neu = await service.anlegen_klient(sitzung, **wunsch)
                await vermerke(sitzung, "klient_angelegt", neu.klient, durch=KOMMANDOZEILE)
                return neu.klient.client_id, neu.geheimnis

        name_und_geheimnis = in_transaktion(settings(), lege_an)
    except service.KlientUngueltig as fehler:
        raise typer.BadParameter(str(fehler)) from fehler
    _zeige_geheimnis(*name_und_geheimnis, als_json=als_json)


@gruppe.command("liste")
def liste(*, als_json: _Json = False) -> None:
    """Alle Klienten mit ihrer letzten Benutzung. / List all with their last use."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings

    alle = in_transaktion(settings(), service.klienten)
    if als_json:
        zeilen = [asdict(klient) | {"abgelaufen": klient.abgelaufen} for klient in alle]
        typer.echo(json.dumps(zeilen, ensure_ascii=False, indent=2, default=_als_json))
        return
    for klient in alle:
        bezug = klient.gemeinde or klient.stelle or "-"
        typer.echo(
            f"{klient.client_id}  {','.join(sorted(klient.scopes))}  {bezug}  {klient.name}{_stand(klient)}"
        )


@gruppe.command("sperren")
def sperren(client_id: _Id) -> None:
    """Sofort sperren, auch laufende Token. / Block at once, running tokens too."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings
    from app.verwaltung.klienten import KOMMANDOZEILE, vermerke

    async def sperre(sitzung: "AsyncSession") -> bool:
        gesperrt = await service.sperre_klient(sitzung, client_id)
        if gesperrt and (bild := await service.klient(sitzung, client_id)):
            await vermerke(sitzung, "klient_gesperrt", bild, durch=KOMMANDOZEILE)
        return gesperrt

    if not in_transaktion(settings(), sperre):
        typer.echo("Kein solcher Klient, oder schon gesperrt. / No such client.", err=True)
        raise typer.Exit(1)


@gruppe.command("rotieren")
def rotieren(
    client_id: _Id,
    *,
    ueberlappung: Annotated[
        int, typer.Option(min=0, max=720, help="Stunden, die das alte Geheimnis noch gilt / hours")
    ] = 0,
    jwks: _Jwks = None,
    als_json: _Json = False,
) -> None:
    """Ein neues Geheimnis, oder mit --jwks neue Schlüssel. / A new secret, or other keys."""
    from app.db.zugang import in_transaktion
    from app.konto import service
    from app.settings import settings
    from app.verwaltung.klienten import KOMMANDOZEILE, vermerke

    schluessel = _lies(jwks) if jwks is not None else None

    async def rotiere(sitzung: "AsyncSession") -> tuple[bool, str | None]:
        geheimnis = None
        if schluessel is not None:
            da = await service.rotiere_schluessel(sitzung, client_id, schluessel)
        else:
            frist = timedelta(hours=ueberlappung)
            geheimnis = await service.rotiere_geheimnis(sitzung, client_id, ueberlappung=frist)
            da = geheimnis is not None
        if da and (bild := await service.klient(sitzung, client_id)):
            await vermerke(sitzung, "klient_rotiert", bild, durch=KOMMANDOZEILE)
        return da, geheimnis

    try:
        da, geheimnis = in_transaktion(settings(), rotiere)
    except service.KlientUngueltig as fehler:
        raise typer.BadParameter(str(fehler)) from fehler
    if not da:
        typer.echo("Kein solcher Klient. / No such client.", err=True)
        raise typer.Exit(1)
    _zeige_geheimnis(client_id, geheimnis, als_json=als_json)


def _lies(datei: Path) -> object:
    try:
        return json.loads(datei.read_bytes())
    except (OSError, ValueError) as fehler:
        raise typer.BadParameter(f"{datei}: kein lesbares JSON / not readable as JSON") from fehler


def _zeige_geheimnis(client_id: str, geheimnis: str | None, *, als_json: bool) -> None:
    if als_json:
        typer.echo(json.dumps({"client_id": client_id, "client_secret": geheimnis}))
        return
    typer.echo(f"client_id:     {client_id}")
    if geheimnis is not None:
        typer.echo(f"client_secret: {geheimnis}")


def _stand(klient: "KlientBild") -> str:
    zuletzt = klient.zuletzt_am.date().isoformat() if klient.zuletzt_am else "nie"
    teile = [f"zuletzt {zuletzt}"]
    if klient.laeuft_ab_am is not None:
        tag = klient.laeuft_ab_am.date().isoformat()
        teile.append(f"abgelaufen {tag}" if klient.abgelaufen else f"bis {tag}")
    if klient.gesperrt:
        teile.append("gesperrt")
    return "  " + "  ".join(teile)


def _als_json(wert: object) -> object:
    if isinstance(wert, frozenset):
        return sorted(wert)
    return wert.isoformat() if isinstance(wert, datetime) else str(wert)
