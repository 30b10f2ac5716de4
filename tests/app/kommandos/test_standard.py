"""`amt standard`: install, list, remove, and say why not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.xoev.nachrichten import friseur
from tests.xoev.release import fabrik


class Amt:
    """The command line with its own folder of releases."""

    def __init__(self, ordner: Path) -> None:
        self._umgebung = os.environ | {"AMT_STANDARDS": str(ordner / "standards")}

    def __call__(self, *worte: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *map(str, worte)],
            capture_output=True,
            text=True,
            env=self._umgebung,
            check=False,
        )


@pytest.fixture
def amt(tmp_path: Path) -> Amt:
    return Amt(tmp_path)


def test_install_list_check_remove(amt: Amt, tmp_path: Path) -> None:
    zip_ = fabrik.packe(tmp_path / "release.zip", fabrik.dateien())
    lauf = amt("standard", "installieren", zip_)
    assert lauf.returncode == 0, lauf.stderr
    assert "XGewerbe 9.0" in lauf.stdout
    assert "gesendet ab 01.05.2027" in lauf.stdout
    liste = json.loads(amt("standard", "liste", "--json").stdout)
    assert [(eines["version"], eines["eingerichtet"]) for eines in liste] == [
        ("2.1", False),
        ("2.2", False),
        ("9.0", True),
    ]
    assert "mitgeliefert" in amt("standard", "liste").stdout
    datei = tmp_path / "nachricht.xml"
    datei.write_bytes(fabrik.als_neue(friseur()))
    geprueft = amt("pruefen", datei)
    assert (geprueft.returncode, "gültig (XGewerbe 9.0" in geprueft.stdout) == (0, True), geprueft.stdout
    assert amt("standard", "entfernen", "XGewerbe", "9.0").returncode == 0
    assert amt("standard", "entfernen", "XGewerbe", "9.0").returncode == 2
    assert amt("pruefen", datei).returncode == 2


def test_a_refusal_says_why(amt: Amt, tmp_path: Path) -> None:
    zip_ = fabrik.packe(tmp_path / "release.zip", fabrik.dateien(regeln='["regeln.sch"]'))
    lauf = amt("standard", "installieren", zip_)
    assert (lauf.returncode, "(RELEASE-SCH)" in lauf.stderr) == (1, True)
    antwort = json.loads(amt("standard", "installieren", zip_, "--json").stdout)
    assert (antwort["status"], antwort["rule"]) == ("abgelehnt", "RELEASE-SCH")
    assert "XSLT" in antwort["text"]["en"]
    fehlt = amt("standard", "installieren", tmp_path / "fehlt.zip")
    assert (fehlt.returncode, "Traceback" in fehlt.stderr) == (2, False)
    assert "fehlt.zip" in fehlt.stderr


def test_a_manifest_from_beside_and_a_damaged_folder(amt: Amt, tmp_path: Path) -> None:
    dateien = fabrik.dateien()
    (tmp_path / "b.toml").write_bytes(dateien.pop("bundle.toml"))
    zip_ = fabrik.packe(tmp_path / "release.zip", dateien)
    assert amt("standard", "installieren", zip_, "--manifest", tmp_path / "b.toml").returncode == 0
    (ordner,) = (tmp_path / "standards").glob("XGewerbe*")
    (ordner / "bundle.toml").write_text("=")
    lauf = amt("standard", "liste")
    assert (lauf.returncode, ordner.name in lauf.stderr) == (1, True)
