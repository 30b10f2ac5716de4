"""A short run of the network test, where it can be done and time does not matter (AMT_LANG=1)."""

import os

import pytest

from tests.zuverlaessigkeit.namensraeume import laufe
from tests.zuverlaessigkeit.netz import fehlt


@pytest.mark.skipif(os.environ.get("AMT_LANG") != "1", reason="AMT_LANG=1 runs it")
async def test_machines_cut_off() -> None:
    if grund := fehlt():
        pytest.skip(grund)
    ergebnis = await laufe(2, 10)
    assert ergebnis.zustellungen > 0
    assert ergebnis.schnitte > 0
    assert (ergebnis.verloren, ergebnis.doppelt) == (0, 0)
