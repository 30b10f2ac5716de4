"""Towns, districts and bodies as dated rows: complete, without contradiction, and replaced by newer files."""

import csv
import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.mandanten import nachtrag, verzeichnis, zustaendig
from app.mandanten.bild import Bild
from app.mandanten.ortssuche import suche
from app.mandanten.verzeichnis import TABELLEN, Datenfehler, Tabellen, ausgeliefert, lies_datei
from app.settings import Settings
from tests.conftest import shared

HEUTE = date(2026, 11, 22)
FUSION = date(2027, 1, 1)
HOEVELHOF, DELBRUECK = "05774024", "05774020"
BEISPIEL = """
grund: Erfundener Zusammenschluss von Hövelhof und Delbrück
gemeinden:
  - {ags: "05774024", name: Hövelhof, kreis_ags: "05774", ihk: ihk-ostwestfalen-zu-bielefeld,
     hwk: hwk-ostwestfalen-lippe-zu-bielefeld, gueltig_ab: 2021-01-25, gueltig_bis: 2026-12-31,
     nachfolgerin: "05774020"}
  - {ags: "05774020", name: Delbrück, kreis_ags: "05774", ihk: ihk-ostwestfalen-zu-bielefeld,
     hwk: hwk-ostwestfalen-lippe-zu-bielefeld, gueltig_ab: 2021-01-25, gueltig_bis: 2026-12-31}
  - {ags: "05774020", name: Delbrück-Hövelhof, kreis_ags: "05774", ihk: ihk-ostwestfalen-zu-bielefeld,
     hwk: hwk-ostwestfalen-lippe-zu-bielefeld, gueltig_ab: 2027-01-01}
postleitzahlen:
  - {plz: "33161", ags: "05774024", gueltig_ab: 2026-11-21, gueltig_bis: 2026-12-31}
  - {plz: "33161", ags: "05774020", gueltig_ab: 2027-01-01}
"""


@pytest.fixture
def ordner(tmp_path: Path) -> Path:
    return tmp_path / "gemeindedaten"


def datei(tmp_path: Path, inhalt: str, name: str = "fusion.yaml") -> Path:
    pfad = tmp_path / name
    pfad.write_text(inhalt, "utf-8")
    return pfad


def test_the_shipped_rows_are_complete() -> None:
    heute = ausgeliefert().am(HEUTE)
    assert len(heute.gemeinden) == 396
    assert Counter(kreis.art for kreis in heute.kreise) == {
        "Kreis": 30,
        "kreisfreie Stadt": 22,
        "Städteregion": 1,
    }
    assert len(heute.bezirksregierungen) == 5
    arten = Counter(stelle.art for stelle in heute.stellen)
    assert (arten["ihk"], arten["hwk"]) == (16, 7)
    assert {art for art, zahl in arten.items() if zahl == 1} == {
        "bundesagentur",
        "dguv",
        "eichamt",
        "finanzamt",
        "kbs",
        "statistik",
        "zoll",
    }
    assert {kreis.ags for kreis in heute.kreise} == {ort.kreis_ags for ort in heute.gemeinden}
    assert {plz.ags for plz in heute.postleitzahlen} == {ort.ags for ort in heute.gemeinden}


def test_the_shipped_rows_do_not_contradict_each_other() -> None:
    assert list(ausgeliefert().maengel()) == []


def test_districts_belong_to_the_government_of_their_number() -> None:
    heute = ausgeliefert().am(HEUTE)
    kennziffern = {eine.schluessel: eine.kennziffer for eine in heute.bezirksregierungen}
    for kreis in heute.kreise:
        assert kennziffern[kreis.bezirksregierung] == kreis.ags[2]
        assert kreis.landschaftsverband == ("LVR" if kreis.ags[2] in "13" else "LWL")


def test_the_rows_agree_with_the_published_table() -> None:
    with shared("data/nrw_gemeinden.csv").open(encoding="utf-8", newline="") as strom:
        zeilen = list(csv.DictReader(strom))
    assert len(zeilen) == 396
    for zeile in zeilen:
        ort = zustaendig.gemeinde(zeile["ags"])
        assert (ort.name, ort.kreis, ort.landschaftsverband) == (
            zeile["gemeinde"],
            zeile["kreis"],
            zeile["landschaftsverband"],
        )


def test_postcodes_agree_with_the_published_table() -> None:
    with shared("data/nrw_plz.csv").open(encoding="utf-8", newline="") as strom:
        veroeffentlicht = {(zeile["plz"], zeile["ags"]) for zeile in csv.DictReader(strom)}
    assert {(zeile.plz, zeile.ags) for zeile in ausgeliefert().postleitzahlen} == veroeffentlicht


def test_a_district_government_is_a_body_with_a_key() -> None:
    assert zustaendig.stelle("bezirksregierung-detmold").name == "Bezirksregierung Detmold"


