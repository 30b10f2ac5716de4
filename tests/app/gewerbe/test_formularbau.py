"""What a person answers and what the office, the chambers and the courts then read."""

from collections.abc import Set as AbstractSet
from typing import Any

import pytest

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.feld import Form
from app.gewerbe.formular import anzeigen_aus
from app.konto.niveau import Niveau
from app.leistungen.formular import Feldlage, Gruppenlage, Kontext
from tests.app.gewerbe.formulargang import HEUTE, KONTEXT, PADERBORN, Wunsch, formular, gehe
from tests.app.gewerbe.nachrichten import voller_satz
from xoev.befund import hat_fehler
from xoev.pruefen import pruefe

PERSONENGESELLSCHAFT = {"inhaberart": "personengesellschaft"}
GMBH = {"inhaberart": "juristische_person", "betrieb.rechtsform": "350", "eingetragen": True}
KETTE = {"konto.familienname": "Musterfrau", "konto.vornamen": "Erika", "konto.anschrift.ort": "Paderborn"}


def anzeigen(
    form: Form,
    wuensche: dict[str, Any],
    anzahl: dict[str, int] | None = None,
    *,
    hinweise: AbstractSet[str] = frozenset(),
) -> list[Any]:
    """The notices of somebody with these wishes; nobody has to look at more than `hinweise`."""
    wunsch = Wunsch(wuensche, anzahl)
    antworten = gehe(form, wunsch)
    assert not wunsch.offen, "not asked"
    pruefung = formular(form).pruefe(antworten, KONTEXT, nachweise={"vollmacht"})
    assert not hat_fehler(pruefung.befunde), pruefung.befunde
    assert {befund.rule for befund in pruefung.befunde if befund.severity == "warning"} == hinweise
    return anzeigen_aus(form, pruefung.antworten, ags=PADERBORN, heute=HEUTE)


def eine(form: Form, wuensche: dict[str, Any], **mehr: Any) -> Any:
    [anzeige] = anzeigen(form, wuensche, **mehr)
    return anzeige


def schritte(form: Form, wuensche: dict[str, Any]) -> list[str]:
    return [s.schluessel for s in formular(form).schritte(gehe(form, Wunsch(wuensche)), HEUTE)]


def test_a_sole_trader_sees_only_what_concerns_her() -> None:
    assert schritte("A1", {}) == [
        *("anlass", "wer", "rechtsform", "inhaber", "wohnung", "betriebsform", "betriebsstaette"),
        *("taetigkeit", "mitarbeit", "erlaubnis"),
    ]


def test_a_sole_trader_who_works_at_home() -> None:
    anzeige = eine(
        "A1",
        {
            "in_wohnung": True,
            "inhaber.anschrift.strasse": "Am Abdinghof",
            "inhaber.kontakt.email": "erika@example.org",
            "betriebsstaette.kontakt.telefon": "05251 1234",
            "betriebsstaette.kontakt.web": "www.cafe.example",
            "betrieb.geschaeftsbezeichnung": "Café am Dom",
            "nebenerwerb": True,
            "betriebsart": ["handel", "sonstiges"],
        },
    )
    assert isinstance(anzeige, Anmeldung)
    [person] = anzeige.personen
    assert person.funktion == "inhaber"
    assert anzeige.betriebsstaette.anschrift == person.anschrift
    assert person.anschrift is not None
    assert person.anschrift.strasse == "Am Abdinghof"
    assert [(w.kanal, w.kennung) for w in person.erreichbarkeit] == [("email", "erika@example.org")]
    assert [w.kanal for w in anzeige.betriebsstaette.erreichbarkeit] == ["telefon", "web"]
    assert (anzeige.grund, anzeige.nebenerwerb, anzeige.reisegewerbe) == ("neugruendung", True, False)
    assert anzeige.betriebsart is not None
    assert (anzeige.betriebsart.handel, anzeige.betriebsart.handwerk) == (True, False)
    assert anzeige.beschaeftigte is not None
    assert (anzeige.beschaeftigte.vollzeit, anzeige.beschaeftigte.teilzeit) == (0, 0)
    assert (anzeige.gemeinde, anzeige.datum) == (PADERBORN, HEUTE)
    assert anzeige.betrieb.anzahl_beteiligte is None


