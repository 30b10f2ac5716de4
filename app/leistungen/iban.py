"""Bank account numbers: length of the country and check digits (ISO 13616, ISO 7064 MOD 97-10)."""

from typing import Final

# SWIFT, IBAN Registry: length by country.
_LAENGEN: Final = {
    land: laenge
    for laenge, laender in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for land in laender.split()
}

# A is 10, Z is 35.
_ZIFFERN: Final = {ord("A") + i: str(10 + i) for i in range(26)}


def ist_iban(text: str) -> bool:
    """Whether the number is right as written: capital letters and digits, no spaces."""
    if not text.isascii() or not text.isalnum() or text != text.upper():
        return False
    if _LAENGEN.get(text[:2]) != len(text) or not text[2:4].isdigit():
        return False
    return int((text[4:] + text[:4]).translate(_ZIFFERN)) % 97 == 1
