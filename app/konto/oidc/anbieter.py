"""Providers that people log in with: the file that AMT_ANBIETER names, checked as a whole.

Secrets do not stand in it. `AMT_ANBIETER_<KEY>_SECRET` holds a client secret, `schluesseldatei` names a
private key for `private_key_jwt`.
"""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic import model_validator as modellpruefung

from app.adressen import Netz
from app.konto.fremdtoken import Algorithmus
from app.konto.identitaet import Kontoart
from app.konto.niveau import Niveau
from app.konto.oidc.fehler import AnbieterFehler
from app.konto.oidc.karten import Karte, Niveauwort, karte
from app.mandanten.zustaendig import UnbekannteGemeinde, UnbekannteStelle, gemeinde, stelle
from app.settings import settings

Art = Literal["buerger", "unternehmen", "beschaeftigte", "kammer"]

_KONTOART: Final[Mapping[Art, Kontoart]] = {
    "buerger": Kontoart.PERSON,
    "unternehmen": Kontoart.ORGANISATION,
    "beschaeftigte": Kontoart.BESCHAEFTIGT,
    "kammer": Kontoart.BESCHAEFTIGT,
}
# ASCII that may stand in a URL, without the backslash that some readers take for a slash.
_URL: Final = re.compile(r"[!-\[\]-~]+")
_RECHNER: Final = re.compile(r"[A-Za-z0-9.:_-]+")
_EIGENE_PARAMETER: Final = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "prompt"}
    | {"code_challenge_method", "acr_values", "max_age", "response_mode", "request", "request_uri", "claims"}
)


def _bekannte_gemeinde(ags: str) -> str:
    try:
        return gemeinde(ags).ags
    except UnbekannteGemeinde as fehler:
        raise ValueError(f"{ags} ist keine Gemeinde in Nordrhein-Westfalen") from fehler


def _bekannte_stelle(schluessel: str) -> str:
    try:
        return stelle(schluessel).schluessel
    except UnbekannteStelle as fehler:
        raise ValueError(f"{schluessel} ist keine bekannte Stelle") from fehler


