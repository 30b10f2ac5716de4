"""Newer data about towns and bodies over the shipped ones: checked as a whole, taken whole or not at all."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from app.mandanten.verzeichnis import TABELLEN, Datenfehler, Tabellen, Zeile, lies_datei, ueberlagert


@dataclass(frozen=True, slots=True)
class Unterschied:
    """A row that the file adds or changes."""

    tabelle: str
    schluessel: str
    gilt: str
    """"2021-01-25 – 2026-12-31", the end open where there is none."""
    art: str
    """neu | geaendert"""
    felder: tuple[str, ...] = ()
    """What is changed."""


@dataclass(frozen=True, slots=True)
class Nachtrag:
    """A file that has been checked against everything that is there."""

    tabellen: Tabellen
    unterschiede: tuple[Unterschied, ...]


def pruefe(datei: Path, ordner: Path) -> Nachtrag:
    """What `datei` would change. Raises Datenfehler with everything that is wrong."""
    neu = lies_datei(datei)
    bisher = ueberlagert(ordner)
    if maengel := list(bisher.ueberlagert(neu).maengel()):
        raise Datenfehler(maengel)
    return Nachtrag(neu, tuple(_unterschiede(bisher, neu)))


def uebernimm(nachtrag: Nachtrag, name: str, ordner: Path) -> Path:
    """Put the checked rows into the folder under a name that comes after all others; the file's path."""
    ordner.mkdir(parents=True, exist_ok=True)
    stamm = "".join(zeichen if zeichen.isalnum() else "-" for zeichen in Path(name).stem)[:60]
    ziel = ordner / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{stamm}.yaml"
    inhalt = nachtrag.tabellen.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    teil = ziel.with_suffix(f".{os.getpid()}")
    with teil.open("w", encoding="utf-8") as strom:
        yaml.safe_dump(inhalt, strom, allow_unicode=True, sort_keys=False)
        strom.flush()
        os.fsync(strom.fileno())
    # Running processes look for *.yaml: they see the whole file or none.
    teil.rename(ziel)
    return ziel


def _unterschiede(bisher: Tabellen, neu: Tabellen) -> Iterator[Unterschied]:
    for tabelle in TABELLEN:
        alte: dict[tuple[tuple[str, ...], date], Zeile] = {
            (zeile.schluessel_der_zeile, zeile.gueltig_ab): zeile for zeile in getattr(bisher, tabelle)
        }
        for zeile in getattr(neu, tabelle):
            vorher = alte.get((zeile.schluessel_der_zeile, zeile.gueltig_ab))
            if vorher == zeile:
                continue
            felder = (
                ()
                if vorher is None
                else tuple(
                    name for name in type(zeile).model_fields if getattr(vorher, name) != getattr(zeile, name)
                )
            )
            yield Unterschied(
                tabelle,
                " ".join(zeile.schluessel_der_zeile),
                f"{zeile.gueltig_ab} – {zeile.gueltig_bis or ''}".rstrip(),
                "neu" if vorher is None else "geaendert",
                felder,
            )
