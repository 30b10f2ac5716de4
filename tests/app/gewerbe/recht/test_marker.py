"""Nothing withheld is in any message, nothing permitted is missing: every field, every form, every body.

Texts are marked by a value that occurs once; codes and flags by the presence of their element. What a body
may have is read from the law table directly, where a thing stands in a message from the tests' own table.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from lxml import etree

from app.gewerbe.anzeige import FORMEN, Form, Gewerbeanzeige
from app.gewerbe.felder import blaetter
from app.gewerbe.formularschema import json_schema
from app.gewerbe.nachricht import Kopf, Satzkopf, gewerbeamt, lies
from app.gewerbe.recht.ausgangspruefung import pruefe_ausgang
from app.gewerbe.recht.empfaenger import Anspruch, empfaenger_von
from app.gewerbe.recht.nachricht import NichtBerechtigt, baue_nachricht, leser_von, pruefe_gebaut
from app.gewerbe.recht.rechtsstand import rechtsstand
from app.mandanten.zustaendig import stelle
from tests.app.gewerbe.recht.anzeigen import PADERBORN, vollstaendig
from tests.app.gewerbe.recht.fundorte import FUNDORTE, GRUND, TECHNISCH, ZUSAMMENGEFASST
from tests.conftest import shared
from xoev.befund import hat_fehler
from xoev.einlesen import einlesen

HEUTE = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
AMT = gewerbeamt(PADERBORN, "Gewerbeamt Paderborn")
KOPF = Kopf(UUID(int=1), HEUTE, leser_von(stelle("dguv")), AMT)
SATZKOPF = Satzkopf(HEUTE, HEUTE, AMT, "2026-0001")
LAW = rechtsstand(date(2026, 10, 12))
LUECKEN = {f"GewA 3, Feld {nummer}" for nummer in (8, 9, 10, 11)}
FAELLE = [(form, zeile.schluessel) for form in FORMEN for zeile in LAW.zeilen if form in zeile.felder]


def anspruch_von(anzeige: Gewerbeanzeige, schluessel: str) -> Anspruch:
    ansprueche = empfaenger_von(anzeige, HEUTE.date(), zoll_anhaltspunkte=True)
    (einer,) = (einer for einer in ansprueche if einer.stelle == schluessel)
    assert einer.berechtigt, einer.grund
    return einer


def gebaut(anzeige: Gewerbeanzeige, schluessel: str) -> bytes:
    return baue_nachricht(anzeige, anspruch_von(anzeige, schluessel), kopf=KOPF, satzkopf=SATZKOPF)


def permitted(form: Form, schluessel: str) -> frozenset[int]:
    (zeile,) = (zeile for zeile in LAW.zeilen if zeile.schluessel == schluessel)
    return zeile.felder[form]


def leaves_of_schema(knoten: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, list[int]]]:
    """Every leaf of a form's JSON Schema, lists without their index."""
    if "properties" in knoten:
        for name, teil in knoten["properties"].items():
            yield from leaves_of_schema(teil, f"{pointer}/{name}")
    elif "items" in knoten:
        yield from leaves_of_schema(knoten["items"], pointer)
    else:
        yield pointer, knoten["x-gewa-feld"]


def without_index(pointer: str) -> str:
    return re.sub(r"/\d+(?=/|$)", "", pointer)


def path_of(form: Form, pointer: str) -> str:
    return GRUND[form] if pointer == "/grund" else FUNDORTE[without_index(pointer)]


def contents(nachricht: bytes) -> list[tuple[str, str]]:
    """Path below the kind of notice, and text, of every element of the record that has a text."""
    (satz,) = etree.fromstring(nachricht).iterfind("{*}satz/*")
    inhalte = []
    for element in satz.iterdescendants():
        if element.text is not None:
            weg = [etree.QName(teil).localname for teil in (element, *element.iterancestors())]
            inhalte.append(("/".join(reversed(weg[:-3])), element.text))
    return inhalte


@pytest.mark.parametrize("form", FORMEN)
def test_the_notice_fills_every_leaf_and_every_field_of_its_form(form: Form) -> None:
    filled = {without_index(blatt.pointer) for blatt in blaetter(vollstaendig(form))}
    assert filled == {pointer for pointer, _ in leaves_of_schema(json_schema(form))}
    numbers = {nummer for blatt in blaetter(vollstaendig(form)) for nummer in blatt.felder}
    assert numbers == LAW.vordrucke[form] - {max(LAW.vordrucke[form])}, "all but the signature"


