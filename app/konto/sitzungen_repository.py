"""Every query about the sessions of browsers. All times are the database's."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import literal

from app.konto.models import Nutzerkonto, Vertretung, Websitzung
from app.konto.niveau import Niveau

_BERUEHRT_HOECHSTENS_JE = timedelta(minutes=1)


def _offen(leerlauf: timedelta, streng: timedelta) -> ColumnElement[bool]:
    strenge = or_(
        Websitzung.niveau == Niveau.HOCH.wort, Websitzung.rollen != literal([], JSONB(none_as_null=True))
    )
    return and_(
        Websitzung.beendet_am.is_(None),
        Websitzung.endet_am > func.now(),
        Websitzung.zuletzt_am + case((strenge, streng), else_=leerlauf) > func.now(),
    )


async def offene(
    session: AsyncSession, geheimnis_sha256: bytes, *, leerlauf: timedelta, streng: timedelta
) -> Websitzung | None:
    """The session with this secret, unless it has ended."""
    return await session.scalar(
        select(Websitzung).where(Websitzung.geheimnis_sha256 == geheimnis_sha256, _offen(leerlauf, streng))
    )


async def ist_abgelaufen(
    session: AsyncSession, geheimnis_sha256: bytes, *, leerlauf: timedelta, streng: timedelta
) -> bool:
    """Whether there is a session with this secret that has ended by itself."""
    gefunden = await session.scalar(
        select(Websitzung.id).where(
            Websitzung.geheimnis_sha256 == geheimnis_sha256,
            Websitzung.beendet_am.is_(None),
            ~_offen(leerlauf, streng),
        )
    )
    return gefunden is not None


async def offene_des_kontos(
    session: AsyncSession, konto_id: UUID, *, leerlauf: timedelta, streng: timedelta
) -> Sequence[Websitzung]:
    """The account's sessions that have not ended, last used first."""
    zeilen = await session.scalars(
        select(Websitzung)
        .where(Websitzung.konto_id == konto_id, _offen(leerlauf, streng))
        .order_by(Websitzung.zuletzt_am.desc(), Websitzung.id)
    )
    return zeilen.all()


async def beruehre(session: AsyncSession, sitzung_id: UUID) -> None:
    """Note that the session is in use, at most once a minute; waits for no other request of the browser."""
    faellig = (
        select(Websitzung.id)
        .where(
            Websitzung.id == sitzung_id,
            Websitzung.zuletzt_am < func.now() - _BERUEHRT_HOECHSTENS_JE,
        )
        .with_for_update(skip_locked=True)
    )
    await session.execute(update(Websitzung).where(Websitzung.id.in_(faellig)).values(zuletzt_am=func.now()))


async def lege_an(session: AsyncSession, neu: Websitzung, *, dauer: timedelta) -> None:
    """Store a new session that ends after `dauer`, however busy."""
    neu.endet_am = func.now() + dauer
    session.add(neu)
    await session.flush()


async def setze_vertretung(session: AsyncSession, sitzung_id: UUID, vertretung_id: UUID | None) -> None:
    """Note for whom this browser acts from now on."""
    await session.execute(
        update(Websitzung).where(Websitzung.id == sitzung_id).values(vertretung_id=vertretung_id)
    )


async def beende_geheimnis(session: AsyncSession, geheimnis_sha256: bytes) -> Websitzung | None:
    """End the session with this secret; None if there is none to end."""
    return await session.scalar(
        update(Websitzung)
        .where(Websitzung.geheimnis_sha256 == geheimnis_sha256, Websitzung.beendet_am.is_(None))
        .values(beendet_am=func.now())
        .returning(Websitzung)
    )


async def beende(
    session: AsyncSession, konto_id: UUID, *, nur: UUID | None = None, ausser: UUID | None = None
) -> int:
    """End the account's sessions: one (`nur`), or all but one (`ausser`). How many it were."""
    bedingungen = [Websitzung.konto_id == konto_id, Websitzung.beendet_am.is_(None)]
    if nur is not None:
        bedingungen.append(Websitzung.id == nur)
    if ausser is not None:
        bedingungen.append(Websitzung.id != ausser)
    return await _beende(session, *bedingungen)


async def beende_saemtliche(session: AsyncSession) -> int:
    """End every session. How many it were."""
    return await _beende(session, Websitzung.beendet_am.is_(None))


async def beende_vom_anbieter(
    session: AsyncSession, issuer: str, *, sid: str | None, subjekt: str | None
) -> int:
    """End what the provider names: its session, or every session of its subject. How many it were."""
    bedingungen = [Websitzung.issuer == issuer, Websitzung.beendet_am.is_(None)]
    if sid is not None:
        bedingungen.append(Websitzung.idp_sid == sid)
    if subjekt is not None:
        konto = select(Nutzerkonto.id).where(Nutzerkonto.issuer == issuer, Nutzerkonto.subjekt == subjekt)
        bedingungen.append(Websitzung.konto_id.in_(konto))
    return await _beende(session, *bedingungen)


async def _beende(session: AsyncSession, *bedingungen: ColumnElement[bool]) -> int:
    beendet = await session.scalars(
        update(Websitzung).where(*bedingungen).values(beendet_am=func.now()).returning(Websitzung.id)
    )
    return len(beendet.all())


async def geltende_vertretung(session: AsyncSession, vertretung_id: UUID) -> Vertretung | None:
    """The power, if it is in force now."""
    return await session.scalar(
        select(Vertretung).where(
            Vertretung.id == vertretung_id,
            Vertretung.beendet_am.is_(None),
            Vertretung.gilt_ab <= func.now(),
            or_(Vertretung.gilt_bis.is_(None), Vertretung.gilt_bis > func.now()),
        )
    )


async def loesche_alle(session: AsyncSession, konto_id: UUID) -> None:
    """Delete the account's sessions, ended or not."""
    await session.execute(delete(Websitzung).where(Websitzung.konto_id == konto_id))


async def loesche_beendete(session: AsyncSession, *, nach: timedelta) -> int:
    """Delete sessions that ended at least `nach` ago. How many it were."""
    grenze = func.now() - nach
    geloescht = await session.scalars(
        delete(Websitzung)
        .where(or_(Websitzung.beendet_am < grenze, Websitzung.endet_am < grenze))
        .returning(Websitzung.id)
    )
    return len(geloescht.all())
