"""Many messages into our own mailboxes in one transaction: the fast way for what goes well.

A message carries one delivery or a bundle of them; of a bundle the first row carries message and number,
the others name the first and are shown with it.

What cannot go this way (no builder for many, a message that cannot be built, any fault) is left for the
slow way, one by one, which records it exactly. Nothing of a batch that fails has happened.
"""

import asyncio
from collections.abc import Container, Mapping, Sequence
from datetime import timedelta
from functools import cache
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Executable, LargeBinary, Text, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import ALLE, transaktion
from app.versand import hinweis, metrik
from app.versand.bau import Gruppe, Sendungsbild, stapelbau_fuer
from app.versand.channels.postfach import Postfach
from app.versand.eintrag import eintrag_zur_nachricht
from app.versand.leases import Gehalten, gehalten_spalten
from app.versand.models import Empfaenger, Sendung
from app.versand.nachricht import Nachricht

GROESSE = 50
"""Messages of one transaction: enough to share its cost, few enough to hold the counters' locks briefly."""


def ist_moeglich(gruppe: Gruppe) -> bool:
    """True for a first attempt at a mailbox whose builder can build many at once.

    A second attempt goes alone: what has killed a worker is not to take others with it again.
    """
    erste = gruppe[0]
    return (
        erste.kanal == Postfach.name
        and all(eine.versuche == 1 for eine in gruppe)
        and stapelbau_fuer(erste.art) is not None
    )


async def stelle_bereit(gruppen: Sequence[Gruppe], inhaber: UUID) -> set[UUID]:
    """Build, number and show a message for each group, in one commit; the ids of deliveries that are done.

    Deliveries whose lease is lost or whose message cannot be built stay as they are. Raises whatever the
    database raises, and then none of them is done.
    """
    beginn = monotonic()
    async with transaktion(gemeinde=ALLE) as session:
        gehalten = await halte(session, [eine for gruppe in gruppen for eine in gruppe], inhaber)
        gebaute = await baue(session, _nur(gruppen, gehalten))
        bruchstelle("stapel.gebaut")
        if not gebaute:
            return set()
        await _sage_bescheid(session, [gruppe[0] for gruppe, _ in gebaute])
        fertige = [([gehalten[eine.id] for eine in gruppe], nachricht) for gruppe, nachricht in gebaute]
        await vermerke(session, fertige, "bereitgestellt", timedelta(seconds=monotonic() - beginn))
        bruchstelle("stapel.vermerkt")
        await _verbinde(session, [gruppe for gruppe, _ in gebaute])
        bruchstelle("stapel.verbunden")
        await _ins_postfach(session, gebaute)
        bruchstelle("stapel.bereitgestellt")
    bruchstelle("stapel.nach_commit")
    getragene = {eine.id for gruppe, _ in fertige for eine in gruppe}
    metrik.VERSUCHE.labels(Postfach.name, "bereitgestellt").inc(len(getragene))
    return getragene


def _nur(gruppen: Sequence[Gruppe], gehalten: Container[UUID]) -> list[Gruppe]:
    uebrige = [[eine for eine in gruppe if eine.id in gehalten] for gruppe in gruppen]
    return [gruppe for gruppe in uebrige if gruppe]


async def halte(
    session: AsyncSession, sendungen: Sequence[Sendungsbild], inhaber: UUID
) -> dict[UUID, Gehalten]:
    """Lock the rows whose lease `inhaber` still holds (fencing)."""
    werte = {"ids": [eine.id for eine in sendungen], "inhaber": inhaber}
    return {zeile[0]: Gehalten(*zeile) for zeile in await session.execute(_halten(), werte)}


# Full bundles are hundreds of deliveries: as one array, not as hundreds of parameters of a new statement.
@cache
def _halten() -> Executable:
    return (
        select(*gehalten_spalten())
        .where(
            Sendung.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
            Sendung.lease_inhaber == bindparam("inhaber"),
        )
        .order_by(Sendung.id)
        .with_for_update()
    )