def test_a_registered_merchant_has_a_register_entry() -> None:
    anzeige = eine(
        "A1",
        {
            "betrieb.rechtsform": "170",
            "eingetragen": True,
            "betrieb.eingetragener_name": "Erika Muster e. K.",
            "betrieb.registereintrag.art": "A",
            "betrieb.registereintrag.gericht": "R2809",
            "betrieb.registereintrag.nummer": "4711",
        },
    )
    eintrag = anzeige.betrieb.registereintrag
    assert (eintrag.art, eintrag.gericht, eintrag.nummer) == ("A", "R2809", "4711")
    assert anzeige.betrieb.eingetragener_name == "Erika Muster e. K."


@pytest.mark.parametrize("form", ["A1", "A2", "A3"])
def test_a_gbr_of_three_makes_three_notices(form: Form) -> None:
    drei = anzeigen(
        form,
        {
            **PERSONENGESELLSCHAFT,
            "betrieb.rechtsform": "270",
            "betrieb.anzahl_beteiligte": 3,
            "gesellschafter.0.vornamen": "Ada",
            "gesellschafter.0.familienname": "Ahorn",
            "gesellschafter.1.vornamen": "Ben",
            "gesellschafter.1.familienname": "Buche",
            "gesellschafter.2.vornamen": "Cem",
            "gesellschafter.2.familienname": "Citrus",
            "gesellschafter.2.doktorgrad": "Dr.",
            "hat_weitere": True,
            "betrieb.weitere_gesellschafter.0.name": "Dora Distel",
        },
        {"gesellschafter": 3, "betrieb.weitere_gesellschafter": 1},
    )
    assert [[p.familienname for p in a.personen] for a in drei] == [["Ahorn"], ["Buche"], ["Citrus"]]
    assert {p.funktion for a in drei for p in a.personen} == {"geschaeftsfuehrender_gesellschafter"}
    assert [a.betrieb.weitere_gesellschafter for a in drei] == [
        ("Ben Buche", "Dr. Cem Citrus", "Dora Distel"),
        ("Ada Ahorn", "Dr. Cem Citrus", "Dora Distel"),
        ("Ada Ahorn", "Ben Buche", "Dora Distel"),
    ]
    gemeinsames = [a.model_dump(exclude={"personen", "betrieb"}) for a in drei]
    assert gemeinsames[0] == gemeinsames[1] == gemeinsames[2]


def test_a_gmbh_has_all_its_directors_in_one_notice() -> None:
    anzeige = eine("A1", {**GMBH, "betrieb.anzahl_beteiligte": 2}, anzahl={"personen": 2})
    assert [p.funktion for p in anzeige.personen] == ["gesetzlicher_vertreter"] * 2
    assert anzeige.betrieb.oeffentliche_hand == "nein"
    assert anzeige.betrieb.weitere_gesellschafter == ()


def test_a_company_in_formation_goes_to_a_desk() -> None:
    anzeige = eine("A1", {**GMBH, "eingetragen": False}, hinweise={"PLA-REGISTER-FEHLT"})
    assert anzeige.betrieb.registereintrag is None
    assert anzeige.betrieb.eingetragener_name is not None


def test_two_hundred_directors_are_one_notice() -> None:
    antworten = gehe("A1", Wunsch({**GMBH, "betrieb.anzahl_beteiligte": 200}))
    antworten["personen"] *= 200
    pruefung = formular("A1").pruefe(antworten, KONTEXT, nachweise=())
    assert not hat_fehler(pruefung.befunde)
    [anzeige] = anzeigen_aus("A1", pruefung.antworten, ags=PADERBORN, heute=HEUTE)
    assert len(anzeige.personen) == 200
    assert pruefe(voller_satz([anzeige])).status == "gueltig"


