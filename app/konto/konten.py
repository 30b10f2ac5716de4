"""Accounts of people: what is stored about them, for whom they act, and how they are deleted.

Every verb works under the account's own key of row-level security, which whoever calls has set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.konto import konten_repository, sitzungen, sitzungen_repository
from app.konto.identitaet import Angaben, Kontoart
from app.konto.models import Vertretung
from app.konto.niveau import Niveau
from xoev.zeichensatz import pruefe_text

ORTSZEIT: Final = ZoneInfo("Europe/Berlin")
NAME_HOECHSTENS: Final = 200
VERTRETENE: Final = ("person", "organisation")
GRUNDLAGEN: Final = ("vollmacht", "gesetzlich")
_HOECHSTENS_VERTRETUNGEN: Final = 200


@dataclass(frozen=True, slots=True)
class Konto:
    """An account as its owner may see it."""

    id: UUID
    anbieter: str
    art: Kontoart
    angaben: Angaben
    niveau: Niveau
    """Of the last login."""
    angelegt_am: datetime
    angemeldet_am: datetime


@dataclass(frozen=True, slots=True)
class Vertretungsbild:
    """For whom somebody may act, and until when."""

    id: UUID
    art: str
    name: str
    grundlage: str
    gilt_ab: datetime
    gilt_bis: datetime | None


class VertretungUngueltig(ValueError):
    """The record contradicts itself; `fehler` says why, by field.

    Reasons: fehlt, zu_lang, zeichen, viele (name), auswahl (art, grundlage), datum (gilt_bis).
    """

    def __init__(self, fehler: Mapping[str, str]) -> None:
        super().__init__(", ".join(fehler))
        self.fehler = MappingProxyType(dict(fehler))


async def konto(session: AsyncSession, konto_id: UUID) -> Konto | None:
    """The account, unless it was deleted."""
    zeile = await konten_repository.konto(session, konto_id)
    if zeile is None:
        return None
    return Konto(
        zeile.id,
        zeile.anbieter,
        Kontoart(zeile.art),
        Angaben.model_validate(zeile.angaben),
        Niveau.von(zeile.niveau),
        zeile.angelegt_am,
        zeile.angemeldet_am,
    )


async def auskunft(session: AsyncSession, konto_id: UUID) -> dict[str, Any]:
    """All that this room stores about the account, ready for JSON (Art. 15 and 20 GDPR)."""
    zeile = await konten_repository.konto(session, konto_id)
    if zeile is None:
        return {}
    return {
        "konto": {
            "id": str(zeile.id),
            "anbieter": zeile.anbieter,
            "issuer": zeile.issuer,
            "kennung_beim_anbieter": zeile.subjekt,
            "art": zeile.art,
            "vertrauensniveau": zeile.niveau,
            "angelegt_am": zeile.angelegt_am.isoformat(),
            "zuletzt_angemeldet_am": zeile.angemeldet_am.isoformat(),
            "angaben": zeile.angaben,
        },
        "sitzungen": [
            {
                "geraet": eine.geraet,
                "vertrauensniveau": eine.niveau.wort,
                "angelegt_am": eine.angelegt_am.isoformat(),
                "zuletzt_am": eine.zuletzt_am.isoformat(),
            }
            for eine in await sitzungen.offene(session, konto_id)
        ],
        "vertretungen": [
            {
                "vertreten": dict(eine.vertreten),
                "grundlage": eine.grundlage,
                "gilt_ab": eine.gilt_ab.isoformat(),
                "gilt_bis": eine.gilt_bis.isoformat() if eine.gilt_bis else None,
            }
            for eine in await konten_repository.vertretungen(session, konto_id)
        ],
    }


async def loesche(session: AsyncSession, konto_id: UUID) -> bool:
    """Take every personal datum out of the account and end its sessions; False if it is deleted already.

    What the account has submitted stays with the town (§ 14 GewO and the law of files): it refers to the
    empty row. Whoever logs in again later gets a new account that knows nothing of this one.
    """
    await konten_repository.leere_vertretungen(session, konto_id)
    geleert = await konten_repository.leere(session, konto_id)
    await sitzungen_repository.loesche_alle(session, konto_id)
    return geleert


async def vertretungen(session: AsyncSession, konto_id: UUID) -> Sequence[Vertretungsbild]:
    """For whom the account may act now, oldest first."""
    return [_bild(zeile) for zeile in await konten_repository.vertretungen(session, konto_id)]


async def lege_vertretung_an(
    session: AsyncSession,
    konto_id: UUID,
    *,
    art: str,
    name: str,
    grundlage: str,
    gilt_bis: str | date | None = None,
) -> Vertretungsbild:
    """Note for whom the account acts; the power of attorney itself goes with each submission.

    `gilt_bis`: last day, a date or as people write it (31.12.2027). Raises VertretungUngueltig.
    """
    name = " ".join(name.split())
    fehler: dict[str, str] = {}
    if art not in VERTRETENE:
        fehler["art"] = "auswahl"
    if not name:
        fehler["name"] = "fehlt"
    elif len(name) > NAME_HOECHSTENS:
        fehler["name"] = "zu_lang"
    elif pruefe_text(name):
        fehler["name"] = "zeichen"
    if grundlage not in GRUNDLAGEN:
        fehler["grundlage"] = "auswahl"
    ende: datetime | None = None
    try:
        ende = _ende(gilt_bis)
    except ValueError:
        fehler["gilt_bis"] = "datum"
    if len(await konten_repository.vertretungen(session, konto_id)) >= _HOECHSTENS_VERTRETUNGEN:
        fehler["name"] = "viele"
    if fehler:
        raise VertretungUngueltig(fehler)
    return _bild(
        await konten_repository.lege_vertretung_an(
            session,
            konto_id=konto_id,
            vertreten={"art": art, "name": name},
            grundlage=grundlage,
            gilt_bis=ende,
        )
    )


async def beende_vertretung(session: AsyncSession, konto_id: UUID, vertretung_id: UUID) -> bool:
    """End it now; whoever acts by it in a browser acts for themselves from the next page on."""
    return await konten_repository.beende_vertretung(session, konto_id, vertretung_id)


async def handle_fuer(
    session: AsyncSession, sitzung_id: UUID, konto_id: UUID, vertretung_id: UUID | None
) -> bool:
    """Let this browser act for somebody, or (None) for its own person; False if the account may not."""
    if vertretung_id is not None:
        erlaubt = {eine.id for eine in await vertretungen(session, konto_id)}
        if vertretung_id not in erlaubt:
            return False
    await sitzungen_repository.setze_vertretung(session, sitzung_id, vertretung_id)
    return True


def _ende(tag: str | date | None) -> datetime | None:
    """The end of the day, which must not be over."""
    if not tag:
        return None
    if isinstance(tag, str):
        tag = datetime.strptime(tag.replace(" ", ""), "%d.%m.%Y").replace(tzinfo=ORTSZEIT).date()
    ende = datetime.combine(tag, time(), ORTSZEIT) + timedelta(days=1)
    if ende <= datetime.now(ORTSZEIT):
        raise ValueError(tag)
    return ende


def _bild(zeile: Vertretung) -> Vertretungsbild:
    return Vertretungsbild(
        zeile.id,
        zeile.vertreten["art"],
        zeile.vertreten["name"],
        zeile.grundlage,
        zeile.gilt_ab,
        zeile.gilt_bis,
    )
