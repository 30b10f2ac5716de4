"""The certificate as PDF/A-2a and PDF/UA-1, set by typst: the same content gives the same bytes."""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any, Final

import typst

from app.gewerbe.bescheinigung.inhalt import Bescheinigungsinhalt
from app.gewerbe.bescheinigung.pruefcode import gruppiert
from app.gewerbe.bescheinigung.schriften import schriften_ordner

_EINER: Final = Lock()


class NichtSetzbar(RuntimeError):
    """typst refuses the content, for instance for a letter the typeface does not have."""


@cache
def _setzer() -> typst.Compiler:
    vorlage = files("app.gewerbe.bescheinigung").joinpath("template.typ")
    return typst.Compiler(str(vorlage), font_paths=[str(schriften_ordner())], ignore_system_fonts=True)


def setze(inhalt: Bescheinigungsinhalt, ausgestellt_am: datetime) -> bytes:
    """The PDF of a certificate, dated `ausgestellt_am`. Takes some 10 ms of CPU. Raises `NichtSetzbar`."""
    daten: dict[str, Any] = inhalt.model_dump(mode="json")
    daten["pruefcode_gruppiert"] = gruppiert(inhalt.pruefcode)
    with _EINER:
        try:
            pdf = _setzer().compile(
                format="pdf",
                sys_inputs={"inhalt": json.dumps(daten)},
                pdf_standards=["a-2a", "ua-1"],
                timestamp=int(ausgestellt_am.timestamp()),
            )
        except (RuntimeError, ValueError) as fehler:
            raise NichtSetzbar(str(fehler)) from fehler
    if not isinstance(pdf, bytes):
        raise NichtSetzbar("typst gave no PDF")
    return pdf
