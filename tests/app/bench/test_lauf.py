"""Groups of figures can be measured alone."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from app.bench import lauf
from app.bench.kennzahl import Kennzahl
from app.bench.umfang import Umfang
from app.cli import amt


def _gruppe(name: str) -> lauf.Gruppe:
    def eine(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
        yield Kennzahl(f"{name}_{port}", 1.0, "1/s", None, None, 0.5, True)

    return eine


@pytest.fixture(autouse=True)
def gruppen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups that measure nothing."""
    monkeypatch.setattr(lauf, "GRUPPEN", {name: _gruppe(name) for name in ("a", "b", "c")})


def test_all_or_those_that_are_named() -> None:
    assert [eine.name for eine in lauf.messe(7)] == ["a_7", "b_7", "c_7"]
    assert [eine.name for eine in lauf.messe(7, ["c", "a"])] == ["a_7", "c_7"]


@pytest.mark.parametrize("falsch", [["--nur", "d"], ["--nur", "a", "--seite", "x.md"]])
def test_what_makes_no_sense_is_refused(falsch: list[str]) -> None:
    assert CliRunner().invoke(amt, ["bench", *falsch]).exit_code == 2
