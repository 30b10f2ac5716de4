"""Our XSD: official examples, the observed tree, and three validators of one mind."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.conftest import shared
from tests.xoev.nachrichten import friseur, logistik, weinhandel
from xoev.bundles import Bundle, alle, bundle_fuer_namespace
from xoev.einlesen import einlesen
from xoev.erklaeren import erklaere
from xoev.schema import pruefe_schema
from xoev.xgewerbeanzeige.typen import alle_typen

GUELTIG = {
    "logistik 2.1": logistik(),
    "weinhandel 2.1": weinhandel(),
    "friseur 2.1": friseur(version="2.1"),
    "friseur 2.2": friseur(),
}


def bundle_von(wurzel: etree._Element) -> Bundle:
    bundle = bundle_fuer_namespace(etree.QName(wurzel).namespace or "")
    assert bundle is not None
    return bundle


def verstuemmelt(daten: bytes) -> Iterator[tuple[str, etree._Element]]:
    """The message with one element removed, doubled, emptied, or renamed, each in turn."""
    urbild = einlesen(daten)
    for nummer, element in enumerate(urbild.iter("*")):
        if element.getparent() is None:
            continue
        for eingriff in ("entfernt", "verdoppelt", "geleert", "umbenannt"):
            kopie = deepcopy(urbild)
            ziel = list(kopie.iter("*"))[nummer]
            eltern = ziel.getparent()
            assert eltern is not None
            if eingriff == "entfernt":
                eltern.remove(ziel)
            elif eingriff == "verdoppelt":
                ziel.addnext(deepcopy(ziel))
            elif eingriff == "geleert":
                ziel.clear()
            else:
                ziel.tag = f"{{{etree.QName(urbild).namespace}}}unbekannt"
            yield f"{eingriff}: {urbild.getroottree().getpath(element)}", kopie


@pytest.mark.parametrize("name", GUELTIG)
def test_messages_of_the_observed_shape_are_valid(name: str) -> None:
    wurzel = einlesen(GUELTIG[name])
    assert pruefe_schema(wurzel, bundle_von(wurzel)) == ()


@pytest.mark.parametrize("version", ["2.1", "2.2"])
def test_every_message_type_has_its_root_element(version: str) -> None:
    for typ in alle_typen():
        wurzel = einlesen(friseur(typ.kurz, typ.code, version))
        assert pruefe_schema(wurzel, bundle_von(wurzel)) == ()


@pytest.mark.parametrize(("name", "schritt"), [("friseur 2.1", 7), ("friseur 2.2", 3)])
def test_lxml_and_xmlschema_agree_and_every_reject_is_explained(name: str, schritt: int) -> None:
    daten = GUELTIG[name]
    bundle = bundle_von(einlesen(daten))
    schema = etree.XMLSchema(etree.parse(bundle.schema))
    zweites = xmlschema.XMLSchema10(bundle.schema.as_uri(), allow="sandbox")
    abgelehnt = 0
    for was, wurzel in islice(verstuemmelt(daten), 0, None, schritt):
        gueltig = schema.validate(wurzel)
        quelle = xmlschema.XMLResource(wurzel, allow="none")  # type: ignore[arg-type]
        assert zweites.is_valid(quelle) == gueltig, was
        befunde = pruefe_schema(wurzel, bundle)
        assert bool(befunde) != gueltig, was
        for befund in befunde:
            abgelehnt += 1
            assert befund.line, was
            assert befund.xpath.startswith("/xga:"), was
            for satz in befund.text.values():
                # No word of either library, no template left open.
                assert not re.search(r"facet|schema|pattern|not accepted|Tag '|[{}]", satz), (was, satz)
                assert satz.endswith((".", '".'))
    assert abgelehnt > 500 / schritt


def test_a_fault_deep_in_a_large_message_is_explained_like_any_other() -> None:
    text = friseur().decode()
    satz = text[text.index("<xga:satz>") : text.index("</xga:satz>") + len("</xga:satz>")]
    kaputt = satz.replace("<xga:vorname>Tibor</xga:vorname>", "")
    wurzel = einlesen(text.replace(satz, satz * 800 + kaputt).encode())
    (befund,) = pruefe_schema(wurzel, bundle_von(wurzel))
    assert befund.text["de"] == "Es fehlt: Vornamen."
    assert "/xga:satz[801]/" in befund.xpath


def test_messages_without_prefix_or_with_late_prefixes_are_explained() -> None:
    text = friseur().decode().replace("<xga:vorname>Tibor</xga:vorname>", "")
    ohne = text.replace("xmlns:xga=", "xmlns=").replace("<xga:", "<").replace("</xga:", "</")
    ohne = ohne.replace("<code>", '<code xmlns="">').replace("<name>", '<name xmlns="">')
    spaet = text.replace("<xga:satz>", '<y:satz xmlns:y="http://www.xgewerbeanzeige.de/spezifikation/2.2">')
    spaet = spaet.replace("</xga:satz>", "</y:satz>")
    fremd = text.replace("<xga:beteiligtePerson>", '<z:fremd xmlns:z="urn:z"/><xga:beteiligtePerson>')
    for xml, erwartet in ((ohne, "Vornamen"), (spaet, "Vornamen"), (fremd, "Das Element fremd")):
        wurzel = einlesen(xml.encode())
        befunde = pruefe_schema(wurzel, bundle_von(wurzel))
        assert any(erwartet in befund.text["de"] for befund in befunde), befunde


@pytest.mark.parametrize(
    ("alt", "neu", "rule", "feld", "satz"),
    [
        ("03111965", "3.11.1965", "XSD-WERT", "GewA 1, Feld 8", "Geburtsdatum: erwartet TTMMJJJJ"),
        ("2017-08-01", "2017-02-30", "XSD-WERT", "GewA 1, Feld 20", "Datum des Beginns: erwartet ein Tag"),
        (">4<", ">vier<", "XSD-WERT", "GewA 1, Feld 22", "Zahl der Vollzeitbeschäftigten: erwartet"),
        (">4<", ">-4<", "XSD-WERT", "GewA 1, Feld 22", "erwartet eine ganze Zahl von 0"),
        ("<code>96021</code>", "", "", None, ""),
        (">96021<", ">9602<", "XSD-WERT", "GewA 1, Feld 18", "Schlüssel nach WZ 2008: erwartet fünf Ziffern"),
        (">Schere<", "> <", "XSD-LEER", "GewA 1, Feld 4", "Familienname: Der Wert fehlt."),
        ("<xga:vorname>Tibor</xga:vorname>", "", "XSD-FEHLT", "GewA 1, Feld 5", "Es fehlt: Vornamen."),
        (
            "<code>332</code>",
            "<code>CL</code>",
            "XSD-WERT",
            "GewA 1, Feld 10",
            "erwartet ein Schlüssel mit drei",
        ),
        ('produkt="Test"', "", "XSD-ATTRIBUT-FEHLT", None, "Das Attribut produkt fehlt."),
        ('produkt="Test"', 'produkt="T" farbe="rot"', "XSD-ATTRIBUT-UNBEKANNT", None, "Das Attribut farbe"),
        ('standard="XGewerbeanzeige"', 'standard="X"', "XSD-WERT", None, "erwartet XGewerbeanzeige"),
        ("<xga:gewerbe>", "<xga:gewerbe>und", "XSD-TEXT", None, "Zwischen den Elementen steht Text."),
        (">Tibor<", "><b/><", "XSD-INHALT", "GewA 1, Feld 5", "Hier wird ein einfacher Wert erwartet"),
        ("<xga:vorname>", "<xga:rang>1</xga:rang><xga:vorname>", "XSD-UNBEKANNT", None, "Das Element rang"),
        (
            "<xga:familienname>Schere</xga:familienname><xga:vorname>Tibor</xga:vorname>",
            "<!-- a --><?p?><xga:vorname>Tibor</xga:vorname><xga:familienname>Schere</xga:familienname>",
            "XSD-REIHENFOLGE",
            "GewA 1, Feld 5",
            "Vornamen: steht an der falschen Stelle",
        ),
        (
            "<xga:vorname>Tibor</xga:vorname>",
            "<xga:vorname>Tibor</xga:vorname>" * 2,
            "XSD-ZUOFT",
            "GewA 1, Feld 5",
            "Vornamen: kommt zu oft vor.",
        ),
        (
            "<xga:vorname>",
            '<xga:vorname xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="nichts">',
            "XSD-XSI",
            "GewA 1, Feld 5",
            "Vornamen: Das Attribut xsi:type oder xsi:nil ist hier nicht erlaubt",
        ),
    ],
)
def test_rejects_are_sentences(alt: str, neu: str, rule: str, feld: str | None, satz: str) -> None:
    daten = friseur().decode().replace(alt, neu, 1)
    wurzel = einlesen(daten.encode())
    befunde = pruefe_schema(wurzel, bundle_von(wurzel))
    if not rule:
        assert befunde == ()
        return
    assert (befunde[0].rule, befunde[0].feld) == (rule, feld)
    assert satz in befunde[0].text["de"]


def test_long_values_and_control_characters_are_not_echoed() -> None:
    wurzel = einlesen(friseur().decode().replace("03111965", "\u009b2J" + "9" * 500).encode())
    satz = pruefe_schema(wurzel, bundle_von(wurzel))[0].text["de"]
    assert "U+009B" in satz
    assert len(satz) < 150


def test_the_explainer_opens_no_file_and_no_connection() -> None:
    wurzel = einlesen(
        friseur()
        .decode()
        .replace(
            'produkt="Test"',
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="urn:x file:///etc/passwd urn:y http://127.0.0.1:9/y.xsd"',
            1,
        )
        .encode()
    )
    assert [befund.rule for befund in pruefe_schema(wurzel, bundle_von(wurzel))] == ["XSD-ATTRIBUT-FEHLT"]


def test_a_reject_without_an_explanation_is_still_a_reject() -> None:
    wurzel = einlesen(friseur())
    (befund,) = erklaere(wurzel, bundle_von(wurzel), ())
    assert befund.text["de"] == "Nachricht: entspricht nicht dem Schema."


@pytest.mark.parametrize("name", GUELTIG)
def test_xmllint_accepts_our_messages(name: str, tmp_path: Path) -> None:
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint is not installed: Debian package libxml2-utils")
    datei = tmp_path / "nachricht.xml"
    datei.write_bytes(GUELTIG[name])
    schema = bundle_von(einlesen(GUELTIG[name])).schema
    lauf = subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", str(schema), str(datei)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert lauf.returncode == 0, lauf.stderr


def test_every_path_of_the_observed_tree_has_a_place_in_the_schema() -> None:
    """The counted element tree of all public messages of 2.1 and 2.2, path by path."""
    baum = shared("data/xgewerbeanzeige/elementtree_2.1_2.2.txt").read_text(encoding="utf-8")
    kette: list[str] = []
    beobachtet: set[str] = set()
    for zeile in baum.splitlines():
        treffer = re.match(r"( {2,})(\S+) \[", zeile)
        if treffer:
            kette = [*kette[: len(treffer[1]) // 2 - 1], treffer[2]]
            beobachtet.add("/".join(kette))
    assert len(beobachtet) > 200
    assert beobachtet <= set().union(*(pfade(bundle) for bundle in alle()))


def pfade(bundle: Bundle) -> set[str]:
    """Every path of local names below the root element that the schema knows."""
    schema = xmlschema.XMLSchema10(bundle.schema.as_uri(), allow="sandbox")

    def abstieg(typ: object, bis: str) -> Iterator[str]:
        inhalt = getattr(typ, "content", None)
        if isinstance(inhalt, xmlschema.validators.XsdGroup):
            for kind in inhalt.iter_elements():
                if isinstance(kind, xmlschema.XsdElement):
                    yield f"{bis}{kind.local_name}"
                    yield from abstieg(kind.type, f"{bis}{kind.local_name}/")

    return set(abstieg(schema.elements["alg.gewerbemeldung.0300"].type, ""))
