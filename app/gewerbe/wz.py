"""Classification of economic activities, edition 2008 (WZ 2008, Destatis): titles of the 5-digit codes."""

from functools import cache
from importlib.resources import files


@cache
def _titel() -> dict[str, str]:
    text = files("app.gewerbe").joinpath("daten/wz2008.tsv").read_text("utf-8")
    zeilen = (zeile.partition("\t") for zeile in text.splitlines() if not zeile.startswith("#"))
    return {code: bezeichnung for code, _, bezeichnung in zeilen}


def titel(code: str) -> str | None:
    """German title of a 5-digit code without dots ("56101"); None for a code that does not exist."""
    return _titel().get(code)
