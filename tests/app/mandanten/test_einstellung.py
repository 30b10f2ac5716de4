"""Settings of a town: set up once, then the town's own."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.mandanten import service
from app.mandanten.service import UnbekannteGemeinde, UngueltigesSchema


async def test_town_is_set_up_with_defaults(sitzung: AsyncSession) -> None:
    neu = await service.einrichten(sitzung, "05774032")
    assert neu == await service.einstellung(sitzung, "05774032")
    assert neu.behoerdenname == "Gewerbeamt Paderborn"
    assert neu.anschrift == {"ort": "Paderborn"}
    assert neu.automatisch_bescheinigen
    assert neu.gemeinde.kreis == "Paderborn"
    assert neu.aktenzeichen_schema == service.AKTENZEICHEN_SCHEMA


async def test_setting_up_again_changes_nothing(sitzung: AsyncSession) -> None:
    erste = await service.einrichten(
        sitzung, "05711000", behoerdenname="Stadt Bielefeld", automatisch_bescheinigen=False, filter=["hwk"]
    )
    assert await service.einrichten(sitzung, "05711000", behoerdenname="Anders") == erste
    assert erste.filter == {"hwk"}
    assert [eine.ags for eine in await service.alle_einstellungen(sitzung)] == ["05711000"]


async def test_town_that_is_not_served_and_town_that_is_none(sitzung: AsyncSession) -> None:
    with pytest.raises(UnbekannteGemeinde):
        await service.einstellung(sitzung, "05774032")
    with pytest.raises(UnbekannteGemeinde):
        await service.einrichten(sitzung, "12052000")


async def test_a_scheme_that_gives_no_file_numbers_is_refused_at_once(sitzung: AsyncSession) -> None:
    with pytest.raises(UngueltigesSchema, match="muss genau einmal vorkommen"):
        await service.einrichten(sitzung, "05774032", aktenzeichen_schema="32.30-{jahr}")
    assert await service.alle_einstellungen(sitzung) == []


async def test_what_is_given_changes_and_the_rest_stays(sitzung: AsyncSession) -> None:
    vorher = await service.einrichten(sitzung, "05711000", filter=["hwk"])
    nachher = await service.aendern(sitzung, "05711000", automatisch_bescheinigen=False, verzichte=["dguv"])
    assert nachher == replace(vorher, automatisch_bescheinigen=False, verzichte=frozenset({"dguv"}))
    with pytest.raises(UnbekannteGemeinde):
        await service.aendern(sitzung, "05774032")
