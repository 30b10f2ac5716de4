"""Towns, districts, chambers and other bodies as dated rows; newer files lie over the shipped ones.

The shipped rows are CSV files in daten/ (sources in daten/QUELLEN.md). An installation may lay files over
them (AMT_GEMEINDEDATEN, see app.mandanten.nachtrag): a row with the same key and the same first day takes
the place of the earlier one, any other is added. A row counts from `gueltig_ab` to `gueltig_bis`, both
included.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

_DATEN = Path(__file__).parent / "daten"

Ags = Annotated[str, Field(pattern=r"^05[0-9]{6}$")]
Kreisschluessel = Annotated[str, Field(pattern=r"^05[0-9]{3}$")]
Schluessel = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}$")]
Name = Annotated[str, Field(min_length=2, max_length=200)]
_Leer = BeforeValidator(lambda wert: None if wert == "" else wert)


class Zeile(BaseModel):
    """A row and the days on which it counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    SCHLUESSEL: ClassVar[tuple[str, ...]]

    gueltig_ab: date
    gueltig_bis: Annotated[date | None, _Leer] = None

    @model_validator(mode="after")
    def _vorwaerts(self) -> "Zeile":
        if self.gueltig_bis is not None and self.gueltig_bis < self.gueltig_ab:
            raise ValueError("gueltig_bis liegt vor gueltig_ab / ends before it begins")
        return self

    @property
    def schluessel_der_zeile(self) -> tuple[str, ...]:
        """What the row is about, whatever the day."""
        return tuple(str(getattr(self, feld)) for feld in self.SCHLUESSEL)

    def gilt_am(self, tag: date) -> bool:
        """Whether the row counts on this day."""
        return self.gueltig_ab <= tag and (self.gueltig_bis is None or tag <= self.gueltig_bis)


class GemeindeZeile(Zeile):
    """A municipality."""

    SCHLUESSEL = ("ags",)

    ags: Ags
    name: Name
    kreis_ags: Kreisschluessel
    ihk: Schluessel
    hwk: Schluessel
    nachfolgerin: Annotated[Ags | None, _Leer] = None
    """The town that it became part of on the day after `gueltig_bis`."""


class KreisZeile(Zeile):
    """A district, or a town that is one by itself."""

    SCHLUESSEL = ("ags",)

    ags: Kreisschluessel
    name: Name
    art: Literal["Kreis", "kreisfreie Stadt", "Städteregion"]
    bezirksregierung: Schluessel
    landschaftsverband: Literal["LVR", "LWL"]


class BezirksregierungZeile(Zeile):
    """A district government; `kennziffer` is the third digit of the AGS of its towns."""

    SCHLUESSEL = ("schluessel",)

    schluessel: Schluessel
    name: Name
    kennziffer: Annotated[str, Field(pattern=r"^[0-9]$")]


class StelleZeile(Zeile):
    """A body that is sent messages."""

    SCHLUESSEL = ("schluessel",)

    schluessel: Schluessel
    art: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    bezirk: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,80}$")]
    name: Name
    praefix: Annotated[str, Field(pattern=r"^[A-Za-z]{2,20}$")]
    kennung: Annotated[str, Field(pattern=r"^[0-9A-Za-z._:-]{5,40}$")]
    zustaendigkeit: Literal["belegt", "erschlossen"]


class PostleitzahlZeile(Zeile):
    """A postcode and a town in which it is used: for finding places, never for competence."""

    SCHLUESSEL = ("plz", "ags")

    plz: Annotated[str, Field(pattern=r"^[0-9]{5}$")]
    ags: Ags


class Datenfehler(ValueError):
    """The rows contradict each other or cannot be read; `maengel` are sentences for people."""

    def __init__(self, maengel: Iterable[str]) -> None:
        """`maengel`: what is wrong, each with its place."""
        self.maengel = tuple(maengel)
        super().__init__("; ".join(self.maengel))


