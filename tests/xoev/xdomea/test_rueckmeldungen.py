"""Every code a DMS may answer with has a sentence."""

import pytest
from lxml import etree

from tests.conftest import shared
from xoev.xdomea.rueckmeldungen import satz

LISTEN = ("AllgemeineRueckmeldung_1.1.xml", "0605.SpezifischeFehlermeldung_1.0.xml")


@pytest.mark.parametrize("liste", LISTEN)
def test_every_code_of_the_official_lists_has_its_sentence(liste: str) -> None:
    wurzel = etree.parse(shared(f"data/xdomea/codelists-3.0.0/{liste}"))
    codes = [str(wert) for wert in wurzel.xpath("//Value[@ColumnRef='code']/SimpleValue/text()")]
    # From 500 on the DMS is the one that calls.
    unsere = [code for code in codes if not "0000500" <= code <= "0000999"]
    assert len(unsere) in {8, 21}
    assert [code for code in unsere if code in satz(code)["de"] or not satz(code)["en"]] == []


def test_another_code_is_named() -> None:
    assert satz("0605099") == {
        "de": "Das DMS meldet den Code 0605099.",
        "en": "The DMS reports the code 0605099.",
    }
