"""HTTP: finding an economic activity by what people call their work."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.gewerbe.wz import titel
from app.gewerbe.wzsuche import HOECHSTENS_ZEICHEN, suche
from app.konto.zugriff import oeffentlich
from app.problems import antworten

router = APIRouter(prefix="/api/v1/wz", tags=["Gewerbeanzeigen"], dependencies=[Depends(oeffentlich)])


class ZweigAntwort(BaseModel):
    """A subclass of WZ 2008."""

    code: str = Field(description="Five digits", examples=["56104"])
    titel: str = Field(examples=["Cafés"])


class ZweigeAntwort(BaseModel):
    """What fits, the surest first."""

    zweige: list[ZweigAntwort]


@router.get("", responses=antworten(422), summary="Welcher Wirtschaftszweig ist gemeint?")
async def wirtschaftszweige(
    suchworte: Annotated[
        str,
        Query(alias="suche", max_length=HOECHSTENS_ZEICHEN, description="German or English words, or a code"),
    ],
    sprache: Annotated[Literal["de", "en"], Query(description="Language of the titles")] = "de",
    hoechstens: Annotated[int, Query(ge=1, le=50)] = 20,
) -> ZweigeAntwort:
    """Subclasses of WZ 2008 whose titles, classes or everyday names have these words or their beginnings."""
    return ZweigeAntwort(
        zweige=[
            ZweigAntwort(code=code, titel=titel(code, sprache) or code)
            for code in suche(suchworte, hoechstens)
        ]
    )
