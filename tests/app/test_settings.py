"""Settings: documented, one and all, and refused with words where they contradict each other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings

WURZEL = Path(__file__).resolve().parents[2]
_ZEILE = re.compile(r"^\| `(DATABASE_URL|AMT_[A-Z_]+)` \| (.+?) \|", re.MULTILINE)
# Defaults that depend on the place or are left to be made; the table says so in words.
_IN_WORTEN = {
    "DATABASE_URL",
    "AMT_WERK_DATABASE_URL",
    "AMT_MIGRATION_DATABASE_URL",
    "AMT_ANKER_DATEI",
    "AMT_DATENORDNER",
    "AMT_STANDARDS",
    "AMT_GEMEINDEDATEN",
    "AMT_BASIS_URL",
    "AMT_TOKEN_KEY",
    "AMT_DATENSCHLUESSEL",
    "AMT_TAUSCHSCHLUESSEL",
}


def _dokumentiert() -> dict[str, str]:
    return dict(_ZEILE.findall((WURZEL / "docs" / "operations.md").read_text("utf-8")))


def _vorhanden() -> dict[str, object]:
    return {
        str(feld.validation_alias or f"AMT_{name.upper()}"): feld.default
        for name, feld in Settings.model_fields.items()
    }


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert set(_dokumentiert()) == set(_vorhanden())


def test_the_documented_defaults_are_the_real_ones() -> None:
    for name, wert in _vorhanden().items():
        if name not in _IN_WORTEN:
            erwartet = "–" if wert is None else f"`{str(wert).lower() if isinstance(wert, bool) else wert}`"
            assert _dokumentiert()[name] == erwartet, name


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://hier/amt")
    monkeypatch.setenv("AMT_PORT", "8080")
    monkeypatch.setenv("AMT_BASIS_URL", "https://amt.example/")
    einstellungen = Settings()
    assert einstellungen.database_url == SecretStr("postgresql://hier/amt")
    assert einstellungen.port == 8080
    assert einstellungen.adresse == "https://amt.example"
    assert "hier" not in repr(einstellungen)


def test_an_owner_without_a_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_MIGRATION_DATABASE_URL", "postgresql://hier/amt")
    with pytest.raises(ValidationError, match="DATABASE_URL"):
        Settings()


def test_time_stamps_that_could_not_be_checked_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_TSA_URL", "https://tsa.example/")
    with pytest.raises(ValidationError, match="AMT_TSA_ZERTIFIKATE"):
        Settings()


def test_anchors_lie_beside_an_embedded_database_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMT_DATENORDNER", "/daten")
    assert Settings().ankerdatei == Path("/daten/journal-anker.jsonl")
    monkeypatch.setenv("DATABASE_URL", "postgresql://hier/amt")
    assert Settings().ankerdatei is None
    monkeypatch.setenv("AMT_ANKER_DATEI", "/anderswo/anker.jsonl")
    assert Settings().ankerdatei == Path("/anderswo/anker.jsonl")


def test_the_command_line_names_a_bad_setting_without_its_value() -> None:
    ergebnis = subprocess.run(
        [sys.executable, "-m", "app.cli", "klient", "liste"],
        cwd=WURZEL,
        env=os.environ | {"AMT_TOKEN_GUELTIG": "geheim-und-falsch"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ergebnis.returncode == 2
    assert "token_gueltig" in ergebnis.stderr
    assert "geheim-und-falsch" not in ergebnis.stderr
    assert "Traceback" not in ergebnis.stderr
