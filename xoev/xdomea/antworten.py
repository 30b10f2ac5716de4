"""Answers of a DMS: FVDaten.EmpfangBestaetigen.0629 and FVDaten.ImportBestaetigen.0630.

They come from outside and are read like anything a stranger sends (`xoev.einlesen`); what is not
understood is refused, never guessed.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lxml import etree

from xoev.befund import Befund, gekuerzt
from xoev.einlesen import NichtLesbar, einlesen

_EMPFANG: Final = "FVDaten.EmpfangBestaetigen.0629"
_IMPORT: Final = "FVDaten.ImportBestaetigen.0630"
_NAMENSRAEUME: Final = frozenset(f"urn:xoev-de:xdomea:schema:{fassung}" for fassung in ("3.0.0", "3.1.0"))
_JA: Final = frozenset({"1", "true"})
_NEIN: Final = frozenset({"0", "false"})
GUT: Final = frozenset({"0000000", "0000009"})
"""Codes of a good end (AllgemeineRueckmeldung 1.1): done, and done before."""
_HOECHSTENS: Final = 20


@dataclass(frozen=True, slots=True)
class Empfang:
    """The DMS has the message (0629); whether it can use it comes later."""

    prozess_id: UUID


@dataclass(frozen=True, slots=True)
class Import:
    """What the DMS has made of the message (0630)."""

    prozess_id: UUID
    erfolgreich: bool
    dms_id: UUID | None
    """IDSGO: the id of what was filed, in the DMS."""
    codes: tuple[str, ...]
    """Codes of AllgemeineRueckmeldung and of the lists of faults, e.g. ``0605004``; texts are left out."""


def lies_antwort(daten: bytes) -> Empfang | Import:
    """Read an answer. Raises `NichtLesbar` with the reason."""
    wurzel = einlesen(daten)
    name = etree.QName(wurzel)
    if name.namespace not in _NAMENSRAEUME or name.localname not in {_EMPFANG, _IMPORT}:
        raise _fehler("XDO-ANTWORT", "Das ist keine Antwort eines DMS.", "This is no answer of a DMS.")
    x = f"{{{name.namespace}}}"
    typ = wurzel.findtext(f"{x}Kopf/{x}Nachrichtentyp/code")
    if typ != name.localname.rpartition(".")[2]:
        raise _fehler(
            "XDO-TYP",
            f"Der Nachrichtentyp {gekuerzt(typ or '–')} passt nicht zur Nachricht.",
            f"The type {gekuerzt(typ or '–')} does not fit the message.",
        )
    prozess_id = _uuid(wurzel.findtext(f"{x}Kopf/{x}ProzessID"), "ProzessID")
    if name.localname == _EMPFANG:
        return Empfang(prozess_id)
    ergebnis = wurzel.find(f"{x}ErfolgOderMisserfolg")
    if ergebnis is None:
        raise _fehler("XDO-ERGEBNIS", "ErfolgOderMisserfolg fehlt.", "ErfolgOderMisserfolg is missing.")
    return _import(prozess_id, ergebnis, x)


def _import(prozess_id: UUID, ergebnis: etree._Element, x: str) -> Import:
    codes = tuple(_codes(ergebnis.findall(f"{x}Rueckmeldung")))
    # A Rueckmeldung without any code, a free text, is none that says all is well.
    gelungen = bool(codes) and set(codes) <= GUT and len(codes) == len(ergebnis.findall(f"{x}Rueckmeldung"))
    dms_id = None
    for parameter in ergebnis.findall(f"{x}Rueckgabeparameter"):
        erfolgreich = (parameter.findtext(f"{x}Erfolgreich") or "").strip()
        if erfolgreich not in _JA | _NEIN:
            raise _fehler("XDO-ERGEBNIS", "Erfolgreich ist weder ja noch nein.", "Erfolgreich is neither.")
        gelungen = gelungen and erfolgreich in _JA
        if (kennung := parameter.findtext(f"{x}IDSGO")) is not None:
            dms_id = dms_id or _uuid(kennung, "IDSGO")
        codes += tuple(_codes(parameter.findall(f"{x}Rueckmeldung")))
    return Import(prozess_id, gelungen, dms_id, codes[:_HOECHSTENS])


def _codes(rueckmeldungen: list[etree._Element]) -> list[str]:
    """Codes of seven digits; free texts may quote the file and are left out."""
    codes = []
    for rueckmeldung in rueckmeldungen:
        code = (rueckmeldung.findtext("*/code") or "").strip()
        if code.isascii() and code.isdecimal() and len(code) == 7:
            codes.append(code)
    return codes


def _uuid(text: str | None, feld: str) -> UUID:
    try:
        kennung = UUID((text or "").strip())
    except ValueError:
        raise _fehler("XDO-UUID", f"{feld} ist keine UUID.", f"{feld} is no UUID.") from None
    if str(kennung) != (text or "").strip().lower():
        raise _fehler("XDO-UUID", f"{feld} ist keine UUID.", f"{feld} is no UUID.")
    return kennung


def _fehler(regel: str, de: str, en: str) -> NichtLesbar:
    return NichtLesbar(Befund("error", regel, {"de": de, "en": en}))
