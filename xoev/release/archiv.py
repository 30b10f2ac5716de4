"""Unpacks the ZIP of a release. Names, kinds, sizes are judged before a byte is written."""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

from xoev.befund import gekuerzt
from xoev.release.abgelehnt import Abgelehnt
from xoev.zipfehler import ZipKaputt, nur_heile

MAX_ARCHIV = 64 * 1024 * 1024
MAX_EINTRAEGE = 2_000
MAX_DATEI = 64 * 1024 * 1024
MAX_GESAMT = 256 * 1024 * 1024
MAX_VERHAELTNIS = 200
"""Bounds: bytes of the archive, entries, bytes of one file and of all, bytes out of one byte."""

ENDUNGEN = frozenset({".toml", ".xsd", ".sch", ".xsl", ".xslt", ".gc", ".xml"})
"""Only such files are unpacked; an official archive holds documents beside them."""

_GERAET = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
_STUECK = 1024 * 1024


def entpacke(archiv: Path, ziel: Path) -> None:
    """Writes the files of a release below `ziel`, an empty folder; raises Abgelehnt."""
    try:
        groesse = archiv.stat().st_size
        if groesse > MAX_ARCHIV:
            raise _zu_gross()
        with nur_heile(Abgelehnt), zipfile.ZipFile(archiv) as offen:
            eintraege = offen.infolist()
            _pruefe_namen(eintraege)
            for eintrag in eintraege:
                _pruefe_eintrag(eintrag)
            gesamt = sum(eintrag.file_size for eintrag in eintraege)
            if gesamt > MAX_GESAMT or _ist_bombe(gesamt, groesse):
                raise _zu_gross()
            for eintrag in eintraege:
                if Path(eintrag.filename).suffix.lower() in ENDUNGEN and not eintrag.is_dir():
                    _schreibe(offen, eintrag, ziel)
    except ZipKaputt:
        raise _kaputt() from None


def _pruefe_namen(eintraege: list[zipfile.ZipInfo]) -> None:
    if len(eintraege) > MAX_EINTRAEGE:
        raise Abgelehnt(
            "ZIP-ANZAHL",
            f"Das ZIP enthält mehr als {MAX_EINTRAEGE} Einträge.",
            f"The ZIP holds more than {MAX_EINTRAEGE} entries.",
        )
    gesehen: set[str] = set()
    dateien: set[str] = set()
    ordner: set[str] = set()
    for eintrag in eintraege:
        for grund in _schlechter_name(eintrag):
            raise Abgelehnt(
                "ZIP-NAME",
                f"Unzulässiger Dateiname im ZIP: „{gekuerzt(eintrag.orig_filename)}“ ({grund[0]}).",
                f"Forbidden file name in the ZIP: “{gekuerzt(eintrag.orig_filename)}” ({grund[1]}).",
            )
        gleich = unicodedata.normalize("NFC", eintrag.filename).casefold().rstrip("/")
        eltern = {gleich[:stelle] for stelle, zeichen in enumerate(gleich) if zeichen == "/"}
        if gleich in gesehen or gleich in ordner - {gleich if eintrag.is_dir() else ""} or eltern & dateien:
            raise Abgelehnt(
                "ZIP-DOPPELT",
                f"Der Name „{gekuerzt(eintrag.filename)}“ kommt im ZIP mehrfach vor.",
                f"The name “{gekuerzt(eintrag.filename)}” occurs more than once in the ZIP.",
            )
        gesehen.add(gleich)
        ordner |= eltern
        if not eintrag.is_dir():
            dateien.add(gleich)


def _schlechter_name(eintrag: zipfile.ZipInfo) -> Iterator[tuple[str, str]]:
    name = eintrag.orig_filename
    teile = name.removesuffix("/").split("/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        yield "absoluter Pfad", "absolute path"
    if "\\" in name or ".." in teile or "." in teile or "" in teile:
        yield "Pfad führt hinaus oder ist nicht eindeutig", "path leads outside or is ambiguous"
    if not name.isprintable() or len(name.encode("utf-8", "replace")) > 240 or len(teile) > 16:
        yield "Zeichen oder Länge", "characters or length"
    for teil in teile:
        if _GERAET.fullmatch(teil) or teil.endswith((".", " ")) or re.search(r'[<>:"|?*]', teil):
            yield "auf anderen Systemen ein Gerät oder unzulässig", "a device or forbidden on other systems"


def _pruefe_eintrag(eintrag: zipfile.ZipInfo) -> None:
    name = gekuerzt(eintrag.filename)
    if eintrag.flag_bits & 0x41:
        raise Abgelehnt(
            "ZIP-VERSCHLUESSELT", f"„{name}“ im ZIP ist verschlüsselt.", f"“{name}” in the ZIP is encrypted."
        )
    art = stat.S_IFMT(eintrag.external_attr >> 16)
    if art not in {0, stat.S_IFREG, stat.S_IFDIR} or (art == stat.S_IFDIR) > eintrag.is_dir():
        raise Abgelehnt(
            "ZIP-VERWEIS",
            f"„{name}“ im ZIP ist ein Verweis oder Gerät, keine Datei.",
            f"“{name}” in the ZIP is a link or a device, no file.",
        )
    if eintrag.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _kaputt()
    if eintrag.file_size > MAX_DATEI or _ist_bombe(eintrag.file_size, eintrag.compress_size):
        raise _zu_gross()


def _ist_bombe(entpackt: int, gepackt: int) -> bool:
    return entpackt > _STUECK and entpackt > MAX_VERHAELTNIS * max(gepackt, 1)


def _schreibe(offen: zipfile.ZipFile, eintrag: zipfile.ZipInfo, ziel: Path) -> None:
    datei = ziel / eintrag.filename
    datei.parent.mkdir(parents=True, exist_ok=True)
    geschrieben = 0
    with offen.open(eintrag) as quelle, datei.open("xb") as senke:
        # What the directory of the ZIP says of the size need not be true.
        while stueck := quelle.read(_STUECK):
            geschrieben += len(stueck)
            if geschrieben > eintrag.file_size:
                raise _zu_gross()
            senke.write(stueck)


def _kaputt() -> Abgelehnt:
    return Abgelehnt("ZIP-KAPUTT", "Die Datei ist kein lesbares ZIP.", "The file is no ZIP that can be read.")


def _zu_gross() -> Abgelehnt:
    return Abgelehnt(
        "ZIP-GROESSE",
        "Das ZIP oder sein entpackter Inhalt ist zu groß.",
        "The ZIP or what it unpacks to is too large.",
    )
