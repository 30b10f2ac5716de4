"""What lies sealed in the database opens with its key, at its place, unchanged; and not otherwise."""

import stat
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import tresor as modul
from app.db.tresor import DatenschluesselFehler, Tresor, TresorVerschlossen, neuer_schluessel, tresor
from app.settings import settings

ALT, NEU = neuer_schluessel(), neuer_schluessel()


@given(klar=st.binary(max_size=300), zweck=st.text(max_size=40))
def test_what_was_sealed_opens_and_does_not_show(klar: bytes, zweck: str) -> None:
    token = Tresor(ALT).verschliesse(klar, zweck)
    assert Tresor(ALT).oeffne(token, zweck) == klar
    assert len(klar) < 8 or klar not in token
    assert token != Tresor(ALT).verschliesse(klar, zweck)


def test_in_another_place_it_opens_nothing() -> None:
    token = Tresor(ALT).verschliesse(b"geheim", "entwurf:1")
    with pytest.raises(TresorVerschlossen):
        Tresor(ALT).oeffne(token, "entwurf:2")


def test_every_changed_byte_shows() -> None:
    token = Tresor(ALT).verschliesse(b"geheim", "entwurf:1")
    for stelle in range(len(token)):
        anders = bytearray(token)
        anders[stelle] ^= 1
        with pytest.raises(TresorVerschlossen):
            Tresor(ALT).oeffne(bytes(anders), "entwurf:1")
        with pytest.raises(TresorVerschlossen):
            Tresor(ALT).oeffne(token[:stelle], "entwurf:1")


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    alt, beide, neu = Tresor(ALT), Tresor(f"{NEU}, {ALT}"), Tresor(NEU)
    frueher = alt.verschliesse(b"geheim", "x")
    assert beide.oeffne(frueher, "x") == b"geheim"
    assert beide.veraltet(frueher)
    jetzt = beide.verschliesse(b"geheim", "x")
    assert not beide.veraltet(jetzt)
    assert jetzt.startswith(neu.anfang)
    assert neu.oeffne(jetzt, "x") == b"geheim"
    with pytest.raises(TresorVerschlossen):
        neu.oeffne(frueher, "x")
    with pytest.raises(TresorVerschlossen):
        alt.oeffne(jetzt, "x")


@pytest.mark.parametrize(
    "schluessel",
    ["", ",", "kurz", b64encode(b"x" * 16).decode(), f"{ALT},falsch!"],
    ids=["none", "comma", "short", "half", "second"],
)
def test_a_wrong_key_is_named_and_not_shown(schluessel: str) -> None:
    with pytest.raises(DatenschluesselFehler, match="AMT_DATENSCHLUESSEL") as fehler:
        Tresor(schluessel)
    assert ALT not in str(fehler.value)


@pytest.fixture
def ohne_schluessel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("AMT_DATENSCHLUESSEL")
    monkeypatch.setenv("AMT_DATENORDNER", str(tmp_path / "daten"))
    settings.cache_clear()
    tresor.cache_clear()
    yield tmp_path / "daten" / modul.DATEI
    monkeypatch.undo()
    settings.cache_clear()
    tresor.cache_clear()


def test_the_embedded_installation_makes_its_own_key_once(ohne_schluessel: Path) -> None:
    token = modul.verschliesse_json({"a": "ä"}, "x")
    assert stat.S_IMODE(ohne_schluessel.stat().st_mode) == 0o600
    tresor.cache_clear()
    assert modul.oeffne_json(token, "x") == {"a": "ä"}
    assert [datei.name for datei in ohne_schluessel.parent.iterdir()] == [modul.DATEI]


def test_beside_a_given_database_the_key_has_to_be_given(
    ohne_schluessel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://hier/amt")
    settings.cache_clear()
    with pytest.raises(DatenschluesselFehler, match="AMT_DATENSCHLUESSEL"):
        tresor()
    assert not ohne_schluessel.exists()
