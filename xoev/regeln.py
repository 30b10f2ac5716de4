"""Judges a message by the rules of its bundle: our own Schematron, or a release's as XSLT."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from lxml import etree

from xoev import svrl
from xoev.befund import Befund
from xoev.bundles import Bundle
from xoev.fundstelle import fundstelle
from xoev.katalog import satz
from xoev.schematron import Regelwerk, Verstoss
from xoev.xslt import SaxonFehlt, StylesheetGescheitert, stylesheet

HOECHSTENS = 100
"""So many findings at most."""


def pruefe_regeln(wurzel: etree._Element, bundle: Bundle) -> list[Befund]:
    """Findings of the rules, at most HOECHSTENS."""
    return list(islice(_befunde(wurzel, bundle), HOECHSTENS))


def _befunde(wurzel: etree._Element, bundle: Bundle) -> Iterator[Befund]:
    if bundle.regeln is not None:
        yield from map(_befund, regelwerk(bundle).pruefe(wurzel))
    for datei in bundle.stylesheets:
        try:
            bericht = stylesheet(datei)(wurzel)
        except SaxonFehlt:
            yield _nicht_auszuwerten("REGELN-XSLT2")
        except StylesheetGescheitert:
            yield _nicht_auszuwerten("REGELN-ABBRUCH")
        else:
            yield from svrl.befunde(bericht, wurzel)


@cache
def regelwerk(bundle: Bundle) -> Regelwerk:
    """The compiled rules of a bundle that has rules of our own."""
    if bundle.regeln is None:
        raise ValueError(bundle.name)
    return Regelwerk(bundle.regeln, {"xga": bundle.namespace})


def _befund(verstoss: Verstoss) -> Befund:
    ort = fundstelle(verstoss.knoten, verstoss.pfad)
    return Befund(
        verstoss.severity,
        verstoss.rule,
        {"de": verstoss.de, "en": verstoss.en},
        ort.xpath,
        ort.line,
        ort.feld,
    )


def _nicht_auszuwerten(rule: str) -> Befund:
    return Befund("error", rule, satz(rule))
