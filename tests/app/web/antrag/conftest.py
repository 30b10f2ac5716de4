"""A town, the example form as its service, and people who fill it in."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from app.settings import settings

BEISPIELE = Path(__file__).resolve().parents[2] / "leistungen"
AGS = "05774032"
BEGINNEN = f"/leistungen/{AGS}/beispiel/beginnen"


@pytest.fixture
def beispiel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The installation has the example's form of its own."""
    monkeypatch.setenv("AMT_FORMULARE", str(BEISPIELE))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def paderborn(beispiel: None, stadt: Callable[..., Awaitable[str]]) -> str:
    """A town that offers it."""
    return await stadt(AGS)
