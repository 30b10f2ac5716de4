"""What the towns' DMS put into their exchange folders: answers are read, kept and put away.

A file is moved only after what it says is committed, so an interrupted round reads it again, and reading
twice changes nothing. Another worker may be at the same files: one that is gone was read by it. What is no
answer goes to `unlesbar` and is never looked at again.
"""

import asyncio
import re
from pathlib import Path
from time import time
from uuid import uuid4

import structlog
from prometheus_client import Counter

from app.akte.dms import vermerke_antwort
from app.db.sitzung import ALLE, transaktion
from app.versand import service as versand
from xoev.einlesen import MAX_BYTES, NichtLesbar
from xoev.xdomea.antworten import Empfang, Import, lies_antwort

log = structlog.get_logger(__name__)

ANTWORTEN = Counter("amt_dms_antworten_total", "Answers of the towns' DMS", ["ergebnis"])
_DMS = re.compile("dms-([0-9]{8})")
_ERLEDIGT, _UNLESBAR = "erledigt", "unlesbar"
# A file that cannot be read may still be being written.
_GEDULD = 600.0
_HOECHSTENS = 500


async def hole_antworten() -> None:
    """Read every answer that lies in a folder.

    Raises `OSError` where something cannot be read, after all else was.
    """
    async with transaktion() as session:
        eingaenge = await versand.eingangsordner(session)
    gescheitert: OSError | None = None
    for stelle, ordner in eingaenge.items():
        if treffer := _DMS.fullmatch(stelle):
            try:
                dateien = await asyncio.to_thread(_wartende, ordner)
            except OSError as fehler:
                log.error("dms_ordner_gestoert", gemeinde=treffer[1], fehler=type(fehler).__name__)
                gescheitert = fehler
                continue
            for datei in dateien:
                try:
                    await _lies(treffer[1], datei)
                except FileNotFoundError:
                    continue
                except OSError as fehler:
                    log.error("dms_antwort_gestoert", gemeinde=treffer[1], fehler=type(fehler).__name__)
                    gescheitert = fehler
    if gescheitert:
        raise gescheitert


async def _lies(ags: str, datei: Path) -> None:
    try:
        antwort = lies_antwort(await asyncio.to_thread(_inhalt, datei))
    except NichtLesbar as fehler:
        if await asyncio.to_thread(_ruht, datei):
            regeln = sorted({befund.rule for befund in fehler.befunde})
            log.warning("dms_antwort_unlesbar", gemeinde=ags, regeln=regeln)
            await _lege_weg(datei, _UNLESBAR, "unlesbar")
        return
    async with transaktion(gemeinde=ALLE) as session:
        bekannt = await vermerke_antwort(session, ags, antwort)
    if not bekannt:
        log.warning("dms_antwort_unbekannt", gemeinde=ags)
        await _lege_weg(datei, _UNLESBAR, "unbekannt")
        return
    if isinstance(antwort, Import) and not antwort.erfolgreich:
        log.error("akte_abgewiesen", gemeinde=ags, prozess=str(antwort.prozess_id), codes=antwort.codes)
    await _lege_weg(datei, _ERLEDIGT, _ergebnis(antwort))


def _ergebnis(antwort: Empfang | Import) -> str:
    if isinstance(antwort, Empfang):
        return "empfangen"
    return "abgelegt" if antwort.erfolgreich else "abgewiesen"


async def _lege_weg(datei: Path, wohin: str, ergebnis: str) -> None:
    await asyncio.to_thread(_verschiebe, datei, wohin)
    ANTWORTEN.labels(ergebnis).inc()


def _wartende(ordner: Path) -> list[Path]:
    """Files of answers, oldest name first; no links: those could lead anywhere."""
    dateien = (
        datei
        for datei in ordner.iterdir()
        if datei.suffix.lower() == ".xml" and not datei.name.startswith(".")
    )
    return sorted(datei for datei in dateien if datei.is_file() and not datei.is_symlink())[:_HOECHSTENS]


def _inhalt(datei: Path) -> bytes:
    with datei.open("rb") as offen:
        return offen.read(MAX_BYTES + 1)


def _ruht(datei: Path) -> bool:
    return time() - datei.stat().st_mtime > _GEDULD


def _verschiebe(datei: Path, wohin: str) -> None:
    ziel = datei.parent / wohin
    ziel.mkdir(exist_ok=True)
    name = datei.name
    if (ziel / name).exists():
        # Some DMS give every answer the same name.
        name = f"{datei.stem[:40]}-{uuid4()}{datei.suffix}"
    datei.replace(ziel / name)
    datei.with_name(datei.name + versand.FERTIG).unlink(missing_ok=True)
