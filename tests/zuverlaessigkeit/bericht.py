"""Writes what was measured into docs/reliability.md, between the marks that name each part."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from app.db.bruchstelle import BRUCHSTELLEN
from tests.zuverlaessigkeit.matrix import Zelle
from tests.zuverlaessigkeit.szenario import OPFER

_OPFER = {
    "process": "process killed",
    "database": "database killed",
    "connection": "connections ended",
}

DATEI = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


def ersetze(teil: str, inhalt: str) -> None:
    """Put `inhalt` between the marks of `teil`."""
    text = DATEI.read_text("utf-8")
    neu, zahl = re.subn(
        rf"(<!-- {teil}:begin -->\n).*?(<!-- {teil}:end -->)",
        lambda treffer: f"{treffer[1]}{inhalt}{treffer[2]}",
        text,
        flags=re.DOTALL,
    )
    if zahl != 1:
        raise ValueError(f"{DATEI} has no part {teil}")
    DATEI.write_text(neu, "utf-8")


def schreibe_matrix(schritt: str, zellen: Sequence[Zelle]) -> None:
    """The table of one step: one line per point, one column per kind of kill."""
    zeilen = [
        f"| point | what has just happened | {' | '.join(f'found: {_OPFER[o]}' for o in OPFER)} "
        "| in the end: lost | doubled |",
        f"|{'---|' * (2 + len(OPFER) + 2)}",
    ]
    for punkt, gruppe in groupby(zellen, key=lambda zelle: zelle.punkt):
        reihe = list(gruppe)
        gefunden = " | ".join(zelle.gefunden for zelle in reihe)
        verloren, doppelt = sum(z.verloren for z in reihe), sum(z.doppelt for z in reihe)
        zeilen.append(f"| `{punkt}` | {BRUCHSTELLEN[punkt]} | {gefunden} | {verloren} | {doppelt} |")
    ersetze(f"matrix {schritt}", "\n".join(zeilen) + "\n")
