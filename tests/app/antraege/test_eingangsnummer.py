"""Receipt numbers survive the telephone: mistakes show."""

import random

from app.antraege.eingangsnummer import ALPHABET, lies_eingangsnummer, neue_eingangsnummer


def test_numbers_are_random_and_read_back() -> None:
    nummern = {neue_eingangsnummer() for _ in range(500)}
    assert len(nummern) == 500
    for nummer in nummern:
        assert lies_eingangsnummer(nummer) == nummer
        assert len(nummer.removeprefix("EB-").replace("-", "")) == 16


def test_reading_forgives_case_spaces_and_lookalikes() -> None:
    nummer = "EB-0000-0000-0000-0110"
    while "0" not in nummer[3:] or "1" not in nummer[3:] or lies_eingangsnummer(nummer) is None:
        nummer = neue_eingangsnummer()
    gelesen = nummer[3:].replace("0", "o").replace("1", "l").lower().replace("-", " ")
    assert lies_eingangsnummer(f" eb {gelesen} ") == nummer


def test_one_wrong_or_two_swapped_characters_show() -> None:
    zufall = random.Random(1)
    for _ in range(200):
        zeichen = list(neue_eingangsnummer().removeprefix("EB-").replace("-", ""))
        stelle = zufall.randrange(16)
        falsch = zeichen.copy()
        falsch[stelle] = zufall.choice([z for z in ALPHABET if z != zeichen[stelle]])
        assert lies_eingangsnummer("".join(falsch)) is None
        i, j = zufall.sample(range(16), 2)
        getauscht = zeichen.copy()
        getauscht[i], getauscht[j] = getauscht[j], getauscht[i]
        assert getauscht == zeichen or lies_eingangsnummer("".join(getauscht)) is None


def test_nonsense_is_no_number() -> None:
    for eingabe in ("", "EB", "EB-U", "x" * 500, "EB-7K3M-9QX2"):
        assert lies_eingangsnummer(eingabe) is None
