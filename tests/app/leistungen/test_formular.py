"""A form at work: what is asked, pruned, checked, prefilled, locked and read."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.konto.niveau import Niveau
from app.leistungen import gegenstand
from app.leistungen.definition import Definition
from app.leistungen.formular import Feldlage, Formular, Gruppenlage, Kontext, UnbekannterSchritt
from app.leistungen.gegenstand import Modellangabe
from app.leistungen.laden import lies
from tests.app.leistungen.hilfe import DATEI, beispiel, geaendert, kontext, vollstaendig
from xoev.befund import Befund

_KONTO = {
    "konto.familienname": "Muster",
    "konto.geburtsdatum": "1985-04-17",
    "konto.email": "erika@example.org",
}


def _mit(pfad: str, wert: Any) -> dict[str, Any]:
    """Complete answers with another value at a place; None takes it away."""
    antworten = copy.deepcopy(vollstaendig())
    stelle: Any = antworten
    *davor, letztes = pfad.split("/")
    for teil in davor:
        stelle = stelle[int(teil) if teil.isdigit() else teil]
    if wert is None:
        del stelle[letztes]
    else:
        stelle[int(letztes) if letztes.isdigit() else letztes] = wert
    return antworten


def _befunde(antworten: dict[str, Any], **angaben: Any) -> list[tuple[str, str]]:
    geprueft = beispiel().pruefe(antworten, kontext(), **angaben)
    return [(befund.pointer, befund.rule) for befund in geprueft.befunde]


def test_complete_answers_have_no_finding_and_stay_as_they_are() -> None:
    geprueft = beispiel().pruefe(vollstaendig(), kontext(), nachweise={"versicherung"})
    assert geprueft.befunde == ()
    assert geprueft.antworten == vollstaendig()


@pytest.mark.parametrize(
    ("pfad", "wert", "erwartet"),
    [
        ("person/familienname", None, ("/person/familienname", "pflicht")),
        ("person/familienname", " ", ("/person/familienname", "pflicht")),
        ("person/familienname", 7, ("/person/familienname", "typ")),
        ("person/familienname", "x" * 201, ("/person/familienname", "laenge")),
        ("person/familienname", "Erika 😀", ("/person/familienname", "zeichen")),
        ("person/geburtsdatum", "1985-02-30", ("/person/geburtsdatum", "datum")),
        ("person/geburtsdatum", "2026-11-23", ("/person/geburtsdatum", "grenze")),
        ("person/geburtsdatum", "1899-12-31", ("/person/geburtsdatum", "grenze")),
        ("person/geburtsdatum", "2008-11-23", ("/person/geburtsdatum", "volljaehrig")),
        ("person/email", "erika@example", ("/person/email", "email")),
        ("person/anschrift/plz", "3309", ("/person/anschrift/plz", "plz")),
        ("person/anschrift/gemeinde", "09162000", ("/person/anschrift/gemeinde", "gemeinde")),
        ("person/anschrift/nation", "999", ("/person/anschrift/nation", "auswahl")),
        ("stand/art", "wurst", ("/stand/art", "auswahl")),
        ("stand/sorten", ["gouda"], ("/stand/sorten", "auswahl")),
        ("stand/sorten", "apfel", ("/stand/sorten", "auswahl")),
        ("stand/laenge", 13, ("/stand/laenge", "grenze")),
        ("stand/laenge", 0, ("/stand/laenge", "grenze")),
        ("stand/laenge", True, ("/stand/laenge", "zahl")),
        ("stand/laenge", 4.0, ("/stand/laenge", "typ")),
        ("stand/laenge", float("nan"), ("/stand/laenge", "typ")),
        ("stand/umsatz", {"x": 1}, ("/stand/umsatz", "typ")),
        ("stand/sorten", [1], ("/stand/sorten", "typ")),
        ("person/familienname", "a\ud800b", ("/person/familienname", "zeichen")),
        ("stand/umsatz", "viel", ("/stand/umsatz", "zahl")),
        ("stand/umsatz", -1, ("/stand/umsatz", "grenze")),
        ("stand/beginn", "2026-11-28", ("/stand/beginn", "grenze")),
        ("stand/ende", "2026-12-04", ("/stand/ende", "grenze")),
        ("stand/wagen", "ja", ("/stand/wagen", "auswahl")),
        ("stand/kennzeichen", "PBAB123", ("/stand/kennzeichen", "kennzeichen")),
        ("stand/iban", "DE89370400440532013001", ("/stand/iban", "iban")),
        ("stand/bemerkung", "x" * 501, ("/stand/bemerkung", "laenge")),
        ("helfer/0/vorname", None, ("/helfer/0/vorname", "pflicht")),
        ("helfer", [{}] * 5, ("/helfer", "eintraege")),
        ("helfer", {"vorname": "Jo"}, ("/helfer", "typ")),
        ("stand", "viel", ("/stand", "typ")),
        ("tippfehler", 1, ("/tippfehler", "unbekannt")),
        ("person/nachname", "x", ("/person/nachname", "unbekannt")),
        ("helfer/0/name~/", "x", None),
    ],
)
def test_a_wrong_answer_is_named_with_its_place(
    pfad: str, wert: Any, erwartet: tuple[str, str] | None
) -> None:
    if erwartet is None:
        antworten = _mit("helfer/0/alt", "x")
        assert ("/helfer/0/alt", "unbekannt") in _befunde(antworten)
        return
    assert erwartet in _befunde(_mit(pfad, wert))


def test_every_finding_speaks_three_languages() -> None:
    for pfad, wert in (("person/familienname", "א"), ("stand/laenge", 99), ("tippfehler", 1)):
        for befund in beispiel().pruefe(_mit(pfad, wert), kontext(), nachweise=()).befunde:
            assert {"de", "en", "leicht"} <= set(befund.text)
            assert all("{" not in text for text in befund.text.values())


def test_answers_of_a_path_that_was_left_are_gone() -> None:
    antworten = _mit("stand/wagen", False)
    antworten["stand"]["laenge"] = 3
    geprueft = beispiel().pruefe(antworten, kontext())
    assert "kennzeichen" not in geprueft.antworten["stand"]
    assert "helfer" not in geprueft.antworten
    assert geprueft.befunde == ()
    assert "PB-AB" not in str(beispiel().abschnitte(antworten, "de"))


def test_what_depends_on_a_pruned_answer_is_not_asked() -> None:
    # The van's question is on a page that is left: its plate goes with it, though "wagen: true" was sent.
    formular = geaendert(
        (
            "label: {de: Kommen Sie mit einem Wagen?",
            "wenn: {feld: stand.art, ist: obst}\n        label: {de: Kommen Sie mit einem Wagen?",
        )
    )
    antworten = _mit("stand/art", "kaese")
    antworten["stand"]["sorten"] = ["gouda"]
    bereinigt = formular.bereinige(antworten)
    assert "wagen" not in bereinigt["stand"]
    assert "kennzeichen" not in bereinigt["stand"]


def test_an_entry_sees_its_own_answers_and_the_whole_ones() -> None:
    antworten = _mit("helfer/0/geburtsdatum", "2012-01-01")
    antworten["helfer"].append(
        {"vorname": "Al", "familienname": "Alt", "geburtsdatum": "1980-01-01", "schule": "weg"}
    )
    assert _befunde(antworten) == [("/helfer/0/schule", "pflicht")]
    assert "schule" not in beispiel().bereinige(antworten)["helfer"][1]
    antworten["stand"]["art"] = "tiere"
    assert ("/helfer/1/tierkunde", "pflicht") in _befunde(antworten)


def test_fewest_entries_may_hang_on_a_condition() -> None:
    antworten = _mit("helfer", None)
    assert _befunde(antworten) == []
    antworten["stand"]["laenge"] = 6
    assert _befunde(antworten) == [("/helfer", "eintraege")]


def test_either_of_two_answers_is_enough() -> None:
    ohne = _mit("person/email", None)
    assert {("/person/email", "pflicht"), ("/person/telefon", "pflicht")} == set(_befunde(ohne))
    ohne["person"]["telefon"] = "05251 88-0"
    assert _befunde(ohne) == []


def test_a_postcode_abroad_is_what_that_country_has() -> None:
    antworten = _mit("person/anschrift", {"nation": "528", "plz": "1012 JS"})
    assert _befunde(antworten) == []


def test_one_page_is_checked_alone() -> None:
    antworten = _mit("person/familienname", None)
    antworten["stand"]["laenge"] = 99
    assert _befunde(antworten, schritt="person") == [("/person/familienname", "pflicht")]
    assert _befunde(antworten, schritt="stand") == [("/stand/laenge", "grenze")]
    antworten["stand"]["laenge"] = 6
    antworten["helfer"] = [{}, {"vorname": "Jo", "familienname": "B", "geburtsdatum": "1990-01-01"}]
    assert _befunde(antworten, schritt="helfer", eintrag=1) == []
    assert len(_befunde(antworten, schritt="helfer", eintrag=0)) == 3


def test_rules_between_answers_are_said_where_the_form_wants_it() -> None:
    antworten = _mit("stand/art", "tiere")
    antworten["stand"] |= {"laenge": 7}
    antworten["helfer"][0]["tierkunde"] = True
    assert _befunde(antworten) == [("/stand/laenge", "tiere_nur_klein")]
    assert _befunde(antworten, schritt="person") == []


def test_documents_are_asked_for_where_they_are_needed() -> None:
    antworten = _mit("stand/art", "tiere")
    antworten["helfer"][0]["tierkunde"] = True
    del antworten["stand"]["sorten"]
    assert _befunde(antworten) == []
    assert _befunde(antworten, nachweise=()) == [
        ("/nachweise/versicherung", "nachweis"),
        ("/nachweise/seuchenfrei", "nachweis"),
    ]
    assert [eine.angabe.schluessel for eine in beispiel().nachweise(vollstaendig())] == ["versicherung"]


def test_first_values_come_from_the_login() -> None:
    vorbelegt = beispiel().vorbelegt({}, kontext(quellen=_KONTO))
    assert vorbelegt == {
        "person": {"familienname": "Muster", "geburtsdatum": "1985-04-17", "email": "erika@example.org"}
    }
    eigene = {"person": {"familienname": "Anders"}}
    assert beispiel().vorbelegt(eigene, kontext(quellen=_KONTO))["person"]["familienname"] == "Anders"


def test_a_source_that_is_no_answer_is_not_taken() -> None:
    quellen = {"konto.familienname": "😀", "konto.geburtsdatum": "im April"}
    assert beispiel().vorbelegt({}, kontext(quellen=quellen)) == {}


def test_a_locked_value_is_the_sources() -> None:
    streng = kontext(Niveau.SUBSTANTIELL, _KONTO)
    falsch = _mit("person/familienname", "Gefälscht")
    assert beispiel().vorbelegt(falsch, streng)["person"]["familienname"] == "Muster"
    befunde = beispiel().pruefe(falsch, streng).befunde
    assert [(b.pointer, b.rule) for b in befunde] == [("/person/familienname", "feld_gesperrt")]
    assert beispiel().pruefe(falsch, kontext(quellen=_KONTO)).befunde == ()


def test_a_locked_value_that_is_missing_is_put_in() -> None:
    streng = kontext(Niveau.HOCH, _KONTO)
    geprueft = beispiel().pruefe(_mit("person/familienname", None), streng)
    assert geprueft.befunde == ()
    assert geprueft.antworten["person"]["familienname"] == "Muster"


def test_a_page_shows_its_questions_as_they_stand() -> None:
    lage = beispiel().lage("person", {}, kontext(Niveau.SUBSTANTIELL, _KONTO))
    name, geburt, email, telefon, anschrift = lage
    assert isinstance(name, Feldlage)
    assert (name.wert, name.gesperrt, name.vorbelegt, name.hoechstlaenge) == ("Muster", True, True, 200)
    assert isinstance(geburt, Feldlage)
    assert isinstance(email, Feldlage)
    assert (email.wert, email.gesperrt, email.vorbelegt) == ("erika@example.org", False, True)
    assert isinstance(telefon, Feldlage)
    assert not telefon.vorbelegt
    assert isinstance(anschrift, Gruppenlage)
    assert [feld.pfad for feld in anschrift.felder] == ["person.anschrift.nation", "person.anschrift.plz"]
    assert [wahl.wert for wahl in anschrift.felder[0].wahl] == ["276", "528"]


def test_what_somebody_has_cleared_does_not_come_back() -> None:
    formular = geaendert(("pflicht: {feld: person.telefon, vorhanden: false}", "pflicht: false"))
    ohne_email = {"person": {"familienname": "Muster", "geburtsdatum": "1985-04-17"}}

    def email(antworten: dict[str, Any], niveau: Niveau = Niveau.BASIS) -> Any:
        lage = formular.lage("person", antworten, kontext(niveau, _KONTO))[2]
        assert isinstance(lage, Feldlage)
        return lage.wert

    assert email({}) == "erika@example.org"
    assert email(ohne_email) is None
    # Locked values are there before anybody has been on the page.
    assert email(ohne_email, Niveau.SUBSTANTIELL) == "erika@example.org"


def test_what_can_be_stored_is_what_can_be_written(tmp_path: Path) -> None:
    antworten = {"person": {"familienname": "a\ud800b", "email": [{}]}, "stand": {"laenge": float("nan")}}
    bereinigt = beispiel().bereinige(antworten)
    assert bereinigt == {"person": {"familienname": "a\ufffdb"}}
    (tmp_path / "x.json").write_text(json.dumps(bereinigt, ensure_ascii=False, allow_nan=False), "utf-8")


def test_only_choices_that_fit_are_offered() -> None:
    lage = {
        feld.pfad: feld
        for feld in beispiel().lage("stand", vollstaendig(), kontext())
        if isinstance(feld, Feldlage)
    }
    assert [wahl.wert for wahl in lage["stand.sorten"].wahl] == ["apfel", "birne"]


def test_a_new_entry_can_be_shown() -> None:
    lage = beispiel().lage("helfer", vollstaendig(), kontext(), eintrag=1)
    assert [feld.wert for feld in lage if isinstance(feld, Feldlage)] == [None, None, None]
    assert beispiel().eintraege("helfer", vollstaendig(), "de") == ("Jo Beispiel",)
    assert beispiel().eintraege("helfer", {"stand": {"laenge": 4}, "helfer": [{}]}, "en") == ("Person 1",)


def test_steps_that_are_not_asked_are_none() -> None:
    assert [s.schluessel for s in beispiel().schritte({})] == ["person", "stand"]
    assert [s.schluessel for s in beispiel().schritte(vollstaendig())] == ["person", "stand", "helfer"]
    with pytest.raises(UnbekannterSchritt):
        beispiel().lage("nirgends", {}, kontext())


_SEITE_TIERE = """\
  - schluessel: tiere
    titel: {de: Tiere, en: Animals, leicht: Tiere}
    felder:
      - schluessel: tiere.zahl
        typ: ganzzahl
        label: {de: Wie viele?, en: How many?, leicht: Wie viele?}
        wenn: {feld: stand.art, ist: tiere}
