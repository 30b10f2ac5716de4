"""Every mistake in a service's file is named with its line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.leistungen import gegenstand
from app.leistungen.formularpruefung import pruefe_definition
from app.leistungen.gegenstand import Kontext, Modellangabe
from app.leistungen.laden import FormularUngueltig, lies
from tests.app.leistungen.hilfe import beispiel, geaenderter_text

_WAGEN = "wenn: {feld: stand.wagen, ist: true}"
_FUER_GEGENSTAND = ("bestaetigung:\n", "gegenstand: {art: gewerbeanzeige, form: A1}\nbestaetigung:\n")


_FAELLE = yaml.safe_load((Path(__file__).parent / "maengel.yaml").read_text("utf-8"))
_MARKE = "¦"


@pytest.mark.parametrize("fall", _FAELLE, ids=lambda fall: f"{fall['code']}: {fall['neu']}"[:70])
def test_a_mistake_is_named_with_its_line(fall: dict[str, Any]) -> None:
    alt, neu, code = fall["alt"], fall["neu"], fall["code"]
    weitere = [tuple(fall["und"])] if "und" in fall else []
    text = geaenderter_text((alt, neu if weitere or _MARKE in neu else _MARKE + neu), *weitere)
    zeile = fall.get("zeile") or text.count("\n", 0, text.index(_MARKE)) + 1
    try:
        befunde = lies(text.replace(_MARKE, "")).hinweise
    except FormularUngueltig as fehler:
        befunde = fehler.befunde
    assert {befund.code for befund in befunde} == {*fall.get("auch", ()), *filter(None, [code])}
    assert not befunde or zeile in {befund.zeile for befund in befunde}, befunde
    assert all(befund.text_de and befund.text_en and befund.text_de != befund.text_en for befund in befunde)


def test_the_example_has_no_mistake() -> None:
    assert beispiel().hinweise == ()


def test_a_definition_without_its_text_is_checked_alike() -> None:
    lang = ("leicht: Wer hilft}\n    wenn", "leicht: " + "eins " * 13 + "}\n    wenn")
    formular = lies(geaenderter_text(lang))
    (befund,) = pruefe_definition(formular.definition)
    assert (befund.code, befund.zeile, befund.pfad) == ("leichte_sprache", None, "schritte/2/titel/leicht")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = geaenderter_text(
        (_WAGEN, "wenn: {feld: stand.waggon, ist: true}"),
        ("autocomplete: bday", "autocomplete: geburtstag"),
        ("aufbewahrung: zahlung", "aufbewahrung: ewig"),
    )
    with pytest.raises(FormularUngueltig) as fehler:
        lies(text)
    assert [b.code for b in fehler.value.befunde] == ["autocomplete", "unbekanntes_feld", "aufbewahrung"]


def test_a_form_has_an_end() -> None:
    frage = "      - schluessel: x{}\n        typ: janein\n        label: {{de: x, en: x, leicht: x}}\n"
    viele = "".join(frage.format(i) for i in range(1000))
    ziel = "      - schluessel: stand.iban\n"
    with pytest.raises(FormularUngueltig) as fehler:
        lies(geaenderter_text((ziel, viele + ziel)))
    assert [befund.code for befund in fehler.value.befunde] == ["gross"]


@pytest.mark.parametrize("richtung", [1, -1])
def test_questions_that_hang_on_one_another_are_followed_without_end(richtung: int) -> None:
    frage = (
        "      - {{schluessel: k{}, typ: janein, label: {{de: x, en: x, leicht: x}}, "
        "wenn: {{feld: {}, ist: true}}}}\n"
    )
    anfang, ende = (0, 800) if richtung == 1 else (800, 0)
    fragen = [frage.format(anfang, "stand.wagen")]
    fragen += [
        frage.format(i, f"k{i - richtung}") for i in range(anfang + richtung, ende + richtung, richtung)
    ]
    ziel = "      - schluessel: stand.iban\n"
    formular = lies(geaenderter_text((ziel, "".join(sorted(fragen)) + ziel)))
    antworten: dict[str, object] = {"stand": {"wagen": True}} | {f"k{i}": True for i in range(801)}
    assert len(formular.bereinige(antworten)) == 802
    del antworten[f"k{anfang}"]
    assert len(formular.bereinige(antworten)) == 1


def test_the_field_that_is_meant_is_proposed() -> None:
    with pytest.raises(FormularUngueltig, match=r"Ist „stand\.wagen“ gemeint"):
        lies(geaenderter_text((_WAGEN, "wenn: {feld: stand.wagn, ist: true}")))


class _Modell:
    """Knows two fields, wants three numbers."""

    def pruefe(self, form: str, antworten: object, kontext: Kontext) -> tuple[()]:
        return ()

    def modellangabe(self, form: str, pfad: str) -> Modellangabe | None:
        return {
            "person.familienname": Modellangabe("Name", gewa=(4,), hoechstlaenge=20),
            "stand.art": Modellangabe("Art", liste="gemeinden"),
        }.get(pfad)

    def nummern(self, form: str) -> tuple[int, ...]:
        return (4, 7, 15)


def test_a_form_of_a_model_asks_for_all_of_it_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gegenstand._ARTEN, "gewerbeanzeige", _Modell())
    text = geaenderter_text(_FUER_GEGENSTAND)
    with pytest.raises(FormularUngueltig) as fehler:
        lies(text)
    befunde = {(b.code, b.text_de.split("“")[0]) for b in fehler.value.befunde}
    assert ("kein_modellfeld", "„stand.iban") in befunde
    assert ("kein_modellfeld", "„helfer.vorname") in befunde
    assert ("nicht_in_liste", "„obst") in befunde
    (gewa,) = [b.text_de for b in fehler.value.befunde if b.code == "gewa"]
    assert gewa == "Nach diesen Feldern von GewA 1 fragt niemand: 7, 15."


def test_a_form_of_a_model_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(gegenstand._ARTEN, "gewerbeanzeige", raising=False)
    text = geaenderter_text(_FUER_GEGENSTAND)
    with pytest.raises(FormularUngueltig, match="kennt dieses Programm nicht"):
        lies(text)
