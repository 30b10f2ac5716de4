"""What a form of a page sends: read once, refused without the token of its browser."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import Request

from app.konto.cookies import browserkeks, sitzungskeks
from app.konto.sitzungen import CSRF_FELD, csrf_token, pruefe_token

_HOECHSTENS_FELDER = 100


async def formular(anfrage: Request) -> Mapping[str, str]:
    """The fields of the form, by name; the last one counts where a name comes twice.

    Raises Problem 403 `csrf` unless the form was made for this browser: by a page that knew the secret of
    its session, or of the browser itself where nobody is logged in.
    """
    async with anfrage.form(max_files=0, max_fields=_HOECHSTENS_FELDER) as daten:
        felder = {name: wert for name, wert in daten.items() if isinstance(wert, str)}
    browser = browserkeks(anfrage)
    geheimnisse = (sitzungskeks(anfrage), browser.geheimnis if browser else None)
    pruefe_token(
        [csrf_token(geheimnis) for geheimnis in geheimnisse if geheimnis], felder.pop(CSRF_FELD, None)
    )
    return MappingProxyType(felder)
