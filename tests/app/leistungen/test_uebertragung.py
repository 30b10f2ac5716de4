"""A draft survives a new version of its form: what fits is carried over, the rest is asked."""

from typing import Any

from app.leistungen.uebertragung import uebertrage
from tests.app.leistungen.beispiel import antworten, formular, geaendert


def _felder(inhalt: dict[str, Any], schritt: int) -> list[dict[str, Any]]:
    felder: list[dict[str, Any]] = inhalt["schritte"][schritt]["felder"]
    return felder


def _feld(inhalt: dict[str, Any], schritt: int, schluessel: str) -> dict[str, Any]:
    return next(feld for feld in _felder(inhalt, schritt) if feld.get("schluessel") == schluessel)


def test_the_same_form_takes_everything() -> None:
    ergebnis = uebertrage(formular(), formular(), antworten())
    assert (ergebnis.antworten, ergebnis.fragen) == (antworten(), ())


def test_new_texts_and_new_questions_take_everything() -> None:
    def neu(inhalt: dict[str, Any]) -> None:
        inhalt["titel"]["de"] = "Marktstand"
        _felder(inhalt, 1).append(
            {
                "schluessel": "stand.strom",
                "typ": "janein",
                "label": {"de": "Strom?", "en": "?", "leicht": "?"},
            }
        )

    ergebnis = uebertrage(formular(), geaendert(neu), antworten())
    assert (ergebnis.antworten, ergebnis.fragen) == (antworten(), ())


def test_what_is_no_longer_asked_is_kept_as_a_question() -> None:
    def ohne(inhalt: dict[str, Any]) -> None:
        inhalt["schritte"][1]["felder"] = [
            feld for feld in _felder(inhalt, 1) if feld.get("schluessel") != "stand.bemerkung"
        ]

    ergebnis = uebertrage(formular(), geaendert(ohne), antworten())
    (frage,) = ergebnis.fragen
    assert (frage.pfad, frage.wert) == ("stand.bemerkung", antworten()["stand"]["bemerkung"])
    assert frage.label["de"] == "Bemerkung"
    assert "bemerkung" not in ergebnis.antworten["stand"]


def test_a_choice_that_is_gone_is_asked_again() -> None:
    def ohne_obst(inhalt: dict[str, Any]) -> None:
        feld = _feld(inhalt, 1, "stand.art")
        feld["werte"] = [wert for wert in feld["werte"] if wert["wert"] != "obst"]

    ergebnis = uebertrage(formular(), geaendert(ohne_obst), antworten())
    assert [frage.pfad for frage in ergebnis.fragen] == ["stand.art"]


def test_a_question_of_another_kind_is_asked_again() -> None:
    def als_text(inhalt: dict[str, Any]) -> None:
        feld = _feld(inhalt, 1, "stand.laenge")
        feld["typ"] = "text"
        del feld["mindestens"], feld["hoechstens"]

    ergebnis = uebertrage(formular(), geaendert(als_text), antworten())
    assert [(frage.pfad, frage.wert) for frage in ergebnis.fragen] == [("stand.laenge", 6)]


def test_entries_keep_their_place() -> None:
    def ohne_schule(inhalt: dict[str, Any]) -> None:
        inhalt["schritte"][2]["felder"] = [
            feld for feld in _felder(inhalt, 2) if feld["schluessel"] != "schule"
        ]

    ergebnis = uebertrage(formular(), geaendert(ohne_schule), antworten())
    assert [frage.pfad for frage in ergebnis.fragen] == ["helfer.0.schule"]
    assert [eintrag["vorname"] for eintrag in ergebnis.antworten["helfer"]] == ["Ada", "Bo"]


def test_what_could_not_be_read_is_carried_over_as_typed() -> None:
    getippt = antworten() | {"stand": {"laenge": "sechs", "beginn": "am 6.3."}}
    assert (
        uebertrage(formular(), geaendert(lambda i: i.update(dauer_minuten=9)), getippt).antworten == getippt
    )
