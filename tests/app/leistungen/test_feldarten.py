"""The kinds of answers."""

import time

import pytest

from app.leichte_sprache import zu_lange_saetze
from app.leistungen.definition import Feldart
from app.leistungen.feldarten import geglaettet, ist_email, pruefe_art, zeichenfehler
from app.leistungen.iban import ist_iban
from app.leistungen.meldungen import TEXTE
from xoev.zeichensatz import din91379_zeichen


@pytest.mark.parametrize(
    ("text", "name", "darin"),
    [
        ("Erika 😀", "zeichen_emoji", "😀"),
        ("👩‍🚀", "zeichen_emoji", "👩"),
        ("שרה", "zeichen_schrift", "Hebräisch"),
        ("محمد", "zeichen_schrift", "Arabisch"),
        ("Иван", "zeichen_schrift", "Kyrillisch"),
        ("Ελένη", "zeichen_schrift", "Griechisch"),
        ("李", "zeichen_schrift", "Chinesisch"),
        ("a\u202eb", "zeichen_steuer", "U+202E"),
        ("a\u0000b", "zeichen_steuer", "U+0000"),
        ("a\ufeffb", "zeichen_steuer", "U+FEFF"),
        ("a\ud800b", "zeichen_steuer", "U+D800"),
        ("a\ufffdb", "zeichen_steuer", "U+FFFD"),
        ("a\u200bb", "zeichen_steuer", "U+200B"),
        ("½☃", "zeichen_emoji", "☃"),
        ("x→y", "zeichen", "→"),
    ],
)
def test_a_character_that_no_office_can_process_is_named(text: str, name: str, darin: str) -> None:
    fehler = zeichenfehler(text)
    assert fehler is not None
    assert fehler.name == name
    assert darin in " ".join(map(str, fehler.angaben.values()))


def test_the_whole_repertoire_is_taken() -> None:
    alle = list(din91379_zeichen())
    for anfang in range(0, len(alle), 100):
        text = geglaettet("mehrzeilig")("x" + "".join(alle[anfang : anfang + 100]) + "x")
        assert pruefe_art("mehrzeilig", text, 2000) is None


def test_what_is_typed_with_separate_accents_is_put_together() -> None:
    assert geglaettet("text")("Mu\u0308ller\u00a0 Lu\u0308 ") == "Müller Lü"
    assert geglaettet("text")("a\u2009b\u3000\tc\n") == "a b c"
    assert geglaettet("mehrzeilig")(" a\u2009b  c \r\n\u2028d\x85") == "a b  c\n\nd"


@pytest.mark.parametrize(
    "text",
    [
        "erika@example.org",
        "erika.muster+markt@post.example.org",
        "o'neill@example.org",
        "a@müller.example",
        "a@b.co",
        "x" * 64 + "@example.org",
    ],
)
def test_addresses_of_mail(text: str) -> None:
    assert ist_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "erika",
        "@example.org",
        "erika@",
        "erika@example",
        "erika@example.1",
        "erika@@example.org",
        "erika@exa mple.org",
        "eri ka@example.org",
        ".erika@example.org",
        "erika.@example.org",
        "eri..ka@example.org",
        "erika@-example.org",
        "erika@example..org",
        "erika@example.org.",
        "x" * 65 + "@example.org",
        "erika@" + "x" * 64 + ".org",
        "müller@example.org",
        "<erika@example.org>",
        "erika@example.org\nbcc:alle@example.org",
    ],
)
def test_what_is_no_address_of_mail(text: str) -> None:
    assert not ist_email(text)


def test_a_hostile_text_costs_no_time() -> None:
    beginn = time.process_time()
    for text in ("a" * 200_000, "a@" + "a." * 100_000, "." * 200_000, "+" * 200_000, "1 " * 100_000):
        for art in ("email", "telefon", "iban", "kennzeichen", "plz"):
            pruefe_art(art, geglaettet(art)(text), 254)
    assert time.process_time() - beginn < 1


@pytest.mark.parametrize(
    ("art", "text", "gut"),
    [
        ("telefon", "05251 88-0", True),
        ("telefon", "+49 (0) 5251 / 88 12 34", True),
        ("telefon", "(+49) 5251 88", True),
        ("telefon", "110", True),
        ("telefon", "12", False),
        ("telefon", "05251 88 App. 5", False),
        ("telefon", "0+49", False),
        ("telefon", "1" * 21, False),
        ("plz", "33098", True),
        ("plz", "0330", False),
        ("plz", "D-33098", False),
        ("plz", "٣٣٠٩٨", False),
        ("kennzeichen", "pb-ab 123", True),
        ("kennzeichen", "PB AB 123", True),
        ("kennzeichen", "HH-X1E", True),
        ("kennzeichen", "B - MW 4711 H", False),
        ("kennzeichen", "PBAB123", False),
        ("kennzeichen", "PB-AB 0123", False),
        ("kennzeichen", "PB-ABC 1", False),
        ("iban", "DE89 3704 0044 0532 0130 00", True),
        ("iban", "nl91 abna 0417 1643 00", True),
        ("iban", "DE89 3704 0044 0532 0130 01", False),
        ("iban", "DE89 3704 0044 0532 0130", False),
        ("iban", "XX89370400440532013000", False),
    ],
)
def test_plates_accounts_and_numbers(art: Feldart, text: str, gut: bool) -> None:
    assert (pruefe_art(art, geglaettet(art)(text), 254) is None) is gut


def test_a_swapped_digit_of_an_account_is_seen() -> None:
    richtig = "DE89370400440532013000"
    assert ist_iban(richtig)
    for i in range(4, len(richtig) - 1):
        if richtig[i] != richtig[i + 1]:
            assert not ist_iban(richtig[:i] + richtig[i + 1] + richtig[i] + richtig[i + 2 :])


def test_every_sentence_has_its_three_languages_and_easy_ones_are_short() -> None:
    for name, texte in TEXTE.items():
        assert len(texte) == 3, name
        assert all(texte), name
        assert zu_lange_saetze(texte[2].replace("{feld}", "Familienname")) == [], name
        assert texte[0] != texte[1], name
