"""Channel `ordner`: an exchange folder that the receiver's machine looks into.

A file appears whole or not at all: it is written under a temporary name, flushed, renamed, and only then is
the done-file ``<name>.fertig`` made. The name comes from the message, so a second attempt finds what the
first has left. Options name a folder below AMT_AUSTAUSCH_ORDNER and never a path: whoever may set up
receivers may not write anywhere else.
"""

import asyncio
import errno
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from app.db.bruchstelle import bruchstelle
from app.settings import settings
from app.versand.bau import Sendungsbild
from app.versand.channels.basis import ExternerKanal, Mangel, Optionen, Zustellfehler
from app.versand.nachricht import Nachricht
from xoev.xdomea.paket import name_des_pakets

AUSGANG, EINGANG = "ausgang", "eingang"
"""Folders of one receiver: what goes out, and what comes back."""
FERTIG = ".fertig"
ORDNERNAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_VOLL = (errno.ENOSPC, errno.EDQUOT)


class OrdnerOptionen(Optionen):
    """Which folder below AMT_AUSTAUSCH_ORDNER."""

    ordner: str = Field(pattern=ORDNERNAME)

    def pfad(self, richtung: str) -> Path:
        """The receiver's folder for one direction. Raises `Zustellfehler` where none is configured."""
        wurzel = settings().austausch_ordner
        if wurzel is None:
            raise Zustellfehler("nicht_eingerichtet", "AMT_AUSTAUSCH_ORDNER ist nicht gesetzt.")
        return wurzel / self.ordner / richtung


class Ordner(ExternerKanal[OrdnerOptionen]):
    """Puts the message into the receiver's folder."""

    name: ClassVar[str] = "ordner"
    optionen_typ = OrdnerOptionen

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: OrdnerOptionen, jetzt: datetime
    ) -> None:
        """Write file and done-file; returns when both are on the disk. Raises `Zustellfehler`."""
        inhalt = nachricht.inhalt()
        name = name_des_pakets(inhalt) or f"{sendung.id}.xml"
        try:
            await asyncio.to_thread(_lege_ab, optionen.pfad(AUSGANG), name, inhalt, str(sendung.id))
        except OSError as fehler:
            raise _fehler_von(fehler) from fehler

    async def check_config(self, optionen: OrdnerOptionen) -> tuple[Mangel, ...]:
        """Both folders must be there and take a file."""
        try:
            for richtung in (AUSGANG, EINGANG):
                await asyncio.to_thread(_probiere, optionen.pfad(richtung))
        except Zustellfehler as fehler:
            return (Mangel(fehler.code, {"de": fehler.satz, "en": "AMT_AUSTAUSCH_ORDNER is not set."}),)
        except OSError as fehler:
            satz = _fehler_von(fehler)
            return (Mangel(satz.code, {"de": satz.satz, "en": "The exchange folder cannot be written to."}),)
        return ()


def _lege_ab(ordner: Path, name: str, inhalt: bytes, kennung: str) -> None:
    ziel, fertig = ordner / name, ordner / (name + FERTIG)
    if fertig.exists() and _liegt(ziel, inhalt):
        # An earlier attempt came this far; the receiver may be reading.
        return
    teil = ordner / f".{kennung}.teil"
    try:
        # The folder belongs to the other side, too: a new file is no link that somebody has put there.
        teil.unlink(missing_ok=True)
        with teil.open("xb") as datei:
            datei.write(inhalt)
            datei.flush()
            os.fsync(datei.fileno())
        bruchstelle("ordner.geschrieben")
        teil.replace(ziel)
    except OSError:
        with suppress(OSError):
            teil.unlink(missing_ok=True)
        raise
    _sichere(ordner)
    bruchstelle("ordner.umbenannt")
    if fertig.is_symlink():
        fertig.unlink()
    fertig.touch()
    _sichere(ordner)


def _liegt(ziel: Path, inhalt: bytes) -> bool:
    """A done-file may be left over from a package that is gone."""
    try:
        return not ziel.is_symlink() and ziel.stat().st_size == len(inhalt) and ziel.read_bytes() == inhalt
    except FileNotFoundError:
        return False


def _sichere(ordner: Path) -> None:
    """A name is on the disk only when its folder is."""
    griff = os.open(ordner, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(griff)
    finally:
        os.close(griff)


def _probiere(ordner: Path) -> None:
    probe = ordner / f".probe-{os.getpid()}"
    probe.touch()
    probe.unlink()


def _fehler_von(fehler: OSError) -> Zustellfehler:
    if fehler.errno in _VOLL:
        return Zustellfehler("ordner_voll", "Im Austauschordner ist kein Platz mehr.")
    if isinstance(fehler, FileNotFoundError | NotADirectoryError):
        return Zustellfehler(
            "ordner_fehlt", "Den Austauschordner gibt es nicht, oder er ist nicht verbunden."
        )
    return Zustellfehler("ordner_gestoert", "In den Austauschordner lässt sich nicht schreiben.")
