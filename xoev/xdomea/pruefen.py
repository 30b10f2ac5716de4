"""Checks a package beyond what xdomea's schema sees, before it leaves the house.

The schema of group 06 accepts a wrong type of message, codes that are in no list, a document without a
file and a file name for which nothing is enclosed; a DMS that takes such a package in loses records.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from types import MappingProxyType
from typing import Final
from zipfile import ZipFile, ZipInfo

from lxml import etree

from xoev.befund import Befund, gekuerzt
from xoev.einlesen import NichtLesbar, einlesen
from xoev.xdomea.dateien import LISTENVERSION
from xoev.xdomea.regeltexte import SAETZE
from xoev.xdomea.sgo_ablegen import NACHRICHT
from xoev.zipfehler import ZipKaputt, nur_heile

_NS: Final = frozenset(f"urn:xoev-de:xdomea:schema:{fassung}" for fassung in ("3.0.0", "3.1.0"))
_TYP: Final = NACHRICHT.rpartition(".")[2]
_UUID: Final = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_NUR_UUID: Final = re.compile(_UUID)
_DATEINAME: Final = re.compile(rf"({_UUID})(?:[_.].*)?", re.DOTALL)
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_UTF8: Final = 0x800
_SONSTIGES: Final = "100"

CODELISTEN: Final = {
    # Vertraulichkeitsstufe 1.0, Medium 1.0, Dateiformat 1.0, Aussonderungsart 1.0
    "Vertraulichkeitsstufe": frozenset({"001", "002", "003", "004", "005"}),
    "Medium": frozenset({"001", "002", "003"}),
    "Dateiformat": frozenset({f"{nr:03d}" for nr in range(1, 46)} | {_SONSTIGES}),
    "Aussonderungsart": frozenset({"A", "B", "V"}),
}
"""Codes of the lists that a package uses."""


def pruefe_paket(
    dateiname: str, paket: bytes, pruefsummen: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[Befund, ...]:
    """Everything that is wrong with a transfer file of message 0605; empty where all is well.

    `dateiname` is the name under which it goes out, `pruefsummen` what is known of the files inside (SHA-256
    by name). These are unpacked one after the other: the check is for packages of our own.
    """
    try:
        with nur_heile():
            geoeffnet = ZipFile(BytesIO(paket))
        with geoeffnet as archiv:
            return tuple(_Pruefung(dateiname, archiv, pruefsummen).befunde())
    except ZipKaputt:
        return (_fehler("XDO-ZIP"),)


class _Pruefung:
    def __init__(self, dateiname: str, archiv: ZipFile, pruefsummen: Mapping[str, bytes]) -> None:
        self._pruefsummen = pruefsummen
        self._dateiname = dateiname
        self._archiv = archiv
        self._namen = archiv.namelist()
        self._nachricht = dateiname.removesuffix(".zip") + ".xml"

    def _lies(self, name: str) -> bytes:
        with nur_heile():
            return self._archiv.read(name)

    def befunde(self) -> Iterator[Befund]:
        yield from self._pruefe_zip()
        if self._nachricht not in self._namen:
            yield _fehler("XDO-NACHRICHT-FEHLT", wert=self._nachricht)
            return
        try:
            wurzel = einlesen(self._lies(self._nachricht))
        except NichtLesbar as fehler:
            yield from fehler.befunde
            return
        yield from self._pruefe_wurzel(wurzel)
        if etree.QName(wurzel).namespace not in _NS:
            return
        x = f"{{{etree.QName(wurzel).namespace}}}"
        yield from self._pruefe_kopf(wurzel, x)
        yield from _pruefe_kennungen(wurzel, x)
        yield from _pruefe_inhalt(wurzel, x)
        yield from _pruefe_dokumente(wurzel, x)
        yield from _pruefe_codes(wurzel, x)
        yield from self._pruefe_dateien(wurzel, x)

    def _pruefe_zip(self) -> Iterator[Befund]:
        for name, anzahl in Counter(self._namen).items():
            if anzahl > 1:
                yield _fehler("XDO-ZIP-DOPPELT", wert=name)
        for eintrag in self._archiv.infolist():
            if not _name_sicher(eintrag):
                yield _fehler("XDO-ZIP-NAME", wert=eintrag.filename)

    def _pruefe_wurzel(self, wurzel: etree._Element) -> Iterator[Befund]:
        name = etree.QName(wurzel)
        if name.namespace not in _NS or name.localname != NACHRICHT:
            yield _fehler("XDO-WURZEL", wurzel)
        if wurzel.prefix != "xdomea":
            yield _fehler("XDO-PRAEFIX", wurzel)
        if name.namespace not in (wurzel.get(_XSI) or "").split():
            yield _fehler("XDO-SCHEMAORT", wurzel)

    def _pruefe_kopf(self, wurzel: etree._Element, x: str) -> Iterator[Befund]:
        code = wurzel.findtext(f"{x}Kopf/{x}Nachrichtentyp/code")
        if code != _TYP:
            yield _fehler("XDO-TYP", wurzel, wert=code or "")
        prozess = wurzel.findtext(f"{x}Kopf/{x}ProzessID") or ""
        if self._nachricht != f"{prozess}_{NACHRICHT}.xml":
            yield _fehler("XDO-DATEINAME", wurzel)
        if wurzel.findtext(f"{x}Kopf/{x}Importbestaetigung") != "1":
            yield _fehler("XDO-IMPORTBESTAETIGUNG", wurzel)

    def _pruefe_dateien(self, wurzel: etree._Element, x: str) -> Iterator[Befund]:
        genannt = Counter(element.text or "" for element in wurzel.iter(f"{x}Dateiname"))
        for name, anzahl in genannt.items():
            if anzahl > 1:
                yield _fehler("XDO-DATEI-DOPPELT", wert=name)
            if name not in self._namen:
                yield _fehler("XDO-DATEI-FEHLT", wert=name)
                continue
            pruefsumme = sha256(self._lies(name)).digest()
            if pruefsumme != self._pruefsummen.get(name, pruefsumme):
                yield _fehler("XDO-DATEI-GEAENDERT", wert=name)
        for name in self._namen:
            if name not in genannt and name != self._nachricht:
                yield _fehler("XDO-DATEI-FREMD", wert=name)


def _pruefe_kennungen(wurzel: etree._Element, x: str) -> Iterator[Befund]:
    kennungen = [wurzel.findtext(f"{x}Kopf/{x}ProzessID") or ""]
    kennungen += [element.text or "" for element in wurzel.iter(f"{x}ID")]
    for element in wurzel.iter(f"{x}Dateiname"):
        if treffer := _DATEINAME.fullmatch(element.text or ""):
            kennungen.append(treffer[1])
        else:
            yield _fehler("XDO-DATEI-UUID", element)
    for kennung, anzahl in Counter(kennung.lower() for kennung in kennungen).items():
        if not _NUR_UUID.fullmatch(kennung):
            yield _fehler("XDO-UUID", wert=kennung)
        elif anzahl > 1:
            yield _fehler("XDO-UUID-DOPPELT", wert=kennung)


def _pruefe_inhalt(wurzel: etree._Element, x: str) -> Iterator[Befund]:
    ablagen = wurzel.findall(f"{x}SchriftgutobjektZumAblegen")
    if not ablagen:
        yield _fehler("XDO-LEER", wurzel)
    for ablage in ablagen:
        for name in ("FachverfahrenObjektID", "Ablageort"):
            if not (ablage.findtext(f"{x}{name}") or "").strip():
                yield _fehler(f"XDO-{name.upper()}", ablage, feld=name)
    for objekt in wurzel.iter(f"{x}Akte", f"{x}Vorgang", f"{x}Dokument"):
        if not (objekt.findtext(f"{x}AllgemeineMetadaten/{x}Betreff") or "").strip():
            art = etree.QName(objekt).localname
            yield _fehler("XDO-BETREFF", objekt, feld=art)
        yield from _pruefe_metadaten(objekt, x)


def _pruefe_metadaten(objekt: etree._Element, x: str) -> Iterator[Befund]:
    einheit = objekt.find(f"{x}AllgemeineMetadaten/{x}Aktenplaneinheit")
    if einheit is not None:
        plan = (einheit.findtext(f"{x}Kennzeichen") or "").strip()
        zeichen = (objekt.findtext(f"{x}AllgemeineMetadaten/{x}Kennzeichen") or "").strip()
        # A sign of the plan ends where the number goes on with something else: 32.3 is not 32.30.
        if not plan or (zeichen and not re.match(re.escape(plan) + r"(?![0-9A-Za-z])", zeichen)):
            yield _fehler("XDO-AKTENPLAN", einheit, wert=plan)
    beginn, ende = (objekt.findtext(f"{x}Laufzeit/{x}{name}") for name in ("Beginn", "Ende"))
    if beginn and ende and ende < beginn:
        yield _fehler("XDO-LAUFZEIT", objekt, wert=ende)


def _pruefe_dokumente(wurzel: etree._Element, x: str) -> Iterator[Befund]:
    for dokument in wurzel.iter(f"{x}Dokument"):
        if dokument.find(f"{x}Version/{x}Format/{x}Primaerdokument/{x}Dateiname") is None:
            yield _fehler("XDO-OHNE-DATEI", dokument)
    for format_ in wurzel.iter(f"{x}Format"):
        sonstiges = format_.findtext(f"{x}Name/code") == _SONSTIGES
        if sonstiges and not (format_.findtext(f"{x}SonstigerName") or "").strip():
            yield _fehler("XDO-FORMATNAME", format_)


def _pruefe_codes(wurzel: etree._Element, x: str) -> Iterator[Befund]:
    for liste, codes in CODELISTEN.items():
        stellen = wurzel.iter(f"{x}{liste}")
        if liste == "Dateiformat":
            stellen = (name for format_ in wurzel.iter(f"{x}Format") for name in format_.findall(f"{x}Name"))
        for element in stellen:
            code = element.findtext("code")
            # Aussonderungsart is the name of the group as well as of the code in it.
            if code is None and element.find("*") is not None:
                continue
            if code not in codes:
                yield _fehler("XDO-CODE", element, wert=code or "", feld=liste)
            elif liste == "Dateiformat" and element.get("listVersionID") != LISTENVERSION:
                yield _fehler("XDO-LISTENFASSUNG", element)


def _name_sicher(eintrag: ZipInfo) -> bool:
    name = eintrag.filename
    kodiert = name.isascii() or bool(eintrag.flag_bits & _UTF8)
    return kodiert and name.isprintable() and not set(name) & set('/\\:*?"<>|') and name.strip(". ") == name


def _fehler(regel: str, element: etree._Element | None = None, *, wert: str = "", feld: str = "") -> Befund:
    """The finding; `wert` is quoted, `feld` is one of our own words."""
    saetze = {
        sprache: satz.format(wert=gekuerzt(wert) or "–", feld=feld)
        for sprache, satz in zip(("de", "en"), SAETZE[regel], strict=True)
    }
    if element is None:
        return Befund("error", regel, saetze)
    pfad = element.getroottree().getpath(element)
    return Befund("error", regel, saetze, xpath=pfad, line=element.sourceline)
