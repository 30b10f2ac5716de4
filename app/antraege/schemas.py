"""What the interface says about drafts, uploads and applications."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.antraege.anlagen import Anlage
from app.antraege.einreichen import Antragsinhalt
from app.antraege.entwuerfe import Entwurf
from app.antraege.service import Eingang
from app.leistungen.definition import Schluessel
from app.vorgaenge.service import Fall, Zustand
from xoev.befund import Befund
from xoev.zeichensatz import pruefe_text

Sprache = Literal["de", "en", "leicht"]
Ags = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
Antworten = Annotated[dict[str, Any], Field(description="One object, as the JSON Schema of the service says")]


def _zeichen(wert: str) -> str:
    if pruefe_text(wert.replace("\n", " ")):
        raise ValueError("Erlaubt sind die Zeichen der DIN 91379.")
    return wert


class _Eingabe(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Entwurfsbeginn(_Eingabe):
    """Which service of which town."""

    leistung: Schluessel
    ags: Ags


class Entwurfseingabe(_Eingabe):
    """All answers of a draft as they now are."""

    antworten: Antworten
    fassung: Annotated[int, Field(ge=1, description="Of the draft that they were made from")]
    schritt: Schluessel | None = None
    fragen_erledigt: bool = Field(
        False, description="What a new form had no place for has been looked at and may go"
    )


class Absenden(_Eingabe):
    """A draft is sent."""

    kenntnis: bool = Field(description="The declaration was read and is true")
    sprache: Sprache = "de"


class Antragseingabe(_Eingabe):
    """An application without a draft."""

    leistung: Schluessel
    ags: Ags
    antworten: Antworten
    kenntnis: bool = Field(description="The declaration was read and is true")
    sprache: Sprache = "de"


class Ruecknahme(_Eingabe):
    """Why an application is withdrawn, if the applicant wants to say."""

    grund: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
            AfterValidator(_zeichen),
        ]
        | None
    ) = None


class Texteangabe(BaseModel):
    """The same in every language."""

    model_config = ConfigDict(from_attributes=True)

    de: str
    en: str
    leicht: str


class Frageantwort(BaseModel):
    """An answer that a new form has no place for."""

    pfad: str
    label: Texteangabe
    wert: Any


class Befundantwort(BaseModel):
    """Something that is wrong, or should be looked at."""

    severity: Literal["error", "warning", "info"]
    code: str
    pointer: str = Field(description="JSON pointer into the answers; /nachweise/… for documents")
    text: dict[str, str]

    @classmethod
    def aus(cls, befund: Befund) -> Self:
        """The finding."""
        return cls(severity=befund.severity, code=befund.rule, pointer=befund.pointer, text=dict(befund.text))


class Entwurfszeile(BaseModel):
    """A draft in the list."""

    id: UUID
    leistung: str
    titel: Texteangabe
    ags: str
    fassung: int
    vertreten: str | None = Field(description="For whom the person acts")
    angelegt_am: datetime
    geaendert_am: datetime
    verfaellt_am: datetime = Field(description="When it is deleted unless somebody works on it")

    @staticmethod
    def werte(entwurf: Entwurf) -> dict[str, Any]:
        """The fields of a draft."""
        definition = entwurf.formular.definition
        return {
            "id": entwurf.id,
            "leistung": definition.leistung,
            "titel": Texteangabe.model_validate(definition.titel),
            "ags": entwurf.ags,
            "fassung": entwurf.fassung,
            "vertreten": entwurf.vertreten["name"] if entwurf.vertreten else None,
            "angelegt_am": entwurf.angelegt_am,
            "geaendert_am": entwurf.geaendert_am,
            "verfaellt_am": entwurf.verfaellt_am,
        }


class Entwurfsliste(BaseModel):
    """All drafts of the account, the one changed last first."""

    entwuerfe: list[Entwurfszeile]


class Entwurfsantwort(Entwurfszeile):
    """A draft with its answers and what is still wrong with them."""

    formular: str = Field(description="SHA-256 of the form it was made with")
    schritt: str | None
    antworten: dict[str, Any]
    fragen: list[Frageantwort]
    befunde: list[Befundantwort]

    @classmethod
    def aus(cls, entwurf: Entwurf, befunde: Iterable[Befund]) -> Self:
        """The draft."""
        return cls(
            **cls.werte(entwurf),
            formular=entwurf.formular.hash,
            schritt=entwurf.schritt,
            antworten=entwurf.antworten,
            fragen=[
                Frageantwort(
                    pfad=eine.pfad, label=Texteangabe.model_validate(dict(eine.label)), wert=eine.wert
                )
                for eine in entwurf.fragen
            ],
            befunde=[Befundantwort.aus(befund) for befund in befunde],
        )


class Anlagenantwort(BaseModel):
    """An uploaded file."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    nachweis: str
    dateiname: str
    medientyp: str
    groesse: int = Field(description="Bytes")
    sha256: str
    geprueft: bool = Field(description="A virus scanner has looked at it")
    hochgeladen_am: datetime


class Anlagenliste(BaseModel):
    """The files of a draft, oldest first."""

    anlagen: list[Anlagenantwort]

    @classmethod
    def aus(cls, anlagen: Iterable[Anlage]) -> Self:
        """The files."""
        return cls(anlagen=[Anlagenantwort.model_validate(eine) for eine in anlagen])


class Fallantwort(BaseModel):
    """A case of an application."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    aktenzeichen: str
    zustand: Zustand
    naechster_termin: datetime | None
    entscheidung: str | None
    angelegt_am: datetime
    abgeschlossen_am: datetime | None


class Antragszeile(BaseModel):
    """An application in the list."""

    id: UUID
    art: str
    ags: str
    eingangsnummer: str
    eingegangen_am: datetime
    kanal: str
    vertreten: str | None = Field(description="For whom the person acted")

    @staticmethod
    def werte(eingang: Eingang) -> dict[str, Any]:
        """The fields of a submission."""
        return {
            "id": eingang.id,
            "art": eingang.art,
            "ags": eingang.ags,
            "eingangsnummer": eingang.eingangsnummer,
            "eingegangen_am": eingang.eingegangen_am,
            "kanal": eingang.kanal,
            "vertreten": eingang.vertreten["name"] if eingang.vertreten else None,
        }


class Antragsliste(BaseModel):
    """What this account or client has submitted, newest first."""

    antraege: list[Antragszeile]

    @classmethod
    def aus(cls, eingaenge: Iterable[Eingang]) -> Self:
        """The submissions."""
        return cls(antraege=[Antragszeile(**Antragszeile.werte(einer)) for einer in eingaenge])


class Antragsantwort(Antragszeile):
    """An application and how it stands."""

    leistung: str | None = Field(description="Null where it was not made with a form")
    formular: str | None = Field(description="SHA-256 of the form it was made with")
    antworten: Mapping[str, Any] | None
    faelle: list[Fallantwort]
    bestaetigungscode: str | None = Field(
        None, description="For the second person, where the service wants one: shown this once"
    )

    @classmethod
    def aus(
        cls,
        eingang: Eingang,
        inhalt: Antragsinhalt | None,
        faelle: Iterable[Fall],
        bestaetigungscode: str | None = None,
    ) -> Self:
        """The application."""
        return cls(
            **cls.werte(eingang),
            leistung=inhalt.formular.definition.leistung if inhalt else None,
            formular=inhalt.formular.hash if inhalt else None,
            antworten=inhalt.antworten if inhalt else None,
            faelle=[Fallantwort.model_validate(fall) for fall in faelle],
            bestaetigungscode=bestaetigungscode,
        )
