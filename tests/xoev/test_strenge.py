"""The short look at a message: what it lets pass, the long one has nothing to say against."""

import random
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import product

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.xoev.mutanten import GRUPPEN, JE_GRUPPE, mutanten
from tests.xoev.nachrichten import friseur, logistik, weinhandel
from xoev import strenge
from xoev.bundles import alle, bundle_fuer_namespace
from xoev.einlesen import MAX_TIEFE, einlesen
from xoev.namen import lokal
from xoev.pruefen import pruefe, pruefe_wurzel
from xoev.strenge import ist_tadellos
from xoev.xgewerbeanzeige.typen import alle_typen


def _tadellos(wurzel: etree._Element) -> bool:
    bundle = bundle_fuer_namespace(etree.QName(wurzel).namespace or "")
    bekannt = lokal(str(wurzel.tag)) in {typ.wurzel for typ in alle_typen()}
    return bundle is not None and bekannt and ist_tadellos(wurzel, bundle)


def _einzeln() -> Iterator[etree._Element]:
    """Messages with one notice each: both versions, all three kinds."""
    for daten in (friseur("alg", "0300"), friseur("alg", "0300", "2.1"), logistik(), weinhandel()):
        anzahl = len(einlesen(daten).findall("{*}satz"))
        for behalten in range(anzahl):
            wurzel = einlesen(daten)
            for nummer, satz in enumerate(wurzel.findall("{*}satz")):
                if nummer != behalten:
                    wurzel.remove(satz)
            yield wurzel


@cache
def _vorlagen() -> tuple[bytes, ...]:
    """Each of them as every message type."""
    fertige = []
    for wurzel, typ in product(_einzeln(), alle_typen()):
        neu = deepcopy(wurzel)
        neu.tag = f"{{{etree.QName(wurzel).namespace}}}{typ.wurzel}"
        code = neu.find("{*}nachrichtenkopf/{*}identifikation.nachricht/{*}nachrichtentyp/code")
        assert code is not None
        code.text = typ.code
        fertige.append(etree.tostring(neu))
    return tuple(fertige)


def test_good_messages_pass_the_short_look() -> None:
    gute = [wurzel for wurzel in map(einlesen, _vorlagen()) if not pruefe_wurzel(wurzel).befunde]
    assert len(gute) > len(_vorlagen()) / 2
    assert sum(map(_tadellos, gute)) > len(gute) * 0.95


@pytest.mark.parametrize("gruppe", GRUPPEN)
def test_what_passes_the_short_look_passes_the_long_one(gruppe: int) -> None:
    durchgelassen = 0
    for nummer, wurzel in enumerate(mutanten(300 + gruppe, JE_GRUPPE, list(_vorlagen()))):
        if _tadellos(wurzel):
            durchgelassen += 1
            assert pruefe_wurzel(wurzel).befunde == (), (gruppe, nummer)
    assert durchgelassen > 0


def test_whatever_is_taken_away_is_missed() -> None:
    """Every element of every third message, the choice by a seed; each alone and with all of its name."""
    zufall = random.Random(14)
    for daten in zufall.sample(_vorlagen(), len(_vorlagen()) // 3):
        vorlage = einlesen(daten)
        namen = {str(element.tag) for element in vorlage.iterfind("{*}satz//*")}
        for name in sorted(namen):
            for alle_davon in (False, True):
                wurzel = deepcopy(vorlage)
                for element in list(wurzel.iter(name))[: None if alle_davon else 1]:
                    eltern = element.getparent()
                    assert eltern is not None
                    eltern.remove(element)
                if _tadellos(wurzel):
                    assert pruefe_wurzel(wurzel).befunde == (), (vorlage.tag, name)


_WERTE = st.one_of(
    st.text("0123456789", min_size=8, max_size=8),
    st.dates().map(lambda tag: f"{tag:%d%m}{tag.year:04}"),
    st.text("0123456789 .-+e\t\n", max_size=9),
    st.sampled_from(["29022000", "29021900", "31041999", "00121999", "33098", " 33098 ", "", "0300", "1"]),
)


@given(wert=_WERTE, name=st.sampled_from(["geburtsdatum", "plz", "hausNrVon", "code"]))
def test_values_are_judged_alike(wert: str, name: str) -> None:
    wurzel = einlesen(friseur("alg", "0300"))
    for element in wurzel.iter(f"{{*}}{name}"):
        element.text = wert
    if _tadellos(wurzel):
        assert pruefe_wurzel(wurzel).befunde == ()


@given(wert=st.sampled_from(["2.1", "2.2", " 2.2", "2.2 ", "2.20", ""]))
def test_the_version_is_taken_to_the_letter(wert: str) -> None:
    wurzel = einlesen(friseur("alg", "0300"))
    wurzel.set("version", wert)
    assert _tadellos(wurzel) == (pruefe_wurzel(wurzel).befunde == ())


@given(st.text(max_size=20), st.sampled_from(["{}", "<![CDATA[{}]]>", "&#x308;{}", "<!--{}-->", "<?p {}?>"]))
def test_the_whole_check_says_the_same_either_way(text: str, form: str) -> None:
    stueck = form.format(text.translate({ord(zeichen): "x" for zeichen in "<>&]?-\r"}))
    daten = friseur("alg", "0300").decode().replace(">Schere<", f">Schere{stueck}<").encode(errors="ignore")
    ergebnis = pruefe(daten)
    if ergebnis.wurzel is not None:
        assert ergebnis.befunde == pruefe_wurzel(einlesen(daten)).befunde


def test_nobody_waits_for_the_look_of_another() -> None:
    wurzel = einlesen(friseur("alg", "0300"))
    bundle = bundle_fuer_namespace(etree.QName(wurzel).namespace or "")
    assert bundle is not None
    streng = strenge._streng(bundle, lokal(str(wurzel.tag)), "anmeldung")
    assert streng is not None
    with streng.frei:
        assert not ist_tadellos(wurzel, bundle)
        assert pruefe(etree.tostring(wurzel)).status == "gueltig"
    assert ist_tadellos(wurzel, bundle)


def test_every_message_type_has_a_strict_schema() -> None:
    for bundle, typ, satzart in product(alle(), alle_typen(), ("anmeldung", "ummeldung", "abmeldung")):
        if bundle.eigen:
            assert strenge._streng(bundle, typ.wurzel, satzart) is not None


def test_our_own_schemas_bound_the_depth() -> None:
    """So that the short look need not count levels: no type holds itself."""
    for bundle in alle():
        schema = xmlschema.XMLSchema10(bundle.schema.as_uri(), allow="sandbox")
        for element in schema.elements.values():
            assert _tiefe(element.type, ()) < MAX_TIEFE


def _tiefe(typ: xmlschema.validators.XsdType, oberhalb: tuple[object, ...]) -> int:
    assert typ not in oberhalb
    inhalt = getattr(typ, "content", None)
    if not isinstance(inhalt, xmlschema.validators.XsdGroup):
        return 1
    kinder = [kind for kind in inhalt.iter_elements() if isinstance(kind, xmlschema.validators.XsdElement)]
    assert len(kinder) == len(list(inhalt.iter_elements()))
    return 1 + max(_tiefe(kind.type, (*oberhalb, typ)) for kind in kinder)
