"""Settings of the towns that work with this installation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app.mandanten import repository
from app.mandanten.aktenzeichen import Schema, UngueltigesSchema
from app.mandanten.einstellungen import (
    AKTENZEICHEN_SCHEMA,
    Gemeindeeinstellungen,
    Mangel,
    UngueltigeEinstellungen,
    siegelzeile_von,
)
from app.mandanten.farben import Farben
from app.mandanten.models import Mandant
from app.mandanten.wappen import UngueltigesWappen, Wappen
from app.mandanten.zustaendig import Gemeinde, UnbekannteGemeinde, gemeinde

__all__ = [
    "AKTENZEICHEN_SCHEMA",
    "Aussehen",
    "Einrichtung",
    "Einstellung",
    "Farben",
    "Gemeindeeinstellungen",
    "Mangel",
    "UnbekannteGemeinde",
    "UngueltigeEinstellungen",
    "UngueltigesSchema",
    "UngueltigesWappen",
    "Wappen",
    "aendere",
    "aendern",
    "alle_einstellungen",
    "aussehen",
    "beende_bericht",
    "beginne_bericht",
    "einrichten",
    "einstellung",
    "einstellungen",
    "letzter_versand",
    "richte_ein",
    "setze_wappen",
    "wappen",
]

_SPALTEN = frozenset(
    {
        "behoerdenname",
        "anschrift",
        "erreichbarkeit",
        "automatisch_bescheinigen",
        "aktenzeichen_schema",
        "verzichte",
        "filter",
    }
)
"""Settings with a column of their own; all others are in `angaben`."""


@dataclass(frozen=True, slots=True)
class Einstellung:
    """What a town has settled for itself, as every submission reads it: one row, not checked again."""

    ags: str
    behoerdenname: str
    siegelzeile: str
    anschrift: Mapping[str, Any]
    erreichbarkeit: Sequence[Mapping[str, Any]]
    automatisch_bescheinigen: bool
    aktenzeichen_schema: str
    verzichte: frozenset[str]
    """Keys of bodies that have waived the regular transfer (§ 14 Abs. 8 GewO)."""
    filter: frozenset[str]
    """Data-minimising filters switched on beyond the defaults."""
    frist_tage: int
    """Days until the certificate."""
    niveaus: Mapping[str, str]
    """Level of login that a service needs, by the service's key."""

    @property
    def gemeinde(self) -> Gemeinde:
        """The facts of the place: name, district, chambers."""
        return gemeinde(self.ags)


@dataclass(frozen=True, slots=True)
class Aussehen:
    """What every page of the town shows of it."""

    behoerdenname: str
    farben: Farben
    wappen: bytes | None
    """SHA-256 of the coat of arms."""


@dataclass(frozen=True, slots=True)
class Einrichtung:
    """What came of setting a town up or changing it."""

    ags: str
    neu: bool
    einstellungen: Gemeindeeinstellungen
    geaendert: tuple[str, ...]
    """Names of the settings that are not as before."""


async def einstellung(session: AsyncSession, ags: str) -> Einstellung:
    """The settings of the town; raises UnbekannteGemeinde where this installation does not serve it."""
    zeile = await repository.einstellung(session, ags)
    if zeile is None:
        raise UnbekannteGemeinde(ags)
    return _einstellung(zeile)


async def alle_einstellungen(session: AsyncSession) -> list[Einstellung]:
    """Every town of the installation by AGS."""
    return [_einstellung(mandant) for mandant in await repository.alle(session)]


async def einstellungen(session: AsyncSession, ags: str) -> Gemeindeeinstellungen:
    """Everything the town has settled; raises UnbekannteGemeinde."""
    mandant = await repository.mandant(session, ags)
    if mandant is None:
        raise UnbekannteGemeinde(ags)
    return _einstellungen(mandant)


async def aussehen(session: AsyncSession, ags: str) -> Aussehen:
    """How the town's pages look, in one statement; raises UnbekannteGemeinde."""
    zeile = await repository.aussehen(session, ags)
    if zeile is None:
        raise UnbekannteGemeinde(ags)
    return Aussehen(zeile.behoerdenname, Farben.model_validate(zeile.farben or {}), zeile.sha256)


async def richte_ein(
    session: AsyncSession, ags: str, aenderung: Mapping[str, Any] | None = None
) -> Einrichtung:
    """Makes the town ready with what the data alone tell, and `aenderung` over that; safe to repeat.

    A town that is there keeps its settings but for those in `aenderung`. Raises UnbekannteGemeinde where no
    town has this AGS, and UngueltigeEinstellungen.
    """
    vorgabe = Gemeindeeinstellungen.vorgabe(gemeinde(ags))
    if aenderung:
        vorgabe = vorgabe.mit(aenderung)
    if await repository.anlegen(session, {"ags": ags, **_zeile(vorgabe)}):
        return Einrichtung(ags, True, vorgabe, ())
    return await aendere(session, ags, aenderung or {})


async def aendere(session: AsyncSession, ags: str, aenderung: Mapping[str, Any]) -> Einrichtung:
    """Changes what is given. Raises UnbekannteGemeinde and UngueltigeEinstellungen."""
    mandant = await repository.gesperrter_mandant(session, ags)
    if mandant is None:
        raise UnbekannteGemeinde(ags)
    alt = _einstellungen(mandant)
    neu = alt.mit(aenderung)
    geaendert = tuple(name for name in type(neu).model_fields if getattr(alt, name) != getattr(neu, name))
    if geaendert:
        for name, wert in _zeile(neu).items():
            setattr(mandant, name, wert)
        await session.flush()
    return Einrichtung(ags, False, neu, geaendert)


