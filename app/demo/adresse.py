"""A notice for a town the demo does not serve is handed in elsewhere, as if its business had been there."""

import json
from contextlib import suppress
from typing import Any, Final

from lxml import etree

from app.mandanten.zustaendig import UnbekannteGemeinde, gemeinde
from xoev.einlesen import NichtLesbar, einlesen

_GEMEINDE: Final = etree.XPath("//*[local-name()='satz']/*/*[local-name()='gemeindeSchluessel']/code")
_KENNUNG: Final = etree.XPath("//*[local-name()='autor']//*[local-name()='kennung']/code")


def ist_json(daten: bytes) -> bool:
    """True where the bytes are meant as JSON; everything else is treated as XML."""
    return daten.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def fremde_gemeinden(daten: bytes) -> tuple[str, ...]:
    """Keys of towns outside the state that a notice names; empty also where the bytes are unreadable."""
    return tuple(ags for ags in _gemeinden(daten) if not _in_nrw(ags))


def umadressiert(daten: bytes, ags: str) -> bytes:
    """The same notice for the town `ags`; bytes that cannot be read come back as they are."""
    if ist_json(daten):
        anzeige = _json(daten)
        if "gemeinde" not in anzeige:
            return daten
        return json.dumps(anzeige | {"gemeinde": ags}, ensure_ascii=False).encode()
    try:
        wurzel = einlesen(daten)
    except NichtLesbar:
        return daten
    alte = set(_gemeinden(daten))
    for code in _codes(wurzel, _GEMEINDE):
        code.text = ags
    # The office that wrote the message is the old town's: it becomes the new one's.
    for code in _codes(wurzel, _KENNUNG):
        if code.text in alte:
            code.text = ags
    return etree.tostring(wurzel.getroottree(), encoding="UTF-8", xml_declaration=True)


def _gemeinden(daten: bytes) -> tuple[str, ...]:
    if ist_json(daten):
        wert = _json(daten).get("gemeinde")
        return (wert,) if isinstance(wert, str) else ()
    with suppress(NichtLesbar):
        return tuple(dict.fromkeys(code.text or "" for code in _codes(einlesen(daten), _GEMEINDE)))
    return ()


def _codes(wurzel: etree._Element, pfad: etree.XPath) -> list[etree._Element]:
    treffer = pfad(wurzel)
    return [t for t in treffer if isinstance(t, etree._Element)] if isinstance(treffer, list) else []


def _json(daten: bytes) -> dict[str, Any]:
    with suppress(ValueError):
        wert = json.loads(daten)
        if isinstance(wert, dict):
            return wert
    return {}


def _in_nrw(ags: str) -> bool:
    try:
        gemeinde(ags)
    except UnbekannteGemeinde:
        return False
    return True
