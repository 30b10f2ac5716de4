"""The comparison itself: it finds what is missing and what is there too often."""

from tests.zuverlaessigkeit.modell import Abgleich


def test_what_is_missing_is_lost_and_what_is_too_many_is_doubled() -> None:
    abgleich = Abgleich()
    abgleich.vergleiche("antrag", ["a", "b"], ["a", "b"])
    assert abgleich.einwandfrei

    abgleich.vergleiche("antrag", ["a", "b"], ["b", "b", "c"])
    assert dict(abgleich.verloren) == {("antrag", "a"): 1}
    assert dict(abgleich.doppelt) == {("antrag", "b"): 1, ("antrag", "c"): 1}
    assert not abgleich.einwandfrei
