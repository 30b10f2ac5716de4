"""The whole check: official messages, their mended forms, characters, rules, fields."""

import time

import pytest
from lxml import etree

from tests.conftest import shared
from tests.xoev.nachrichten import friseur, logistik, nachricht, weinhandel
from xoev.pruefen import Pruefergebnis, pruefe, pruefe_wurzel


def regeln(ergebnis: Pruefergebnis) -> list[str]:
    return [befund.rule for befund in ergebnis.befunde]


@pytest.mark.parametrize(("datei", "typ"), [("xgwa2.1-valid.xml", "0100"), ("xgwa2.2-valid.xml", "0500")])
def test_official_valid_messages_pass(datei: str, typ: str) -> None:
    ergebnis = pruefe(shared(f"data/xgewerbeanzeige/examples/{datei}").read_bytes())
    assert (ergebnis.status, ergebnis.nachrichtentyp, ergebnis.befunde) == ("gueltig", typ, ())


def test_the_official_invalid_message_fails_by_schema_and_by_rule() -> None:
    ergebnis = pruefe(shared("data/xgewerbeanzeige/examples/xgwa2.2-invalid.xml").read_bytes())
    assert ergebnis.status == "befunde"
    assert [(b.rule, b.feld) for b in ergebnis.befunde] == [
        ("XSD-FEHLT", "GewA 1, Feld 4"),
        ("SCH-0036", "GewA 1, Feld 21"),
    ]


@pytest.mark.parametrize(
    ("kaputt", "heil", "rule", "xpath"),
    [
        (
            logistik(mit_satzerstellung=False),
            logistik(),
            "XSD-FEHLT",
            "/xga:alg.gewerbemeldung.0300/xga:satz[1]/xga:anmeldung/xga:satzErstellung",
        ),
        (
            weinhandel(mit_betriebart=False),
            weinhandel(),
            "SCH-0036",
            "/xga:lue.gewerbemeldung.0290/xga:satz[1]/xga:anmeldung/xga:gewerbe/xga:betriebArt",
        ),
    ],
)
def test_one_fault_is_one_finding_and_mended_it_is_valid(
    kaputt: bytes, heil: bytes, rule: str, xpath: str
) -> None:
    ergebnis = pruefe(kaputt)
    assert [(b.rule, b.xpath) for b in ergebnis.befunde] == [(rule, xpath)]
    assert pruefe(heil).befunde == ()


@pytest.mark.parametrize(
    ("alt", "neu", "rule", "feld"),
    [
        ("<code>0500</code>", "<code>0300</code>", "AMT-001", None),
        ('version="2.2"', 'version="2.1"', "AMT-002", None),
        ("03111965", "30021965", "AMT-026", "GewA 1, Feld 8"),
        ("03111965", "29021900", "AMT-026", "GewA 1, Feld 8"),
        ("03111965", "31041965", "AMT-026", "GewA 1, Feld 8"),
        ("03111965", "00111965", "AMT-026", "GewA 1, Feld 8"),
        ("03111965", "03131965", "AMT-026", "GewA 1, Feld 8"),
        ("<xga:geschlecht ", "<xga:weg ", "AMT-021", "GewA 1, Feld 6"),
        (
            "<xga:plz>33098</xga:plz><xga:nation",
            "<xga:plz>3309</xga:plz><xga:nation",
            "AMT-030",
            "GewA 1, Feld 15",
        ),
    ],
)
def test_rules_of_our_own(alt: str, neu: str, rule: str, feld: str | None) -> None:
    text = friseur().decode()
    assert alt in text
    ergebnis = pruefe(text.replace(alt, neu, 1).replace("</xga:weg>", "").encode())
    if "weg" in neu:
        ergebnis = pruefe(_ohne(friseur(), "geschlecht"))
    assert ergebnis.status == "befunde"
    assert [(b.rule, b.feld) for b in ergebnis.befunde] == [(rule, feld)]


@pytest.mark.parametrize(
    ("name", "rule", "frei"),
    [
        ("betriebArt", "SCH-0036", "0220"),
        ("istNebenerwerb", "AMT-013", "0500"),
        ("grundAnmeldungSchluessel", "AMT-017", "0310"),
        ("niederlassungArt", "AMT-011", "0500"),
        ("istReisegewerbe", "AMT-012", "0220"),
        ("anzahlVollzeitBeschaeftigte", "AMT-014", "0320"),
        ("datumMeldung", "AMT-015", "0220"),
        ("geschlecht", "AMT-021", "0320"),
        ("geburtsdatum", "AMT-022", "0100"),
        ("geburtsort", "AMT-023", "0100"),
        ("staatangehoerigkeiten", "AMT-024", "0290"),
    ],
)
def test_the_full_record_must_carry_what_other_types_may_lack(name: str, rule: str, frei: str) -> None:
    kurz = {"0220": "ea", "0500": "abh", "0310": "kbs", "0320": "fin", "0100": "sta", "0290": "lue"}[frei]
    assert regeln(pruefe(_ohne(friseur("alg", "0300"), name))) == [rule]
    assert regeln(pruefe(_ohne(friseur(kurz, frei), name))) == []


