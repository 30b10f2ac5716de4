"""Receipt numbers: read out on the telephone, typed from paper, neither a counter nor a secret."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that nothing is mistaken or offends."""
_ZUFALL = 15
_VERLESEN = str.maketrans("ILO", "110", "- ")


def neue_eingangsnummer() -> str:
    """A fresh receipt number, e.g. ``EB-7K3M-9QX2-04TD-VH2W``: 75 random bits and a check character."""
    while True:
        zeichen = "".join([ALPHABET[byte % 32] for byte in secrets.token_bytes(_ZUFALL)])
        if pruefzeichen := _pruefzeichen(zeichen):
            return _gruppiert(zeichen + pruefzeichen)


def lies_eingangsnummer(eingabe: str) -> str | None:
    """The number as it was given out, from what a person typed; None where a character is wrong."""
    zeichen = eingabe.strip().upper().removeprefix("EB").translate(_VERLESEN)
    if len(zeichen) != _ZUFALL + 1 or not set(zeichen) <= set(ALPHABET):
        return None
    return _gruppiert(zeichen) if _pruefzeichen(zeichen[:-1]) == zeichen[-1] else None


def _pruefzeichen(zeichen: str) -> str | None:
    # Crockford's check symbol (modulo 37) shows every wrong character and every swap of two. Numbers whose
    # symbol would lie outside the alphabet are not given out.
    wert = 0
    for eines in zeichen:
        wert = (wert * 32 + ALPHABET.index(eines)) % 37
    return ALPHABET[wert] if wert < len(ALPHABET) else None


def _gruppiert(zeichen: str) -> str:
    return "-".join(["EB", *(zeichen[stelle : stelle + 4] for stelle in range(0, len(zeichen), 4))])
