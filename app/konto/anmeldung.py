"""Login and logout of people at their providers: the verbs that pages use.

Each verb opens short transactions of its own and holds no connection to the database while it waits for a
provider. Tokens live in one call and are stored nowhere.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import transaktion
from app.konto.identitaet import Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.oidc import abmeldung as _abmeldung
from app.konto.oidc import austausch, idtoken, repository
from app.konto.oidc.abmeldung import Abmeldung
from app.konto.oidc.anbieter import Anbieter, anbieter
from app.konto.oidc.entdeckung import Verzeichnis
from app.konto.oidc.fehler import AnbieterFehler, AnmeldungGescheitert
from app.konto.oidc.gegenstelle import Gegenstelle, gegenstelle
from app.konto.oidc.niveaus import anfrage, niveau_aus
from app.konto.oidc.rollen import rollen_aus
from app.konto.oidc.token import Abgelehnt, kennung
from app.konto.ziel import sicheres_ziel
from app.settings import settings

__all__ = [
    "Abmeldung",
    "Anbieter",
    "AnbieterFehler",
    "AnmeldungGescheitert",
    "abmelde_url",
    "anbieter",
    "beginne",
    "pruefe_abmeldetoken",
    "pruefe_anbieter",
    "schliesse_ab",
    "sicheres_ziel",
]

_HOECHSTENS_ZEICHEN: Final = 4096
# Answers of the authorisation endpoint (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6 and others).
_ABSAGEN: Final[Mapping[str, str]] = {
    "access_denied": "abgebrochen",
    "temporarily_unavailable": "anbieter_nicht_erreichbar",
    "server_error": "anbieter_nicht_erreichbar",
    "unmet_authentication_requirements": "niveau_zu_niedrig",
    "unauthorized_client": "anbieter_einstellung",
    "invalid_scope": "anbieter_einstellung",
    "invalid_request": "anbieter_einstellung",
    "unsupported_response_type": "anbieter_einstellung",
}

ANMELDUNGEN = Counter("amt_anmeldungen_total", "Answers of providers to logins", ["anbieter", "ergebnis"])

_log = structlog.get_logger()


async def beginne(
    anbieter: str, *, ziel: str, niveau: Niveau, browser: str, sprache: str = "de", erneut: bool = False
) -> str:
    """The URL to send the browser to, and the attempt remembered for ten minutes.

    `ziel`: path on this host to go on with. `niveau`: what is needed there. `browser`: secret of a cookie
    that only this browser has. `erneut`: have the person authenticate again even if the provider still knows
    them, as a step up to a higher level needs it. Raises AnmeldungGescheitert.
    """
    dort = gegenstelle(_bekannt(anbieter))
    if niveau > dort.anbieter.hoechstens:
        raise AnmeldungGescheitert("niveau_zu_niedrig", "angebot", ziel=sicheres_ziel(ziel), niveau=niveau)
    niveau = max(niveau, dort.anbieter.mindestens)
    verzeichnis = await dort.verzeichnis()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    async with transaktion() as sitzung:
        await repository.merke_versuch(
            sitzung,
            state=state,
            browser=browser,
            anbieter=anbieter,
            nonce=nonce,
            pkce_verifier=verifier,
            ziel=sicheres_ziel(ziel),
            niveau=niveau.wort,
        )
    eigene = {
        "response_type": "code",
        "client_id": dort.anbieter.client_id,
        "redirect_uri": dort.anbieter.rueckkehr,
        "scope": _scopes(dort.anbieter, niveau),
        "state": state,
        "nonce": nonce,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
        "ui_locales": "en de" if sprache == "en" else "de en",
    }
    if werte := anfrage(dort.anbieter.karte.niveau, niveau):
        eigene["acr_values"] = " ".join(werte)
    if dort.anbieter.max_age is not None:
        eigene["max_age"] = str(dort.anbieter.max_age)
    if erneut:
        eigene["prompt"] = "login"
    return _mit(verzeichnis.authorization_endpoint, {**dort.anbieter.zusatz, **eigene})


async def schliesse_ab(anbieter: str, parameter: Mapping[str, str], browser: str) -> tuple[Anmeldung, str]:
    """The checked login and the path to go on with, from the parameters of the provider's answer.

    `browser`: the same secret as for `beginne`. An attempt can be finished once, whatever comes of it.
    Raises AnmeldungGescheitert.
    """
    dort = gegenstelle(_bekannt(anbieter))
    try:
        versuch = await _versuch(anbieter, parameter, browser)
        niveau = Niveau.von(versuch.niveau)
        try:
            anmeldung = await _anmeldung(dort, parameter, versuch, niveau)
        except AnmeldungGescheitert as fehler:
            raise AnmeldungGescheitert(
                fehler.code, fehler.grund, ziel=versuch.ziel, niveau=niveau
            ) from fehler
    except AnmeldungGescheitert as fehler:
        ANMELDUNGEN.labels(anbieter, fehler.code).inc()
        _log.warning("anmeldung_gescheitert", anbieter=anbieter, code=fehler.code, grund=fehler.grund)
        raise
    ANMELDUNGEN.labels(anbieter, "gelungen").inc()
    _log.info("angemeldet", anbieter=anbieter, niveau=anmeldung.niveau.wort)
    return anmeldung, versuch.ziel


async def abmelde_url(
    anbieter: str, *, zurueck: str, sid: str | None = None, sprache: str = "de"
) -> str | None:
    """Where the browser logs out at the provider too (RP-Initiated Logout 1.0); None where it cannot.

    `zurueck`: path on this host. `sid`: session at the provider, as a hint which one is meant. A provider
    that does not answer, or is no longer configured, must not keep anybody from logging out here.
    """
    try:
        dort = gegenstelle(_bekannt(anbieter))
        verzeichnis = await dort.verzeichnis()
    except AnmeldungGescheitert:
        return None
    if verzeichnis.end_session_endpoint is None:
        return None
    felder = {
        "client_id": dort.anbieter.client_id,
        "post_logout_redirect_uri": f"{settings().adresse}{sicheres_ziel(zurueck)}",
        "ui_locales": "en de" if sprache == "en" else "de en",
    }
    if sid is not None:
        felder["logout_hint"] = sid
    return _mit(verzeichnis.end_session_endpoint, felder)


async def pruefe_abmeldetoken(
    anbieter: str, logout_token: str, session: AsyncSession | None = None
) -> Abmeldung:
    """Whose sessions the provider has ended, from its logout token; a token counts once.

    With `session` it is used up in that transaction: a logout that could not be carried out may come again.
    Nothing is asked of `session` while a provider is waited for. Raises AnmeldungGescheitert, for a token
    that does not hold with the code ``abmeldetoken_ungueltig``.
    """
    dort = gegenstelle(_bekannt(anbieter))
    try:
        token = await _abmeldung.pruefe(dort, logout_token)
        # An account known by another claim than `sub` cannot be found by it; its sessions can, by `sid`.
        subjekt = token.sub if dort.anbieter.karte.subjekt == "sub" else None
        if token.sid is None and subjekt is None:
            raise Abgelehnt("sid")
    except Abgelehnt as fehler:
        _log.warning("abmeldetoken_ungueltig", anbieter=anbieter, grund=fehler.grund)
        raise AnmeldungGescheitert("abmeldetoken_ungueltig", fehler.grund) from fehler
    async with nullcontext(session) if session else transaktion() as sitzung:
        neu = await repository.verbrauche(sitzung, dort.anbieter.issuer, token.jti, token.bis)
    if not neu:
        _log.warning("abmeldetoken_ungueltig", anbieter=anbieter, grund="jti")
        raise AnmeldungGescheitert("abmeldetoken_ungueltig", "jti")
    return Abmeldung(dort.anbieter.issuer, token.sid, subjekt)


async def pruefe_anbieter(anbieter: str) -> AnmeldungGescheitert | None:
    """None if metadata and keys of the provider can be had; otherwise what is wrong. For self-checks."""
    try:
        dort = Gegenstelle(_bekannt(anbieter))
        bund = await dort.schluessel()
    except AnmeldungGescheitert as fehler:
        return fehler
    if not any(einer.kann(alg) for einer in bund.schluessel for alg in dort.anbieter.algorithmen):
        return AnmeldungGescheitert("anbieter_antwort", "jwks")
    return None


async def _versuch(anbieter: str, parameter: Mapping[str, str], browser: str) -> repository.Versuch:
    """The attempt that this answer belongs to, begun in this browser at this provider."""
    state = parameter.get("state", "")
    if not 0 < len(state) <= _HOECHSTENS_ZEICHEN:
        raise AnmeldungGescheitert("versuch_unbekannt", "state")
    async with transaktion() as sitzung:
        versuch = await repository.entnimm_versuch(sitzung, state)
    if versuch is None or versuch.abgelaufen or versuch.anbieter != anbieter:
        raise AnmeldungGescheitert("versuch_unbekannt", "state")
    if not browser or not hmac.compare_digest(versuch.browser_sha256, repository.sha256(browser)):
        raise AnmeldungGescheitert("anderer_browser", "browser")
    return versuch


async def _anmeldung(
    dort: Gegenstelle, parameter: Mapping[str, str], versuch: repository.Versuch, mindestens: Niveau
) -> Anmeldung:
    verzeichnis = await dort.verzeichnis()
    code = _code(dort.anbieter, verzeichnis, parameter)
    tokens = await austausch.tausche(dort, code, versuch.pkce_verifier)
    try:
        token = await idtoken.pruefe(
            dort, tokens.id_token, nonce=versuch.nonce, zugriffstoken=tokens.zugriffstoken
        )
    except Abgelehnt as fehler:
        raise AnmeldungGescheitert("token_ungueltig", fehler.grund) from fehler
    # Account, level and roles come from the signed token alone.
    subjekt = _subjekt(dort.anbieter, token)
    niveau = _niveau(dort.anbieter, token.claims, mindestens)
    rollen = rollen_aus(dort.anbieter, token.claims)
    if dort.anbieter.fuer_personal and not rollen:
        raise AnmeldungGescheitert("keine_rolle")
    claims: Mapping[str, Any] = token.claims
    if dort.anbieter.karte.userinfo:
        claims = {**await austausch.userinfo(dort, tokens, token.sub), **token.claims}
    angaben = dort.anbieter.karte.angaben_aus(claims)
    if dort.anbieter.kontoart is Kontoart.ORGANISATION and angaben.organisation is None:
        raise AnmeldungGescheitert("organisation_fehlt")
    return Anmeldung(
        anbieter=dort.anbieter.schluessel,
        issuer=dort.anbieter.issuer,
        subjekt=subjekt,
        art=dort.anbieter.kontoart,
        niveau=niveau,
        angaben=angaben,
        authentifiziert_am=token.authentifiziert_am,
        sid=token.sid,
        rollen=rollen,
    )


def _code(wer: Anbieter, verzeichnis: Verzeichnis, parameter: Mapping[str, str]) -> str:
    aussteller = parameter.get("iss")
    if (aussteller is None and verzeichnis.nennt_aussteller) or aussteller not in {None, wer.issuer}:
        raise AnmeldungGescheitert("aussteller_falsch", "iss")
    if (absage := parameter.get("error")) is not None:
        bekannt = absage in _ABSAGEN
        raise AnmeldungGescheitert(_ABSAGEN.get(absage, "anbieter_lehnt_ab"), absage if bekannt else "")
    code = parameter.get("code", "")
    if not 0 < len(code) <= _HOECHSTENS_ZEICHEN:
        raise AnmeldungGescheitert("anbieter_antwort", "code")
    return code


def _subjekt(wer: Anbieter, token: idtoken.IdToken) -> str:
    claim = wer.karte.subjekt
    if claim == "sub":
        return token.sub
    if (wert := kennung(token.claims.get(claim))) is None:
        raise AnmeldungGescheitert("kennung_fehlt", claim)
    # Two providers may share an issuer and name accounts by different claims: these never meet.
    return f"{claim}:{wert}"


def _niveau(wer: Anbieter, claims: Mapping[str, Any], mindestens: Niveau) -> Niveau:
    gesagt = niveau_aus(wer.karte.niveau, claims)
    if gesagt is None:
        raise AnmeldungGescheitert("niveau_unbekannt")
    niveau = min(gesagt, wer.hoechstens)
    if niveau < mindestens:
        raise AnmeldungGescheitert("niveau_zu_niedrig", niveau.wort)
    return niveau


def _bekannt(schluessel: str) -> Anbieter:
    try:
        return anbieter()[schluessel]
    except KeyError:
        raise AnmeldungGescheitert("anbieter_unbekannt") from None


def _scopes(wer: Anbieter, niveau: Niveau) -> str:
    weiterer = wer.scopes_je_niveau.get(niveau)
    return " ".join((*wer.scopes, weiterer) if weiterer else wer.scopes)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _mit(url: str, felder: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(felder)}"
