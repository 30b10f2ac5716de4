"""What a provider says about itself (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.konto.oidc.anbieter import Anbieter, pruefe_url
from app.konto.oidc.fehler import AnmeldungGescheitert
from app.konto.oidc.netz import Leitung


@dataclass(frozen=True)
class Verzeichnis:
    """Where the provider's endpoints are."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    nennt_aussteller: bool
    """Whether every answer names its issuer (RFC 9207); one without it is then refused."""


async def entdecke(anbieter: Anbieter, leitung: Leitung) -> Verzeichnis:
    """Fetch and check the provider's metadata. Raises AnmeldungGescheitert."""
    antwort = await leitung.hole(f"{anbieter.issuer.rstrip('/')}/.well-known/openid-configuration")
    if antwort.status != 200:
        raise AnmeldungGescheitert("anbieter_nicht_erreichbar", "status")
    return lies(anbieter, antwort.inhalt)


def lies(anbieter: Anbieter, angaben: Mapping[str, Any]) -> Verzeichnis:
    """The metadata, if they are this provider's and fit what we do. Raises AnmeldungGescheitert."""
    if angaben.get("issuer") != anbieter.issuer:
        raise AnmeldungGescheitert("anbieter_antwort", "issuer")
    if "code" not in angaben.get("response_types_supported", ["code"]):
        raise AnmeldungGescheitert("anbieter_antwort", "response_type")
    # Where it is not said, PKCE may be there all the same; where it is said, S256 has to be among it.
    if "S256" not in angaben.get("code_challenge_methods_supported", ["S256"]):
        raise AnmeldungGescheitert("anbieter_antwort", "pkce")

    def adresse(name: str) -> str | None:
        wert = angaben.get(name)
        if wert is None:
            return None
        try:
            return pruefe_url(wert, lokal=anbieter.demo)
        except (ValueError, AttributeError, TypeError) as fehler:
            raise AnmeldungGescheitert("anbieter_antwort", name) from fehler

    def notwendig(name: str) -> str:
        if (wert := adresse(name)) is None:
            raise AnmeldungGescheitert("anbieter_antwort", name)
        return wert

    return Verzeichnis(
        authorization_endpoint=notwendig("authorization_endpoint"),
        token_endpoint=notwendig("token_endpoint"),
        jwks_uri=notwendig("jwks_uri"),
        userinfo_endpoint=adresse("userinfo_endpoint"),
        end_session_endpoint=adresse("end_session_endpoint"),
        nennt_aussteller=angaben.get("authorization_response_iss_parameter_supported") is True,
    )
