"""A configuration of providers for one test."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.konto import anmeldung
from app.settings import settings
from tests.app.konto.oidc.kleiner_anbieter import CLIENT_ID, GEHEIMNIS, KleinerAnbieter, laeuft

Konfiguriere = Callable[..., None]


@pytest.fixture
def konfiguriere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Konfiguriere]:
    """Writes the file of providers and makes this process read it."""

    def vergiss() -> None:
        settings.cache_clear()
        anmeldung.anbieter.cache_clear()

    def schreibe(*, demo: bool = True, **anbieter: dict[str, Any]) -> None:
        datei = tmp_path / "anbieter.yaml"
        datei.write_text(yaml.safe_dump({"anbieter": {k.replace("_", "-"): v for k, v in anbieter.items()}}))
        monkeypatch.setenv("AMT_ANBIETER", str(datei))
        monkeypatch.setenv("AMT_DEMO", "true" if demo else "false")
        for name in anbieter:
            monkeypatch.setenv(f"AMT_ANBIETER_{name.upper()}_SECRET", GEHEIMNIS)
        vergiss()

    yield schreibe
    monkeypatch.undo()
    vergiss()


def angaben(issuer: str, **anders: Any) -> dict[str, Any]:
    """A provider for citizens as it stands in the file."""
    usual: dict[str, Any] = {
        "name": {"de": "Probekonto", "en": "Sample account"},
        "art": "buerger",
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "karte": "servicekonto-nrw",
        "abweichend": {"userinfo": False},
        "niveaus": ["basis", "substantiell", "hoch"],
        "demo": True,
    }
    return {name: wert for name, wert in (usual | anders).items() if wert is not None}


@pytest.fixture
async def kleiner(konfiguriere: Konfiguriere) -> AsyncIterator[KleinerAnbieter]:
    """A small provider, configured under the key `probe`."""
    async with laeuft() as anbieter:
        konfiguriere(probe=angaben(anbieter.issuer))
        yield anbieter
