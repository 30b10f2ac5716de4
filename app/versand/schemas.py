"""The mailbox as its receivers see it over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.mandanten.zustaendig import UnbekannteGemeinde, gemeinde
from app.problems import Problem, ProblemText
from app.versand.service import Postfachzeile, Quittung
from app.versand.zustand import Zustand

QUITTUNGEN_HOECHSTENS = 500
"""Acknowledgements in one request."""

# Text of one or more lines: PostgreSQL keeps no NUL, and nobody can read the other control characters.
_ZEILEN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]+$"


class GemeindeAntwort(BaseModel):
    """The town a message comes from."""

    ags: str = Field(description="Amtlicher Gemeindeschlüssel, 8 digits")
    name: str


class SendungAntwort(BaseModel):
    """One message in the mailbox, without its content."""

    nummer: int = Field(description="Position in this mailbox, from 1, without gaps")
    id: UUID
    art: str = Field(description="Kind of message, e.g. `xgewerbeanzeige`")
    stelle: str = Field(description="Key of the receiving body")
    gemeinde: GemeindeAntwort
    merkmale: dict[str, str] = Field(
        description="What the message is about, e.g. `form` and `nachrichtentyp` of a Gewerbeanzeige"
    )
    bereitgestellt_am: datetime
    sha256: str = Field(description="Of the message, 64 hexadecimal digits")
    groesse: int = Field(description="Of the message, in bytes")
    saetze: int = Field(description="Notices in the message; above 1 only for bodies that want them bundled")
    zustand: Zustand

    @classmethod
    def aus(cls, zeile: Postfachzeile) -> Self:
        """The line of the mailbox with the town's name."""
        try:
            name = gemeinde(zeile.ags).name
        except UnbekannteGemeinde:
            name = zeile.ags
        return cls(
            nummer=zeile.nummer,
            id=zeile.id,
            art=zeile.art,
            stelle=zeile.stelle,
            gemeinde=GemeindeAntwort(ags=zeile.ags, name=name),
            merkmale=dict(zeile.merkmale),
            bereitgestellt_am=zeile.bereitgestellt_am,
            sha256=zeile.sha256.hex(),
            groesse=zeile.groesse,
            saetze=zeile.saetze,
            zustand=zeile.zustand,
        )


class PostfachAntwort(BaseModel):
    """A page of the mailbox."""

    sendungen: list[SendungAntwort]
    naechste: int = Field(
        description="Value of `nach` for the next request; there may be nothing behind it yet"
    )

    @classmethod
    def aus(cls, zeilen: Sequence[Postfachzeile], nach: int) -> Self:
        """The page with these lines, asked for with `nach`."""
        return cls(
            sendungen=[SendungAntwort.aus(zeile) for zeile in zeilen],
            naechste=zeilen[-1].nummer if zeilen else nach,
        )


class QuittungEingabe(BaseModel):
    """The receiver's answer to one message: taken over, or refused with a reason."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    ergebnis: Literal["angenommen", "abgelehnt"]
    grund: Annotated[str, StringConstraints(max_length=2000, pattern=_ZEILEN)] | None = Field(
        None, description="Why the message is refused; required for `abgelehnt`, and only there"
    )
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] | None = Field(
        None, description="The receiver's own code of the refusal"
    )

    @model_validator(mode="after")
    def _grund_gehoert_zur_ablehnung(self) -> Self:
        if self.ergebnis == "abgelehnt" and self.grund is None:
            raise PydanticCustomError(
                "grund_fehlt", "Eine Ablehnung braucht einen Grund.", {"en": "A refusal needs a reason."}
            )
        if self.ergebnis == "angenommen" and (self.grund or self.code):
            raise PydanticCustomError(
                "grund_ohne_ablehnung",
                "Grund und Code gehören zu einer Ablehnung.",
                {"en": "Reason and code belong to a refusal."},
            )
        return self


class QuittungAntwort(BaseModel):
    """The state after the acknowledgement."""

    id: UUID
    zustand: Zustand


class SammelquittungZeile(QuittungEingabe):
    """The answer to one message among many."""

    id: UUID

    def als_quittung(self) -> Quittung:
        """As the service takes it."""
        return Quittung(self.id, self.ergebnis, self.code, self.grund)


class SammelquittungEingabe(BaseModel):
    """The receiver's answers to many messages."""

    model_config = ConfigDict(extra="forbid")

    quittungen: list[SammelquittungZeile] = Field(min_length=1, max_length=QUITTUNGEN_HOECHSTENS)


class QuittungProblem(BaseModel):
    """Why one acknowledgement was not noted, as its own request would have been answered."""

    status: int
    code: str = Field(description="`sendung_unbekannt` or `quittung_widerspricht`")
    text: ProblemText

    @classmethod
    def aus(cls, problem: Problem) -> Self:
        """The problem without what belongs to a whole answer."""
        return cls(status=problem.status_code, code=problem.code, text=ProblemText(**problem.text))


class SammelquittungErgebnis(BaseModel):
    """What became of one acknowledgement: the state of the message, or the problem."""

    id: UUID
    zustand: Zustand | None = None
    problem: QuittungProblem | None = None

    @classmethod
    def aus(cls, sendung_id: UUID, antwort: Zustand | Problem) -> Self:
        """The line for one answer of the service."""
        if isinstance(antwort, Problem):
            return cls(id=sendung_id, problem=QuittungProblem.aus(antwort))
        return cls(id=sendung_id, zustand=antwort)


class SammelquittungAntwort(BaseModel):
    """One line for each acknowledgement, in the order of the request."""

    quittungen: list[SammelquittungErgebnis]
