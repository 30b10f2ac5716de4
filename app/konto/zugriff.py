"""Who may call a route. Every route declares it; a test fails for one that does not.

A route names one of `Einreichend`, `Abholend`, `Sachbearbeitend`, `Verwaltend` as parameter, or
`dependencies=[Depends(oeffentlich)]`. The declared scope also decides which rows the transaction can
see: einreichen -> what the client itself has submitted, postfach -> the messages of its body,
sachbearbeitung -> the cases of its town, verwaltung -> the deliveries of its town or, without one, of all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2, SecurityScopes

from app.db.sitzung import ALLE, Sitzung, gelten
from app.konto import service
from app.konto.jose import TokenUngueltig, aussteller
from app.problems import Problem


class Scope(StrEnum):
    """What a machine client may do."""

    EINREICHEN = "einreichen"
    POSTFACH = "postfach"
    SACHBEARBEITUNG = "sachbearbeitung"
    VERWALTUNG = "verwaltung"


_BESCHREIBUNG = {
    Scope.EINREICHEN: "Gewerbeanzeigen einreichen und ihren Stand abfragen",
    Scope.POSTFACH: "Sendungen der eigenen Stelle abholen und quittieren",
    Scope.SACHBEARBEITUNG: "Vorgänge der eigenen Gemeinde bearbeiten",
    Scope.VERWALTUNG: "Empfänger und Zustellungen überwachen, Sendungen erneut zustellen",
}

_DER_GEMEINDE = frozenset({Scope.SACHBEARBEITUNG, Scope.VERWALTUNG})

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


@dataclass(frozen=True)
class Wer:
    """Who is calling: a machine client, with what it may do here."""

    id: UUID
    client_id: str
    scopes: frozenset[Scope]
    gemeinde: str | None
    stelle: str | None
    gebunden_an: str | None
    """AGS of the town the client belongs to, whatever it may do on this route."""


async def oeffentlich() -> None:
    """Declares a route that anybody may call."""


async def mit_eigenem_token() -> None:
    """Declares a route that checks a secret of its own (for machines that watch the system)."""


async def angemeldet(
    verlangt: SecurityScopes,
    authorization: Annotated[str | None, Depends(_bearer)],
    sitzung: Sitzung,
) -> Wer:
    """The client behind the token, if it has one of the scopes the route names.

    Sets the keys of row-level security for the request's transaction, only those its scopes give.
    """
    art, _, token = (authorization or "").partition(" ")
    if art.lower() != "bearer" or not token:
        raise _abgewiesen("token_fehlt")
    try:
        anspruch = aussteller().pruefe(token.strip())
    except TokenUngueltig as fehler:
        raise _abgewiesen("token_ungueltig", "invalid_token") from fehler
    # Read on each request: a client that is blocked is out at once, not when its token ends.
    klient = await service.aktiver_klient(sitzung, anspruch.client_id)
    if klient is None:
        raise _abgewiesen("token_ungueltig", "invalid_token")
    scopes = frozenset(Scope(s) for s in anspruch.scopes.intersection(klient.scopes, verlangt.scopes))
    if not scopes:
        raise _zu_wenig(verlangt.scopes)
    wer = Wer(
        id=klient.id,
        client_id=klient.client_id,
        scopes=scopes,
        gemeinde=klient.gemeinde if scopes & _DER_GEMEINDE else None,
        stelle=klient.stelle if Scope.POSTFACH in scopes else None,
        gebunden_an=klient.gemeinde,
    )
    person = str(wer.id) if Scope.EINREICHEN in scopes else None
    # Who administrates and belongs to no town sees to all of them.
    gemeinde = wer.gemeinde or (ALLE if Scope.VERWALTUNG in scopes else None)
    await gelten(sitzung, gemeinde=gemeinde, person=person, stelle=wer.stelle)
    return wer


def erfordert(*scopes: Scope) -> Any:
    """Parameter annotation of a route: the caller needs one of `scopes`."""
    return Security(angemeldet, scopes=[scope.value for scope in scopes])


Einreichend = Annotated[Wer, erfordert(Scope.EINREICHEN)]
Abholend = Annotated[Wer, erfordert(Scope.POSTFACH)]
Sachbearbeitend = Annotated[Wer, erfordert(Scope.SACHBEARBEITUNG)]
Verwaltend = Annotated[Wer, erfordert(Scope.VERWALTUNG)]


def _abgewiesen(code: str, grund: str | None = None) -> Problem:
    kopf = 'Bearer realm="gewerbeamt"' + (f', error="{grund}"' if grund else "")
    return Problem(401, code, headers={"WWW-Authenticate": kopf})


def _zu_wenig(scopes: Iterable[str]) -> Problem:
    namen = " ".join(scopes)
    return Problem(
        403,
        "scope_fehlt",
        f"Der Klient braucht den Scope: {namen}.",
        f"The client needs the scope: {namen}.",
        headers={
            "WWW-Authenticate": f'Bearer realm="gewerbeamt", error="insufficient_scope", scope="{namen}"'
        },
    )
