"""Mistakes in a service's file: where they are and what helps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Formularfehler:
    """One mistake.

    `code` is stable, for machines; `zeile` counts from 1; `pfad` leads into the file
    (``schritte/0/felder/2/label``); `datei` where the mistake is in another file than the form's (a
    baustein). A "warning" does not keep the form from working.
    """

    code: str
    text_de: str
    text_en: str
    pfad: str = ""
    zeile: int | None = None
    datei: str | None = None
    schwere: Literal["error", "warning"] = "error"

    def als_dict(self) -> dict[str, Any]:
        """The mistake as JSON value."""
        return {
            "code": self.code,
            "schwere": self.schwere,
            "zeile": self.zeile,
            "pfad": self.pfad,
            "datei": self.datei,
            "text": {"de": self.text_de, "en": self.text_en},
        }

    def __str__(self) -> str:
        """As people read it: place, then reason."""
        ort = f"{self.datei}, " if self.datei else ""
        return f"{ort}Zeile {self.zeile or '?'}, {self.pfad or '(Datei)'}: {self.text_de}"


class FormularUngueltig(ValueError):
    """A file that is no form; `befunde` says why, in the order of the file."""

    def __init__(self, befunde: Iterable[Formularfehler]) -> None:
        self.befunde = tuple(befunde)
        super().__init__("\n".join(str(befund) for befund in self.befunde))
