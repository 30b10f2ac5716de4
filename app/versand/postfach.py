"""The verbs of a mailbox: what lies there, reading it, answering it. Never commits.

One message is a list of one: whatever is asked for at once is done by the same statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import gelten
from app.problems import Problem
from app.versand import postfach_repository as repository
from app.versand.errors import UnbekannteSendung, WidersprechendeQuittung
from app.versand.nachricht import Nachricht
from app.versand.postfach_repository import Betroffen, Gesperrt
from app.versand.zustand import Zustand, zustand_von

HOECHSTMENGE = 16 * 1024**2
"""Bytes of the messages (uncompressed) that are handed out at once; the first is, whatever its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfachzeile:
    """One message in a mailbox, without its content."""

    nummer: int
    id: UUID
    ags: str
    art: str
    stelle: str
    merkmale: Mapping[str, str]
    bereitgestellt_am: datetime
    sha256: bytes
    groesse: int
    saetze: int
    zustand: Zustand


@dataclass(frozen=True, slots=True)
class Quittung:
    """A receiver's answer to one message; `code` and `grund` only where it is refused."""

    sendung_id: UUID
    ergebnis: Literal["angenommen", "abgelehnt"]
    code: str | None = None
    grund: str | None = None

    def wiederholt(self, frueher: "Gesperrt | Quittung") -> bool:
        """True if the earlier answer says the same."""
        if isinstance(frueher, Quittung):
            return self == frueher
        return (self.ergebnis == "angenommen", self.code, self.grund) == (
            frueher.angenommen_am is not None,
            frueher.ablehnungscode,
            frueher.ablehnungsgrund,
        )


async def lies_postfach(
    session: AsyncSession, stelle: str, *, nach: int = 0, anzahl: int = 100, alle: bool = False
) -> list[Postfachzeile]:
    """Messages with a number above `nach`, in order; acknowledged ones only with `alle`."""
    await gelten(session, stelle=stelle)
    zeilen = await repository.postfach(session, stelle=stelle, nach=nach, anzahl=anzahl, alle=alle)
    bruchstelle("postfach.gelesen")
    return [
        Postfachzeile(
            nummer=zeile.nummer,
            id=zeile.id,
            ags=zeile.ags,
            art=zeile.art,
            stelle=zeile.stelle,
            merkmale=zeile.merkmale or {},
            bereitgestellt_am=zeile.bereitgestellt_am,
            sha256=zeile.nachricht_sha256,
            groesse=zeile.nachricht_groesse,
            saetze=zeile.saetze,
            zustand=zustand_von(zeile),
        )
        for zeile in zeilen
    ]


async def lies_nachrichten(
    session: AsyncSession, stelle: str, *, nach: int = 0, anzahl: int = 100, alle: bool = False
) -> list[tuple[Postfachzeile, Nachricht]]:
    """As `lies_postfach`, with the messages, up to `HOECHSTMENGE`; the first reading of each is noted."""
    zeilen = _bis_hoechstmenge(
        await lies_postfach(session, stelle, nach=nach, anzahl=anzahl, alle=alle), HOECHSTMENGE
    )
    nachrichten = await _lies(session, stelle, [zeile.id for zeile in zeilen]) if zeilen else {}
    return [(zeile, nachrichten[zeile.id]) for zeile in zeilen]


async def lies_nachricht(session: AsyncSession, stelle: str, sendung_id: UUID) -> tuple[bytes, bytes]:
    """The message and its SHA-256; the first reading is noted. Raises `UnbekannteSendung`.

    It stays readable after it was acknowledged: a receiver that lost it need not call us.
    """
    await gelten(session, stelle=stelle)
    nachrichten = await _lies(session, stelle, [sendung_id])
    if not nachrichten:
        raise UnbekannteSendung()
    return nachrichten[sendung_id].inhalt(), nachrichten[sendung_id].sha256


