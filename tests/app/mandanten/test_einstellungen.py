"""The document of a town's settings: sensible from the data alone, and nothing gets in that cannot be."""

import contextlib
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from app.mandanten import service
from app.mandanten.einstellungen import Gemeindeeinstellungen, UngueltigeEinstellungen
from app.mandanten.farben import kontrast
from app.mandanten.wappen import HOECHSTENS_BYTE, UngueltigesWappen, Wappen
from app.mandanten.zustaendig import alle_gemeinden, gemeinde

HERFORD = "05758012"
VORGABE = Gemeindeeinstellungen.vorgabe(gemeinde(HERFORD))


def png(breite: int = 2, hoehe: int = 2, hinten: bytes = b"") -> bytes:
    def stueck(art: bytes, daten: bytes) -> bytes:
        return struct.pack(">I", len(daten)) + art + daten + struct.pack(">I", zlib.crc32(art + daten))

    kopf = struct.pack(">IIBBBBB", breite, hoehe, 8, 6, 0, 0, 0)
    bild = zlib.compress(bytes((breite * 4 + 1) * min(hoehe, 4)))
    return (
        b"\x89PNG\r\n\x1a\n" + stueck(b"IHDR", kopf) + stueck(b"IDAT", bild) + stueck(b"IEND", b"") + hinten
    )


def test_every_town_has_defaults() -> None:
    for ort in alle_gemeinden():
        vorgabe = Gemeindeeinstellungen.vorgabe(ort)
        assert ort.kurzname in vorgabe.siegelzeile
        assert Gemeindeeinstellungen.lies(vorgabe.model_dump(mode="json")) == vorgabe


def test_what_is_missing_is_named_until_it_is_there() -> None:
    assert {mangel.pointer for mangel in VORGABE.fehlendes() if mangel.noetig} == {
        "/anschrift",
        "/erreichbarkeit",
    }
    fertig = VORGABE.mit(
        {
            "anschrift": {"strasse": "Rathausplatz", "hausnummer": "1", "plz": "32052"},
            "erreichbarkeit": [{"kanal": "email", "kennung": "gewerbeamt@herford.example.org"}],
            "gebuehren": {"gewerbeanmeldung": {"betrag_cent": 2600, "rechtsgrundlage": "Tarifstelle"}},
            "bericht_an": "amt@herford.example.org",
            "pflichtangaben": {
                "vertreten_durch": "Die Bürgermeisterin",
                "datenschutz": {"telefon": "05221 1"},
            },
        }
    )
    assert list(fertig.fehlendes()) == []
    assert fertig.anschrift.ort == "Herford"


