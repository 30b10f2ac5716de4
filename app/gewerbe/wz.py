"""Classification of economic activities, edition 2008 (WZ 2008, Destatis): titles of the 5-digit codes."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def titel_aller(sprache: str = "de") -> Mapping[str, str]:
    """Titles by code, in German or English ("en")."""
    datei = "wz2008_en.tsv" if sprache == "en" else "wz2008.tsv"
    text = files("app.gewerbe").joinpath(f"daten/{datei}").read_text("utf-8")
    zeilen = (zeile.partition("\t") for zeile in text.splitlines() if not zeile.startswith("#"))
    return {code: bezeichnung for code, _, bezeichnung in zeilen}


def titel(code: str, sprache: str = "de") -> str | None:
    """Title of a 5-digit code without dots ("56101"); None for a code that does not exist."""
    return titel_aller(sprache).get(code)
