"""Front-end files the pages may load: KERN UX as npm installed it, and the project's own style.

Only what is listed here is served, so no path from outside ever touches the disk.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

_EIGEN: Final = Path(__file__).parent / "vorlagen"
_KERN: Final = Path(__file__).resolve().parents[2] / "node_modules/@kern-ux/native"
_SCHNITTE: Final = ("Light", "Regular", "Medium", "SemiBold", "Bold")


@cache
def dateien() -> Mapping[str, Path]:
    """File by its path below /static; without `make install` only the project's own."""
    fonts = [f"dist/fonts/fira-sans/FiraSans-{schnitt}.woff2" for schnitt in _SCHNITTE]
    kern = {
        f"kern/{name.removeprefix('dist/')}": _KERN / name
        for name in ("dist/kern.min.css", "dist/fonts/fira-sans.css", "LICENSE.md", *fonts)
    }
    alle = {"web.css": _EIGEN / "web.css"} | kern
    return MappingProxyType({pfad: datei for pfad, datei in alle.items() if datei.is_file()})
