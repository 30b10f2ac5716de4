"""The mailbox as its receivers see it over HTTP."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.mandanten.zustaendig import UnbekannteGemeinde, gemeinde
from app.versand.service import Postfachzeile
from app.versand.zustand import Zustand

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
