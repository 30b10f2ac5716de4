"""A service in a signed ZIP: whatever is changed on the way is noticed, whatever is hostile is refused."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.leistungen.austausch import ANGABEN, FORMULAR, UNTERSCHRIFT, Einsatz, NichtLesbar, lies, packe
from tests.app.leistungen.beispiel import formular, geaendert

SCHLUESSEL = Ed25519PrivateKey.generate()


def _paket(schluessel: Ed25519PrivateKey = SCHLUESSEL, gemeinde: str = "Paderborn") -> bytes:
    return packe(
        formular(),
        ags="05774032",
        gemeinde=gemeinde,
        einsatz=Einsatz(zustand="angeboten", antraege=12),
        schluessel=schluessel,
    )


def _teile(daten: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(daten)) as archiv:
        return {name: archiv.read(name) for name in archiv.namelist()}


def _zip(teile: dict[str, bytes]) -> bytes:
    ausgabe = io.BytesIO()
    with zipfile.ZipFile(ausgabe, "w", zipfile.ZIP_DEFLATED) as archiv:
        for name, daten in teile.items():
            archiv.writestr(name, daten)
    return ausgabe.getvalue()


def test_what_was_packed_is_read() -> None:
    paket = lies(_paket())
    assert paket.formular.hash == formular().hash
    assert paket.angaben.einsatz.antraege == 12
    assert paket.herkunft["gemeinde"] == "Paderborn"
    assert paket.fingerabdruck == lies(_paket()).fingerabdruck
    assert paket.fingerabdruck != lies(_paket(Ed25519PrivateKey.generate())).fingerabdruck


def _anderes_formular(teile: dict[str, bytes]) -> None:
    anderes = geaendert(lambda inhalt: inhalt.update(dauer_minuten=5))
    teile[FORMULAR] = json.dumps(anderes.inhalt).encode()


def _andere_gemeinde(teile: dict[str, bytes]) -> None:
    teile[ANGABEN] = teile[ANGABEN].replace(b"Paderborn", b"Bielefeld")


def _fremde_unterschrift(teile: dict[str, bytes]) -> None:
    teile[UNTERSCHRIFT] = _teile(_paket(gemeinde="Bielefeld"))[UNTERSCHRIFT]


def _keine_unterschrift(teile: dict[str, bytes]) -> None:
    teile[UNTERSCHRIFT] = b"{}"


def _kein_json(teile: dict[str, bytes]) -> None:
    teile[UNTERSCHRIFT] = b"[" * 100_000


def _ein_teil_mehr(teile: dict[str, bytes]) -> None:
    teile["../../etc/cron.d/boese"] = b"* * * * * root true"


def _ein_teil_weniger(teile: dict[str, bytes]) -> None:
    del teile["LICENSE"]


def _bombe(teile: dict[str, bytes]) -> None:
    teile[FORMULAR] = b" " * (64 * 1024 * 1024)


@pytest.mark.parametrize(
    "veraendere",
    [
        _anderes_formular,
        _andere_gemeinde,
        _fremde_unterschrift,
        _keine_unterschrift,
        _kein_json,
        _ein_teil_mehr,
        _ein_teil_weniger,
        _bombe,
    ],
)
def test_what_was_changed_is_refused(veraendere: Callable[[dict[str, bytes]], None]) -> None:
    teile = _teile(_paket())
    veraendere(teile)
    with pytest.raises(NichtLesbar):
        lies(_zip(teile))


@pytest.mark.parametrize("daten", [b"", b"PK\x03\x04", b"<html>", _paket()[:500]])
def test_what_is_no_zip_is_refused(daten: bytes) -> None:
    with pytest.raises(NichtLesbar):
        lies(daten)
