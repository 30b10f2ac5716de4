"""The activities beside the main one: a message has them joined as text and, where coded, one by one.

`taetigkeitenZusammengefasst` holds all descriptions, joined by "|"; a `taetigkeit` follows for each that
has a code of WZ 2008. Official messages may leave out `taetigkeitEinzeln`: then order tells which is which.
"""

from typing import Any, Final

from app.gewerbe.nachricht_werte import JANEIN, Art, Element, geschrieben, inhalt, schreibe_text
from app.gewerbe.texte import glaetten

TRENNER: Final = "|"


def _schreibe(name: str, weitere: list[dict[str, Any]]) -> str:
    texte = TRENNER.join(eintrag["beschreibung"] for eintrag in weitere)
    einzelne = "".join(_schreibe_einzelne(eintrag) for eintrag in weitere if "wz" in eintrag)
    return geschrieben(name, schreibe_text("taetigkeitenZusammengefasst", texte) + einzelne)


def _schreibe_einzelne(eintrag: dict[str, Any]) -> str:
    return geschrieben(
        "taetigkeit",
        schreibe_text("taetigkeitEinzeln", eintrag["beschreibung"])
        + schreibe_text("taetigkeitSchluessel", eintrag["wz"])
        + schreibe_text("stichwort", eintrag["stichwort"])
        + (JANEIN.schreibe("neuAusgeuebt", eintrag["neu_ausgeuebt"]) if "neu_ausgeuebt" in eintrag else ""),
    )


def _lies(element: Element) -> list[dict[str, Any]]:
    zusammen = element.findtext("{*}taetigkeitenZusammengefasst") or ""
    texte = [glaetten(text) for text in zusammen.split(TRENNER)]
    einzelne = [_lies_einzelne(kind) for kind in element.iterfind("{*}taetigkeit")]
    ohne_text = [eintrag for eintrag in einzelne if "beschreibung" not in eintrag]
    if ohne_text and len(einzelne) == len(texte):
        for text, eintrag in zip(texte, einzelne, strict=True):
            eintrag.setdefault("beschreibung", text)
    for eintrag in ohne_text:
        eintrag.setdefault("beschreibung", _ohne_trenner(eintrag.get("stichwort", "")))
    nach_text: dict[str, dict[str, Any]] = {}
    for eintrag in einzelne:
        nach_text.setdefault(eintrag["beschreibung"], eintrag)
    return [
        nach_text.get(text, {"beschreibung": text}) for text in dict.fromkeys([*texte, *nach_text]) if text
    ]


def _lies_einzelne(element: Element) -> dict[str, Any]:
    eintrag: dict[str, Any] = {}
    for name, ziel in (
        ("taetigkeitEinzeln", "beschreibung"),
        ("taetigkeitSchluessel", "wz"),
        ("stichwort", "stichwort"),
    ):
        kind = element.find(f"{{*}}{name}")
        if kind is not None:
            eintrag[ziel] = glaetten(inhalt(kind))
    if "beschreibung" in eintrag:
        eintrag["beschreibung"] = _ohne_trenner(eintrag["beschreibung"])
    neu = element.find("{*}neuAusgeuebt")
    if neu is not None:
        eintrag["neu_ausgeuebt"] = JANEIN.lies(neu)
    return eintrag


def _ohne_trenner(text: str) -> str:
    """A description of the model has no separator in it."""
    return text.replace(TRENNER, "/")


WEITERE: Final = Art(_schreibe, _lies)
