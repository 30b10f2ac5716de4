"""Code lists: found by name, searched by words."""

from collections.abc import Iterator, Sequence

import pytest

from app.leistungen import codelisten
from app.leistungen.codelisten import UnbekannteListe, codeliste, registriere, suche

_NAMEN = {
    "1": {"de": "Grün", "en": "green"},
    "2": {"de": "Blau-Grün", "en": "blue green"},
    "12": {"de": "RAL 2 Orange", "en": "orange"},
}


class _Farben:
    name = "test.farben"
    gross = False

    def enthaelt(self, code: str) -> bool:
        return code in _NAMEN

    def bezeichnung(self, code: str, sprache: str) -> str:
        namen = _NAMEN.get(code, {})
        return namen.get(sprache, namen.get("de", code))

    def eintraege(self, sprache: str) -> Sequence[tuple[str, str]]:
        return [(code, self.bezeichnung(code, sprache)) for code in _NAMEN]


@pytest.fixture(autouse=True)
def farben() -> Iterator[None]:
    registriere(_Farben())
    yield
    del codelisten._VERZEICHNIS.listen[_Farben.name]


def test_a_list_is_found_by_its_name() -> None:
    assert codeliste("test.farben").enthaelt("1")
    assert "test.farben" in codelisten.bekannte()
    with pytest.raises(UnbekannteListe):
        codeliste("test.toene")


def test_every_word_has_to_occur_however_it_is_spelt() -> None:
    liste = codeliste("test.farben")
    assert suche(liste, "gruen", "de") == [("1", "Grün"), ("2", "Blau-Grün")]
    assert suche(liste, "GRÜN blau", "de") == [("2", "Blau-Grün")]
    assert suche(liste, "green", "en") == [("1", "green"), ("2", "blue green")]
    assert suche(liste, "grün", "de", 1) == [("1", "Grün")]
    # A code itself comes first.
    assert suche(liste, "2", "de") == [("2", "Blau-Grün"), ("12", "RAL 2 Orange")]
    assert suche(liste, " , ", "de") == []
    assert suche(liste, "rot", "de") == []


def test_towns_are_searched_as_places_are() -> None:
    gemeinden = codeliste("gemeinden")
    assert gemeinden.gross
    assert gemeinden.enthaelt("05774032")
    assert not gemeinden.enthaelt("09162000")
    assert gemeinden.bezeichnung("05774032", "en") == "Paderborn"
    assert gemeinden.bezeichnung("09162000", "de") == "09162000"
    assert ("05774032", "Paderborn") in suche(gemeinden, "33098", "de")
    assert len(gemeinden.eintraege("de")) == 396
