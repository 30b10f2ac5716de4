"""Sessions of browsers, kept in PostgreSQL: begun by a checked login, read on each request, ended at once.

The cookie holds 256 random bits; the database knows their SHA-256. A login and a step-up make a new secret
and end the earlier session, so that a secret planted before the login opens nothing. A session ends when it
is idle for too long (`AMT_SITZUNG_LEERLAUF`; staff and level hoch: `AMT_SITZUNG_LEERLAUF_STRENG`,
TR-03160-1, 4.3) and `AMT_SITZUNG_ENDE` seconds after it began, however busy.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from app.db.sitzung import ALLE, gelten
from app.konto import konten_repository, sitzungen_repository
from app.konto.cookies import sitzungskeks
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.models import Vertretung, Websitzung
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle, Rollenzuweisung
from app.problems import Problem
from app.settings import settings

CSRF_FELD: Final = "csrf"
CSRF_KOPF: Final = "X-CSRF-Token"

_AUFBEWAHRT: Final = timedelta(days=1)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Vertretener:
    """For whom somebody acts at the moment: the person or firm, and the record that allows it."""

    vertretung_id: UUID
    art: str
    """person | organisation"""
    name: str


@dataclass(frozen=True, slots=True)
class Angemeldet:
    """Who is logged in with this browser."""

    sitzung_id: UUID
    konto_id: UUID
    art: Kontoart
    name: str
    niveau: Niveau
    rollen: tuple[Rollenzuweisung, ...]
    vertretung: Vertretener | None
    anbieter: str
    csrf: str = field(repr=False)
    """Token that every form of this session carries."""
    authentifiziert_am: datetime
    endet_am: datetime
    leerlauf: timedelta
    """After so long without a request the session ends."""


@dataclass(frozen=True, slots=True)
class OffeneSitzung:
    """One line of the list of one's sessions."""

    id: UUID
    geraet: str
    anbieter: str
    niveau: Niveau
    angelegt_am: datetime
    zuletzt_am: datetime


@dataclass(frozen=True, slots=True)
class Beendet:
    """A session that has been ended here, and how the provider may be told."""

    anbieter: str
    idp_sid: str | None


async def beginne(session: AsyncSession, anmeldung: Anmeldung, *, geraet: str, bisher: str | None) -> str:
    """The cookie secret of a new session; makes or updates the account of the login.

    `bisher` is the secret the browser brought along: its session ends. Who acts for somebody goes on doing
    so after a step-up. Sets the transaction's key `person` to the account.
    """
    await gelten(session, gemeinde=ALLE)
    konto_id = await konten_repository.merke(
        session,
        issuer=anmeldung.issuer,
        subjekt=anmeldung.subjekt,
        anbieter=anmeldung.anbieter,
        art=anmeldung.art,
        angaben=anmeldung.angaben.model_dump(mode="json", exclude_none=True),
        niveau=anmeldung.niveau.wort,
    )
    vorige = await sitzungen_repository.beende_geheimnis(session, _sha256(bisher)) if bisher else None
    geheimnis = secrets.token_urlsafe(32)
    await sitzungen_repository.lege_an(
        session,
        Websitzung(
            konto_id=konto_id,
            geheimnis_sha256=_sha256(geheimnis),
            issuer=anmeldung.issuer,
            anbieter=anmeldung.anbieter,
            idp_sid=anmeldung.sid,
            niveau=anmeldung.niveau.wort,
            rollen=[{k: v for k, v in asdict(rolle).items() if v is not None} for rolle in anmeldung.rollen],
            vertretung_id=vorige.vertretung_id if vorige and vorige.konto_id == konto_id else None,
            geraet=geraet,
            authentifiziert_am=anmeldung.authentifiziert_am,
        ),
        dauer=timedelta(seconds=settings().sitzung_ende),
    )
    await gelten(session, person=str(konto_id))
    _log.info("sitzung_begonnen", anbieter=anmeldung.anbieter, niveau=anmeldung.niveau.wort)
    return geheimnis


async def lies(session: AsyncSession, geheimnis: str) -> Angemeldet | None:
    """Who is logged in with this secret; None if nobody is, or not any more.

    Sets the transaction's key `person` to the account; who gives further rights sets all keys anew.
    """
    zeile = await sitzungen_repository.offene(session, _sha256(geheimnis), **_leerlauf())
    if zeile is None:
        return None
    await gelten(session, person=str(zeile.konto_id))
    konto = await konten_repository.konto(session, zeile.konto_id)
    if konto is None:
        return None
    await sitzungen_repository.beruehre(session, zeile.id)
    rollen = tuple(Rollenzuweisung(**(rolle | {"rolle": Rolle(rolle["rolle"])})) for rolle in zeile.rollen)
    niveau = Niveau.von(zeile.niveau)
    grenzen = _leerlauf()
    return Angemeldet(
        sitzung_id=zeile.id,
        konto_id=konto.id,
        art=Kontoart(konto.art),
        name=Angaben.model_validate(konto.angaben).name,
        niveau=niveau,
        rollen=rollen,
        vertretung=await _vertretener(session, zeile.vertretung_id),
        anbieter=zeile.anbieter,
        csrf=csrf_token(geheimnis),
        authentifiziert_am=zeile.authentifiziert_am,
        endet_am=zeile.endet_am,
        leerlauf=grenzen["streng"] if rollen or niveau is Niveau.HOCH else grenzen["leerlauf"],
    )


