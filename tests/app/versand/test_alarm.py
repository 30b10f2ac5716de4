"""The alarm rules speak of figures that exist, and the manual names each of them."""

import re
from pathlib import Path

import yaml
from prometheus_client import REGISTRY

import app.worker

WURZEL = Path(__file__).resolve().parents[3]
REGELN = WURZEL / "docs" / "monitoring" / "alarm.yml"
_FIGUR = re.compile(r"\bamt_[a-z_]+")


def _ausdruecke() -> dict[str, str]:
    gruppen = yaml.safe_load(REGELN.read_text("utf-8"))["groups"]
    return {regel["alert"]: str(regel["expr"]) for gruppe in gruppen for regel in gruppe["rules"]}


def test_every_figure_of_a_rule_exists() -> None:
    assert app.worker.UEBERFAELLIG is not None, "its import brings the figures"
    vorhanden = {probe.name for figur in REGISTRY.collect() for probe in figur.samples}
    # Figures with labels have no samples before something happens; their family has a name all the same.
    vorhanden |= {f"{figur.name}_total" for figur in REGISTRY.collect()}
    for alarm, ausdruck in _ausdruecke().items():
        figuren = set(_FIGUR.findall(ausdruck))
        assert figuren, alarm
        assert figuren <= vorhanden, alarm


def test_the_manual_names_every_figure_that_wakes_somebody() -> None:
    handbuch = (WURZEL / "docs" / "operations.md").read_text("utf-8")
    assert "monitoring/alarm.yml" in handbuch
    for ausdruck in _ausdruecke().values():
        for figur in _FIGUR.findall(ausdruck):
            assert f"| `{figur}` |" in handbuch, figur


def test_the_age_of_the_oldest_delivery_has_its_alarm() -> None:
    assert any("amt_sendung_aelteste_sekunden" in ausdruck for ausdruck in _ausdruecke().values())