def test_a_gmbh_and_co_kg_is_managed_by_its_gmbh() -> None:
    firma, mensch = anzeigen(
        "A1",
        {
            **PERSONENGESELLSCHAFT,
            "betrieb.rechtsform": "230",
            "eingetragen": True,
            "betrieb.anzahl_beteiligte": 2,
            "gesellschafter.0.gesellschafter_art": "firma",
            "gesellschafter.0.firma.name": "Bau Verwaltungs-GmbH",
            "gesellschafter.0.firma.rechtsform": "350",
            "gesellschafter.0.firma.registereintrag.art": "B",
            "gesellschafter.0.familienname": "Ahorn",
            "gesellschafter.1.familienname": "Buche",
            "gesellschafter.2.gesellschafter_art": "firma",
            "gesellschafter.2.firma.name": "BAU Verwaltungs-GmbH",
            "gesellschafter.2.firma.rechtsform": "350",
            "gesellschafter.2.familienname": "Citrus",
        },
        {"gesellschafter": 3},
    )
    assert [(p.familienname, p.funktion) for p in firma.personen] == [
        ("Ahorn", "gesetzlicher_vertreter"),
        ("Citrus", "gesetzlicher_vertreter"),
    ]
    assert firma.betrieb.geschaeftsfuehrende_firma.name == "Bau Verwaltungs-GmbH"
    assert firma.betrieb.geschaeftsfuehrende_firma.registereintrag.art == "B"
    assert [p.familienname for p in mensch.personen] == ["Buche"]
    assert mensch.betrieb.geschaeftsfuehrende_firma is None
    assert {a.betrieb.weitere_gesellschafter for a in (firma, mensch)} == {()}
    assert pruefe(voller_satz([firma, mensch])).status == "gueltig"


def test_the_branch_of_a_stock_corporation_names_its_manager_alone() -> None:
    anzeige = eine(
        "A1",
        {
            **GMBH,
            "betrieb.rechtsform": "310",
            "niederlassungsart": "zweig",
            "hauptniederlassung.anschrift.nation": "040",
            "hauptniederlassung.anschrift.plz": "1010",
            "hauptniederlassung.kontakt.fax": "+43 1 123",
            "vertretungsberechtigte_person.familienname": "Leitner",
        },
    )
    assert anzeige.personen == ()
    assert anzeige.vertretungsberechtigte_person.familienname == "Leitner"
    assert (anzeige.hauptniederlassung.anschrift.plz, anzeige.niederlassungsart) == ("1010", "zweig")
    assert anzeige.hauptniederlassung.erreichbarkeit[0].kanal == "fax"


def test_a_relocation_of_the_whole_business_tells_the_previous_town() -> None:
    anzeige = eine(
        "A1",
        {
            "anlass": "verlegung_aus_anderem_meldebezirk",
            "in_nrw": True,
            "fruehere_betriebsstaette.gemeinde": "05711000",
            "unfallversicherung_bekannt": False,
        },
    )
    assert anzeige.grund == "verlegung_aus_anderem_meldebezirk"
    assert anzeige.fruehere_betriebsstaette.gemeinde == "05711000"
    assert anzeige.unfallversicherung.nicht_bekannt is True
    assert anzeige.frueherer_gewerbetreibender is None


def test_a_part_that_moves_here_is_a_new_establishment() -> None:
    anzeige = eine("A1", {"anlass": "weitere_betriebsstaette", "niederlassungsart": "unselbstaendig"})
    assert (anzeige.grund, anzeige.fruehere_betriebsstaette) == ("neugruendung", None)
    assert anzeige.unfallversicherung is None
    hinweis = "rueckmeldung_hinweis"
    gesehen = [
        [
            lage.angabe.schluessel
            for lage in formular("A1").lage("anlass", {"anlass": anlass}, KONTEXT)
            if isinstance(lage, Feldlage)
        ]
        for anlass in ("weitere_betriebsstaette", "verlegung_aus_anderem_meldebezirk")
    ]
    assert [hinweis in seite for seite in gesehen] == [False, True]


