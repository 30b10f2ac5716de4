"""The procedure of an application made with a form: what the desk sees, and what a decision needs."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.antraege import bestaetigung, einreichen
from app.antraege import service as antraege
from app.antraege.besonders import hat_besondere
from app.antraege.einreichen import Antragsinhalt
from app.antraege.errors import AntragUnbekannt
from app.leistungen.formular import Formular
from app.vorgaenge import entscheidung
from app.vorgaenge import service as vorgaenge
from app.vorgaenge.entscheidung import Amtsfrist, Entscheidungslage
from app.vorgaenge.service import Fall, NichtBescheinigbar

ART: Final = "leistung"
_KONTO: Final = "konto."


class Leistungsverfahren:
    """What the desk can do with a case about an application."""

    async def bescheinigen(self, session: AsyncSession, vorgang_id: UUID) -> None:
        raise NichtBescheinigbar

    async def gegenstand(self, session: AsyncSession, vorgang_id: UUID) -> Mapping[str, Any]:
        """Answers and papers but the special categories, and how far confirmation and competence are."""
        fall = await vorgaenge.fall(session, vorgang_id)
        gestellt = await _gestellt(session, fall)
        formular = gestellt.formular
        return {
            "leistung": formular.definition.leistung,
            "titel": formular.titel("de"),
            "formular": formular.hash,
            "antworten": gestellt.antworten,
            "nachweise": [
                eine.nachweis for eine in gestellt.nachweise if eine.nachweis not in _besondere(formular)
            ],
            "besondere_angaben": hat_besondere(formular),
            "bestaetigung": await self._bestaetigung(session, fall),
            "zustaendigkeit": await self._zustaendigkeit(session, fall, formular),
        }

    async def einreicher(self, session: AsyncSession, vorgang_id: UUID) -> UUID:
        """The account that has made the application."""
        return (await self.lage(session, vorgang_id)).einreicher_id

    async def lage(self, session: AsyncSession, vorgang_id: UUID) -> Entscheidungslage:
        """What the decision is made from."""
        fall = await vorgaenge.fall(session, vorgang_id)
        gestellt = await _gestellt(session, fall)
        eingang = await antraege.eingang(session, fall.antrag_id, einreicher_id=None, ags=fall.ags)
        if eingang is None:
            raise AntragUnbekannt
        formular = gestellt.formular
        name, zeilen = adressat(formular, gestellt.antworten)
        return Entscheidungslage(
            titel=formular.titel("de"),
            einreicher_id=eingang.einreicher_id,
            adressat=zeilen,
            anrede=f"Guten Tag {name}," if name else "Guten Tag,",
            besonders=hat_besondere(formular),
            rechtsweg="sozial" if _klaert_zustaendigkeit(formular) else "verwaltung",
            klaert_zustaendigkeit=_klaert_zustaendigkeit(formular),
            fristen={
                frist.schluessel: Amtsfrist(frist.tage, frist.ab == "eingang")
                for frist in formular.definition.fristen
                if frist.fuer == "amt" and frist.ab != "entscheidung"
            },
            hindernis=await bestaetigung.hindernis(session, fall.antrag_id),
        )

    async def verzichte(self, session: AsyncSession, vorgang_id: UUID, grund: str, *, durch: UUID) -> None:
        """The office goes without the confirmation of a second person."""
        fall = await vorgaenge.fall(session, vorgang_id)
        await bestaetigung.verzichte(session, fall.antrag_id, grund, durch=durch)

    @staticmethod
    async def _bestaetigung(session: AsyncSession, fall: Fall) -> Mapping[str, Any] | None:
        einer = await bestaetigung.stand(session, fall.antrag_id)
        if einer is None:
            return None
        return {
            "zustand": einer.zustand,
            "gueltig_bis": einer.gueltig_bis.isoformat(),
            "beantwortet_am": einer.beantwortet_am.isoformat() if einer.beantwortet_am else None,
            "antworten": einer.antworten,
            "grund": einer.grund,
        }

    @staticmethod
    async def _zustaendigkeit(
        session: AsyncSession, fall: Fall, formular: Formular
    ) -> Mapping[str, Any] | None:
        if not _klaert_zustaendigkeit(formular):
            return None
        return (await entscheidung.stand_der_klaerung(session, fall)).als_dict()


def verdrahte() -> None:
    """Makes applications known to the room that serves every procedure."""
    vorgaenge.registriere(ART, Leistungsverfahren())


def adressat(formular: Formular, antworten: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """To whom a letter goes: the name, and the lines of name and address.

    That is the person who has logged in, as the answers filled from the account say; where there are none,
    the first name and the first address of the form.
    """
    werte: dict[str, str] = {}
    for nach_quelle in (True, False):
        for name, wert in _texte(formular, antworten, nach_quelle=nach_quelle):
            werte.setdefault(name, wert)
    person = " ".join(werte[teil] for teil in ("doktorgrad", "vornamen", "familienname") if teil in werte)
    name = werte.get("organisation.name") or person
    strasse = " ".join(werte[teil] for teil in ("strasse", "hausnummer") if teil in werte)
    ort = " ".join(werte[teil] for teil in ("plz", "ort") if teil in werte)
    return name, tuple(zeile for zeile in (name, werte.get("zusatz", ""), strasse, ort) if zeile)


def _texte(
    formular: Formular, antworten: Mapping[str, Any], *, nach_quelle: bool
) -> Iterable[tuple[str, str]]:
    """Name of the part and its text, of what comes from the account or of anything."""
    for schritt, angabe, pfad in formular.felder():
        quelle = angabe.vorbelegung.quelle if angabe.vorbelegung else ""
        if schritt.liste is not None or angabe.besonders or nach_quelle is not quelle.startswith(_KONTO):
            continue
        wert: Any = antworten
        for teil in pfad.split("."):
            wert = wert.get(teil) if isinstance(wert, Mapping) else None
        if isinstance(wert, str) and wert:
            name = (
                quelle.removeprefix(_KONTO).removeprefix("anschrift.")
                if nach_quelle
                else pfad.rpartition(".")[2]
            )
            yield name, wert


def _besondere(formular: Formular) -> frozenset[str]:
    return frozenset(eine.schluessel for eine in formular.definition.nachweise if eine.besonders)


def _klaert_zustaendigkeit(formular: Formular) -> bool:
    return formular.definition.archetyp == "E"


async def _gestellt(session: AsyncSession, fall: Fall) -> Antragsinhalt:
    gestellt = await einreichen.inhalt(session, fall.antrag_id)
    if gestellt is None:
        raise AntragUnbekannt
    return gestellt
