"""A file on its way in: read from the request into memory, bounded, before anything else is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.antraege.errors import AngabenNichtLesbar, DateiFehlt
from app.problems import Problem
from app.settings import settings

_HOECHSTENS_FELDER: Final = 20
_FELDGROESSE: Final = 64 * 1024
_FORM: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Datei:
    """A file as it was sent."""

    dateiname: str
    erklaert: str | None
    """Its media type, as the sender says."""
    inhalt: bytes


@dataclass(frozen=True, slots=True)
class Hochgeladen(Datei):
    """The one file of a form, and the form's other fields."""

    felder: Mapping[str, str]
    unlesbar: Problem | None = None
    """Why it could not be read: told only to who may upload at all."""

    def pruefe(self) -> None:
        """Raises DateiFehlt, or what kept it from being read."""
        if self.unlesbar is not None:
            raise self.unlesbar
        if not self.dateiname:
            raise DateiFehlt


NICHTS: Final = Hochgeladen("", None, b"", MappingProxyType({}))


class _ImSpeicher(MultiPartParser):
    """Nothing that was not looked at, and nothing unsealed, lies on a disk."""

    @property
    def spool_max_size(self) -> int:  # type: ignore[override]
        """No file is larger than a request."""
        return settings().eingabe_grenze


async def hochgeladen(request: Request) -> Hochgeladen:
    """The one file of the request, or why there is none: `Hochgeladen.pruefe` tells.

    A dependency that stands before the check of token or session: a slow upload must not hold a connection
    to the database. Where nobody says who is asking, nothing is read.
    """
    if _fragt_niemand(request):
        return NICHTS
    try:
        return await formular_mit_datei(request)
    except AngabenNichtLesbar as fehler:
        return Hochgeladen("", None, b"", MappingProxyType({}), fehler)


async def formular_mit_datei(request: Request) -> Hochgeladen:
    """The form of a page with one field for a file; without a name where none was chosen."""
    if not _ist_form(request):
        return NICHTS
    dateien, felder = await _lies(request, hoechstens=1)
    if not dateien:
        return Hochgeladen("", None, b"", felder)
    eine = dateien[0]
    return Hochgeladen(eine.dateiname, eine.erklaert, eine.inhalt, felder)


async def mehrteilig(request: Request, *, hoechstens: int) -> tuple[Sequence[Datei], Mapping[str, str]]:
    """The files of the request, `hoechstens` of them, and its other fields; a dependency as `hochgeladen`.

    A field for files that was left empty is none. Raises DateiFehlt for another kind of body.
    """
    if _fragt_niemand(request):
        return (), MappingProxyType({})
    if not _ist_form(request):
        raise DateiFehlt
    return await _lies(request, hoechstens=hoechstens)


async def _lies(request: Request, *, hoechstens: int) -> tuple[Sequence[Datei], Mapping[str, str]]:
    leser = _ImSpeicher(
        request.headers,
        request.stream(),
        max_files=hoechstens,
        max_fields=_HOECHSTENS_FELDER,
        max_part_size=_FELDGROESSE,
    )
    try:
        form = await leser.parse()
    except (MultiPartException, KeyError) as fehler:
        raise AngabenNichtLesbar(400, ()) from fehler
    dateien: list[Datei] = []
    felder: dict[str, str] = {}
    try:
        for name, wert in form.multi_items():
            if not isinstance(wert, UploadFile):
                felder[name] = wert
            elif wert.filename:
                dateien.append(Datei(wert.filename, wert.content_type, await wert.read()))
    finally:
        await form.close()
    return dateien, MappingProxyType(felder)


def _ist_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


def _fragt_niemand(request: Request) -> bool:
    return {"authorization", "cookie"}.isdisjoint(request.headers)
