"""HTTP of the catalogue: which services a town offers, what each asks, in machine-readable form."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.db.sitzung import Sitzung
from app.konto.zugriff import oeffentlich
from app.leistungen import service
from app.leistungen.definition import Definition, Texte
from app.leistungen.dokument import xsd
from app.leistungen.formular import Formular
from app.problems import antworten

router = APIRouter(prefix="/api/v1/leistungen", tags=["Leistungen"], dependencies=[Depends(oeffentlich)])

Ags = Annotated[str, Query(pattern=r"^[0-9]{8}$", description="Town (AGS)")]
AgsFreiwillig = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{8}$", description="As this town offers it; without one: as it is shipped"),
]
Leistung = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,59}$", description="Key of the service")]

_SCHEMA: dict[int | str, dict[str, Any]] = {200: {"content": {"application/schema+json": {}}}}
_XML: dict[int | str, dict[str, Any]] = {200: {"content": {"application/xml": {}}}}


class LeistungZeile(BaseModel):
    """A service in a list."""

    leistung: str
    leika: str
    leika_belegt: bool = Field(description="false: the key is assumed and to be confirmed")
    titel: Texte
    kurz: Texte
    dauer_minuten: int
    niveau: Literal["basis", "substantiell", "hoch"] = Field(description="Level of login that the form needs")
    formular: str = Field(description="Version of the form: hash of its content")
    zustand: Literal["angeboten", "ausgesetzt"]


class LeistungenAntwort(BaseModel):
    """The services of a town."""

    ags: str
    leistungen: list[LeistungZeile]


class LeistungAntwort(LeistungZeile):
    """A service with all that it says about itself."""

    definition: Definition


@router.get("", responses=antworten(404, 422), summary="Leistungen einer Gemeinde")
async def leistungen(
    session: Sitzung,
    ags: Ags,
    suche: Annotated[str, Query(max_length=200, description="What it is about, in any language")] = "",
) -> LeistungenAntwort:
    """Every service of the town, or those that fit the words, the best first."""
    angebote = {eines.formular.hash: eines for eines in await service.katalog(session, ags)}
    gefunden = service.suche([eines.formular for eines in angebote.values()], suche)
    return LeistungenAntwort(
        ags=ags,
        leistungen=[
            LeistungZeile(**_zeile(eines), zustand=angebote[eines.hash].zustand) for eines in gefunden
        ],
    )


@router.get("/{leistung}", responses=antworten(404, 422), summary="Eine Leistung")
async def leistung(leistung: Leistung, session: Sitzung, ags: Ags) -> LeistungAntwort:
    """What the service asks, what it costs, which law it rests on, how long it takes: in three languages."""
    angebot = await service.angebot(session, ags, leistung, auch_ausgesetzt=True)
    return LeistungAntwort(
        **_zeile(angebot.formular), zustand=angebot.zustand, definition=angebot.formular.definition
    )


@router.get(
    "/{leistung}/schema",
    response_class=Response,
    responses={**_SCHEMA, **antworten(404, 422)},
    summary="JSON Schema der Antworten",
)
async def schema(leistung: Leistung, session: Sitzung, ags: AgsFreiwillig = None) -> Response:
    """JSON Schema (draft 2020-12) of `antworten` in `POST /api/v1/antraege`."""
    formular = await _formular(session, leistung, ags)
    return JSONResponse(formular.json_schema(), media_type="application/schema+json")


@router.get(
    "/{leistung}/xsd",
    response_class=Response,
    responses={**_XML, **antworten(404, 422)},
    summary="XML Schema des Antrags",
)
async def xml_schema(leistung: Leistung, session: Sitzung, ags: AgsFreiwillig = None) -> Response:
    """XML Schema of the document that is filed and handed on, an element for each FIM field."""
    return Response(xsd(await _formular(session, leistung, ags)), media_type="application/xml")


async def _formular(session: Sitzung, leistung: str, ags: str | None) -> Formular:
    if ags is not None:
        return (await service.angebot(session, ags, leistung, auch_ausgesetzt=True)).formular
    formular = service.bestand().get(leistung)
    if formular is None:
        raise service.UnbekannteLeistung
    return formular


def _zeile(formular: Formular) -> dict[str, Any]:
    definition = formular.definition
    return {
        "leistung": definition.leistung,
        "leika": definition.leika,
        "leika_belegt": definition.leika_belegt,
        "titel": definition.titel,
        "kurz": definition.kurz,
        "dauer_minuten": definition.dauer_minuten,
        "niveau": definition.niveau.mindestens,
        "formular": formular.hash,
    }
