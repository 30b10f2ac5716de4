"""Several notices in one message, for bodies that want them so: which deliveries go together, and when.

A delivery stays a row of its own, with its own law, attempts and answer. To a body that bundles it is due
only when its wait is over; then it takes along what waits beside it. A bundle that is full goes at once. A
bundle that cannot be built falls apart into single messages, so one bad notice holds nobody else's up for
longer. How a bundle is shown in a mailbox is in `stapel`, how it goes to another machine in `verbund`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from itertools import groupby
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Executable,
    Text,
    Uuid,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.versand import leases
from app.versand.bau import Sendungsbild, buendelbare_arten
from app.versand.channels.http import Http
from app.versand.channels.postfach import Postfach
from app.versand.models import Buendelung, Empfaenger, Sendung

HOECHSTENS = 500
"""Notices in one message, at most."""

JE_RUNDE = 1000
"""Deliveries in full bundles that one worker takes at once, about; they share what building them needs."""

WARTEN_HOECHSTENS = timedelta(days=1)
"""The law wants them told without delay (§ 3 Abs. 5 GewAnzV): a bundle waits a day at most."""

KANAELE = (Postfach.name, Http.name)
"""Ways on which messages can carry more than one delivery."""


class UngueltigeBuendelung(ValueError):
    """Outside the bounds."""


@dataclass(frozen=True, slots=True, order=True)
class _Fach:
    """What may share a message: from one town to one body, of one kind, on one way."""

    ags: str
    stelle: str
    art: str
    kanal: str

    @classmethod
    def von(cls, sendung: Sendungsbild) -> "_Fach":
        return cls(sendung.ags, sendung.stelle, sendung.art, sendung.kanal)


_FACH = (Sendung.ags, Sendung.stelle, Sendung.art, Sendung.kanal)


async def richte_ein(session: AsyncSession, stelle: str, *, hoechstens: int, warten: timedelta) -> None:
    """Bundle what goes to this body: up to `hoechstens` notices, none waiting longer than `warten`.

    `hoechstens` 1 ends it. What waits now follows the new rule. Raises `UngueltigeBuendelung`.
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
    await session.execute(
        update(Sendung)
        .where(Sendung.stelle == stelle, Sendung.art.in_(buendelbare_arten()), *_wartet())
        .values(naechster_versuch_am=Sendung.erstellt_am + (warten if hoechstens > 1 else timedelta()))
        .execution_options(synchronize_session=False)
    )


async def sammle(
    session: AsyncSession, sendungen: Sequence[Sendungsbild], *, inhaber: UUID, dauer: timedelta
) -> list[list[Sendungsbild]]:
    """Group what `inhaber` has claimed into messages, most of them of one delivery.

    What belongs into a bundle takes waiting deliveries along, and bundles that are full go as well; all of
    them get the same lease. In the transaction of a claim: it lets the planner only walk along indexes.
    """
    regeln = await _regeln(session)
    if not regeln:
        return [[eine] for eine in sendungen]
    faellige = sorted((eine for eine in sendungen if _gehoert_in_buendel(eine, regeln)), key=_Fach.von)
    gruppen = [[eine] for eine in sendungen if not _gehoert_in_buendel(eine, regeln)]
    for fach, gruppe in groupby(faellige, key=_Fach.von):
        eigene, hoechstens = list(gruppe), regeln[fach.stelle]
        if fehlende := -len(eigene) % hoechstens:
            eigene += await _nimm(session, fach, fehlende, inhaber=inhaber, dauer=dauer)
        eigene.sort(key=lambda eine: (eine.erstellt_am, eine.id))
        gruppen += [eigene[ab : ab + hoechstens] for ab in range(0, len(eigene), hoechstens)]
    genommen = 0
    for fach in await _volle(session):
        if genommen >= JE_RUNDE:
            break
        volle = await _nimm(
            session, fach, regeln.get(fach.stelle, 1), inhaber=inhaber, dauer=dauer, nur_volle=True
        )
        gruppen += [volle] if volle else []
        genommen += len(volle)
    return gruppen


