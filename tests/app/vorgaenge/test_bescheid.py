"""The letter about a decision: complete, in order, archivable, accessible, always the same."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.satz.pdf import NichtSetzbar
from app.vorgaenge.bescheid import Entscheidungsinhalt, rendere, setze
from tests.verapdf import Pruefung, gelesen
from xoev.zeichensatz import din91379_zeichen

SICHTBAR = " ".join(zeichen for zeichen in din91379_zeichen() if zeichen.strip())


def bescheid(**anderes: Any) -> Entscheidungsinhalt:
    """A permit that is granted."""
    werte: dict[str, Any] = {
        "gemeinde": "Stadt Paderborn – Straßenverkehrsamt",
        "gemeindeanschrift": ("Am Probeplatz 1", "33098 Paderborn"),
        "titel": "Bewohnerparkausweis: Ihr Antrag ist bewilligt",
        "aktenzeichen": "36.12-2026-000417",
        "datum": date(2026, 11, 22),
        "adressat": ("Erika Sophie Musterfrau", "Detmolder Straße 12", "33102 Paderborn"),
        "anrede": "Guten Tag Erika Sophie Musterfrau,",
        "angaben": (
            ("Kennzeichen", "PB-EM 1985"),
            ("Zone", "Südstadt 3"),
            ("Gültig bis", "30. November 2027"),
        ),
        "absaetze": (
            "Ihrem Antrag vom 20. November 2026 auf einen Bewohnerparkausweis gebe ich statt.",
            "Sie wohnen mit Hauptwohnung in der Zone Südstadt 3 und nutzen das genannte Fahrzeug dauernd. "
            "Damit liegen die Voraussetzungen des § 45 Abs. 1b Satz 1 Nr. 2a StVO vor.",
        ),
        "rechtsbehelf": (
            "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Klage beim "
            "Verwaltungsgericht Minden, Königswall 8, 32423 Minden, erhoben werden."
        ),
        "siegelzeile": "Stadt Paderborn – Der Bürgermeister",
    }
    return Entscheidungsinhalt(**werte | anderes)


def test_everything_is_read_in_order() -> None:
    inhalt = bescheid()
    assert inhalt.rechtsbehelf is not None
    text = " ".join(gelesen(setze(inhalt)).split())
    stelle = 0
    for stueck in (
        inhalt.gemeinde,
        "Am Probeplatz 1 · 33098 Paderborn",
        *inhalt.adressat,
        "Aktenzeichen: 36.12-2026-000417",
        "Datum: 22. November 2026",
        inhalt.titel,
        inhalt.anrede,
        inhalt.absaetze[0],
        *(f"{label}: {wert}" for label, wert in inhalt.angaben),
        inhalt.absaetze[1],
        inhalt.gruss,
        inhalt.siegelzeile,
        inhalt.entstehung,
        "Rechtsbehelfsbelehrung",
        inhalt.rechtsbehelf,
        f"{inhalt.gemeinde} · Aktenzeichen 36.12-2026-000417 · Seite 1 von 1",
    ):
        stelle = text.index(stueck, stelle) + len(stueck)


def test_it_is_archivable_and_accessible(archivtauglich: Pruefung) -> None:
    knapp = bescheid(rechtsbehelf=None, angaben=(), gemeindeanschrift=(), siegelzeile="")
    lang = bescheid(absaetze=(SICHTBAR,) * 12, titel=SICHTBAR[:300])
    archivtauglich(setze(bescheid()), setze(knapp), setze(lang))
    dokument = PdfReader(BytesIO(setze(bescheid())))
    assert dokument.metadata is not None
    assert dokument.metadata.title == f"{bescheid().titel} – 36.12-2026-000417"


def test_what_is_not_said_is_not_shown() -> None:
    text = gelesen(setze(bescheid(rechtsbehelf=None, siegelzeile="")))
    assert "Rechtsbehelfsbelehrung" not in text
    assert text.count("Stadt Paderborn – Straßenverkehrsamt") == 3


def test_paragraphs_stay_apart_and_text_is_text() -> None:
    text = gelesen(setze(bescheid(absaetze=("Erster.\n\nZweiter *fett* #panic().", "Dritter."))))
    zeilen = [zeile for zeile in text.splitlines() if zeile]
    assert zeilen.index("Erster.") < zeilen.index("Zweiter *fett* #panic().") < zeilen.index("Dritter.")


async def test_same_content_gives_same_bytes_on_either_way() -> None:
    erste = setze(bescheid())
    assert await rendere(replace(bescheid())) == erste
    assert setze(bescheid(datum=bescheid().datum + timedelta(days=1))) != erste


def test_letter_without_glyph_is_refused_not_swallowed() -> None:
    with pytest.raises(NichtSetzbar):
        setze(bescheid(adressat=("名前",)))
