"""Leichte Sprache, as far as it can be counted: sentences of at most twelve words.

Source: Netzwerk Leichte Sprache, "Die Regeln für Leichte Sprache"; Anlage 2 zu § 4 BITV 2.0, number 7.
"""

import re
from typing import Final

HOECHSTENS_WOERTER: Final = 12

# Of a compound its last part: "Alfons-Müller-Str.".
_ABKUERZUNG: Final = re.compile(
    r"(?:.*[-/.])?(?:[^\W\d_]|"
    r"abs|art|aufl|az|bd|bspw|bzgl|bzw|ca|dr|etc|evtl|ff|fr|geb|gem|ggf|hg|hr|inh|inkl|insb|jh|jr|kap|lit|max|"
    r"min|mio|mrd|nr|prof|rd|sog|sr|st|std|str|tel|tsd|usf|usw|vgl|vorm|zzgl|"
    r"jan|feb|mrz|apr|jun|jul|aug|sep|sept|okt|nov|dez)",
    re.IGNORECASE,
)
# "Das kostet 20. Sie ..." ends at its number, "am 20. Januar" and "im 2. Stock" do not.
_SATZANFANG: Final = re.compile(
    r"aber|alle|am|an|auch|auf|aus|bei|bitte|da|damit|danach|dann|darum|das|dazu|de[mnr]|deshalb|die|dies|diese[rs]?|"
    r"dort|eine?|einen|er|es|für|hier|ich|ihre?|im|in|ist|jede[rs]?|keine?|manche|man|mit|nach|nicht|nur|oder|"
    r"ohne|sie|sind|so|und|viele|von|vor|wann|was|wenn|wer|wie|wir|wo|zu|zum|zur",
    re.IGNORECASE,
)
_TRENNER: Final = re.compile(r"\n\s*(?:\n|(?=[-*•]\s))")
# A full stop, or a colon, that may end a sentence: closing marks may follow, then white space.
_ENDE: Final = re.compile(r"(?:[.!?…]+|:)[\"'“”‘’»«)\]]*(?=\s)")
_LETZTES: Final = re.compile(r"[^\s(\[\"'„“‚‘»«]*$")
_NAECHSTES: Final = re.compile(r"[\s(\[\"'„“‚‘»«]*([^\W_]+|\S)")
_MONAT: Final = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
# What is read as one: a place to fill, a date, a number in groups ("0211 855 4710", "10 000").
_EINS: Final = re.compile(
    rf"\{{[^{{}}]*\}}|\d{{1,2}}\.\s(?:{_MONAT})(?:\s\d{{4}})?|\+?\d[\d.,/]*(?:\s\d[\d.,/]*)+"
)
_WORT: Final = re.compile(r"\S*[^\W_]\S*")


def zu_lange_saetze(text: str, hoechstens: int = HOECHSTENS_WOERTER) -> list[str]:
    """The sentences of `text` that have more than `hoechstens` words, in their order."""
    return [satz for satz in saetze(text) if woerter(satz) > hoechstens]


def saetze(text: str) -> list[str]:
    """The sentences of German text.

    Besides full stop, question and exclamation mark, a colon ends one, and so do an empty line and the next
    item of a list. Abbreviations, ordinal numbers, dates, addresses of the web and places `{name}` do not.
    """
    gefunden: list[str] = []
    for absatz in _TRENNER.split(text):
        anfang = 0
        for ende in _ENDE.finditer(absatz):
            if _endet(absatz, ende):
                gefunden.append(absatz[anfang : ende.end()])
                anfang = ende.end()
        gefunden.append(absatz[anfang:])
    flach = (" ".join(satz.split()) for satz in gefunden)
    return [satz for satz in flach if _WORT.search(satz)]


def woerter(satz: str) -> int:
    """How many words a sentence has: a compound with hyphen or Mediopunkt, a date, a place are one."""
    return len(_WORT.findall(_EINS.sub("x", satz)))


def _endet(absatz: str, zeichen: re.Match[str]) -> bool:
    """Whether the sentence ends at this mark."""
    naechstes = _NAECHSTES.match(absatz, zeichen.end())
    if zeichen.group().strip("\"'“”‘’»«)]") != ".":
        # "Was?" and "Achtung:" end, "wir (neu!) prüfen" does not.
        return naechstes is None or not naechstes[1][0].islower()
    letztes = _LETZTES.search(absatz, 0, zeichen.start())
    wort = letztes[0] if letztes else ""
    if naechstes is None:
        return True
    if naechstes[1][0].islower():
        return False
    if (wort.isdigit() and len(wort) <= 2) or (len(wort) > 1 and _ABKUERZUNG.fullmatch(wort)):
        return _SATZANFANG.fullmatch(naechstes[1]) is not None
    return not _ABKUERZUNG.fullmatch(wort)