def test_a_takeover_names_the_previous_owner_and_insurer() -> None:
    anzeige = eine(
        "A1",
        {
            "anlass": "uebernahme",
            "frueherer_gewerbetreibender": "Otto Alt",
            "unfallversicherung_bekannt": True,
            "unfallversicherung.traeger_name": "BG Bau",
            "unfallversicherung.mitgliedsnummer": "4711",
        },
    )
    assert (anzeige.grund, anzeige.frueherer_gewerbetreibender) == ("uebernahme", "Otto Alt")
    assert (anzeige.unfallversicherung.traeger_name, anzeige.unfallversicherung.mitgliedsnummer) == (
        "BG Bau",
        "4711",
    )


def test_itinerant_trade_and_vending_machines() -> None:
    reise = eine("A1", {"ausuebung": "reise"})
    assert (reise.reisegewerbe, reise.niederlassungsart, reise.automatenaufstellung) == (True, None, None)
    automaten = eine("A1", {"ausuebung": "automaten"})
    assert (automaten.reisegewerbe, automaten.niederlassungsart) == (False, "haupt")
    assert automaten.automatenaufstellung is True


def test_a_foreign_owner_with_a_restricted_title() -> None:
    anzeige = eine(
        "A1",
        {
            "inhaber.staatsangehoerigkeit": "163",
            "inhaber.aufenthaltstitel.vorhanden": True,
            "inhaber.aufenthaltstitel.behoerde": "Stadt Paderborn",
            "inhaber.aufenthaltstitel.auflage.vorhanden": True,
            "inhaber.aufenthaltstitel.auflage.text": "Nur Gastronomie",
            "inhaber.anschrift.nation": "792",
            "inhaber.anschrift.plz": "TR-34000",
        },
        hinweise={"PLA-AUFLAGE"},
    )
    [person] = anzeige.personen
    assert person.staatsangehoerigkeiten == ("163",)
    assert person.aufenthaltstitel.auflage.text == "Nur Gastronomie"
    assert (person.anschrift.nation, person.anschrift.plz) == ("792", "TR-34000")


def test_a_change_of_place_leaves_the_activity_as_it_is() -> None:
    anzeige = eine(
        "A2",
        {
            "gruende": ["verlegung_innerhalb_der_gemeinde", "namensaenderung", "sonstiger_grund"],
            "sonstige_gruende": "Neue Räume",
            "weitere_taetigkeiten": True,
            "fruehere_betriebsstaette.anschrift.strasse": "Alte Gasse",
        },
    )
    assert isinstance(anzeige, Ummeldung)
    assert anzeige.fruehere_betriebsstaette is not None
    assert anzeige.fruehere_betriebsstaette.anschrift.strasse == "Alte Gasse"
    assert anzeige.sonstige_gruende == "Neue Räume"
    assert anzeige.taetigkeit.schwerpunkt.neu_ausgeuebt is False
    assert [eine.neu_ausgeuebt for eine in anzeige.taetigkeit.weitere] == [False]
    assert (anzeige.erlaubnis, anzeige.handwerkskarte) == (None, None)


def test_a_new_activity_beside_the_old_one() -> None:
    anzeige = eine(
        "A2",
        {
            "gruende": ["taetigkeitswechsel"],
            "taetigkeit.schwerpunkt.neu_ausgeuebt": False,
            "weitere_taetigkeiten": True,
            "taetigkeit.weitere.0.wz": "96021",
            "taetigkeit.weitere.0.neu_ausgeuebt": True,
            "ist_handwerk": True,
            "handwerkskarte.vorhanden": True,
            "handwerkskarte.hwk": "00035",
        },
    )
    assert anzeige.taetigkeit.weitere[0].neu_ausgeuebt is True
    assert (anzeige.handwerkskarte.vorhanden, anzeige.handwerkskarte.hwk) == (True, "00035")


