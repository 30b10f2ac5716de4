"""What a form of a page sends: read once, refused without the token of its browser."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fastapi import Request

from app.konto.cookies import browserkeks, sitzungskeks
from app.konto.sitzungen import CSRF_FELD, csrf_token, pruefe_token

_HOECHSTENS_FELDER = 100
_HOECHSTENS_WERTE = 500


async def formular(anfrage: Request) -> Mapping[str, str]:
    """The fields of the form, by name; the last one counts where a name comes twice.

    Raises Problem 403 `csrf` unless the form was made for this browser: by a page that knew the secret of
    its session, or of the browser itself where nobody is logged in.
    """
    async with anfrage.form(max_files=0, max_fields=_HOECHSTENS_FELDER) as daten:
        felder = {name: wert for name, wert in daten.items() if isinstance(wert, str)}
    pruefe_herkunft(anfrage, felder.pop(CSRF_FELD, None))
    return MappingProxyType(felder)


async def mehrfach(anfrage: Request) -> Mapping[str, Sequence[str]]:
    """The fields of a form whose names may come several times (chosen boxes), in their order.

    Raises Problem 403 `csrf` as `formular` does.
    """
    felder: dict[str, list[str]] = {}
    async with anfrage.form(max_files=0, max_fields=_HOECHSTENS_WERTE) as daten:
        for name, wert in daten.multi_items():
            if isinstance(wert, str):
                # A browser sends line breaks as the standard of forms has them (CRLF).
                felder.setdefault(name, []).append(wert.replace("\r\n", "\n"))
    pruefe_herkunft(anfrage, next(iter(felder.pop(CSRF_FELD, ())), None))
    return MappingProxyType({name: tuple(werte) for name, werte in felder.items()})


def pruefe_herkunft(anfrage: Request, token: str | None) -> None:
    """Raises Problem 403 `csrf` unless the token of a form was made for the browser that sends it."""
    browser = browserkeks(anfrage)
    geheimnisse = (sitzungskeks(anfrage), browser.geheimnis if browser else None)
    pruefe_token([csrf_token(geheimnis) for geheimnis in geheimnisse if geheimnis], token)
