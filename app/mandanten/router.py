"""HTTP: finding a town by what people type."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.db.sitzung import Sitzung
from app.konto.zugriff import oeffentlich
from app.mandanten import service
from app.mandanten.ortssuche import Grund, suche
from app.mandanten.zustaendig import bild
from app.problems import antworten

router = APIRouter(prefix="/api/v1/orte", tags=["Orte"], dependencies=[Depends(oeffentlich)])


class OrtAntwort(BaseModel):
    """A town that fits."""

    ags: str
    name: str
    kreis: str = Field(description="District, to tell towns of similar names apart")
    kreis_art: str
    grund: Grund = Field(description="Why it was found, the surest first")
    eingerichtet: bool = Field(description="Whether notices for this town can be submitted here")


class OrteAntwort(BaseModel):
    """What fits, the surest first."""

    eindeutig: str | None = Field(
        description="AGS of the town that is meant; null where a person has to choose, even among one"
    )
    orte: list[OrtAntwort]
    weitere: int = Field(description="So many more fit: type more")


@router.get("", responses=antworten(422), summary="Welche Gemeinde ist gemeint?")
async def orte(
    sitzung: Sitzung,
    q: Annotated[str, Query(max_length=200, description="Name or part of it, postcode, or AGS")],
) -> OrteAntwort:
    """Towns by name, part of a name, postcode or AGS. Spelling variants and one wrong letter are forgiven.

    What is ambiguous is asked back, never guessed.
    """
    ergebnis = suche(bild(), q)
    hier = {stadt.ags for stadt in await service.alle_einstellungen(sitzung)} if ergebnis.treffer else set()
    return OrteAntwort(
        eindeutig=ergebnis.eindeutig.ags if ergebnis.eindeutig else None,
        orte=[
            OrtAntwort(
                ags=treffer.gemeinde.ags,
                name=treffer.gemeinde.name,
                kreis=treffer.gemeinde.kreis,
                kreis_art=treffer.gemeinde.kreis_art,
                grund=treffer.grund,
                eingerichtet=treffer.gemeinde.ags in hier,
            )
            for treffer in ergebnis.treffer
        ],
        weitere=ergebnis.weitere,
    )
