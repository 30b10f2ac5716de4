"""What people type on the pages of the seven services, made of the answers that other tests send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.konto.niveau import Niveau
from app.leistungen.definition import Feldangabe
from app.leistungen.formular import Formular
from app.leistungen.service import bestand
from tests.app.antraege import buergerbuero
from tests.app.gewerbe.formulargang import Wunsch, gehe


@dataclass(frozen=True)
class Gang:
    """One way through a service."""

    leistung: str
    antworten: Callable[[], Mapping[str, Any]]
    niveau: Niveau = Niveau.BASIS
    bescheinigungen: int = 0
    """Certificates that come at once."""

    def getippt(self) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
        """By name, and for each step that lists entries those of each."""
        return _getippt(bestand()[self.leistung], self.antworten())


def _gewerbe(form: Any, **wuensche: Any) -> Callable[[], Mapping[str, Any]]:
    def antworten() -> Mapping[str, Any]:
        # What begins, begins tomorrow.
        morgen = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
        tage = dict.fromkeys(("beginn", "aenderung", "aufgabe"), morgen)
        return gehe(form, Wunsch({**tage, **wuensche}, {"gesellschafter": 3}))

    return antworten


_GBR = {
    "inhaberart": "personengesellschaft",
    "betrieb.rechtsform": "270",
    "betrieb.anzahl_beteiligte": 3,
    "gesellschafter.0.familienname": "Ahorn",
    "gesellschafter.1.familienname": "Buche",
    "gesellschafter.2.familienname": "Citrus",
}
GBR = Gang("gewerbeanmeldung", _gewerbe("A1", **_GBR), bescheinigungen=3)
ANMELDUNG = Gang("gewerbeanmeldung", _gewerbe("A1"), bescheinigungen=1)
UMMELDUNG = Gang("gewerbeummeldung", _gewerbe("A2"), bescheinigungen=1)
ABMELDUNG = Gang("gewerbeabmeldung", _gewerbe("A3"), bescheinigungen=1)
MELDEBESCHEINIGUNG = Gang("meldebescheinigung", buergerbuero.meldebescheinigung, Niveau.HOCH)
PARKAUSWEIS = Gang("bewohnerparkausweis", buergerbuero.bewohnerparkausweis)
SCHUELERTICKET = Gang("schuelerticket", buergerbuero.schuelerticket)
TEILHABE = Gang("teilhabe", buergerbuero.teilhabe)


def _getippt(
    formular: Formular, antworten: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    einzeln: dict[str, Any] = {}
    listen: dict[str, list[dict[str, Any]]] = {}
    for schritt, angabe, pfad in formular.felder():
        if schritt.liste is None:
            wert = _hole(antworten, pfad)
            if wert is not None:
                einzeln[pfad] = _text(angabe, wert)
            continue
        eigener = pfad.removeprefix(f"{schritt.liste}.")
        eintraege = _hole(antworten, schritt.liste) or []
        reihe = listen.setdefault(schritt.schluessel, [{} for _ in eintraege])
        for eintrag, werte in zip(eintraege, reihe, strict=True):
            if (wert := _hole(eintrag, eigener)) is not None:
                werte[eigener] = _text(angabe, wert)
    return einzeln, listen


def _hole(antworten: Any, pfad: str) -> Any:
    for teil in pfad.split("."):
        antworten = antworten.get(teil) if isinstance(antworten, Mapping) else None
    return antworten


def _text(angabe: Feldangabe, wert: Any) -> str | list[str]:
    """As people type it."""
    if isinstance(wert, bool):
        return "ja" if wert else "nein"
    if isinstance(wert, list):
        return [str(eines) for eines in wert]
    if angabe.typ == "datum":
        tag = date.fromisoformat(wert)
        return f"{tag.day}.{tag.month}.{tag.year}"
    if angabe.typ == "betrag":
        return f"{wert / 100:.2f}".replace(".", ",")
    return str(wert)
