"""What a trade form was told and the notice does not say: a person at the office has to look at it."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from app.gewerbe.formularbau import Antworten
from app.mandanten.zustaendig import Bild, bild, gemeinde
from xoev.befund import Befund

VOLLMACHT: Final = Befund(
    "warning",
    "FORMULAR-VOLLMACHT",
    {
        "de": "Die Anzeige wird für jemand anderen abgegeben. Das Amt sieht sich die Vollmacht an.",
        "en": "The notice is made for somebody else. The office will look at the power of attorney.",
        "leicht": "Sie machen das für einen anderen Menschen. Das Amt prüft die Vollmacht.",
    },
    pointer="/auftrag",
)
ERLAUBNIS_UNKLAR: Final = Befund(
    "warning",
    "FORMULAR-ERLAUBNIS-UNKLAR",
    {
        "de": "Ob die Tätigkeit eine Erlaubnis braucht, ist offen. Das Amt prüft es.",
        "en": "It is open whether the activity needs a permit. The office will check that.",
        "leicht": "Vielleicht brauchen Sie eine Erlaubnis. Das Amt prüft es.",
    },
    pointer="/erlaubnis_noetig",
)


def fuer_das_amt(antworten: Antworten, ags: str) -> list[Befund]:
    """The findings, in the order of the form."""
    befunde = []
    if antworten.get("auftrag") == "vollmacht":
        befunde.append(VOLLMACHT)
    if (ort := _fremder_ort(antworten, ags)) is not None:
        befunde.append(ort)
    if antworten.get("erlaubnis_noetig") == "unklar":
        befunde.append(ERLAUBNIS_UNKLAR)
    return befunde


def _fremder_ort(antworten: Antworten, ags: str) -> Befund | None:
    """A postcode that the town does not have. Postcodes cross borders, so it is no proof."""
    in_wohnung = antworten.get("in_wohnung") is True
    halter = antworten.get("inhaber" if in_wohnung else "betriebsstaette") or {}
    plz = (halter.get("anschrift") or {}).get("plz")
    if plz is None or plz in _postleitzahlen(bild()).get(ags, ()):
        return None
    name = gemeinde(ags).name
    return Befund(
        "warning",
        "FORMULAR-ORT",
        {
            "de": f"Die Betriebsstätte liegt wohl nicht in {name}. Haben Sie die richtige Gemeinde gewählt?",
            "en": f"The place of business does not seem to be in {name}. Is it the right municipality?",
            "leicht": f"Der Betrieb ist wohl nicht in {name}. Haben Sie die richtige Stadt gewählt?",
        },
        pointer="/inhaber/anschrift/plz" if in_wohnung else "/betriebsstaette/anschrift/plz",
    )


@lru_cache(maxsize=1)
def _postleitzahlen(heute: Bild) -> Mapping[str, AbstractSet[str]]:
    """Those of each town."""
    je_stadt: defaultdict[str, set[str]] = defaultdict(set)
    for plz, orte in heute.postleitzahlen().items():
        for ags in orte:
            je_stadt[ags].add(plz)
    return je_stadt
