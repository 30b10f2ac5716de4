"""The services that this installation has files for: the shipped ones and its own."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

import structlog

from app.leistungen.formular import Formular
from app.leistungen.laden import FormularUngueltig, lade
from app.settings import settings

_log = structlog.get_logger()


def bestand() -> Mapping[str, Formular]:
    """The forms by service. An own file goes before the shipped one of the same name.

    A file with mistakes is left out and logged: one service less, and the others go on.
    """
    return _geladen(settings().formulare)


@lru_cache(maxsize=2)
def _geladen(eigene: Path | None) -> Mapping[str, Formular]:
    geladen: dict[str, Formular] = {}
    for datei in _dateien(eigene):
        try:
            geladen[datei.stem] = lade(datei)
        except FormularUngueltig as fehler:
            _log.error("formular_ungueltig", datei=datei.name, fehler=len(fehler.befunde))
    return MappingProxyType(geladen)


def _dateien(eigene: Path | None) -> Iterator[Path]:
    with as_file(files("forms")) as ordner:
        yield from sorted(ordner.glob("*.yaml"))
    if eigene is not None:
        yield from sorted(eigene.glob("*.yaml"))
