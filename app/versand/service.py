"""The outbox and the mailboxes: what leaves the house, and what its receivers answer. Never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.basis import neue_id
from app.db.sitzung import zeitpunkt
from app.versand import repository
from app.versand.bau import (
    Gruppe,
    Nachrichtenbau,
    NichtBaubar,
    Sendungsbild,
    registriere_bau,
    stapelbau_fuer,
)
from app.versand.bestand import Bestandszeile, bestand
from app.versand.buendel import UngueltigeBuendelung
from app.versand.buendel import richte_ein as richte_buendelung_ein
from app.versand.channels.dms_http import DmsHttp
from app.versand.channels.ordner import EINGANG, FERTIG, Ordner, OrdnerOptionen
from app.versand.errors import UnbekannteSendung, WidersprechendeQuittung
from app.versand.fehler import MENSCH_NOETIG
from app.versand.postfach import (
    Postfachzeile,
    Quittung,
    getragene_vorgaenge,
    lies_nachricht,
    lies_nachrichten,
    lies_postfach,
    quittiere_alle,
    quittieren,
)
from app.versand.repository import AKTE
from app.versand.rueckruf import Ausgegangen, rufe_zurueck
from app.versand.zustand import Zustand, zustand_von

__all__ = [
    "AKTE",
    "FERTIG",
    "Auftrag",
    "Ausgegangen",
    "Bestandszeile",
    "Gruppe",
    "Nachrichtenbau",
    "NichtBaubar",
    "Postfachzeile",
    "Quittung",
    "Sendungsbild",
    "Sendungsstand",
    "UnbekannteSendung",
    "UngueltigeBuendelung",
    "WidersprechendeQuittung",
    "Zustand",
    "akte_uebergeben",
    "bestand",
    "eingangsordner",
    "einstellen",
    "einstellen_alle",
    "getragene_vorgaenge",
    "lies_nachricht",
    "lies_nachrichten",
    "lies_postfach",
    "neu_einstellen",
    "quittiere_alle",
    "quittieren",
    "registriere_bau",
    "richte_buendelung_ein",
    "rufe_zurueck",
    "stand",
]


class Auftrag(NamedTuple):
    """One message to be sent: `art` names its builder, `bezug_id` what it is made from.

    `grundlage` keeps the law of the day; its `merkmale` (flat, text to text) are shown to the receiver
    beside the message.
    """

    ags: str
    vorgang_id: UUID
    art: str
    bezug_id: UUID
    stelle: str
    stellenart: str
    grundlage: Mapping[str, Any]
    reihenfolge_schluessel: str | None = None
    """Messages to one body with the same key, e.g. of one business, are delivered in order."""


class Sendungsstand(NamedTuple):
    """What has become of one delivery."""

    id: UUID
    vorgang_id: UUID
    art: str
    bezug_id: UUID
    stelle: str
    stellenart: str
    zustand: Zustand
    mensch_noetig: bool
    """True where nothing more happens by itself, or only once a person has mended something."""
    grundlage: Mapping[str, Any]
    erstellt_am: datetime
    versuche: int = 0
    letzter_fehler: str | None = None
    bereitgestellt_am: datetime | None = None
    abgeholt_am: datetime | None = None
    angenommen_am: datetime | None = None
    abgelehnt_am: datetime | None = None
    angehalten_am: datetime | None = None
    buendel_id: UUID | None = None
    """The delivery whose message carries this one as well."""
    aufgegeben_am: datetime | None = None
    ablehnungscode: str | None = None
    ablehnungsgrund: str | None = None


async def einstellen(
    session: AsyncSession,
    *,
    ags: str,
    vorgang_id: UUID,
    art: str,
    bezug_id: UUID,
    stelle: str,
    stellenart: str,
    grundlage: Mapping[str, Any],
) -> UUID:
    """One message into the outbox; the workers are woken by the commit.

    Repeated for the same (`bezug_id`, `stelle`, `art`) it changes nothing and returns the same id.
    """
    auftrag = Auftrag(
        ags=ags,
        vorgang_id=vorgang_id,
        art=art,
        bezug_id=bezug_id,
        stelle=stelle,
        stellenart=stellenart,
        grundlage=grundlage,
    )
    return (await einstellen_alle(session, [auftrag]))[0]


async def akte_uebergeben(session: AsyncSession, *, ags: str, vorgang_id: UUID, anlass: UUID) -> UUID | None:
    """The case's file to the town's DMS, where the town has set one up (`dms-<ags>`); once per `anlass`."""
    dms = f"dms-{ags}"
    if await repository.kanal_von(session, dms) is None:
        return None
    auftrag = Auftrag(
        ags=ags,
        vorgang_id=vorgang_id,
        art=AKTE,
        bezug_id=anlass,
        stelle=dms,
        stellenart="dms",
        grundlage={},
        # The DMS must not get an older state of the case after a newer one.
        reihenfolge_schluessel=str(vorgang_id),
    )
    return (await einstellen_alle(session, [auftrag]))[0]


async def eingangsordner(session: AsyncSession) -> dict[str, Path]:
    """Folders in which receivers put their answers, by receiver."""
    eingerichtet = {
        stelle: roh["ordner"]
        for kanal in (Ordner.name, DmsHttp.name)
        for stelle, roh in (await repository.optionen_des_kanals(session, kanal)).items()
        if roh.get("ordner")
    }
    return {stelle: OrdnerOptionen(ordner=name).pfad(EINGANG) for stelle, name in eingerichtet.items()}


async def einstellen_alle(session: AsyncSession, auftraege: Sequence[Auftrag]) -> list[UUID]:
    """As `einstellen`, for many messages in one statement; ids in the order of `auftraege`."""
    if not auftraege:
        return []
    ids = await repository.fuege_ein(
        session,
        [
            {
                "ags": auftrag.ags,
                "vorgang_id": auftrag.vorgang_id,
                "art": auftrag.art,
                "bezug_id": auftrag.bezug_id,
                "stelle": auftrag.stelle,
                "stellenart": auftrag.stellenart,
                "kanal": None,
                "grundlage": dict(auftrag.grundlage),
                "reihenfolge_schluessel": auftrag.reihenfolge_schluessel,
                "buendelbar": stapelbau_fuer(auftrag.art) is not None,
            }
            for auftrag in auftraege
        ],
    )
    return [ids[auftrag.bezug_id, auftrag.stelle, auftrag.art] for auftrag in auftraege]


async def neu_einstellen(session: AsyncSession, auftraege: Sequence[Auftrag]) -> list[Sendungsstand]:
    """Messages about something new, of which none has been sent; how they stand, in the order of `stand`.

    Written with everything else the transaction notes: quicker than `einstellen_alle`, but not repeatable.
    """
    jetzt = await zeitpunkt(session)
    zeilen = [
        {
            "id": neue_id(),
            "ags": auftrag.ags,
            "vorgang_id": auftrag.vorgang_id,
            "art": auftrag.art,
            "bezug_id": auftrag.bezug_id,
            "stelle": auftrag.stelle,
            "stellenart": auftrag.stellenart,
            "grundlage": auftrag.grundlage,
            "reihenfolge_schluessel": auftrag.reihenfolge_schluessel,
            "erstellt_am": jetzt,
        }
        | ({} if stapelbau_fuer(auftrag.art) else {"naechster_versuch_am": jetzt})
        for auftrag in auftraege
    ]
    repository.fuege_neue_ein(session, zeilen)
    return sorted((_neu(zeile) for zeile in zeilen), key=_reihenfolge)


async def stand(session: AsyncSession, vorgang_ids: Sequence[UUID]) -> list[Sendungsstand]:
    """One line for each delivery of these cases, by case and kind of body."""
    zeilen = await repository.sendungen_der_vorgaenge(session, vorgang_ids)
    return [_stand(zeile) for zeile in zeilen]


def _neu(zeile: Mapping[str, Any]) -> Sendungsstand:
    return Sendungsstand(
        id=zeile["id"],
        vorgang_id=zeile["vorgang_id"],
        art=zeile["art"],
        bezug_id=zeile["bezug_id"],
        stelle=zeile["stelle"],
        stellenart=zeile["stellenart"],
        zustand="wartet",
        mensch_noetig=False,
        grundlage=zeile["grundlage"],
        erstellt_am=zeile["erstellt_am"],
    )


def _reihenfolge(stand: Sendungsstand) -> tuple[UUID, str, str, str]:
    return (stand.vorgang_id, stand.stellenart, stand.stelle, stand.art)


def _stand(zeile: Row[Any]) -> Sendungsstand:
    alle = zeile._asdict()
    werte = {name: alle[name] for name in Sendungsstand._fields if name in alle}
    zustand = zustand_von(zeile)
    mensch_noetig = zustand in {"aufgegeben", "abgelehnt"} or (
        zustand in {"wartet", "in_zustellung"} and (zeile.letzter_fehler or "").startswith(MENSCH_NOETIG)
    )
    return Sendungsstand(zustand=zustand, mensch_noetig=mensch_noetig, **werte)
