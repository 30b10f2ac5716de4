"""What the demo shows at the terminal."""

import json
from pathlib import Path

from rich.console import Console

from app.demo.einmal import Bericht, Empfang
from app.demo.einrichtung import STAEDTE, Zugaenge
from app.demo.haus import Haus
from app.mandanten.zustaendig import gemeinde, zustaendige_stellen

_konsole = Console(soft_wrap=True, highlight=False)


def beginnt(ordner: Path) -> None:
    """Something is going on."""
    _konsole.print(f"Das Digitale Gewerbeamt startet, Daten in {ordner} ...", style="dim")


def schliesst() -> None:
    """Ctrl-C was heard."""
    _konsole.print("\nBeendet. Die Daten bleiben: der nächste Start findet sie wieder.", style="dim")


async def ist_offen(haus: Haus, zugaenge: Zugaenge, neu: int) -> None:
    """Addresses, clients and three lines to copy."""
    stellen = zustaendige_stellen(STAEDTE[0])
    portal = await zugaenge.portal()
    kammer = await zugaenge.empfaenger(stellen["ihk"].schluessel)
    weitere = [
        await zugaenge.empfaenger(stellen["hwk"].schluessel),
        *[await zugaenge.gewerbeamt(ags) for ags in STAEDTE],
    ]
    _konsole.print(f"\n[bold]Das Digitale Gewerbeamt läuft: {haus.adresse}[/bold]")
    _konsole.print(f"  Schnittstelle       {haus.adresse}/api/docs")
    _konsole.print(f"  Protokolle          {haus.logordner}")
    if haus.dienst is None:
        _konsole.print("  Anmeldung           fehlt: nötig sind make install und AMT_HOST=127.0.0.1")
    else:
        _konsole.print(f"  Anmeldung           {haus.adresse}/anmelden, mit Personen zur Auswahl")
    _konsole.print(f"  Anzeigen            {neu} neu eingereicht; Städte: {_staedte()}\n")
    _konsole.print("[bold]Klienten[/bold] (Name, client_id, client_secret)")
    for zugang in (portal, kammer, *weitere):
        _konsole.print(f"  {zugang.name}\n    {zugang.client_id}  {zugang.geheimnis}", markup=False)
    token = f"curl -s {haus.adresse}/api/v1/oauth/token -d grant_type=client_credentials"
    lies = """| sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/'"""
    beispiel = "app/demo/anzeigen/01_anmeldung_cafe.json"
    _konsole.print("\n[bold]Zum Ausprobieren[/bold]")
    for zeile in (
        f"T=$({token} -u {portal.client_id}:{portal.geheimnis} {lies})",
        f'curl -s {haus.adresse}/api/v1/gewerbeanzeigen -H "Authorization: Bearer $T" '
        f"-H 'Content-Type: application/json' -d @{beispiel}",
        f"K=$({token} -u {kammer.client_id}:{kammer.geheimnis} {lies}); "
        f'curl -s {haus.adresse}/api/v1/postfach/sendungen -H "Authorization: Bearer $K"',
    ):
        _konsole.print(f"  {zeile}", markup=False)
    _konsole.print("\nBeenden mit Strg-C.", style="dim")


def zeige(bericht: Bericht, *, als_json: bool) -> None:
    """The account of one file's way."""
    if als_json:
        print(json.dumps(bericht.als_dict(), ensure_ascii=False, indent=2))  # noqa: T201 for programs, not for people
        return
    _konsole.print(f"[bold]{bericht.datei}[/bold]")
    for nummer, schritt in enumerate(bericht.schritte, 1):
        _konsole.print(f"{nummer:2}. {'✓' if schritt.gut else '✗'} {schritt.was}", markup=False)
        for einzelheit in schritt.einzelheiten:
            _konsole.print(f"      {einzelheit}", markup=False)
    for befund in bericht.befunde:
        _konsole.print(f"      {befund.get('severity', 'error')}: {befund['text']['de']}", markup=False)
    for empfang in bericht.empfaenger:
        _konsole.print(_empfaenger(empfang), markup=False)
    _konsole.print(
        "Ergebnis: jede Stelle hat ihre Nachricht." if bericht.gelungen else "Ergebnis: nicht am Ziel.",
        style="bold",
    )


def _empfaenger(empfang: Empfang) -> str:
    geprueft = {True: "gültig", False: "UNGÜLTIG", None: "-"}[empfang.gueltig]
    if empfang.luecken:
        geprueft = f"{len(empfang.luecken)} Lücken"
    return (
        f"    {'✓' if empfang.fertig else '✗'} {empfang.form} {empfang.nachrichtentyp or '----'} "
        f"{empfang.bytes or 0:6} Bytes  {geprueft:10}{empfang.zustand:12}"
        f"{empfang.name} ({empfang.grundlage})"
    )


def _staedte() -> str:
    return ", ".join(gemeinde(ags).name for ags in STAEDTE)
