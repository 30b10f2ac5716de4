"""The examples of the handbook work as they stand."""

import re
from pathlib import Path

import yaml

from app.mandanten import nachtrag
from app.mandanten.einstellungen import Gemeindeeinstellungen
from app.mandanten.zustaendig import gemeinde

_HANDBUCH = Path(__file__).resolve().parents[3] / "docs/handbuch/verwaltung.md"


def beispiele() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", _HANDBUCH.read_text("utf-8"), re.DOTALL)


def test_the_settings_of_the_handbook_leave_nothing_missing() -> None:
    einstellungen = Gemeindeeinstellungen.vorgabe(gemeinde("05758012")).mit(yaml.safe_load(beispiele()[0]))
    assert list(einstellungen.fehlendes()) == []
    genannt = set(yaml.safe_load(beispiele()[0]))
    assert genannt == set(Gemeindeeinstellungen.model_fields), "the handbook shows every setting"


def test_the_merger_of_the_handbook_is_accepted(tmp_path: Path) -> None:
    datei = tmp_path / "fusion.yaml"
    datei.write_text(beispiele()[1], "utf-8")
    assert len(nachtrag.pruefe(datei, tmp_path / "daten").unterschiede) == 5
