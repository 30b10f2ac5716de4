"""The table of form fields covers the whole schema, and the rules follow the law's table."""

import json
import re

import pytest

from tests.conftest import shared
from tests.xoev.test_schema import pfade
from xoev.bundles import alle
from xoev.xgewerbeanzeige import felder
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

FELDZAHL = {"anmeldung": 33, "ummeldung": 30, "abmeldung": 30}


@pytest.mark.parametrize("satzart", FELDZAHL)
@pytest.mark.parametrize("bundle", alle(), ids=lambda bundle: bundle.version)
def test_every_element_of_a_satz_is_technical_or_has_its_place(satzart: str, bundle: object) -> None:
    praefix = f"satz/{satzart}/"
    eigene = [pfad.removeprefix(praefix) for pfad in pfade(bundle) if pfad.startswith(praefix)]  # type: ignore[arg-type]
    assert len(eigene) > 150
    for pfad in eigene:
        eintrag = felder.zuordnung(satzart, pfad)
        assert eintrag.de
        assert eintrag.en
        assert not (eintrag.technisch and eintrag.felder), pfad


@pytest.mark.parametrize("satzart", FELDZAHL)
def test_every_field_of_the_form_has_an_element(satzart: str) -> None:
    praefix = f"satz/{satzart}/"
    vergeben: set[int] = set()
    for pfad in pfade(alle()[-1]):
        if pfad.startswith(praefix):
            vergeben |= felder.felder_von_pfad(satzart, pfad.removeprefix(praefix))
    # The last field is the signature, which the electronic form does without (§ 2 GewAnzV).
    assert vergeben == set(range(1, FELDZAHL[satzart]))


@pytest.mark.parametrize(
    ("pfad", "a1", "a2", "a3"),
    [
        ("gewerbe/beteiligtePerson/geburtsdatum", {8}, {8}, {8}),
        ("gueltigAb", {20}, {21}, {20}),
        ("datumMeldung", {32}, {29}, {29}),
        ("gewerbe/istNebenerwerb/code", {19}, {20}, {19}),
        ("gewerbe/betriebArt/handwerk/code", {21}, set(), {21}),
        ("gewerbe/handwerkskarte/ausgestelltAm", {29}, {26}, set()),
        ("gewerbe/erlaubnis/status", {28}, {25}, set()),
        ("gewerbe/beteiligtePerson/aufenthaltstitel/status", {30}, {27}, set()),
        ("gewerbe/beteiligtePerson/aufenthaltstitel/auflage/text", {31}, {28}, set()),
        ("taetigkeitenGesamt/schwerpunkt/stichwort", {18}, {18, 19}, {18}),
        ("gewerbe/beteiligteFirma/betrieb/eintragungNr", {2}, {2}, {2}),
    ],
)
def test_numbers_as_on_the_forms(pfad: str, a1: set[int], a2: set[int], a3: set[int]) -> None:
    gefunden = [felder.felder_von_pfad(satzart, pfad) for satzart in ("anmeldung", "ummeldung", "abmeldung")]
    assert gefunden == [a1, a2, a3]


def test_names_and_places_for_people() -> None:
    pfad = "gewerbe/beteiligtePerson/anschrift/strasse"
    assert felder.bezeichnung("anmeldung", pfad) == "Anschrift der Wohnung: Straße"
    assert felder.bezeichnung("anmeldung", pfad, "en") == "home address: street"
    assert felder.feldangabe("abmeldung", "grundAbmeldungSchluessel") == "GewA 3, Felder 25, 26"
    assert felder.feldangabe("abmeldung", "uuid") is None
    assert felder.bezeichnung("ummeldung", "gueltigAb") == "Datum der Änderung"


@pytest.mark.parametrize("pfad", ["", "gibtEsNicht", "gewerbe/gibtEsNicht", "gueltigAb/gibtEsNicht"])
def test_an_unknown_path_is_no_technical_element(pfad: str) -> None:
    with pytest.raises(KeyError):
        felder.zuordnung("anmeldung", pfad)


REGEL_FELDER = {
    "SCH-0036": "gewerbe/betriebArt",
    "AMT-010": "gewerbe/anschrift",
    "AMT-011": "gewerbe/niederlassungArt",
    "AMT-012": "gewerbe/istReisegewerbe",
    "AMT-013": "gewerbe/istNebenerwerb",
    "AMT-014": "gewerbe/anzahlVollzeitBeschaeftigte",
    "AMT-015": "datumMeldung",
    "AMT-016": "taetigkeitenGesamt",
    "AMT-017": "grundAnmeldungSchluessel",
    "AMT-018": "grundAbmeldungSchluessel",
    "AMT-021": "gewerbe/beteiligtePerson/geschlecht",
    "AMT-022": "gewerbe/beteiligtePerson/geburtsdatum",
    "AMT-023": "gewerbe/beteiligtePerson/geburtsort",
    "AMT-024": "gewerbe/beteiligtePerson/staatangehoerigkeiten",
    "AMT-025": "gewerbe/beteiligtePerson/anschrift",
}


def test_no_rule_demands_what_the_law_withholds() -> None:
    """A message that carries exactly what the law lets a body have passes every rule."""
    tabelle = json.loads(shared("data/gewanzv_empfaenger_felder.json").read_text(encoding="utf-8"))
    datei = alle()[-1].regeln
    assert datei is not None
    regeln = datei.read_text(encoding="utf-8")
    geprueft = 0
    for empfaenger in tabelle["empfaenger"]:
        nummer = typ_fuer_stelle(empfaenger["key"]).code
        for satzart, form in felder.FORM_VON_SATZART.items():
            erlaubt = set((empfaenger["felder"].get(form) or {}).get("uebermitteln") or ())
            for rule, pfad in REGEL_FELDER.items():
                gebraucht = felder.felder_von_pfad(satzart, pfad)
                if erlaubt and gebraucht and not gebraucht & erlaubt:
                    test = re.search(rf'id="{rule}".*?test="(.*?)"', regeln, re.S)
                    assert test is not None
                    geprueft += 1
                    assert nummer in test[1], (rule, empfaenger["key"], form)
    assert geprueft > 60
