"""From what providers say about a login to our levels.

Sources of the values that mean the same at every provider: BundID interface description 10.2 (STORK),
eIDAS technical specification "SAML attribute profile" (eIDAS), BSI TR-03130 (BSI).
"""

from collections.abc import Mapping
from typing import Any, Final

from app.konto.niveau import Niveau
from app.konto.oidc.karten import Niveauregel, wert_aus

UEBERALL: Final[Mapping[str, Niveau]] = {
    "STORK-QAA-Level-1": Niveau.BASIS,
    "STORK-QAA-Level-2": Niveau.BASIS,
    "STORK-QAA-Level-3": Niveau.SUBSTANTIELL,
    "STORK-QAA-Level-4": Niveau.HOCH,
    "http://eidas.europa.eu/LoA/low": Niveau.BASIS,
    "http://eidas.europa.eu/LoA/substantial": Niveau.SUBSTANTIELL,
    "http://eidas.europa.eu/LoA/high": Niveau.HOCH,
    "http://bsi.bund.de/eID/LoA/normal": Niveau.BASIS,
    "http://bsi.bund.de/eID/LoA/substanziell": Niveau.SUBSTANTIELL,
    "http://bsi.bund.de/eID/LoA/hoch": Niveau.HOCH,
}


def niveau_aus(regel: Niveauregel, claims: Mapping[str, Any]) -> Niveau | None:
    """The level that the claims state; None where one of them is missing or unknown.

    An unknown value is no level at all, not the lowest: nobody knows what it stands for.
    """
    genannt = [_niveau(regel, wert_aus(claims, claim)) for claim in regel.claims]
    bekannt = [niveau for niveau in genannt if niveau is not None]
    return min(bekannt) if len(bekannt) == len(genannt) else None


def anfrage(regel: Niveauregel, mindestens: Niveau) -> tuple[str, ...]:
    """Values for `acr_values`: those of this level and of every higher one, the lowest first."""
    return tuple(
        regel.anfrage[niveau] for niveau in Niveau if niveau >= mindestens and niveau in regel.anfrage
    )


def _niveau(regel: Niveauregel, wert: Any) -> Niveau | None:
    if not isinstance(wert, str):
        return None
    return regel.werte.get(wert) or UEBERALL.get(wert)
