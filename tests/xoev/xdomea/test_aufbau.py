"""The message's own structure, for those who do not have the official schemas; where they are, both agree."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from lxml import etree

from tests.conftest import shared
from tests.xoev.xdomea.test_sgo_ablegen import ABLAGE
from xoev.xdomea.schriftgut import Ablage
from xoev.xdomea.sgo_ablegen import Version, namensraum, schreibe

AUFBAU = {
    "FVDaten.SGOAblegen.0605": "Kopf SchriftgutobjektZumAblegen",
    "Kopf": "ProzessID Nachrichtentyp Erstellungszeitpunkt Absender Empfaenger SendendesSystem "
    "Empfangsbestaetigung Importbestaetigung Erstellerkennung Stapel",
    "Absender": "Institution",
    "Empfaenger": "Institution",
    "Institution": "Name",
    "SendendesSystem": "Produktname Version",
    "SchriftgutobjektZumAblegen": "FachverfahrenObjektID Schriftgutobjekt Ablageort",
    "Schriftgutobjekt": "Vorgang",
    "Vorgang": "Identifikation AllgemeineMetadaten Typ Laufzeit HistorienProtokollInformation* Dokument*",
    "Identifikation": "ID NummerImUebergeordnetenContainer?",
    "AllgemeineMetadaten": "Betreff Kennzeichen? Federfuehrung? Vertraulichkeitsstufe Medium "
    "Aktenplaneinheit?",
    "Aktenplaneinheit": "Kennzeichen",
    "Laufzeit": "Beginn Ende?",
    "HistorienProtokollInformation": "Akteur DatumUhrzeit Bemerkung? Aktion",
    "Dokument": "Identifikation AllgemeineMetadaten Posteingangsdatum? Typ HistorienProtokollInformation* "
    "Version",
    "Dokument/Version": "Nummer Format",
    "Format": "Name SonstigerName? Version Primaerdokument",
    "Format/Name": ".code",
    "Primaerdokument": "Dateiname DateinameOriginal DatumUhrzeit",
    "Nachrichtentyp": ".code .name",
    "Vertraulichkeitsstufe": ".code .name",
    "Medium": ".code .name",
}
"""By element, or by parent and element, what it holds in this order; a point marks an unqualified name."""

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TAG = r"\d{4}-\d\d-\d\d"
FORM = {
    "ProzessID": _UUID,
    "ID": _UUID,
    "FachverfahrenObjektID": _UUID,
    "Dateiname": rf"{_UUID}_[^/\\]+",
    "Erstellungszeitpunkt": rf"{_TAG}T\d\d:\d\d:\d\d\.\d+Z",
    "DatumUhrzeit": rf"{_TAG}T\d\d:\d\d:\d\d\.\d+Z",
    "Beginn": _TAG,
    "Ende": _TAG,
    "Posteingangsdatum": _TAG,
    "Empfangsbestaetigung": "[01]",
    "Importbestaetigung": "1",
    "Stapel": "[01]",
    "NummerImUebergeordnetenContainer": r"[1-9]\d*",
}
LEER = replace(ABLAGE, vorgang=replace(ABLAGE.vorgang, ende=None, aktenplan=None, dokumente=(), historie=()))


def name(element: etree._Element, ns: str) -> str:
    gelesen = etree.QName(element)
    assert gelesen.namespace in {ns, None}
    return gelesen.localname if gelesen.namespace else f".{gelesen.localname}"


def fehler(wurzel: etree._Element, ns: str) -> Iterator[str]:
    """Every element that is not built as the table says."""
    for element in wurzel.iter():
        eigener, eltern = name(element, ns), element.getparent()
        genauer = f"{name(eltern, ns)}/{eigener}" if eltern is not None else ""
        erlaubt = AUFBAU.get(genauer) or (AUFBAU.get(eigener, "") if eigener != "Version" else "")
        muster = "".join(
            f"({re.escape(teil.rstrip('?*'))} ){teil[-1] if teil[-1] in '?*' else ''}"
            for teil in erlaubt.split()
        )
        if not re.fullmatch(muster, "".join(f"{name(kind, ns)} " for kind in element)):
            yield f"{eigener}: {[name(kind, ns) for kind in element]}"
        if eigener in FORM and not re.fullmatch(FORM[eigener], element.text or ""):
            yield f"{eigener}: {element.text}"


def vertauscht(wurzel: etree._Element) -> Iterator[etree._Element]:
    """The message with two neighbours of different kind swapped, for each such pair."""
    paare = [
        (wurzel.getroottree().getpath(kind), stelle)
        for element in wurzel.iter()
        for stelle, kind in enumerate(element[:-1])
        if kind.tag != element[stelle + 1].tag
    ]
    for pfad, stelle in paare:
        andere = deepcopy(wurzel)
        [kind] = andere.xpath(pfad, namespaces={"xdomea": namensraum("3.0.0")})
        eltern = kind.getparent()
        eltern.insert(stelle, eltern[stelle + 1])
        yield andere


@pytest.mark.parametrize("version", ["3.0.0", "3.1.0"])
@pytest.mark.parametrize("ablage", [ABLAGE, LEER])
def test_the_message_is_built_as_the_table_says(ablage: Ablage, version: Version) -> None:
    assert list(fehler(etree.fromstring(schreibe(ablage, version)), namensraum(version))) == []


def test_the_table_sees_every_swap_and_every_gap() -> None:
    ns, wurzel = namensraum("3.0.0"), etree.fromstring(schreibe(ABLAGE))
    andere = list(vertauscht(wurzel))
    assert len(andere) > 80
    assert [x for x in andere if not list(fehler(x, ns))] == []
    for fehlt in ("ProzessID", "Betreff", "Medium", "Akteur", "Dateiname", "Primaerdokument", "Ablageort"):
        ohne = deepcopy(wurzel)
        [erstes, *_] = ohne.iter(f"{{{ns}}}{fehlt}")
        eltern = erstes.getparent()
        assert eltern is not None
        eltern.remove(erstes)
        assert list(fehler(ohne, ns)), fehlt


def test_the_official_schema_refuses_the_same_swaps() -> None:
    pfad = shared("data/xdomea/3.0.0/xdomea-Nachrichten-FachverfahrensdatenAustauschen.xsd")
    schema = etree.XMLSchema(etree.parse(str(pfad)))
    assert [x for x in vertauscht(etree.fromstring(schreibe(ABLAGE))) if schema.validate(x)] == []
