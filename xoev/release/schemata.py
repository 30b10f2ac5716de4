"""The schemas of a release lead nowhere but to each other."""

import posixpath
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from xoev.befund import gekuerzt
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.dateien import ist_datei, lies_xml

_XS = "{http://www.w3.org/2001/XMLSchema}"
_VERWEISE = [f"{_XS}{name}" for name in ("import", "include", "redefine", "override")]


def pruefe_schemata(ordner: Path, katalog: Mapping[str, str]) -> None:
    """Every reference of every .xsd is a file of the release.

    An address that `katalog` knows is replaced, in the file, by the path it stands for. Raises Abgelehnt.
    """
    for datei in sorted(ordner.rglob("*")):
        if datei.suffix.lower() != ".xsd":
            continue
        wurzel = lies_xml(datei)
        bei = datei.parent.relative_to(ordner).as_posix()
        geaendert = False
        for verweis in wurzel.iter(*_VERWEISE):
            ort = verweis.get("schemaLocation")
            if ort is None:
                continue
            if ort in katalog:
                verweis.set("schemaLocation", posixpath.relpath(katalog[ort], bei))
                geaendert = True
            elif not _liegt_bei(ort, bei, ordner):
                raise _fremd(datei, ort)
        if geaendert:
            datei.write_bytes(etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8"))


def _liegt_bei(ort: str, bei: str, ordner: Path) -> bool:
    if not ort or ort.startswith("/") or any(zeichen in ort for zeichen in ":\\%?#") or not ort.isprintable():
        return False
    pfad = posixpath.normpath(posixpath.join(bei, ort))
    return not pfad.startswith("..") and pfad.lower().endswith(".xsd") and ist_datei(ordner / pfad)


def _fremd(datei: Path, ort: str) -> Abgelehnt:
    return Abgelehnt(
        "RELEASE-VERWEIS",
        f"„{gekuerzt(datei.name)}“ verweist auf „{gekuerzt(ort)}“. Das liegt nicht im ZIP und wird nicht "
        "geladen.",
        f"“{gekuerzt(datei.name)}” refers to “{gekuerzt(ort)}”. It is not in the ZIP and is not loaded.",
    )
