"""The quick look at a record and the one that names what is wrong are of one mind, whatever is done to it."""

from collections.abc import Callable, Iterator

import pytest
from lxml import etree

from app.gewerbe.anzeige import FORMEN, Form
from app.gewerbe.recht import ausgangspruefung
from app.gewerbe.recht.ausgangspruefung import pruefe_ausgang
from tests.app.gewerbe.recht.anzeigen import vollstaendig
from tests.app.gewerbe.recht.test_marker import anspruch_von, gebaut

Schaden = Callable[[etree._Element], None]


def _vor(element: etree._Element, neu: etree._Element) -> None:
    element.insert(0, neu)


def _schaeden() -> Iterator[tuple[str, Schaden]]:
    yield "text", lambda element: setattr(element, "text", "mehr")
    yield "kein Text", lambda element: setattr(element, "text", None)
    yield "nur Leerraum", lambda element: setattr(element, "text", " \t\r\n")
    yield "geschützt", lambda element: setattr(element, "text", "\N{NO-BREAK SPACE}")
    yield "Striche", lambda element: setattr(element, "text", "a|b|c|d|e")
    yield "danach", lambda element: setattr(element, "tail", "mehr")
    yield "danach Leerraum", lambda element: setattr(element, "tail", "\n  ")
    yield "Attribut", lambda element: element.set("mehr", "1")
    yield "erlaubtes Attribut", lambda element: element.set("listURI", "urn:mehr")
    yield "Kommentar", lambda element: _vor(element, etree.Comment("mehr"))
    yield "Anweisung", lambda element: _vor(element, etree.PI("mehr", "x"))
    yield "fremdes Kind", lambda element: _vor(element, etree.Element("{urn:fremd}mehr"))
    yield (
        "zweimal",
        lambda element: element.addnext(etree.fromstring(etree.tostring(element, with_tail=False))),
    )
    yield "umbenannt", lambda element: setattr(element, "tag", "familienname")


SCHAEDEN = dict(_schaeden())


@pytest.mark.parametrize(("form", "schluessel"), [("A1", "statistik"), *((form, "ihk") for form in FORMEN)])
@pytest.mark.parametrize("schaden", SCHAEDEN)
def test_both_looks_find_the_same_at_every_place(form: Form, schluessel: str, schaden: str) -> None:
    anzeige = vollstaendig(form)
    anspruch = anspruch_von(anzeige, schluessel)
    nachricht = gebaut(anzeige, schluessel)
    stellen = len(list(etree.fromstring(nachricht).iterfind("{*}satz/*//*")))
    befunde = 0
    for nummer in range(stellen):
        wurzel = etree.fromstring(nachricht)
        SCHAEDEN[schaden](list(wurzel.iterfind("{*}satz/*//*"))[nummer])
        # Nothing is known of any place: the slow look judges.
        ausgangspruefung._satz.cache_clear()
        langsam = pruefe_ausgang(wurzel, anzeige, anspruch)
        # Everything that a good message has is known.
        ausgangspruefung._satz.cache_clear()
        assert pruefe_ausgang(nachricht, anzeige, anspruch) == ()
        assert pruefe_ausgang(wurzel, anzeige, anspruch) == langsam
        befunde += len(langsam)
    assert befunde or schaden in {"erlaubtes Attribut", "danach Leerraum", "zweimal"}, (
        "the damage shows nothing"
    )


def test_a_good_record_needs_the_quick_look_only(monkeypatch: pytest.MonkeyPatch) -> None:
    anzeige = vollstaendig("A1")
    nachricht, anspruch = gebaut(anzeige, "ihk"), anspruch_von(anzeige, "ihk")
    assert pruefe_ausgang(nachricht, anzeige, anspruch) == ()
    monkeypatch.delattr(ausgangspruefung, "_zu_viel")
    assert pruefe_ausgang(nachricht, anzeige, anspruch) == ()
