"""Every query about machine clients."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.konto.models import Klient

# Asked with each request: made once, because making the statement takes longer than sending it, and of the
# table, because a statement that names the model goes through the ORM whatever it asks for.
_TABELLE = Klient.__table__
_KLIENT = select(*_TABELLE.c).where(_TABELLE.c.client_id == bindparam("client_id"))


async def klient(sitzung: AsyncSession, client_id: str) -> Row[Any] | None:
    """The columns of the client of this name, blocked or not."""
    return (await sitzung.execute(_KLIENT, {"client_id": client_id})).one_or_none()


async def alle(sitzung: AsyncSession, gemeinde: str | None = None) -> Sequence[Klient]:
    """All clients by name, or those that belong to one town."""
    frage = select(Klient).order_by(Klient.client_id)
    if gemeinde is not None:
        frage = frage.where(Klient.gemeinde == gemeinde)
    return (await sitzung.scalars(frage)).all()


async def lege_an(sitzung: AsyncSession, neu: Klient) -> None:
    """Store a new client."""
    sitzung.add(neu)
    await sitzung.flush()
    await sitzung.refresh(neu, ["angelegt_am"])


async def sperre(sitzung: AsyncSession, client_id: str) -> bool:
    """Block a client; False if there is none that is not blocked."""
    return await _aendere(
        sitzung, client_id, {"gesperrt_am": datetime.now(UTC)}, Klient.gesperrt_am.is_(None)
    )


async def setze_geheimnis(
    sitzung: AsyncSession, client_id: str, sha256: bytes, *, vorheriges_bis: datetime | None
) -> bool:
    """Replace the stored hash; the old one is kept beside it until then. False: no such client."""
    return await _aendere(
        sitzung,
        client_id,
        {
            "vorheriges_sha256": Klient.secret_sha256 if vorheriges_bis else None,
            "vorheriges_bis": vorheriges_bis,
            "secret_sha256": sha256,
            "jwks": None,
        },
    )


async def setze_schluessel(sitzung: AsyncSession, client_id: str, jwks: Mapping[str, Any]) -> bool:
    """Keys in place of keys or secrets; False if there is no such client."""
    return await _aendere(
        sitzung,
        client_id,
        {"jwks": jwks, "secret_sha256": None, "vorheriges_sha256": None, "vorheriges_bis": None},
    )


async def merke_anmeldung(sitzung: AsyncSession, klient_id: UUID) -> None:
    """Note that the client has just proved who it is; waits for nobody else who notes the same."""
    frei = select(Klient.id).where(Klient.id == klient_id).with_for_update(skip_locked=True)
    await sitzung.execute(
        update(Klient)
        .where(Klient.id.in_(frei))
        .values(zuletzt_am=func.now())
        .execution_options(synchronize_session=False)
    )


async def _aendere(sitzung: AsyncSession, client_id: str, werte: dict[str, Any], *bedingungen: Any) -> bool:
    ergebnis = await sitzung.execute(
        update(Klient).where(Klient.client_id == client_id, *bedingungen).values(werte).returning(Klient.id)
    )
    return ergebnis.first() is not None
