"""Machine clients: create, block, renew, recognise.

Secrets are 256 random bits, stored as SHA-256. A slow hash (argon2) protects what people choose, by
making guesses dear; nobody guesses 256 bits, and a slow hash would hand attackers a cheap way to keep
the server busy.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app.konto import repository
from app.konto.jose import TokenUngueltig
from app.konto.models import Klient
from app.konto.nachweis import (
    SchluesselsatzUngueltig,
    behaupteter_klient,
    pruefe_nachweis,
    pruefe_schluesselsatz,
)
from app.konto.oidc.repository import verbrauche

SCOPES = frozenset({"einreichen", "postfach", "sachbearbeitung", "verwaltung"})
UEBERLAPPUNG_HOECHSTENS = timedelta(days=30)

_DER_GEMEINDE = frozenset({"sachbearbeitung", "verwaltung"})
_MIT_STELLE = frozenset({"postfach", "einreichen"})
_CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9._-]{2,79}")
# Compared with where there is no such client, so that the answer takes as long.
_NIEMAND = bytes(32)


class KlientUngueltig(ValueError):
    """The wish for a client contradicts itself; the message says how."""


@dataclass(frozen=True)
class KlientBild:
    """A client as other rooms see it."""

    id: UUID
    client_id: str
    name: str
    scopes: frozenset[str]
    gemeinde: str | None
    stelle: str | None
    mit_schluessel: bool
    """It proves itself with a key of its own instead of a secret."""
    je_minute: int | None
    laeuft_ab_am: datetime | None
    vorheriges_bis: datetime | None
    """Until when the secret before the last rotation counts beside the present one."""
    gesperrt: bool
    angelegt_am: datetime
    zuletzt_am: datetime | None

    @property
    def abgelaufen(self) -> bool:
        """Whether its time is over."""
        return self.laeuft_ab_am is not None and self.laeuft_ab_am <= datetime.now(UTC)


@dataclass(frozen=True)
class NeuerKlient:
    """A client just made; its secret can be read here and never again."""

    klient: KlientBild
    geheimnis: str


async def anlegen_klient(
    sitzung: AsyncSession,
    *,
    name: str,
    scopes: Iterable[str],
    gemeinde: str | None = None,
    stelle: str | None = None,
    client_id: str | None = None,
    laeuft_ab_am: datetime | None = None,
    je_minute: int | None = None,
) -> NeuerKlient:
    """Create a client with a secret. `gemeinde` (AGS) goes with sachbearbeitung, `stelle` with postfach.

    With verwaltung `gemeinde` may be given; without it the client looks after every town. With einreichen
    `stelle` may be given: the client is a chamber's and submits for founders.

    Raises KlientUngueltig for unknown scopes, a scope without its town or body, or a bad `client_id`.
    """
    neu = _neu(
        name=name,
        scopes=scopes,
        gemeinde=gemeinde,
        stelle=stelle,
        client_id=client_id,
        laeuft_ab_am=laeuft_ab_am,
        je_minute=je_minute,
    )
    geheimnis = secrets.token_urlsafe(32)
    neu.secret_sha256 = _sha256(geheimnis)
    await repository.lege_an(sitzung, neu)
    return NeuerKlient(_bild(neu), geheimnis)


async def anlegen_klient_mit_schluessel(
    sitzung: AsyncSession,
    *,
    jwks: object,
    name: str,
    scopes: Iterable[str],
    gemeinde: str | None = None,
    stelle: str | None = None,
    client_id: str | None = None,
    laeuft_ab_am: datetime | None = None,
    je_minute: int | None = None,
) -> KlientBild:
    """As `anlegen_klient`, for one that signs with a private key of its own (`private_key_jwt`).

    `jwks`: its public keys (RFC 7517). Raises KlientUngueltig, for unusable keys too.
    """
    neu = _neu(
        name=name,
        scopes=scopes,
        gemeinde=gemeinde,
        stelle=stelle,
        client_id=client_id,
        laeuft_ab_am=laeuft_ab_am,
        je_minute=je_minute,
    )
    neu.jwks = _schluesselsatz(jwks)
    await repository.lege_an(sitzung, neu)
    return _bild(neu)


async def rotiere_geheimnis(
    sitzung: AsyncSession, client_id: str, *, ueberlappung: timedelta = timedelta(0)
) -> str | None:
    """A new secret; the old one counts beside it for so long. None if there is no such client.

    Raises KlientUngueltig for an overlap that is negative or above UEBERLAPPUNG_HOECHSTENS.
    """
    if not timedelta(0) <= ueberlappung <= UEBERLAPPUNG_HOECHSTENS:
        raise KlientUngueltig(f"Überlappung: 0 bis {UEBERLAPPUNG_HOECHSTENS.days} Tage.")
    geheimnis = secrets.token_urlsafe(32)
    bis = datetime.now(UTC) + ueberlappung if ueberlappung else None
    gesetzt = await repository.setze_geheimnis(sitzung, client_id, _sha256(geheimnis), vorheriges_bis=bis)
    return geheimnis if gesetzt else None


async def rotiere_schluessel(sitzung: AsyncSession, client_id: str, jwks: object) -> bool:
    """Other public keys, and no secret any more; two keys at once overlap. False: no such client.

    Raises KlientUngueltig for unusable keys.
    """
    return await repository.setze_schluessel(sitzung, client_id, _schluesselsatz(jwks))


async def sperre_klient(sitzung: AsyncSession, client_id: str) -> bool:
    """Block a client at once, its running tokens included; False if there is none to block."""
    return await repository.sperre(sitzung, client_id)


async def klienten(sitzung: AsyncSession, *, gemeinde: str | None = None) -> Sequence[KlientBild]:
    """All clients by name, or those of one town."""
    return [_bild(klient) for klient in await repository.alle(sitzung, gemeinde)]


async def klient(sitzung: AsyncSession, client_id: str) -> KlientBild | None:
    """A client by its name, blocked or not."""
    gefunden = await repository.klient(sitzung, client_id)
    return _bild(gefunden) if gefunden else None


async def aktiver_klient(sitzung: AsyncSession, client_id: str) -> KlientBild | None:
    """A client that may act."""
    gefunden = await klient(sitzung, client_id)
    return gefunden if gefunden and not (gefunden.gesperrt or gefunden.abgelaufen) else None


async def melde_klient_an(sitzung: AsyncSession, client_id: str, geheimnis: str) -> KlientBild | None:
    """The client, if the secret is its own and it may act. Takes as long for an unknown one."""
    gefunden = await _gesucht(sitzung, client_id)
    genannt, jetzt = _sha256(geheimnis), datetime.now(UTC)
    jetziges = gefunden.secret_sha256 if gefunden else None
    voriges = gefunden.vorheriges_sha256 if gefunden else None
    bis = gefunden.vorheriges_bis if gefunden else None
    passt_jetziges = secrets.compare_digest(jetziges or _NIEMAND, genannt) and jetziges is not None
    passt_voriges = secrets.compare_digest(voriges or _NIEMAND, genannt) and voriges is not None
    if gefunden is None or not (passt_jetziges or (passt_voriges and bis is not None and bis > jetzt)):
        return None
    return await _angemeldet(sitzung, gefunden)


async def melde_klient_mit_nachweis_an(
    sitzung: AsyncSession, assertion: str, *, client_id: str | None, empfaenger: frozenset[str]
) -> KlientBild | None:
    """The client that has signed the assertion for one of `empfaenger`, if it may act and has not before."""
    try:
        name = behaupteter_klient(assertion)
        gefunden = await _gesucht(sitzung, name)
        if gefunden is None or gefunden.jwks is None or client_id not in {None, gefunden.client_id}:
            return None
        nachweis = pruefe_nachweis(assertion, gefunden.jwks, client_id=name, empfaenger=empfaenger)
    except TokenUngueltig:
        return None
    # The names of clients are none that a provider's issuer (a URL) could have.
    if not await verbrauche(sitzung, gefunden.client_id, nachweis.jti, nachweis.bis):
        return None
    return await _angemeldet(sitzung, gefunden)


async def _gesucht(sitzung: AsyncSession, client_id: str) -> Row[Any] | None:
    # A name that cannot exist is looked up all the same, in a form the database can read.
    return await repository.klient(sitzung, client_id if _CLIENT_ID.fullmatch(client_id) else "-")


async def _angemeldet(sitzung: AsyncSession, gefunden: Row[Any]) -> KlientBild | None:
    bild = _bild(gefunden)
    if bild.gesperrt or bild.abgelaufen:
        return None
    await repository.merke_anmeldung(sitzung, gefunden.id)
    return bild


def _neu(
    *,
    name: str,
    scopes: Iterable[str],
    gemeinde: str | None,
    stelle: str | None,
    client_id: str | None,
    laeuft_ab_am: datetime | None,
    je_minute: int | None,
) -> Klient:
    gewuenscht = frozenset(str(scope) for scope in scopes)
    if not gewuenscht or not gewuenscht <= SCOPES:
        raise KlientUngueltig(f"scopes: erlaubt ist {', '.join(sorted(SCOPES))}")
    if "sachbearbeitung" in gewuenscht and gemeinde is None:
        raise KlientUngueltig("Der Scope sachbearbeitung gehört zu genau einer Gemeinde (AGS).")
    if gemeinde is not None and gewuenscht.isdisjoint(_DER_GEMEINDE):
        raise KlientUngueltig("Eine Gemeinde gehört zum Scope sachbearbeitung oder verwaltung.")
    if "postfach" in gewuenscht and stelle is None:
        raise KlientUngueltig("Der Scope postfach gehört zu genau einer Stelle.")
    if stelle is not None and gewuenscht.isdisjoint(_MIT_STELLE):
        raise KlientUngueltig("Eine Stelle gehört zum Scope postfach oder einreichen.")
    if laeuft_ab_am is not None and laeuft_ab_am <= datetime.now(UTC):
        raise KlientUngueltig("Der Ablauf liegt in der Vergangenheit.")
    if je_minute is not None and je_minute < 1:
        raise KlientUngueltig("Anfragen je Minute: mindestens 1.")
    client_id = client_id or f"klient-{secrets.token_hex(8)}"
    if not _CLIENT_ID.fullmatch(client_id):
        raise KlientUngueltig("client_id: 3 bis 80 Zeichen aus a-z, 0-9, Punkt, Strich.")
    return Klient(
        client_id=client_id,
        name=name,
        scopes=sorted(gewuenscht),
        gemeinde=gemeinde,
        stelle=stelle,
        laeuft_ab_am=laeuft_ab_am,
        je_minute=je_minute,
    )


def _schluesselsatz(jwks: object) -> dict[str, Any]:
    try:
        return pruefe_schluesselsatz(jwks)
    except SchluesselsatzUngueltig as fehler:
        raise KlientUngueltig(str(fehler)) from fehler


def _sha256(geheimnis: str) -> bytes:
    return hashlib.sha256(geheimnis.encode("utf-8", "surrogatepass")).digest()


def _bild(klient: Klient | Row[Any]) -> KlientBild:
    return KlientBild(
        id=klient.id,
        client_id=klient.client_id,
        name=klient.name,
        scopes=frozenset(klient.scopes),
        gemeinde=klient.gemeinde,
        stelle=klient.stelle,
        mit_schluessel=klient.jwks is not None,
        je_minute=klient.je_minute,
        laeuft_ab_am=klient.laeuft_ab_am,
        vorheriges_bis=klient.vorheriges_bis,
        gesperrt=klient.gesperrt_am is not None,
        angelegt_am=klient.angelegt_am,
        zuletzt_am=klient.zuletzt_am,
    )
