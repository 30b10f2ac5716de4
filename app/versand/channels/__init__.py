"""The channels: ways out of the house, one class each."""

from typing import Any

from app.versand.channels.basis import ExternerKanal, InternerKanal
from app.versand.channels.dms_http import DmsHttp
from app.versand.channels.email import Email
from app.versand.channels.http import Http
from app.versand.channels.ordner import Ordner
from app.versand.channels.postfach import Postfach

Irgendeiner = InternerKanal[Any] | ExternerKanal[Any]

_kanaele: dict[str, Irgendeiner] = {}


def registriere_kanal(kanal: Irgendeiner) -> None:
    """Make a channel known under its name."""
    _kanaele[kanal.name] = kanal


def kanal_namens(name: str) -> Irgendeiner:
    """The channel of that name. Raises `LookupError`: a delivery names a channel that is not installed."""
    try:
        return _kanaele[name]
    except KeyError as fehler:
        raise LookupError(f"no channel is called {name!r}") from fehler


def alle_kanaele() -> tuple[Irgendeiner, ...]:
    """Every channel that is installed."""
    return tuple(_kanaele.values())


for _kanal in (Postfach(), Http(), DmsHttp(), Ordner(), Email()):
    registriere_kanal(_kanal)
