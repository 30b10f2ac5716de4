"""The description of the interface says of each operation which right it needs and who has it."""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from app.konto.rechte import Scope, name_von, traeger_mit
from app.konto.zugriff import Erfordernis
from app.problems import antworten

_ZU_VIELE = {name: wert for name, wert in antworten(429)[429].items() if name != "model"}


def erfordernis(abhaengig: Dependant) -> Erfordernis | None:
    """What a route with these dependencies asks of its caller; None where it asks nothing."""
    return next((einer for einer in _aufrufe(abhaengig) if isinstance(einer, Erfordernis)), None)


def erfordernisse(routen: Iterable[BaseRoute]) -> Iterator[tuple[str, str, Erfordernis | None]]:
    """Method, path and what is asked, for every operation of the application."""
    for route in iter_route_contexts(list(routen)):
        if isinstance(route.original_route, APIRoute):
            for methode in route.methods or ():
                yield methode.lower(), route.path or "", erfordernis(route.dependant)


def ergaenze(beschreibung: dict[str, Any], routen: Iterable[BaseRoute]) -> None:
    """Add `x-recht`, `x-traeger` and `x-niveau` to each operation, and the ways to prove who one is."""
    for methode, pfad, verlangt in erfordernisse(routen):
        vorgang = beschreibung["paths"].get(pfad, {}).get(methode)
        if vorgang is None or verlangt is None:
            continue
        halter = traeger_mit(verlangt.recht)
        scopes = [einer.value for einer in Scope if einer in halter]
        vorgang["x-recht"] = verlangt.recht.value
        vorgang["x-traeger"] = sorted(name_von(einer) for einer in halter)
        vorgang["x-niveau"] = verlangt.niveau.wort
        if scopes:
            vorgang["responses"].setdefault("429", _ZU_VIELE)
        vorgang["security"] = [
            *([{"OAuth2": scopes}] if scopes else []),
            *([{"Sitzung": []}] if len(scopes) < len(halter) else []),
        ]


def _aufrufe(abhaengig: Dependant) -> Iterator[Any]:
    for kind in abhaengig.dependencies:
        yield kind.call
        yield from _aufrufe(kind)
