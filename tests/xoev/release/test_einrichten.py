"""A release is installed whole, found without a restart, and judges messages of its own tree."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests.xoev.nachrichten import friseur
from tests.xoev.release import fabrik
from xoev import bundles
from xoev.abbildung import aus_kanonisch
from xoev.einlesen import einlesen
from xoev.pruefen import pruefe, pruefe_stichtag
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.einrichten import entferne, installiere


@pytest.fixture
def ordner(tmp_path: Path) -> Iterator[Path]:
    """An empty folder of releases, used by this process."""
    bundles.verwende(tmp_path / "standards")
    yield tmp_path / "standards"
    bundles.verwende(None)


def richte_ein(ordner: Path, dateien: dict[str, bytes]) -> bundles.Bundle:
    return installiere(fabrik.packe(ordner.parent / "release.zip", dateien), ordner)


def test_a_release_with_another_tree_judges_and_translates(ordner: Path) -> None:
    neu = richte_ein(ordner, fabrik.dateien())
    ergebnis = pruefe(fabrik.als_neue(friseur()))
    assert ergebnis.befunde == pruefe(friseur()).befunde
    assert (ergebnis.status, ergebnis.bundle, ergebnis.nachrichtentyp) == ("gueltig", neu, "0500")
    assert ergebnis.kanonisch is not None
    assert gleich(ergebnis.kanonisch) == gleich(einlesen(friseur()))
    wieder = aus_kanonisch(ergebnis.kanonisch, neu)
    assert gleich(wieder) == gleich(einlesen(fabrik.als_neue(friseur())))


def gleich(wurzel: etree._Element) -> str:
    return etree.canonicalize(wurzel, strip_text=True, rewrite_prefixes=True)


@pytest.mark.parametrize(
    ("alt", "neu", "rule", "satz"),
    [
        ("nachname>Schere", "nachname>Tibor", "NEU-001", "Nachname und Vorname sind gleich."),
        ("nachname>", "familienname>", "XSD-UNBEKANNT", "Das Element familienname"),
        ("03111965", "31021965", "AMT-026", "Geburtsdatum: 31021965 ist kein Tag"),
        ("2017-08-01", "heute", "XSD-WERT", "erwartet ein Tag des Kalenders"),
    ],
)
def test_its_faults_are_told_like_ours(ordner: Path, alt: str, neu: str, rule: str, satz: str) -> None:
    richte_ein(ordner, fabrik.dateien())
    ergebnis = pruefe(fabrik.als_neue(friseur()).replace(alt.encode(), neu.encode()))
    (befund,) = [einer for einer in ergebnis.befunde if einer.rule == rule][:1]
    assert satz in befund.text["de"]
    assert befund.text["en"]
    assert befund.line is not None


def test_codes_have_to_be_in_the_lists_of_the_release(ordner: Path) -> None:
    dateien = fabrik.dateien() | {"janein.gc": fabrik.codeliste("1").encode()}
    richte_ein(ordner, dateien)
    ergebnis = pruefe(fabrik.als_neue(friseur()))
    assert {befund.rule for befund in ergebnis.befunde} == {"CODE-UNBEKANNT"}
    assert any(
        "Der Schlüssel „0“ steht nicht in der Codeliste janein 1." in b.text["de"] for b in ergebnis.befunde
    )


def test_values_of_a_list_may_follow_the_order_of_its_columns(ordner: Path) -> None:
    liste = fabrik.codeliste("0", "1").replace('<Column Id="k"', '<Column Id="a"/><Column Id="k"')
    liste = liste.replace("<Row><Value ColumnRef='k'>".replace("'", '"'), "<Row><Value/><Value>")
    assert "ColumnRef=" not in liste
    richte_ein(ordner, fabrik.dateien() | {"janein.gc": liste.encode()})
    assert pruefe(fabrik.als_neue(friseur())).status == "gueltig"


def test_the_trial_is_bounded_whatever_the_rules_need(ordner: Path) -> None:
    programm = "import resource as r; from xoev.release.probelauf import begrenze; begrenze()"
    programm += "; print(*(r.getrlimit(x)[0] for x in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE)))"
    lauf = subprocess.run([sys.executable, "-c", programm], capture_output=True, text=True, check=True)
    assert lauf.stdout.split() == [str(2 * 1024**3), "120", "0"]


def test_rules_in_xslt_2_need_saxonche_and_give_the_same_verdict(ordner: Path) -> None:
    pytest.importorskip("saxonche")
    richte_ein(ordner, fabrik.dateien() | {"regeln.xsl": fabrik.regeln("2.0").encode()})
    assert pruefe(fabrik.als_neue(friseur())).befunde == pruefe(friseur()).befunde
    kaputt = fabrik.als_neue(friseur()).replace(b"nachname>Schere", b"nachname>Tibor")
    (befund,) = pruefe(kaputt).befunde
    assert (befund.rule, befund.line is not None) == ("NEU-001", True)


def test_without_saxonche_rules_in_xslt_2_are_refused_at_the_door_and_later(
    ordner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("saxonche")
    richte_ein(ordner, fabrik.dateien() | {"regeln.xsl": fabrik.regeln("2.0").encode()})
    monkeypatch.setattr("xoev.saxon.saxon_vorhanden", lambda: False)
    assert [befund.rule for befund in pruefe(fabrik.als_neue(friseur())).befunde] == ["REGELN-XSLT2"]


def test_a_release_without_mapping_has_the_same_tree_in_another_namespace(ordner: Path) -> None:
    schema = bundles.kanonisch().verzeichnis / "schema"
    text = (schema / "xgewerbeanzeige-2.2.xsd").read_text().replace(fabrik.ALT, fabrik.NAMENSRAUM)
    neu = richte_ein(
        ordner,
        fabrik.dateien(abbildung="", regeln="", codeliste="", version='"2.3"', standard='"XGewerbeanzeige"')
        | {"schema/xgewerbe.xsd": text.encode()}
        | {f"schema/{name}": (schema / name).read_bytes() for name in ("gemeinsam.xsd", "werte.xsd")},
    )
    geschrieben = aus_kanonisch(einlesen(friseur()), neu)
    assert (geschrieben.get("version"), geschrieben.prefix) == ("2.3", "xga")
    ergebnis = pruefe(etree.tostring(geschrieben))
    assert (ergebnis.status, ergebnis.bundle) == ("gueltig", neu)
    assert ergebnis.kanonisch is not None
    assert gleich(ergebnis.kanonisch) == gleich(einlesen(friseur()))


def test_two_releases_side_by_side_each_on_its_day(ordner: Path) -> None:
    neu = richte_ein(ordner, fabrik.dateien())
    assert bundles.sendebundle("XGewerbeanzeige", date(2027, 4, 30)) == bundles.kanonisch()
    assert bundles.sendebundle("XGewerbeanzeige", date(2027, 5, 1)) == neu
    assert pruefe_stichtag(neu, date(2026, 1, 1)) == ()
    (befund,) = pruefe_stichtag(neu, date(2025, 12, 31))
    assert befund.text["de"].startswith("XGewerbe 9.0 gilt ab 01.01.2026")


def test_of_two_with_one_day_the_later_release_is_sent(ordner: Path) -> None:
    dateien = fabrik.dateien(
        version='"9.1"',
        namespace='"urn:beispiel:xgewerbe:91"',
        gueltig_ab="2026-02-01",
        ersetzt='"XGewerbeanzeige"',
    )
    dateien = {
        name: daten.replace(b'xgewerbe:9"', b'xgewerbe:91"').replace(b">9.0<", b">9.1<")
        for name, daten in dateien.items()
    }
    spaeter = richte_ein(ordner, dateien)
    frueher = richte_ein(ordner, fabrik.dateien())
    assert frueher.senden_ab == spaeter.senden_ab
    assert bundles.sendebundle("XGewerbeanzeige", date(2027, 5, 1)) == spaeter


def test_another_process_finds_the_release_and_its_absence(ordner: Path) -> None:
    ordner.mkdir()
    andere = bundles._Register(ordner)
    assert not andere.veraltet()
    richte_ein(ordner, fabrik.dateien())
    assert andere.veraltet()
    assert bundles.bundle_fuer_namespace(fabrik.NAMENSRAUM) is not None
    assert entferne("XGewerbe", "9.0", ordner)
    assert bundles.bundle_fuer_namespace(fabrik.NAMENSRAUM) is None
    assert not entferne("XGewerbe", "9.0", ordner)
    assert [pfad.name for pfad in ordner.iterdir()] == [".sperre"]


def test_an_official_version_takes_the_place_of_ours(ordner: Path) -> None:
    schema = bundles.kanonisch().verzeichnis / "schema"
    dateien = {f"schema/{pfad.name}": pfad.read_bytes() for pfad in schema.glob("*.xsd")}
    toml = fabrik.manifest(
        standard='"XGewerbeanzeige"',
        version='"2.2"',
        namespace=f'"{fabrik.ALT}"',
        schema='"schema/xgewerbeanzeige-2.2.xsd"',
        ersetzt="",
        abbildung="",
        regeln="",
        codeliste="",
    )
    neu = richte_ein(ordner, dateien | {"bundle.toml": toml.encode()})
    assert bundles.bundle_fuer_namespace(fabrik.ALT) == neu
    assert [bundle.name for bundle in bundles.alle()].count("XGewerbeanzeige 2.2") == 1
    assert pruefe(friseur()).status == "gueltig"
    assert entferne("XGewerbeanzeige", "2.2", ordner)
    assert bundles.bundle_fuer_namespace(fabrik.ALT) == bundles.kanonisch()


def test_an_archive_without_manifest_takes_one_from_beside(ordner: Path, tmp_path: Path) -> None:
    dateien = fabrik.dateien()
    beiblatt = tmp_path / "beiblatt.toml"
    beiblatt.write_bytes(dateien.pop("bundle.toml"))
    archiv = fabrik.packe(tmp_path / "amtlich.zip", dateien)
    with pytest.raises(Abgelehnt) as grund:
        installiere(archiv, ordner)
    assert grund.value.rule == "RELEASE-MANIFEST"
    assert installiere(archiv, ordner, beiblatt).name == "XGewerbe 9.0"


def test_addresses_in_a_schema_are_replaced_by_the_catalogue(ordner: Path) -> None:
    fern = "http://xoev.example/werte.xsd"
    dateien = fabrik.dateien(katalog=f'{{"{fern}" = "schema/werte.xsd"}}')
    dateien["schema/gemeinsam.xsd"] = dateien["schema/gemeinsam.xsd"].replace(
        b'"werte.xsd"', f'"{fern}"'.encode()
    )
    richte_ein(ordner, dateien)
    assert pruefe(fabrik.als_neue(friseur())).status == "gueltig"


@pytest.mark.parametrize(("gueltig", "satz"), [("true", "sollte gültig sein"), ("false", "")])
def test_examples_of_the_release_are_tried(ordner: Path, gueltig: str, satz: str) -> None:
    kaputt = fabrik.als_neue(friseur()).replace(b"nachname>Schere", b"nachname>Tibor")
    dateien = fabrik.dateien(
        probe=f'[{{datei = "gut.xml"}}, {{datei = "probe.xml", gueltig = {gueltig}}}]'
    ) | {"probe.xml": kaputt, "gut.xml": fabrik.als_neue(friseur())}
    if not satz:
        richte_ein(ordner, dateien)
        return
    with pytest.raises(Abgelehnt, match=satz):
        richte_ein(ordner, dateien)


def test_a_mapping_that_loses_something_is_refused(ordner: Path) -> None:
    dateien = fabrik.dateien(probe='[{datei = "gut.xml"}]') | {"gut.xml": fabrik.als_neue(friseur())}
    dateien["her.xsl"] = dateien["her.xsl"].replace(
        b"</xsl:stylesheet>",
        b'<xsl:template match="n:geburtsname | n:doktorgrad | n:vorname"/></xsl:stylesheet>',
    )
    with pytest.raises(Abgelehnt, match="hin und zurück"):
        richte_ein(ordner, dateien)
    assert [pfad.name for pfad in ordner.iterdir()] == [".sperre"]


def test_a_message_the_mapping_cannot_carry_is_no_crash(ordner: Path) -> None:
    dateien = fabrik.dateien()
    dateien["hin.xsl"] = dateien["hin.xsl"].replace(
        b"</xsl:stylesheet>",
        b'<xsl:template match="n:vorname"><xsl:message terminate="yes">x</xsl:message></xsl:template>'
        b"</xsl:stylesheet>",
    )
    richte_ein(ordner, dateien)
    ergebnis = pruefe(fabrik.als_neue(friseur()))
    assert [befund.rule for befund in ergebnis.befunde] == ["ABBILDUNG"]
    assert ergebnis.kanonisch is None


def test_a_damaged_folder_is_named_and_stops_nothing(ordner: Path) -> None:
    neu = richte_ein(ordner, fabrik.dateien())
    (neu.verzeichnis / "bundle.toml").write_text("standard = ")
    bundles.verwende(ordner)
    assert bundles.beschaedigte() == (neu.verzeichnis.name,)
    assert pruefe(friseur()).status == "gueltig"


@pytest.mark.parametrize("gleich", [True, False])
def test_installing_it_again_mends_a_damaged_release(ordner: Path, tmp_path: Path, gleich: bool) -> None:
    zip_ = fabrik.packe(tmp_path / "release.zip", fabrik.dateien())
    alt = installiere(zip_, ordner)
    (alt.verzeichnis / "bundle.toml").write_text("standard = ")
    (alt.verzeichnis / "hin.xsl").unlink()
    if not gleich:
        fabrik.packe(zip_, fabrik.dateien() | {"Neues.pdf": b"%PDF"})
    neu = installiere(zip_, ordner)
    assert (neu == alt) == gleich
    assert bundles.beschaedigte() == ()
    assert pruefe(fabrik.als_neue(friseur())).status == "gueltig"
    assert sorted(pfad.name for pfad in ordner.iterdir()) == [".sperre", neu.verzeichnis.name]


@pytest.mark.parametrize(
    "name", ["schema/werte.xsd", "schema/xgewerbe.xsd", "regeln.xsl", "hin.xsl", "janein.gc"]
)
@pytest.mark.parametrize("inhalt", [None, b"", b"<xs:schema"])
def test_a_file_that_is_gone_is_told_and_crashes_nothing(
    ordner: Path, name: str, inhalt: bytes | None
) -> None:
    neu = richte_ein(ordner, fabrik.dateien())
    (neu.verzeichnis / name).unlink()
    if inhalt is not None:
        (neu.verzeichnis / name).write_bytes(inhalt)
    for nachricht in (fabrik.als_neue(friseur()), fabrik.als_neue(friseur()).replace(b"plz>", b"x>")):
        ergebnis = pruefe(nachricht)
        assert ergebnis.status == "befunde"
        gesagt = {befund.rule for befund in ergebnis.befunde}
        assert gesagt & {"STANDARD-BESCHAEDIGT", "REGELN-ABBRUCH", "ABBILDUNG"} or name == "hin.xsl"
        assert not any(str(ordner) in befund.text["de"] for befund in ergebnis.befunde)
    assert pruefe(friseur()).status == "gueltig"
