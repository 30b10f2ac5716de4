"""Everything a town settles for itself, as one checked document; the defaults come from the data alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from app.eingabefehler import fehler_aus_pydantic
from app.mandanten.aktenzeichen import Schema, UngueltigesSchema
from app.mandanten.bild import Gemeinde
from app.mandanten.farben import Farben
from app.mandanten.zustaendig import zustaendige_stellen
from xoev.zeichensatz import pruefe_text

AKTENZEICHEN_SCHEMA = "32.30-{jahr}-{nummer:06d}"
"""Default: 32 is the Ordnungsamt in the towns' common plan of files, 32.30 its trade matters."""

_NUR_DIE_ANZEIGE_ENTSCHEIDET = {"registergericht", "bisherige_gemeinde"}
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_STEUERZEICHEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What German typography has beyond DIN 91379; the typeface has it.
_SATZZEICHEN = dict.fromkeys(map(ord, "–—‘’‚“”„…•"))


def _sauber(text: str) -> str:
    if _STEUERZEICHEN.search(text):
        raise _fehler("steuerzeichen", "Ohne Zeilenumbrüche und Steuerzeichen.", "No control characters.")
    return text.strip()


def _druckbar(text: str) -> str:
    # One letter that the certificate's typeface lacks would hold up every certificate of the town.
    if fremd := pruefe_text(text.translate(_SATZZEICHEN)):
        raise _fehler(
            "zeichen",
            f"Dieses Zeichen lässt sich auf Bescheinigungen nicht drucken: {fremd[0].codepoint}.",
            f"This character cannot be printed on certificates: {fremd[0].codepoint}.",
        )
    return text


def _email(adresse: str) -> str:
    if len(adresse) > 254 or not _EMAIL.fullmatch(adresse):
        raise _fehler("email", "Das ist keine E-Mail-Adresse.", "This is no e-mail address.")
    return adresse


def _schema(text: str) -> str:
    try:
        return Schema.lies(text).text
    except UngueltigesSchema as fehler:
        de, _, en = str(fehler).rpartition(" / ")
        raise _fehler("aktenzeichen_schema", f"{de}.", f"{text!r}: {en}.") from fehler


def _fehler(code: str, de: str, en: str) -> PydanticCustomError:
    return PydanticCustomError(code, de, {"en": en})


Zeile = Annotated[str, Field(max_length=200), AfterValidator(_sauber), AfterValidator(_druckbar)]
Leistung = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,59}$")]
Niveauwort = Literal["basis", "substantiell", "hoch"]