class Anbieter(BaseModel):
    """One provider and what it may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schluessel: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    """Name in URLs of this house and of the variable with the secret."""
    name: dict[Literal["de", "en"], str] = Field(min_length=2)
    art: Art
    issuer: str
    client_id: str = Field(min_length=1, max_length=200)
    karte: Karte
    niveaus: Annotated[tuple[Niveauwort, ...], Field(min_length=1)]
    """Levels that the provider may state: more counts as the highest of them, less is no login."""
    gemeinden: tuple[Annotated[str, AfterValidator(_bekannte_gemeinde)], ...] = ()
    """AGS of the towns whose roles it may give."""
    stellen: tuple[Annotated[str, AfterValidator(_bekannte_stelle)], ...] = ()
    """Keys of the bodies whose roles it may give."""
    scopes: tuple[str, ...] = ("openid",)
    scopes_je_niveau: dict[Niveauwort, str] = {}
    """A scope more for a level, where a broker takes the wish that way."""
    zusatz: dict[str, str] = {}
    """Further parameters of the authorisation request, such as `kc_idp_hint`."""
    authentisierung: Literal["client_secret_basic", "client_secret_post", "private_key_jwt"] = (
        "client_secret_basic"
    )
    schluesseldatei: Path | None = None
    algorithmen: tuple[Algorithmus, ...] = Field(("RS256", "ES256"), min_length=1)
    """Signatures that count; PS256 only where it stands here."""
    max_age: int | None = Field(None, ge=0, le=86_400)
    """Seconds since the provider has last seen the person authenticate."""
    netze: tuple[Netz, ...] = ()
    """Private networks in which the provider may lie."""
    demo: bool = False

    @modellpruefung(mode="after")
    def _in_sich_stimmig(self) -> Self:
        pruefe_url(self.issuer, lokal=self.demo)
        if urlsplit(self.issuer).query:
            raise ValueError("issuer: ohne Abfrage (?)")
        if "openid" not in self.scopes:
            raise ValueError("scopes: openid gehört dazu")
        if verboten := _EIGENE_PARAMETER & self.zusatz.keys():
            raise ValueError(f"zusatz: {', '.join(sorted(verboten))} setzt das Programm selbst")
        if (self.authentisierung == "private_key_jwt") != (self.schluesseldatei is not None):
            raise ValueError("schluesseldatei gehört zu private_key_jwt und nur dazu")
        if (self.gemeinden or self.stellen) and not self.fuer_personal:
            raise ValueError(f"{self.art}: gibt keine Rollen, also keine gemeinden und stellen")
        if self.fuer_personal and not (self.karte.rollen and (self.gemeinden or self.stellen)):
            raise ValueError(f"{self.art}: braucht gemeinden oder stellen und eine Karte mit rollen")
        return self

    @property
    def fuer_personal(self) -> bool:
        """Whether people of towns and bodies log in here, with roles."""
        return self.art in {"beschaeftigte", "kammer"}

    @property
    def kontoart(self) -> Kontoart:
        """The kind of account that a login here gives."""
        return _KONTOART[self.art]

    @property
    def mindestens(self) -> Niveau:
        """The level that every login here reaches."""
        return min(self.niveaus)

    @property
    def hoechstens(self) -> Niveau:
        """The highest level that can be reached here."""
        return max(self.niveaus)

    @property
    def rueckkehr(self) -> str:
        """Redirect URI to be registered with the provider."""
        return f"{settings().adresse}/anmelden/{self.schluessel}/rueckkehr"

    def geheimnis(self) -> str:
        """The client secret. Raises AnbieterFehler."""
        name = f"AMT_ANBIETER_{self.schluessel.upper().replace('-', '_')}_SECRET"
        if not (wert := os.environ.get(name, "")):
            raise AnbieterFehler(f"Der Anbieter {self.schluessel} braucht sein Geheimnis in {name}.")
        return wert


def pruefe_url(url: str, *, lokal: bool) -> str:
    """`url` if we may call it: https, or for the demo http on this machine. Raises ValueError."""
    teile = urlsplit(url)
    rechner = teile.hostname or ""
    if not _RECHNER.fullmatch(rechner) or not _URL.fullmatch(url) or len(url) > 1000:
        raise ValueError("eine vollständige https-Adresse wird erwartet")
    if teile.username is not None or teile.password is not None or teile.fragment:
        raise ValueError("Adresse ohne Benutzer, Kennwort und Fragment")
    # Raises ValueError itself for a port that is none.
    _ = teile.port
    if teile.scheme != "https" and not (lokal and teile.scheme == "http" and ist_lokal(rechner)):
        raise ValueError("https wird erwartet")
    return url


def ist_lokal(rechner: str) -> bool:
    """True for the addresses of this machine itself; a name, `localhost` too, may lead elsewhere."""
    try:
        return ip_address(rechner).is_loopback
    except ValueError:
        return False


class _Datei(BaseModel):
    model_config = ConfigDict(extra="forbid")

    anbieter: Annotated[dict[str, dict[str, Any]], BeforeValidator(lambda wert: wert or {})]


@lru_cache(maxsize=1)
def anbieter() -> Mapping[str, Anbieter]:
    """All providers by key, in the file's order. Raises AnbieterFehler."""
    if (datei := settings().anbieter) is None:
        return MappingProxyType({})
    try:
        roh = _Datei.model_validate(yaml.safe_load(datei.read_text("utf-8")))
        alle = {name: _anbieter(name, angaben) for name, angaben in roh.anbieter.items()}
    except OSError as fehler:
        raise AnbieterFehler(f"AMT_ANBIETER: {datei} ist nicht lesbar ({fehler.strerror}).") from fehler
    except (yaml.YAMLError, ValidationError) as fehler:
        raise AnbieterFehler(f"AMT_ANBIETER: {datei}: {fehler}") from fehler
    _pruefe_miteinander(alle)
    return MappingProxyType(alle)


def _pruefe_miteinander(alle: Mapping[str, Anbieter]) -> None:
    """One account must not be a citizen's through one provider and a clerk's through another."""
    arten: dict[tuple[str, str], Anbieter] = {}
    for einer in alle.values():
        anderer = arten.setdefault((einer.issuer, einer.karte.subjekt), einer)
        if anderer.kontoart is not einer.kontoart:
            raise AnbieterFehler(
                f"AMT_ANBIETER: {anderer.schluessel} und {einer.schluessel} haben denselben issuer und "
                "dieselbe Kennung, aber verschiedene Arten von Konten."
            )
    unsere = urlsplit(settings().adresse)
    if alle and unsere.scheme != "https" and not ist_lokal(unsere.hostname or ""):
        raise AnbieterFehler("AMT_BASIS_URL: Mit Anmeldung von Menschen wird https gebraucht.")


def _anbieter(name: str, angaben: Mapping[str, Any]) -> Anbieter:
    angaben = dict(angaben)
    karte_ = karte(str(angaben.pop("karte", "")), angaben.pop("abweichend", None))
    try:
        fertig = Anbieter.model_validate({**angaben, "schluessel": name, "karte": karte_})
    except ValidationError as fehler:
        saetze = "; ".join(f"{'.'.join(map(str, eins['loc']))}: {eins['msg']}" for eins in fehler.errors())
        raise AnbieterFehler(f"AMT_ANBIETER: {name}: {saetze}") from fehler
    if fertig.demo and not settings().demo:
        raise AnbieterFehler(f"AMT_ANBIETER: {name} ist ein Anbieter der Demo und gilt nur dort.")
    if fertig.schluesseldatei is None:
        fertig.geheimnis()
    return fertig
