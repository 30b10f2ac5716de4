"""The copy of a declaration: complete, in order, archivable, accessible, always the same."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.antraege.kopie import Abschnitt, Anlage, Empfaenger, Kopieinhalt, rendere, setze
from app.antraege.kopie.pdf import texte
from app.leichte_sprache import zu_lange_saetze
from app.satz.pdf import NichtSetzbar
from tests.app.antraege.kopien import kopie, person
from tests.verapdf import Pruefung, gelesen
from xoev.zeichensatz import din91379_zeichen

SICHTBAR = [zeichen for zeichen in din91379_zeichen() if zeichen.strip()]


def flach(text: str) -> str:
    return " ".join(text.split())


def in_ordnung(text: str, *stuecke: str) -> bool:
    stelle = 0
    for stueck in stuecke:
        stelle = text.find(stueck, stelle)
        if stelle < 0:
            return False
        stelle += len(stueck)
    return True


def mit(wert: str) -> Kopieinhalt:
    return kopie(abschnitte=(Abschnitt("Betrieb", (("Name", wert),)),))


def test_everything_is_read_in_order() -> None:
    inhalt = kopie()
    text = flach(gelesen(setze(inhalt)))
    angaben: list[str] = []
    for teil in inhalt.abschnitte:
        angaben += [teil.ueberschrift, *(f"{label}: {wert}" for label, wert in teil.angaben)]
        for einer in teil.abschnitte:
            angaben.append(einer.ueberschrift)
            angaben += [f"{label}: {wert or 'keine Angabe'}" for label, wert in einer.angaben]
    seite = f"{inhalt.gemeinde} · Eingangsnummer {inhalt.eingangsnummer} · Seite"
    assert in_ordnung(
        text,
        inhalt.gemeinde,
        "Kopie Ihrer Erklärung",
        "Leistung: Gewerbe anmelden",
        "Eingangsnummer: EB-7K3M-9QX2-04TD-VH2W",
        "Eingegangen am: 22. November 2026, 9:05 Uhr",
        *(angabe for angabe in angaben if "Łukasiewicz" not in angabe),
        "Anlagen",
        "Vollmacht Öztürk.pdf 185 KB",
        "Erlaubnis.jpg 2,4 MB",
        "Wer Ihre Angaben erhält",
        "Ostwestfalen zu Bielefeld Name, Anschrift, Tätigkeit, Beginn § 3 Absatz 1",
        "Finanzamt Paderborn alle Angaben § 14",
        "Ihre Erklärungen",
        *inhalt.erklaerungen,
        "Hinweise",
        "eine Eintragung in die Handwerksrolle",
        f"{seite} 2 von 2",
    ), text
    assert in_ordnung(text, *(f"{name}" for name in ("Musterfrau", "Öztürk", "Łukasiewicz")), "Anlagen")
    assert f"{seite} 1 von 2" in text
    for anlage in inhalt.anlagen:
        assert anlage.sha256 in text.replace(" ", "")


ENDLOS = "Donaudampfschifffahrtselektrizitäten" * 20
OHNE_ALLES = kopie(anlagen=(), empfaenger=(), erklaerungen=(), hinweise=())
LANG = replace(
    mit(ENDLOS),
    anlagen=(Anlage(f"{ENDLOS[:100]}.pdf", 1, "0" * 64),),
    empfaenger=(Empfaenger(ENDLOS[:90], ENDLOS[:90], ENDLOS[:90]),),
    hinweise=(ENDLOS[:200],),
)


def test_it_is_archivable_and_accessible(archivtauglich: Pruefung) -> None:
    sprachen = [kopie(sprache=sprache) for sprache in texte()]
    archivtauglich(*map(setze, [*sprachen, OHNE_ALLES, LANG, mit(" ".join(SICHTBAR))]))


@pytest.mark.parametrize(("sprache", "kennung"), [("de", "de-DE"), ("en", "en-GB"), ("leicht", "de-DE")])
def test_it_says_its_language_and_title(sprache: Any, kennung: str) -> None:
    dokument = PdfReader(BytesIO(setze(kopie(sprache=sprache))))
    wurzel = dokument.trailer["/Root"].get_object()
    assert wurzel["/Lang"] == kennung  # type: ignore[index]
    assert dokument.metadata is not None
    assert dokument.metadata.title == f"{texte()[sprache]['titel']}: Gewerbe anmelden"


@pytest.mark.parametrize(
    ("sprache", "stuecke"),
    [
        ("en", ("Copy of your declaration", "Received on: 22 November 2026, 9:05", "2.4 MB", "Page 1 of 2")),
        ("leicht", ("Kopie von Ihren Angaben", "22. November 2026 um 9:05 Uhr", "2,4 MB", "Seite 1 von 3")),
    ],
)
def test_fixed_words_follow_the_language(sprache: Any, stuecke: tuple[str, ...]) -> None:
    text = flach(gelesen(setze(kopie(sprache=sprache))))
    assert [stueck for stueck in stuecke if stueck not in text] == []
    assert "Eingangsnummer" not in text or sprache == "de"


def test_empty_parts_are_left_out() -> None:
    text = gelesen(setze(OHNE_ALLES))
    for ueberschrift in ("Anlagen", "Wer Ihre Angaben erhält", "Ihre Erklärungen", "Hinweise"):
        assert ueberschrift not in text


def test_same_content_gives_same_bytes() -> None:
    erste = setze(kopie())
    assert setze(replace(kopie())) == erste
    spaeter = kopie().eingegangen_am + timedelta(minutes=1)
    assert setze(kopie(eingegangen_am=spaeter)) != erste


def test_the_whole_repertoire_can_be_copied_out() -> None:
    text = gelesen(setze(mit(" ".join(SICHTBAR))))
    assert [zeichen for zeichen in SICHTBAR if zeichen not in text] == []


def test_endless_words_break_and_stay_one_word() -> None:
    pdf = setze(LANG)
    assert ENDLOS in re.sub(r"\s", "", gelesen(pdf))
    seite = PdfReader(BytesIO(pdf)).pages[0]
    stellen: list[float] = []
    seite.extract_text(visitor_text=lambda text, cm, tm, *_: stellen.append(tm[4]) if text.strip() else None)
    # 20 mm of margin.
    assert max(stellen) < float(seite.mediabox.width) - 56


@pytest.mark.parametrize(
    "wert", ["#panic()", '"; #read("/etc/passwd") "', "$x$ *fett* <marke> @a = b", "//x"]
)
def test_answers_are_text_and_nothing_else(wert: str) -> None:
    assert f"Name: {wert}" in flach(gelesen(setze(mit(wert))))


def test_letter_without_glyph_is_refused_not_swallowed() -> None:
    with pytest.raises(NichtSetzbar):
        setze(mit("名前"))


def test_a_firm_of_two_hundred() -> None:
    personen = tuple(person(f"Müller-{nr}") for nr in range(200))
    pdf = setze(kopie(abschnitte=(Abschnitt("Personen", abschnitte=personen),)))
    seiten = len(PdfReader(BytesIO(pdf)).pages)
    assert seiten > 30
    text = flach(gelesen(pdf))
    assert in_ordnung(text, *(f"Familienname: Müller-{nr} Vornamen" for nr in range(200)))
    assert f"Seite {seiten} von {seiten}" in text


async def test_requests_go_on_while_a_copy_is_set() -> None:
    personen = tuple(person(f"Meier-{nr}") for nr in range(400))
    satz = asyncio.create_task(rendere(kopie(abschnitte=(Abschnitt("Personen", abschnitte=personen),))))
    runden = 0
    while not satz.done():
        await asyncio.sleep(0.001)
        runden += 1
    assert (await satz).startswith(b"%PDF")
    assert runden > 20


def test_words_are_there_in_each_language_and_easy_in_one() -> None:
    deutsch = texte()["de"]
    assert list(texte()) == ["de", "en", "leicht"]
    assert all(worte.keys() == deutsch.keys() for worte in texte().values())
    for wort in texte()["leicht"].values():
        assert zu_lange_saetze(str(wort)) == [] or isinstance(wort, list)


def test_the_template_is_only_read_from_the_house() -> None:
    # What a town prints must not depend on fonts or packages of the machine.
    vorlage = Path(setze.__code__.co_filename).with_name("kopie.typ").read_text("utf-8")
    assert re.findall(r'#import "([^"]+)"', vorlage) == ["/satz/haus.typ"]
