"""Claim maps: which claim of a provider means what here. One YAML file each in the folder `karten`.

A path names a claim, with dots for nested ones (``address.street_address``); a list of paths is joined with
spaces. ``{client_id}`` stands for our own name at the provider.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.konto.identitaet import Angaben
from app.konto.niveau import Niveau
from app.konto.oidc.fehler import AnbieterFehler

_ORDNER: Final = Path(__file__).parent / "karten"
_HOECHSTENS_ZEICHEN: Final = 500

Niveauwort = Annotated[
    Niveau, BeforeValidator(lambda wert: Niveau.von(wert) if isinstance(wert, str) else wert)
]


class _Teil(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Niveauregel(_Teil):
    """How the level is asked for and read."""

    claims: tuple[str, ...] = Field(("acr",), min_length=1)
    """Claims of the ID token; with several, the lowest of them counts and none may be missing."""
    anfrage: dict[Niveauwort, str] = {}
    """Value for `acr_values` by level."""
    werte: dict[str, Niveauwort] = {}
    """What the provider's values mean, beside those that are the same everywhere (niveaus.py)."""


class Rollenregel(_Teil):
    """Where the roles of staff stand: values ``PREFIX ROLE`` or ``PREFIX ROLE:PLACE``."""

    claims: tuple[str, ...] = Field(min_length=1)
    praefix: str = "amt:"


class Karte(_Teil):
    """The claims of one kind of provider."""

    quellen: tuple[str, ...] = Field(min_length=1)
    """Where the claims were read."""
    angenommen: tuple[str, ...] = ()
    """What no source says."""
    subjekt: str = "sub"
    """Claim of the ID token that names the account for good."""
    userinfo: bool = False
    """Whether the claims about the person come from the userinfo endpoint as well."""
    niveau: Niveauregel = Niveauregel()
    angaben: dict[str, Any] = {}
    """Fields of `Angaben`, nested as there, with the paths of their claims."""
    datumsformen: tuple[str, ...] = ("%Y-%m-%d",)
    rollen: Rollenregel | None = None

    def angaben_aus(self, claims: Mapping[str, Any]) -> Angaben:
        """What the claims say about the account. A value that is none of the kind expected is left out."""
        return Angaben.model_validate(self._lies(self.angaben, claims) or {})

    def _lies(self, regel: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any] | None:
        gelesen: dict[str, Any] = {}
        for feld, pfad in regel.items():
            wert: Any
            if isinstance(pfad, Mapping):
                wert = self._lies(pfad, claims)
            elif feld == "geburtsdatum":
                wert = self._datum(text_aus(claims, pfad))
            else:
                wert = text_aus(claims, pfad)
            if wert is not None:
                gelesen[feld] = wert
        # An organisation without a name is none.
        return gelesen if gelesen and ("name" in gelesen or "name" not in regel) else None

    def _datum(self, text: str | None) -> date | None:
        # Incomplete dates of birth (unknown day or month) exist; they cannot be kept as a date.
        for form in self.datumsformen if text else ():
            try:
                return datetime.strptime(str(text), form).date()  # noqa: DTZ007 a date, not a moment
            except ValueError:
                continue
        return None


def wert_aus(claims: Mapping[str, Any], pfad: str, client_id: str = "") -> Any:
    """The claim at a path, None if there is none."""
    wert: Any = claims
    for teil in pfad.split("."):
        name = client_id if teil == "{client_id}" else teil
        if not isinstance(wert, Mapping) or name not in wert:
            return None
        wert = wert[name]
    return wert


def text_aus(claims: Mapping[str, Any], pfade: str | Iterable[str]) -> str | None:
    """The claims at these paths as one text in NFC; None where there is nothing usable."""
    teile = [_text(wert_aus(claims, pfad)) for pfad in ((pfade,) if isinstance(pfade, str) else pfade)]
    return " ".join(teil for teil in teile if teil) or None


def _text(wert: Any) -> str | None:
    if isinstance(wert, list) and len(wert) == 1:
        wert = wert[0]
    if not isinstance(wert, str) or len(wert) > _HOECHSTENS_ZEICHEN:
        return None
    text = " ".join(unicodedata.normalize("NFC", wert).split())
    # Control characters, lone surrogates and marks that turn the writing direction are no part of a name.
    verboten = any(unicodedata.category(zeichen) in {"Cc", "Cf", "Cs", "Co"} for zeichen in text)
    return None if verboten else text


@lru_cache
def _datei(name: str) -> dict[str, Any]:
    datei = _ORDNER / f"{name}.yaml"
    if not name.replace("-", "").isalnum() or not datei.is_file():
        vorhanden = ", ".join(sorted(pfad.stem for pfad in _ORDNER.glob("*.yaml")))
        raise AnbieterFehler(f"Die Karte {name!r} gibt es nicht; mitgeliefert sind {vorhanden}.")
    inhalt: dict[str, Any] = yaml.safe_load(datei.read_text("utf-8"))
    return inhalt


def karte(name: str, abweichend: Mapping[str, Any] | None = None) -> Karte:
    """The map of this name; `abweichend` replaces parts of it. Raises AnbieterFehler."""
    try:
        fertig = Karte.model_validate(_verschmolzen(_datei(name), abweichend or {}))
        _pruefe_felder(fertig.angaben, Angaben)
    except (ValidationError, ValueError) as fehler:
        raise AnbieterFehler(f"Karte {name}: {fehler}") from fehler
    return fertig


def _verschmolzen(unten: Mapping[str, Any], oben: Mapping[str, Any]) -> dict[str, Any]:
    ergebnis = dict(unten)
    for name, wert in oben.items():
        darunter = ergebnis.get(name)
        beide = isinstance(wert, Mapping) and isinstance(darunter, Mapping)
        ergebnis[name] = _verschmolzen(darunter, wert) if beide else wert  # type: ignore[arg-type]
    return ergebnis


def _pruefe_felder(regel: Mapping[str, Any], modell: type[BaseModel], ort: str = "angaben") -> None:
    for feld, pfad in regel.items():
        if feld not in modell.model_fields:
            raise ValueError(f"{ort}.{feld} gibt es nicht")
        innen = _modell_in(modell, feld)
        if innen is not None and isinstance(pfad, Mapping):
            _pruefe_felder(pfad, innen, f"{ort}.{feld}")
        elif innen is not None or not _ist_pfad(pfad):
            raise ValueError(f"{ort}.{feld}: erwartet wird der Name eines Claims oder eine Liste davon")


def _modell_in(modell: type[BaseModel], feld: str) -> type[BaseModel] | None:
    arten = getattr(modell.model_fields[feld].annotation, "__args__", ())
    return next((art for art in arten if isinstance(art, type) and issubclass(art, BaseModel)), None)


def _ist_pfad(wert: Any) -> bool:
    return isinstance(wert, str) or (isinstance(wert, list) and all(isinstance(teil, str) for teil in wert))
