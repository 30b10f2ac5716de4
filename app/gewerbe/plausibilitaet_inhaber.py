"""Plausibility of the owner: persons, legal form, register, addresses (fields 1 to 17)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.feld import Form
from app.gewerbe.listen import (
    AKTIENGESELLSCHAFT,
    EINGETRAGENE,
    GBR,
    inhaberart,
    staaten,
    staatsangehoerigkeiten,
)
from app.gewerbe.person import DEUTSCHLAND, Anschrift, Person, PersonOhneTitel
from app.gewerbe.plausibilitaet_regel import Treffer

Anzeige = Anmeldung | Ummeldung | Abmeldung
GEBURTSJAHR_AB: Final = 1900
HOECHSTALTER: Final = 120
OHNE_GERICHT: Final = frozenset({"X", "S", "K"})
"""Kinds of entry without a court (FIM R05000012387, R05000012700)."""
TITELFELD: Final[dict[Form, int]] = {"A1": 30, "A2": 27}


def inhaber(anzeige: Anzeige, heute: date) -> Iterator[Treffer]:
    """All rules about fields 1 to 17."""
    yield from _personenzahl(anzeige)
    for i, person in enumerate(anzeige.personen):
        yield from _person(person, f"/personen/{i}", heute)
        if isinstance(person, Person):
            yield from _titel(person, f"/personen/{i}/aufenthaltstitel", TITELFELD[anzeige.form])
    yield from _gesellschaft(anzeige)
    yield from _register(anzeige)
    yield from _anschriften(anzeige)


def _personenzahl(anzeige: Anzeige) -> Iterator[Treffer]:
    rechtsform = anzeige.betrieb.rechtsform
    if not anzeige.personen and rechtsform != AKTIENGESELLSCHAFT:
        yield Treffer("error", "PLA-PERSON-FEHLT", 4, "/personen")
    if len(anzeige.personen) > 1:
        if inhaberart(rechtsform) == "einzeln":
            yield Treffer("error", "PLA-EINE-PERSON", 4, "/personen")
        elif (
            inhaberart(rechtsform) == "personengesellschaft" and not anzeige.betrieb.geschaeftsfuehrende_firma
        ):
            # A company that manages a partnership is one partner, whoever represents it.
            yield Treffer("streng", "PLA-EINE-ANZEIGE-JE-GESELLSCHAFTER", 4, "/personen")


def _person(person: PersonOhneTitel, ort: str, heute: date) -> Iterator[Treffer]:
    for name, nummer in (
        ("geschlecht", 6),
        ("geburtsdatum", 8),
        ("geburtsort", 9),
        ("geburtsland", 9),
        ("staatsangehoerigkeiten", 10),
        ("anschrift", 11),
    ):
        if not getattr(person, name):
            yield Treffer("streng", "PLA-FEHLT", nummer, f"{ort}/{name}")
    if person.geburtsdatum is not None:
        alter = _jahre(person.geburtsdatum, heute)
        if person.geburtsdatum.year < GEBURTSJAHR_AB or not 0 <= alter <= HOECHSTALTER:
            yield Treffer("error", "PLA-GEBURTSDATUM", 8, f"{ort}/geburtsdatum")
        elif alter < 18:
            yield Treffer("warning", "PLA-MINDERJAEHRIG", 8, f"{ort}/geburtsdatum")
    for i, schluessel in enumerate(person.staatsangehoerigkeiten):
        if schluessel not in staatsangehoerigkeiten():
            yield Treffer("warning", "PLA-STAATSANGEHOERIGKEIT", 10, f"{ort}/staatsangehoerigkeiten/{i}")


def _jahre(von: date, bis: date) -> int:
    return bis.year - von.year - ((bis.month, bis.day) < (von.month, von.day))


def _titel(person: Person, ort: str, nummer: int) -> Iterator[Treffer]:
    """Fields 30 and 31 (GewA 2: 27 and 28), for nationals of states outside EU, EEA, Switzerland."""
    bekannt = [staatsangehoerigkeiten().get(schluessel) for schluessel in person.staatsangehoerigkeiten]
    frei = any(staat is not None and staat.freizuegig for staat in bekannt)
    titel = person.aufenthaltstitel
    if frei:
        if titel is not None and titel.vorhanden:
            yield Treffer("warning", "PLA-AUFENTHALTSTITEL-UNNOETIG", nummer, ort)
        return
    if person.staatsangehoerigkeiten and (titel is None or not titel.vorhanden):
        yield Treffer("warning", "PLA-AUFENTHALTSTITEL", nummer, ort)
    if titel is not None and titel.vorhanden:
        if titel.ausgestellt_am is None or titel.behoerde is None:
            yield Treffer("warning", "PLA-AUFENTHALTSTITEL-UNVOLLSTAENDIG", nummer, ort)
        if titel.auflage is not None and titel.auflage.vorhanden:
            yield Treffer("warning", "PLA-AUFLAGE", nummer + 1, f"{ort}/auflage")


def _gesellschaft(anzeige: Anzeige) -> Iterator[Treffer]:
    betrieb = anzeige.betrieb
    art = inhaberart(betrieb.rechtsform)
    if art != "personengesellschaft" and (
        betrieb.weitere_gesellschafter or betrieb.geschaeftsfuehrende_firma
    ):
        yield Treffer("warning", "PLA-GESELLSCHAFTER-UNPASSEND", 1, "/betrieb")
    if betrieb.rechtsform == GBR and not betrieb.weitere_gesellschafter:
        yield Treffer("warning", "PLA-GESELLSCHAFTER", 1, "/betrieb/weitere_gesellschafter")
    if art == "einzeln":
        if betrieb.anzahl_beteiligte is not None:
            yield Treffer("warning", "PLA-ANZAHL-UNPASSEND", 12, "/betrieb/anzahl_beteiligte")
    elif betrieb.anzahl_beteiligte is None:
        yield Treffer("warning", "PLA-ANZAHL", 12, "/betrieb/anzahl_beteiligte")
    elif betrieb.anzahl_beteiligte < len(anzeige.personen):
        yield Treffer("warning", "PLA-ANZAHL-ZU-KLEIN", 12, "/betrieb/anzahl_beteiligte")
    zweig = anzeige.niederlassungsart in {"zweig", "unselbstaendig"}
    vertretung = anzeige.vertretungsberechtigte_person
    if betrieb.rechtsform == AKTIENGESELLSCHAFT and not anzeige.personen and vertretung is None:
        yield Treffer("warning", "PLA-VERTRETUNG", 14, "/vertretungsberechtigte_person")
    if vertretung is not None and betrieb.rechtsform != AKTIENGESELLSCHAFT and not zweig:
        yield Treffer("info", "PLA-VERTRETUNG-UNNOETIG", 14, "/vertretungsberechtigte_person")


def _register(anzeige: Anzeige) -> Iterator[Treffer]:
    betrieb, eintrag = anzeige.betrieb, anzeige.betrieb.registereintrag
    if betrieb.rechtsform == "180" and (eintrag is not None or betrieb.eingetragener_name is not None):
        yield Treffer("warning", "PLA-REGISTER-UNPASSEND", 2, "/betrieb")
    if betrieb.rechtsform in EINGETRAGENE and (eintrag is None or betrieb.eingetragener_name is None):
        yield Treffer("warning", "PLA-REGISTER-FEHLT", 2, "/betrieb/registereintrag")
    if eintrag is None:
        return
    if eintrag.art in OHNE_GERICHT:
        if eintrag.gericht is not None:
            yield Treffer("warning", "PLA-REGISTER-GERICHT", 2, "/betrieb/registereintrag/gericht")
        if eintrag.art == "X" and eintrag.ort is None:
            yield Treffer("warning", "PLA-REGISTER-UNVOLLSTAENDIG", 2, "/betrieb/registereintrag/ort")
    elif eintrag.art is None or eintrag.nummer is None or (eintrag.gericht or eintrag.ort) is None:
        yield Treffer("warning", "PLA-REGISTER-UNVOLLSTAENDIG", 2, "/betrieb/registereintrag")


def _anschriften(anzeige: Anzeige) -> Iterator[Treffer]:
    for i, person in enumerate(anzeige.personen):
        if person.anschrift is not None:
            yield from _anschrift(person.anschrift, 11, f"/personen/{i}/anschrift")
    for name, nummer in (
        ("betriebsstaette", 15),
        ("hauptniederlassung", 16),
        ("fruehere_betriebsstaette", 17),
        ("kuenftige_betriebsstaette", 17),
    ):
        ort = getattr(anzeige, name, None)
        if ort is not None:
            yield from _anschrift(ort.anschrift, nummer, f"/{name}/anschrift")


def _anschrift(anschrift: Anschrift, nummer: int, ort: str) -> Iterator[Treffer]:
    if anschrift.nation != DEUTSCHLAND:
        if anschrift.nation not in staaten():
            yield Treffer("warning", "PLA-STAAT", nummer, f"{ort}/nation")
        return
    plz = anschrift.plz or ""
    if not (len(plz) == 5 and plz.isascii() and plz.isdigit()):
        yield Treffer("error", "PLA-PLZ", nummer, f"{ort}/plz")
    if anschrift.hausnummer is None:
        yield Treffer("error", "PLA-HAUSNUMMER", nummer, f"{ort}/hausnummer")
