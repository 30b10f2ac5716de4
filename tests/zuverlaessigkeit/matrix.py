"""One cell of the matrix: come to a point, kill, start again, compare with what was promised."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from tests.zuverlaessigkeit.haus import Haus
from tests.zuverlaessigkeit.modell import Abgleich
from tests.zuverlaessigkeit.postgres import bis
from tests.zuverlaessigkeit.szenario import UNVERMERKT, Schritt

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
# The same of an application, for which nobody certifies anything.
_ANTRAG = ("antrag", "antragsinhalt", "dokument", "vorgang", "journaleintrag")
_BESCHEINIGUNG = ("registereintrag", "bescheinigung", "sendung")
_BERICHTIGUNG = (
    "antrag",
    "idempotenzschluessel",
    "dokument",
    "gewerbeanzeige",
    "registereintrag",
    "bescheinigung",
    "sendung",
    "journaleintrag",
)
_WIDERRUF = ("widerruf", "sendung", "journaleintrag")
_ENTSCHEIDUNG = ("entscheidung", "dokument", "geschlossen", "journaleintrag")
_MITTEILUNG = ("mitteilung", "mitteilungsanhang", "dokument", "journaleintrag")
_BESTAETIGUNGSANTWORT = ("beantwortet", "journaleintrag")
_RUECKNAHME = ("geschlossen", "journaleintrag")
_TABELLEN = {*_GANZES, *_ANTRAG, *_WIDERRUF, "entscheidung", "mitteilung", "mitteilungsanhang"}
_ZAEHLUNGEN = {tabelle: f"SELECT count(*) FROM {tabelle}" for tabelle in _TABELLEN} | {
    "geschlossen": "SELECT count(*) FROM vorgang WHERE zustand <> 'in_pruefung'",
    "beantwortet": "SELECT count(*) FROM bestaetigung WHERE zustand <> 'offen'",
    "block": "SELECT count(*) FROM journalblock",
    "pdf": "SELECT count(*) FROM dokument WHERE art = 'bescheinigung'",
    "verbunden": "SELECT count(dokument_id) FROM bescheinigung",
    "bereit": "SELECT count(bereitgestellt_am) FROM sendung",
    "gebuendelt": "SELECT count(buendel_id) FROM sendung",
    "uebergeben": "SELECT count(*) FROM zustellversuch WHERE ergebnis = 'zugestellt'",
    "entwurf": "SELECT count(*) FROM entwurf",
    "anlage": "SELECT count(*) FROM anlage",
    "abgeholt": "SELECT count(abgeholt_am) FROM sendung",
    "angenommen": "SELECT count(angenommen_am) FROM sendung",
}


@dataclass(frozen=True)
class Zelle:
    """What one kill has done."""

    schritt: str
    punkt: str
    opfer: str
    gefunden: str
    """Right after it, before anybody has tried again."""
    gesendet: int | None
    """How often the other machine has got the message in all, where it goes to one."""
    verloren: int
    doppelt: int
    abgleich: Abgleich


async def spiele(haus: Haus, schritt: Schritt, punkt: str, opfer: str) -> Zelle:
    """Run the step once with a kill of `opfer` at `punkt`, then let everything be done."""
    ablauf = await _bereite_vor(haus, schritt)
    await haus.toete(schritt.prozess)
    aufgabe = asyncio.ensure_future(ablauf)
    if schritt.zuvor:
        await aufgabe
    vorher = await _zaehle(haus)
    haus.starte(schritt.prozess, schritt.bruchstelle(punkt))
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
        _merke_zusage(haus, schritt, await aufgabe)
    finally:
        aufgabe.cancel()
        await haus.erlaube_stapel()
    abgleich = await haus.vollende()
    await haus.stelle_zurueck()
    return Zelle(
        schritt.name,
        punkt,
        opfer,
        gefunden,
        len(haus.aussen.eingaenge()) - vorher["draussen"] if schritt.aussen else None,
        abgleich.verloren.total(),
        abgleich.doppelt.total(),
        abgleich,
    )


async def _bereite_vor(haus: Haus, schritt: Schritt) -> Awaitable[Any]:
    match schritt.name:
        case "list" | "fetch" | "acknowledge":
            await haus.portal.reiche_ein()
            await bis(haus.zugestellt, 60, "every delivery in its mailbox")
            return haus.kammern[haus.eine_stelle].leere()
        case "fetch many" | "acknowledge many":
            await _zweimal(haus)
            await haus.ruhe()
            return haus.kammern[haus.eine_stelle].leere_auf_einmal()
        case "send":
            return haus.portal.sende_ab(await haus.portal.entwirf())
        case "decide" | "write" | "confirm" | "take back":
            antrag = await haus.portal.sende_ab(await haus.portal.entwirf())
            return await _am_antrag(haus, schritt.name, antrag)
        case "certify":
            zusage = await haus.portal.reiche_ein(automatisch=False)
            return haus.amt.bescheinige(zusage["anzeigen"][0]["vorgang_id"])
        case "correct" | "withdraw":
            anzeige = (await haus.portal.reiche_ein())["anzeigen"][0]
            await haus.ruhe()
            return haus.amt.berichtige(anzeige) if schritt.name == "correct" else haus.amt.widerrufe(anzeige)
        case "deliver singly":
            await haus.verbiete_stapel()
        case "deliver bundled":
            await haus.buendele(haus.eine_stelle, 2)
            return _zweimal(haus)
    if schritt.aussen:
        an = haus.dms if schritt.aussen in {"dms_http", "ordner"} else haus.eine_stelle
        await haus.stelle_um(an, schritt.aussen)
    if schritt.saetze > 1:
        await haus.buendele(haus.eine_stelle, schritt.saetze)
        return _zweimal(haus)
    return haus.portal.reiche_ein()


async def _am_antrag(haus: Haus, name: str, antrag: dict[str, Any]) -> Awaitable[Any]:
    match name:
        case "decide":
            return haus.amt.lehne_ab(await haus.amt.fall_von(antrag["id"]))
        case "write":
            return haus.amt.schreibe(await haus.amt.fall_von(antrag["id"]), antrag["id"])
        case "confirm":
            return haus.zweite.bestaetige(antrag)
        case _:
            return haus.portal.nimm_zurueck(antrag["id"])


async def _zweimal(haus: Haus) -> None:
    for _ in range(2):
        await haus.portal.reiche_ein()


def _merke_zusage(haus: Haus, schritt: Schritt, zusage: Any) -> None:
    match schritt.aussen:
        case "dms_http" | "ordner":
            haus.zusagen.akten.append(zusage["anzeigen"][0]["vorgang_id"])
        case "email":
            haus.zusagen.briefe += 1


async def _zaehle(haus: Haus) -> dict[str, int]:
    async with haus.verwaltung() as verbindung, verbindung.transaction(isolation="repeatable_read"):
        zahlen = {name: await verbindung.fetchval(frage) for name, frage in _ZAEHLUNGEN.items()}
    return zahlen | {"draussen": len(haus.aussen.eingaenge())}


def _befund(haus: Haus, schritt: Schritt, vorher: dict[str, int], jetzt: dict[str, int]) -> str:
    mehr = {name: jetzt[name] - vorher[name] for name in jetzt}
    if schritt.aussen and mehr["draussen"] == 1 and not mehr["uebergeben"]:
        return UNVERMERKT
    ganz = _ausgang(haus, schritt, mehr)
    return "HALF OF IT" if ganz is None else schritt.nachher if ganz else schritt.vorher


def _ausgang(haus: Haus, schritt: Schritt, mehr: dict[str, int]) -> bool | None:
    """Whether the step has been done; None: by half."""
    if schritt.aussen:
        uebergeben = mehr["uebergeben"] / schritt.saetze
        return _eins(uebergeben) if uebergeben == mehr["draussen"] else None
    match schritt.name:
        case "submit":
            return _ganz(haus, mehr, _GANZES)
        case "send":
            gesendet = _gewachsen(mehr, _ANTRAG)
            weg = {-mehr["entwurf"], -mehr["anlage"]}
            return gesendet if weg == {int(gesendet or 0)} else None
        case "certify":
            return _ganz(haus, mehr, _BESCHEINIGUNG)
        case "correct":
            return _ganz(haus, mehr, _BERICHTIGUNG)
        case "withdraw":
            return _ganz(haus, mehr, _WIDERRUF)
        case "decide":
            return _gewachsen(mehr, _ENTSCHEIDUNG)
        case "write":
            return _gewachsen(mehr, _MITTEILUNG)
        case "confirm":
            return _gewachsen(mehr, _BESTAETIGUNGSANTWORT)
        case "take back":
            return _gewachsen(mehr, _RUECKNAHME)
        case "deliver":
            return _eins(mehr["bereit"] / len(haus.kammern))
        case "deliver singly":
            return _eins(mehr["bereit"])
        case "deliver bundled":
            bereit = mehr["bereit"] / len(haus.kammern)
            return _eins(mehr["gebuendelt"]) if bereit == 2 * mehr["gebuendelt"] else None
        case "render":
            return _eins(mehr["pdf"]) if mehr["pdf"] == mehr["verbunden"] else None
        case "seal":
            return _eins(mehr["block"])
        case "list":
            return None if mehr["abgeholt"] or mehr["angenommen"] else False
        case "fetch":
            return _eins(mehr["abgeholt"])
        case "fetch many":
            return _eins(mehr["abgeholt"] / 2)
        case "acknowledge many":
            return _eins(mehr["angenommen"] / 2)
        case _:
            return _eins(mehr["angenommen"])


def _eins(zahl: float) -> bool | None:
    return None if zahl not in {0, 1} else bool(zahl)


def _ganz(haus: Haus, mehr: dict[str, int], tabellen: tuple[str, ...]) -> bool | None:
    return None if mehr["sendung"] not in {0, len(haus.kammern)} else _gewachsen(mehr, tabellen)


def _gewachsen(mehr: dict[str, int], tabellen: tuple[str, ...]) -> bool | None:
    gewachsen = {mehr[tabelle] > 0 for tabelle in tabellen}
    return None if len(gewachsen) > 1 else gewachsen.pop()
