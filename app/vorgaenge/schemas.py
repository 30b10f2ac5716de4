"""What the interface says about cases."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.vorgaenge.service import Zustand
from xoev.zeichensatz import pruefe_text


class VorgangZeile(BaseModel):
    """A case in the worklist."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    antrag_id: UUID
    art: str
    aktenzeichen: str
    zustand: Zustand
    zustaendig: str
    naechster_termin: datetime | None
    befunde: list[dict[str, Any]] = Field(description="What has to be looked at before a decision")
    entscheidung: str | None
    angelegt_am: datetime
    abgeschlossen_am: datetime | None


class VorgangAntwort(VorgangZeile):
    """A case with what it is about."""

    gegenstand: dict[str, Any]


class Arbeitsliste(BaseModel):
    """A page of cases, oldest first."""

    vorgaenge: list[VorgangZeile]
    weiter: UUID | None = Field(description="Value of `nach` for the next page; null: this is the last one")


def _zeichen(wert: str) -> str:
    if pruefe_text(wert.replace("\n", " ")):
        raise ValueError("Erlaubt sind die Zeichen der DIN 91379.")
    return wert


Kurztext = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_zeichen)
]
Brieftext = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_zeichen)
]


class _Eingabe(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Zurueckweisung(_Eingabe):
    """Why a case is rejected, as the applicant will read it."""

    grund: Kurztext


class Bewilligungseingabe(_Eingabe):
    """What the applicant gets, as the letter will say."""

    text: Brieftext = Field(description="Paragraphs are divided by an empty line")
    gruende: Brieftext | None = Field(
        None, description="Where it is less than was applied for: why. The letter then names the remedy"
    )
    ohne_bestaetigung: Kurztext | None = Field(
        None, description="Why the office goes without the confirmation of a second person"
    )


class Ablehnungseingabe(_Eingabe):
    """What is refused and why, as the letter will say; the remedy is added."""

    text: Brieftext
    gruende: Brieftext


class Weiterleitungseingabe(_Eingabe):
    """To which body an application goes on (§ 14 Abs. 1 Satz 2 SGB IX)."""

    traeger: Annotated[Kurztext, StringConstraints(max_length=200)] = Field(description="Name of the body")
    grund: Brieftext
