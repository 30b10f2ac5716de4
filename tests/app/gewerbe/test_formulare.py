"""The three trade forms: complete, in the words of the model, and every way through them ends in a notice."""

import os
import tomllib
from copy import deepcopy
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.feld import FORMEN, Form
from app.gewerbe.felder import alle_felder, blaetter
from app.gewerbe.formular import NICHT_GEFRAGT, Gewerbegegenstand, anzeigen_aus
from app.gewerbe.formularempfaenger import empfaenger_vorab
from app.gewerbe.listen import staatsangehoerigkeiten
from app.leistungen.codelisten import codeliste
from tests.app.gewerbe.formulargang import HEUTE, KONTEXT, PADERBORN, Lang, T, Wunsch, formular, gehe
from tests.app.gewerbe.nachrichten import voller_satz
from tests.app.gewerbe.test_formularempfaenger import MITTAG, Stadt
from xoev.befund import Befund, hat_fehler
from xoev.pruefen import pruefe

NACHWEISE = {"vollmacht"}
BEISPIELE = 200 if os.environ.get("AMT_LANG") else 12
alle_formen = pytest.mark.parametrize("form", FORMEN)


class Zufall:
    """Chance decides."""

    def __init__(self, saat: int) -> None:
        self._zufall = Random(saat)

    def eines(self, pfad: str, moeglich: list[T]) -> T:
        """Any; those who work with others are somebody."""
        if pfad.startswith("beschaeftigte."):
            return moeglich[-1]
        return self._zufall.choice(moeglich)


def befunde(form: Form, antworten: dict[str, Any]) -> tuple[Befund, ...]:
    return formular(form).pruefe(antworten, KONTEXT, nachweise=NACHWEISE).befunde


@alle_formen
def test_the_linter_has_nothing_to_say(form: Form) -> None:
    assert formular(form).hinweise == ()


@alle_formen
def test_every_number_of_the_official_form_is_asked(form: Form) -> None:
    dieses = formular(form)
    gefragt = {
        nummer
        for schritt in dieses.definition.schritte
        for knoten in dieses.knoten(schritt.schluessel)
        for nummer in knoten.angabe.gewa
    }
    assert gefragt == alle_felder(form) - NICHT_GEFRAGT[form] == Gewerbegegenstand().nummern(form)


@alle_formen
def test_what_is_no_part_of_the_model_only_leads(form: Form) -> None:
    for _, angabe, pfad in formular(form).felder():
        modell = Gewerbegegenstand().modellangabe(form, pfad)
        assert (modell is None) == (angabe.nur_formular or angabe.typ == "hinweis"), pfad


@alle_formen
def test_choices_and_identifiers_are_those_of_the_model(form: Form) -> None:
    for _, angabe, pfad in formular(form).felder():
        modell = Gewerbegegenstand().modellangabe(form, pfad)
        if modell is None:
            continue
        if modell.fim is not None:
            assert angabe.fim == modell.fim, pfad
        if modell.liste is not None:
            assert all(codeliste(modell.liste).enthaelt(eine.wert) for eine in angabe.werte), pfad