@pytest.mark.parametrize("form", FORMEN)
def test_markers_are_unique(form: Form) -> None:
    werte = [
        blatt.wert for blatt in blaetter(vollstaendig(form)) if str(blatt.wert).startswith(("Marke", "9"))
    ]
    haeufigkeit = Counter(wert for wert in werte if wert != "96021")
    assert len(haeufigkeit) > 50
    assert set(haeufigkeit.values()) == {1}


@pytest.mark.parametrize(("form", "schluessel"), FAELLE)
def test_each_part_is_there_if_and_only_if_the_law_permits_it(form: Form, schluessel: str) -> None:
    anzeige = vollstaendig(form)
    inhalte = contents(gebaut(anzeige, schluessel))
    texte = Counter(text for pfad, text in inhalte if pfad != ZUSAMMENGEFASST)
    pfade = Counter(pfad for pfad, _ in inhalte)
    erwartete_pfade: Counter[str] = Counter()
    for blatt in blaetter(anzeige):
        if not blatt.felder:
            continue
        erlaubt = blatt.felder <= permitted(form, schluessel)
        if isinstance(blatt.wert, str) and blatt.wert.startswith("Marke"):
            assert texte[blatt.wert] == erlaubt, blatt
            assert ((path_of(form, blatt.pointer), blatt.wert) in inhalte) == erlaubt, blatt
        erwartete_pfade[path_of(form, blatt.pointer)] += erlaubt
    zusammengefasst = [text.split("|") for pfad, text in inhalte if pfad == ZUSAMMENGEFASST]
    assert zusammengefasst == (
        [[eine.beschreibung for eine in anzeige.taetigkeit.weitere]]
        if {18, 19 if form == "A2" else 18} <= permitted(form, schluessel)
        else []
    )
    for pfad in TECHNISCH | {ZUSAMMENGEFASST}:
        pfade.pop(pfad, None)
    assert pfade == +erwartete_pfade


@pytest.mark.parametrize(("form", "schluessel"), FAELLE)
def test_each_message_stands_before_schema_rules_and_law(form: Form, schluessel: str) -> None:
    anzeige = vollstaendig(form)
    assert pruefe_gebaut(gebaut(anzeige, schluessel), anzeige, anspruch_von(anzeige, schluessel)) == ()


@pytest.mark.parametrize(("form", "schluessel"), FAELLE)
def test_a_withheld_element_put_in_by_hand_is_refused(form: Form, schluessel: str) -> None:
    anzeige = vollstaendig(form)
    anspruch = anspruch_von(anzeige, schluessel)
    gefiltert, voll = (etree.fromstring(gebaut(anzeige, key)) for key in (schluessel, "erlaubnisbehoerde"))
    fremd = _elements_missing(gefiltert, voll)
    assert bool(fremd) == (schluessel not in {"erlaubnisbehoerde", "bisherige_gemeinde"})
    for eltern, element in fremd:
        eltern.append(element)
        befunde = pruefe_ausgang(gefiltert, anzeige, anspruch)
        assert {befund.rule for befund in befunde} == {"AUSGANG-ZURUECKGEHALTEN"}, element.tag
        assert all(befund.feld and befund.line and befund.xpath for befund in befunde)
        eltern.remove(element)
    assert pruefe_ausgang(gefiltert, anzeige, anspruch) == ()


def _elements_missing(
    gefiltert: etree._Element, voll: etree._Element
) -> list[tuple[etree._Element, etree._Element]]:
    """Elements of the full message that the other one lacks, with the place where they belong."""
    ergebnis = []
    for kind in voll:
        gegenstueck = gefiltert.find(str(kind.tag))
        if gegenstueck is None:
            ergebnis.append((gefiltert, kind))
        elif etree.QName(kind).localname not in {"nachrichtenkopf", "autor"}:
            ergebnis += _elements_missing(gegenstueck, kind)
    return ergebnis


@pytest.mark.parametrize("form", FORMEN)
@pytest.mark.parametrize("schluessel", ["erlaubnisbehoerde", "statistik", "eichamt"])
def test_a_permitted_part_taken_out_by_hand_is_missed(form: Form, schluessel: str) -> None:
    anzeige = vollstaendig(form)
    anspruch = anspruch_von(anzeige, schluessel)
    nachricht = gebaut(anzeige, schluessel)
    for nummer, (pfad, _) in enumerate(contents(nachricht)):
        if pfad in TECHNISCH or pfad.endswith("/taetigkeitEinzeln"):
            continue
        wurzel = etree.fromstring(nachricht)
        element = [teil for teil in wurzel.iterfind("{*}satz/*//") if teil.text][nummer]
        element.text = ""
        (befund,) = pruefe_ausgang(wurzel, anzeige, anspruch)
        assert befund.rule == "AUSGANG-FEHLT", pfad
        assert befund.feld, pfad


