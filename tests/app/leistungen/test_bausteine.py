"""Questions and pages written once and put in."""

from pathlib import Path
from typing import Any

import pytest

from app.leistungen.definition import Gruppe
from app.leistungen.formular import Formular
from app.leistungen.laden import FormularUngueltig, lade, lade_bausteine, lies
from tests.app.leistungen.hilfe import DATEI, geaenderter_text, kontext

_ORT = """
felder:
  - schluessel: staat
    typ: text
    label: {de: Staat, en: State, leicht: Land}
    autocomplete: country-name
    vorbelegung: {quelle: konto.anschrift.staat}
  - schluessel: kreis
    typ: text
    label: {de: Kreis, en: District, leicht: Kreis}
    wenn: {feld: ^staat, ist: Deutschland}
    pflicht: {feld: ^staat, vorhanden: true}
"""
_FIRMA = """
felder:
  - schluessel: firma
    typ: text
    label: {de: Firma, en: Company, leicht: Firma}
  - baustein: ort
    pfad: sitz
    vorbelegt: true
    wenn: {feld: ^firma, vorhanden: true}
"""
_SEITEN = """
schritte:
  - schluessel: seite_eins
    titel: {de: Eins, en: One, leicht: Eins}
    felder:
      - schluessel: eins
        typ: text
        label: {de: Eins, en: One, leicht: Eins}
  - schluessel: seite_zwei
    titel: {de: Zwei, en: Two, leicht: Zwei}
    wenn: {feld: eins, vorhanden: true}
    felder:
      - baustein: ort
        pfad: zwei
"""
_ZIEL = "      - schluessel: stand.iban\n"
_NACHWEISE = "nachweise:\n  - schluessel: versicherung\n"


