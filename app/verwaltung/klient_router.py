"""HTTP of a town's Administration: the machine clients of her own town."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.db.sitzung import Sitzung
from app.konto import service
from app.konto.service import KlientBild, KlientUngueltig
from app.konto.zugriff import Recht, Wer, erfordert
from app.problems import Problem, antworten
from app.verwaltung.klienten import vermerke

router = APIRouter(prefix="/api/v1/verwaltung/klienten", tags=["Verwaltung"])

Verwaltend = Annotated[Wer, erfordert(Recht.KLIENT_VERWALTEN)]
Bereich = Literal["sachbearbeitung", "verwaltung"]
"""What a town may let its own clients do."""
LIEST_FAELLE = "sachbearbeitung"


class KlientAntwort(BaseModel):
    """A machine client, without any secret."""

    client_id: str
    name: str
    scopes: list[str]
    mit_schluessel: bool = Field(description="It signs with a key of its own instead of having a secret")
    je_minute: int | None = Field(description="Requests a minute; null: the default of the installation")
    laeuft_ab_am: datetime | None
    vorheriges_bis: datetime | None = Field(description="Until when the secret before counts, too")
    gesperrt: bool
    angelegt_am: datetime
    zuletzt_am: datetime | None = Field(description="When it last fetched a token")

    @classmethod
    def aus(cls, bild: KlientBild) -> "KlientAntwort":
        """The client as it stands."""
        return cls.model_validate(bild, from_attributes=True)


class KlientenAntwort(BaseModel):
    """The town's clients."""

    klienten: list[KlientAntwort]


class NeuerKlientAntwort(BaseModel):
    """A client just made."""

    klient: KlientAntwort
    client_secret: str | None = Field(description="Shown here and never again; null with a key of its own")


class KlientEingabe(BaseModel):
    """A client to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    scopes: Annotated[list[Bereich], Field(min_length=1, max_length=2)]
    jwks: dict[str, Any] | None = Field(
        None, description="Public keys (RFC 7517); needed for a client that may read cases"
    )
    laeuft_ab_am: AwareDatetime | None = None
    je_minute: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class RotationEingabe(BaseModel):
    """How a client's secret or keys are replaced."""

    model_config = ConfigDict(extra="forbid")

    jwks: dict[str, Any] | None = Field(None, description="New public keys instead of a new secret")
    ueberlappung_stunden: int = Field(0, ge=0, le=720, description="So long the old secret counts, too")


class RotationAntwort(BaseModel):
    """What has replaced the old."""

    klient: KlientAntwort
    client_secret: str | None = Field(description="Shown here and never again; null with new keys")


@router.get("", responses=antworten(401, 403), summary="Maschinenzugänge der Gemeinde")
async def liste(wer: Verwaltend, sitzung: Sitzung) -> KlientenAntwort:
    """Clients that belong to the own town, with their last use."""
    eigene = await service.klienten(sitzung, gemeinde=_gemeinde(wer))
    return KlientenAntwort(klienten=[KlientAntwort.aus(einer) for einer in eigene])


@router.post("", status_code=201, responses=antworten(401, 403, 422), summary="Maschinenzugang anlegen")
async def anlegen(eingabe: KlientEingabe, wer: Verwaltend, sitzung: Sitzung) -> NeuerKlientAntwort:
    """A client of the own town. One that may read cases comes with a public key: nobody here has a secret."""
    wunsch = eingabe.model_dump(exclude={"jwks"}) | {"gemeinde": _gemeinde(wer)}
    _ohne_geheimnis_fuer_faelle(eingabe.scopes, eingabe.jwks)
    try:
        if eingabe.jwks is not None:
            bild = await service.anlegen_klient_mit_schluessel(sitzung, jwks=eingabe.jwks, **wunsch)
            geheimnis = None
        else:
            neu = await service.anlegen_klient(sitzung, **wunsch)
            bild, geheimnis = neu.klient, neu.geheimnis
    except KlientUngueltig as fehler:
        raise _ungueltig(fehler) from fehler
    await vermerke(sitzung, "klient_angelegt", bild, durch=wer.kennung)
    return NeuerKlientAntwort(klient=KlientAntwort.aus(bild), client_secret=geheimnis)


@router.post(
    "/{client_id}/rotieren",
    responses=antworten(401, 403, 404, 422),
    summary="Geheimnis oder Schlüssel ersetzen",
)
async def rotieren(
    client_id: str, eingabe: RotationEingabe, wer: Verwaltend, sitzung: Sitzung
) -> RotationAntwort:
    """A new secret, beside which the old one counts for a while if wanted; or other public keys."""
    bild = await _eigener(sitzung, wer, client_id)
    _ohne_geheimnis_fuer_faelle(bild.scopes, eingabe.jwks)
    geheimnis = None
    try:
        if eingabe.jwks is not None:
            await service.rotiere_schluessel(sitzung, client_id, eingabe.jwks)
        else:
            frist = timedelta(hours=eingabe.ueberlappung_stunden)
            geheimnis = await service.rotiere_geheimnis(sitzung, client_id, ueberlappung=frist)
    except KlientUngueltig as fehler:
        raise _ungueltig(fehler) from fehler
    neu = await _eigener(sitzung, wer, client_id)
    await vermerke(sitzung, "klient_rotiert", neu, durch=wer.kennung)
    return RotationAntwort(klient=KlientAntwort.aus(neu), client_secret=geheimnis)


@router.post("/{client_id}/sperren", responses=antworten(401, 403, 404), summary="Maschinenzugang sperren")
async def sperren(client_id: str, wer: Verwaltend, sitzung: Sitzung) -> KlientAntwort:
    """Blocks the client for good and at once, its running tokens too. Once more changes nothing."""
    bild = await _eigener(sitzung, wer, client_id)
    if await service.sperre_klient(sitzung, client_id):
        await vermerke(sitzung, "klient_gesperrt", bild, durch=wer.kennung)
    return KlientAntwort.aus(await _eigener(sitzung, wer, client_id))


async def _eigener(sitzung: Sitzung, wer: Wer, client_id: str) -> KlientBild:
    bild = await service.klient(sitzung, client_id) if client_id.isprintable() else None
    if bild is None or bild.gemeinde != _gemeinde(wer):
        raise Problem(404, "klient_unbekannt")
    return bild


def _gemeinde(wer: Wer) -> str:
    assert wer.gemeinde is not None  # noqa: S101 the right belongs to a role of a town
    return wer.gemeinde


def _ohne_geheimnis_fuer_faelle(scopes: list[Bereich] | frozenset[str], jwks: object) -> None:
    if LIEST_FAELLE in scopes and jwks is None:
        raise Problem(
            422,
            "schluessel_noetig",
            "Ein Klient, der Vorgänge liest, weist sich mit einem eigenen Schlüssel aus (jwks).",
            "A client that reads cases proves itself with a key of its own (jwks).",
            errors=[
                {
                    "pointer": "/jwks",
                    "code": "schluessel_noetig",
                    "text": {"de": "Öffentliche Schlüssel (RFC 7517).", "en": "Public keys (RFC 7517)."},
                }
            ],
        )


def _ungueltig(fehler: KlientUngueltig) -> Problem:
    return Problem(422, "klient_ungueltig", str(fehler), "The data of the client are not in order.")