def _ohne(daten: bytes, name: str) -> bytes:
    wurzel = etree.fromstring(daten)
    for element in list(wurzel.iter(f"{{*}}{name}")):
        eltern = element.getparent()
        assert eltern is not None
        eltern.remove(element)
    return etree.tostring(wurzel)


def test_only_a_stock_corporation_needs_no_person() -> None:
    ohne = _ohne(friseur("alg", "0300"), "beteiligtePerson")
    assert regeln(pruefe(ohne)) == ["AMT-020"]
    assert regeln(pruefe(ohne.replace(b"<code>170</code>", b"<code>310</code>"))) == []


def test_a_missing_house_number_is_a_warning_and_stops_nothing() -> None:
    ergebnis = pruefe(friseur().decode().replace("<xga:hausNrVon>14</xga:hausNrVon>", "").encode())
    assert [(b.severity, b.rule, b.feld) for b in ergebnis.befunde] == [
        ("warning", "AMT-031", "GewA 1, Feld 11")
    ]
    assert ergebnis.status == "gueltig"


def test_an_itinerant_trade_needs_no_premises() -> None:
    wurzel = etree.fromstring(friseur("alg", "0300"))
    gewerbe = wurzel.find(".//{*}gewerbe")
    assert gewerbe is not None
    gewerbe.remove(gewerbe.findall("{*}anschrift")[0])
    assert regeln(pruefe_wurzel(wurzel)) == ["AMT-010"]
    reise = gewerbe.find("{*}istReisegewerbe/code")
    assert reise is not None
    reise.text = " 1 "
    assert regeln(pruefe_wurzel(wurzel)) == []


def test_a_foreign_address_needs_neither_postcode_nor_number() -> None:
    wurzel = etree.fromstring(friseur())
    anschrift = wurzel.find(".//{*}beteiligtePerson/{*}anschrift")
    assert anschrift is not None
    for name in ("hausNrVon", "plz"):
        anschrift.remove(anschrift.findall(f"{{*}}{name}")[0])
    assert regeln(pruefe_wurzel(wurzel)) == ["AMT-030", "AMT-031"]
    staat = anschrift.find("{*}nationSchluessel/code")
    assert staat is not None
    staat.text = "440"
    assert regeln(pruefe_wurzel(wurzel)) == []


@pytest.mark.parametrize(
    ("name", "rule", "teil"),
    [
        ("Schere 中", "ZEICHEN-DIN91379", "„中“ (U+4E2D) an Stelle 8"),
        ("Ночь", "ZEICHEN-DIN91379", "(U+041D) an Stelle 1"),
        ("Mu\u0308ller", "ZEICHEN-NFC", "Normalform C"),
        ("Sche\u00adre", "ZEICHEN-DIN91379", "(U+00AD) an Stelle 5"),
    ],
)
def test_characters_are_named_with_their_field(name: str, rule: str, teil: str) -> None:
    ergebnis = pruefe(friseur().decode().replace(">Schere<", f">{name}<").encode())
    assert ergebnis.befunde[0].rule == rule
    assert ergebnis.befunde[0].feld == "GewA 1, Feld 4"
    assert ergebnis.befunde[0].text["de"].startswith("Familienname: ")
    assert teil in ergebnis.befunde[0].text["de"]


def test_attributes_are_checked_for_characters_too() -> None:
    ergebnis = pruefe(friseur().decode().replace('produkt="Test"', 'produkt="Тест"').encode())
    assert set(regeln(ergebnis)) == {"ZEICHEN-DIN91379"}


@pytest.mark.parametrize(
    ("daten", "rule"),
    [
        (b"<a/>", "XML-NAMENSRAUM"),
        (b'<x:a xmlns:x="http://www.xgewerbeanzeige.de/spezifikation/2.0"/>', "XML-NAMENSRAUM"),
        (b"kein xml", "XML-FORM"),
        (b"", "XML-LEER"),
    ],
)
def test_what_cannot_be_judged_is_unusable(daten: bytes, rule: str) -> None:
    ergebnis = pruefe(daten)
    assert (ergebnis.status, regeln(ergebnis)) == ("unbrauchbar", [rule])


def test_an_unknown_message_of_a_known_standard_is_a_finding() -> None:
    ergebnis = pruefe(friseur("ihk", "0201"))
    assert (ergebnis.status, regeln(ergebnis)) == ("befunde", ["XSD-NACHRICHT"])


def test_a_message_with_thousands_of_faults_is_answered_with_some() -> None:
    satz = "<xga:anmeldung/>"
    begonnen = time.perf_counter()
    ergebnis = pruefe(nachricht("alg", "0300", "2.2", *[satz] * 2900))
    assert ergebnis.status == "befunde"
    assert 0 < len(ergebnis.befunde) <= 200
    assert time.perf_counter() - begonnen < 5
