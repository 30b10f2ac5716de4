"""The typeface of the house's PDFs: Noto Sans as TrueType, made once from the woff2 files of KERN UX.

typst passes over woff2 in silence and would set them in another face, without many of
the letters of DIN 91379. So `make install` runs this module once, with `python -m`.
"""

import os
from pathlib import Path

from fontTools.ttLib import TTFont

_WURZEL = Path(__file__).resolve().parents[2]
QUELLE = _WURZEL / "node_modules/@kern-ux/native/dist/fonts/noto-sans"
ZIEL = _WURZEL / "build/fonts"
SCHNITTE = ("NotoSans-Regular", "NotoSans-Bold")


class SchriftenFehlen(RuntimeError):
    """Neither the converted fonts nor their source are there: the installation is incomplete."""

    def __init__(self, quelle: Path) -> None:
        super().__init__(f"{quelle} is missing: run `make install`")


def schriften_ordner(quelle: Path = QUELLE, ziel: Path = ZIEL) -> Path:
    """The folder with the TrueType files, converting them first where they are missing.

    Raises `SchriftenFehlen` where there is nothing to convert from.
    """
    for schnitt in SCHNITTE:
        datei = ziel / f"{schnitt}.ttf"
        if not datei.exists():
            _wandle(quelle / f"{schnitt}.woff2", datei)
    return ziel


def _wandle(woff2: Path, ttf: Path) -> None:
    if not woff2.exists():
        raise SchriftenFehlen(woff2)
    ttf.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own for each process: two workers may start at once.
    teil = ttf.with_suffix(f".{os.getpid()}")
    with TTFont(woff2, recalcTimestamp=False) as schrift:
        schrift.flavor = None
        schrift.save(teil)
    teil.replace(ttf)


if __name__ == "__main__":
    schriften_ordner()
