"""A broken ZIP is refused with its reason by whoever reads one, whatever zipfile raises."""

import errno
import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.leistungen import austausch
from xoev.release.abgelehnt import Abgelehnt
from xoev.release.archiv import entpacke
from xoev.xdomea.pruefen import pruefe_paket
from xoev.zipfehler import ZipKaputt, nur_heile

_STAMM = "0c1a8f1e-5d39-5bd6-9f0a-2f5f3f1c7b11_Aussonderung.0605"


def _formular(daten: bytes, _: Path) -> None:
    with pytest.raises(austausch.NichtLesbar):
        austausch.lies(daten)


def _akte(daten: bytes, _: Path) -> None:
    assert pruefe_paket(f"{_STAMM}.zip", daten)


def _ausgabe(daten: bytes, ordner: Path) -> None:
    datei = ordner / "a.zip"
    datei.write_bytes(daten)
    with TemporaryDirectory(dir=ordner) as ziel, suppress(Abgelehnt):
        entpacke(datei, Path(ziel))


@pytest.mark.parametrize(
    ("namen", "lies"),
    [
        ((austausch.FORMULAR, austausch.LIZENZ, austausch.ANGABEN, austausch.UNTERSCHRIFT), _formular),
        ((f"{_STAMM}.xml", "anlage.pdf"), _akte),
        (("standard.toml", "a.xsd"), _ausgabe),
    ],
    ids=["form", "package", "release"],
)
@pytest.mark.parametrize("art", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_bytes_that_were_changed_are_refused(
    namen: tuple[str, ...], lies: Callable[[bytes, Path], None], art: int, tmp_path: Path
) -> None:
    puffer, zufall = io.BytesIO(), random.Random(7)
    with zipfile.ZipFile(puffer, "w", art) as archiv:
        for name in namen:
            archiv.writestr(name, zufall.randbytes(200) * 3)
    heil = puffer.getvalue()
    for _ in range(200):
        daten = bytearray(heil)
        for _ in range(zufall.randint(1, 4)):
            daten[zufall.randrange(len(daten))] = zufall.randrange(256)
        lies(bytes(daten), tmp_path)


def test_what_is_not_the_files_fault_passes() -> None:
    with pytest.raises(OSError, match="full"), nur_heile():
        raise OSError(errno.ENOSPC, "full")
    with pytest.raises(Abgelehnt), nur_heile(Abgelehnt):
        raise Abgelehnt("X", "de", "en")
    with pytest.raises(ZipKaputt), nur_heile():
        raise OSError(errno.EINVAL, "seek")
