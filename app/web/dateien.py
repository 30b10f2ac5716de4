"""Front-end files the pages may load: KERN UX as npm installed it, and the project's own style.

Only what is listed here is served, so no path from outside ever touches the disk. A page names a file with
a part of its hash, and then browsers may keep it for a year.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

_EIGEN: Final = Path(__file__).parent / "vorlagen"
_KERN: Final = Path(__file__).resolve().parents[2] / "node_modules/@kern-ux/native"
_SCHNITTE: Final = ("Light", "Regular", "Medium", "SemiBold", "Bold")
_ARTEN: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Datei:
    """A file as it is sent; `gepackt` (gzip) only where that makes it smaller."""

    inhalt: bytes
    gepackt: bytes | None
    medientyp: str
    version: str


@cache
def dateien() -> Mapping[str, Path]:
    """File by its path below /static; without `make install` only the project's own."""
    fonts = [f"dist/fonts/fira-sans/FiraSans-{schnitt}.woff2" for schnitt in _SCHNITTE]
    kern = {
        f"kern/{name.removeprefix('dist/')}": _KERN / name
        for name in ("dist/kern.min.css", "dist/fonts/fira-sans.css", "LICENSE.md", *fonts)
    }
    alle = {name: _EIGEN / name for name in ("web.css", "antrag.js", "zeichen.svg")} | kern
    return MappingProxyType({pfad: datei for pfad, datei in alle.items() if datei.is_file()})


@cache
def datei(pfad: str) -> Datei | None:
    """The file at this path below /static, if there is one."""
    ort = dateien().get(pfad)
    if ort is None:
        return None
    inhalt = ort.read_bytes()
    gepackt = gzip.compress(inhalt, mtime=0)
    return Datei(
        inhalt,
        gepackt if len(gepackt) < len(inhalt) * 0.9 else None,
        _ARTEN[ort.suffix],
        sha256(inhalt).hexdigest()[:12],
    )


def adresse(pfad: str) -> str:
    """Under which a page loads the file; changes with its content."""
    vorhanden = datei(pfad)
    return f"/static/{pfad}?v={vorhanden.version}" if vorhanden else f"/static/{pfad}"
