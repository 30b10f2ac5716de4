"""HTTP of the towns' administration: set up, settings, coat of arms, self-check."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response
from pydantic import BaseModel, Field

from app.db.sitzung import ALLE, Sitzung, schliesse_ab
from app.konto.zugriff import Recht, Wer, erfordert, oeffentlich
from app.mandanten import service as mandanten
from app.mandanten.service import Gemeindeeinstellungen, UngueltigeEinstellungen
from app.mandanten.zustaendig import UnbekannteGemeinde, gemeinde
from app.problems import Problem, antworten
from app.verwaltung import service
from app.verwaltung.pruefpunkt import Bereich, Pruefbericht, Stand

router = APIRouter(prefix="/api/v1/gemeinden", tags=["Gemeinden"])

Ags = Annotated[str, Path(pattern=r"^05[0-9]{6}$", description="Amtlicher Gemeindeschlüssel")]
Lesend = Annotated[Wer, erfordert(Recht.GEMEINDE_LESEN)]
Aendernd = Annotated[Wer, erfordert(Recht.GEMEINDE_AENDERN)]
Aenderung = Annotated[
    dict[str, Any],
    Body(
        description="Members of `GemeindeeinstellungenAntwort.einstellungen` to change; the rest stays. "
        "`gebuehren` and `niveaus` are replaced as a whole.",
        examples=[{"kurzname": "Herford", "fristen": {"gewerbeanzeige_tage": 2}}],
    ),
]
_BILDER: dict[str, dict[str, Any]] = {"image/png": {}, "image/webp": {}}


class MangelAntwort(BaseModel):
    """Something that the town should still settle."""

    pointer: str
    noetig: bool = Field(description="Without it nothing should go out")
    text: dict[str, str]


class GemeindeeinstellungenAntwort(BaseModel):
    """A town's settings and what is missing."""

    ags: str
    name: str
    kreis: str
    neu: bool = Field(False, description="The town has been set up by this request")
    geaendert: list[str] = Field([], description="Settings that this request has changed")
    einstellungen: Gemeindeeinstellungen
    fehlt: list[MangelAntwort]


class GemeindeAntwort(BaseModel):
    """A town of this installation."""

    ags: str
    name: str
    kreis: str
    behoerdenname: str


class GemeindenAntwort(BaseModel):
    """The towns of this installation."""

    gemeinden: list[GemeindeAntwort]


class SatzAntwort(BaseModel):
    """One sentence in two languages."""

    de: str
    en: str


class PruefpunktAntwort(BaseModel):
    """One point of the self-check."""

    bereich: Bereich
    schluessel: str
    stand: Stand
    befund: SatzAntwort
    abhilfe: SatzAntwort | None = Field(description="What to do about it")


class PruefungAntwort(BaseModel):
    """The self-check of a town."""

    ags: str
    name: str
    stand: Stand = Field(description="That of the worst point")
    punkte: list[PruefpunktAntwort]

    @classmethod
    def aus(cls, bericht: Pruefbericht) -> "PruefungAntwort":
        """From the report."""
        return cls.model_validate(bericht.als_dict())


@router.get("", responses=antworten(401, 403), summary="Eingerichtete Gemeinden")
async def liste(wer: Lesend, sitzung: Sitzung) -> GemeindenAntwort:
    """The caller's own town; an operator bound to none sees all."""
    alle = await mandanten.alle_einstellungen(sitzung)
    return GemeindenAntwort(
        gemeinden=[
            GemeindeAntwort(
                ags=stadt.ags,
                name=stadt.gemeinde.name,
                kreis=stadt.gemeinde.kreis,
                behoerdenname=stadt.behoerdenname,
            )
            for stadt in alle
            if wer.gemeinde in {ALLE, stadt.ags}
        ]
    )


@router.put(
    "/{ags}",
    responses={201: {"model": GemeindeeinstellungenAntwort}, **antworten(401, 403, 404, 422)},
    summary="Eine Gemeinde einrichten",
)
async def einrichten(
    ags: Ags, wer: Aendernd, sitzung: Sitzung, antwort: Response, aenderung: Aenderung
) -> GemeindeeinstellungenAntwort:
    """Makes a town ready with what is known about the place, and the body over that. Safe to repeat.

    For operators bound to no town.
    """
    if wer.gemeinde != ALLE:
        raise Problem(
            403,
            "nur_betreiber",
            "Einrichten kann eine Gemeinde nur, wer die ganze Installation verwaltet.",
            "Only who administrates the whole installation can set a town up.",
        )
    ergebnis = await _mit_fehlern(ags, service.richte_ein(sitzung, ags, aenderung, durch=wer.kennung))
    if ergebnis.neu:
        antwort.status_code = 201
    return _antwort(ergebnis)


