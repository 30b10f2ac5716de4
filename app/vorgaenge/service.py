"""Cases: opened with an owner and a next date, closed once and never reopened. Never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.basis import neue_id
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import zeitpunkt
from app.settings import settings
from app.versand import service as versand
from app.vorgaenge import benachrichtigung, repository
from app.vorgaenge.errors import NichtBescheinigbar, NurAblehnbar, SchonEntschieden, UnbekannterVorgang
from app.vorgaenge.models import Vorgang
from app.vorgaenge.verfahren import Verfahren, antragsverfahren, registriere, verfahren_fuer

__all__ = [
    "ORTSZEIT",
    "Fall",
    "NichtBescheinigbar",
    "SchonEntschieden",
    "UnbekannterVorgang",
    "Verfahren",
    "Zustand",
    "abschliessen",
    "arbeitsliste",
    "bescheinigen",
    "eroeffnen",
    "faelle",
    "fall",
    "gegenstand",
    "neueste",
    "registriere",
    "sage_bescheid",
    "schliessen",
    "setze_frist",
    "sperren",
    "ueberfaellige",
    "zuruecknehmen",
    "zurueckweisen",
]

Zustand = Literal[
    "in_pruefung", "erledigt", "abgelehnt", "zurueckgewiesen", "weitergeleitet", "zurueckgezogen"
]
"""Only the first is open. ``abgelehnt`` is an answer to the matter, ``zurueckgewiesen`` comes without one."""
ORTSZEIT = ZoneInfo("Europe/Berlin")
"""Days of the law are days in Germany."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A case as it stands."""

    id: UUID
    ags: str
    antrag_id: UUID
    art: str
    aktenzeichen: str
    zustand: Zustand
    zustaendig: str
    naechster_termin: datetime | None
    befunde: Sequence[Mapping[str, Any]]
    entscheidung: str | None
    angelegt_am: datetime
    abgeschlossen_am: datetime | None


async def eroeffnen(
    session: AsyncSession,
    *,
    ags: str,
    antrag_id: UUID,
    art: str,
    zustaendig: str,
    frist_tage: int,
    aktenzeichen_schema: str,
    befunde: Sequence[Mapping[str, Any]] = (),
) -> Fall:
    """Opens a case that `zustaendig` has to act on within `frist_tage` days.

    Call it when nothing is left to be refused: the file number is used up, even if the transaction fails.
    """
    jetzt = datetime.now(UTC)
    vorgang = Vorgang(
        id=neue_id(),
        ags=ags,
        antrag_id=antrag_id,
        art=art,
        aktenzeichen=await akte.neues_aktenzeichen(
            ags=ags, schema=aktenzeichen_schema, tag=jetzt.astimezone(ORTSZEIT).date()
        ),
        zustand="in_pruefung",
        zustaendig=zustaendig,
        naechster_termin=_fristende(jetzt, frist_tage),
        befunde=list(befunde),
        angelegt_am=await zeitpunkt(session),
    )
    repository.anlegen(session, vorgang)
    await _eintragen(session, vorgang, "vorgang_eroeffnet", {"aktenzeichen": vorgang.aktenzeichen})
    return _fall(vorgang)


async def fall(session: AsyncSession, vorgang_id: UUID) -> Fall:
    """The case; raises UnbekannterVorgang, also for a case of another town."""
    return _fall(_vorhanden(await repository.vorgang(session, vorgang_id)))


async def sperren(session: AsyncSession, vorgang_id: UUID) -> Fall:
    """The case, held until the transaction ends, so that it is decided once; raises UnbekannterVorgang."""
    return _fall(_vorhanden(await repository.gesperrter(session, vorgang_id)))


async def faelle(session: AsyncSession, antrag_id: UUID) -> list[Fall]:
    """The cases of one submission, oldest first."""
    return [_fall(vorgang) for vorgang in await repository.zu_antrag(session, antrag_id)]


async def arbeitsliste(
    session: AsyncSession, *, ags: str, zustand: Zustand, nach: UUID | None, grenze: int
) -> tuple[list[Fall], UUID | None]:
    """A page of the town's cases in this state, oldest first, and where the next page begins, if any."""
    zeilen = await repository.seite(session, ags=ags, zustand=zustand, nach=nach, grenze=grenze + 1)
    seite = [_fall(vorgang) for vorgang in zeilen[:grenze]]
    return seite, seite[-1].id if len(zeilen) > grenze else None


async def neueste(session: AsyncSession, *, grenze: int) -> list[Fall]:
    """The latest cases of the towns in force, newest first."""
    return [_fall(vorgang) for vorgang in await repository.neueste(session, grenze=grenze)]


async def ueberfaellige(session: AsyncSession) -> int:
    """How many open cases of the towns in force are past their next date."""
    return await repository.ueberfaellige(session)


async def gegenstand(session: AsyncSession, einer: Fall) -> Mapping[str, Any]:
    """What the case is about, as its procedure tells it."""
    return await verfahren_fuer(einer.art).gegenstand(session, einer.id)


async def bescheinigen(session: AsyncSession, vorgang_id: UUID, *, durch: UUID) -> Fall:
    """Lets the case's procedure certify; a case that has been certified stays as it is.

    `durch`: the client that decides. Raises UnbekannterVorgang, and SchonEntschieden where it has been
    rejected.
    """
    offen = await sperren(session, vorgang_id)
    if offen.zustand == "erledigt":
        return offen
    if offen.zustand != "in_pruefung":
        raise SchonEntschieden(offen.zustand)
    await verfahren_fuer(offen.art).bescheinigen(session, vorgang_id)
    await _eintragen(session, offen, "vorgang_entschieden", {"durch": str(durch)})
    await sage_bescheid(session, vorgang_id, anlass=vorgang_id)
    return await sperren(session, vorgang_id)


