"""What the fuzzer shoots at: the intake of JSON and XML, without a database.

Whatever comes in is refused by a declared error that can be shown to people, or taken. What is taken can be
stored, read again and written as a message. Everything else that is raised here is a fault.
"""

import json
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.eingabe import Lieferung, lies_json, lies_xml
from app.gewerbe.errors import NichtAnnehmbar, NichtLesbar
from app.gewerbe.nachricht import Behoerde, Kopf, Satzkopf, gewerbeamt
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet
from app.gewerbe.recht.empfaenger import empfaenger_von
from app.gewerbe.recht.nachricht import baue_nachricht, pruefe_gebaut
from app.problems import Problem
from tests.haerte.rezept import backe_json, backe_xml
from xoev.befund import Befund, hat_fehler

REZEPT = 1
"""A first byte with this value says: the rest is a recipe, not a document."""
_TAG = date(2026, 11, 20)
_ZEIT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_KENNUNG = UUID("0190b6a0-0000-7000-8000-000000000001")


def ziel_json(daten: bytes) -> str:
    """One execution; says what became of the input."""
    try:
        lieferung = lies_json(backe_json(daten[1:]) if daten[:1] == bytes([REZEPT]) else daten)
    except (NichtLesbar, NichtAnnehmbar) as problem:
        return _gezeigt(problem)
    return _angenommen(lieferung, streng=True)


def ziel_xml(daten: bytes) -> str:
    """One execution; says what became of the input."""
    daten = backe_xml(daten[1:]) if daten[:1] == bytes([REZEPT]) else daten
    try:
        lieferung = lies_xml(daten)
    except NichtAnnehmbar as problem:
        return _gezeigt(problem)
    return _angenommen(lieferung, streng=False)


def _gezeigt(problem: Problem) -> str:
    inhalt = json.loads(bytes(problem.antwort().body))
    assert 400 <= inhalt["status"] < 500
    assert all(inhalt["text"].values())
    if isinstance(problem, NichtAnnehmbar):
        assert problem.befunde
        _lesbar(problem.befunde)
    return str(problem.code)


def _lesbar(befunde: tuple[Befund, ...]) -> None:
    for befund in befunde:
        json.dumps(befund.als_dict(), ensure_ascii=False).encode()
        assert all(befund.text[sprache].strip() for sprache in ("de", "en")), befund.rule


def _angenommen(lieferung: Lieferung, *, streng: bool) -> str:
    ausgang = "angenommen"
    for meldung in lieferung.meldungen:
        befunde = pruefe_plausibilitaet(meldung.anzeige, _TAG, streng=streng)
        _lesbar(befunde)
        gespeichert = json.dumps(meldung.anzeige.model_dump(mode="json"), ensure_ascii=False)
        assert "\\u0000" not in gespeichert, "PostgreSQL stores no NUL"
        assert GEWERBEANZEIGE.validate_json(gespeichert.encode()) == meldung.anzeige
        if hat_fehler(befunde):
            ausgang = "unplausibel"
            continue
        _zugestellt(meldung.anzeige, lieferung.inhalt_sha256)
    return ausgang


def _zugestellt(anzeige: Anzeige, inhalt_sha256: bytes) -> None:
    """One of its recipients gets a message that is valid and lawful and can be read again."""
    ansprueche = [anspruch for anspruch in empfaenger_von(anzeige, _TAG) if anspruch.berechtigt]
    anspruch = ansprueche[inhalt_sha256[0] % len(ansprueche)]
    nachricht = baue_nachricht(
        anzeige,
        anspruch,
        kopf=Kopf(nachrichten_uuid=_KENNUNG, erstellt=_ZEIT, leser=_amt(), autor=_amt()),
        satzkopf=Satzkopf(
            satz_erstellung=_ZEIT,
            ereigniszeitpunkt=_ZEIT,
            autor=_amt(),
            meldungsnummer="2026 1",
            uuid=anzeige.uuid or _KENNUNG,
            gewerbebetrieb_id=anzeige.gewerbebetrieb_id or _KENNUNG,
        ),
    )
    befunde = pruefe_gebaut(nachricht, anzeige, anspruch)
    assert not hat_fehler(befunde), [befund.rule for befund in befunde]


@cache
def _amt() -> Behoerde:
    return gewerbeamt("05774032", "Stadt Paderborn")
