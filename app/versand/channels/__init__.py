"""The channels: ways out of the house, one class each."""

from app.versand.channels.basis import ExternerKanal, InternerKanal
from app.versand.channels.postfach import Postfach

_kanaele: dict[str, InternerKanal | ExternerKanal] = {}


def registriere_kanal(kanal: InternerKanal | ExternerKanal) -> None:
    """Make a channel known under its name."""
    _kanaele[kanal.name] = kanal


def kanal_namens(name: str) -> InternerKanal | ExternerKanal:
    """The channel of that name. Raises `LookupError`: a delivery names a channel that is not installed."""
    try:
        return _kanaele[name]
    except KeyError as fehler:
        raise LookupError(f"no channel is called {name!r}") from fehler


registriere_kanal(Postfach())