def test_kinds_of_closure() -> None:
    aufgabe = eine("A3", {"ursachen": "Ruhestand"})
    assert isinstance(aufgabe, Abmeldung)
    assert (aufgabe.grund, aufgabe.ursachen) == ("vollstaendige_aufgabe", "Ruhestand")
    uebergabe = eine("A3", {"grund": "uebergabe", "kuenftiger_gewerbetreibender": "Nina Neu"})
    assert uebergabe.kuenftiger_gewerbetreibender == "Nina Neu"
    assert uebergabe.kuenftige_betriebsstaette is None
    umzug = eine(
        "A3", {"grund": "verlegung_in_anderen_meldebezirk"}, hinweise={"PLA-VERLEGUNG-NEUE-GEMEINDE"}
    )
    assert umzug.kuenftige_betriebsstaette is not None
    for grund in ("rechtsformwechsel", "umwandlung", "gesellschafteraustritt"):
        assert eine("A3", {"grund": grund}).grund == grund


def test_who_acts_for_another_brings_a_power_of_attorney() -> None:
    antworten = gehe("A1", Wunsch({"auftrag": "vollmacht"}))
    [nachweis] = [n for n in formular("A1").nachweise(antworten) if n.angabe.schluessel == "vollmacht"]
    assert nachweis.pflicht
    fehler = formular("A1").pruefe(antworten, KONTEXT, nachweise=()).befunde
    assert "/nachweise/vollmacht" in {befund.pointer for befund in fehler if befund.severity == "error"}
    assert not any(
        n.angabe.schluessel == "vollmacht" for n in formular("A1").nachweise(gehe("A1", Wunsch({})))
    )


@pytest.mark.parametrize(
    ("auftrag", "niveau", "vorbelegt", "gesperrt"),
    [
        ("selbst", Niveau.HOCH, True, True),
        ("selbst", Niveau.BASIS, True, False),
        ("vollmacht", Niveau.HOCH, False, False),
    ],
)
def test_the_login_fills_in_who_acts_for_herself(
    auftrag: str, niveau: Niveau, vorbelegt: bool, gesperrt: bool
) -> None:
    kontext = Kontext(PADERBORN, HEUTE, niveau, KETTE)
    antworten = {"auftrag": auftrag, "inhaberart": "einzeln"}
    lagen = [
        lage
        for teil in formular("A1").lage("inhaber", antworten, kontext)
        for lage in (teil.felder if isinstance(teil, Gruppenlage) else (teil,))
    ]
    [name] = [lage for lage in lagen if lage.pfad == "inhaber.familienname"]
    assert (name.wert, name.gesperrt) == ("Musterfrau" if vorbelegt else None, gesperrt)
    anders = {**antworten, "inhaber": {"familienname": "Falsch"}}
    regeln = {befund.rule for befund in formular("A1").pruefe(anders, kontext, schritt="inhaber").befunde}
    assert ("feld_gesperrt" in regeln) == gesperrt


def test_the_first_partner_is_filled_in_and_the_shop_is_not() -> None:
    kontext = Kontext(PADERBORN, HEUTE, Niveau.HOCH, KETTE)
    antworten = {
        "auftrag": "selbst",
        **PERSONENGESELLSCHAFT,
        "gesellschafter": [{}, {}],
        "betriebsstaette": {"anschrift": {"strasse": "Domplatz"}},
    }
    gefuellt = formular("A1").vorbelegt(antworten, kontext)
    assert gefuellt["gesellschafter"][0]["familienname"] == "Musterfrau"
    assert "familienname" not in gefuellt["gesellschafter"][1]
    assert gefuellt["betriebsstaette"]["anschrift"] == {"strasse": "Domplatz"}


@pytest.mark.parametrize("auftrag", ["selbst", "vollmacht"])
def test_a_company_that_is_logged_in_finds_its_name(auftrag: str) -> None:
    quellen = {"konto.organisation.register_nummer": "12345", "konto.organisation.name": "Bau GmbH"}
    antworten = {
        "auftrag": auftrag,
        "inhaberart": "juristische_person",
        "eingetragen": True,
        "betrieb": {"rechtsform": "350", "registereintrag": {"art": "B"}},
    }
    betrieb = formular("A1").vorbelegt(antworten, Kontext(PADERBORN, HEUTE, Niveau.BASIS, quellen))["betrieb"]
    erwartet = ("Bau GmbH", "12345") if auftrag == "selbst" else (None, None)
    assert (betrieb.get("eingetragener_name"), betrieb["registereintrag"].get("nummer")) == erwartet
