"""Settings of the towns that work with this installation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.mandanten import repository
from app.mandanten.aktenzeichen import Schema, UngueltigesSchema
from app.mandanten.models import Mandant
from app.mandanten.zustaendig import Gemeinde, UnbekannteGemeinde, gemeinde

__all__ = [
    "AKTENZEICHEN_SCHEMA",
    "Einstellung",
    "UnbekannteGemeinde",
    "UngueltigesSchema",
    "aendern",
    "alle_einstellungen",
    "einrichten",
    "einstellung",
]

AKTENZEICHEN_SCHEMA = "32.30-{jahr}-{nummer:06d}"
"""Default: 32 is the Ordnungsamt in the towns' common plan of files, 32.30 its trade matters."""


@dataclass(frozen=True, slots=True)
class Einstellung:
    """What a town has settled for itself."""

    ags: str
    behoerdenname: str
    anschrift: Mapping[str, Any]
    erreichbarkeit: Sequence[Mapping[str, Any]]
    automatisch_bescheinigen: bool
    aktenzeichen_schema: str
    verzichte: frozenset[str]
    """Keys of bodies that have waived the regular transfer (§ 14 Abs. 8 GewO)."""
    filter: frozenset[str]
    """Data-minimising filters switched on beyond the defaults."""

    @property
    def gemeinde(self) -> Gemeinde:
        """The facts of the place: name, district, chambers."""
        return gemeinde(self.ags)


async def einstellung(session: AsyncSession, ags: str) -> Einstellung:
    """The settings of the town; raises UnbekannteGemeinde where this installation does not serve it."""
    mandant = await repository.mandant(session, ags)
    if mandant is None:
        raise UnbekannteGemeinde(ags)
    return _einstellung(mandant)


async def alle_einstellungen(session: AsyncSession) -> list[Einstellung]:
    """Every town of the installation by AGS."""
    return [_einstellung(mandant) for mandant in await repository.alle(session)]


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
    UnbekannteGemeinde where no town of the state has this AGS, and UngueltigesSchema.
    """
    ort = gemeinde(ags)
    Schema.lies(aktenzeichen_schema)
    await repository.anlegen(
        session,
        {
            "ags": ags,
            "behoerdenname": behoerdenname or f"Gewerbeamt {ort.name}",
            "anschrift": dict(anschrift or {"ort": ort.name}),
            "erreichbarkeit": [dict(weg) for weg in erreichbarkeit],
            "automatisch_bescheinigen": automatisch_bescheinigen,
            "aktenzeichen_schema": aktenzeichen_schema,
            "verzichte": sorted(verzichte),
            "filter": sorted(filter),
        },
    )
    return await einstellung(session, ags)


async def aendern(
    session: AsyncSession,
    ags: str,
    *,
    automatisch_bescheinigen: bool | None = None,
    verzichte: Sequence[str] | None = None,
    filter: Sequence[str] | None = None,  # noqa: A002
) -> Einstellung:
    """Changes what is given, from the next certificate on; raises UnbekannteGemeinde."""
    mandant = await repository.mandant(session, ags)
    if mandant is None:
        raise UnbekannteGemeinde(ags)
    if automatisch_bescheinigen is not None:
        mandant.automatisch_bescheinigen = automatisch_bescheinigen
    if verzichte is not None:
        mandant.verzichte = sorted(verzichte)
    if filter is not None:
        mandant.filter = sorted(filter)
    return _einstellung(mandant)


def _einstellung(mandant: Mandant) -> Einstellung:
    return Einstellung(
        ags=mandant.ags,
        behoerdenname=mandant.behoerdenname,
        anschrift=mandant.anschrift,
        erreichbarkeit=mandant.erreichbarkeit,
        automatisch_bescheinigen=mandant.automatisch_bescheinigen,
        aktenzeichen_schema=mandant.aktenzeichen_schema,
        verzichte=frozenset(mandant.verzichte),
        filter=frozenset(mandant.filter),
    )
