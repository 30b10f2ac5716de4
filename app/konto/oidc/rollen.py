"""Which roles a login gives: what the provider says, within what its configuration allows it to say."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from app.konto.oidc.anbieter import Anbieter
from app.konto.oidc.karten import wert_aus
from app.konto.rollen import Rolle, Rollenzuweisung

_log = structlog.get_logger()

_HOECHSTENS = 500


def rollen_aus(anbieter: Anbieter, claims: Mapping[str, Any]) -> tuple[Rollenzuweisung, ...]:
    """The roles in these claims that this provider may give; without a place, that of its only one.

    Values that are none of ours (a Keycloak has roles of its own) are passed over.
    """
    regel = anbieter.karte.rollen
    if regel is None or not anbieter.fuer_personal:
        return ()
    gefunden: dict[Rollenzuweisung, None] = {}
    for wert in _werte(anbieter, claims, regel.claims):
        if wert.startswith(regel.praefix):
            zuweisung = _zuweisung(anbieter, wert.removeprefix(regel.praefix))
            if zuweisung is None:
                _log.warning("rolle_nicht_erlaubt", anbieter=anbieter.schluessel)
            else:
                gefunden[zuweisung] = None
    return tuple(gefunden)


def _werte(anbieter: Anbieter, claims: Mapping[str, Any], pfade: Iterable[str]) -> list[str]:
    werte: list[str] = []
    for pfad in pfade:
        liste = wert_aus(claims, pfad, anbieter.client_id)
        if isinstance(liste, list):
            werte += [wert for wert in liste[:_HOECHSTENS] if isinstance(wert, str)]
    return werte


def _zuweisung(anbieter: Anbieter, wert: str) -> Rollenzuweisung | None:
    name, _, ort = wert.partition(":")
    try:
        rolle = Rolle(name)
    except ValueError:
        return None
    orte = anbieter.gemeinden if rolle.der_gemeinde else anbieter.stellen
    if not ort and len(orte) == 1:
        ort = orte[0]
    if ort not in orte:
        return None
    return Rollenzuweisung(rolle, gemeinde=ort) if rolle.der_gemeinde else Rollenzuweisung(rolle, stelle=ort)