@alle_formen
@settings(max_examples=BEISPIELE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(saat=st.integers(0, 2**32))
def test_every_way_ends_in_notices_that_can_be_sent(form: Form, saat: int) -> None:
    antworten = gehe(form, Zufall(saat))
    dieses = formular(form)
    pruefung = dieses.pruefe(antworten, KONTEXT, nachweise=NACHWEISE)
    assert not hat_fehler(pruefung.befunde), [(b.rule, b.pointer, b.text["de"]) for b in pruefung.befunde]
    gezeigt = {(befund.rule, befund.pointer) for befund in pruefung.befunde}
    assert all(dieses.ort(pointer) for _, pointer in gezeigt), gezeigt
    for befund in Gewerbegegenstand().pruefe(form, pruefung.antworten, KONTEXT):
        # Where a part is meant as a whole, a question in it is shown, never just any.
        assert any(regel == befund.rule and ort.startswith(befund.pointer) for regel, ort in gezeigt), befund
    anzeigen = anzeigen_aus(form, pruefung.antworten, ags=PADERBORN, heute=HEUTE)
    for anzeige in anzeigen:
        assert GEWERBEANZEIGE.validate_python(anzeige.model_dump(mode="json")) == anzeige
    ergebnis = pruefe(voller_satz(anzeigen))
    assert ergebnis.status == "gueltig", ergebnis.befunde


@alle_formen
def test_all_numbers_can_reach_the_notice(form: Form) -> None:
    """Somebody who fills in what there is: no answer is lost on the way to the model."""
    gefuellt: set[int] = set()
    for wuensche in _FUELLEND[form]:
        antworten = gehe(form, Lang(wuensche))
        for anzeige in anzeigen_aus(form, antworten, ags=PADERBORN, heute=HEUTE):
            gefuellt |= {nummer for blatt in blaetter(anzeige) for nummer in blatt.felder}
    assert gefuellt >= alle_felder(form) - NICHT_GEFRAGT[form]


_GMBH = {"inhaberart": "juristische_person", "betrieb.rechtsform": "350", "eingetragen": True}
_AUSLAND = {
    "staatsangehoerigkeit": "163",
    "zweite_staatsangehoerigkeit": "163",
    "dritte_staatsangehoerigkeit": "163",
    "aufenthaltstitel.vorhanden": True,
    "aufenthaltstitel.auflage.vorhanden": True,
}
_TITEL = {f"{wer}.{name}": wert for wer in ("inhaber", "personen") for name, wert in _AUSLAND.items()}
_NACHWEISE = {
    "erlaubnis_noetig": "ja",
    "erlaubnis.vorhanden": True,
    "handwerkskarte.vorhanden": True,
    "betriebsart": ["handwerk"],
    "ist_handwerk": True,
}
_FUELLEND: dict[Form, list[dict[str, Any]]] = {
    "A1": [
        {
            **_GMBH,
            **_TITEL,
            **_NACHWEISE,
            "niederlassungsart": "zweig",
            "anlass": "uebernahme",
            "unfallversicherung_bekannt": True,
        },
        {"anlass": "verlegung_aus_anderem_meldebezirk"},
    ],
    "A2": [
        {
            **_GMBH,
            **_TITEL,
            **_NACHWEISE,
            "niederlassungsart": "zweig",
            "gruende": ["verlegung_innerhalb_der_gemeinde", "taetigkeitswechsel", "sonstiger_grund"],
            "taetigkeit.schwerpunkt.neu_ausgeuebt": True,
        },
        {},
    ],
    "A3": [
        {**_GMBH, "niederlassungsart": "zweig", "grund": "uebergabe"},
        {"grund": "verlegung_in_anderen_meldebezirk"},
    ],
}


@alle_formen
def test_the_longest_and_strangest_texts_arrive(form: Form) -> None:
    for wuensche in _FUELLEND[form]:
        antworten = gehe(form, Lang(wuensche))
        pruefung = formular(form).pruefe(antworten, KONTEXT, nachweise=NACHWEISE)
        assert not hat_fehler(pruefung.befunde), pruefung.befunde
        anzeigen = anzeigen_aus(form, pruefung.antworten, ags=PADERBORN, heute=HEUTE)
        laengste = max(len(str(blatt.wert)) for anzeige in anzeigen for blatt in blaetter(anzeige))
        assert laengste > 1990
        assert pruefe(voller_satz(anzeigen)).status == "gueltig"


@pytest.mark.parametrize(("text", "genannt"), [("مقهى", "م"), ("Café ☕", "☕"), ("Bar 🍸", "🍸")])
def test_what_no_office_can_print_is_refused_with_its_name(text: str, genannt: str) -> None:
    antworten = gehe("A1", Wunsch({"betrieb.geschaeftsbezeichnung": text}))
    [befund] = [eines for eines in befunde("A1", antworten) if eines.severity == "error"]
    assert befund.pointer == "/betrieb/geschaeftsbezeichnung"
    assert all(genannt in satz for satz in befund.text.values()), befund.text


def test_a_residence_title_is_asked_of_those_who_need_one() -> None:
    for schluessel, staat in staatsangehoerigkeiten().items():
        if not codeliste("staatsangehoerigkeiten").enthaelt(schluessel):
            continue
        antworten = {"inhaberart": "einzeln", "inhaber": {"staatsangehoerigkeit": schluessel}}
        schritte = [schritt.schluessel for schritt in formular("A1").schritte(antworten, HEUTE)]
        assert ("aufenthalt" in schritte) != staat.freizuegig, staat


def test_a_second_nationality_of_the_union_is_enough() -> None:
    inhaber = {"staatsangehoerigkeit": "163", "zweite_staatsangehoerigkeit": "000"}
    schritte = formular("A1").schritte({"inhaberart": "einzeln", "inhaber": inhaber}, HEUTE)
    assert "aufenthalt" not in [schritt.schluessel for schritt in schritte]


_JE_REGEL: list[tuple[str, Form, dict[str, Any], str]] = [
    (
        "PLA-GESELLSCHAFTER",
        "A1",
        {"inhaberart": "personengesellschaft", "betrieb.rechtsform": "270"},
        "/hat_weitere",
    ),
    ("PLA-ANZAHL-ZU-KLEIN", "A1", {**_GMBH, "betrieb.anzahl_beteiligte": 1}, "/betrieb/anzahl_beteiligte"),
    (
        "PLA-ANZAHL-ZU-KLEIN",
        "A3",
        {"inhaberart": "personengesellschaft", "betrieb.rechtsform": "210", "betrieb.anzahl_beteiligte": 1},
        "/betrieb/anzahl_beteiligte",
    ),
    ("PLA-REGISTER-FEHLT", "A2", {**_GMBH, "eingetragen": False}, "/eingetragen"),
    ("PLA-GEBURTSDATUM", "A1", {"inhaber.geburtsdatum": "1900-02-01"}, "/inhaber/geburtsdatum"),
    ("PLA-GEBURTSDATUM", "A1", {**_GMBH, "personen.geburtsdatum": "1900-02-01"}, "/personen/0/geburtsdatum"),
    ("PLA-MINDERJAEHRIG", "A3", {"inhaber.geburtsdatum": "2010-02-01"}, "/inhaber/geburtsdatum"),
    (
        "PLA-AUFENTHALTSTITEL",
        "A1",
        {"inhaber.staatsangehoerigkeit": "163", "inhaber.aufenthaltstitel.vorhanden": False},
        "/inhaber/aufenthaltstitel/vorhanden",
    ),
    (
        "PLA-AUFENTHALTSTITEL",
        "A2",
        {**_GMBH, "personen.staatsangehoerigkeit": "163"},
        "/personen/0/aufenthaltstitel/vorhanden",
    ),
    ("PLA-AUFLAGE", "A1", _TITEL, "/inhaber/aufenthaltstitel/auflage/vorhanden"),
    ("PLA-ERLAUBNIS", "A1", {"taetigkeit.schwerpunkt.wz": "68311"}, "/erlaubnis_noetig"),
    (
        "PLA-HANDWERKSKARTE",
        "A1",
        {"taetigkeit.schwerpunkt.wz": "96021", "betriebsart": ["handwerk"]},
        "/handwerkskarte/vorhanden",
    ),
    (
        "PLA-HANDWERKSKARTE",
        "A2",
        {
            "taetigkeit.schwerpunkt.wz": "96021",
            "gruende": ["taetigkeitswechsel"],
            "taetigkeit.schwerpunkt.neu_ausgeuebt": True,
        },
        "/ist_handwerk",
    ),
    (
        "PLA-FRUEHERE-GEMEINDE",
        "A1",
        {"anlass": "verlegung_aus_anderem_meldebezirk", "in_nrw": False},
        "/in_nrw",
    ),
    ("PLA-VERLEGUNG-NEUE-GEMEINDE", "A3", {"grund": "verlegung_in_anderen_meldebezirk"}, "/grund"),
    ("PLA-WEIT-VORAUS", "A1", {"beginn": "2027-11-01"}, "/beginn"),
    ("PLA-VERSPAETET", "A2", {"aenderung": "2026-01-01"}, "/aenderung"),
    ("PLA-VERSPAETET", "A3", {"aufgabe": "2026-01-01"}, "/aufgabe"),
    (
        "JSON-DOPPELT",
        "A1",
        {"weitere_taetigkeiten": True, "taetigkeit.weitere.beschreibung": "Dasselbe"},
        "/taetigkeit/weitere/0/beschreibung",
    ),
    (
        "JSON-MUSTER",
        "A3",
        {"weitere_taetigkeiten": True, "taetigkeit.weitere.0.beschreibung": "Eins | zwei"},
        "/taetigkeit/weitere/0/beschreibung",
    ),
    (
        "FORMULAR-ORT",
        "A1",
        {"betriebsstaette.anschrift.plz": "33602"},
        "/betriebsstaette/anschrift/plz",
    ),
    (
        "FORMULAR-ORT",
        "A1",
        {"in_wohnung": True, "inhaber.anschrift.plz": "01067"},
        "/inhaber/anschrift/plz",
    ),
    ("FORMULAR-VOLLMACHT", "A1", {"auftrag": "vollmacht"}, "/auftrag"),
    ("FORMULAR-ERLAUBNIS-UNKLAR", "A1", {"erlaubnis_noetig": "unklar"}, "/erlaubnis_noetig"),
]
_MEHRERE = {"personen": 2, "gesellschafter": 2, "taetigkeit.weitere": 2}


@pytest.mark.parametrize(("regel", "form", "wuensche", "ort"), _JE_REGEL)
def test_a_finding_leads_to_its_question(regel: str, form: Form, wuensche: dict[str, Any], ort: str) -> None:
    anzahl = {} if regel == "PLA-GESELLSCHAFTER" else _MEHRERE
    antworten = gehe(form, Wunsch(wuensche, anzahl))
    gefunden = {(befund.rule, befund.pointer) for befund in befunde(form, antworten)}
    assert (regel, ort) in gefunden, gefunden


_KANN_NICHT_SEIN = {
    *("PLA-FEHLT", "PLA-PERSON-FEHLT", "PLA-VERTRETUNG", "PLA-ANZAHL", "PLA-BETRIEBSART", "PLA-URSACHE"),
    *("PLA-HAUPTNIEDERLASSUNG", "PLA-FRUEHERE-BETRIEBSSTAETTE", "PLA-UNFALLVERSICHERUNG"),
    *("PLA-FRUEHERER-GEWERBETREIBENDER", "PLA-UMMELDUNG-OHNE-GRUND", "PLA-KUENFTIGE-BETRIEBSSTAETTE"),
    *("PLA-KUENFTIGER-GEWERBETREIBENDER", "PLA-NACHWEIS-UNVOLLSTAENDIG", "PLA-REGISTER-UNVOLLSTAENDIG"),
    *("PLA-AUFENTHALTSTITEL-UNVOLLSTAENDIG", "PLA-PLZ", "PLA-HAUSNUMMER"),
    # Asked only of those whom it concerns.
    *("PLA-EINE-PERSON", "PLA-GESELLSCHAFTER-UNPASSEND", "PLA-VERTRETUNG-UNNOETIG", "PLA-ANZAHL-UNPASSEND"),
    *("PLA-REGISTER-UNPASSEND", "PLA-REGISTER-GERICHT", "PLA-AUFENTHALTSTITEL-UNNOETIG"),
    *("PLA-HANDWERKSKARTE-UNPASSEND", "PLA-HAUPTNIEDERLASSUNG-UNNOETIG", "PLA-FRUEHERE-UNPASSEND"),
    *("PLA-NEUGRUENDUNG", "PLA-KUENFTIGER-UNPASSEND"),
    # A notice for each; the day of sending; only codes of the lists.
    *("PLA-EINE-ANZEIGE-JE-GESELLSCHAFTER", "PLA-DATUM-ZUKUNFT"),
    *("PLA-STAATSANGEHOERIGKEIT", "PLA-STAAT", "PLA-WZ", "PLA-CODE"),
}
"""The form asks for what these miss, or does not let anybody say what they find."""


def test_each_rule_is_prevented_or_shown() -> None:
    saetze = tomllib.loads(files("app.gewerbe").joinpath("daten/plausibilitaet.toml").read_text("utf-8"))
    gezeigt = {regel for regel, *_ in _JE_REGEL if regel.startswith("PLA-")}
    assert gezeigt | _KANN_NICHT_SEIN == set(saetze)
    assert not gezeigt & _KANN_NICHT_SEIN


_FALSCHES: tuple[Any, ...] = (
    None,
    True,
    -1,
    "",
    "x" * 300,
    "2026-02-30",
    [],
    ["a"],
    {},
    {"anders": 1},
    [{}],
    [None],
)


@alle_formen
@settings(max_examples=BEISPIELE * 5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(saat=st.integers(0, 2**32))
def test_whatever_is_sent_is_answered(form: Form, saat: int) -> None:
    zufall = Random(saat)
    antworten = deepcopy(_gegangen(form, saat % 7))
    for _ in range(zufall.randint(1, 4)):
        _verdirb(antworten, zufall)
    pruefung = formular(form).pruefe(antworten, KONTEXT, nachweise=NACHWEISE)
    if not hat_fehler(pruefung.befunde):
        assert anzeigen_aus(form, pruefung.antworten, ags=PADERBORN, heute=HEUTE)
    assert empfaenger_vorab(formular(form), antworten, Stadt(), MITTAG)  # type: ignore[arg-type]


@cache
def _gegangen(form: Form, saat: int) -> dict[str, Any]:
    return gehe(form, Zufall(saat))


def _verdirb(antworten: Any, zufall: Random) -> None:
    """Something, somewhere, becomes something else or is gone."""
    stelle = antworten
    while True:
        schluessel = zufall.choice(list(stelle if isinstance(stelle, dict) else range(len(stelle))))
        wert = stelle[schluessel]
        if isinstance(wert, dict | list) and wert and zufall.random() < 0.8:
            stelle = wert
            continue
        if isinstance(stelle, dict) and zufall.random() < 0.3:
            del stelle[schluessel]
        else:
            stelle[schluessel] = deepcopy(zufall.choice(_FALSCHES))
        return
