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
    aussen = zellen[0].gesendet is not None
    spalten = ["point", "what has just happened", *(f"found: {_OPFER[o]}" for o in OPFER)]
    spalten += ["times sent"] if aussen else []
    spalten += ["in the end: lost", "doubled"]
    zeilen = [f"| {' | '.join(spalten)} |", f"|{'---|' * len(spalten)}"]
    for punkt, gruppe in groupby(zellen, key=lambda zelle: zelle.punkt):
        reihe = list(gruppe)
        werte = [f"`{punkt}`", BRUCHSTELLEN[punkt], *(zelle.gefunden for zelle in reihe)]
        werte += [", ".join(str(zelle.gesendet) for zelle in reihe)] if aussen else []
        werte += [str(sum(z.verloren for z in reihe)), str(sum(z.doppelt for z in reihe))]
        zeilen.append(f"| {' | '.join(werte)} |")
    ersetze(f"matrix {schritt}", "\n".join(zeilen) + "\n")