def _gehoert_in_buendel(sendung: Sendungsbild, regeln: dict[str, int]) -> bool:
    """What has failed before goes alone."""
    return (
        sendung.stelle in regeln
        and sendung.versuche == 1
        and sendung.kanal in KANAELE
        and sendung.art in buendelbare_arten()
    )


async def _regeln(session: AsyncSession) -> dict[str, int]:
    """Notices in a message by body; without those that are paused, where one delivery tries alone."""
    zeilen = await session.execute(
        select(Buendelung.stelle, Buendelung.hoechstens)
        .outerjoin(Empfaenger, Empfaenger.stelle == Buendelung.stelle)
        .where(Buendelung.hoechstens > 1, Empfaenger.pausiert_bis.is_(None))
    )
    return {zeile.stelle: zeile.hoechstens for zeile in zeilen}


def _wartet() -> tuple[ColumnElement[bool], ...]:
    """Not tried yet and in nobody's hands."""
    return (
        Sendung.naechster_versuch_am.is_not(None),
        Sendung.lease_inhaber.is_(None),
        Sendung.versuche == 0,
        ~Sendung.geparkt,
    )


# Each body's open deliveries in the order of their index: it is the only one to go by. Any other leads
# through all that the body has ever had.
_VOLLE = text(
    """
    SELECT s.ags, s.stelle, s.art, s.kanal
    FROM buendelung b
    LEFT JOIN empfaenger e ON e.stelle = b.stelle
    CROSS JOIN LATERAL (
        SELECT ags, stelle, art, kanal, erstellt_am FROM sendung
        WHERE stelle = b.stelle AND naechster_versuch_am IS NOT NULL AND lease_inhaber IS NULL
            AND versuche = 0 AND NOT geparkt AND kanal = ANY(:kanaele) AND art = ANY(:arten)
        ORDER BY erstellt_am, id
    ) s
    WHERE b.hoechstens > 1 AND e.pausiert_bis IS NULL
    GROUP BY s.ags, s.stelle, s.art, s.kanal, b.hoechstens
    HAVING count(*) >= b.hoechstens
    ORDER BY min(s.erstellt_am)
    """
).bindparams(bindparam("kanaele", type_=ARRAY(Text)), bindparam("arten", type_=ARRAY(Text)))


async def _volle(session: AsyncSession) -> list[_Fach]:
    """Where a whole bundle waits, the longest waiting first."""
    zeilen = await session.execute(_VOLLE, {"kanaele": list(KANAELE), "arten": buendelbare_arten()})
    return [_Fach(*zeile) for zeile in zeilen]


@cache
def _wartende() -> Executable:
    return (
        select(Sendung.id)
        .where(
            *(spalte == bindparam(spalte.name) for spalte in _FACH),
            *_wartet(),
            or_(Sendung.reihenfolge_schluessel.is_(None), ~leases.frueher_offen()),
        )
        .order_by(Sendung.erstellt_am, Sendung.id)
        .limit(bindparam("anzahl"))
        .with_for_update(skip_locked=True)
    )


@cache
def _beanspruchen() -> Executable:
    return (
        update(Sendung)
        .where(Sendung.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
        .values(**leases.beansprucht())
        .returning(*leases.bild_spalten())
        .execution_options(synchronize_session=False)
    )


async def _nimm(
    session: AsyncSession,
    fach: _Fach,
    anzahl: int,
    *,
    inhaber: UUID,
    dauer: timedelta,
    nur_volle: bool = False,
) -> list[Sendungsbild]:
    """Lease up to `anzahl` waiting deliveries, the oldest first; with `nur_volle` so many or none.

    Of one business the earliest only.
    """
    ids = (await session.scalars(_wartende(), {**asdict(fach), "anzahl": anzahl})).all()
    if not ids or (nur_volle and len(ids) < anzahl):
        return []
    ergebnis = await session.execute(_beanspruchen(), {"ids": list(ids), "inhaber": inhaber, "dauer": dauer})
    return sorted((Sendungsbild(*zeile) for zeile in ergebnis), key=lambda eine: (eine.erstellt_am, eine.id))
