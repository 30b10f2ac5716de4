"""Several notices in one message: for bodies that want them so, in their mailbox.

A delivery stays a row of its own, with its own law, attempts and answer. Once a bundle is complete (its
number is reached, or its oldest delivery has waited long enough) all its rows are shown in one commit: the
first carries the message and the number, the others name the first. A bundle that cannot be built falls
apart into single messages, so one bad notice holds nobody else's up for longer.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sitzung import ALLE, transaktion
from app.versand import hinweis, leases, metrik, stapel
from app.versand.bau import Buendelbau, Sendungsbild, bau_fuer
from app.versand.channels.postfach import Postfach
from app.versand.models import Buendelung, Sendung
from app.versand.nachricht import Nachricht

HOECHSTENS = 500
"""Notices in one message, at most."""

WARTEN_HOECHSTENS = timedelta(days=1)
"""The law wants them told without delay (§ 3 Abs. 5 GewAnzV): a bundle waits a day at most."""


class UngueltigeBuendelung(ValueError):
    """Outside the bounds."""


async def richte_ein(session: AsyncSession, stelle: str, *, hoechstens: int, warten: timedelta) -> None:
    """Bundle what goes to this body: up to `hoechstens` notices, none waiting longer than `warten`.

    `hoechstens` 1 ends it. Raises `UngueltigeBuendelung`.
    """
    if not 1 <= hoechstens <= HOECHSTENS or not timedelta() <= warten <= WARTEN_HOECHSTENS:
        raise UngueltigeBuendelung
    werte = {
        "hoechstens": hoechstens,
        "warten_sekunden": int(warten.total_seconds()),
        "geaendert_am": func.now(),
    }
    await session.execute(
        insert(Buendelung)
        .values(stelle=stelle, **werte)
        .on_conflict_do_update(index_elements=["stelle"], set_=werte)
    )


async def sammle(
    session: AsyncSession, sendungen: Sequence[Sendungsbild], *, inhaber: UUID, dauer: timedelta
) -> tuple[list[Sendungsbild], list[list[Sendungsbild]]]:
    """Split what `inhaber` has claimed: what goes alone, and the bundles that are complete.

    A bundle takes waiting deliveries along, under the same lease. What has to wait gives its lease back.
    """
    regeln = await _regeln(session, {eine.stelle for eine in sendungen})
    zu_buendeln = [eine for eine in sendungen if eine.stelle in regeln and _ist_moeglich(eine)]
    if not zu_buendeln:
        return list(sendungen), []
    jetzt: datetime = (await session.execute(select(func.now()))).scalar_one()
    buendel: list[list[Sendungsbild]] = []
    for _, gruppe in groupby(sorted(zu_buendeln, key=_schluessel), key=_schluessel):
        beanspruchte = list(gruppe)
        regel = regeln[beanspruchte[0].stelle]
        buendel += await _fuelle(session, beanspruchte, regel, jetzt, inhaber=inhaber, dauer=dauer)
    behandelt = {eine.id for eine in zu_buendeln}
    return [eine for eine in sendungen if eine.id not in behandelt], buendel


async def stelle_bereit(sendungen: Sequence[Sendungsbild], inhaber: UUID) -> set[UUID]:
    """Build and show one message for all of them, in one commit; the ids of those that are done.

    Deliveries whose lease is lost are left out. Raises `NichtBaubar` and whatever the database raises, and
    then none of them is done.
    """
    beginn = monotonic()
    async with transaktion(gemeinde=ALLE) as session:
        gehalten = await stapel.halte(session, sendungen, inhaber)
        bilder = [eine for eine in sendungen if eine.id in gehalten]
        if not bilder:
            return set()
        erste, *weitere = bilder
        bau = bau_fuer(erste.art)
        if not isinstance(bau, Buendelbau):
            raise TypeError(erste.art)
        nachricht = await asyncio.to_thread(Nachricht.packe, await bau.bauen_buendel(session, bilder))
        await hinweis.sage_bescheid(session, erste)
        await stapel.vermerke(
            session,
            [gehalten[eine.id] for eine in bilder],
            dict.fromkeys((eine.id for eine in bilder), nachricht),
            timedelta(seconds=monotonic() - beginn),
        )
        await _verbinde(session, erste.id, [eine.id for eine in weitere])
        await leases.ins_postfach(session, erste.id, erste.stelle, inhaber, nachricht)
    metrik.VERSUCHE.labels(Postfach.name, "bereitgestellt").inc(len(bilder))
    return {eine.id for eine in bilder}


def _ist_moeglich(sendung: Sendungsbild) -> bool:
    """What has failed before goes alone, and so does what nobody can bundle."""
    try:
        bau = bau_fuer(sendung.art)
    except LookupError:
        return False
    return sendung.kanal == Postfach.name and sendung.versuche == 1 and isinstance(bau, Buendelbau)


def _schluessel(sendung: Sendungsbild) -> tuple[str, str, str]:
    return sendung.ags, sendung.stelle, sendung.art


async def _regeln(session: AsyncSession, stellen: set[str]) -> Mapping[str, Buendelung]:
    zeilen = await session.scalars(
        select(Buendelung).where(Buendelung.stelle.in_(stellen), Buendelung.hoechstens > 1)
    )
    return {zeile.stelle: zeile for zeile in zeilen}


async def _fuelle(
    session: AsyncSession,
    beanspruchte: Sequence[Sendungsbild],
    regel: Buendelung,
    jetzt: datetime,
    *,
    inhaber: UUID,
    dauer: timedelta,
) -> list[list[Sendungsbild]]:
    wartende = await _wartende(session, beanspruchte[0], regel.hoechstens)
    alle = sorted([*beanspruchte, *wartende], key=lambda eine: (eine.erstellt_am, eine.id))
    buendel = [alle[ab : ab + regel.hoechstens] for ab in range(0, len(alle), regel.hoechstens)]
    warten = timedelta(seconds=regel.warten_sekunden)
    rest = buendel.pop() if len(buendel[-1]) < regel.hoechstens else []
    if rest and rest[0].erstellt_am + warten <= jetzt:
        buendel.append(rest)
        rest = []
    hinzu = {eine.id for eine in wartende} & {eine.id for eines in buendel for eine in eines}
    if hinzu:
        await session.execute(
            update(Sendung)
            .where(Sendung.id.in_(hinzu))
            .values(lease_inhaber=inhaber, lease_bis=leases.JETZT + dauer, versuche=Sendung.versuche + 1)
            .execution_options(synchronize_session=False)
        )
    zurueck = {eine.id for eine in beanspruchte} & {eine.id for eine in rest}
    if zurueck:
        await session.execute(
            update(Sendung)
            .where(Sendung.id.in_(zurueck))
            .values(
                naechster_versuch_am=Sendung.erstellt_am + warten,
                lease_inhaber=None,
                lease_bis=None,
                # It has not been tried, it was only looked at.
                versuche=Sendung.versuche - 1,
            )
            .execution_options(synchronize_session=False)
        )
    return buendel


async def _wartende(session: AsyncSession, eine: Sendungsbild, grenze: int) -> list[Sendungsbild]:
    """Deliveries that wait for the same bundle, locked; of one business the earliest only."""
    ergebnis = await session.execute(
        select(*leases.bild_spalten())
        .where(
            Sendung.stelle == eine.stelle,
            Sendung.naechster_versuch_am.is_not(None),
            Sendung.ags == eine.ags,
            Sendung.art == eine.art,
            Sendung.kanal == eine.kanal,
            Sendung.lease_inhaber.is_(None),
            Sendung.versuche == 0,
            ~Sendung.geparkt,
            or_(Sendung.reihenfolge_schluessel.is_(None), ~leases.frueher_offen()),
        )
        .order_by(Sendung.erstellt_am, Sendung.id)
        .limit(grenze)
        .with_for_update(skip_locked=True)
    )
    return [Sendungsbild(*zeile) for zeile in ergebnis]


async def _verbinde(session: AsyncSession, erste: UUID, weitere: Sequence[UUID]) -> None:
    """The others are shown with the first."""
    if not weitere:
        return
    await session.execute(
        update(Sendung)
        .where(Sendung.id.in_(weitere))
        .values(
            buendel_id=erste,
            bereitgestellt_am=leases.JETZT,
            naechster_versuch_am=None,
            lease_inhaber=None,
            lease_bis=None,
        )
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Sendung)
        .where(Sendung.id == erste)
        .values(saetze=len(weitere) + 1)
        .execution_options(synchronize_session=False)
    )
