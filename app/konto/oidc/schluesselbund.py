"""A provider's public keys (JWKS, RFC 7517), as far as we would trust them with a signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.konto.fremdtoken import FremderSchluessel, Kopf, schluessel_aus
from app.konto.oidc.fehler import AnmeldungGescheitert

HOECHSTENS_SCHLUESSEL: Final = 50


@dataclass(frozen=True)
class Schluesselbund:
    """The usable keys."""

    schluessel: tuple[FremderSchluessel, ...]

    @classmethod
    def aus(cls, jwks: Mapping[str, Any]) -> "Schluesselbund":
        """Keys of a JWKS; those of other kinds are passed over. Raises AnmeldungGescheitert."""
        eintraege = jwks.get("keys")
        if not isinstance(eintraege, list) or len(eintraege) > HOECHSTENS_SCHLUESSEL:
            raise AnmeldungGescheitert("anbieter_antwort", "jwks")
        return cls(tuple(einer for eintrag in eintraege if (einer := schluessel_aus(eintrag))))

    def fuer(self, kopf: Kopf) -> FremderSchluessel | None:
        """The one key that the header names and that can sign so; without a name, the only one that can."""
        passend = [
            einer
            for einer in self.schluessel
            if einer.kann(kopf.alg) and (kopf.kid is None or einer.kid == kopf.kid)
        ]
        return passend[0] if len(passend) == 1 else None
