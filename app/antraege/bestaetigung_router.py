"""HTTP of confirmations: the applicant's code, the second person's answer, and the letter that follows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.akte import service as akte
from app.antraege import bestaetigung, service
from app.antraege.bestaetigung import Bitte, UnbekannterCode
from app.antraege.errors import AntragUnbekannt, KeineBestaetigung
from app.db.sitzung import Sitzung, gelten
from app.konto.begrenzung import pruefe_codeversuche, zaehle_codeversuch
from app.konto.zugriff import Recht, Wer, erfordert
from app.leistungen.definition import SPRACHEN
from app.problems import ProblemText, antworten
from app.vorgaenge import entscheidung
from xoev.zeichensatz import pruefe_text

router = APIRouter(prefix="/api/v1", tags=["Bestätigungen"])

Sehend = Annotated[Wer, erfordert(Recht.ANTRAG_SEHEN)]
Stellend = Annotated[Wer, erfordert(Recht.ANTRAG_STELLEN)]
Bestaetigend = Annotated[Wer, erfordert(Recht.BESTAETIGEN)]

_FEHLER = antworten(401, 403, 404, 409, 422, 429)
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


def _zeichen(wert: str) -> str:
    if pruefe_text(wert.replace("\n", " ")):
        raise ValueError("Erlaubt sind die Zeichen der DIN 91379.")
    return wert


class Bestaetigungsstand(BaseModel):
    """How far a confirmation is."""

    zustand: bestaetigung.Zustand
    gueltig_bis: datetime
    beantwortet_am: datetime | None
    antworten: dict[str, Any]
    grund: str | None


class Bestaetigungscode(BaseModel):
    """For the second person; shown this once."""

    code: str
    gueltig_bis: datetime


class Codeeingabe(BaseModel):
    """The code that the applicant has handed on."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class Angezeigt(BaseModel):
    """One answer of the applicant that is shown."""

    label: ProblemText
    wert: ProblemText


class Bestaetigungsbitte(BaseModel):
    """What is to be confirmed."""

    gemeinde: str = Field(description="AGS")
    leistung: str
    titel: ProblemText
    hinweis: ProblemText
    angaben: list[Angezeigt]
    fragen: dict[str, Any] = Field(description="JSON Schema of what may be answered")
    gueltig_bis: datetime

    @classmethod
    def aus(cls, bitte: Bitte) -> Self:
        """As the second person sees it."""
        definition = bitte.formular.definition
        angabe, fragen = definition.bestaetigung, bitte.formular.bestaetigung
        if angabe is None or fragen is None:
            raise KeineBestaetigung
        je_zeile = zip(*(bitte.gezeigt[sprache] for sprache in SPRACHEN), strict=True)
        return cls(
            gemeinde=bitte.ags,
            leistung=definition.leistung,
            titel=ProblemText(**definition.titel.model_dump()),
            hinweis=ProblemText(**angabe.hinweis.model_dump()),
            angaben=[Angezeigt(label=_texte(zeile, 0), wert=_texte(zeile, 1)) for zeile in je_zeile],
            fragen=fragen.json_schema(),
            gueltig_bis=bitte.gueltig_bis,
        )


class Bestaetigungsantwort(BaseModel):
    """The second person confirms with `antworten`, or does not and says why."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    antworten: dict[str, Any] | None = None
    ablehnung: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
            AfterValidator(_zeichen),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _eines(self) -> Self:
        if (self.antworten is None) == (self.ablehnung is None):
            raise ValueError("antworten oder ablehnung / antworten or ablehnung")
        return self


@router.get(
    "/antraege/{antrag_id}/bestaetigung",
    responses=antworten(401, 403, 404, 422),
    summary="Stand der Bestätigung",
)
async def stand(antrag_id: UUID, session: Sitzung, wer: Sehend) -> Bestaetigungsstand:
    """Whether the second person has answered, for the applicant."""
    await _eigener(session, wer, antrag_id)
    einer = await bestaetigung.stand(session, antrag_id)
    if einer is None:
        raise KeineBestaetigung
    return Bestaetigungsstand(
        zustand=einer.zustand,
        gueltig_bis=einer.gueltig_bis,
        beantwortet_am=einer.beantwortet_am,
        antworten=dict(einer.antworten),
        grund=einer.grund,
    )


@router.post("/antraege/{antrag_id}/bestaetigung/code", responses=_FEHLER, summary="Neuer Code")
async def neuer_code(antrag_id: UUID, session: Sitzung, wer: Stellend) -> Bestaetigungscode:
    """A new code with a new time; the old one is void."""
    code = await bestaetigung.erneuere_code(session, wer, antrag_id)
    einer = await bestaetigung.stand(session, antrag_id)
    if einer is None:
        raise KeineBestaetigung
    return Bestaetigungscode(code=code, gueltig_bis=einer.gueltig_bis)


@router.get(
    "/antraege/{antrag_id}/bescheid",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **antworten(401, 403, 404, 422)},
    summary="Bescheid als PDF",
)
async def bescheid(antrag_id: UUID, session: Sitzung, wer: Sehend) -> Response:
    """The letter about the decision, for the applicant."""
    await _eigener(session, wer, antrag_id)
    bilder = await entscheidung.entscheidungen(session, antrag_id)
    if not bilder:
        raise AntragUnbekannt
    return Response(
        await akte.dokument_inhalt(session, bilder[-1].dokument_id),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="bescheid-{antrag_id}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@router.post("/bestaetigungen", responses=_FEHLER, summary="Eine Bitte um Bestätigung ansehen")
async def ansehen(eingabe: Codeeingabe, session: Sitzung, wer: Bestaetigend) -> Bestaetigungsbitte:
    """What the owner of the code is asked to confirm, and nothing else of the application."""
    pruefe_codeversuche(wer.id)
    try:
        return Bestaetigungsbitte.aus(await bestaetigung.oeffne(session, wer, eingabe.code))
    except UnbekannterCode:
        zaehle_codeversuch(wer.id)
        raise


@router.post(
    "/bestaetigungen/antwort", status_code=204, responses=_FEHLER, summary="Bestätigen oder ablehnen"
)
async def antworte(eingabe: Bestaetigungsantwort, session: Sitzung, wer: Bestaetigend) -> None:
    """Answers once; the same again changes nothing. Applicant and office see the answer."""
    pruefe_codeversuche(wer.id)
    try:
        if eingabe.antworten is not None:
            await bestaetigung.antworte(session, wer, eingabe.code, eingabe.antworten)
        else:
            await bestaetigung.lehne_ab(session, wer, eingabe.code, eingabe.ablehnung or "")
    except UnbekannterCode:
        zaehle_codeversuch(wer.id)
        raise


async def _eigener(session: Sitzung, wer: Wer, antrag_id: UUID) -> None:
    eingang = await service.eingang(session, antrag_id, einreicher_id=wer.id, ags=None)
    if eingang is None:
        raise AntragUnbekannt
    await gelten(session, gemeinde=eingang.ags, person=str(wer.id))


def _texte(zeile: tuple[tuple[str, str], ...], stelle: int) -> ProblemText:
    texte: Mapping[str, str] = {sprache: eine[stelle] for sprache, eine in zip(SPRACHEN, zeile, strict=True)}
    return ProblemText(**texte)
