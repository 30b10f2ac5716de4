"""The counting of Leichte Sprache: where a sentence ends, what is a word."""

import pytest

from app.leichte_sprache import saetze, woerter, zu_lange_saetze

ZWOELF = "Eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"


@pytest.mark.parametrize(
    ("text", "anzahl"),
    [
        ("Sie haben einen Laden. Der Laden ist neu.", 2),
        ("Haben Sie Fragen? Rufen Sie an! Wir helfen …", 3),
        ("Das ist wichtig: Sie müssen das Amt fragen.", 2),
        ("Sie brauchen: einen Ausweis", 1),
        ("Sie brauchen z. B. einen Ausweis.", 1),
        ("Sie brauchen z. B. Ihren Ausweis, Geld usw. Dann kommen Sie zu uns.", 2),
        ("Das steht in § 14 Abs. 3 Nr. 2 GewO. Das ist ein Gesetz.", 2),
        ("Rufen Sie Frau Dr. Müller an.", 1),
        ("Kommen Sie am 1. Januar 2027. Bringen Sie den Ausweis mit.", 2),
        ("Kommen Sie am 31.12.2027. Bringen Sie den Ausweis mit.", 2),
        ("Das Amt ist im 2. Stock.", 1),
        ("Das kostet 20. Sie zahlen später.", 2),
        ("Das gilt seit 2027. Wir prüfen es.", 2),
        ("Das Amt ist hier: Alfons-Müller-Str. 17, 50389 Wesseling. Kommen Sie vorbei.", 3),
        ("Schreiben Sie an amt@stadt.example.de. Wir antworten.", 2),
        ("Mehr steht auf www.stadt.de/gewerbe.html und hier.", 1),
        ("Sie sagen: „Das ist mein Laden.“ Dann unterschreiben Sie.", 3),
        ("Das ist alles. (Mehr brauchen Sie nicht.) Danke.", 3),
        ("Sie brauchen:\n\n- einen Ausweis\n- Geld", 3),
        ("Eine Zeile\nund noch eine.", 1),
        ("Die Nummer ist {nummer}. Heben Sie die Nummer auf.", 2),
        ("Die Datei ist zu groß. {name} hat {zahl} MB.", 2),
        ("", 0),
        (" … – ", 0),
    ],
)
def test_where_a_sentence_ends(text: str, anzahl: int) -> None:
    assert len(saetze(text)) == anzahl, saetze(text)


@pytest.mark.parametrize(
    ("satz", "anzahl"),
    [
        ("Das Gewerbe·amt prüft Ihre Angaben.", 5),
        ("Das ist die E-Mail-Adresse – sie ist neu.", 7),
        ("Kommen Sie am 1. Januar 2027.", 4),
        ("Rufen Sie an: 0211 855 4710", 4),
        ("Das sind 10 000 Euro.", 4),
        ("Die Nummer ist {nummer}.", 4),
        ("Das steht in § 14 GewO.", 5),
    ],
)
def test_what_is_a_word(satz: str, anzahl: int) -> None:
    assert woerter(satz) == anzahl


def test_twelve_words_are_enough_and_thirteen_too_many() -> None:
    assert zu_lange_saetze(f"{ZWOELF}. {ZWOELF} dreizehn. Gut.") == [f"{ZWOELF} dreizehn."]


def test_an_abbreviation_does_not_hide_a_long_sentence() -> None:
    assert zu_lange_saetze(f"{ZWOELF} usw. Dreizehn.") != []