class _Teil(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anschrift(_Teil):
    """Where the authority is found."""

    strasse: Zeile | None = None
    hausnummer: Annotated[str, Field(max_length=20), AfterValidator(_sauber)] | None = None
    plz: Annotated[str, Field(pattern=r"^[0-9]{5}$")] | None = None
    ort: Zeile


class Kontakt(_Teil):
    """A way to reach the authority, as it stands on certificates and messages."""

    kanal: Literal["email", "telefon", "telefax", "web"]
    kennung: Annotated[str, Field(min_length=3), AfterValidator(_sauber)]


class Gebuehr(_Teil):
    """What a service costs here."""

    betrag_cent: Annotated[int, Field(ge=0, le=100_000_00, description="Amount in cents (EUR)")]
    rechtsgrundlage: Annotated[str, Field(min_length=3, max_length=300), AfterValidator(_sauber)]


class Fristen(_Teil):
    """Times that the town sets itself."""

    gewerbeanzeige_tage: Annotated[
        int,
        Field(ge=1, le=3, description="Days until the certificate (§ 15 Abs. 1 GewO: three)"),
    ] = 3
    entwurf_tage: Annotated[int, Field(ge=1, le=365, description="Days after which a draft is deleted")] = 30


class Ansprechstelle(_Teil):
    """Somebody to turn to."""

    name: Zeile | None = None
    email: Annotated[str, AfterValidator(_email)] | None = None
    telefon: Annotated[str, Field(min_length=3, max_length=40), AfterValidator(_sauber)] | None = None


class Pflichtangaben(_Teil):
    """What the law wants to be read on the town's pages."""

    vertreten_durch: Zeile | None = Field(None, description="Who represents the town (§ 5 DDG)")
    aufsicht: Zeile | None = Field(None, description="Supervising authority (§ 5 DDG)")
    umsatzsteuer_id: Annotated[str, Field(pattern=r"^DE[0-9]{9}$")] | None = None
    datenschutz: Ansprechstelle | None = Field(None, description="Data protection officer (Art. 13 DSGVO)")
    barrierefreiheit_geprueft_am: date | None = Field(
        None, description="When the accessibility statement was last checked; yearly (§ 4 Abs. 4 BITVNRW)"
    )


def siegelzeile_von(ort: Gemeinde) -> str:
    """The seal line of a town that has not chosen one."""
    art = "Stadt" if ort.kreis_art == "kreisfreie Stadt" else "Gewerbeamt"
    return f"{art} {ort.kurzname}"


class Gemeindeeinstellungen(_Teil):
    """The settings of a town."""

    behoerdenname: Annotated[Zeile, Field(min_length=2, description="Name of the authority in full")]
    kurzname: Annotated[str, Field(min_length=2, max_length=60), AfterValidator(_sauber)]
    siegelzeile: Annotated[Zeile, Field(description="Line below a certificate where a seal would stand")] = ""
    anschrift: Anschrift
    erreichbarkeit: Annotated[tuple[Kontakt, ...], Field(max_length=10)] = ()
    bericht_an: Annotated[str, AfterValidator(_email)] | None = Field(
        None, description="E-mail address that is told every day when something is wrong"
    )
    automatisch_bescheinigen: bool = True
    aktenzeichen_schema: Annotated[str, AfterValidator(_schema)] = AKTENZEICHEN_SCHEMA
    gebuehren: Annotated[dict[Leistung, Gebuehr], Field(max_length=100)] = {}
    fristen: Fristen = Fristen()
    niveaus: Annotated[
        dict[Leistung, Niveauwort], Field(max_length=100, description="Level of login that a service needs")
    ] = {}
    verzichte: frozenset[str] = Field(
        frozenset(), description="Kinds of bodies that have waived the regular transfer (§ 14 Abs. 8 GewO)"
    )
    filter: frozenset[Literal["hwk", "eichamt"]] = frozenset()
    sprachen: Annotated[tuple[Literal["de", "en"], ...], Field(min_length=1)] = ("de", "en")
    farben: Farben = Farben()
    pflichtangaben: Pflichtangaben = Pflichtangaben()

    @field_validator("verzichte")
    @classmethod
    def _bekannte_arten(cls, arten: frozenset[str]) -> frozenset[str]:
        if unbekannt := arten - _arten():
            namen = ", ".join(sorted(unbekannt))[:200]
            raise _fehler(
                "stellenart",
                f"Diese Art Stelle gibt es nicht: {namen}.",
                f"No such kind of body: {namen}.",
            )
        return arten

    @field_validator("sprachen")
    @classmethod
    def _deutsch_ist_amtssprache(cls, sprachen: tuple[str, ...]) -> tuple[str, ...]:
        if sprachen[0] != "de" or len(set(sprachen)) != len(sprachen):
            raise _fehler(
                "sprachen",
                "Deutsch ist Amtssprache und steht am Anfang; jede Sprache einmal.",
                "German comes first, each language once.",
            )
        return sprachen

    @classmethod
    def vorgabe(cls, ort: Gemeinde) -> Self:
        """What follows from the data about the place alone."""
        return cls(
            behoerdenname=f"Gewerbeamt {ort.name}",
            kurzname=ort.kurzname,
            siegelzeile=siegelzeile_von(ort),
            anschrift=Anschrift(ort=ort.kurzname),
        )

    def mit(self, aenderung: Mapping[str, Any]) -> Self:
        """These settings with `aenderung` over them: objects member by member, everything else whole.

        Raises `UngueltigeEinstellungen`.
        """
        return self.lies(_verschmolzen(self.model_dump(mode="json"), aenderung))

    @classmethod
    def lies(cls, angaben: Mapping[str, Any]) -> Self:
        """Checked settings. Raises `UngueltigeEinstellungen`."""
        try:
            return cls.model_validate(angaben)
        except ValidationError as fehler:
            gefunden = fehler.errors(include_url=False, include_input=False)
            # Pointers count from the document itself, as those of a request's body do.
            orte = [{**eine, "loc": ("body", *eine["loc"])} for eine in gefunden]
            raise UngueltigeEinstellungen(fehler_aus_pydantic(orte, angaben)) from fehler

    def fehlendes(self) -> Iterator["Mangel"]:
        """What a town should still settle; `noetig`: without it nothing should go out."""
        if not (self.anschrift.strasse and self.anschrift.plz):
            yield Mangel("/anschrift", True, "Straße oder Postleitzahl fehlt.", "Street or postcode missing.")
        if not any(kontakt.kanal in {"email", "telefon"} for kontakt in self.erreichbarkeit):
            yield Mangel(
                "/erreichbarkeit",
                True,
                "E-Mail-Adresse oder Telefon fehlt.",
                "E-mail or telephone missing.",
            )
        if not self.gebuehren:
            yield Mangel("/gebuehren", False, "Die Gebührentafel ist leer.", "The table of fees is empty.")
        if self.bericht_an is None:
            yield Mangel(
                "/bericht_an",
                False,
                "Niemand wird benachrichtigt, wenn etwas nicht in Ordnung ist.",
                "Nobody is told when something is wrong.",
            )
        if self.pflichtangaben.vertreten_durch is None:
            yield Mangel(
                "/pflichtangaben/vertreten_durch",
                False,
                "Im Impressum fehlt, wer die Gemeinde vertritt.",
                "The imprint does not say who represents the town.",
            )
        if self.pflichtangaben.datenschutz is None:
            yield Mangel(
                "/pflichtangaben/datenschutz",
                False,
                "Die Datenschutzerklärung nennt keine Datenschutzbeauftragten.",
                "The privacy notice does not say how to reach the data protection officer.",
            )


@dataclass(frozen=True, slots=True)
class Mangel:
    """Something that a town should still settle."""

    pointer: str
    noetig: bool
    de: str
    en: str


class UngueltigeEinstellungen(ValueError):
    """The settings are not in order; `fehler` are entries as in `Problem.errors`, with pointers."""

    def __init__(self, fehler: list[dict[str, Any]]) -> None:
        """`fehler`: each with pointer, code and text."""
        self.fehler = fehler
        super().__init__("; ".join(f"{eine.get('pointer', '')}: {eine['text']['de']}" for eine in fehler))


def _arten() -> frozenset[str]:
    return frozenset(zustaendige_stellen(_IRGENDEINE)) | _NUR_DIE_ANZEIGE_ENTSCHEIDET


# Every town has a body of each kind.
_IRGENDEINE = "05774032"


def _verschmolzen(unten: Mapping[str, Any], oben: Mapping[str, Any]) -> dict[str, Any]:
    ergebnis = dict(unten)
    for name, wert in oben.items():
        if (
            name in _AN_EINEM_STUECK
            or not isinstance(wert, Mapping)
            or not isinstance(unten.get(name), Mapping)
        ):
            ergebnis[name] = wert
        else:
            ergebnis[name] = _verschmolzen(unten[name], wert)
    return ergebnis


# A fee that is not in the new table is no longer charged.
_AN_EINEM_STUECK = {"gebuehren", "niveaus"}