async def einrichten(
    session: AsyncSession,
    ags: str,
    *,
    behoerdenname: str | None = None,
    anschrift: Mapping[str, Any] | None = None,
    erreichbarkeit: Sequence[Mapping[str, Any]] = (),
    automatisch_bescheinigen: bool = True,
    aktenzeichen_schema: str = AKTENZEICHEN_SCHEMA,
    verzichte: Sequence[str] = (),
    filter: Sequence[str] = (),  # noqa: A002
) -> Einstellung:
    """Sets a town up and gives its settings; one that is already there stays as it is.

    `anschrift` has the parts strasse, hausnummer, plz, ort; without it only the place is known. Raises
    UnbekannteGemeinde where no town of the state has this AGS, UngueltigesSchema, UngueltigeEinstellungen.
    """
    vorgabe = Gemeindeeinstellungen.vorgabe(gemeinde(ags))
    Schema.lies(aktenzeichen_schema)
    angaben = {
        "behoerdenname": behoerdenname or vorgabe.behoerdenname,
        "anschrift": dict(anschrift or {}),
        "erreichbarkeit": list(erreichbarkeit),
        "automatisch_bescheinigen": automatisch_bescheinigen,
        "aktenzeichen_schema": aktenzeichen_schema,
        "verzichte": list(verzichte),
        "filter": list(filter),
    }
    await repository.anlegen(session, {"ags": ags, **_zeile(vorgabe.mit(angaben))})
    return await einstellung(session, ags)


async def aendern(
    session: AsyncSession,
    ags: str,
    *,
    automatisch_bescheinigen: bool | None = None,
    verzichte: Sequence[str] | None = None,
    filter: Sequence[str] | None = None,  # noqa: A002
) -> Einstellung:
    """Changes what is given, from the next certificate on. Raises as `aendere`."""
    angaben = {
        "automatisch_bescheinigen": automatisch_bescheinigen,
        "verzichte": None if verzichte is None else list(verzichte),
        "filter": None if filter is None else list(filter),
    }
    await aendere(session, ags, {name: wert for name, wert in angaben.items() if wert is not None})
    return await einstellung(session, ags)


async def wappen(session: AsyncSession, ags: str) -> Wappen | None:
    """The town's coat of arms."""
    zeile = await repository.wappen(session, ags)
    return None if zeile is None else Wappen.lies(zeile.inhalt)


async def setze_wappen(session: AsyncSession, ags: str, inhalt: bytes) -> Wappen:
    """Keep the town's coat of arms. Raises UngueltigesWappen and UnbekannteGemeinde."""
    bild = Wappen.lies(inhalt)
    await einstellung(session, ags)
    await repository.setze_wappen(session, ags, bild.medientyp, bild.inhalt, bild.sha256)
    return bild


async def beginne_bericht(session: AsyncSession, tag: date, *, lease: timedelta) -> str | None:
    """AGS of a town whose report of the day is still to be made; nobody else gets it for `lease`."""
    return await repository.beginne_bericht(session, tag, lease)


async def beende_bericht(
    session: AsyncSession, ags: str, tag: date, *, fehler: int | None, gesendet_am: datetime | None
) -> None:
    """The day's report is done: so many faults, and whether somebody was told."""
    await repository.beende_bericht(session, ags, tag, fehler=fehler, gesendet_am=gesendet_am)


async def letzter_versand(session: AsyncSession, ags: str) -> date | None:
    """The day of the last report that the town was sent."""
    return await repository.letzter_versand(session, ags)


def _einstellung(mandant: Mandant | Row[Any]) -> Einstellung:
    return Einstellung(
        ags=mandant.ags,
        behoerdenname=mandant.behoerdenname,
        siegelzeile=_siegelzeile(mandant),
        anschrift=mandant.anschrift,
        erreichbarkeit=mandant.erreichbarkeit,
        automatisch_bescheinigen=mandant.automatisch_bescheinigen,
        aktenzeichen_schema=mandant.aktenzeichen_schema,
        verzichte=frozenset(mandant.verzichte),
        filter=frozenset(mandant.filter),
        frist_tage=mandant.angaben.get("fristen", {}).get("gewerbeanzeige_tage", 3),
        niveaus=mandant.angaben.get("niveaus", {}),
    )


def _siegelzeile(mandant: Mandant | Row[Any]) -> str:
    gewaehlt: str | None = mandant.angaben.get("siegelzeile")
    return siegelzeile_von(gemeinde(mandant.ags)) if gewaehlt is None else gewaehlt


def _einstellungen(mandant: Mandant) -> Gemeindeeinstellungen:
    gespeichert = {name: getattr(mandant, name) for name in _SPALTEN} | mandant.angaben
    return Gemeindeeinstellungen.vorgabe(gemeinde(mandant.ags)).mit(gespeichert)


def _zeile(neu: Gemeindeeinstellungen) -> dict[str, Any]:
    """The columns of the table. What is not set is not stored: a later default counts."""
    werte = neu.model_dump(mode="json", exclude_none=True)
    for name in ("verzichte", "filter"):
        werte[name] = sorted(werte[name])
    angaben = {name: werte.pop(name) for name in list(werte) if name not in _SPALTEN}
    return {**werte, "angaben": angaben}