nachweise:
  - schluessel: versicherung
"""


def test_a_page_all_of_whose_questions_are_hidden_is_none() -> None:
    formular = geaendert(("nachweise:\n  - schluessel: versicherung\n", _SEITE_TIERE))
    assert [s.schluessel for s in formular.schritte({"stand": {"art": "obst"}})] == ["person", "stand"]
    assert [s.schluessel for s in formular.schritte({"stand": {"art": "tiere"}})][-1] == "tiere"


def test_fee_body_and_recipients_follow_the_answers() -> None:
    formular = beispiel()
    assert formular.gebuehr(vollstaendig()).betrag_cent == 2500
    assert formular.gebuehr(_mit("stand/laenge", 6)).betrag_cent == 5000
    assert formular.zustaendig(vollstaendig()).ebene == "gemeinde"
    assert formular.zustaendig(_mit("stand/art", "tiere")).ebene == "kreis"
    assert formular.empfaenger(vollstaendig()) == ()
    assert len(formular.empfaenger(_mit("stand/art", "tiere"))) == 1


def test_the_declaration_reads_in_order() -> None:
    person, stand, helfer = beispiel().abschnitte(vollstaendig(), "de")
    assert person.zeilen[1] == ("Geburtsdatum", "17. April 1985", "person.geburtsdatum")
    (anschrift,) = person.gruppen
    assert [zeile.text for zeile in anschrift.zeilen] == ["Deutschland", "33098", "Paderborn"]
    texte = [zeile.text for zeile in stand.zeilen]
    assert texte == [
        "Obst",
        "Äpfel",
        "4",
        "1.234,50 €",
        "5. Dezember 2026",
        "Ja",
        "PB-AB 123",
        "DE89 3704 0044 0532 0130 00",
    ]
    assert [einer.titel for einer in helfer.eintraege] == ["Jo Beispiel"]
    assert (helfer.eintraege[0].schritt, helfer.eintraege[0].eintrag) == ("helfer", 0)
    englisch = beispiel().abschnitte(vollstaendig(), "en")
    assert englisch[0].zeilen[1].text == "17 April 1985"
    assert englisch[1].zeilen[3].text == "1,234.50 €"


def test_a_pointer_leads_to_its_page() -> None:
    ort = beispiel().ort
    assert ort("/person/anschrift/plz") == ("person", None, "person.anschrift.plz")
    assert ort("/helfer/3/familienname") == ("helfer", 3, "familienname")
    assert ort("/helfer/3") == ("helfer", 3, "")
    assert ort("/helfer") == ("helfer", None, "")
    for unbekannt in ("", "/person", "/helfer/x/vorname", "/helfer/1/unsinn", "/nachweise/versicherung"):
        assert ort(unbekannt) is None


def test_the_hash_is_that_of_what_the_form_says() -> None:
    formular = beispiel()
    assert len(formular.hash) == 64
    assert lies("# nur ein Kommentar mehr\n" + DATEI.read_text("utf-8")).hash == formular.hash
    assert geaendert(("dauer_minuten: 10", "dauer_minuten: 11")).hash != formular.hash
    assert Formular(Definition.model_validate(formular.inhalt)).hash == formular.hash


def test_the_second_person_has_a_form_of_its_own() -> None:
    zweite = beispiel().bestaetigung
    assert zweite is not None
    assert [s.schluessel for s in zweite.schritte({})] == ["bestaetigung"]
    befunde = zweite.pruefe({"stimmt": False}, kontext()).befunde
    assert [(b.pointer, b.rule) for b in befunde] == [("/grund", "pflicht")]
    assert zweite.bestaetigung is None


def test_fields_are_named_with_their_whole_path() -> None:
    pfade = [pfad for _, _, pfad in beispiel().felder()]
    assert "helfer.vorname" in pfade
    assert "person.anschrift.plz" in pfade


_LISTE = """\
      - schluessel: familienname
        typ: text
        label: {de: Familienname, en: Family name, leicht: Nachname}
      - schluessel: geburtsdatum
