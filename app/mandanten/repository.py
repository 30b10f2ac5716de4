"""Every query of the room mandanten."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.arbeit import mit_schluesseln
from app.db.sitzung import eine_zeile
from app.mandanten.models import Gemeindewappen, Mandant, Tagesbericht

# Made once: making the statement takes longer than sending it. Of the table: a statement that names the model
# goes through the ORM whatever it asks for.
_TABELLE = Mandant.__table__
_EINSTELLUNG = mit_schluesseln(select(*_TABELLE.c).where(_TABELLE.c.ags == bindparam("ags")))
_WAPPEN = Gemeindewappen.__table__
_AUSSEHEN = (
    select(_TABELLE.c.behoerdenname, _TABELLE.c.angaben["farben"].label("farben"), _WAPPEN.c.sha256)
    .select_from(_TABELLE.outerjoin(_WAPPEN))
    .where(_TABELLE.c.ags == bindparam("ags"))
)


async def einstellung(session: AsyncSession, ags: str) -> Row[Any] | None:
    """The columns of the town's row."""
    return await eine_zeile(session, _EINSTELLUNG, {"ags": ags})


async def aussehen(session: AsyncSession, ags: str) -> Row[Any, Any, Any] | None:
    """Name, colours and the hash of the coat of arms, without the picture."""
    return (await session.execute(_AUSSEHEN, {"ags": ags})).one_or_none()


async def mandant(session: AsyncSession, ags: str) -> Mandant | None:
    """The town as it has been set up."""
    return await session.get(Mandant, ags)


async def gesperrter_mandant(session: AsyncSession, ags: str) -> Mandant | None:
    """The town, locked until the transaction ends: two changes follow one another."""
    return await session.get(Mandant, ags, with_for_update=True, populate_existing=True)


async def alle(session: AsyncSession) -> list[Mandant]:
    """Every town of the installation by AGS."""
    return list(await session.scalars(select(Mandant).order_by(Mandant.ags)))


async def anlegen(session: AsyncSession, werte: Mapping[str, Any]) -> bool:
    """Sets the town up unless it is there: two processes may start at once. True if it is new."""
    neu = await session.execute(
        insert(Mandant).values(**werte).on_conflict_do_nothing().returning(Mandant.ags)
    )
    return neu.first() is not None


async def wappen(session: AsyncSession, ags: str) -> Gemeindewappen | None:
    """The town's coat of arms."""
    return await session.get(Gemeindewappen, ags)


async def setze_wappen(session: AsyncSession, ags: str, medientyp: str, inhalt: bytes, sha256: bytes) -> None:
    """Put the coat of arms in the place of any earlier one."""
    werte = {"medientyp": medientyp, "inhalt": inhalt, "sha256": sha256, "geaendert_am": func.now()}
    await session.execute(
        insert(Gemeindewappen)
        .values(ags=ags, **werte)
        .on_conflict_do_update(index_elements=["ags"], set_=werte)
    )


async def beginne_bericht(session: AsyncSession, tag: date, lease: timedelta) -> str | None:
    """AGS of a town whose report of the day nobody has made nor is making; None where there is none left.

    Whoever gets it has it for `lease`, by the database's clock.
    """
    offen = (
        select(Mandant.ags)
        .outerjoin(Tagesbericht, (Tagesbericht.ags == Mandant.ags) & (Tagesbericht.tag == tag))
        .where(
            Tagesbericht.beendet_am.is_(None),
            or_(Tagesbericht.vergeben_bis.is_(None), Tagesbericht.vergeben_bis < func.clock_timestamp()),
        )
        .order_by(Mandant.ags)
        .limit(1)
        .with_for_update(of=Mandant, skip_locked=True)
    )
    ags = await session.scalar(offen)
    if ags is None:
        return None
    bis = func.clock_timestamp() + lease
    vergeben = await session.execute(
        insert(Tagesbericht)
        .values(ags=ags, tag=tag, vergeben_bis=bis)
        .on_conflict_do_update(
            index_elements=["ags", "tag"],
            set_={"vergeben_bis": bis},
            # The look above and this statement are two: somebody may have been quicker.
            where=Tagesbericht.beendet_am.is_(None)
            & or_(Tagesbericht.vergeben_bis.is_(None), Tagesbericht.vergeben_bis < func.clock_timestamp()),
        )
        .returning(Tagesbericht.ags)
    )
    return ags if vergeben.first() is not None else None


async def beende_bericht(
    session: AsyncSession, ags: str, tag: date, *, fehler: int | None, gesendet_am: datetime | None
) -> None:
    """Note what came of the day's report."""
    await session.execute(
        update(Tagesbericht)
        .where(Tagesbericht.ags == ags, Tagesbericht.tag == tag)
        .values(fehler=fehler, gesendet_am=gesendet_am, beendet_am=func.clock_timestamp())
    )


async def letzter_versand(session: AsyncSession, ags: str) -> date | None:
    """The day of the last report that was sent."""
    return await session.scalar(
        select(func.max(Tagesbericht.tag)).where(
            Tagesbericht.ags == ags, Tagesbericht.gesendet_am.is_not(None)
        )
    )
