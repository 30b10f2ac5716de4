"""The body of a request with answers: read before the database is asked, bounded in length and depth."""

from typing import Any, Final, TypeVar

from anyio import to_thread
from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from app.antraege.errors import AngabenNichtLesbar, AngabenZuLang
from app.eingabefehler import fehler_aus_pydantic

GROESSTE: Final = 2 * 1024 * 1024
"""Bytes. 200 persons with all that a notice asks of each are a quarter of it."""
KLEIN: Final = 32 * 1024
"""Bytes up to which JSON is read at once: a change of threads would take longer."""

_Eingabe = TypeVar("_Eingabe", bound=BaseModel)


async def koerper(request: Request) -> bytes:
    """The body, unless nobody has said who is asking.

    Stands before the check of token or session, which takes a connection to the database: a slow sender must
    not hold one.
    """
    if {"authorization", "cookie"}.isdisjoint(request.headers):
        return b""
    daten = await request.body()
    if len(daten) > GROESSTE:
        raise AngabenZuLang
    return daten


async def lies(art: type[_Eingabe], daten: bytes) -> _Eingabe:
    """The body as it should be; raises AngabenNichtLesbar."""
    if len(daten) <= KLEIN:
        return _lies(art, daten)
    return await to_thread.run_sync(_lies, art, daten)


def _lies(art: type[_Eingabe], daten: bytes) -> _Eingabe:
    try:
        wert: Any = from_json(daten, allow_inf_nan=False)
    except ValueError:
        errors = fehler_aus_pydantic([{"type": "json_invalid", "loc": ("body",), "msg": ""}])
        raise AngabenNichtLesbar(400, errors) from None
    try:
        return art.model_validate(wert)
    except ValidationError as fehler:
        gefunden = [
            {**einer, "loc": ("body", *einer["loc"])}
            for einer in fehler.errors(include_url=False, include_input=False)
        ]
        raise AngabenNichtLesbar(422, fehler_aus_pydantic(gefunden, wert)) from None
