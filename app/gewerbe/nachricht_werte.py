"""How single values look in XGewerbeanzeige: texts, codes, yes/no, dates; each written and read.

They are written as text, several times as fast as a tree that is then turned into text: every message is
read again and held against its schema before it leaves, so nothing ill-formed gets out.
"""

import re
from collections.abc import Callable, Mapping
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


def maskiert(wert: Any) -> str:
    """`wert` as the text of an element."""
    text = str(wert).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def als_attribute(angaben: Mapping[str, str]) -> str:
    """`angaben` as the attributes of an element, with a space before each."""
    return "".join(f' {name}="{_im_attribut(wert)}"' for name, wert in angaben.items())


def _im_attribut(wert: str) -> str:
    return maskiert(wert).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def geschrieben(name: str, inhalt: str, attribute: str = "") -> str:
    """An element of the standard's namespace; `inhalt` and `attribute` are XML already."""
    return f"<xga:{name}{attribute}>{inhalt}</xga:{name}>"


@dataclass(frozen=True, slots=True)
class Art:
    """One kind of value: `schreibe` gives the element of a name as XML, `lies` the model's JSON value.

    None from `lies`: the value says that nothing is said.
    """

    schreibe: Callable[[str, Any], str]
    lies: Callable[[Element], Any]


def schreibe_text(name: str, wert: Any) -> str:
    """An element with a text."""
    return geschrieben(name, maskiert(wert))


_GANZE_ZAHL: Final = re.compile(r"[+-]?[0-9]{1,9}$")


def _lies_zahl(element: Element) -> Any:
    text = inhalt(element)
    return int(text) if _GANZE_ZAHL.match(text) else text


def _schreibe_geburtsdatum(name: str, wert: str) -> str:
    jahr, monat, tag = wert.split("-")
    return schreibe_text(name, tag + monat + jahr)


def _lies_geburtsdatum(element: Element) -> str:
    text = inhalt(element)
    return f"{text[4:]}-{text[2:4]}-{text[:2]}"


def schreibe_code(name: str, code: str, attribute: str = "") -> str:
    """A code element; its child `code` is in no namespace (XÖV)."""
    return geschrieben(name, f"<code>{maskiert(code)}</code>", attribute)


def _schreibe_janein(name: str, wert: bool) -> str:
    return schreibe_code(name, "1" if wert else "0")


def _lies_janein(element: Element) -> Any:
    code = schluessel(element)
    return {"0": False, "1": True}.get(code, code)


def _lies_status(element: Element) -> Any:
    code = schluessel(element)
    return {"0": False, "1": True, "3": None}.get(code, code)


TEXT: Final = Art(schreibe_text, inhalt)
ZAHL: Final = Art(schreibe_text, _lies_zahl)
GEBURTSDATUM: Final = Art(_schreibe_geburtsdatum, _lies_geburtsdatum)
JANEIN: Final = Art(_schreibe_janein, _lies_janein)
STATUS: Final = Art(_schreibe_janein, _lies_status)


def code(liste: str | None = None, *, version: str | None = None) -> Art:
    """A code; `liste`: words of daten/codes.toml; `version`: listVersionID where the list is open."""

    attribute = als_attribute({"listVersionID": version} if version else {})

    def schreibe(name: str, wert: str) -> str:
        return schreibe_code(name, code_von(liste, wert) if liste else wert, attribute)

    def lies(element: Element) -> str:
        gelesen = schluessel(element)
        return wort_von(liste, gelesen) if liste else gelesen

    return Art(schreibe, lies)
