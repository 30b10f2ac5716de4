"""An installation that is killed, and two at once: a release is there whole or not at all."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.xoev.nachrichten import friseur
from tests.xoev.release import fabrik
from xoev import bundles
from xoev.pruefen import pruefe
from xoev.release.einrichten import installiere

_WURZEL = Path(__file__).resolve().parents[3]
_STERBEN = """
import os, signal, sys
from pathlib import Path
from xoev import bundles
from xoev.release import einrichten
archiv, ordner, wo, davor = sys.argv[1:]
bundles.verwende(Path(ordner))
ziel, _, name = wo.rpartition(".")
halter = getattr(einrichten, ziel) if ziel else einrichten
echt = getattr(halter, name)
def stirb(*was, **wie):
    if davor == "vor":
        os.kill(os.getpid(), signal.SIGKILL)
    echt(*was, **wie)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(halter, name, stirb)
einrichten.installiere(Path(archiv), Path(ordner))
"""


@pytest.fixture
def ordner(tmp_path: Path) -> Iterator[Path]:
    """A folder of releases that others install into."""
    yield tmp_path / "standards"
    bundles.verwende(None)


@pytest.mark.parametrize("wann", ["vor", "nach"])
@pytest.mark.parametrize(
    "wo",
    ["entpacke", "lies_angaben", "pruefe_schemata", "pruefe_in_eigenem_prozess", "_dauerhaft", "Path.rename"],
)
def test_killed_at_any_step(ordner: Path, tmp_path: Path, wo: str, wann: str) -> None:
    zip_ = fabrik.packe(tmp_path / "release.zip", fabrik.dateien())
    lauf = subprocess.run(
        [sys.executable, "-c", _STERBEN, str(zip_), str(ordner), wo, wann], cwd=_WURZEL, check=False
    )
    assert lauf.returncode == -signal.SIGKILL
    bundles.verwende(ordner)
    da = bundles.bundle_fuer_namespace(fabrik.NAMENSRAUM) is not None
    assert da == ((wo, wann) == ("Path.rename", "nach"))
    assert bundles.beschaedigte() == ()
    if not da:
        installiere(zip_, ordner)
    assert pruefe(fabrik.als_neue(friseur())).status == "gueltig"
    assert len(list(ordner.iterdir())) == 2


def test_two_at_once(ordner: Path, tmp_path: Path) -> None:
    zip_ = fabrik.packe(tmp_path / "release.zip", fabrik.dateien())
    laeufe = [
        subprocess.Popen(
            [sys.executable, "-m", "app.cli", "standard", "installieren", str(zip_)],
            env=os.environ | {"AMT_STANDARDS": str(ordner)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=_WURZEL,
        )
        for _ in range(2)
    ]
    gesagt = [lauf.communicate() for lauf in laeufe]
    assert sorted(lauf.returncode for lauf in laeufe) == [0, 1]
    assert "RELEASE-VORHANDEN" in "".join(fehler for _, fehler in gesagt)
    bundles.verwende(ordner)
    assert pruefe(fabrik.als_neue(friseur())).status == "gueltig"
