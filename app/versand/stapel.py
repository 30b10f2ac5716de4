"""Many deliveries into our own mailboxes in one transaction: the fast way for what goes well.

What cannot go this way (no builder for many, a message that cannot be built, any fault) is left for the
slow way, one by one, which records it exactly. Nothing of a batch that fails has happened.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import ALLE, transaktion
from app.versand import hinweis, metrik
from app.versand.bau import Sendungsbild, Stapelbau, bau_fuer
from app.versand.channels.postfach import Postfach
from app.versand.leases import Gehalten, gehalten_spalten
from app.versand.models import Empfaenger, Sendung
from app.versand.nachricht import Nachricht

GROESSE = 50
"""Deliveries of one transaction: enough to share its cost, few enough to hold the counters' locks briefly."""


def ist_moeglich(sendung: Sendungsbild) -> bool:
    """True for a first attempt at a mailbox whose builder can build many at once.

    A second attempt goes alone: what has killed a worker is not to take others with it again.
    """
    try:
        return (
            sendung.kanal == Postfach.name
            and sendung.versuche == 1
            and isinstance(bau_fuer(sendung.art), Stapelbau)
        )
    except LookupError:
        return False


async def stelle_bereit(sendungen: Sequence[Sendungsbild], inhaber: UUID) -> set[UUID]:
    """Build, number and show these messages, in one commit; the ids of those that are done.

    Deliveries whose lease is lost or whose message cannot be built stay as they are. Raises whatever the
    database raises, and then none of them is done.
    """
    beginn = monotonic()
    async with transaktion(gemeinde=ALLE) as session:
        gehalten = await halte(session, sendungen, inhaber)
        nachrichten = await _baue(session, [eine for eine in sendungen if eine.id in gehalten])
        bruchstelle("stapel.gebaut")
        fertige = [gehalten[eine.id] for eine in sendungen if eine.id in nachrichten]
        if not fertige:
            return set()
        await _sage_bescheid(session, [eine for eine in sendungen if eine.id in nachrichten])
        await vermerke(session, fertige, nachrichten, timedelta(seconds=monotonic() - beginn))
        bruchstelle("stapel.vermerkt")
        await _ins_postfach(session, fertige, nachrichten)
        bruchstelle("stapel.bereitgestellt")
    bruchstelle("stapel.nach_commit")
    metrik.VERSUCHE.labels(Postfach.name, "bereitgestellt").inc(len(fertige))
    return set(nachrichten)


async def halte(
    session: AsyncSession, sendungen: Sequence[Sendungsbild], inhaber: UUID
) -> dict[UUID, Gehalten]:
    """Lock the rows whose lease `inhaber` still holds (fencing)."""
    ergebnis = await session.execute(
        select(*gehalten_spalten())
        .where(Sendung.id.in_([eine.id for eine in sendungen]), Sendung.lease_inhaber == inhaber)
        .order_by(Sendung.id)
        .with_for_update()
    )
    return {zeile[0]: Gehalten(*zeile) for zeile in ergebnis}


async def _baue(session: AsyncSession, sendungen: Sequence[Sendungsbild]) -> dict[UUID, Nachricht]:
    inhalte: dict[UUID, bytes] = {}
    for art in {eine.art for eine in sendungen}:
        bau = bau_fuer(art)
        if isinstance(bau, Stapelbau):
            inhalte |= await bau.bauen_alle(session, [eine for eine in sendungen if eine.art == art])
    return await asyncio.to_thread(_packe, inhalte)


def _packe(inhalte: Mapping[UUID, bytes]) -> dict[UUID, Nachricht]:
    return {sendung_id: Nachricht.packe(inhalt) for sendung_id, inhalt in inhalte.items()}


async def _sage_bescheid(session: AsyncSession, sendungen: Sequence[Sendungsbild]) -> None:
    """Each body that wishes to be told is told once, whatever the number of its messages."""
    erste = {eine.stelle: eine for eine in reversed(sendungen)}
    wuensche = await session.scalars(
        select(Empfaenger.stelle)
        .where(Empfaenger.stelle.in_(erste), Empfaenger.hinweis_an.is_not(None))
        .order_by(Empfaenger.stelle)
    )
    for stelle in wuensche.all():
        await hinweis.sage_bescheid(session, erste[stelle])


