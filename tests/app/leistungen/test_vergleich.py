"""Two forms compared: every difference, with its place, and whether drafts are asked."""

from typing import Any

from app.leistungen.vergleich import vergleiche
from tests.app.leistungen.beispiel import formular, geaendert


def test_the_same_is_the_same() -> None:
    assert vergleiche(formular(), formular()) == []


def test_another_text_does_not_touch_drafts() -> None:
    def anders(inhalt: dict[str, Any]) -> None:
        inhalt["schritte"][0]["felder"][0]["label"]["de"] = "Nachname"

    (aenderung,) = vergleiche(formular(), geaendert(anders))
    assert aenderung.als_dict() == {
        "art": "anders",
        "ort": "/schritte/person/felder/person.familienname/label/de",
        "alt": "Familienname",
        "neu": "Nachname",
        "fragt_nach": False,
    }


def test_a_place_in_the_list_is_no_difference() -> None:
    def gedreht(inhalt: dict[str, Any]) -> None:
        inhalt["nachweise"].reverse()

    assert vergleiche(formular(), geaendert(gedreht)) == []


def test_new_and_gone_questions_ask_drafts() -> None:
    def anders(inhalt: dict[str, Any]) -> None:
        felder = inhalt["schritte"][1]["felder"]
        weg = next(feld for feld in felder if feld["schluessel"] == "stand.bemerkung")
        felder.remove(weg)
        felder.append({**weg, "schluessel": "stand.wunsch"})

    weg, neu = vergleiche(formular(), geaendert(anders))
    assert (weg.art, weg.ort, weg.fragt_nach) == ("weg", "/schritte/stand/felder/stand.bemerkung", True)
    assert (neu.art, neu.ort, neu.fragt_nach) == ("neu", "/schritte/stand/felder/stand.wunsch", True)
