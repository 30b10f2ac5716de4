"""How the demo runs: the settings it uses, the house with its notices, one file all the way."""

import asyncio
import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from app.db.zugang import bereitgestellt, geoeffnet
from app.demo import terminal
from app.demo.beispiele import beispiele
from app.demo.einmal import Bericht, Gang
from app.demo.einrichtung import Zugaenge, richte_staedte_ein
from app.demo.haus import Haus
from app.demo.idp import Anmeldedienst
from app.demo.kunde import Kunde
from app.mandanten.zustaendig import UnbekannteGemeinde
from app.mandanten.zustaendig import gemeinde as gemeinde_nach_ags
from app.protokoll import richte_protokoll_ein
from app.settings import Settings, settings

_ORTSZEIT = ZoneInfo("Europe/Berlin")


def betritt_demo(port: int | None = None, ordner: Path | None = None) -> Settings:
    """Settings of the demo, from now on those of this process and of its children.

    The demo keeps to a folder, a database and login providers of its own, whatever the installation uses.
    """
    allgemein = settings()
    port = port or allgemein.port
    for fremd in ("DATABASE_URL", "AMT_WERK_DATABASE_URL", "AMT_MIGRATION_DATABASE_URL", "AMT_ANBIETER"):
        os.environ.pop(fremd, None)
    os.environ |= {
        "AMT_DEMO": "true",
        "AMT_DATENORDNER": str(ordner or allgemein.datenordner.absolute() / "demo"),
        "AMT_PORT": str(port),
        "AMT_BASIS_URL": f"http://{allgemein.host}:{port}",
    }
    settings.cache_clear()
    return settings()


def ist_gemeinde(ags: str) -> bool:
    """True where the state has a Gemeinde with this AGS."""
    try:
        gemeinde_nach_ags(ags)
    except UnbekannteGemeinde:
        return False
    return True


def fuehre_haus(einstellungen: Settings) -> None:
    """Run everything until Ctrl-C. Raises HausFehler where the port is taken or a process does not start."""
    _nur_fehler(einstellungen)
    haus = Haus(
        einstellungen.datenordner,
        einstellungen.host,
        einstellungen.port,
        Anmeldedienst.neben(einstellungen.datenordner, einstellungen.port, einstellungen.adresse),
    )
    haus.pruefe_port()
    terminal.beginnt(haus.ordner)
    if haus.dienst is not None:
        haus.ordner.mkdir(parents=True, exist_ok=True)
        os.environ |= haus.dienst.schreibe()
    try:
        with bereitgestellt(einstellungen) as zugang:

            async def bestuecke() -> None:
                async with geoeffnet(zugang, einstellungen):
                    zugaenge = Zugaenge(haus.ordner)
                    await richte_staedte_ein()
                    async with httpx.AsyncClient(base_url=haus.adresse, timeout=60, trust_env=False) as http:
                        neu = await _reiche_beispiele_ein(http, zugaenge)
                    await terminal.ist_offen(haus, zugaenge, neu)

            with haus.offen():
                asyncio.run(bestuecke())
                haus.halte()
    except KeyboardInterrupt:
        terminal.schliesst()


def fuehre_einmal(
    einstellungen: Settings,
    name: str,
    daten: bytes,
    gemeinde: str | None,
    ablage: Path | None = None,
    *,
    als_json: bool = False,
) -> Bericht:
    """Let one notice go the whole way in this process, print the account and return it."""
    _nur_fehler(einstellungen)
    with bereitgestellt(einstellungen) as zugang:

        async def gehe() -> Gang:
            from app.main import create_app  # noqa: PLC0415 half a second that only this path needs
            from app.worker import arbeite_einmal  # noqa: PLC0415

            async with geoeffnet(zugang, einstellungen):
                transport = httpx.ASGITransport(create_app(), raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport, base_url=einstellungen.adresse) as http:
                    gang = Gang(http, Zugaenge(einstellungen.datenordner), arbeite_einmal, name)
                    await gang.gehe(daten, gemeinde)
                    return gang

        gang = asyncio.run(gehe())
    if ablage is not None:
        _lege_ab(ablage, gang)
    terminal.zeige(gang.bericht, als_json=als_json)
    return gang.bericht


def _nur_fehler(einstellungen: Settings) -> None:
    """The terminal is for people: this process logs errors only, its children log to files."""
    richte_protokoll_ein(einstellungen.model_copy(update={"log_stufe": "error"}))


def _heute() -> date:
    return datetime.now(_ORTSZEIT).date()


async def _reiche_beispiele_ein(http: httpx.AsyncClient, zugaenge: Zugaenge) -> int:
    """How many of the demo's notices were new. Those of an earlier day stay as they are (409)."""
    portal = Kunde(http, await zugaenge.portal())
    neu = 0
    for beispiel in beispiele(_heute()):
        antwort = await portal.reiche_ein(
            beispiel.als_bytes(), medientyp="application/json", schluessel=f"demo-{beispiel.name}"
        )
        if antwort.status_code != httpx.codes.CONFLICT:
            antwort.raise_for_status()
            neu += "Idempotent-Replayed" not in antwort.headers
    return neu


def _lege_ab(ordner: Path, gang: Gang) -> None:
    ordner.mkdir(parents=True, exist_ok=True)
    for empfang in gang.bericht.empfaenger:
        if (nachricht := gang.nachrichten.get(empfang.sendung)) is not None:
            (ordner / f"{empfang.stelle}-{empfang.sendung}.xml").write_bytes(nachricht)