async def abschliessen(session: AsyncSession, vorgang_id: UUID) -> Fall:
    """Closes an open case as done; raises UnbekannterVorgang, SchonEntschieden."""
    return await _schliessen(session, vorgang_id, "erledigt")


async def zurueckweisen(session: AsyncSession, vorgang_id: UUID, grund: str, *, durch: UUID) -> Fall:
    """Closes an open case with a refusal and its reason; the same refusal twice is one.

    `durch`: the client that decides. Raises UnbekannterVorgang, SchonEntschieden where something else has
    been decided, and NurAblehnbar where a reason would tell of special categories of personal data.
    """
    offen = await sperren(session, vorgang_id)
    if offen.zustand == "zurueckgewiesen" and offen.entscheidung == grund:
        return offen
    antrag = antragsverfahren(offen.art)
    if antrag is not None and (await antrag.lage(session, vorgang_id)).besonders:
        # The reason stands with the case, where every list shows it.
        raise NurAblehnbar
    geschlossen = await _schliessen(session, vorgang_id, "zurueckgewiesen", grund)
    await _eintragen(session, geschlossen, "vorgang_entschieden", {"durch": str(durch)})
    await versand.akte_uebergeben(session, ags=geschlossen.ags, vorgang_id=vorgang_id, anlass=vorgang_id)
    await sage_bescheid(session, vorgang_id, anlass=vorgang_id)
    return geschlossen


async def sage_bescheid(session: AsyncSession, vorgang_id: UUID, *, anlass: UUID) -> None:
    """Tells the applicant by e-mail that the office has done something about the case; once per `anlass`.

    Leaves the key of the town in force. Raises UnbekannterVorgang.
    """
    if settings().smtp_url is None:
        return
    einer = await fall(session, vorgang_id)
    await benachrichtigung.sage_bescheid(
        session,
        ags=einer.ags,
        einreicher_id=await verfahren_fuer(einer.art).einreicher(session, vorgang_id),
        vorgang_id=vorgang_id,
        bezug_id=anlass,
    )


async def zuruecknehmen(session: AsyncSession, vorgang_id: UUID, grund: str | None, *, durch: UUID) -> Fall:
    """Closes an open case because its applicant no longer wants it; twice is once.

    `durch`: the applicant. Raises UnbekannterVorgang, and SchonEntschieden where it has been decided.
    """
    offen = await sperren(session, vorgang_id)
    if offen.zustand == "zurueckgezogen":
        return offen
    geschlossen = await _schliessen(session, vorgang_id, "zurueckgezogen", grund)
    await _eintragen(session, geschlossen, "vorgang_entschieden", {"durch": str(durch)})
    bruchstelle("ruecknahme.geschlossen")
    await versand.akte_uebergeben(session, ags=geschlossen.ags, vorgang_id=vorgang_id, anlass=vorgang_id)
    return geschlossen


async def schliessen(session: AsyncSession, vorgang_id: UUID, zustand: Zustand, *, durch: UUID) -> Fall:
    """Closes an open case that somebody has decided; raises UnbekannterVorgang, SchonEntschieden."""
    geschlossen = await _schliessen(session, vorgang_id, zustand)
    await _eintragen(session, geschlossen, "vorgang_entschieden", {"durch": str(durch)})
    return geschlossen


async def setze_frist(session: AsyncSession, offen: Fall, tage: int, *, ab: datetime | None = None) -> Fall:
    """The open case is due so many days after `ab`, by default after it was opened."""
    termin = _fristende(ab or offen.angelegt_am, tage)
    return _fall(await repository.setze_termin(session, offen.id, termin))


def _vorhanden(vorgang: Vorgang | None) -> Vorgang:
    if vorgang is None:
        raise UnbekannterVorgang
    return vorgang


async def _schliessen(
    session: AsyncSession, vorgang_id: UUID, zustand: Zustand, entscheidung: str | None = None
) -> Fall:
    vorgang = await repository.schliesse(session, vorgang_id, zustand=zustand, entscheidung=entscheidung)
    if vorgang is None:
        raise SchonEntschieden((await fall(session, vorgang_id)).zustand)
    await _eintragen(session, vorgang, f"vorgang_{zustand}", {})
    return _fall(vorgang)


async def _eintragen(
    session: AsyncSession, vorgang: Vorgang | Fall, ereignis: str, angaben: Mapping[str, str]
) -> None:
    await akte.eintragen(
        session,
        ags=vorgang.ags,
        ereignis=ereignis,
        bezug_art="vorgang",
        bezug_id=vorgang.id,
        angaben={"antrag": str(vorgang.antrag_id), **angaben},
    )


def _fristende(beginn: datetime, tage: int) -> datetime:
    # §§ 187, 188 BGB: the day of receipt does not count, the last day counts to its end. It is not moved
    # to the next working day (§ 193 BGB): a desk that looks earlier harms nobody.
    tag = beginn.astimezone(ORTSZEIT).date() + timedelta(days=tage)
    return datetime.combine(tag, time(23, 59, 59), ORTSZEIT).astimezone(UTC)


def _fall(vorgang: Vorgang) -> Fall:
    return Fall(
        id=vorgang.id,
        ags=vorgang.ags,
        antrag_id=vorgang.antrag_id,
        art=vorgang.art,
        aktenzeichen=vorgang.aktenzeichen,
        zustand=vorgang.zustand,  # type: ignore[arg-type]
        zustaendig=vorgang.zustaendig,
        naechster_termin=vorgang.naechster_termin,
        befunde=vorgang.befunde,
        entscheidung=vorgang.entscheidung,
        angelegt_am=vorgang.angelegt_am,
        abgeschlossen_am=vorgang.abgeschlossen_am,
    )
