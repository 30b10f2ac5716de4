"""Names of uploaded files: shown to people, printed, filed; never a path."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from xoev.zeichensatz import pruefe_text

_STAMM: Final = 100
"""Characters that are kept of a name, without its extension."""

_ENDUNG: Final = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
# What file systems or shells give a meaning to.
_VERBOTEN: Final = re.compile(r'[<>:"|?*]')
_LEERRAUM: Final = re.compile(r"\s+")
_VIELE: Final = re.compile(r"_{2,}")
# Windows reserves these whatever the extension.
_GERAET: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dateiname:
    """A name as it is shown and filed, in two parts: one line of DIN 91379, no folder, nothing invisible."""

    stamm: str
    endung: str
    """Lower case with its dot; empty if the file came without."""

    @classmethod
    def aus(cls, gesendet: str) -> "Dateiname":
        """What remains of a name that was sent; "Anlage" where nothing does."""
        letzter_teil = re.split(r"[/\\]", gesendet[-1000:])[-1]
        name = unicodedata.normalize("NFC", letzter_teil)
        name = "".join(" " if z.isspace() else z for z in name if z.isspace() or not _unsichtbar(z)).strip()
        schluss = _ENDUNG.search(name)
        stamm = name[: schluss.start()] if schluss else name
        stamm = _druckbar(_LEERRAUM.sub(" ", stamm)[:_STAMM]).strip(" .-")
        if not stamm.strip("_"):
            stamm = "Anlage"
        if _GERAET.match(stamm):
            stamm = f"_{stamm}"
        return cls(stamm, schluss[0].lower() if schluss else "")


def _druckbar(stamm: str) -> str:
    zeichen = list(_VERBOTEN.sub("_", stamm))
    for fremd in pruefe_text(stamm, hoechstens=len(stamm) + 1):
        zeichen[fremd.position] = "_"
    return _VIELE.sub("_", "".join(zeichen))


def _unsichtbar(zeichen: str) -> bool:
    return unicodedata.category(zeichen) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
