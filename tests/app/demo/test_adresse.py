"""Re-addressing changes the town and nothing else, and never breaks on rubbish."""

import json

import pytest
from lxml import etree

from app.demo.adresse import fremde_gemeinden, umadressiert
from tests.conftest import shared

COTTBUS, PADERBORN = "12052000", "05774032"


def test_official_message_moves_to_paderborn() -> None:
    daten = shared("data/xgewerbeanzeige/examples/xgwa2.2-valid.xml").read_bytes()
    assert fremde_gemeinden(daten) == (COTTBUS,)
    neu = umadressiert(daten, PADERBORN)
    assert fremde_gemeinden(neu) == ()
    alt_texte, neu_texte = ([e.text for e in etree.fromstring(b).iter("{*}*")] for b in (daten, neu))
    unterschiede = {(a, n) for a, n in zip(alt_texte, neu_texte, strict=True) if a != n}
    assert unterschiede == {(COTTBUS, PADERBORN)}


def test_json_moves() -> None:
    daten = json.dumps({"form": "A1", "gemeinde": COTTBUS}).encode()
    assert fremde_gemeinden(daten) == (COTTBUS,)
    assert json.loads(umadressiert(daten, PADERBORN)) == {"form": "A1", "gemeinde": PADERBORN}


@pytest.mark.parametrize("daten", [b"", b"<", b"{", b'{"form": "A1"}', b"[1]", b"\xff\xfe<\x00", b"<a/>"])
def test_rubbish_names_no_town(daten: bytes) -> None:
    assert fremde_gemeinden(daten) == ()
    umadressiert(daten, PADERBORN)
