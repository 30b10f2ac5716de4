"""Every query about logins under way and about identifiers that must not come twice."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.konto.models import Anmeldeversuch, VerbrauchteKennung

VERSUCH_GILT: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Versuch:
    """A login that was begun here and not yet finished."""

    anbieter: str
    nonce: str
    pkce_verifier: str
    ziel: str
    niveau: str
    browser_sha256: bytes
    abgelaufen: bool


async def merke_versuch(
    sitzung: AsyncSession,
    *,
    state: str,
    browser: str,
    anbieter: str,
    nonce: str,
    pkce_verifier: str,
    ziel: str,
    niveau: str,
) -> None:
    """Keep what the answer will be compared with."""
    await sitzung.execute(
        insert(Anmeldeversuch).values(
            state_sha256=sha256(state),
            browser_sha256=sha256(browser),
            anbieter=anbieter,
            nonce=nonce,
            pkce_verifier=pkce_verifier,
            ziel=ziel,
            niveau=niveau,
            verfaellt_am=func.now() + VERSUCH_GILT,
        )
    )


async def entnimm_versuch(sitzung: AsyncSession, state: str) -> Versuch | None:
    """The attempt of this state, which is gone with it: whoever comes second finds none."""
    zeile = (
        await sitzung.execute(
            delete(Anmeldeversuch)
            .where(Anmeldeversuch.state_sha256 == sha256(state))
            .returning(
                Anmeldeversuch.anbieter,
                Anmeldeversuch.nonce,
                Anmeldeversuch.pkce_verifier,
                Anmeldeversuch.ziel,
                Anmeldeversuch.niveau,
                Anmeldeversuch.browser_sha256,
                (Anmeldeversuch.verfaellt_am <= func.now()).label("abgelaufen"),
            )
        )
    ).first()
    return Versuch(**zeile._mapping) if zeile else None


async def verbrauche(sitzung: AsyncSession, issuer: str, jti: str, bis: datetime) -> bool:
    """Use up an identifier; False where it has come before. It is remembered until `bis`."""
    ergebnis = await sitzung.execute(
        insert(VerbrauchteKennung)
        .values(issuer=issuer, jti=jti, verfaellt_am=bis)
        .on_conflict_do_nothing()
        .returning(VerbrauchteKennung.jti)
    )
    return ergebnis.first() is not None


async def loesche_verfallene(sitzung: AsyncSession) -> int:
    """Delete attempts and identifiers whose time is over; how many."""
    anzahl = 0
    for tabelle in (Anmeldeversuch, VerbrauchteKennung):
        ergebnis = await sitzung.execute(
            delete(tabelle).where(tabelle.verfaellt_am <= func.now()).returning(tabelle.verfaellt_am)
        )
        anzahl += len(ergebnis.all())
    return anzahl


def sha256(geheimnis: str) -> bytes:
    """How a secret of ours is kept."""
    return hashlib.sha256(geheimnis.encode("utf-8", "surrogatepass")).digest()