@pytest.fixture
def bausteine(tmp_path: Path) -> dict[str, Any]:
    for name, text in (("ort", _ORT), ("firma", _FIRMA), ("seiten", _SEITEN)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return dict(lade_bausteine(tmp_path))


def _mit(bausteine: dict[str, Any], gebrauch: str, ziel: str = _ZIEL) -> Formular:
    return lies(geaenderter_text((ziel, gebrauch + ziel)), bausteine=bausteine)


def _felder(formular: Formular, anfang: str) -> dict[str, Any]:
    return {pfad: angabe for _, angabe, pfad in formular.felder() if pfad.startswith(anfang)}


def test_paths_and_references_lie_beneath_the_path(bausteine: dict[str, Any]) -> None:
    felder = _felder(_mit(bausteine, "      - {baustein: ort, pfad: lager.adresse}\n"), "lager")
    assert list(felder) == ["lager.adresse.staat", "lager.adresse.kreis"]
    kreis = felder["lager.adresse.kreis"]
    assert kreis.wenn.feld == kreis.pflicht.feld == "lager.adresse.staat"


def test_the_path_may_be_empty(bausteine: dict[str, Any]) -> None:
    felder = _felder(_mit(bausteine, "      - {baustein: ort}\n"), "kreis")
    assert felder["kreis"].wenn.feld == "staat"


def test_in_a_list_references_are_the_entrys(bausteine: dict[str, Any]) -> None:
    ziel = "      - schluessel: schule\n"
    formular = _mit(bausteine, "      - {baustein: ort, pfad: adresse}\n", ziel)
    assert _felder(formular, "helfer.adresse")["helfer.adresse.kreis"].wenn.feld == ".adresse.staat"
    antworten = {"stand": {"laenge": 4}, "helfer": [{"adresse": {"staat": "Deutschland"}}]}
    befunde = formular.pruefe(antworten, kontext(), schritt="helfer").befunde
    assert "/helfer/0/adresse/kreis" in {befund.pointer for befund in befunde}


def test_first_values_are_kept_only_where_the_use_says_so(bausteine: dict[str, Any]) -> None:
    def staat(worte: str) -> Any:
        felder = _felder(_mit(bausteine, f"      - {{baustein: ort, pfad: x{worte}}}\n"), "x")
        return felder["x.staat"]

    assert staat("").vorbelegung is None
    assert staat("").autocomplete is None
    assert staat(", vorbelegt: true").vorbelegung.quelle == "konto.anschrift.staat"
    bedingt = staat(", vorbelegt: {feld: stand.wagen, ist: true}")
    assert bedingt.autocomplete == "country-name"
    assert bedingt.vorbelegung.wenn.feld == "stand.wagen"


def test_a_first_value_under_a_condition(bausteine: dict[str, Any]) -> None:
    formular = _mit(
        bausteine, "      - {baustein: ort, pfad: x, vorbelegt: {feld: stand.wagen, ist: true}}\n"
    )
    quellen = {"konto.anschrift.staat": "Deutschland"}
    assert "x" not in formular.vorbelegt({"stand": {"wagen": False}}, kontext(quellen=quellen))
    vorbelegt = formular.vorbelegt({"stand": {"wagen": True}}, kontext(quellen=quellen))
    assert vorbelegt["x"] == {"staat": "Deutschland"}


def test_a_heading_makes_a_group(bausteine: dict[str, Any]) -> None:
    gebrauch = "      - {baustein: firma, pfad: f, titel: {de: F, en: F, leicht: F}, gewa: [15]}\n"
    text = geaenderter_text((_ZIEL, gebrauch + _ZIEL), ("aufbewahrung: zahlung", "gewa: [1]"))
    with pytest.raises(FormularUngueltig) as fehler:
        lies(text, bausteine=bausteine)
    # One number in the form, and one in each of the block's three questions.
    assert len(fehler.value.befunde) == 4
    formular = _mit(bausteine, gebrauch.replace(", gewa: [15]", ""))
    (gruppe,) = [
        element
        for element in formular.definition.schritte[1].felder
        if isinstance(element, Gruppe) and element.titel.de == "F"
    ]
    assert [feld.schluessel for feld in gruppe.felder] == ["f.firma", "f.sitz.staat", "f.sitz.kreis"]
    kreis = gruppe.felder[2].wenn
    assert kreis is not None
    assert kreis.alle is not None
    assert [teil.feld for teil in kreis.alle] == ["f.firma", "f.sitz.staat"]
    # The outer use does not say whose data it asks for.
    assert gruppe.felder[1].vorbelegung is None


def test_a_use_changes_and_leaves_out(bausteine: dict[str, Any]) -> None:
    gebrauch = """\
      - baustein: firma
        pfad: f
        ohne: [sitz.kreis]
        aendern:
          firma: {pflicht: false, hoechstlaenge: 50}
          sitz.staat: {label: {de: Land, en: Country, leicht: Land}}
"""
    felder = _felder(_mit(bausteine, gebrauch), "f.")
    assert list(felder) == ["f.firma", "f.sitz.staat"]
    assert felder["f.firma"].pflicht is False
    assert felder["f.firma"].hoechstlaenge == 50
    assert felder["f.sitz.staat"].label.de == "Land"


def test_pages_are_put_in(bausteine: dict[str, Any]) -> None:
    gebrauch = """\
  - baustein: seiten
    wenn: {feld: stand.wagen, ist: true}
    aendern: {seite_eins: {titel: {de: Anfang, en: Begin, leicht: Anfang}}}
"""
    formular = _mit(bausteine, gebrauch, _NACHWEISE)
    eins, zwei = formular.definition.schritte[-2:]
    assert eins.titel.de == "Anfang"
    assert eins.wenn is not None
    assert eins.wenn.feld == "stand.wagen"
    assert zwei.wenn is not None
    assert zwei.wenn.alle is not None
    assert [teil.feld for teil in zwei.wenn.alle] == ["stand.wagen", "eins"]
    ohne = _mit(bausteine, "  - {baustein: seiten, ohne: [seite_zwei]}\n", _NACHWEISE)
    assert ohne.definition.schritte[-1].schluessel == "seite_eins"


@pytest.mark.parametrize(
    ("gebrauch", "code"),
    [
        ("      - {baustein: gibtsnicht}\n", "baustein"),
        ("      - {baustein: seiten}\n", "baustein"),
        ("      - {baustein: [ort]}\n", "baustein"),
        ("      - {baustein: ort, farbe: rot}\n", "unbekannt"),
        ("      - {baustein: ort, ohne: [plz]}\n", "unbekanntes_feld"),
        ("      - {baustein: ort, aendern: {plz: {pflicht: false}}}\n", "unbekanntes_feld"),
        ("      - {baustein: kreis_a}\n", "kreis"),
    ],
)
def test_a_use_that_cannot_be_is_named(
    bausteine: dict[str, Any], gebrauch: str, code: str, tmp_path: Path
) -> None:
    (tmp_path / "kreis_a.yaml").write_text("felder:\n  - {baustein: kreis_b}\n  - {baustein: kreis_b}\n")
    (tmp_path / "kreis_b.yaml").write_text("felder:\n  - {baustein: kreis_a}\n  - {baustein: kreis_a}\n")
    text = geaenderter_text((_ZIEL, gebrauch + _ZIEL))
    with pytest.raises(FormularUngueltig) as fehler:
        lies(text, bausteine=lade_bausteine(tmp_path))
    befunde = fehler.value.befunde
    assert {befund.code for befund in befunde} == {code}
    if code != "kreis":
        assert befunde[0].zeile == text.splitlines().index(gebrauch.rstrip("\n")) + 1
        assert befunde[0].datei is None


def test_a_mistake_in_a_block_is_told_once_with_its_file(bausteine: dict[str, Any], tmp_path: Path) -> None:
    falsch = _ORT.replace("^staat, ist: Deutschland", "^land, ist: Deutschland")
    (tmp_path / "ort.yaml").write_text(falsch, "utf-8")
    gebrauch = "      - {baustein: ort, pfad: a}\n      - {baustein: ort, pfad: b}\n"
    with pytest.raises(FormularUngueltig) as fehler:
        lies(geaenderter_text((_ZIEL, gebrauch + _ZIEL)), bausteine=lade_bausteine(tmp_path))
    befunde = fehler.value.befunde
    assert {(b.datei, b.zeile) for b in befunde} == {("bausteine/ort.yaml", 11)}


def test_a_change_is_blamed_on_the_file_that_makes_it(bausteine: dict[str, Any]) -> None:
    gebrauch = "      - baustein: ort\n        aendern:\n          staat: {autocomplete: land}\n"
    text = geaenderter_text((_ZIEL, gebrauch + _ZIEL))
    with pytest.raises(FormularUngueltig) as fehler:
        lies(text, bausteine=bausteine)
    zeile = text[: text.index("autocomplete: land")].count("\n") + 1
    assert [(b.datei, b.zeile) for b in fehler.value.befunde] == [(None, zeile)]


@pytest.mark.parametrize("text", ["felder: []\nschritte: []", "x: 1", "- a", "felder: {a: 1}"])
def test_what_is_no_block_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(FormularUngueltig) as fehler:
        lade_bausteine(tmp_path)
    assert fehler.value.befunde[0].datei == "bausteine/x.yaml"


def test_blocks_lie_beside_the_form_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "bausteine").mkdir()
    (tmp_path / "bausteine" / "ort.yaml").write_text(_ORT, "utf-8")
    gebrauch = "      - {baustein: ort, pfad: a}\n      - {baustein: name, pfad: b}\n"
    text = geaenderter_text((_ZIEL, gebrauch + _ZIEL))
    datei = tmp_path / DATEI.name
    datei.write_text(text, "utf-8")
    pfade = {pfad for _, _, pfad in lade(datei).felder()}
    assert {"a.staat", "b.familienname"} <= pfade
