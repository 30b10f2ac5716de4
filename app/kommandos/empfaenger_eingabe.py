"""What `amt empfaenger` reads: a notice as JSON, or an XGewerbeanzeige message of any type."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from app.gewerbe.anzeige import GEWERBEANZEIGE, Form, Gewerbeanzeige
from app.gewerbe.fehlertexte import befunde_aus
from app.gewerbe.nachricht import NichtUebernehmbar, lies
from xoev.befund import Befund, hat_fehler
from xoev.pruefen import pruefe

HOECHSTGROESSE: Final = 10 * 1024 * 1024
_XML_ANFAENGE: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")


class Unbrauchbar(Exception):
    """The input cannot be used at all; `de` and `en` say why."""

    def __init__(self, de: str, en: str, befunde: Sequence[Befund] = ()) -> None:
        super().__init__(en)
        self.de, self.en, self.befunde = de, en, tuple(befunde)


class MitBefunden(Exception):
    """The notice was read but is not in order."""

    def __init__(self, befunde: Sequence[Befund]) -> None:
        super().__init__(", ".join(befund.rule for befund in befunde))
        self.befunde = tuple(befunde)


def lies_anzeigen(datei: Path, form: Form | None) -> list[Gewerbeanzeige]:
    """The notices of a file, one for JSON, one or more for XML. Raises Unbrauchbar, MitBefunden.

    `form` is taken where the JSON does not name its form.
    """
    daten = _bytes(datei)
    if daten.lstrip(b" \t\r\n").startswith(_XML_ANFAENGE):
        return _aus_xml(daten, form)
    return [_aus_json(daten, form)]


def _bytes(datei: Path) -> bytes:
    try:
        with datei.open("rb") as strom:
            daten = strom.read(HOECHSTGROESSE + 1)
    except OSError:
        raise Unbrauchbar("Die Datei lässt sich nicht lesen.", "The file cannot be read.") from None
    if len(daten) > HOECHSTGROESSE:
        raise Unbrauchbar("Die Datei ist größer als 10 MiB.", "The file is larger than 10 MiB.")
    return daten


def _aus_json(daten: bytes, form: Form | None) -> Gewerbeanzeige:
    try:
        roh: Any = json.loads(daten.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unbrauchbar("Die Datei ist weder JSON noch XML.", "The file is neither JSON nor XML.") from None
    if not isinstance(roh, dict):
        raise Unbrauchbar("Erwartet wird ein JSON-Objekt.", "Expected is a JSON object.")
    if form:
        _vergleiche(roh.setdefault("form", form), form)
    try:
        anzeige: Gewerbeanzeige = GEWERBEANZEIGE.validate_python(roh)
    except ValidationError as fehler:
        raise MitBefunden(befunde_aus(fehler)) from None
    return anzeige


def _aus_xml(daten: bytes, form: Form | None) -> list[Gewerbeanzeige]:
    ergebnis = pruefe(daten)
    if ergebnis.status == "unbrauchbar":
        raise Unbrauchbar(
            "Die XML-Datei ist nicht brauchbar.", "The XML file cannot be used.", ergebnis.befunde
        )
    if ergebnis.kanonisch is None or hat_fehler(ergebnis.befunde):
        raise MitBefunden(ergebnis.befunde)
    try:
        anzeigen = [satz.anzeige for satz in lies(ergebnis.kanonisch)]
    except NichtUebernehmbar as fehler:
        raise MitBefunden(fehler.befunde) from None
    for anzeige in anzeigen:
        _vergleiche(anzeige.form, form or anzeige.form)
    return anzeigen


def _vergleiche(genannt: object, form: Form) -> None:
    if genannt != form:
        raise Unbrauchbar(
            f"Die Anzeige nennt ein anderes Formular als {form}.",
            f"The notice names another form than {form}.",
        )
