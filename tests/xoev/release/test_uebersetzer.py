"""Rules compiled by the compiler most publishers use (ISO Schematron, as lxml brings it) can be installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree, isoschematron

from tests.xoev.nachrichten import friseur
from tests.xoev.release import fabrik
from xoev import bundles
from xoev.pruefen import pruefe
from xoev.release.einrichten import installiere


@pytest.fixture
def ordner(tmp_path: Path) -> Iterator[Path]:
    """An empty folder of releases, used by this process."""
    bundles.verwende(tmp_path / "standards")
    yield tmp_path / "standards"
    bundles.verwende(None)


def uebersetzt(version: str) -> bytes:
    """The project's own rules for the invented tree."""
    datei = bundles.kanonisch().regeln
    assert datei is not None
    text = datei.read_text().replace('test="xga:datumMeldung', 'test="xga:gewerbe/xga:datumMeldung')
    text = text.replace(fabrik.ALT, fabrik.NAMENSRAUM).replace("/descendant::", "//")
    schema = etree.fromstring(text.encode())
    for regel in schema.xpath("//*[@id='AMT-002']"):
        regel.getparent().remove(regel)
    blatt = isoschematron.iso_abstract_expand(isoschematron.iso_dsdl_include(schema))
    fertig = isoschematron.iso_svrl_for_xslt1(blatt).getroot()
    fertig.set("version", version)
    return etree.tostring(fertig)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_rules_of_the_iso_compiler(ordner: Path, tmp_path: Path, version: str) -> None:
    if version != "1.0":
        pytest.importorskip("saxonche")
    dateien = fabrik.dateien() | {"regeln.xsl": uebersetzt(version)}
    installiere(fabrik.packe(tmp_path / "release.zip", dateien), ordner)
    assert pruefe(fabrik.als_neue(friseur())).befunde == pruefe(friseur()).befunde
    kaputt = friseur().replace(b"03111965", b"31021965").replace(b"<xga:plz>33", b"<xga:plz>3")
    ihre, unsere = (pruefe(eine).befunde for eine in (fabrik.als_neue(kaputt), kaputt))
    assert [(befund.rule, befund.line, dict(befund.text)) for befund in ihre] == [
        (befund.rule, befund.line, dict(befund.text)) for befund in unsere
    ]
    assert {befund.rule for befund in ihre} == {"AMT-026", "AMT-030"}