async def getragene_vorgaenge(session: AsyncSession, sendung_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Each message of the body in force with each case that it tells of."""
    return await repository.getragene_vorgaenge(session, sendung_ids) if sendung_ids else []


async def quittieren(
    session: AsyncSession,
    stelle: str,
    sendung_id: UUID,
    *,
    ergebnis: Literal["angenommen", "abgelehnt"],
    code: str | None = None,
    grund: str | None = None,
) -> Zustand:
    """The receiver's answer. The same answer again changes nothing; an answer is never turned round.

    Raises `UnbekannteSendung` and `WidersprechendeQuittung`.
    """
    [antwort] = await quittiere_alle(session, stelle, [Quittung(sendung_id, ergebnis, code, grund)])
    if isinstance(antwort, Problem):
        raise antwort
    return antwort


async def quittiere_alle(
    session: AsyncSession, stelle: str, quittungen: Sequence[Quittung]
) -> list[Zustand | Problem]:
    """Many answers at once, each judged by itself as by `quittieren`; what became of each, in their order.

    The good ones are noted together, or none of them if the database fails.
    """
    await gelten(session, stelle=stelle)
    bekannte = await repository.sperre(session, {eine.sendung_id for eine in quittungen}, stelle)
    neue: dict[UUID, Quittung] = {}
    antworten: list[Zustand | Problem] = []
    for eine in quittungen:
        gesperrt = bekannte.get(eine.sendung_id)
        if gesperrt is None:
            antworten.append(UnbekannteSendung())
            continue
        offen = gesperrt.angenommen_am is None and gesperrt.abgelehnt_am is None
        frueher = neue.setdefault(eine.sendung_id, eine) if offen else gesperrt
        antworten.append(eine.ergebnis if eine.wiederholt(frueher) else WidersprechendeQuittung())
    if neue:
        betroffene = await repository.quittiere(
            session,
            [
                (sendung_id, eine.ergebnis == "angenommen", eine.code, eine.grund)
                for sendung_id, eine in neue.items()
            ],
        )
        await _journal(
            session,
            stelle,
            [(eine, "sendung_angenommen" if ja else "sendung_abgelehnt") for eine, ja in betroffene],
        )
        bruchstelle("quittung.vermerkt")
    return antworten


async def _lies(session: AsyncSession, stelle: str, sendung_ids: Sequence[UUID]) -> Mapping[UUID, Nachricht]:
    nachrichten = await repository.nachrichten(session, sendung_ids, stelle)
    betroffene = (
        await repository.vermerke_abholung(session, nachrichten.keys(), stelle) if nachrichten else []
    )
    await _journal(session, stelle, [(eine, "sendung_abgeholt") for eine in betroffene])
    bruchstelle("nachricht.gelesen")
    return nachrichten


def _bis_hoechstmenge(zeilen: Sequence[Postfachzeile], hoechstmenge: int) -> Sequence[Postfachzeile]:
    menge = 0
    for anzahl, zeile in enumerate(zeilen):
        menge += zeile.groesse
        if anzahl and menge > hoechstmenge:
            return zeilen[:anzahl]
    return zeilen


async def _journal(session: AsyncSession, stelle: str, ereignisse: Sequence[tuple[Betroffen, str]]) -> None:
    """What happens to a message, told to the town it comes from.

    It is said once, whatever the message carries: its first entry names all cases.
    """
    nach_gemeinde = sorted(ereignisse, key=lambda eines: eines[0].ags)
    for ags, gruppe in groupby(nach_gemeinde, key=lambda eines: eines[0].ags):
        await gelten(session, gemeinde=ags, stelle=stelle)
        await akte.eintragen_alle(
            session,
            [
                akte.Ereignis(
                    ags=ags,
                    ereignis=ereignis,
                    bezug_art="sendung",
                    bezug_id=eine.id,
                    angaben={"stelle": stelle}
                    | ({"vorgang": str(eine.vorgang_id)} if eine.saetze == 1 else {"saetze": eine.saetze}),
                )
                for eine, ereignis in gruppe
            ],
        )
