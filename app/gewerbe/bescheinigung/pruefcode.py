"""Check codes: 135 random bits in Crockford's Base32, with his check symbol (modulo 37).

Stored and looked up without hyphens (28 characters), shown in seven groups of four. Reading forgives what
people confuse: letters' case, O for 0, I and L for 1, spaces and hyphens anywhere.
"""

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ZUFALL = 27
_GRUPPE = 4
_PRIMZAHL = 37
_VERWECHSELT = str.maketrans("OIL", "011")
_TRENNER = re.compile(r"[\s\u2010-\u2015-]+")
_FORM = re.compile(f"[{_ALPHABET}]{{{_ZUFALL + 1}}}")


def neuer_pruefcode() -> str:
    """A new code in stored form. Nobody guesses one, and none follows from another."""
    while True:
        zahl = secrets.randbits(5 * _ZUFALL)
        # Crockford's five extra check symbols (*~$=U) do not belong into an address: draw again.
        if zahl % _PRIMZAHL < len(_ALPHABET):
            break
    zeichen = [_ALPHABET[zahl >> 5 * stelle & 31] for stelle in reversed(range(_ZUFALL))]
    return "".join(zeichen) + _ALPHABET[zahl % _PRIMZAHL]


def normalisiert(eingabe: str) -> str | None:
    """The stored form of what somebody typed; None where it cannot be a code (typing error)."""
    code = _TRENNER.sub("", eingabe[:200]).upper().translate(_VERWECHSELT)
    if not _FORM.fullmatch(code):
        return None
    zahl = 0
    for zeichen in code[:-1]:
        zahl = zahl << 5 | _ALPHABET.index(zeichen)
    return code if zahl % _PRIMZAHL == _ALPHABET.index(code[-1]) else None


def gruppiert(code: str) -> str:
    """A stored code as people read it: ``7K3Q-...``."""
    return "-".join(code[stelle : stelle + _GRUPPE] for stelle in range(0, len(code), _GRUPPE))
