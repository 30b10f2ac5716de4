"""Who will receive which answers of a trade form: the law's table of the day, told before sending."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from app.gewerbe.empfaengerkreis import berechtigte
from app.gewerbe.feld import Form
from app.gewerbe.felder import FELDNAMEN, Feldname, blaetter
from app.gewerbe.formular import ART, Anzeige, anzeigen_aus
from app.gewerbe.recht.empfaenger import Anspruch
from app.leistungen.definition import Datenempfaenger, Texte
from app.leistungen.formular import Formular
from app.mandanten.service import Einstellung
from app.mandanten.zustaendig import Stelle
from app.vorgaenge.service import ORTSZEIT


def empfaenger_vorab(
    formular: Formular, antworten: Mapping[str, Any], einstellung: Einstellung, zeitpunkt: datetime
) -> Sequence[Datenempfaenger]:
    """The bodies that would be told if it were sent and certified now, and what each would read.

    For other services, and while answers are missing: what the form says in general.
    """
    gegenstand = formular.definition.gegenstand
    if gegenstand is None or gegenstand.art != ART:
        return formular.empfaenger(antworten)
    form: Form = gegenstand.form
    heute = zeitpunkt.astimezone(ORTSZEIT).date()
    try:
        anzeigen = anzeigen_aus(form, formular.bereinige(antworten, heute), ags=einstellung.ags, heute=heute)
    except ValidationError:
        anzeigen = []
    if not anzeigen:
        return formular.empfaenger(antworten)
    gefuellt = {nummer for anzeige in anzeigen for blatt in blaetter(anzeige) for nummer in blatt.felder}
    return [
        _empfaenger(form, stelle, anspruch, gefuellt & felder, gefuellt - felder)
        for stelle, anspruch, felder in _je_stelle(anzeigen, einstellung, zeitpunkt)
    ]


def _je_stelle(
    anzeigen: Sequence[Anzeige], einstellung: Einstellung, zeitpunkt: datetime
) -> Iterable[tuple[Stelle, Anspruch, frozenset[int]]]:
    """Each body once, with all it may have of any of the notices."""
    gefunden: dict[str, tuple[Stelle, Anspruch, frozenset[int]]] = {}
    for anzeige in anzeigen:
        for stelle, anspruch in berechtigte(
            anzeige,
            zeitpunkt,
            verzichte=einstellung.verzichte,
            filter=einstellung.filter,
        ):
            davor = gefunden.get(stelle.schluessel, (stelle, anspruch, frozenset[int]()))[2]
            gefunden[stelle.schluessel] = stelle, anspruch, davor | anspruch.felder
    return gefunden.values()


def _empfaenger(
    form: Form, stelle: Stelle, anspruch: Anspruch, bekommt: set[int], bekommt_nicht: set[int]
) -> Datenempfaenger:
    name = anspruch.name
    return Datenempfaenger(
        name=Texte(de=stelle.name, en=f"{stelle.name} ({name['en']})", leicht=name["leicht"]),
        grundlage=anspruch.paragraph,
        angaben=_angaben(form, bekommt, bekommt_nicht),
    )


def _angaben(form: Form, bekommt: set[int], bekommt_nicht: set[int]) -> Texte:
    if not bekommt_nicht:
        return Texte(de="alle Angaben", en="all answers", leicht="Alles.")
    if len(bekommt_nicht) < len(bekommt):
        ohne = _namen(form, bekommt_nicht)
        return Texte(
            de=f"alle Angaben außer {_liste(ohne, 'de')}",
            en=f"all answers except {_liste(ohne, 'en')}",
            leicht=f"Fast alles. Das nicht: {_saetze(ohne)}",
        )
    nur = _namen(form, bekommt)
    return Texte(
        de=f"nur {_liste(nur, 'de')}", en=f"only {_liste(nur, 'en')}", leicht=f"Nur das: {_saetze(nur)}"
    )


def _namen(form: Form, nummern: set[int]) -> list[Feldname]:
    """Two numbers of GewA 3 have one name."""
    return list(dict.fromkeys(FELDNAMEN[form][nummer] for nummer in sorted(nummern)))


def _liste(namen: Sequence[Feldname], sprache: str) -> str:
    return ", ".join(f"„{name.de}“" if sprache == "de" else f"“{name.en}”" for name in namen)


def _saetze(namen: Sequence[Feldname]) -> str:
    return " ".join(f"{name.leicht}." for name in namen)
