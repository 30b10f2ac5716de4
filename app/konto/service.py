"""Machine clients: create, block, recognise.

Secrets are 256 random bits, stored as SHA-256. A slow hash (argon2) protects what people choose, by
making guesses dear; nobody guesses 256 bits, and a slow hash would hand attackers a cheap way to keep
the server busy.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.konto import repository
from app.konto.models import Klient

SCOPES = frozenset({"einreichen", "postfach", "sachbearbeitung", "verwaltung"})

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
    gesperrt: bool


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
) -> NeuerKlient:
    """Create a client. `gemeinde` (AGS) goes with sachbearbeitung, `stelle` (key of a body) with postfach.

    With verwaltung `gemeinde` may be given; without it the client looks after every town.

    Raises KlientUngueltig for unknown scopes, a scope without its town or body, or a bad `client_id`.
    """
    gewuenscht = frozenset(str(scope) for scope in scopes)
    if not gewuenscht or not gewuenscht <= SCOPES:
        raise KlientUngueltig(f"scopes: erlaubt ist {', '.join(sorted(SCOPES))}")
    if "sachbearbeitung" in gewuenscht and gemeinde is None:
        raise KlientUngueltig("Der Scope sachbearbeitung gehört zu genau einer Gemeinde (AGS).")
    if gemeinde is not None and gewuenscht.isdisjoint({"sachbearbeitung", "verwaltung"}):
        raise KlientUngueltig("Eine Gemeinde gehört zum Scope sachbearbeitung oder verwaltung.")
    if ("postfach" in gewuenscht) != (stelle is not None):
        raise KlientUngueltig("Der Scope postfach gehört zu genau einer Stelle.")
    client_id = client_id or f"klient-{secrets.token_hex(8)}"
    if not _CLIENT_ID.fullmatch(client_id):
        raise KlientUngueltig("client_id: 3 bis 80 Zeichen aus a-z, 0-9, Punkt, Strich.")
    geheimnis = secrets.token_urlsafe(32)
    neu = Klient(
        client_id=client_id,
        name=name,
        secret_sha256=_sha256(geheimnis),
        scopes=sorted(gewuenscht),
        gemeinde=gemeinde,
        stelle=stelle,
    )
    await repository.lege_an(sitzung, neu)
    return NeuerKlient(_bild(neu), geheimnis)


async def erneuere_geheimnis(sitzung: AsyncSession, client_id: str) -> str | None:
    """A new secret in place of the old one; None if there is no such client."""
    geheimnis = secrets.token_urlsafe(32)
    return geheimnis if await repository.setze_geheimnis(sitzung, client_id, _sha256(geheimnis)) else None


async def sperre_klient(sitzung: AsyncSession, client_id: str) -> bool:
    """Block a client at once, its running tokens included; False if there is none to block."""
    return await repository.sperre(sitzung, client_id)


async def klienten(sitzung: AsyncSession) -> Sequence[KlientBild]:
    """All clients by name."""
    return [_bild(klient) for klient in await repository.alle(sitzung)]


async def klient(sitzung: AsyncSession, client_id: str) -> KlientBild | None:
    """A client by its name, blocked or not."""
    gefunden = await repository.klient(sitzung, client_id)
    return _bild(gefunden) if gefunden else None


async def aktiver_klient(sitzung: AsyncSession, client_id: str) -> KlientBild | None:
    """A client that may act."""
    gefunden = await klient(sitzung, client_id)
    return gefunden if gefunden is not None and not gefunden.gesperrt else None


async def melde_klient_an(sitzung: AsyncSession, client_id: str, geheimnis: str) -> KlientBild | None:
    """The client, if the secret is its own and it is not blocked. Takes as long for an unknown one."""
    # A name that cannot exist is looked up all the same, in a form the database can read.
    gefunden = await repository.klient(sitzung, client_id if _CLIENT_ID.fullmatch(client_id) else "-")
    erwartet = gefunden.secret_sha256 if gefunden else None
    richtig = secrets.compare_digest(erwartet or _NIEMAND, _sha256(geheimnis))
    passt = gefunden is not None and gefunden.secret_sha256 is not None and richtig
    return _bild(gefunden) if gefunden and passt and gefunden.gesperrt_am is None else None


def _sha256(geheimnis: str) -> bytes:
    return hashlib.sha256(geheimnis.encode("utf-8", "surrogatepass")).digest()


def _bild(klient: Klient) -> KlientBild:
    return KlientBild(
        id=klient.id,
        client_id=klient.client_id,
        name=klient.name,
        scopes=frozenset(klient.scopes),
        gemeinde=klient.gemeinde,
        stelle=klient.stelle,
        gesperrt=klient.gesperrt_am is not None,
    )