async def des_browsers(session: AsyncSession, anfrage: HTTPConnection) -> Angemeldet | None:
    """Who is logged in with the browser of this request; found once, however often it is asked.

    Only the first call sets the transaction's key, as `lies` does.
    """
    if not hasattr(anfrage.state, "angemeldet"):
        geheimnis = sitzungskeks(anfrage)
        anfrage.state.angemeldet = await lies(session, geheimnis) if geheimnis else None
    angemeldet: Angemeldet | None = anfrage.state.angemeldet
    return angemeldet


async def ist_abgelaufen(session: AsyncSession, geheimnis: str) -> bool:
    """Whether a session with this secret was idle or open for too long; none that somebody has ended."""
    return await sitzungen_repository.ist_abgelaufen(session, _sha256(geheimnis), **_leerlauf())


async def offene(session: AsyncSession, konto_id: UUID) -> Sequence[OffeneSitzung]:
    """The account's sessions that have not ended, last used first."""
    zeilen = await sitzungen_repository.offene_des_kontos(session, konto_id, **_leerlauf())
    return [
        OffeneSitzung(
            zeile.id,
            zeile.geraet,
            zeile.anbieter,
            Niveau.von(zeile.niveau),
            zeile.angelegt_am,
            zeile.zuletzt_am,
        )
        for zeile in zeilen
    ]


async def melde_ab(session: AsyncSession, geheimnis: str) -> Beendet | None:
    """End the session of this secret; None if there is none to end."""
    zeile = await sitzungen_repository.beende_geheimnis(session, _sha256(geheimnis))
    return Beendet(zeile.anbieter, zeile.idp_sid) if zeile else None


async def beende(session: AsyncSession, sitzung_id: UUID, *, konto_id: UUID) -> bool:
    """End one session of the account; False if it has none of this id to end."""
    return await sitzungen_repository.beende(session, konto_id, nur=sitzung_id) == 1


async def beende_alle(session: AsyncSession, konto_id: UUID, ausser: UUID | None = None) -> int:
    """End the account's sessions, but for the one named `ausser`. How many it were."""
    return await sitzungen_repository.beende(session, konto_id, ausser=ausser)


async def beende_saemtliche(session: AsyncSession) -> int:
    """End every session of everybody. How many it were."""
    return await sitzungen_repository.beende_saemtliche(session)


async def beende_vom_anbieter(
    session: AsyncSession, issuer: str, sid: str | None = None, subjekt: str | None = None
) -> int:
    """End what a checked logout token names (OpenID Connect Back-Channel Logout 1.0). How many it were.

    `sid` is one session at the provider, `subjekt` alone every session of that person. Leaves the
    transaction without any key.
    """
    if sid is None and subjekt is None:
        raise ValueError("a logout names a session or a subject")
    await gelten(session, gemeinde=ALLE)
    anzahl = await sitzungen_repository.beende_vom_anbieter(session, issuer, sid=sid, subjekt=subjekt)
    await gelten(session)
    _log.info("sitzungen_vom_anbieter_beendet", anzahl=anzahl)
    return anzahl


async def raeume_auf(session: AsyncSession) -> int:
    """Delete the rows of sessions that ended a day ago. How many it were."""
    return await sitzungen_repository.loesche_beendete(session, nach=_AUFBEWAHRT)


def csrf_token(geheimnis: str) -> str:
    """The token that forms carry for a browser with this cookie secret; tells nothing about the secret."""
    pruefsumme = hmac.new(geheimnis.encode("utf-8", "surrogatepass"), b"amt/csrf", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(pruefsumme).rstrip(b"=").decode()


def pruefe_csrf(angemeldet: Angemeldet, token: str | None) -> None:
    """Raises Problem 403 `csrf` unless `token` is the session's own."""
    pruefe_token([angemeldet.csrf], token)


def pruefe_token(erwartet: Sequence[str], token: str | None) -> None:
    """Raises Problem 403 `csrf` unless `token` is one of those expected."""
    genannt = (token or "").encode("utf-8", "surrogatepass")
    if not any(hmac.compare_digest(eines.encode(), genannt) for eines in erwartet):
        raise Problem(
            403,
            "csrf",
            "Das Formular ist nicht mehr gültig. Bitte laden Sie die Seite neu.",
            "The form is no longer valid. Please reload the page.",
        )


async def _vertretener(session: AsyncSession, vertretung_id: UUID | None) -> Vertretener | None:
    if vertretung_id is None:
        return None
    vertretung = await sitzungen_repository.geltende_vertretung(session, vertretung_id)
    return _als_vertretener(vertretung) if vertretung else None


def _als_vertretener(vertretung: Vertretung) -> Vertretener:
    return Vertretener(vertretung.id, vertretung.vertreten["art"], vertretung.vertreten["name"])


def _leerlauf() -> dict[str, timedelta]:
    einstellungen = settings()
    return {
        "leerlauf": timedelta(seconds=einstellungen.sitzung_leerlauf),
        "streng": timedelta(
            seconds=min(einstellungen.sitzung_leerlauf, einstellungen.sitzung_leerlauf_streng)
        ),
    }


def _sha256(geheimnis: str) -> bytes:
    return hashlib.sha256(geheimnis.encode("utf-8", "surrogatepass")).digest()
