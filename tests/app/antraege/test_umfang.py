"""The largest and strangest that a form may hold goes through, and what may not is told by name."""

from typing import Any

import httpx
import pytest

from app.akte import service as akte
from app.antraege import einreichen
from app.db.sitzung import transaktion
from app.leistungen.dokument import lies_xml
from tests.app.antraege.conftest import (
    ENTWUERFE,
    PADERBORN,
    Person,
    Regal,
    abgeschickt,
    antworten,
    begonnen,
    fertiger,
    gespeichert,
    hochgeladen,
)
from xoev.zeichensatz import din91379_zeichen

# The letters of DIN 91379 in all; blanks at an end, or two in a row, are no part of an answer.
_ZEICHEN = [zeichen for zeichen in din91379_zeichen() if not zeichen.isspace() and zeichen.isprintable()]


def _stuecke(laenge: int) -> list[str]:
    """The whole repertoire in texts of this length at most, none cut within a letter."""
    stuecke = [""]
    for zeichen in _ZEICHEN:
        if len(stuecke[-1]) + len(zeichen) > laenge:
            stuecke.append("")
        stuecke[-1] += zeichen
    return stuecke


def _viele(formular: dict[str, Any]) -> None:
    formular["schritte"][2]["hoechstens"] = 200


async def _zweihundert(
    person: Person, regal: Regal, namen: list[str]
) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    regal(_viele)
    wer = await person()
    entwurf = await begonnen(wer)
    werte = antworten()
    werte["helfer"] = [
        {
            "vorname": namen[nummer % len(namen)],
            "familienname": namen[-1 - nummer % len(namen)],
            "geburtsdatum": "1990-01-02",
        }
        for nummer in range(200)
    ]
    werte["person"]["familienname"] = namen[0]
    werte["stand"]["bemerkung"] = "\n".join(["Ä" * 124] * 4)
    antwort = await gespeichert(wer, entwurf, werte)
    assert antwort.status_code == 200, antwort.text[:500]
    assert [befund["pointer"] for befund in antwort.json()["befunde"]] == ["/nachweise/versicherung"]
    return wer, antwort.json()


async def test_two_hundred_people_with_every_letter_there_is(person: Person, regal: Regal) -> None:
    wer, entwurf = await _zweihundert(person, regal, _stuecke(200))
    assert (await hochgeladen(wer, entwurf)).status_code == 201
    antrag = await abgeschickt(wer, entwurf)
    assert antrag.status_code == 201, antrag.text[:500]
    gesendet = antrag.json()["antworten"]
    assert len(gesendet["helfer"]) == 200
    assert gesendet == entwurf["antworten"]
    async with transaktion(gemeinde=PADERBORN) as session:
        inhalt = await einreichen.inhalt(session, antrag.json()["id"])
        assert inhalt is not None
        [fall] = antrag.json()["faelle"]
        dokumente = await akte.dokumente(session, antrag_id=inhalt.antrag_id, vorgang_id=fall["id"])
        [xml] = [eines.id for eines in dokumente if eines.dateiname.endswith(".xml")]
        assert lies_xml(inhalt.formular, await akte.dokument_inhalt(session, xml)) == gesendet


async def test_one_entry_too_many_is_told(person: Person, regal: Regal) -> None:
    wer, entwurf = await _zweihundert(person, regal, ["Ada"])
    werte = entwurf["antworten"]
    werte["helfer"].append(werte["helfer"][0])
    antwort = await gespeichert(wer, entwurf, werte)
    assert (antwort.status_code, antwort.json()["code"]) == (413, "angaben_zu_lang")
    stand = (await wer.get(f"{ENTWUERFE}/{entwurf['id']}")).json()
    assert len(stand["antworten"]["helfer"]) == 200


async def test_more_entries_than_the_form_allows_are_told(person: Person) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    werte = antworten()
    werte["helfer"] *= 3
    antwort = await gespeichert(wer, entwurf, werte)
    assert [befund["pointer"] for befund in antwort.json()["befunde"]] == ["/helfer"]
    assert len(antwort.json()["antworten"]["helfer"]) == 6
    assert (await abgeschickt(wer, antwort.json())).status_code == 422


@pytest.mark.parametrize(
    "text",
    ["שלום", "سلام", "Ada 😀", "Ada\u202eabc", "Ада", "Ada\u0000", "A" * 201, "a\u0308" * 201],
    ids=["hebraeisch", "arabisch", "emoji", "umkehrung", "kyrillisch", "nul", "lang", "zerlegt"],
)
async def test_what_no_register_can_hold_is_told_and_kept_for_mending(person: Person, text: str) -> None:
    wer = await person()
    entwurf = await fertiger(wer)
    antwort = await gespeichert(wer, entwurf, antworten(person__familienname=text))
    assert antwort.status_code == 200, antwort.text
    [befund] = antwort.json()["befunde"]
    assert befund["pointer"] == "/person/familienname"
    assert set(befund["text"]) == {"de", "en", "leicht"}
    nicht = await abgeschickt(wer, antwort.json())
    assert (nicht.status_code, nicht.json()["code"]) == (422, "antrag_unvollstaendig")
    assert (await wer.get(f"{ENTWUERFE}/{entwurf['id']}")).json()["antworten"]["person"]["familienname"]
