"""Answers of a DMS are read strictly; hostile ones go no further than any stranger's XML."""

from uuid import UUID

import pytest
from lxml import etree

from tests.conftest import shared
from xoev.einlesen import NichtLesbar
from xoev.xdomea.antworten import Empfang, Import, lies_antwort

PROZESS = UUID("0193f3a0-0000-7000-8000-000000000001")
DMS_ID = UUID("7f4d2a10-1111-4222-8333-444455556666")
NS = "urn:xoev-de:xdomea:schema:3.0.0"


def kopf(typ: str) -> str:
    return (
        f"<x:Kopf><x:ProzessID>{PROZESS}</x:ProzessID>"
        '<x:Nachrichtentyp listURI="urn:xoev-de:xdomea:codeliste:nachrichtentyp" listVersionID="2.0">'
        f"<code>{typ}</code></x:Nachrichtentyp>"
        "<x:Erstellungszeitpunkt>2026-11-21T08:15:00Z</x:Erstellungszeitpunkt>"
        "<x:Absender/><x:Empfaenger/>"
        + ("<x:FVSessionID>1</x:FVSessionID>" if typ == "0630" else "")
        + "</x:Kopf>"
    )


def empfang() -> bytes:
    name = "FVDaten.EmpfangBestaetigen.0629"
    return f'<x:{name} xmlns:x="{NS}">{kopf("0629")}</x:{name}>'.encode()


def meldung(code: str) -> str:
    art = "AllgemeineRueckmeldung" if code.startswith("0000") else f"SpezifischeFehlermeldung{code[:4]}"
    fassung = "1.1" if code.startswith("0000") else "1.0"
    return (
        f'<x:Rueckmeldung><x:{art} listURI="urn:xoev-de:xdomea:codeliste:{art.lower()}" '
        f'listVersionID="{fassung}"><code>{code}</code></x:{art}>'
        "</x:Rueckmeldung>"
    )


def import_(*codes: str, erfolgreich: str | None = "true", dms_id: str | None = str(DMS_ID)) -> bytes:
    """An answer 0630."""
    name = "FVDaten.ImportBestaetigen.0630"
    parameter = ""
    if erfolgreich is not None:
        kennung = f"<x:IDSGO>{dms_id}</x:IDSGO>" if dms_id else ""
        parameter = (
            f"<x:Rueckgabeparameter>{kennung}<x:Parameter><x:Ablageort>.</x:Ablageort></x:Parameter>"
            f"<x:Erfolgreich>{erfolgreich}</x:Erfolgreich></x:Rueckgabeparameter>"
        )
    inhalt = "".join(meldung(code) for code in codes) + parameter
    return (
        f'<x:{name} xmlns:x="{NS}">{kopf("0630")}<x:ErfolgOderMisserfolg>{inhalt}</x:ErfolgOderMisserfolg>'
        f"</x:{name}>"
    ).encode()


def test_receipt() -> None:
    assert lies_antwort(empfang()) == Empfang(PROZESS)


@pytest.mark.parametrize(
    ("antwort", "erwartet"),
    [
        (import_("0000000"), Import(PROZESS, True, DMS_ID, ("0000000",))),
        (import_("0000009", erfolgreich=None), Import(PROZESS, True, None, ("0000009",))),
        (import_("0000000", erfolgreich="1", dms_id=None), Import(PROZESS, True, None, ("0000000",))),
        (import_("0605004"), Import(PROZESS, False, DMS_ID, ("0605004",))),
        (import_("0000000", erfolgreich="0"), Import(PROZESS, False, DMS_ID, ("0000000",))),
        (import_(), Import(PROZESS, False, DMS_ID, ())),
    ],
)
def test_outcome_and_id_of_the_dms(antwort: bytes, erwartet: Import) -> None:
    assert lies_antwort(antwort) == erwartet


def test_free_text_is_no_success_and_is_not_kept() -> None:
    antwort = import_("0000000").replace(
        b"<x:Rueckgabeparameter>",
        b"<x:Rueckmeldung><x:SonstigeFehlermeldung>Akte Musterfrau</x:SonstigeFehlermeldung></x:Rueckmeldung>"
        b"<x:Rueckgabeparameter>",
    )
    gelesen = lies_antwort(antwort)
    assert gelesen == Import(PROZESS, False, DMS_ID, ("0000000",))


def test_every_part_has_to_be_filed() -> None:
    """We hand over one case at a time; an answer about several must not hide the one that failed."""
    gut, schlecht = import_("0000000"), import_("0000000", erfolgreich="0", dms_id=None)
    beginn, ende = b"<x:Rueckgabeparameter>", b"</x:Rueckgabeparameter>"
    teil = schlecht[schlecht.index(beginn) : schlecht.index(ende) + len(ende)]
    gelesen = lies_antwort(gut.replace(ende, ende + teil))
    assert gelesen == Import(PROZESS, False, DMS_ID, ("0000000",))


@pytest.mark.parametrize(
    ("antwort", "regel"),
    [
        (b"", "XML-LEER"),
        (b"<a/>", "XDO-ANTWORT"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "XML-DTD"),
        (empfang().replace(b"0629</code>", b"0630</code>"), "XDO-TYP"),
        (empfang().replace(b"3.0.0", b"9.9.9"), "XDO-ANTWORT"),
        (empfang().replace(str(PROZESS).encode(), b"{" + PROZESS.hex.encode() + b"}"), "XDO-UUID"),
        (empfang().replace(str(PROZESS).encode(), b""), "XDO-UUID"),
        (import_("0000000", dms_id="17"), "XDO-UUID"),
        (import_("0000000", erfolgreich="vielleicht"), "XDO-ERGEBNIS"),
        (empfang().replace(b"EmpfangB", b"ImportB").replace(b"0629", b"0630"), "XDO-ERGEBNIS"),
        (b"<x>" * 200 + b"</x>" * 200, "XML-TIEFE"),
        ("<a/>".encode("utf-16"), "XML-ZEICHENKODIERUNG"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(antwort: bytes, regel: str) -> None:
    with pytest.raises(NichtLesbar) as fehler:
        lies_antwort(antwort)
    assert [befund.rule for befund in fehler.value.befunde] == [regel]


def test_the_official_schema_accepts_what_the_tests_answer() -> None:
    pfad = shared("data/xdomea/3.0.0/xdomea-Nachrichten-FachverfahrensdatenAustauschen.xsd")
    schema = etree.XMLSchema(etree.parse(str(pfad)))
    for antwort in (empfang(), import_("0000000"), import_("0605004", erfolgreich=None)):
        schema.assertValid(etree.fromstring(antwort))
