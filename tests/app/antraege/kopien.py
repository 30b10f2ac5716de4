"""Declarations to copy."""

from datetime import UTC, datetime
from typing import Any

from app.antraege.kopie import Abschnitt, Anlage, Empfaenger, Kopieinhalt

EINGEGANGEN_AM = datetime(2026, 11, 22, 8, 5, tzinfo=UTC)


def person(name: str) -> Abschnitt:
    """One person of a firm."""
    return Abschnitt(
        name,
        (
            ("Familienname", name),
            ("Vornamen", "Erika Sophie"),
            ("Geburtsdatum", "1. Mai 1985"),
            ("Geburtsort", "Paderborn"),
            ("Staatsangehörigkeiten", "deutsch"),
            ("Straße und Hausnummer", "Am Probeplatz 1"),
            ("Postleitzahl und Ort", "33098 Paderborn"),
            ("Aufenthaltstitel", ""),
        ),
    )


def kopie(**anderes: Any) -> Kopieinhalt:
    """A trade notice of three partners with two attachments."""
    werte: dict[str, Any] = {
        "sprache": "de",
        "gemeinde": "Stadt Paderborn – Gewerbeamt",
        "titel": "Gewerbe anmelden",
        "eingangsnummer": "EB-7K3M-9QX2-04TD-VH2W",
        "eingegangen_am": EINGEGANGEN_AM,
        "abschnitte": (
            Abschnitt(
                "Betrieb",
                (
                    ("Rechtsform", "Gesellschaft bürgerlichen Rechts (GbR)"),
                    ("Name", "Musterfrau, Öztürk und Łukasiewicz GbR"),
                    ("Geschäftsbezeichnung", "Kaffeerösterei am Dom"),
                    ("Beginn der Tätigkeit", "1. Dezember 2026"),
                    ("Tätigkeit", "Rösten und Versand von Kaffee, Betrieb eines Cafés mit 20 Plätzen"),
                ),
            ),
            Abschnitt(
                "Personen", abschnitte=tuple(person(name) for name in ("Musterfrau", "Öztürk", "Łukasiewicz"))
            ),
        ),
        "anlagen": (
            Anlage(
                "Vollmacht Öztürk.pdf",
                184_233,
                "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
            ),
            Anlage(
                "Erlaubnis.jpg", 2_345_678, "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
            ),
        ),
        "empfaenger": (
            Empfaenger(
                "Industrie- und Handelskammer Ostwestfalen zu Bielefeld",
                "Name, Anschrift, Tätigkeit, Beginn",
                "§ 3 Absatz 1 Satz 1 Nummer 1 GewAnzV",
            ),
            Empfaenger("Finanzamt Paderborn", "alle Angaben", "§ 14 Absatz 8 Satz 1 GewO"),
        ),
        "erklaerungen": ("Meine Angaben sind vollständig und richtig.", "Ich habe die Hinweise gelesen."),
        "hinweise": (
            "Diese Anzeige berechtigt nicht zum Beginn des Gewerbebetriebes, wenn noch eine Erlaubnis oder "
            "eine Eintragung in die Handwerksrolle notwendig ist.",
        ),
    }
    return Kopieinhalt(**werte | anderes)
