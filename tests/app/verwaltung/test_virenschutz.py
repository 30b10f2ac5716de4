"""The self-check says whether uploads are looked at, and by what age of signatures."""

from datetime import UTC, datetime, timedelta

import pytest

from app.settings import settings
from app.verwaltung import virenschutz
from app.verwaltung.pruefpunkt import Pruefpunkt, Stand
from app.verwaltung.virenschutz import pruefe_virenschutz
from tests.clamd import Clamd


async def punkt() -> Pruefpunkt:
    (einer,) = await pruefe_virenschutz(5)
    assert (einer.abhilfe is None) == (einer.stand is Stand.IN_ORDNUNG)
    return einer


async def test_none_is_set_up() -> None:
    einer = await punkt()
    assert einer.stand is Stand.WARNUNG
    assert "nicht auf Viren" in einer.befund.de


async def test_it_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_CLAMD", "unix:/gibt/es/nicht")
    settings.cache_clear()
    try:
        assert (await punkt()).stand is Stand.FEHLER
    finally:
        settings.cache_clear()


async def test_a_real_one_with_signatures_of_its_own_has_no_official_ones(clamd_hier: Clamd) -> None:
    einer = await punkt()
    assert einer.stand is Stand.WARNUNG
    assert "no official signatures" in einer.befund.en


@pytest.mark.parametrize(
    ("tage", "stand"), [(0, Stand.IN_ORDNUNG), (2, Stand.IN_ORDNUNG), (5, Stand.WARNUNG)]
)
async def test_the_age_of_signatures(tage: int, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = datetime.now(UTC) - timedelta(days=tage)

    async def fassung() -> str:
        return f"ClamAV 1.4.6/27500/{tag:%a %b %d %H:%M:%S %Y}"

    monkeypatch.setattr(virenschutz, "fassung", fassung)
    einer = await punkt()
    assert einer.stand is stand
    assert stand is Stand.IN_ORDNUNG or f"{tag:%d.%m.%Y}" in einer.befund.de
