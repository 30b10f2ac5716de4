"""Where a finding lies: XPath and line, the name people use, the field of the form."""

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from xoev.befund import Befund, gekuerzt
from xoev.katalog import Wert, regel, satz
from xoev.namen import lokal
from xoev.xgewerbeanzeige import felder

OHNE_NAMENSRAUM = frozenset({"code", "name"})
"""The parts of an XÖV code stand in no namespace."""


@dataclass(frozen=True, slots=True)
class Fundstelle:
    """A place in a message; `de` and `en` name it."""

    xpath: str
    line: int | None
    de: str
    en: str
    feld: str | None

    def befund(
        self, key: str, severity: Literal["error", "warning", "info"] = "error", **werte: Wert
    ) -> Befund:
        """A finding at this place with a sentence of the catalogue."""
        text = satz(key, wo={"de": self.de, "en": self.en}, **werte)
        return Befund(severity, regel(key), text, self.xpath, self.line, self.feld)


def fundstelle(element: etree._Element, unterhalb: str = "") -> Fundstelle:
    """The place of `element`, or of the path `unterhalb` (local names, it need not exist) below it."""
    baum = element.getroottree()
    xpath = baum.getpath(element)
    if unterhalb:
        praefix = f"{element.prefix}:" if element.prefix else ""
        xpath += "".join(
            f"/{teil}" if teil in OHNE_NAMENSRAUM else f"/{praefix}{teil}" for teil in unterhalb.split("/")
        )
    kette = [lokal(str(vorfahr.tag)) for vorfahr in element.iterancestors()][::-1]
    kette.append(lokal(str(element.tag)))
    kette += unterhalb.split("/") if unterhalb else []
    de, en, feld = _benannt(kette)
    return Fundstelle(xpath, element.sourceline, de, en, feld)


def _benannt(kette: list[str]) -> tuple[str, str, str | None]:
    """Names and field for the local names from the root element down."""
    if len(kette) > 3 and kette[2] in felder.FORM_VON_SATZART:
        satzart, pfad = kette[2], "/".join(kette[3:])
        try:
            eintrag = felder.zuordnung(satzart, pfad)
        except KeyError:
            pass
        else:
            return eintrag.de, eintrag.en, felder.feldangabe(satzart, pfad)
    if kette[-1] in OHNE_NAMENSRAUM and len(kette) > 1:
        kette = kette[:-1]
    namen = [name for name in map(felder.elementname, kette[1:]) if name is not None]
    if len(kette) > 1 and felder.elementname(kette[-1]) is not None:
        beide = namen[-2:]
        return ": ".join(name["de"] for name in beide), ": ".join(name["en"] for name in beide), None
    if len(kette) == 1:
        return "Nachricht", "Message", None
    unbekannt = gekuerzt(kette[-1])
    return f"Element {unbekannt}", f"Element {unbekannt}", None
