"""Reads a delivery, JSON or XML, into notices: pure work for the CPU, without a database.

What makes two deliveries the same is settled here: for JSON the value that was sent, whatever its white
space and the order of its members; for XML its notices (Satz), whatever prefixes and indentation they have.
The head of a message does not count, because whoever sends again writes a new one; nor does the case of
the letters in a UUID.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NoReturn

from lxml import etree
from pydantic import ValidationError

from app.gewerbe.anzeige import GEWERBEANZEIGE
from app.gewerbe.anzeige import Gewerbeanzeige as Anzeige
from app.gewerbe.errors import NichtAnnehmbar, NichtLesbar
from app.gewerbe.fehlertexte import befunde_aus
from app.gewerbe.nachricht import GelesenerSatz, NichtUebernehmbar, lies
from app.gewerbe.nachricht_lesen import ORTSZEIT
from xoev.befund import Befund, hat_fehler
from xoev.pruefen import pruefe, pruefe_stichtag

Format = Literal["json", "xml"]
HOECHSTZAHL_SAETZE = 1000
"""Notices in one delivery: all of them are one transaction."""
HOECHSTZAHL_ANGABEN = 20_000
"""Commas in a JSON notice, a bound of what it lists: each entry costs time and may bring a finding."""


@dataclass(frozen=True, slots=True)
class Meldung:
    """One notice of a delivery and what was noticed while reading it; never an error.

    `ereigniszeitpunkt`: when an office took it in, if a message says so.
    """

    anzeige: Anzeige
    hinweise: Sequence[Befund] = ()
    ereigniszeitpunkt: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lieferung:
    """What was sent: one or more notices for one town. `uuid_schluessel`: the notices' own UUIDs as keys."""

    format: Format
    original: bytes
    gemeinde: str
    meldungen: Sequence[Meldung]
    uuid_schluessel: frozenset[str]
    inhalt_sha256: bytes


def lies_json(daten: bytes) -> Lieferung:
    """A notice in the JSON of app.gewerbe.anzeige; raises NichtLesbar, NichtAnnehmbar."""
    if daten.count(b",") > HOECHSTZAHL_ANGABEN:
        raise NichtAnnehmbar([ZU_UMFANGREICH])
    wert, kanonisch = _json(daten)
    try:
        anzeige: Anzeige = GEWERBEANZEIGE.validate_python(wert)
    except ValidationError as fehler:
        raise NichtAnnehmbar(befunde_aus(fehler)) from None
    kennungen = {name: str(wert[name]).lower() for name in ("uuid", "gewerbebetrieb_id") if wert.get(name)}
    if kennungen:
        kanonisch = _kanonisch(wert | kennungen)
    return _lieferung("json", daten, [Meldung(anzeige)], kanonisch)


def lies_xml(daten: bytes) -> Lieferung:
    """A message of any type in any standard that is taken in today; raises NichtAnnehmbar."""
    ergebnis = pruefe(daten)
    nachricht = ergebnis.kanonisch
    if nachricht is None or ergebnis.bundle is None or hat_fehler(ergebnis.befunde):
        raise NichtAnnehmbar(ergebnis.befunde)
    if verfrueht_oder_verspaetet := pruefe_stichtag(ergebnis.bundle, datetime.now(ORTSZEIT).date()):
        raise NichtAnnehmbar(verfrueht_oder_verspaetet)
    try:
        saetze = lies(nachricht)
    except NichtUebernehmbar as fehler:
        raise NichtAnnehmbar(fehler.befunde) from None
    for kennung in nachricht.iter("{*}uuid", "{*}gewerbebetriebID"):
        kennung.text = (kennung.text or "").lower()
    kanonisch = "\n".join(
        etree.canonicalize(satz, strip_text=True, rewrite_prefixes=True)
        for satz in nachricht.iterchildren("{*}satz")
    )
    if len(saetze) > HOECHSTZAHL_SAETZE:
        raise NichtAnnehmbar([ZU_VIELE])
    meldungen = [_meldung(satz, ergebnis.befunde) for satz in saetze]
    if len({meldung.anzeige.gemeinde for meldung in meldungen}) != 1:
        raise NichtAnnehmbar([MEHRERE_GEMEINDEN])
    return _lieferung("xml", daten, meldungen, kanonisch.encode())


def _meldung(satz: GelesenerSatz, befunde: Sequence[Befund]) -> Meldung:
    korrektur = (KORREKTUR,) if satz.ist_korrektur else ()
    return Meldung(satz.anzeige, (*befunde, *satz.hinweise, *korrektur), satz.ereigniszeitpunkt)


def _lieferung(format_: Format, original: bytes, meldungen: Sequence[Meldung], kanonisch: bytes) -> Lieferung:
    return Lieferung(
        format=format_,
        original=original,
        gemeinde=meldungen[0].anzeige.gemeinde,
        meldungen=meldungen,
        uuid_schluessel=frozenset(
            f"uuid:{meldung.anzeige.form}:{meldung.anzeige.uuid}".lower()
            for meldung in meldungen
            if meldung.anzeige.uuid
        ),
        inhalt_sha256=sha256(kanonisch).digest(),
    )


def _json(daten: bytes) -> tuple[Any, bytes]:
    """The value, as it is and in canonical form.

    Doubled names, NaN and lone surrogates are no JSON to agree on: NichtLesbar.
    """
    try:
        wert = json.loads(daten.decode("utf-8"), object_pairs_hook=_eindeutig, parse_constant=_keine_zahl)
        return wert, _kanonisch(wert)
    except (ValueError, RecursionError):
        raise NichtLesbar from None


def _kanonisch(wert: Any) -> bytes:
    return json.dumps(wert, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _eindeutig(paare: list[tuple[str, Any]]) -> dict[str, Any]:
    objekt = dict(paare)
    if len(objekt) != len(paare):
        raise ValueError("a name is given twice")
    return objekt


def _keine_zahl(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


MEHRERE_GEMEINDEN = Befund(
    "error",
    "GEMEINDE-MEHRERE",
    {
        "de": "Alle Anzeigen einer Sendung müssen an dieselbe Gemeinde gerichtet sein.",
        "en": "All notices of one delivery have to be for the same town.",
    },
    pointer="/gemeinde",
)
ZU_VIELE = Befund(
    "error",
    "SAETZE-ANZAHL",
    {
        "de": f"Eine Sendung darf höchstens {HOECHSTZAHL_SAETZE} Anzeigen enthalten.",
        "en": f"One delivery may hold at most {HOECHSTZAHL_SAETZE} notices.",
    },
)
ZU_UMFANGREICH = Befund(
    "error",
    "JSON-UMFANG",
    {
        "de": f"Eine Anzeige darf höchstens {HOECHSTZAHL_ANGABEN} Angaben enthalten.",
        "en": f"One notice may hold at most {HOECHSTZAHL_ANGABEN} entries.",
    },
)
KORREKTUR = Befund(
    "warning",
    "MELDUNG-KORREKTUR",
    {
        "de": "Die Meldung ist als Korrektur gekennzeichnet: Sie ist mit der früheren Meldung abzugleichen.",
        "en": "The notice is marked as a correction: it has to be compared with the earlier one.",
    },
)