_VERSUCHE = text(
    """
    INSERT INTO zustellversuch (id, ags, sendung_id, nr, begonnen_am, beendet_am, ergebnis)
    SELECT id, ags, sendung_id, nr, clock_timestamp() - make_interval(secs => :dauer), clock_timestamp(),
        'bereitgestellt'
    FROM jsonb_to_recordset(:zeilen) AS zeile (id uuid, ags text, sendung_id uuid, nr integer)
    """
).bindparams(bindparam("zeilen", type_=JSONB))


async def vermerke(
    session: AsyncSession,
    fertige: Sequence[Gehalten],
    nachrichten: Mapping[UUID, Nachricht],
    dauer: timedelta,
) -> None:
    """Append a successful attempt of each, which took `dauer`, and say so in the journal."""
    versuche = [
        {"id": str(neue_id()), "ags": eine.ags, "sendung_id": str(eine.id), "nr": eine.versuche}
        for eine in fertige
    ]
    await session.execute(_VERSUCHE, {"zeilen": versuche, "dauer": dauer.total_seconds()})
    await akte.eintragen_alle(
        session,
        [
            akte.Ereignis(
                ags=eine.ags,
                ereignis="sendung_bereitgestellt",
                bezug_art="sendung",
                bezug_id=eine.id,
                angaben={
                    "vorgang": str(eine.vorgang_id),
                    "stelle": eine.stelle,
                    "kanal": eine.kanal,
                    "sha256": nachrichten[eine.id].sha256.hex(),
                },
            )
            for eine in fertige
        ],
    )


# The counters are taken in the order of their keys: two batches never wait for each other in a circle.
_INS_POSTFACH = text(
    """
    WITH neu AS (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:stellen AS text[]), :nachrichten, :pruefsummen,
            CAST(:groessen AS integer[])
        ) WITH ORDINALITY AS zeile (id, stelle, nachricht, sha256, groesse, rang)
    ), zaehler AS (
        INSERT INTO postfachzaehler (stelle, letzte)
        SELECT stelle, count(*) FROM neu GROUP BY stelle ORDER BY stelle
        ON CONFLICT (stelle) DO UPDATE SET letzte = postfachzaehler.letzte + excluded.letzte
        RETURNING stelle, letzte
    ), nummeriert AS (
        SELECT neu.*, zaehler.letzte + 1 - row_number() OVER (
            PARTITION BY neu.stelle ORDER BY neu.rang DESC
        ) AS nummer
        FROM neu JOIN zaehler USING (stelle)
    )
    UPDATE sendung
    SET nummer = nummeriert.nummer, bereitgestellt_am = clock_timestamp(),
        nachricht = nummeriert.nachricht, nachricht_sha256 = nummeriert.sha256,
        nachricht_groesse = nummeriert.groesse,
        naechster_versuch_am = NULL, lease_inhaber = NULL, lease_bis = NULL
    FROM nummeriert
    WHERE sendung.id = nummeriert.id
    """
).bindparams(
    bindparam("nachrichten", type_=ARRAY(LargeBinary)), bindparam("pruefsummen", type_=ARRAY(LargeBinary))
)


async def _ins_postfach(
    session: AsyncSession, fertige: Sequence[Gehalten], nachrichten: Mapping[UUID, Nachricht]
) -> None:
    """Number the messages and show them; the last statement before the commit."""
    spalten: dict[str, list[Any]] = {
        "ids": [eine.id for eine in fertige],
        "stellen": [eine.stelle for eine in fertige],
        "nachrichten": [nachrichten[eine.id].komprimiert for eine in fertige],
        "pruefsummen": [nachrichten[eine.id].sha256 for eine in fertige],
        "groessen": [nachrichten[eine.id].groesse for eine in fertige],
    }
    await session.execute(_INS_POSTFACH, spalten)
