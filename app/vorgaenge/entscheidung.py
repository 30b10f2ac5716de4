"""Applications are granted, refused or forwarded: the case's end and the letter about it in one commit.

Never commits.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.db.bruchstelle import bruchstelle
from app.db.sitzung import zeitpunkt
from app.mandanten import service as mandanten
from app.mandanten.service import Einstellung
from app.satz.pdf import NichtSetzbar
from app.versand import service as versand
from app.vorgaenge import repository, service
from app.vorgaenge.benachrichtigung import sage_bescheid
from app.vorgaenge.bescheid import Entscheidungsinhalt, rendere
from app.vorgaenge.errors import (
    BescheidNichtSetzbar,
    KeineKlaerung,
    NichtEntscheidbar,
    SchonEntschieden,
    UnbekannteFrist,
    ZustaendigkeitGeklaert,
    ZustaendigkeitVerfestigt,
)
from app.vorgaenge.klaerung import ENTSCHEIDUNG_TAGE, Klaerungsstand, klaerungsstand
from app.vorgaenge.models import Entscheidung, Klaerung
from app.vorgaenge.rechtsbehelf import rechtsbehelf
from app.vorgaenge.service import ORTSZEIT, Fall, Zustand
from app.vorgaenge.verfahren import Amtsfrist, Antragsverfahren, Entscheidungslage, antragsverfahren

__all__ = [
    "Ablehnung",
    "Amtsfrist",
    "Bewilligung",
    "Entscheidungsbild",
    "Entscheidungslage",
    "Weiterleitung",
    "beginne_frist",
    "behalte",
    "entscheide",
    "entscheidungen",
    "stand_der_klaerung",
]

Art = Literal["bewilligt", "abgelehnt", "weitergeleitet"]
DOKUMENTART = "bescheid"


@dataclass(frozen=True, slots=True)
class Bewilligung:
    """What the applicant gets. `gruende` where it is less than was applied for: then there is a remedy."""

    text: str
    gruende: str | None = None
    ohne_bestaetigung: str | None = None
    """Why the office goes without the confirmation of a second person."""

    art: Art = "bewilligt"


@dataclass(frozen=True, slots=True)
class Ablehnung:
    """What is refused, and why."""

    text: str
    gruende: str

    art: Art = "abgelehnt"


@dataclass(frozen=True, slots=True)
class Weiterleitung:
    """To which body the application goes on, and why (§ 14 Abs. 1 Satz 2 SGB IX)."""

    traeger: str
    grund: str

    art: Art = "weitergeleitet"


Ende = Bewilligung | Ablehnung | Weiterleitung
_ZUSTAND: dict[Art, Zustand] = {
    "bewilligt": "erledigt",
    "abgelehnt": "abgelehnt",
    "weitergeleitet": "weitergeleitet",
}
_TITEL: dict[Art, str] = {
    "bewilligt": "Bewilligung",
    "abgelehnt": "Ablehnung",
    "weitergeleitet": "Weiterleitung Ihres Antrags",
}


@dataclass(frozen=True, slots=True)
class Entscheidungsbild:
    """A decision as applicant and office see it."""

    vorgang_id: UUID
    art: Art
    dokument_id: UUID
    entschieden_am: datetime


async def entscheide(session: AsyncSession, vorgang_id: UUID, ende: Ende, *, durch: UUID) -> Fall:
    """Ends the case; the same once more has the same answer.

    Raises UnbekannterVorgang, SchonEntschieden, NichtEntscheidbar, what keeps it from being granted, and for
    forwarding KeineKlaerung, ZustaendigkeitGeklaert, ZustaendigkeitVerfestigt.
    """
    offen = await service.sperren(session, vorgang_id)
    verfahren = _verfahren(offen)
    fingerabdruck = _fingerabdruck(ende)
    if offen.zustand != "in_pruefung":
        frueher = await repository.entscheidung(session, vorgang_id)
        if frueher is not None and frueher.eingabe_sha256 == fingerabdruck:
            return offen
        raise SchonEntschieden(offen.zustand)
    lage = await verfahren.lage(session, vorgang_id)
    if isinstance(ende, Weiterleitung):
        await _gib_ab(session, offen, lage, ende.traeger, durch=durch)
    if isinstance(ende, Bewilligung) and lage.hindernis is not None:
        if ende.ohne_bestaetigung is None:
            raise lage.hindernis
        await verfahren.verzichte(session, vorgang_id, ende.ohne_bestaetigung, durch=durch)
    bruchstelle("entscheidung.zuvor")
    geschlossen = await service.schliessen(session, vorgang_id, _ZUSTAND[ende.art], durch=durch)
    bruchstelle("entscheidung.geschlossen")
    dokument_id = await _schreibe(session, geschlossen, lage, ende)
    bruchstelle("entscheidung.bescheid")
    repository.lege_an(
        session,
        Entscheidung(
            vorgang_id=vorgang_id,
            ags=geschlossen.ags,
            antrag_id=geschlossen.antrag_id,
            einreicher_id=lage.einreicher_id,
            art=ende.art,
            eingabe_sha256=fingerabdruck,
            dokument_id=dokument_id,
            durch=durch,
            entschieden_am=await zeitpunkt(session),
        ),
    )
    bruchstelle("entscheidung.vermerkt")
    await versand.akte_uebergeben(session, ags=geschlossen.ags, vorgang_id=vorgang_id, anlass=dokument_id)
    bruchstelle("entscheidung.akte")
    await sage_bescheid(
        session,
        ags=geschlossen.ags,
        einreicher_id=lage.einreicher_id,
        vorgang_id=vorgang_id,
        bezug_id=dokument_id,
    )
    return geschlossen


async def behalte(session: AsyncSession, vorgang_id: UUID, *, durch: UUID) -> Fall:
    """The town is competent: three weeks from receipt to decide. Twice is once.

    Raises UnbekannterVorgang, SchonEntschieden, NichtEntscheidbar, KeineKlaerung.
    """
    offen = await service.sperren(session, vorgang_id)
    lage = await _verfahren(offen).lage(session, vorgang_id)
    if not lage.klaert_zustaendigkeit:
        raise KeineKlaerung
    if await repository.klaerung(session, vorgang_id) is not None:
        return offen
    if offen.zustand != "in_pruefung":
        raise SchonEntschieden(offen.zustand)
    await _vermerke(session, offen, "behalten", None, durch=durch)
    return await service.setze_frist(session, offen, ENTSCHEIDUNG_TAGE)


async def beginne_frist(session: AsyncSession, vorgang_id: UUID, schluessel: str, *, durch: UUID) -> Fall:
    """From here on this time of the law counts for the case, e.g. two weeks after an expert opinion.

    Raises UnbekannterVorgang, SchonEntschieden, NichtEntscheidbar, UnbekannteFrist.
    """
    offen = await service.sperren(session, vorgang_id)
    lage = await _verfahren(offen).lage(session, vorgang_id)
    frist = lage.fristen.get(schluessel)
    if frist is None:
        raise UnbekannteFrist
    if offen.zustand != "in_pruefung":
        raise SchonEntschieden(offen.zustand)
    await akte.eintragen(
        session,
        ags=offen.ags,
        ereignis="frist_begonnen",
        bezug_art="vorgang",
        bezug_id=offen.id,
        angaben={"antrag": str(offen.antrag_id), "frist": schluessel, "durch": str(durch)},
    )
    ab = offen.angelegt_am if frist.ab_eingang else await zeitpunkt(session)
    return await service.setze_frist(session, offen, frist.tage, ab=ab)


async def stand_der_klaerung(session: AsyncSession, einer: Fall) -> Klaerungsstand:
    """Whether the town has settled that it is competent; only for cases with that clock."""
    zeile = await repository.klaerung(session, einer.id)
    return klaerungsstand(zeile, einer.angelegt_am, await zeitpunkt(session))


async def entscheidungen(session: AsyncSession, antrag_id: UUID) -> list[Entscheidungsbild]:
    """How the cases of a submission were decided, for the applicant and the town."""
    return [
        Entscheidungsbild(zeile.vorgang_id, zeile.art, zeile.dokument_id, zeile.entschieden_am)  # type: ignore[arg-type]
        for zeile in await repository.entscheidungen(session, antrag_id)
    ]


def _verfahren(einer: Fall) -> Antragsverfahren:
    verfahren = antragsverfahren(einer.art)
    if verfahren is None:
        raise NichtEntscheidbar
    return verfahren


async def _gib_ab(
    session: AsyncSession, offen: Fall, lage: Entscheidungslage, traeger: str, *, durch: UUID
) -> None:
    if not lage.klaert_zustaendigkeit:
        raise KeineKlaerung
    stand = await stand_der_klaerung(session, offen)
    if stand.ergebnis == "verfestigt":
        raise ZustaendigkeitVerfestigt
    if stand.ergebnis != "offen":
        raise ZustaendigkeitGeklaert
    await _vermerke(session, offen, "weitergeleitet", traeger, durch=durch)


async def _vermerke(
    session: AsyncSession, offen: Fall, ergebnis: str, traeger: str | None, *, durch: UUID
) -> None:
    repository.lege_an(
        session,
        Klaerung(vorgang_id=offen.id, ags=offen.ags, ergebnis=ergebnis, traeger=traeger, durch=durch),
    )
    await akte.eintragen(
        session,
        ags=offen.ags,
        ereignis=f"zustaendigkeit_{ergebnis}",
        bezug_art="vorgang",
        bezug_id=offen.id,
        angaben={"antrag": str(offen.antrag_id), "durch": str(durch)},
    )


async def _schreibe(session: AsyncSession, einer: Fall, lage: Entscheidungslage, ende: Ende) -> UUID:
    einstellung = await mandanten.einstellung(session, einer.ags)
    jetzt = (await zeitpunkt(session)).astimezone(ORTSZEIT)
    inhalt = Entscheidungsinhalt(
        gemeinde=einstellung.behoerdenname,
        titel=f"{_TITEL[ende.art]}: {lage.titel}",
        aktenzeichen=einer.aktenzeichen,
        datum=jetzt.date(),
        adressat=lage.adressat,
        anrede=lage.anrede,
        absaetze=_absaetze(einer, ende),
        rechtsbehelf=_rechtsbehelf(einstellung, lage, ende),
        gemeindeanschrift=_anschrift(einstellung),
        siegelzeile=einstellung.siegelzeile,
    )
    try:
        pdf = await rendere(inhalt)
    except NichtSetzbar as fehler:
        raise BescheidNichtSetzbar from fehler
    return await akte.ablegen(
        session,
        ags=einer.ags,
        antrag_id=einer.antrag_id,
        vorgang_id=einer.id,
        art=DOKUMENTART,
        dateiname="Bescheid.pdf",
        medientyp="application/pdf",
        inhalt=pdf,
        besonders=lage.besonders,
    )


def _absaetze(einer: Fall, ende: Ende) -> tuple[str, ...]:
    eingang = einer.angelegt_am.astimezone(ORTSZEIT)
    tag = f"{eingang.day}.{eingang.month}.{eingang.year}"
    if isinstance(ende, Weiterleitung):
        return (
            f"für Ihren Antrag vom {tag} sind wir nicht zuständig. Wir haben ihn an {ende.traeger} "
            "weitergeleitet (§ 14 Abs. 1 Satz 2 SGB IX). Sie müssen nichts weiter tun: Ihr Antrag gilt seit "
            "dem Tag, an dem er bei uns eingegangen ist.",
            ende.grund,
        )
    absaetze = [f"über Ihren Antrag vom {tag} haben wir entschieden.", ende.text]
    if ende.gruende:
        absaetze += ["Begründung", ende.gruende]
    return tuple(absaetze)


def _rechtsbehelf(einstellung: Einstellung, lage: Entscheidungslage, ende: Ende) -> str | None:
    if isinstance(ende, Weiterleitung) or (isinstance(ende, Bewilligung) and not ende.gruende):
        return None
    return rechtsbehelf(lage.rechtsweg, ags=einstellung.ags, behoerde=einstellung.behoerdenname)


def _anschrift(einstellung: Einstellung) -> tuple[str, ...]:
    anschrift = einstellung.anschrift
    zeilen: Sequence[tuple[str, ...]] = (("strasse", "hausnummer"), ("plz", "ort"))
    texte = (" ".join(str(anschrift[name]) for name in namen if anschrift.get(name)) for namen in zeilen)
    return tuple(text for text in texte if text)


def _fingerabdruck(ende: Ende) -> bytes:
    inhalt: dict[str, Any] = asdict(ende)
    return sha256(json.dumps(inhalt, sort_keys=True, ensure_ascii=False).encode()).digest()
