"""What a check found: one sentence a person understands, in German and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


HOECHSTENS_ZEICHEN = 40
"""So much of a value is quoted in a sentence."""


def gekuerzt(wert: str) -> str:
    """A value fit for a sentence: one line, at most 40 characters, nothing a terminal would obey."""
    flach = " ".join(wert.split())
    if len(flach) > HOECHSTENS_ZEICHEN:
        flach = flach[: HOECHSTENS_ZEICHEN - 1] + "…"
    return "".join(zeichen if zeichen.isprintable() else f"U+{ord(zeichen):04X}" for zeichen in flach)


@dataclass(frozen=True, slots=True)
class Befund:
    """One finding about a message or a notice.

    `rule` is a stable code for machines, `text` holds the sentence under "de" and "en". `xpath` and
    `line` (counted from 1) point into the XML, `pointer` (RFC 6901) into the domain model, `feld`
    into the official form ("GewA 1, Feld 8").
    """

    severity: Severity
    rule: str
    text: Mapping[str, str]
    xpath: str = ""
    line: int | None = None
    feld: str | None = None
    pointer: str = ""

    def als_dict(self) -> dict[str, Any]:
        """The finding as JSON value; `pointer` only where there is one."""
        wert: dict[str, Any] = {
            "severity": self.severity,
            "rule": self.rule,
            "xpath": self.xpath,
            "line": self.line,
            "feld": self.feld,
            "text": dict(self.text),
        }
        if self.pointer:
            wert["pointer"] = self.pointer
        return wert


def hat_fehler(befunde: tuple[Befund, ...] | list[Befund]) -> bool:
    """True if one of the findings is an error; warnings and hints do not stop a message."""
    return any(befund.severity == "error" for befund in befunde)
