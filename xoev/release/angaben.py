"""The manifest of a release (bundle.toml): what it says and whether the files are there."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from xoev.befund import gekuerzt
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.dateien import ist_datei

MAX_MANIFEST = 256 * 1024
"""Bytes; TOML is read slowly."""

_PFLICHT: Mapping[str, type] = {
    "standard": str,
    "version": str,
    "namespace": str,
    "gueltig_ab": date,
    "schema": str,
}
_WAHLFREI: Mapping[str, type] = {
    "gueltig_bis": date,
    "senden_ab": date,
    "ersetzt": str,
    "empfaenger": list,
    "regeln": list,
    "abbildung": dict,
    "codeliste": list,
    "probe": list,
    "katalog": dict,
}
_LISTEN: Mapping[str, type] = {
    "regeln": str,
    "codeliste": dict,
    "probe": dict,
    "elemente": str,
    "empfaenger": str,
}
_TEILE: Mapping[str, tuple[Mapping[str, type], Mapping[str, type]]] = {
    "abbildung": ({"nach_kanonisch": str, "aus_kanonisch": str}, {}),
    "codeliste": ({"datei": str}, {"uri": str, "version": str, "spalte": str, "elemente": list}),
    "probe": ({"datei": str}, {"gueltig": bool}),
}


def lies_angaben(manifest: bytes, ordner: Path) -> dict[str, Any]:
    """The manifest, checked against the files in `ordner`; raises Abgelehnt."""
    if len(manifest) > MAX_MANIFEST:
        raise _falsch("zu groß", "too large")
    try:
        angaben = tomllib.loads(manifest.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _falsch("kein lesbares TOML", "no readable TOML") from None
    _pruefe_form(angaben, _PFLICHT, _WAHLFREI, "")
    for name, (pflicht, wahlfrei) in _TEILE.items():
        teile = angaben.get(name, [])
        for teil in teile if isinstance(teile, list) else [teile]:
            _pruefe_form(teil, pflicht, wahlfrei, f"{name}.")
    for name, inhalt in (("standard", 60), ("version", 30), ("namespace", 300)):
        wert = angaben[name]
        if not 0 < len(wert) <= inhalt or not wert.isprintable() or wert != wert.strip():
            raise _falsch(f"{name}: leer, zu lang oder unlesbar", f"{name}: empty, too long or unreadable")
    _pruefe_tage(angaben)
    _pruefe_regeln(angaben, ordner)
    for genannt in _dateien(angaben):
        _pruefe_datei(genannt, ordner)
    _pruefe_arten(angaben)
    return angaben


def _pruefe_form(
    angaben: Any, pflicht: Mapping[str, type], wahlfrei: Mapping[str, type], bereich: str
) -> None:
    if not isinstance(angaben, dict):
        raise _falsch(f"{bereich} ist keine Tabelle", f"{bereich} is no table")
    for name in pflicht:
        if name not in angaben:
            raise _falsch(f"{bereich}{name} fehlt", f"{bereich}{name} is missing")
    for name, wert in angaben.items():
        art = pflicht.get(name) or wahlfrei.get(name)
        stimmt = art is not None and isinstance(wert, art) and not isinstance(wert, datetime)
        if not stimmt or (art is list and not all(isinstance(teil, _LISTEN[name]) for teil in wert)):
            kurz = gekuerzt(f"{bereich}{name}")
            raise _falsch(
                f"{kurz} ist unbekannt oder von falscher Art", f"{kurz} is unknown or of the wrong kind"
            )


def _pruefe_tage(angaben: Mapping[str, Any]) -> None:
    ab, bis = angaben["gueltig_ab"], angaben.get("gueltig_bis", date.max)
    if bis < ab:
        raise _falsch("gueltig_bis liegt vor gueltig_ab", "gueltig_bis is before gueltig_ab")
    if not ab <= angaben.get("senden_ab", ab) <= bis:
        raise _falsch(
            "senden_ab liegt nicht zwischen gueltig_ab und gueltig_bis",
            "senden_ab is not between gueltig_ab and gueltig_bis",
        )


def _dateien(angaben: Mapping[str, Any]) -> list[Any]:
    return [
        angaben["schema"],
        *angaben.get("regeln", ()),
        *angaben.get("abbildung", {}).values(),
        *(teil["datei"] for name in ("codeliste", "probe") for teil in angaben.get(name, ())),
        *angaben.get("katalog", {}).values(),
    ]


def _pruefe_datei(name: Any, ordner: Path) -> None:
    teile = PurePosixPath(name).parts if isinstance(name, str) else ("..",)
    if ".." in teile or teile[:1] == ("/",) or not ist_datei(ordner / str(name)):
        kurz = gekuerzt(str(name))
        raise _falsch(f"die Datei „{kurz}“ gibt es im ZIP nicht", f"the file “{kurz}” is not in the ZIP")


def _pruefe_arten(angaben: Mapping[str, Any]) -> None:
    """What is compiled is scanned before, and the scan goes by the ending of a name."""
    katalog = angaben.get("katalog", {}).values()
    for name in (angaben["schema"], *katalog):
        if not name.lower().endswith(".xsd"):
            raise _falsch(f"„{gekuerzt(name)}“ ist kein .xsd", f"“{gekuerzt(name)}” is no .xsd")
    for name in angaben.get("abbildung", {}).values():
        if not _ist_xslt(name):
            raise _falsch(f"„{gekuerzt(name)}“ ist kein .xsl", f"“{gekuerzt(name)}” is no .xsl")


def _pruefe_regeln(angaben: Mapping[str, Any], ordner: Path) -> None:
    """Rules that cannot be run are not left out in silence; whoever wants none says `regeln = []`."""
    verschwiegen = "regeln" not in angaben and any(
        datei.suffix.lower() == ".sch" for datei in ordner.rglob("*")
    )
    if verschwiegen or not all(_ist_xslt(name) for name in angaben.get("regeln", ())):
        raise Abgelehnt(
            "RELEASE-SCH",
            "Die Regeln liegen nur als Schematron (.sch) vor. Gebraucht wird ihre übersetzte Form (XSLT).",
            "The rules come as Schematron (.sch) only. Their compiled form (XSLT) is needed.",
        )


def _ist_xslt(name: str) -> bool:
    return str(name).lower().endswith((".xsl", ".xslt"))


def _falsch(de: str, en: str) -> Abgelehnt:
    return Abgelehnt("RELEASE-MANIFEST", f"bundle.toml: {de}.", f"bundle.toml: {en}.")
