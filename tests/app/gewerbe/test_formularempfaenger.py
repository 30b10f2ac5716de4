"""Before sending people read who would be told: those, and those fields, that the law gives later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.gewerbe.empfaengerkreis import berechtigte
from app.gewerbe.felder import FELDNAMEN, blaetter
from app.gewerbe.formular import anzeigen_aus
from app.gewerbe.formularempfaenger import empfaenger_vorab
from app.leichte_sprache import zu_lange_saetze
from app.leistungen.definition import Datenempfaenger
from tests.app.gewerbe.formulargang import HEUTE, PADERBORN, Wunsch, formular, gehe

MITTAG = datetime(2026, 11, 22, 11, tzinfo=UTC)


@dataclass(frozen=True)
class Stadt:
    """What a town has settled."""

    ags: str = PADERBORN
    verzichte: frozenset[str] = frozenset()
    filter: frozenset[str] = frozenset()


def vorab(antworten: dict[str, Any], stadt: Stadt | None = None) -> Sequence[Datenempfaenger]:
    return empfaenger_vorab(formular("A1"), antworten, stadt or Stadt(), MITTAG)  # type: ignore[arg-type]


def test_they_are_those_of_the_table() -> None:
    antworten = gehe("A1", Wunsch({}))
    [anzeige] = anzeigen_aus("A1", antworten, ags=PADERBORN, heute=HEUTE)
    gefuellt = {nummer for blatt in blaetter(anzeige) for nummer in blatt.felder}
    gesagt = {einer.name.de: einer for einer in vorab(antworten)}
    soll = berechtigte(anzeige, MITTAG, verzichte=frozenset(), filter=frozenset())
    assert set(gesagt) == {stelle.name for stelle, _ in soll}
    for stelle, anspruch in soll:
        einer = gesagt[stelle.name]
        assert einer.grundlage == anspruch.paragraph
        for nummer in gefuellt:
            name = f"„{FELDNAMEN['A1'][nummer].de}“"
            genannt = name in einer.angaben.de
            if einer.angaben.de.startswith("nur"):
                assert genannt == (nummer in anspruch.felder), (stelle.name, name)
            else:
                assert genannt == (nummer not in anspruch.felder), (stelle.name, name)
        assert not zu_lange_saetze(einer.angaben.leicht)


def test_a_body_that_has_waived_is_not_among_them() -> None:
    antworten = gehe("A1", Wunsch({}))
    ohne = {einer.name.de for einer in vorab(antworten, Stadt(verzichte=frozenset({"ihk"})))}
    assert {einer.name.de for einer in vorab(antworten)} - ohne == {"IHK Ostwestfalen zu Bielefeld"}


def test_partners_are_told_once() -> None:
    wunsch = Wunsch(
        {"inhaberart": "personengesellschaft", "betrieb.rechtsform": "270"}, {"gesellschafter": 3}
    )
    namen = [einer.name.de for einer in vorab(gehe("A1", wunsch))]
    assert len(namen) == len(set(namen)) > 5


def test_while_answers_are_missing_it_is_said_in_general() -> None:
    assert list(vorab({})) == list(formular("A1").definition.datenschutz.empfaenger)
