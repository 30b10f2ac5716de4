"""Where to go after a login: a path on this host, or the start page."""

from urllib.parse import urlsplit

_HOECHSTENS = 1000
_START = "/"


def sicheres_ziel(ziel: str | None) -> str:
    """`ziel` if it is a path on this host, with its query; the start page for anything else.

    A browser takes ``//host``, ``/\\host`` and a line break inside for other hosts, so none of these pass.
    """
    if ziel is None or not 0 < len(ziel) <= _HOECHSTENS or not ziel.isascii():
        return _START
    if not ziel.startswith("/") or ziel.startswith("//") or "\\" in ziel:
        return _START
    if any(zeichen <= " " or zeichen == "\x7f" for zeichen in ziel):
        return _START
    teile = urlsplit(ziel)
    if teile.scheme or teile.netloc or teile.path.startswith("//"):
        return _START
    return ziel