@pytest.mark.parametrize(
    ("angaben", "zeiger"),
    [
        ({"farben": {"leiste": "rot"}}, "/farben/leiste"),
        ({"farben": {"leiste": "#777777", "schrift": "#888888"}}, "/farben"),
        ({"farben": {"akzent": "#ffff00"}}, "/farben"),
        ({"anschrift": {"plz": "3205"}}, "/anschrift/plz"),
        ({"pflichtangaben": {"umsatzsteuer_id": "DE1"}}, "/pflichtangaben/umsatzsteuer_id"),
        ({"pflichtangaben": {"datenschutz": {"email": "nein"}}}, "/pflichtangaben/datenschutz/email"),
        ({"anschrift": {"ort": "Her\nford"}}, "/anschrift/ort"),
        ({"erreichbarkeit": [{"kanal": "brieftaube", "kennung": "x@y.de"}]}, "/erreichbarkeit/0/kanal"),
        ({"bericht_an": "a@b.de, c@d.de"}, "/bericht_an"),
        ({"bericht_an": "a@b.de\nBcc: c@d.de"}, "/bericht_an"),
        ({"gebuehren": {"gewerbeanmeldung": {"betrag_cent": -1, "rechtsgrundlage": "xxx"}}}, None),
        ({"gebuehren": {"Ge bühr": {"betrag_cent": 1, "rechtsgrundlage": "xxx"}}}, None),
        ({"fristen": {"gewerbeanzeige_tage": 4}}, "/fristen/gewerbeanzeige_tage"),
        ({"niveaus": {"gewerbeanzeige": "super"}}, "/niveaus/gewerbeanzeige"),
        ({"verzichte": ["wetteramt"]}, "/verzichte"),
        ({"filter": ["alle"]}, None),
        ({"sprachen": ["en", "de"]}, "/sprachen"),
        ({"sprachen": []}, "/sprachen"),
        ({"aktenzeichen_schema": "immer gleich"}, "/aktenzeichen_schema"),
        ({"behoerdenname": ""}, "/behoerdenname"),
        ({"gibt_es_nicht": 1}, "/gibt_es_nicht"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(angaben: dict[str, Any], zeiger: str | None) -> None:
    with pytest.raises(UngueltigeEinstellungen) as gefangen:
        VORGABE.mit(angaben)
    for fehler in gefangen.value.fehler:
        assert fehler["text"]["de"]
        assert fehler["text"]["en"]
        assert fehler["text"]["de"] != fehler["text"]["en"]
    if zeiger is not None:
        assert zeiger in {fehler["pointer"] for fehler in gefangen.value.fehler}


@pytest.mark.parametrize(
    ("eine", "andere", "erwartet"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)],
)
def test_contrast_is_that_of_the_guidelines(eine: str, andere: str, erwartet: float) -> None:
    assert kontrast(eine, andere) == pytest.approx(erwartet, abs=0.01)
    assert kontrast(andere, eine) == kontrast(eine, andere)


async def test_a_town_is_ready_with_one_call_and_the_second_changes_nothing(sitzung: AsyncSession) -> None:
    neu = await service.richte_ein(sitzung, HERFORD)
    assert neu.neu
    assert neu.einstellungen == VORGABE
    nochmal = await service.richte_ein(sitzung, HERFORD)
    assert (nochmal.neu, nochmal.geaendert, nochmal.einstellungen) == (False, (), VORGABE)


async def test_what_is_given_changes_the_rest_stays(sitzung: AsyncSession) -> None:
    await service.richte_ein(sitzung, HERFORD, {"kurzname": "HF", "niveaus": {"gewerbeanzeige": "hoch"}})
    geaendert = await service.richte_ein(sitzung, HERFORD, {"fristen": {"gewerbeanzeige_tage": 2}})
    assert geaendert.geaendert == ("fristen",)
    sitzung.expunge_all()
    jetzt = await service.einstellungen(sitzung, HERFORD)
    assert jetzt == geaendert.einstellungen
    assert (jetzt.kurzname, jetzt.fristen.gewerbeanzeige_tage, jetzt.fristen.entwurf_tage) == ("HF", 2, 30)
    schnell = await service.einstellung(sitzung, HERFORD)
    assert (schnell.frist_tage, schnell.niveaus) == (2, {"gewerbeanzeige": "hoch"})


async def test_a_table_of_fees_is_replaced_as_a_whole(sitzung: AsyncSession) -> None:
    gebuehr = {"betrag_cent": 2600, "rechtsgrundlage": "Tarifstelle 1"}
    await service.richte_ein(sitzung, HERFORD, {"gebuehren": {"gewerbeanmeldung": gebuehr}})
    neu = await service.aendere(sitzung, HERFORD, {"gebuehren": {"gewerbeabmeldung": gebuehr}})
    assert set(neu.einstellungen.gebuehren) == {"gewerbeabmeldung"}


async def test_nothing_is_stored_of_what_is_refused(sitzung: AsyncSession) -> None:
    with pytest.raises(UngueltigeEinstellungen):
        await service.richte_ein(sitzung, HERFORD, {"kurzname": "HF", "farben": {"leiste": "rot"}})
    assert await service.alle_einstellungen(sitzung) == []


async def test_a_coat_of_arms_is_kept_as_it_is(sitzung: AsyncSession) -> None:
    await service.richte_ein(sitzung, HERFORD)
    await service.setze_wappen(sitzung, HERFORD, png())
    bild = await service.setze_wappen(sitzung, HERFORD, png(3, 4))
    sitzung.expunge_all()
    gelesen = await service.wappen(sitzung, HERFORD)
    assert gelesen == bild
    assert (bild.medientyp, bild.breite, bild.hoehe) == ("image/png", 3, 4)


def test_webp_is_read_in_its_three_forms() -> None:
    def webp(art: bytes, daten: bytes) -> bytes:
        innen = b"WEBP" + art + struct.pack("<I", len(daten)) + daten
        return b"RIFF" + struct.pack("<I", len(innen)) + innen

    erweitert = webp(b"VP8X", bytes(4) + (99).to_bytes(3, "little") + (49).to_bytes(3, "little"))
    ohne_verlust = webp(b"VP8L", b"\x2f" + struct.pack("<I", 99 | 49 << 14))
    einfach = webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 100, 50))
    for inhalt in (erweitert, ohne_verlust, einfach):
        bild = Wappen.lies(inhalt)
        assert (bild.medientyp, bild.breite, bild.hoehe) == ("image/webp", 100, 50)
        with pytest.raises(UngueltigesWappen):
            Wappen.lies(inhalt + b"<script>")


@pytest.mark.parametrize(
    "inhalt",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xff\xd8\xff\xe0JFIF",
        png()[:-1],
        png(hinten=b"PK\x03\x04"),
        png(0, 5),
        png(5000, 5),
        png().replace(b"IDAT", b"IDAX"),
        bytes(HOECHSTENS_BYTE + 1),
    ],
)
def test_anything_else_is_no_coat_of_arms(inhalt: bytes) -> None:
    with pytest.raises(UngueltigesWappen):
        Wappen.lies(inhalt)


@given(st.binary(max_size=100), st.sampled_from([b"", png()[:40], b"RIFF\x20\x00\x00\x00WEBPVP8X"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_have_an_answer(rest: bytes, anfang: bytes) -> None:
    with contextlib.suppress(UngueltigesWappen):
        Wappen.lies(anfang + rest)
