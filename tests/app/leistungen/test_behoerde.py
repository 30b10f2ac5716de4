"""Who decides, by level and town."""

from typing import get_args

import pytest

from app.leistungen.behoerde import behoerde, der_gemeinde
from app.leistungen.definition import Ebene
from app.mandanten.zustaendig import alle_gemeinden


@pytest.mark.parametrize(
    ("ebene", "ags", "name"),
    [
        ("gemeinde", "05774032", "Paderborn"),
        ("kreis", "05774032", "Kreis Paderborn"),
        ("kreis", "05711000", "Bielefeld"),
        ("kreis", "05162024", "Rhein-Kreis Neuss"),
        ("kreis", "05334004", "Städteregion Aachen"),
        ("landschaftsverband", "05774032", "Landschaftsverband Westfalen-Lippe (LWL)"),
        ("landschaftsverband", "05315000", "Landschaftsverband Rheinland (LVR)"),
        ("bezirksregierung", "05774032", "Bezirksregierung Detmold"),
    ],
)
def test_the_body_has_a_name(ebene: Ebene, ags: str, name: str) -> None:
    assert behoerde(ebene, ags) == name


def test_every_town_has_one_of_each_level() -> None:
    for ort in alle_gemeinden():
        for ebene in get_args(Ebene):
            assert behoerde(ebene, ort.ags)


def test_a_city_without_a_district_does_its_tasks() -> None:
    assert der_gemeinde("kreis", "05711000")
    assert not der_gemeinde("kreis", "05774032")
    assert not der_gemeinde("landschaftsverband", "05711000")
