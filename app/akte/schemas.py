"""Bodies of the file's HTTP interface."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.akte.models import AktenExport
from app.problems import ProblemText
from xoev.xdomea.rueckmeldungen import satz


class Rueckmeldung(BaseModel):
    """One thing the DMS has said."""

    code: str = Field(description="Code of AllgemeineRueckmeldung or 0605.SpezifischeFehlermeldung")
    text: ProblemText


class Aktenuebergabe(BaseModel):
    """The file as it was handed over to the town's DMS once, and what the DMS has made of it."""

    prozess_id: UUID = Field(description="xdomea's id of the transfer")
    ergebnis: Literal["offen", "abgelegt", "abgewiesen"]
    erstellt_am: datetime
    empfangen_am: datetime | None = Field(description="Answer 0629: the DMS has the package")
    beantwortet_am: datetime | None = Field(description="Answer 0630: what has become of it")
    dms_id: UUID | None = Field(description="The id of what was filed, in the DMS")
    rueckmeldungen: list[Rueckmeldung] = Field(description="Why, where the DMS has said so")

    @classmethod
    def aus(cls, export: AktenExport) -> "Aktenuebergabe":
        """One transfer."""
        ergebnisse: dict[bool | None, Literal["offen", "abgelegt", "abgewiesen"]]
        ergebnisse = {None: "offen", True: "abgelegt", False: "abgewiesen"}
        return cls(
            prozess_id=export.prozess_id,
            ergebnis=ergebnisse[export.erfolgreich],
            erstellt_am=export.erstellt_am,
            empfangen_am=export.empfangen_am,
            beantwortet_am=export.beantwortet_am,
            dms_id=export.dms_id,
            rueckmeldungen=[
                Rueckmeldung(code=code, text=ProblemText(**satz(code))) for code in export.codes or ()
            ],
        )


class Aktenstand(BaseModel):
    """What the town's DMS has of the file; empty where the town has none or nothing was handed over yet."""

    uebergaben: list[Aktenuebergabe]

    @classmethod
    def aus(cls, exporte: Sequence[AktenExport]) -> "Aktenstand":
        """The oldest transfer first."""
        return cls(uebergaben=[Aktenuebergabe.aus(export) for export in exporte])
