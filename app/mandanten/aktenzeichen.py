"""A town's scheme of file numbers and what it makes of a number.

A scheme is plain text with places: ``{nummer}`` or ``{nummer:06d}`` (exactly one), ``{jahr}`` and
``{ags}``; for example ``32.30-{jahr}-{nummer:06d}``. Nothing else may stand in braces.
"""

import re
from dataclasses import dataclass
from datetime import date

_PLATZ = re.compile(r"\{(jahr|ags|nummer(?::0[1-9]d)?)\}")
_TEXT = re.compile(r"[0-9A-Za-zÄÖÜäöüß ./_-]*")
_AKTENPLAN = re.compile(r"[0-9]+(?:\.[0-9]+)*(?![0-9.A-Za-z])")
_HOECHSTLAENGE = 60


class UngueltigesSchema(ValueError):
    """Not a scheme: the sentence, German and English, names the fault."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A scheme that has been checked."""

    text: str

    @classmethod
    def lies(cls, text: str) -> "Schema":
        """Check `text`. Raises `UngueltigesSchema`."""
        plaetze = _PLATZ.findall(text)
        if sum(platz.startswith("nummer") for platz in plaetze) != 1:
            raise UngueltigesSchema(
                f"{text!r}: {{nummer}} oder {{nummer:06d}} muss genau einmal vorkommen / is needed once"
            )
        rest = _PLATZ.sub("", text)
        if not _TEXT.fullmatch(rest):
            raise UngueltigesSchema(
                f"{text!r}: erlaubt sind {{nummer}}, {{jahr}}, {{ags}}, Buchstaben, Ziffern und ' ./_-' / "
                "nothing else may stand in it"
            )
        if len(text) > _HOECHSTLAENGE:
            raise UngueltigesSchema(
                f"{text!r}: länger als {_HOECHSTLAENGE} Zeichen / longer than {_HOECHSTLAENGE} characters"
            )
        return cls(text)

    @property
    def aktenplan(self) -> str | None:
        """The sign in the plan of files with which the scheme begins, such as ``32.30``."""
        kennzeichen = _AKTENPLAN.match(self.text)
        return kennzeichen[0] if kennzeichen else None

    def zaehlerjahr(self, tag: date) -> int:
        """The year whose counter counts; 0 where no year tells the numbers of two years apart."""
        return tag.year if "{jahr}" in self.text else 0

    def aktenzeichen(self, *, ags: str, tag: date, nummer: int) -> str:
        """The file number for `nummer`."""
        return self.text.format(ags=ags, jahr=tag.year, nummer=nummer)
