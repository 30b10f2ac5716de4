"""From a service's file to its form, with line and reason of everything that is wrong."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from app.leistungen.bausteine import Bausteine, setze_ein
from app.leistungen.definition import Definition
from app.leistungen.formular import Formular
from app.leistungen.formularfehler import Formularfehler, FormularUngueltig
from app.leistungen.formularpruefung import pruefe_definition
from app.leistungen.yamlquelle import HOECHSTENS_ZEICHEN, Karte, lies_yaml, zeile_von

__all__ = ["BAUSTEINE", "FormularUngueltig", "lade", "lade_bausteine", "lies"]

BAUSTEINE: Final = "bausteine"
_TEILE: Final = ({"felder"}, {"schritte"})


def lade(datei: Path) -> Formular:
    """The form in a file. Raises FormularUngueltig.

    Building blocks are the shipped ones, and over them those in ``bausteine/`` beside the file.
    """
    formular = lies(_text(datei), bausteine=_bausteine(datei.parent / BAUSTEINE))
    if formular.definition.leistung != datei.stem:
        raise FormularUngueltig(
            [
                Formularfehler(
                    "dateiname",
                    f"Die Datei heißt {datei.name}, die Leistung {formular.definition.leistung}.",
                    f"The file is called {datei.name}, the service {formular.definition.leistung}.",
                    "leistung",
                )
            ]
        )
    return formular


def lies(text: str, *, bausteine: Bausteine | None = None) -> Formular:
    """The form that a text describes. Raises FormularUngueltig with every mistake."""
    roh = setze_ein(lies_yaml(text), bausteine or {})
    if not isinstance(roh, Karte):
        raise FormularUngueltig([Formularfehler("leer", "Das ist kein Formular.", "This is no form.")])
    try:
        definition = Definition.model_validate(roh)
    except ValidationError as fehler:
        raise FormularUngueltig(_uebersetzt(fehler, roh)) from None
    befunde = pruefe_definition(definition, roh)
    if any(befund.schwere == "error" for befund in befunde):
        raise FormularUngueltig(befunde)
    return Formular(definition, befunde)


def _bausteine(ordner: Path) -> Bausteine:
    with as_file(files("forms")) as ausgeliefert:
        bausteine = lade_bausteine(ausgeliefert / BAUSTEINE)
        return bausteine if ordner == ausgeliefert / BAUSTEINE else bausteine | lade_bausteine(ordner)


def lade_bausteine(ordner: Path) -> dict[str, Karte]:
    """Every building block of a folder by its name. Raises FormularUngueltig."""
    bausteine = {}
    for datei in sorted(ordner.glob("*.yaml")) if ordner.is_dir() else ():
        name = f"{BAUSTEINE}/{datei.name}"
        roh = lies_yaml(_text(datei), name)
        if not isinstance(roh, Karte) or set(roh) not in _TEILE or not _hat_listen(roh):
            raise FormularUngueltig(
                [
                    Formularfehler(
                        "baustein",
                        "Ein Baustein hat genau ein Wort: felder oder schritte.",
                        "A building block has one word: felder or schritte.",
                        zeile=1,
                        datei=name,
                    )
                ]
            )
        bausteine[datei.stem] = roh
    return bausteine


def _hat_listen(baustein: Karte) -> bool:
    return all(isinstance(teile, list) for teile in baustein.values())


def _text(datei: Path) -> str:
    """The file's text; OSError goes through, as it is about the machine."""
    with datei.open("rb") as strom:
        daten = strom.read(HOECHSTENS_ZEICHEN * 4 + 1)
    try:
        return daten.decode("utf-8-sig")
    except UnicodeDecodeError as fehler:
        zeile = daten.count(b"\n", 0, fehler.start) + 1
        raise FormularUngueltig(
            [
                Formularfehler(
                    "zeichen",
                    "Die Datei ist nicht in UTF-8 geschrieben.",
                    "The file is not written in UTF-8.",
                    zeile=zeile,
                )
            ]
        ) from fehler


def _uebersetzt(fehler: ValidationError, roh: Karte) -> Iterator[Formularfehler]:
    for eintrag in fehler.errors(include_url=False):
        pfad = _wirklicher_pfad(roh, eintrag["loc"])
        zeile, datei = zeile_von(roh, pfad)
        code, de, en = _satz(eintrag, str(pfad[-1]) if pfad else "")
        yield Formularfehler(code, de, en, "/".join(map(str, pfad)), zeile, datei)


def _wirklicher_pfad(roh: Any, loc: tuple[int | str, ...]) -> list[int | str]:
    """The place without the names of alternatives that a union puts between; a missing last word stays."""
    pfad: list[int | str] = []
    for stelle, teil in enumerate(loc):
        if isinstance(roh, dict) and teil in roh:
            roh = roh[str(teil)]
        elif isinstance(roh, list) and isinstance(teil, int) and teil < len(roh):
            roh = roh[teil]
        elif not (stelle == len(loc) - 1 and isinstance(roh, dict) and isinstance(teil, str)):
            continue
        pfad.append(teil)
    return pfad


def _satz(eintrag: Any, name: str) -> tuple[str, str, str]:  # noqa: PLR0911 one each
    art, ctx = eintrag["type"], eintrag.get("ctx", {})
    if art == "extra_forbidden":
        return "unbekannt", f"Unbekanntes Wort „{name}“.", f"Unknown word “{name}”."
    if art == "missing":
        if name in {"de", "en", "leicht"}:
            return (
                "text_fehlt",
                f"Der Text fehlt in einer Sprache: {name}.",
                f"The text is missing in a language: {name}.",
            )
        return "fehlt", f"„{name}“ fehlt.", f"“{name}” is missing."
    if art == "literal_error":
        return (
            "wert",
            f"„{name}“ kann nur sein: {ctx['expected']}.",
            f"“{name}” can only be: {ctx['expected']}.",
        )
    if art == "value_error":
        de, _, en = str(ctx["error"]).partition(" / ")
        return "sinn", de[:1].upper() + de[1:] + ".", (en or de)[:1].upper() + (en or de)[1:] + "."
    if art == "string_pattern_mismatch":
        return (
            "schreibweise",
            f"„{name}“ ist nicht so geschrieben, wie es sein muss: {ctx['pattern']}",
            f"“{name}” is not written as it has to be: {ctx['pattern']}",
        )
    return "wert", f"„{name}“: {eintrag['msg']}.", f"“{name}”: {eintrag['msg']}."
