"""The exchange folder: a receiver sees a file whole or not at all, and never twice."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from app.settings import settings
from app.versand.bau import Sendungsbild
from app.versand.channels import kanal_namens, ordner
from app.versand.channels.basis import Zustellfehler
from app.versand.channels.ordner import Ordner, OrdnerOptionen
from app.versand.nachricht import Nachricht
from tests.xoev.xdomea.test_sgo_ablegen import ABLAGE
from xoev.xdomea.paket import name_des_pakets, packe

JETZT = datetime(2026, 11, 21, tzinfo=UTC)
OPTIONEN = OrdnerOptionen(ordner="paderborn-dms")
SENDUNG = Sendungsbild(
    UUID(int=1), "05774032", UUID(int=2), "xdomea", UUID(int=3), "dms-05774032", "dms", "ordner", {}, JETZT, 1
)
NACHRICHT = Nachricht.packe(b"<probe/>")
NAME = f"{SENDUNG.id}.xml"


@pytest.fixture
def ausgang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what goes out."""
    monkeypatch.setenv("AMT_AUSTAUSCH_ORDNER", str(tmp_path))
    settings.cache_clear()
    for richtung in ("ausgang", "eingang"):
        (tmp_path / "paderborn-dms" / richtung).mkdir(parents=True)
    return tmp_path / "paderborn-dms" / "ausgang"


@pytest.fixture(autouse=True)
def _eigene_einstellungen() -> Any:
    yield
    settings.cache_clear()


async def stelle_zu(nachricht: Nachricht = NACHRICHT) -> None:
    await Ordner().zustellen(SENDUNG, nachricht, OPTIONEN, JETZT)


def dateien(ordner: Path) -> dict[str, bytes]:
    return {datei.name: datei.read_bytes() for datei in ordner.iterdir()}


async def test_file_and_done_file_lie_there_and_nothing_else(ausgang: Path) -> None:
    await stelle_zu()
    assert dateien(ausgang) == {NAME: b"<probe/>", f"{NAME}.fertig": b""}


async def test_package_has_the_name_of_its_message(ausgang: Path) -> None:
    paket = packe(ABLAGE)
    assert name_des_pakets(paket.inhalt) == paket.dateiname
    assert name_des_pakets(b"<probe/>") is None
    await stelle_zu(Nachricht.packe(paket.inhalt))
    assert (ausgang / paket.dateiname).read_bytes() == paket.inhalt


async def test_second_attempt_leaves_alone_what_the_receiver_may_be_reading(ausgang: Path) -> None:
    await stelle_zu()
    vorher = (ausgang / NAME).stat()
    await stelle_zu()
    assert (ausgang / NAME).stat().st_ino == vorher.st_ino
    assert len(dateien(ausgang)) == 2


async def test_what_is_sent_again_lies_there_even_if_an_old_done_file_does(ausgang: Path) -> None:
    """A receiver that took the package and broke off leaves the done-file behind."""
    await stelle_zu()
    (ausgang / NAME).unlink()
    await stelle_zu()
    assert dateien(ausgang) == {NAME: b"<probe/>", f"{NAME}.fertig": b""}


async def test_old_package_of_the_same_name_does_not_stand_for_the_new_one(ausgang: Path) -> None:
    await stelle_zu()
    (ausgang / NAME).write_bytes(b"<anderes/>")
    await stelle_zu()
    assert dateien(ausgang) == {NAME: b"<probe/>", f"{NAME}.fertig": b""}


@pytest.mark.parametrize("endung", [".fertig", ""])
async def test_links_in_the_folder_lead_nowhere(ausgang: Path, tmp_path: Path, endung: str) -> None:
    """The folder belongs to the receiver's machine, too."""
    fremd = tmp_path / "fremd"
    fremd.write_bytes(b"unberuehrt")
    fuehrt = ausgang / (f".{SENDUNG.id}.teil" if not endung else f"{NAME}{endung}")
    fuehrt.symlink_to(fremd)
    await stelle_zu()
    assert fremd.read_bytes() == b"unberuehrt"
    assert dateien(ausgang)[NAME] == b"<probe/>"
    assert not (ausgang / NAME).is_symlink()


@pytest.mark.parametrize("bei", ["fsync", "replace", "touch"])
async def test_attempt_that_breaks_off_anywhere_is_made_good_by_the_next(
    ausgang: Path, monkeypatch: pytest.MonkeyPatch, bei: str
) -> None:
    def bricht(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "voll")

    with monkeypatch.context() as stoerung:
        stoerung.setattr(os if bei == "fsync" else Path, bei, bricht)
        with pytest.raises(Zustellfehler) as fehler:
            await stelle_zu()
    assert fehler.value.code == "ordner_voll"
    assert not (ausgang / f"{NAME}.fertig").exists()
    await stelle_zu()
    assert dateien(ausgang) == {NAME: b"<probe/>", f"{NAME}.fertig": b""}


async def test_done_file_comes_after_the_file(ausgang: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gesehen: list[set[str]] = []
    sichere = ordner._sichere

    def schaue(pfad: Path) -> None:
        gesehen.append({datei.name for datei in pfad.iterdir()})
        sichere(pfad)

    monkeypatch.setattr(ordner, "_sichere", schaue)
    await stelle_zu()
    assert gesehen == [{NAME}, {NAME, f"{NAME}.fertig"}]


@pytest.mark.parametrize("name", ["../x", "/etc", "a/b", "", ".", "-x", "a" * 65, "ä"])
def test_options_name_no_path(name: str) -> None:
    with pytest.raises(ValidationError):
        kanal_namens("ordner").optionen({"ordner": name})


async def test_folder_that_is_not_there_is_told(ausgang: Path) -> None:
    assert await Ordner().check_config(OPTIONEN) == ()
    fremd = OrdnerOptionen(ordner="fremd")
    assert [mangel.code for mangel in await Ordner().check_config(fremd)] == ["ordner_fehlt"]
    with pytest.raises(Zustellfehler, match="ordner_fehlt"):
        await Ordner().zustellen(SENDUNG, NACHRICHT, fremd, JETZT)


async def test_without_a_setting_nothing_is_written() -> None:
    assert [mangel.code for mangel in await Ordner().check_config(OPTIONEN)] == ["nicht_eingerichtet"]
    with pytest.raises(Zustellfehler, match="nicht_eingerichtet"):
        await stelle_zu()
