"""openapi/openapi.json is what the code says."""

import json
from pathlib import Path

import pytest

from app.kommandos.openapi import als_text

DATEI = Path(__file__).resolve().parents[2] / "openapi" / "openapi.json"


def test_the_committed_description_is_the_current_one() -> None:
    if als_text() != DATEI.read_text("utf-8"):
        pytest.fail("openapi/openapi.json is out of date: run `amt openapi` and look at the difference")


def test_every_operation_can_be_found_and_is_named() -> None:
    kennungen = []
    for pfad, methoden in json.loads(als_text())["paths"].items():
        for methode, vorgang in methoden.items():
            assert vorgang.get("summary"), f"{methode} {pfad}"
            assert vorgang.get("tags"), f"{methode} {pfad}"
            kennungen.append(vorgang["operationId"])
    assert len(set(kennungen)) == len(kennungen)