@router.get("/{ags}", responses=antworten(401, 403, 404, 422), summary="Einstellungen einer Gemeinde")
async def zeigen(ags: Ags, wer: Lesend, sitzung: Sitzung) -> GemeindeeinstellungenAntwort:
    """All settings, and what is still missing."""
    _pruefe_zugehoerig(wer, ags)
    try:
        einstellungen = await mandanten.einstellungen(sitzung, ags)
    except UnbekannteGemeinde:
        raise _unbekannt() from None
    return _antwort(service.Einrichtung(ags, False, einstellungen, ()))


@router.patch("/{ags}", responses=antworten(401, 403, 404, 422), summary="Einstellungen ändern")
async def aendern(
    ags: Ags, wer: Aendernd, sitzung: Sitzung, aenderung: Aenderung
) -> GemeindeeinstellungenAntwort:
    """Changes what is given, all of it or nothing; faults are named with their pointer."""
    _pruefe_zugehoerig(wer, ags)
    return _antwort(await _mit_fehlern(ags, service.aendere(sitzung, ags, aenderung, durch=wer.kennung)))


@router.put(
    "/{ags}/wappen", status_code=204, responses=antworten(401, 403, 404, 422), summary="Wappen setzen"
)
async def setze_wappen(
    ags: Ags,
    wer: Aendernd,
    sitzung: Sitzung,
    bild: Annotated[bytes, Body(media_type="image/png", description="PNG or WebP, at most 60 KiB")],
) -> None:
    """Keep the picture; what it is, its bytes say."""
    _pruefe_zugehoerig(wer, ags)
    try:
        await _mit_fehlern(ags, service.setze_wappen(sitzung, ags, bild, durch=wer.kennung))
    except mandanten.UngueltigesWappen as fehler:
        de, _, en = str(fehler).partition(" / ")
        raise Problem(
            422,
            "wappen_ungueltig",
            errors=[{"code": "wappen_ungueltig", "pointer": "", "text": {"de": de, "en": en}}],
        ) from fehler


@router.get(
    "/{ags}/wappen",
    dependencies=[Depends(oeffentlich)],
    response_class=Response,
    responses={200: {"content": _BILDER}, **antworten(404, 422)},
    summary="Wappen einer Gemeinde",
)
async def wappen(ags: Ags, sitzung: Sitzung) -> Response:
    """The picture as it was given."""
    bild = await mandanten.wappen(sitzung, ags)
    if bild is None:
        raise Problem(404, "wappen_fehlt")
    return Response(
        bild.inhalt,
        media_type=bild.medientyp,
        headers={
            "ETag": f'"{bild.sha256.hex()}"',
            "Cache-Control": "public, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@router.get("/{ags}/pruefung", responses=antworten(401, 403, 404, 422), summary="Selbstprüfung")
async def pruefung(ags: Ags, wer: Lesend, sitzung: Sitzung) -> PruefungAntwort:
    """Every check of the town, in plain words. Asks other machines, which may take a quarter of a minute."""
    _pruefe_zugehoerig(wer, ags)
    await schliesse_ab(sitzung)
    try:
        return PruefungAntwort.aus(await service.pruefe(ags))
    except UnbekannteGemeinde:
        raise _unbekannt() from None


def _pruefe_zugehoerig(wer: Wer, ags: str) -> None:
    if wer.gemeinde not in {ALLE, ags}:
        raise _unbekannt()


async def _mit_fehlern(ags: str, verb: Any) -> Any:
    try:
        return await verb
    except UnbekannteGemeinde:
        raise _unbekannt() from None
    except UngueltigeEinstellungen as fehler:
        raise Problem(422, "einstellungen_ungueltig", errors=fehler.fehler) from fehler


def _unbekannt() -> Problem:
    return Problem(
        404, "gemeinde_unbekannt", "Diese Gemeinde gibt es hier nicht.", "There is no such town here."
    )


def _antwort(ergebnis: service.Einrichtung) -> GemeindeeinstellungenAntwort:
    ort = gemeinde(ergebnis.ags)
    return GemeindeeinstellungenAntwort(
        ags=ort.ags,
        name=ort.name,
        kreis=ort.kreis,
        neu=ergebnis.neu,
        geaendert=list(ergebnis.geaendert),
        einstellungen=ergebnis.einstellungen,
        fehlt=[
            MangelAntwort(
                pointer=mangel.pointer, noetig=mangel.noetig, text={"de": mangel.de, "en": mangel.en}
            )
            for mangel in ergebnis.einstellungen.fehlendes()
        ],
    )