class Tabellen(BaseModel):
    """All rows of all days; also the form of a file that is laid over them (YAML)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grund: str = ""
    """Why the file was made, in words."""
    gemeinden: tuple[GemeindeZeile, ...] = ()
    kreise: tuple[KreisZeile, ...] = ()
    bezirksregierungen: tuple[BezirksregierungZeile, ...] = ()
    stellen: tuple[StelleZeile, ...] = ()
    postleitzahlen: tuple[PostleitzahlZeile, ...] = ()

    def ueberlagert(self, neu: "Tabellen") -> "Tabellen":
        """These rows with `neu` laid over them."""
        return Tabellen(
            **{name: _ueberlagert(getattr(self, name), getattr(neu, name)) for name in TABELLEN},
        )

    def maengel(self) -> Iterator[str]:
        """What contradicts itself: overlapping days, references into nothing."""
        yield from self._ueberlappungen()
        for tag in self._stichtage():
            yield from self._luecken(tag)

    def am(self, tag: date) -> "Tabellen":
        """The rows that count on this day."""
        return self.model_copy(
            update={name: tuple(z for z in getattr(self, name) if z.gilt_am(tag)) for name in TABELLEN}
        )

    def _ueberlappungen(self) -> Iterator[str]:
        for name in TABELLEN:
            letzte: dict[tuple[str, ...], Zeile] = {}
            for zeile in sorted(getattr(self, name), key=lambda z: (z.schluessel_der_zeile, z.gueltig_ab)):
                vorige = letzte.get(zeile.schluessel_der_zeile)
                if vorige is not None and (
                    vorige.gueltig_bis is None or vorige.gueltig_bis >= zeile.gueltig_ab
                ):
                    yield (
                        f"{name} {' '.join(zeile.schluessel_der_zeile)}: zwei Zeilen gelten am "
                        f"{zeile.gueltig_ab} / two rows count on this day"
                    )
                letzte[zeile.schluessel_der_zeile] = zeile

    def _stichtage(self) -> list[date]:
        """Every day on which something begins or has just ended, from the first day of all towns on."""
        if not self.gemeinden:
            return []
        anfang = max(min(zeile.gueltig_ab for zeile in getattr(self, name)) for name in _GRUNDLAGE)
        tage = {anfang}
        for name in TABELLEN:
            for zeile in getattr(self, name):
                tage.add(zeile.gueltig_ab)
                if zeile.gueltig_bis is not None:
                    tage.add(zeile.gueltig_bis + timedelta(days=1))
        return sorted(tag for tag in tage if tag >= anfang)

    def _luecken(self, tag: date) -> Iterator[str]:
        heute = self.am(tag)
        kreise = {zeile.ags: zeile for zeile in heute.kreise}
        bezirke = {zeile.schluessel for zeile in heute.bezirksregierungen}
        stellen = {zeile.schluessel: zeile for zeile in heute.stellen}
        gemeinden = {zeile.ags for zeile in heute.gemeinden}
        for ort in heute.gemeinden:
            if ort.kreis_ags not in kreise:
                yield f"gemeinden {ort.ags}: am {tag} kein Kreis {ort.kreis_ags} / no such district"
            elif ort.ags[:5] != ort.kreis_ags:
                yield f"gemeinden {ort.ags}: AGS gehört nicht zu {ort.kreis_ags} / AGS and district differ"
            for art in ("ihk", "hwk"):
                kammer = stellen.get(getattr(ort, art))
                if kammer is None or kammer.art != art:
                    yield (
                        f"gemeinden {ort.ags}: am {tag} gibt es keine {art.upper()} {getattr(ort, art)} "
                        "/ no such chamber"
                    )
        for kreis in heute.kreise:
            if kreis.bezirksregierung not in bezirke:
                yield f"kreise {kreis.ags}: am {tag} gibt es {kreis.bezirksregierung} nicht / does not exist"
        for plz in heute.postleitzahlen:
            if plz.ags not in gemeinden:
                yield f"postleitzahlen {plz.plz}: am {tag} gibt es keine Gemeinde {plz.ags} / no such town"
        for ort in self.gemeinden:
            if (
                ort.nachfolgerin
                and ort.gueltig_bis == tag - timedelta(days=1)
                and ort.nachfolgerin not in gemeinden
            ):
                yield f"gemeinden {ort.ags}: am {tag} keine Nachfolgerin {ort.nachfolgerin} / no such town"


TABELLEN = ("gemeinden", "kreise", "bezirksregierungen", "stellen", "postleitzahlen")
_GRUNDLAGE = ("gemeinden", "kreise", "bezirksregierungen", "stellen")


@cache
def ausgeliefert() -> Tabellen:
    """The rows that come with this version."""
    return Tabellen.model_validate({name: list(_zeilen(f"{name}.csv")) for name in TABELLEN})


def lies_datei(pfad: Path) -> Tabellen:
    """The rows of a file (YAML, or a CSV named as its table); raises Datenfehler with every fault."""
    try:
        roh = pfad.read_text("utf-8")
        if pfad.suffix == ".csv":
            inhalt: object = {pfad.stem: list(csv.DictReader(roh.splitlines()))}
        else:
            inhalt = yaml.safe_load(roh)
        return Tabellen.model_validate(inhalt)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fehler:
        raise Datenfehler([f"{pfad.name}: nicht lesbar / unreadable ({type(fehler).__name__})"]) from fehler
    except ValidationError as fehler:
        raise Datenfehler(
            f"{pfad.name}: /{'/'.join(str(teil) for teil in eintrag['loc'])}: {eintrag['msg']}"
            for eintrag in fehler.errors(include_url=False, include_input=False, include_context=False)
        ) from fehler


def ueberlagert(ordner: Path) -> Tabellen:
    """The shipped rows and what lies in `ordner`, in the order of the files' names.

    Raises Datenfehler: rows that contradict each other are not used in part.
    """
    alle = ausgeliefert()
    dateien = nachtraege(ordner)
    for datei in dateien:
        alle = alle.ueberlagert(lies_datei(datei))
    if dateien and (maengel := list(alle.maengel())):
        raise Datenfehler(maengel)
    return alle


def nachtraege(ordner: Path) -> list[Path]:
    """The files that are laid over the shipped ones, in their order."""
    return sorted(ordner.glob("*.yaml")) if ordner.is_dir() else []


def _ueberlagert(alt: tuple[Zeile, ...], neu: tuple[Zeile, ...]) -> list[Zeile]:
    zeilen = {(*zeile.schluessel_der_zeile, zeile.gueltig_ab): zeile for zeile in alt}
    zeilen |= {(*zeile.schluessel_der_zeile, zeile.gueltig_ab): zeile for zeile in neu}
    return list(zeilen.values())


def registergerichte() -> Mapping[str, str]:
    """Names of the register courts by code (XUnternehmen); their keys never end."""
    return MappingProxyType({zeile["code"]: zeile["name"] for zeile in _zeilen("registergerichte.csv")})


def _zeilen(datei: str) -> Iterator[dict[str, str]]:
    with (_DATEN / datei).open(encoding="utf-8", newline="") as strom:
        yield from csv.DictReader(strom)
