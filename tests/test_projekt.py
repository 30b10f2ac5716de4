"""The project's own files: what they promise about each other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings

WURZEL = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": 51, "requirements-runtime.lock": 51, "requirements-xslt2.lock": 1}
"""With the least number of their entries."""


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_locks_name_no_index_host(name: str) -> None:
    # What a package asks its users to fund is no host to fetch it from.
    text = re.sub(r"\"url\": \"https://[^\"]*\"", "", (WURZEL / name).read_text("utf-8"))
    assert re.findall(r"(?:https?://|--index|\"resolved\").*", text) == []


def test_every_requirement_is_pinned_with_hashes() -> None:
    for name, mindestens in LOCKS.items():
        eintraege = re.split(
            r"\n(?=[a-z0-9])", (WURZEL / name).read_text("utf-8").strip(), flags=re.IGNORECASE
        )
        assert len(eintraege) >= mindestens
        assert [e.splitlines()[0] for e in eintraege if "==" not in e or "--hash=sha256:" not in e] == []


def test_what_the_image_may_have_in_addition_is_what_is_tested() -> None:
    extra = tomllib.loads((WURZEL / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    verlangt = {re.split(r"[\[><=]", eintrag)[0] for eintrag in extra["xslt2"]}
    eintraege = (WURZEL / "requirements-xslt2.lock").read_text("utf-8")
    assert set(re.findall(r"^([a-z0-9-]+)==", eintraege, re.MULTILINE)) == verlangt
    assert eintraege.strip() in (WURZEL / "requirements.lock").read_text("utf-8")
    assert "${XSLT2:+-r requirements-xslt2.lock}" in (WURZEL / "Dockerfile").read_text("utf-8")


def test_image_has_no_development_tools() -> None:
    dev = tomllib.loads((WURZEL / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][
        "dev"
    ]
    namen = {re.split(r"[\[><=]", eintrag)[0] for eintrag in dev}
    laufzeit = (WURZEL / "requirements-runtime.lock").read_text("utf-8")
    assert {name for name in namen if re.search(rf"^{name}==", laufzeit, re.MULTILINE)} == set()


@pytest.fixture
def compose() -> dict[str, Any]:
    inhalt = yaml.safe_load((WURZEL / "compose.yaml").read_text("utf-8"))
    dienste: dict[str, Any] = inhalt["services"]
    return dienste


def test_compose_knows_the_settings_it_names(compose: dict[str, Any]) -> None:
    bekannt = {f"AMT_{name}".upper() for name in Settings.model_fields} | {"DATABASE_URL"}
    for name in ("api", "worker", "migration"):
        assert set(compose[name]["environment"]) <= bekannt, name


def test_compose_holds_no_secret(compose: dict[str, Any]) -> None:
    for name, dienst in compose.items():
        for schluessel, wert in dienst.get("environment", {}).items():
            if re.search("PASSWORD|KEY|URL", schluessel) and schluessel != "AMT_BASIS_URL":
                assert re.search(r"\$\{\w+:\?\}", wert), (name, schluessel)


def test_image_runs_without_root() -> None:
    anweisungen = (WURZEL / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER \d+$", anweisungen, re.MULTILINE)
    assert "HEALTHCHECK" in anweisungen
    assert "EXPOSE 8000" in anweisungen


def test_licence_is_whole() -> None:
    text = (WURZEL / "LICENSE").read_text("utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert [n for n in range(1, 16) if not re.search(rf"^{n}\.\s?[A-Z]", text, re.MULTILINE)] == []
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text
