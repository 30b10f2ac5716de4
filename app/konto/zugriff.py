"""Who may call a route. Every route declares it; a test fails for one that does not.

A route takes a parameter `Annotated[Wer, erfordert(Recht.X)]`, or has `dependencies=[Depends(oeffentlich)]`.
Who has which right stands in app.konto.rechte; here it is found out who is asking, a machine client by its
token or a person by the cookie of a session, and what the transaction can see is set: in this one place for
every request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import APIKeyCookie, OAuth2

from app.db.sitzung import ALLE, Sitzung, gelten
from app.konto import begrenzung, service, sitzungen
from app.konto.cookies import sitzungskeks
from app.konto.jose import TokenUngueltig, aussteller
from app.konto.niveau import Niveau
from app.konto.rechte import (
    Recht,
    Scope,
    Traeger,
    fuer_stellen,
    name_von,
    scopes_mit,
    sieht_eigenes,
    sieht_gemeinde,
    sieht_stelle,
    traeger_mit,
)
from app.konto.rollen import Rolle, Rollenzuweisung
from app.konto.sitzungen import Angemeldet, Vertretener
from app.problems import Problem

__all__ = [
    "KOPF_AMT",
    "Erfordernis",
    "Niveau",
    "Recht",
    "Rolle",
    "Scope",
    "Wer",
    "erfordert",
    "fuer_konto",
    "mit_eigenem_token",
    "niveau_zu_niedrig",
    "oeffentlich",
]

KOPF_AMT: Final = "X-Amt"
"""Header by which somebody with roles in several places says for which one a request is."""
_SICHER: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_BESCHREIBUNG = {
    Scope.EINREICHEN: "Gewerbeanzeigen einreichen und ihren Stand abfragen",
    Scope.POSTFACH: "Sendungen der eigenen Stelle abholen und quittieren",
    Scope.SACHBEARBEITUNG: "Vorgänge der eigenen Gemeinde bearbeiten",
    Scope.VERWALTUNG: "Empfänger und Zustellungen überwachen, Sendungen erneut zustellen",
}

_bearer = OAuth2(
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl="/api/v1/oauth/token",
            scopes={scope.value: text for scope, text in _BESCHREIBUNG.items()},
        )
    ),
    scheme_name="OAuth2",
    auto_error=False,
)
_keks = APIKeyCookie(
    name="__Host-amt",
    scheme_name="Sitzung",
    description=(
        f"Session of a browser. Whatever changes something needs the header {sitzungen.CSRF_KOPF}, too; who "
        f"has roles in several places names one by the header {KOPF_AMT} (AGS or key of the body)."
    ),
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Wer:
    """Who is calling, with what it may do on this route."""

    id: UUID
    art: Literal["klient", "konto"]
    kennung: str
    """For journal and log: name of the machine client, or id of the account. No name of a person."""
    traeger: frozenset[Traeger]
    """What gives the right that the route asks for: scopes, roles, or the kind of account."""
    eigenes: bool
    """Whether it sees what it has submitted itself."""
    gemeinde: str | None
    """AGS of the town whose matters it sees."""
    stelle: str | None
    """Key of the body it belongs to."""
    gebunden_an: str | None = None
    """AGS of the town a machine client belongs to, whatever it may do on this route."""
    niveau: Niveau | None = None
    """Level of the login; None for machine clients."""
    sitzung_id: UUID | None = None
    vertretung: Vertretener | None = None
    """For whom the person acts."""

    @property
    def rechtsgrund(self) -> tuple[str, ...]:
        """What gives the right, in words: ``rolle:leitung``, ``scope:postfach`` ..."""
        return tuple(sorted(name_von(einer) for einer in self.traeger))

    @property
    def handelt_fuer_stelle(self) -> str | None:
        """Key of the body, where the right is one of its people or machines."""
        return self.stelle if fuer_stellen(self.traeger) else None


async def oeffentlich() -> None:
    """Declares a route that anybody may call."""


async def mit_eigenem_token() -> None:
    """Declares a route that checks a secret of its own (for machines that watch the system)."""


@dataclass(frozen=True)
class Erfordernis:
    """The check of one route: finds out who is asking and sets what its transaction can see."""

    recht: Recht
    niveau: Niveau

    async def __call__(
        self,
        anfrage: Request,
        sitzung: Sitzung,
        authorization: Annotated[str | None, Depends(_bearer)] = None,
        _: Annotated[str | None, Depends(_keks)] = None,
    ) -> Wer:
        """The caller, if it has the right."""
        if authorization is None and sitzungskeks(anfrage):
            angemeldet = await sitzungen.des_browsers(sitzung, anfrage)
            if angemeldet is None:
                raise _abgewiesen("sitzung_beendet")
            if anfrage.method not in _SICHER:
                sitzungen.pruefe_csrf(angemeldet, anfrage.headers.get(sitzungen.CSRF_KOPF))
            amt = anfrage.headers.get(KOPF_AMT)
            return await fuer_konto(sitzung, angemeldet, self.recht, niveau=self.niveau, amt=amt)
        art, _, token = (authorization or "").partition(" ")
        if art.lower() != "bearer" or not token:
            raise _abgewiesen("token_fehlt")
        wer = await _klient(sitzung, token.strip(), self.recht)
        await _gelten(sitzung, wer, self.recht)
        return wer


def erfordert(recht: Recht, *, niveau: Niveau = Niveau.BASIS) -> Any:
    """Parameter annotation of a route: the caller needs the right, and a login of this level or above."""
    return Security(Erfordernis(recht, niveau), scopes=[scope.value for scope in scopes_mit(recht)])


async def fuer_konto(
    sitzung: Sitzung,
    angemeldet: Angemeldet,
    recht: Recht,
    *,
    niveau: Niveau = Niveau.BASIS,
    amt: str | None = None,
) -> Wer:
    """Who has logged in, if the account has the right; sets what the transaction can see.

    `amt` chooses among several roles: AGS of the town or key of the body. Raises Problem: `recht_fehlt`,
    `niveau_zu_niedrig`, `amt_waehlen`.
    """
    halter = traeger_mit(recht)
    rollen = [rolle for rolle in angemeldet.rollen if rolle.rolle in halter]
    if amt is not None:
        rollen = [rolle for rolle in rollen if amt in {rolle.gemeinde, rolle.stelle}]
    eigen = angemeldet.art in halter
    if not rollen and not eigen:
        raise Problem(403, "recht_fehlt")
    if angemeldet.niveau < niveau:
        raise niveau_zu_niedrig(niveau)
    ort = _ein_ort(rollen)
    traeger: set[Traeger] = {rolle.rolle for rolle in rollen}
    if eigen:
        traeger.add(angemeldet.art)
    wer = Wer(
        id=angemeldet.konto_id,
        art="konto",
        kennung=str(angemeldet.konto_id),
        traeger=frozenset(traeger),
        eigenes=any(sieht_eigenes(einer, recht) for einer in traeger),
        gemeinde=ort.gemeinde if ort else None,
        stelle=ort.stelle if ort else None,
        niveau=angemeldet.niveau,
        sitzung_id=angemeldet.sitzung_id,
        vertretung=angemeldet.vertretung,
    )
    await _gelten(sitzung, wer, recht)
    return wer


def niveau_zu_niedrig(verlangt: Niveau) -> Problem:
    """The login is not sure enough; the answer says which level is needed (as RFC 9470 does)."""
    wort = verlangt.wort
    de = f"Dafür ist eine Anmeldung mit dem Vertrauensniveau {wort} nötig."
    en = f"This needs a login at the level of assurance {wort}."
    return Problem(
        403,
        "niveau_zu_niedrig",
        de,
        en,
        errors=[{"code": "niveau", "niveau": wort, "text": {"de": de, "en": en}}],
        headers={
            "WWW-Authenticate": (
                f'Bearer realm="gewerbeamt", error="insufficient_user_authentication", acr_values="{wort}"'
            )
        },
    )


def _ein_ort(rollen: Sequence[Rollenzuweisung]) -> Rollenzuweisung | None:
    """Where the roles count, which has to be one place."""
    if len({(rolle.gemeinde, rolle.stelle) for rolle in rollen}) > 1:
        raise Problem(
            400,
            "amt_waehlen",
            f"Sie haben diese Rolle an mehreren Stellen: Bitte wählen Sie eine (Kopfzeile {KOPF_AMT}).",
            f"You have this role in several places: please name one (header {KOPF_AMT}).",
        )
    return rollen[0] if rollen else None


async def _klient(sitzung: Sitzung, token: str, recht: Recht) -> Wer:
    try:
        anspruch = aussteller().pruefe(token)
    except TokenUngueltig as fehler:
        raise _abgewiesen("token_ungueltig", "invalid_token") from fehler
    # Read on each request: a client that is blocked is out at once, not when its token ends.
    klient = await service.aktiver_klient(sitzung, anspruch.client_id)
    if klient is None:
        raise _abgewiesen("token_ungueltig", "invalid_token")
    begrenzung.zaehle(klient.client_id, klient.je_minute)
    halter: frozenset[Traeger] = frozenset(
        scope for scope in scopes_mit(recht) if scope.value in anspruch.scopes & klient.scopes
    )
    if not halter:
        raise _zu_wenig(scopes_mit(recht))
    gemeinde = None
    if any(sieht_gemeinde(einer) for einer in halter):
        # Who administrates and belongs to no town sees to all of them.
        gemeinde = klient.gemeinde or (ALLE if Scope.VERWALTUNG in halter else None)
    return Wer(
        id=klient.id,
        art="klient",
        kennung=klient.client_id,
        traeger=halter,
        eigenes=any(sieht_eigenes(einer, recht) for einer in halter),
        gemeinde=gemeinde,
        stelle=klient.stelle,
        gebunden_an=klient.gemeinde,
    )


async def _gelten(sitzung: Sitzung, wer: Wer, recht: Recht) -> None:
    der_stelle = any(sieht_stelle(einer, recht) for einer in wer.traeger)
    await gelten(
        sitzung,
        gemeinde=wer.gemeinde,
        person=str(wer.id) if wer.eigenes else None,
        stelle=wer.stelle if der_stelle else None,
    )


def _abgewiesen(code: str, grund: str | None = None) -> Problem:
    kopf = 'Bearer realm="gewerbeamt"' + (f', error="{grund}"' if grund else "")
    return Problem(401, code, headers={"WWW-Authenticate": kopf})


def _zu_wenig(scopes: Sequence[Scope]) -> Problem:
    if not scopes:
        return Problem(
            403,
            "nur_fuer_menschen",
            "Das kann nur tun, wer als Person angemeldet ist.",
            "Only a person who is logged in can do this.",
        )
    namen = " ".join(scope.value for scope in scopes)
    return Problem(
        403,
        "scope_fehlt",
        f"Der Klient braucht den Scope: {namen}.",
        f"The client needs the scope: {namen}.",
        headers={
            "WWW-Authenticate": f'Bearer realm="gewerbeamt", error="insufficient_scope", scope="{namen}"'
        },
    )
