"""Every route declares who may call it, and says so in the OpenAPI description."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app.konto.zugriff import Erfordernis, mit_eigenem_token, oeffentlich
from app.main import create_app

ERKLAERUNGEN = {mit_eigenem_token, oeffentlich}
# The framework's own: the description of the interface holds nothing but what is in this repository.
RAHMEN = {"/api/openapi.json"}


def _aufrufe(abhaengig: Dependant) -> Iterator[Any]:
    for kind in abhaengig.dependencies:
        yield kind.call
        yield from _aufrufe(kind)


def _erklaert(aufruf: Any) -> bool:
    return isinstance(aufruf, Erfordernis) or aufruf in ERKLAERUNGEN


def _ohne_erklaerung(app: FastAPI) -> list[str]:
    stumm = []
    for route in iter_route_contexts(app.routes):
        if route.path in RAHMEN:
            continue
        erklaert = isinstance(route.original_route, APIRoute) and (
            any(_erklaert(aufruf) for aufruf in _aufrufe(route.dependant))
        )
        if not erklaert:
            stumm.append(f"{route.methods} {route.path}")
    return stumm


def test_every_route_says_who_may_call_it() -> None:
    assert _ohne_erklaerung(create_app()) == []


def test_the_check_sees_routes_of_rooms() -> None:
    pfade = {route.path for route in iter_route_contexts(create_app().routes)}
    assert {"/health/live", "/api/v1/oauth/token"} <= pfade


@pytest.mark.parametrize("erklaert", [True, False])
def test_a_silent_route_is_found(erklaert: bool) -> None:
    app = create_app()

    @app.get("/stumm", dependencies=[Depends(oeffentlich)] if erklaert else [])
    async def stumm() -> None: ...

    assert len(_ohne_erklaerung(app)) == (0 if erklaert else 1)
