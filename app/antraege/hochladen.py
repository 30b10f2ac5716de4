"""A file on its way in: read from the request into memory, bounded, before anything else is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.antraege.errors import AngabenNichtLesbar, DateiFehlt
from app.settings import settings

_HOECHSTENS_FELDER: Final = 20
_FELDGROESSE: Final = 64 * 1024
_FORM: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Hochgeladen:
    """A file as it was sent, and the other fields of its form."""

    dateiname: str
    erklaert: str | None
    """Its media type, as the sender says."""
    inhalt: bytes
    felder: Mapping[str, str]


class _ImSpeicher(MultiPartParser):
    """Nothing that was not looked at, and nothing unsealed, lies on a disk."""

    @property
    def spool_max_size(self) -> int:  # type: ignore[override]
        """No file is larger than a request."""
        return settings().eingabe_grenze


async def hochgeladen(request: Request) -> Hochgeladen:
    """The one file of the request.

    A dependency that stands before the check of token or session: a slow upload must not hold a connection
    to the database. Where nobody says who is asking, nothing is read. Raises DateiFehlt.
    """
    if {"authorization", "cookie"}.isdisjoint(request.headers):
        return Hochgeladen("", None, b"", MappingProxyType({}))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise DateiFehlt
    leser = _ImSpeicher(
        request.headers,
        request.stream(),
        max_files=1,
        max_fields=_HOECHSTENS_FELDER,
        max_part_size=_FELDGROESSE,
    )
    try:
        form = await leser.parse()
    except (MultiPartException, KeyError) as fehler:
        raise AngabenNichtLesbar(400, ()) from fehler
    datei, felder = None, {}
    for name, wert in form.multi_items():
        if isinstance(wert, UploadFile):
            datei = wert
        else:
            felder[name] = wert
    if datei is None or not datei.filename:
        raise DateiFehlt
    return Hochgeladen(datei.filename, datei.content_type, await datei.read(), MappingProxyType(felder))
