"""Every operation of the OpenAPI description, called as described and otherwise: it answers as described.

Each operation is called by a client that may, by clients that may not, and by nobody. Long with AMT_LANG=1.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.app.gewerbe.anzeigen import anmeldung
from tests.haerte.conftest import LANG, WURZEL, Amt

_BESCHREIBUNG = json.loads((WURZEL / "openapi" / "openapi.json").read_bytes())
_SCHEMA = schemathesis.openapi.from_dict(_BESCHREIBUNG)
_VORGAENGE = [(pfad, methode) for pfad, methoden in _BESCHREIBUNG["paths"].items() for methode in methoden]
_PRUEFUNGEN = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
_WER = ("einreichen", "sachbearbeitung", "postfach", "verwaltung", "niemand")


@pytest.fixture(scope="module")
def kennungen(amt: Amt) -> dict[str, list[str]]:
    """Ids of things that exist, by the name of the path's parameter."""
    antwort = httpx.post(
        f"{amt.adresse}/api/v1/gewerbeanzeigen", json=anmeldung(), headers=amt.koepfe["einreichen"]
    ).json()
    (anzeige,) = antwort["anzeigen"]
    entwurf = httpx.post(
        f"{amt.adresse}/api/v1/entwuerfe",
        json={"leistung": "bewohnerparkausweis", "ags": anmeldung()["gemeinde"]},
        headers=amt.koepfe["einreichen"],
    ).json()
    faelle = httpx.get(f"{amt.adresse}/api/v1/vorgaenge", headers=amt.koepfe["sachbearbeitung"]).json()
    return {
        "antrag_id": [antwort["id"]],
        "anzeige_id": [anzeige["id"]],
        "entwurf_id": [entwurf["id"]],
        "vorgang_id": [fall["id"] for fall in faelle["vorgaenge"]],
    }


@pytest.fixture(scope="module")
def leitung() -> Iterator[requests.Session]:
    with requests.Session() as offen:
        yield offen


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("art", list(GenerationMode), ids=lambda art: art.value)
@pytest.mark.parametrize(("pfad", "methode"), _VORGAENGE)
def test_an_operation_answers_as_it_is_described(
    amt: Amt,
    leitung: requests.Session,
    kennungen: dict[str, list[str]],
    pfad: str,
    methode: str,
    art: GenerationMode,
) -> None:
    vorgang = _SCHEMA[pfad][methode]
    verlangt = _BESCHREIBUNG["paths"][pfad][methode].get("security", [])
    duerfen = [scope for eines in verlangt for scopes in eines.values() for scope in scopes]
    # Mostly by those who may: all others hear the same from every operation.
    wer = duerfen * 5 + [*_WER] if duerfen else ["niemand"]

    @settings(
        max_examples=400 if LANG else 8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate] + ([Phase.shrink] if LANG else []),
        derandomize=not LANG,
        database=None,
    )
    @given(fall=vorgang.as_strategy(generation_mode=art), wer=st.sampled_from(wer), echt=st.booleans())
    def rufe(fall: Any, wer: str, echt: bool) -> None:
        if echt and art is GenerationMode.POSITIVE:
            for name in fall.path_parameters or {}:
                fall.path_parameters[name] = kennungen.get(name, [fall.path_parameters[name]])[0]
        kopf = amt.koepfe.get(wer, {})
        fall.call_and_validate(amt.adresse, session=leitung, headers=kopf, checks=_PRUEFUNGEN)

    # An operation that takes nothing has nothing to be wrong with.
    with suppress(Unsatisfiable):
        rufe()
    assert amt.fehler() == []
