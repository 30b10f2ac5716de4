"""XSLT 2 and 3 by saxonche, in a process of its own that ends with this one.

Saxon writes messages and errors, with values out of the message, to standard error, and no switch stops
it: there its standard error leads nowhere. An endless stylesheet costs that process, not this one.
"""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from lxml import etree

from xoev.xslt import SaxonFehlt, Stylesheet, StylesheetGescheitert, saxon_vorhanden

FRIST = 60.0
"""Seconds that one message may take."""

_PAKETE = str(Path(__file__).resolve().parents[1])
_PARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


class _Kind:
    """The process, started when it is first needed and anew when it has died; one question at a time."""

    def __init__(self) -> None:
        self._sperre = threading.Lock()
        self._prozess: subprocess.Popen[bytes] | None = None

    def frage(self, datei: Path, text: str | None) -> str:
        """The result's XML, empty if `text` is None: then the stylesheet is only compiled."""
        frage = json.dumps({"datei": str(datei), "text": text}).encode() + b"\n"
        with self._sperre:
            try:
                antwort = json.loads(self._tausche(frage))
            except (OSError, ValueError):
                self.beende()
                raise StylesheetGescheitert(datei.name) from None
        if not isinstance(antwort, str):
            raise StylesheetGescheitert(datei.name)
        return antwort

    def _tausche(self, frage: bytes) -> bytes:
        prozess = self._laufender()
        if prozess.stdin is None or prozess.stdout is None:
            raise OSError
        prozess.stdin.write(frage)
        prozess.stdin.flush()
        # The answer is written at once when it is complete.
        bereit, _, _ = select.select([prozess.stdout], [], [], FRIST)
        return prozess.stdout.readline() if bereit else b""

    def _laufender(self) -> subprocess.Popen[bytes]:
        if self._prozess is None or self._prozess.poll() is not None:
            self.beende()
            self._prozess = subprocess.Popen(
                [sys.executable, "-B", "-m", "xoev.saxon_kind"],
                env={"PYTHONPATH": _PAKETE, "LC_ALL": "C.UTF-8", "PATH": os.defpath},
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._prozess

    def beende(self) -> None:
        """Kill the process, if there is one."""
        if self._prozess is not None:
            self._prozess.kill()
            with suppress(OSError):
                self._prozess.communicate()
            self._prozess = None


_kind = _Kind()
atexit.register(_kind.beende)


def saxon_stylesheet(datei: Path) -> Stylesheet:
    """A stylesheet run by Saxon; raises SaxonFehlt, StylesheetGescheitert."""
    if not saxon_vorhanden():
        raise SaxonFehlt(datei.name)
    _kind.frage(datei, None)

    def wende_an(wurzel: etree._Element) -> etree._Element:
        text = etree.tostring(wurzel, encoding="unicode", with_tail=False)
        try:
            return etree.fromstring(_kind.frage(datei, text).encode(), _PARSER)
        except etree.XMLSyntaxError:
            raise StylesheetGescheitert(datei.name) from None

    return wende_an
