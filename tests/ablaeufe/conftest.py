"""A town that works online, and windows for the people of a flow."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI

from app.db.sitzung import transaktion
from app.mandanten import service as mandanten
from tests.ablaeufe.mensch import DEUTSCH, Mensch, Worte
from tests.browser import Fenster

PADERBORN = "05774032"
FRIST = 30_000
"""Milliseconds that a person waits for a page while other tests use the machine."""
Neu = Callable[..., Awaitable[Mensch]]


@pytest.fixture
async def paderborn(app: FastAPI) -> str:
    """The town, set up."""
    async with transaktion() as session:
        await mandanten.einrichten(session, PADERBORN)
    return PADERBORN


@pytest.fixture
async def neu(paderborn: str, fenster: Fenster) -> Neu:
    """Somebody with a fresh browser."""

    async def neu(worte: Worte = DEUTSCH, **eigenschaften: Any) -> Mensch:
        seite = await fenster(**eigenschaften)
        seite.set_default_timeout(FRIST)
        return Mensch(seite, worte)

    return neu
