"""From a service's file to its form, with line and reason of everything that is wrong."""

from collections.abc import Iterator
from functools import cache
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
        eigene = ausgeliefert / BAUSTEINE
        alle = _ausgelieferte(eigene)
        return alle if ordner == eigene else alle | lade_bausteine(ordner)


@cache
def _ausgelieferte(ordner: Path) -> dict[str, Karte]:
    return lade_bausteine(ordner)


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
    alle = [(_wirklicher_pfad(roh, eintrag), eintrag) for eintrag in fehler.errors(include_url=False)]
    gesagt: list[list[int | str]] = []
    for pfad, eintrag in alle:
        # Where several things may stand, each says why it is not meant: the most telling is enough.
        if _falsche_art(eintrag) and (
            pfad in gesagt
            or any(andere[: len(pfad)] == pfad and not _falsche_art(einer) for andere, einer in alle)
        ):
            continue
        gesagt.append(pfad)
        zeile, datei = zeile_von(roh, pfad)
        code, de, en = _satz(eintrag, str(pfad[-1]) if pfad else "")
        yield Formularfehler(code, de, en, "/".join(map(str, pfad)), zeile, datei)


def _falsche_art(eintrag: Any) -> bool:
    return str(eintrag["type"]).endswith(("_type", "_parsing"))


def _wirklicher_pfad(roh: Any, eintrag: Any) -> list[int | str]:
    """The place without the names of alternatives that a union puts between; a missing last word stays."""
    pfad: list[int | str] = []
    loc: tuple[int | str, ...] = eintrag["loc"]
    for stelle, teil in enumerate(loc):
        if isinstance(roh, dict) and teil in roh:
            roh = roh[str(teil)]
        elif isinstance(roh, list) and isinstance(teil, int) and teil < len(roh):
            roh = roh[teil]
        elif eintrag["type"] != "missing" or stelle < len(loc) - 1:
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
    erwartet_de, erwartet_en = _ERWARTET.get(art, (eintrag["msg"], eintrag["msg"]))
    return (
        "wert",
        f"„{name}“: Erwartet wird {erwartet_de.format_map(ctx)}.",
        f"“{name}”: expected is {erwartet_en.format_map(ctx)}.",
    )


_ERWARTET: Final = {
    "bool_type": ("true oder false", "true or false"),
    "bool_parsing": ("true oder false", "true or false"),
    "int_type": ("eine ganze Zahl", "a whole number"),
    "int_parsing": ("eine ganze Zahl", "a whole number"),
    "string_type": ("ein Text (Zahlen in Anführungszeichen)", "a text (numbers in quotation marks)"),
    "model_type": ("eine Gruppe von Angaben", "a mapping"),
    "model_attributes_type": ("eine Gruppe von Angaben", "a mapping"),
    "dict_type": ("eine Gruppe von Angaben", "a mapping"),
    "tuple_type": ("eine Liste", "a list"),
    "greater_than_equal": ("mindestens {ge}", "at least {ge}"),
    "less_than_equal": ("höchstens {le}", "at most {le}"),
    "string_too_short": ("ein Text, der nicht leer ist", "a text that is not empty"),
    "string_too_long": (
        "ein Text von höchstens {max_length} Zeichen",
        "a text of at most {max_length} characters",
    ),
    "too_short": ("mindestens {min_length} Eintrag", "at least {min_length} entry"),
}
"""What pydantic misses, in words."""
