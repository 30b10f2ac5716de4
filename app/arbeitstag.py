"""Working days in Nordrhein-Westfalen: Monday to Friday without the holidays of § 2 Feiertagsgesetz NW."""

from datetime import date, timedelta
from functools import cache

_FEST = ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))
_UM_OSTERN = {"karfreitag": -2, "ostermontag": 1, "himmelfahrt": 39, "pfingstmontag": 50, "fronleichnam": 60}


@cache
def feiertage(jahr: int) -> frozenset[date]:
    """The holidays of a year that can fall on a working day."""
    ostern = ostersonntag(jahr)
    return frozenset(
        [date(jahr, monat, tag) for monat, tag in _FEST]
        + [ostern + timedelta(days=abstand) for abstand in _UM_OSTERN.values()]
    )


def ist_arbeitstag(tag: date) -> bool:
    """Whether offices work on this day."""
    return tag.weekday() < 5 and tag not in feiertage(tag.year)


def erster_arbeitstag(jahr: int, monat: int) -> date:
    """The first working day of a month: until then the statistics of the month before are due.

    § 3 Abs. 5 GewAnzV.
    """
    return naechster_arbeitstag(date(jahr, monat, 1))


def naechster_arbeitstag(tag: date) -> date:
    """This day, or the first working day after it (§ 193 BGB, § 26 Abs. 3 SGB X)."""
    while not ist_arbeitstag(tag):
        tag += timedelta(days=1)
    return tag


def ostersonntag(jahr: int) -> date:
    """Easter Sunday by Gauss's rule in Lichtenberg's form (Gregorian calendar)."""
    saekular = jahr // 100
    mond = 15 + (3 * saekular + 3) // 4 - (8 * saekular + 13) // 25
    sonne = 2 - (3 * saekular + 3) // 4
    keim = (19 * (jahr % 19) + mond) % 30
    korrektur = (keim + (jahr % 19) // 11) // 29
    grenze = 21 + keim - korrektur
    erster_sonntag = 7 - (jahr + jahr // 4 + sonne) % 7
    return date(jahr, 3, 1) + timedelta(days=grenze + 7 - (grenze - erster_sonntag) % 7 - 1)