def test_a_body_without_a_claim_gets_no_message() -> None:
    anzeige = vollstaendig("A1")
    ohne = next(einer for einer in empfaenger_von(anzeige, HEUTE.date()) if einer.stelle == "zoll")
    with pytest.raises(NichtBerechtigt):
        baue_nachricht(anzeige, ohne, kopf=KOPF, satzkopf=SATZKOPF)
    (befund,) = pruefe_ausgang(gebaut(anzeige, "zoll"), anzeige, ohne)
    assert befund.rule == "AUSGANG-NICHT-BERECHTIGT"


@pytest.mark.parametrize(
    ("alt", "neu", "regel"),
    [
        (b"<xga:gewerbe>", b"<xga:gewerbe><!-- geheim -->", "AUSGANG-ANMERKUNG"),
        (b"<xga:gewerbe>", b"<xga:gewerbe><?geheim?>", "AUSGANG-ANMERKUNG"),
        (b"<xga:gewerbe>", b"<xga:gewerbe>geheim", "AUSGANG-UNBEKANNT"),
        (b"<xga:gewerbe>", b"<xga:gewerbe><xga:ort>geheim</xga:ort>", "AUSGANG-UNBEKANNT"),
        (b"<xga:gewerbe>", b"<xga:gewerbe><xga:geheim/>", "AUSGANG-UNBEKANNT"),
        (
            b"<xga:frueheresGewerbe>",
            b"<xga:kuenftigesGewerbe>geheim</xga:kuenftigesGewerbe>" + b"<xga:frueheresGewerbe>",
            "AUSGANG-UNBEKANNT",
        ),
        (b"<xga:istNebenerwerb>", b"<xga:istNebenerwerb bem='geheim'>", "AUSGANG-UNBEKANNT"),
        (b"ihk.gewerbemeldung.0200", b"hwk.gewerbemeldung.0210", "AUSGANG-TYP"),
        (b"<xga:satz>", b"<xga:satz><xga:abmeldung/>", "AUSGANG-SATZ"),
        (b"<xga:satz>", b"<xga:satz/><xga:satz>", None),
    ],
)
def test_what_belongs_to_nobody_is_refused(alt: bytes, neu: bytes, regel: str | None) -> None:
    anzeige = vollstaendig("A1")
    nachricht = gebaut(anzeige, "ihk").replace(alt, neu)
    befunde = pruefe_ausgang(nachricht, anzeige, anspruch_von(anzeige, "ihk"))
    assert {befund.rule for befund in befunde} == ({regel} if regel else set())


def test_an_official_message_without_birth_data_can_still_be_passed_on() -> None:
    """Statistics' own message type has no dates of birth; nobody can be sent what was never collected."""
    daten = shared("data/xgewerbeanzeige/examples/xgwa2.1-valid.xml").read_bytes()
    (satz,) = lies(einlesen(daten))
    for einer in empfaenger_von(satz.anzeige, HEUTE.date()):
        if einer.berechtigt:
            nachricht = baue_nachricht(satz.anzeige, einer, kopf=KOPF, satzkopf=SATZKOPF)
            befunde = pruefe_gebaut(nachricht, satz.anzeige, einer)
            assert not hat_fehler(befunde), einer.stelle
            assert {befund.feld for befund in befunde if befund.severity == "warning"} <= LUECKEN


def test_a_no_break_space_is_a_text_like_any_other() -> None:
    anzeige = vollstaendig("A1", frueherer_gewerbetreibender="\u00a0")
    assert pruefe_ausgang(gebaut(anzeige, "ihk"), anzeige, anspruch_von(anzeige, "ihk")) == ()


def test_findings_do_not_repeat_what_they_protect() -> None:
    anzeige = vollstaendig("A1")
    befunde = pruefe_ausgang(gebaut(anzeige, "erlaubnisbehoerde"), anzeige, anspruch_von(anzeige, "eichamt"))
    assert len(befunde) > 20
    assert not [befund for befund in befunde if "Marke" in str(befund.text)]
