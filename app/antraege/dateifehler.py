"""Why an uploaded file is not taken: a stable code, a sentence in each language, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from app.problems import Problem

_TEXTE: Final = Path(__file__).with_name("dateitexte.yaml")


@dataclass(frozen=True, slots=True)
class Dateibefund:
    """One reason against a file; `text` holds its sentence under "de", "en" and "leicht"."""

    code: str
    text: Mapping[str, str]

    def als_dict(self) -> dict[str, Any]:
        """The finding as entry of `Problem.errors`."""
        return {"code": self.code, "text": dict(self.text)}


class DateiAbgelehnt(Problem):
    """A file is not taken. Nothing of it is repeated but type and extension."""

    def __init__(
        self, code: str, *, status: int = 422, headers: Mapping[str, str] | None = None, **werte: object
    ) -> None:
        text = {sprache: satz.format(**werte) for sprache, satz in saetze()[code].items()}
        self.befund = Dateibefund(code, text)
        super().__init__(
            status, code, text["de"], text["en"], errors=[self.befund.als_dict()], headers=headers
        )
        self.text = text


@cache
def saetze() -> Mapping[str, Mapping[str, str]]:
    """Every sentence by code and language."""
    gelesen: dict[str, dict[str, str]] = yaml.safe_load(_TEXTE.read_text("utf-8"))
    return gelesen
