"""How single values look in XGewerbeanzeige: texts, codes, yes/no, dates; each written and read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from app.gewerbe.codes import code_von, wort_von

Element = etree._Element


def inhalt(element: Element) -> str:
    """The text of an element without comments, trimmed."""
    text = element.text if len(element) == 0 else element.xpath("string()")
    return str(text or "").strip(" \t\r\n")


def schluessel(element: Element) -> str:
    """The code of a code element; version 2.1 has states as plain text."""
    code = element.find("code")
    return inhalt(element if code is None else code)


@dataclass(frozen=True, slots=True)
class Art:
    """One kind of value: `schreibe` fills an element, `lies` gives the model's JSON value.

    None from `lies`: the value says that nothing is said.
    """

    schreibe: Callable[[Element, Any], None]
    lies: Callable[[Element], Any]


def _schreibe_text(element: Element, wert: Any) -> None:
    element.text = str(wert)


_GANZE_ZAHL: Final = re.compile(r"[+-]?[0-9]{1,9}$")


def _lies_zahl(element: Element) -> Any:
    text = inhalt(element)
    return int(text) if _GANZE_ZAHL.match(text) else text


def _schreibe_geburtsdatum(element: Element, wert: str) -> None:
    jahr, monat, tag = wert.split("-")
    element.text = tag + monat + jahr


def _lies_geburtsdatum(element: Element) -> str:
    text = inhalt(element)
    return f"{text[4:]}-{text[2:4]}-{text[:2]}"


def schreibe_code(element: Element, code: str) -> None:
    """A code element; its child `code` is in no namespace (XÖV)."""
    etree.SubElement(element, "code").text = code


def _schreibe_janein(element: Element, wert: bool) -> None:
    schreibe_code(element, "1" if wert else "0")


def _lies_janein(element: Element) -> Any:
    code = schluessel(element)
    return {"0": False, "1": True}.get(code, code)


def _lies_status(element: Element) -> Any:
    code = schluessel(element)
    return {"0": False, "1": True, "3": None}.get(code, code)


TEXT: Final = Art(_schreibe_text, inhalt)
ZAHL: Final = Art(_schreibe_text, _lies_zahl)
GEBURTSDATUM: Final = Art(_schreibe_geburtsdatum, _lies_geburtsdatum)
JANEIN: Final = Art(_schreibe_janein, _lies_janein)
STATUS: Final = Art(_schreibe_janein, _lies_status)


def code(liste: str | None = None, *, version: str | None = None) -> Art:
    """A code; `liste`: words of daten/codes.toml; `version`: listVersionID where the list is open."""

    def schreibe(element: Element, wert: str) -> None:
        if version:
            element.set("listVersionID", version)
        schreibe_code(element, code_von(liste, wert) if liste else wert)

    def lies(element: Element) -> str:
        gelesen = schluessel(element)
        return wort_von(liste, gelesen) if liste else gelesen

    return Art(schreibe, lies)