async def baue(session: AsyncSession, gruppen: Sequence[Gruppe]) -> list[tuple[Gruppe, Nachricht]]:
    """A message for each group; those that cannot be built are left out."""
    inhalte: dict[UUID, bytes] = {}
    for art in {gruppe[0].art for gruppe in gruppen}:
        if bau := stapelbau_fuer(art):
            inhalte |= await bau.bauen_alle(session, [gruppe for gruppe in gruppen if gruppe[0].art == art])
    nachrichten = await asyncio.to_thread(_packe, inhalte)
    return [(gruppe, nachrichten[gruppe[0].id]) for gruppe in gruppen if gruppe[0].id in nachrichten]


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
        :ergebnis
    FROM jsonb_to_recordset(:zeilen) AS zeile (id uuid, ags text, sendung_id uuid, nr integer)
    """
).bindparams(bindparam("zeilen", type_=JSONB), bindparam("ergebnis", type_=Text))


async def vermerke(
    session: AsyncSession,
    fertige: Sequence[tuple[Sequence[Gehalten], Nachricht]],
    ergebnis: str,
    dauer: timedelta,
) -> None:
    """Append a successful attempt, which took `dauer`, of all that these messages carry.

    The journal has an entry for each message, as of whatever happens to it afterwards.
    """
    versuche = [
        {"id": str(neue_id()), "ags": eine.ags, "sendung_id": str(eine.id), "nr": eine.versuche}
        for gruppe, _ in fertige
        for eine in gruppe
    ]
    await session.execute(
        _VERSUCHE, {"zeilen": versuche, "ergebnis": ergebnis, "dauer": dauer.total_seconds()}
    )
    await akte.eintragen_alle(
        session,
        [
            eintrag_zur_nachricht(
                gruppe, f"sendung_{ergebnis}", kanal=gruppe[0].kanal, sha256=nachricht.sha256.hex()
            )
            for gruppe, nachricht in fertige
        ],
    )


_VERBINDE = text(
    """
    UPDATE sendung
    SET buendel_id = zeile.erste, bereitgestellt_am = clock_timestamp(),
        naechster_versuch_am = NULL, lease_inhaber = NULL, lease_bis = NULL
    FROM unnest(CAST(:ids AS uuid[]), CAST(:erste AS uuid[])) AS zeile (id, erste)
    WHERE sendung.id = zeile.id
    """
)


async def _verbinde(session: AsyncSession, gruppen: Sequence[Gruppe]) -> None:
    """All but the first of each group are shown with the first."""
    paare = [(eine.id, gruppe[0].id) for gruppe in gruppen for eine in gruppe[1:]]
    if paare:
        ids, erste = zip(*paare, strict=True)
        await session.execute(_VERBINDE, {"ids": list(ids), "erste": list(erste)})


# The counters are taken in the order of their keys: two batches never wait for each other in a circle.
_INS_POSTFACH = text(
    """
    WITH neu AS (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:stellen AS text[]), :nachrichten, :pruefsummen,
            CAST(:groessen AS integer[]), CAST(:saetze AS integer[])
        ) WITH ORDINALITY AS zeile (id, stelle, nachricht, sha256, groesse, saetze, rang)
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
        nachricht_groesse = nummeriert.groesse, saetze = nummeriert.saetze,
        naechster_versuch_am = NULL, lease_inhaber = NULL, lease_bis = NULL
    FROM nummeriert
    WHERE sendung.id = nummeriert.id
    """
).bindparams(
    bindparam("nachrichten", type_=ARRAY(LargeBinary)), bindparam("pruefsummen", type_=ARRAY(LargeBinary))
)


async def _ins_postfach(session: AsyncSession, gebaute: Sequence[tuple[Gruppe, Nachricht]]) -> None:
    """Number the messages and show them; the last statement before the commit."""
    spalten: dict[str, list[Any]] = {
        "ids": [gruppe[0].id for gruppe, _ in gebaute],
        "stellen": [gruppe[0].stelle for gruppe, _ in gebaute],
        "nachrichten": [nachricht.komprimiert for _, nachricht in gebaute],
        "pruefsummen": [nachricht.sha256 for _, nachricht in gebaute],
        "groessen": [nachricht.groesse for _, nachricht in gebaute],
        "saetze": [len(gruppe) for gruppe, _ in gebaute],
    }
    await session.execute(_INS_POSTFACH, spalten)
