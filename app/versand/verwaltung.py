"""The verbs of those who run the deliveries: set receivers up, see how they do, send again. No commits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.sitzung import ALLE, transaktion
from app.mandanten.zustaendig import UnbekannteStelle, stelle
from app.versand import aufsicht, empfaenger
from app.versand.aufsicht import Auswahl, Filter
from app.versand.channels import Irgendeiner, alle_kanaele, kanal_namens
from app.versand.channels.basis import Mangel, Zustellfehler
from app.versand.channels.email import Email, pruefe_adresse, schreibe
from app.versand.channels.postfach import Postfach
from app.versand.eintrag import eintrag
from app.versand.empfaenger import Empfaengerstand
from app.versand.errors import NichtZuWiederholen, UnbekannteSendung
from app.versand.models import Empfaenger
from app.versand.zustand import Zustand, zustand_von

Gesundheit = Literal["in_ordnung", "gestoert", "pausiert"]


class UngueltigerEmpfaenger(ValueError):
    """No such body or channel, or options that do not fit; the message says which, without their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uebersicht:
    """One delivery as those see it who run the system; nothing of its content."""

    id: UUID
    ags: str
    vorgang_id: UUID
    art: str
    stelle: str
    kanal: str
    zustand: Zustand
    erstellt_am: datetime
    naechster_versuch_am: datetime | None
    aufgegeben_am: datetime | None
    versuche: int
    letzter_fehler: str | None


def gesundheit(stand: Empfaengerstand) -> Gesundheit:
    """How well the receiver is reached."""
    if stand.pausiert_bis is not None:
        return "pausiert"
    return "gestoert" if stand.fehler_in_folge else "in_ordnung"


async def empfaengerstaende(session: AsyncSession) -> list[Empfaengerstand]:
    """Every body that has been set up, has got something or is going to, by key."""
    return await aufsicht.empfaengerstaende(session)


async def richte_empfaenger_ein(
    session: AsyncSession,
    schluessel: str,
    *,
    kanal: str,
    optionen: Mapping[str, Any],
    hinweis_an: str | None = None,
) -> int:
    """Set how the body is reached, from now on and for what still waits; how many deliveries those are.

    Raises `UngueltigerEmpfaenger`.
    """
    try:
        stelle(schluessel)
        gewaehlt = kanal_namens(kanal)
        if hinweis_an is not None:
            pruefe_adresse(hinweis_an)
        if optionen or not isinstance(gewaehlt, Postfach):
            gewaehlt.optionen(optionen)
    except UnbekannteStelle as fehler:
        raise UngueltigerEmpfaenger(f"Diese Stelle gibt es nicht: {schluessel}") from fehler
    except LookupError as fehler:
        raise UngueltigerEmpfaenger(f"Diesen Kanal gibt es nicht. Es gibt: {_liefernde()}") from fehler
    except ValidationError as fehler:
        raise UngueltigerEmpfaenger(_worte(fehler)) from fehler
    except ValueError as fehler:
        raise UngueltigerEmpfaenger(f"hinweis_an: {fehler}") from fehler
    if not gewaehlt.liefert:
        raise UngueltigerEmpfaenger(f"{kanal} bringt keine Nachrichten. Es gibt: {_liefernde()}")
    betroffen = await empfaenger.richte_ein(
        session, schluessel, kanal=kanal, optionen=optionen, hinweis_an=hinweis_an
    )
    await akte.eintragen(
        session,
        ags=None,
        ereignis="empfaenger_eingerichtet",
        bezug_art="empfaenger",
        bezug_id=_NIEMAND,
        angaben={"stelle": schluessel, "kanal": kanal, "sendungen": betroffen},
    )
    return betroffen


async def pruefe_empfaenger(*schluessel: str, frist: float = 30.0) -> dict[str, tuple[Mangel, ...]]:
    """What keeps the channels of these receivers from working; without a key, of all that have been set up.

    Talks to their machines, all at once and each for `frist` seconds at most; holds no transaction meanwhile.
    Raises `UngueltigerEmpfaenger`.
    """
    async with transaktion(gemeinde=ALLE) as session:
        eingerichtet = {zeile.stelle: zeile for zeile in await empfaenger.eingerichtete(session)}
    gefragt = schluessel or tuple(eingerichtet)
    for eine in gefragt:
        if eine not in eingerichtet:
            try:
                stelle(eine)
            except UnbekannteStelle as fehler:
                raise UngueltigerEmpfaenger(f"Diese Stelle gibt es nicht: {eine}") from fehler
    ergebnisse = await asyncio.gather(
        *(_pruefe_in_frist(eine, eingerichtet.get(eine), frist) for eine in gefragt)
    )
    return dict(zip(gefragt, ergebnisse, strict=True))