def test_two_towns_become_one_on_a_day(tmp_path: Path, ordner: Path) -> None:
    geprueft = nachtrag.pruefe(datei(tmp_path, BEISPIEL), ordner)
    assert [(einer.tabelle, einer.schluessel, einer.art) for einer in geprueft.unterschiede] == [
        ("gemeinden", "05774024", "geaendert"),
        ("gemeinden", "05774020", "geaendert"),
        ("gemeinden", "05774020", "neu"),
        ("postleitzahlen", "33161 05774024", "geaendert"),
        ("postleitzahlen", "33161 05774020", "neu"),
    ]
    assert geprueft.unterschiede[0].felder == ("gueltig_bis", "nachfolgerin")
    assert not ordner.exists(), "a check writes nothing"
    nachtrag.uebernimm(geprueft, "fusion.yaml", ordner)
    tabellen = verzeichnis.ueberlagert(ordner)
    vorher, nachher = Bild(tabellen, FUSION - timedelta(days=1)), Bild(tabellen, FUSION)
    assert len(vorher.gemeinden()) == 396
    assert len(nachher.gemeinden()) == 395
    assert vorher.gemeinde(DELBRUECK).name == "Delbrück"
    assert nachher.gemeinde(DELBRUECK).name == "Delbrück-Hövelhof"
    # The cases of the town that has ended keep its name, and its bodies can still be told.
    ende = nachher.gemeinde(HOEVELHOF)
    assert (ende.name, ende.nachfolgerin) == ("Hövelhof", DELBRUECK)
    assert not ende.gibt_es_am(FUSION)
    assert nachher.zustaendige_stellen(HOEVELHOF)["ihk"].schluessel == "ihk-ostwestfalen-zu-bielefeld"
    assert suche(vorher, "Hövelhof").eindeutig == vorher.gemeinde(HOEVELHOF)
    gefunden = suche(nachher, "Hövelhof")
    assert [treffer.gemeinde.ags for treffer in gefunden.treffer] == [DELBRUECK]
    assert {treffer.gemeinde.ags for treffer in suche(nachher, "33161").treffer} == {DELBRUECK, "05774032"}


def test_the_same_file_again_changes_nothing(tmp_path: Path, ordner: Path) -> None:
    pfad = datei(tmp_path, BEISPIEL)
    nachtrag.uebernimm(nachtrag.pruefe(pfad, ordner), pfad.name, ordner)
    assert nachtrag.pruefe(pfad, ordner).unterschiede == ()


@pytest.mark.parametrize(
    ("aendere", "mangel"),
    [
        (('"05774024", name', '"0577402", name'), "/gemeinden/0/ags"),
        (
            ("gueltig_bis: 2026-12-31,\n     nachfolgerin", "gueltig_bis: 2020-12-31,\n     nachfolgerin"),
            "gueltig_bis",
        ),
        (("gueltig_bis: 2026-12-31}\n  - {ags", "gueltig_bis: 2027-06-30}\n  - {ags"), "zwei Zeilen gelten"),
        (("ihk-ostwestfalen-zu-bielefeld", "ihk-entenhausen"), "keine IHK ihk-entenhausen"),
        (('kreis_ags: "05774"', 'kreis_ags: "05775"'), "kein Kreis"),
        (('nachfolgerin: "05774020"', 'nachfolgerin: "05999999"'), "keine Nachfolgerin"),
        (
            ('  - {plz: "33161", ags: "05774024", gueltig_ab: 2026-11-21, gueltig_bis: 2026-12-31}\n', ""),
            "keine Gemeinde",
        ),
        (("grund:", "anlass:"), "/anlass"),
        (("grund: Er", "grund: [Er"), "unreadable"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_as_a_whole(
    tmp_path: Path, ordner: Path, aendere: tuple[str, str], mangel: str
) -> None:
    assert aendere[0] in BEISPIEL
    with pytest.raises(Datenfehler) as gefangen:
        nachtrag.pruefe(datei(tmp_path, BEISPIEL.replace(*aendere)), ordner)
    assert mangel in str(gefangen.value)
    assert not ordner.exists()


def test_a_table_may_come_as_csv(tmp_path: Path, ordner: Path) -> None:
    inhalt = "plz,ags,gueltig_ab,gueltig_bis\n33999,05774032,2026-12-01,\n"
    geprueft = nachtrag.pruefe(datei(tmp_path, inhalt, "postleitzahlen.csv"), ordner)
    assert [einer.schluessel for einer in geprueft.unterschiede] == ["33999 05774032"]
    with pytest.raises(Datenfehler):
        lies_datei(datei(tmp_path, inhalt, "andere.csv"))


def test_a_running_process_sees_a_new_file_and_keeps_what_it_has_if_it_is_faulty(
    tmp_path: Path, ordner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zustaendig, "settings", lambda: Settings(gemeindedaten=ordner))
    monkeypatch.setattr(zustaendig, "_ABSTAND", 0.0)
    vorher = zustaendig.bild()
    ordner.mkdir()
    datei(ordner, "unlesbar: [", "a.yaml")
    assert zustaendig.bild() is vorher
    (ordner / "a.yaml").unlink()
    datei(ordner, "stellen: []", "b.yaml")
    os.utime(ordner / "b.yaml", (1, 1))
    try:
        assert zustaendig.bild() is not vorher
        assert len(zustaendig.alle_gemeinden()) == 396
    finally:
        (ordner / "b.yaml").unlink()
        assert len(zustaendig.alle_gemeinden()) == 396


def test_every_row_has_its_days() -> None:
    alle = ausgeliefert()
    for name in TABELLEN:
        for zeile in getattr(alle, name):
            assert zeile.gueltig_ab <= HEUTE
    assert isinstance(alle, Tabellen)
