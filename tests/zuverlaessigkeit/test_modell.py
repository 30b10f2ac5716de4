"""The comparison itself: it finds what is missing and what is there too often."""

from tests.zuverlaessigkeit.aussen import Eingang
from tests.zuverlaessigkeit.modell import Abgleich, ohne_wiederholungen


def test_what_is_missing_is_lost_and_what_is_too_many_is_doubled() -> None:
    abgleich = Abgleich()
    abgleich.vergleiche("antrag", ["a", "b"], ["a", "b"])
    assert abgleich.einwandfrei

    abgleich.vergleiche("antrag", ["a", "b"], ["b", "b", "c"])
    assert dict(abgleich.verloren) == {("antrag", "a"): 1}
    assert dict(abgleich.doppelt) == {("antrag", "b"): 1, ("antrag", "c"): 1}
    assert not abgleich.einwandfrei


def test_a_receiver_knows_a_repetition_by_its_mark_and_another_content_is_too_many() -> None:
    abgleich = Abgleich()
    erster, anderer = Eingang("http", "1", b"x"), Eingang("http", "1", b"y")
    assert ohne_wiederholungen(abgleich, [erster, erster, Eingang("email", "1", b"x")]) == [
        erster,
        Eingang("email", "1", b"x"),
    ]
    assert abgleich.einwandfrei
    ohne_wiederholungen(abgleich, [erster, anderer])
    assert dict(abgleich.doppelt) == {("anderer inhalt", "1"): 1}