"""
_LISTE_VORBELEGT = _LISTE.replace(
    "        typ: text\n",
    "        typ: text\n"
    "        vorbelegung: {quelle: konto.familienname, gesperrt_ab: substantiell, nur_eintrag: 0}\n",
)


def test_in_a_list_a_lock_is_that_of_an_entry() -> None:
    formular = geaendert((_LISTE, _LISTE_VORBELEGT))
    streng = kontext(Niveau.SUBSTANTIELL, {"konto.familienname": "Muster"})
    antworten = _mit("helfer/0/familienname", None)
    antworten["helfer"].append({"vorname": "Al", "familienname": "Alt", "geburtsdatum": "1980-01-01"})
    geprueft = formular.pruefe(antworten, streng)
    assert geprueft.befunde == ()
    assert [einer["familienname"] for einer in geprueft.antworten["helfer"]] == ["Muster", "Alt"]
    antworten["helfer"][0]["familienname"] = "Falsch"
    befunde = formular.pruefe(antworten, streng).befunde
    assert [(b.pointer, b.rule) for b in befunde] == [("/helfer/0/familienname", "feld_gesperrt")]
    assert formular.pruefe(antworten, streng, schritt="helfer", eintrag=1).befunde == ()
    assert len(formular.pruefe(antworten, streng, schritt="helfer", eintrag=0).befunde) == 1
    # A new list has no entry until somebody adds one.
    assert "helfer" not in formular.vorbelegt({"stand": {"laenge": 4}}, streng)


def test_a_first_value_may_be_one_of_several() -> None:
    formular = geaendert(
        (
            "        wenn: {feld: stand.art, in: [obst, kaese]}\n        pflicht: false\n",
            "        pflicht: false\n        vorbelegung: {quelle: konto.staatsangehoerigkeit}\n",
        )
    )
    vorbelegt = formular.vorbelegt({}, kontext(quellen={"konto.staatsangehoerigkeit": "apfel"}))
    assert vorbelegt == {"stand": {"sorten": ["apfel"]}}
    assert formular.vorbelegt({}, kontext(quellen={"konto.staatsangehoerigkeit": "000"})) == {}


class _Modell:
    """Finds what it is told to find."""

    def __init__(self) -> None:
        self.pointer = ""
        self.gerufen = 0

    def pruefe(self, form: str, antworten: Mapping[str, Any], einer: Kontext) -> list[Befund]:
        self.gerufen += 1
        return [Befund("error", "AMT-1", {"de": "Nein.", "en": "No."}, pointer=self.pointer)]

    def modellangabe(self, form: str, pfad: str) -> Modellangabe:
        return Modellangabe(pfad, hoechstlaenge=3 if pfad == "helfer.vorname" else None, gewa=(5,))

    def nummern(self, form: str) -> tuple[int, ...]:
        return ()


@pytest.fixture
def modell(monkeypatch: pytest.MonkeyPatch) -> _Modell:
    eines = _Modell()
    monkeypatch.setitem(gegenstand._ARTEN, "gewerbeanzeige", eines)
    return eines


def _mit_modell() -> Formular:
    return geaendert(("bestaetigung:\n", "gegenstand: {art: gewerbeanzeige, form: A1}\nbestaetigung:\n"))


@pytest.mark.parametrize(
    ("pointer", "gezeigt"),
    [
        ("/stand/iban", "/stand/iban"),
        ("/stand/iban/laenge", "/stand/iban"),
        ("/person/anschrift", "/person/anschrift/nation"),
        ("/person/anschrift/strasse", "/person/anschrift/nation"),
        ("/helfer/0/anschrift/plz", "/helfer/0/vorname"),
        ("/helfer/7/vorname", "/helfer/0/vorname"),
        ("/unbekannt", "/person/familienname"),
        ("", "/person/familienname"),
        ("/helfer", "/helfer/0/vorname"),
    ],
)
def test_what_the_model_finds_is_shown_at_the_nearest_question(
    modell: _Modell, pointer: str, gezeigt: str
) -> None:
    modell.pointer = pointer
    antworten = _mit("helfer/0/vorname", "Jo")
    (befund,) = _mit_modell().pruefe(antworten, kontext()).befunde
    assert (befund.pointer, befund.rule, befund.text["leicht"]) == (gezeigt, "AMT-1", "Nein.")
    assert _mit_modell().ort(befund.pointer) is not None


def test_the_model_is_asked_only_of_answers_in_order(modell: _Modell) -> None:
    _mit_modell().pruefe(_mit("stand/laenge", 99), kontext())
    _mit_modell().pruefe(vollstaendig(), kontext(), schritt="stand")
    assert modell.gerufen == 0


def test_what_the_file_leaves_open_the_model_says(modell: _Modell) -> None:
    formular = _mit_modell()
    vorname = next(feld for _, feld, pfad in formular.felder() if pfad == "helfer.vorname")
    assert vorname.gewa == (5,)
    befunde = formular.pruefe(_mit("helfer/0/vorname", "Erika"), kontext()).befunde
    assert [(b.pointer, b.rule) for b in befunde] == [("/helfer/0/vorname", "laenge")]
    # The form's identity is what its file says, whatever the model says tomorrow.
    assert "gewa" not in json.dumps(formular.inhalt)