async def https_adressen() -> dict[str, str]:
    """Where messages are posted to, by body: of those that have an address of their own."""
    async with transaktion(gemeinde=ALLE) as session:
        zeilen = list(await empfaenger.eingerichtete(session))
    return {
        zeile.stelle: zeile.optionen["url"]
        for zeile in zeilen
        if str(zeile.optionen.get("url", "")).startswith("https://")
    }


async def sendungen(
    session: AsyncSession, filter_: Filter, *, nach: UUID | None = None, anzahl: int = 100
) -> list[Uebersicht]:
    """Deliveries that the session may see, the oldest first, with an id above `nach`."""
    return [
        Uebersicht(
            zustand=zustand_von(zeile),
            **{
                name: zeile._mapping[name]
                for name in Uebersicht.__dataclass_fields__
                if name in zeile._mapping
            },
        )
        for zeile in await aufsicht.zeilen(session, filter_, nach=nach, anzahl=anzahl)
    ]


async def sende_erneut(session: AsyncSession, sendung_id: UUID, *, durch: str) -> None:
    """Send this message again, with the same id. `durch` is who wants it (no person's name).

    Raises `UnbekannteSendung` and `NichtZuWiederholen`.
    """
    betroffen = await aufsicht.sende_erneut(session, sendung_id=sendung_id)
    if not betroffen:
        if not await aufsicht.gibt_es(session, sendung_id):
            raise UnbekannteSendung()
        raise NichtZuWiederholen()
    await _vermerke(session, betroffen, durch)


async def sende_alle_erneut(session: AsyncSession, filter_: Filter, *, durch: str, anzahl: int = 1000) -> int:
    """Send up to `anzahl` messages again, the oldest first, each with its own id; how many they are."""
    betroffen = await aufsicht.sende_erneut(session, filter_=filter_, anzahl=anzahl)
    await _vermerke(session, betroffen, durch)
    return len(betroffen)


# Receivers have keys, no ids; the entry names the key.
_NIEMAND = UUID(int=0)


async def _vermerke(session: AsyncSession, betroffen: Sequence[Any], durch: str) -> None:
    await akte.eintragen_alle(session, [eintrag(eine, "sendung_erneut", durch=durch) for eine in betroffen])


_KANAL_UNBEKANNT = Mangel(
    "kanal_unbekannt",
    {"de": "Diesen Kanal gibt es hier nicht.", "en": "There is no such channel here."},
)


async def _pruefe_in_frist(schluessel: str, zeile: Empfaenger | None, frist: float) -> tuple[Mangel, ...]:
    try:
        async with asyncio.timeout(frist):
            if zeile is None:
                return await _pruefe(Postfach(), {"stelle": schluessel})
            try:
                kanal = kanal_namens(zeile.kanal)
            except LookupError:
                return (_KANAL_UNBEKANNT,)
            optionen = {"stelle": schluessel} if isinstance(kanal, Postfach) else zeile.optionen
            gefunden = await _pruefe(kanal, optionen)
            if zeile.hinweis_an is not None:
                gefunden += await _pruefe(Email(), {"an": zeile.hinweis_an})
            return gefunden
    except TimeoutError:
        return (Mangel("zeit", {"de": "Keine Antwort.", "en": "No answer in time."}),)


async def _pruefe(kanal: Irgendeiner, optionen: Mapping[str, Any]) -> tuple[Mangel, ...]:
    try:
        gelesen = kanal.optionen(optionen)
    except ValidationError as fehler:
        return (Mangel("optionen_ungueltig", {"de": _worte(fehler), "en": _worte(fehler)}),)
    return await kanal.check_config(gelesen)


def _liefernde() -> str:
    return ", ".join(kanal.name for kanal in alle_kanaele() if kanal.liefert)


def _worte(fehler: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(teil) for teil in eintrag['loc'])}: {eintrag['msg']}"
        for eintrag in fehler.errors(include_input=False, include_url=False, include_context=False)
    )


__all__ = [
    "Auswahl",
    "Empfaengerstand",
    "Filter",
    "Gesundheit",
    "Mangel",
    "Uebersicht",
    "UngueltigerEmpfaenger",
    "Zustellfehler",
    "empfaengerstaende",
    "gesundheit",
    "https_adressen",
    "pruefe_empfaenger",
    "richte_empfaenger_ein",
    "schreibe",
    "sende_alle_erneut",
    "sende_erneut",
    "sendungen",
]
