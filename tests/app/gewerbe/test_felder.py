"""The walk over a notice and the cut by field numbers."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gewerbe.anzeige import FORMEN, GEWERBEANZEIGE, Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.felder import FELDNAMEN, alle_felder, auszug, blaetter, feld_bezug, ist_erlaubt
from tests.app.gewerbe import strategien

GEMUETLICH = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def _werte(anzeige: strategien.Anzeige) -> dict[str, frozenset[int]]:
    return {blatt.pointer: blatt.felder for blatt in blaetter(anzeige)}


def test_namen_aller_felder() -> None:
    assert [len(FELDNAMEN[form]) for form in FORMEN] == [33, 30, 30]
    assert all(sorted(FELDNAMEN[form]) == list(range(1, len(FELDNAMEN[form]) + 1)) for form in FORMEN)
    assert FELDNAMEN["A1"][8].de == "Geburtsdatum"
    assert FELDNAMEN["A2"][21].en == "Date of the change"
    assert feld_bezug("A1", 8) == "GewA 1, Feld 8"


def test_blaetter_tragen_ihre_felder(anmeldung: Anmeldung) -> None:
    werte = _werte(anmeldung)
    assert werte["/personen/0/geburtsdatum"] == {8}
    assert werte["/personen/0/erreichbarkeit/1/kennung"] == {11}
    assert werte["/betriebsstaette/erreichbarkeit/0/kanal"] == {15}
    assert werte["/gemeinde"] == frozenset()
    assert "/grund" in werte
    assert "/handwerkskarte" not in werte


def test_neue_und_fortgefuehrte_taetigkeit(ummeldung: Ummeldung) -> None:
    werte = _werte(ummeldung)
    assert werte["/taetigkeit/schwerpunkt/beschreibung"] == {19}
    assert werte["/taetigkeit/weitere/0/wz"] == {18}
    daten = ummeldung.model_dump(mode="json")
    daten["taetigkeit"]["schwerpunkt"]["neu_ausgeuebt"] = None
    offen = GEWERBEANZEIGE.validate_python(daten)
    assert _werte(offen)["/taetigkeit/schwerpunkt/wz"] == {18, 19}
    assert "taetigkeit" not in auszug(offen, alle_felder("A2") - {18, 19})
    assert "schwerpunkt" not in auszug(offen, alle_felder("A2") - {19})["taetigkeit"]


def test_eine_gruppe_ueber_zwei_nummern(abmeldung: Abmeldung) -> None:
    for erlaubt in ({25}, {26}, {25, 26}):
        assert "grund" in auszug(abmeldung, frozenset(erlaubt))
    assert "grund" not in auszug(abmeldung, frozenset({24, 27}))
    assert not ist_erlaubt("A2", frozenset({18, 19}), frozenset({18}))


def test_ganzer_auszug_ist_die_anzeige() -> None:
    @GEMUETLICH
    @given(strategien.anzeigen())
    def eigenschaft(anzeige: strategien.Anzeige) -> None:
        ganz = auszug(anzeige, alle_felder(anzeige.form))
        assert GEWERBEANZEIGE.validate_python(ganz) == anzeige

    eigenschaft()


def test_auszug_enthaelt_genau_das_erlaubte() -> None:
    @GEMUETLICH
    @given(strategien.anzeigen(), st.frozensets(st.integers(1, 33)))
    def eigenschaft(anzeige: strategien.Anzeige, erlaubt: frozenset[int]) -> None:
        text = json.dumps(auszug(anzeige, erlaubt), ensure_ascii=False)
        erwartet = [
            blatt.wert
            for blatt in blaetter(anzeige)
            if blatt.felder and ist_erlaubt(anzeige.form, blatt.felder, erlaubt)
        ]
        gefunden = [wert for wert in _alle(json.loads(text)) if wert not in _technisch(anzeige)]
        assert sorted(map(repr, gefunden)) == sorted(
            repr(wert) for wert in erwartet if wert not in _technisch(anzeige)
        )

    eigenschaft()


def test_was_fuer_eine_stelle_geschnitten_wurde_aendert_nichts_fuer_die_naechste() -> None:
    @GEMUETLICH
    @given(strategien.anzeigen(), st.lists(st.frozensets(st.integers(1, 33)), min_size=2, max_size=4))
    def eigenschaft(anzeige: strategien.Anzeige, ansprueche: list[frozenset[int]]) -> None:
        geteilt = [auszug(anzeige, erlaubt) for erlaubt in ansprueche]
        assert geteilt == [auszug(anzeige.model_copy(), erlaubt) for erlaubt in ansprueche]

    eigenschaft()


def _technisch(anzeige: strategien.Anzeige) -> set[object]:
    return {blatt.wert for blatt in blaetter(anzeige) if not blatt.felder}


def _alle(knoten: object) -> list[object]:
    if isinstance(knoten, dict):
        return [wert for teil in knoten.values() for wert in _alle(teil)]
    if isinstance(knoten, list):
        return [wert for teil in knoten for wert in _alle(teil)]
    return [knoten]


def test_von_einer_person_bleibt_nie_nur_die_funktion(anmeldung: Anmeldung) -> None:
    assert "personen" not in auszug(anmeldung, frozenset({20}))
    assert auszug(anmeldung, frozenset({5}))["personen"] == [
        {"funktion": "inhaber", "vornamen": "Jana Marie"}
    ]


def test_auszug_behaelt_die_technischen_angaben(anmeldung: Anmeldung) -> None:
    assert auszug(anmeldung, frozenset()) == {"gemeinde": "05774032", "form": "A1"}
