"""Public code lists: nationalities, states, legal forms, courts, chambers.

Their sources stand in the heads of daten/*.tsv.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Inhaberart = Literal["einzeln", "personengesellschaft", "juristische_person"]


@cache
def _zeilen(datei: str) -> tuple[tuple[str, ...], ...]:
    text = files("app.gewerbe").joinpath(f"daten/{datei}").read_text("utf-8")
    return tuple(
        tuple(zeile.split("\t")) for zeile in text.splitlines() if zeile and not zeile.startswith("#")
    )


@dataclass(frozen=True, slots=True)
class Staatsangehoerigkeit:
    """One nationality; `freizuegig`: no residence title needed (Germany, EU, EEA, Switzerland)."""

    schluessel: str
    name: str
    freizuegig: bool


@cache
def staatsangehoerigkeiten() -> dict[str, Staatsangehoerigkeit]:
    """All nationalities by their 3-digit code of Destatis ("000" German)."""
    return {
        code: Staatsangehoerigkeit(code, name, marke == "f")
        for code, name, marke in _zeilen("staatsangehoerigkeiten.tsv")
    }


@cache
def staaten() -> dict[str, str]:
    """Names of states by ISO 3166-1 numeric code ("276" Deutschland)."""
    return {iso: name for iso, _, name in _zeilen("staaten.tsv")}


@cache
def staaten_en() -> dict[str, str]:
    """English names of states by ISO 3166-1 numeric code."""
    return {zeile[0]: zeile[1] for zeile in _zeilen("staaten_en.tsv")}


@cache
def staatsangehoerigkeiten_en() -> dict[str, str]:
    """English names of nationalities by code, where the state still exists."""
    namen = {schluessel: staaten_en().get(iso) for iso, schluessel, _ in _zeilen("staaten.tsv")}
    return {code: name for code in staatsangehoerigkeiten() if (name := namen.get(code))} | {"000": "Germany"}


@cache
def registergerichte() -> dict[str, str]:
    """Courts that keep a commercial or other register, by the key of XJustiz ("R2809")."""
    return {zeile[0]: zeile[1] for zeile in _zeilen("registergerichte.tsv")}


@cache
def handwerkskammern() -> dict[str, str]:
    """Chambers of crafts by their 5-digit key."""
    return {zeile[0]: zeile[1] for zeile in _zeilen("handwerkskammern.tsv")}


@cache
def rechtsformen() -> dict[str, str]:
    """Names of the common legal forms by 3-digit code; other codes are valid, too."""
    return {zeile[0]: zeile[1] for zeile in _zeilen("rechtsformen.tsv")}


def inhaberart(rechtsform: str) -> Inhaberart:
    """Who the owner is, told by the first digit: 1 sole trader, 2 partnership, else a legal person."""
    if rechtsform.startswith("1"):
        return "einzeln"
    if rechtsform.startswith("2"):
        return "personengesellschaft"
    return "juristische_person"


AKTIENGESELLSCHAFT = "310"
GBR = "270"
EINGETRAGENE = frozenset({"170", "210", "220", "230", "293", "310", "350", "351", "360", "400", "590"})
"""Legal forms that exist only with an entry in a public register."""
