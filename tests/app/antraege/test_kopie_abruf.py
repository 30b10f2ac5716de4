"""The copy over the interface: for archives, for everybody, and whatever a form has to say can be printed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fontTools.ttLib import TTFont

from app.satz.schriften import SCHNITTE, schriften_ordner
from tests.app.antraege.conftest import ANTRAEGE, Person, abgeschickt, fertiger
from tests.verapdf import Pruefung, gelesen

FORMULARE = sorted((Path(__file__).parents[3] / "forms").rglob("*.yaml"))


@pytest.mark.parametrize("sprache", ["de", "en", "leicht"])
async def test_what_was_sent_is_what_is_kept(person: Person, sprache: str, archivtauglich: Pruefung) -> None:
    wer = await person()
    antrag = (await abgeschickt(wer, await fertiger(wer), sprache=sprache)).json()
    antwort = await wer.get(f"{ANTRAEGE}/{antrag['id']}/kopie")
    assert (antwort.status_code, antwort.headers["content-type"]) == (200, "application/pdf")
    text = gelesen(antwort.content)
    stelle = 0
    for stueck in (antrag["eingangsnummer"], "police.png", antrag["eingangsnummer"]):
        stelle = text.index(stueck, stelle) + 1
    if sprache == "en":
        archivtauglich(antwort.content)


def texte(knoten: Any) -> Iterator[str]:
    match knoten:
        case dict():
            for wert in knoten.values():
                yield from texte(wert)
        case list():
            for wert in knoten:
                yield from texte(wert)
        case str():
            yield knoten


def test_every_text_of_every_form_can_be_printed() -> None:
    zeichen: dict[str, str] = {}
    for datei in FORMULARE:
        for satz in texte(yaml.safe_load(datei.read_text("utf-8"))):
            zeichen |= dict.fromkeys(satz.replace("\n", " "), datei.stem)
    assert len(zeichen) > 50
    for schnitt in SCHNITTE:
        with TTFont(schriften_ordner() / f"{schnitt}.ttf") as schrift:
            bekannt = schrift.getBestCmap()
        assert {z: datei for z, datei in zeichen.items() if ord(z) not in bekannt and z not in "∞≤≥"} == {}
