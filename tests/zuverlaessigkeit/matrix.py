"""One cell of the matrix: come to a point, kill, start again, compare with what was promised."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from tests.zuverlaessigkeit.haus import Haus
from tests.zuverlaessigkeit.modell import Abgleich
from tests.zuverlaessigkeit.postgres import bis
from tests.zuverlaessigkeit.szenario import Schritt

# All that a submission writes; half of it would show as some tables grown and others not.
_GANZES = (
    "antrag",
    "idempotenzschluessel",
    "dokument",
    "vorgang",
    "gewerbeanzeige",
    "registereintrag",
    "bescheinigung",
    "sendung",
    "journaleintrag",
)
_BESCHEINIGUNG = ("registereintrag", "bescheinigung", "sendung")


@dataclass(frozen=True)
class Zelle:
    """What one kill has done."""

    schritt: str
    punkt: str
    opfer: str
    gefunden: str
    """Right after it, before anybody has tried again."""
    verloren: int
    doppelt: int
    abgleich: Abgleich


async def spiele(haus: Haus, schritt: Schritt, punkt: str, opfer: str) -> Zelle:
    """Run the step once with a kill of `opfer` at `punkt`, then let everything be done."""
    if schritt.name == "deliver singly":
        await haus.verbiete_stapel()
    ablauf = await _bereite_vor(haus, schritt)
    await haus.toete(schritt.prozess)
    haus.starte(schritt.prozess, schritt.bruchstelle(punkt))
    vorher = await _zaehle(haus)
    aufgabe = asyncio.ensure_future(ablauf)
    try:
        await haus.bis_angehalten(schritt.prozess)
        match opfer:
            case "process":
                await haus.toete(schritt.prozess)
            case "database":
                haus.postgres.toeten()
                await haus.postgres.starten()
            case "connection":
                await haus.trenne()
        gefunden = _befund(haus, schritt, vorher, await _zaehle(haus))
        if opfer == "process":
            haus.starte(schritt.prozess)
        else:
            haus.lass_weiter(schritt.prozess)
        await aufgabe
    finally:
        aufgabe.cancel()
        if schritt.name == "deliver singly":
            await haus.erlaube_stapel()
    abgleich = await haus.vollende()
    return Zelle(
        schritt.name,
        punkt,
        opfer,
        gefunden,
        abgleich.verloren.total(),
        abgleich.doppelt.total(),
        abgleich,
    )


async def _bereite_vor(haus: Haus, schritt: Schritt) -> Awaitable[Any]:
    if schritt.name in {"list", "fetch", "acknowledge"}:
        await haus.portal.reiche_ein()
        await bis(haus.zugestellt, 60, "every delivery in its mailbox")
        return next(iter(haus.kammern.values())).leere()
    if schritt.name == "certify":
        zusage = await haus.portal.reiche_ein(automatisch=False)
        vorgang = zusage["anzeigen"][0]["vorgang_id"]
        return haus.amt.anfrage("POST", f"/api/v1/vorgaenge/{vorgang}/bescheinigen")
    return haus.portal.reiche_ein()


async def _zaehle(haus: Haus) -> dict[str, int]:
    fragen = {tabelle: f"SELECT count(*) FROM {tabelle}" for tabelle in _GANZES} | {
        "block": "SELECT count(*) FROM journalblock",
        "pdf": "SELECT count(*) FROM dokument WHERE art = 'bescheinigung'",
        "verbunden": "SELECT count(dokument_id) FROM bescheinigung",
        "bereit": "SELECT count(bereitgestellt_am) FROM sendung",
        "abgeholt": "SELECT count(abgeholt_am) FROM sendung",
        "angenommen": "SELECT count(angenommen_am) FROM sendung",
    }
    async with haus.verwaltung() as verbindung, verbindung.transaction(isolation="repeatable_read"):
        return {name: await verbindung.fetchval(frage) for name, frage in fragen.items()}


def _befund(haus: Haus, schritt: Schritt, vorher: dict[str, int], jetzt: dict[str, int]) -> str:
    mehr = {name: jetzt[name] - vorher[name] for name in jetzt}
    match schritt.name:
        case "submit":
            ganz = _ganz(haus, mehr, _GANZES)
        case "certify":
            ganz = _ganz(haus, mehr, _BESCHEINIGUNG)
        case "deliver":
            ganz = _eins(mehr["bereit"] / len(haus.kammern))
        case "deliver singly":
            ganz = _eins(mehr["bereit"])
        case "render":
            ganz = _eins(mehr["pdf"]) if mehr["pdf"] == mehr["verbunden"] else None
        case "seal":
            ganz = _eins(mehr["block"])
        case "list":
            ganz = None if mehr["abgeholt"] or mehr["angenommen"] else False
        case "fetch":
            ganz = _eins(mehr["abgeholt"])
        case _:
            ganz = _eins(mehr["angenommen"])
    return "HALF OF IT" if ganz is None else schritt.nachher if ganz else schritt.vorher


def _eins(zahl: float) -> bool | None:
    return None if zahl not in {0, 1} else bool(zahl)


def _ganz(haus: Haus, mehr: dict[str, int], tabellen: tuple[str, ...]) -> bool | None:
    gewachsen = {mehr[tabelle] > 0 for tabelle in tabellen}
    if len(gewachsen) > 1 or mehr["sendung"] not in {0, len(haus.kammern)}:
        return None
    return gewachsen.pop()
