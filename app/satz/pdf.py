"""PDF/A-2a and PDF/UA-1 from a template and data, set by typst: the same content gives the same bytes.

A template lies beside its content in its room, takes the look of the house from ``/satz/haus.typ`` and reads
`daten` from ``sys.inputs.inhalt`` as JSON: data are shown as text, never read as markup.
"""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from app.satz.schriften import schriften_ordner

_WURZEL: Final = Path(__file__).resolve().parent.parent
_EINER: Final = Lock()
# A thread of its own: who waits for a long document must not take those that other work waits for.
_FADEN: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="satz")


class NichtSetzbar(RuntimeError):
    """typst refuses the content, for instance for a letter the typeface does not have."""


@cache
def _setzer(vorlage: Path) -> typst.Compiler:
    return typst.Compiler(
        str(vorlage), root=str(_WURZEL), font_paths=[str(schriften_ordner())], ignore_system_fonts=True
    )


def setze(vorlage: Path, daten: Mapping[str, Any], zeitpunkt: datetime) -> bytes:
    """The PDF of `daten`, dated `zeitpunkt`; a page takes some 10 ms of CPU. Raises `NichtSetzbar`.

    `vorlage` is a file below `app`, `daten` can be written as JSON.
    """
    with _EINER:
        try:
            pdf = _setzer(vorlage).compile(
                format="pdf",
                sys_inputs={"inhalt": json.dumps(daten)},
                pdf_standards=["a-2a", "ua-1"],
                timestamp=int(zeitpunkt.timestamp()),
            )
        except (RuntimeError, ValueError) as fehler:
            raise NichtSetzbar(str(fehler)) from fehler
    if not isinstance(pdf, bytes):
        raise NichtSetzbar("typst gave no PDF")
    return pdf


async def setze_nebenher(vorlage: Path, daten: Mapping[str, Any], zeitpunkt: datetime) -> bytes:
    """`setze` in its own thread, so that requests go on meanwhile (typst does not hold the interpreter)."""
    return await asyncio.get_running_loop().run_in_executor(_FADEN, setze, vorlage, daten, zeitpunkt)
