"""What the documents name is there: headings, commands with their options, settings, files, targets."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli import amt
from app.settings import Settings

WURZEL = Path(__file__).resolve().parent.parent
TEXTE = sorted([*WURZEL.glob("*.md"), *WURZEL.glob("docs/**/*.md")])
JEDER_TEXT = pytest.mark.parametrize("text", TEXTE, ids=lambda p: str(p.relative_to(WURZEL)))
# Settings of tests and of secrets, which have names of their own.
_WEITERE = re.compile(r"AMT_(GEHEIMNIS_.*|ANBIETER_\w+_SECRET|LANG|BRUCHSTELLE|BRUCHSTELLEN_ERLAUBT)")
_ZAUN = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@JEDER_TEXT
def test_links_lead_somewhere(text: Path) -> None:
    falsch = []
    for ziel, stelle in re.findall(r"\]\((?!https?:|mailto:)([^)#]*)#?([^)]*)\)", text.read_text("utf-8")):
        datei = text.parent / ziel if ziel else text
        if not datei.exists() or (stelle and stelle not in _ueberschriften(datei)):
            falsch.append(f"{ziel}#{stelle}")
    assert falsch == []


def _ueberschriften(datei: Path) -> set[str]:
    """Of a page, as its links name them."""
    zeilen = re.findall(r"^#+ (.+)$", _ZAUN.sub("", datei.read_text("utf-8")), re.MULTILINE)
    worte = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", zeile).lower() for zeile in zeilen]
    return {re.sub(r"[^\w\- ]", "", zeile).replace(" ", "-") for zeile in worte}


@JEDER_TEXT
def test_commands_are_there_with_their_options(text: Path) -> None:
    fehlend = [(zeile, was) for zeile in _aufrufe(text.read_text("utf-8")) for was in _unbekanntes(zeile)]
    assert fehlend == []


def _aufrufe(text: str) -> Iterator[str]:
    """What stands behind `amt` in blocks and between backticks."""
    text = text.replace("\\\n", " ")
    bloecke = [zeile for zaun in _ZAUN.findall(text) for zeile in zaun.splitlines()]
    rest = _ZAUN.sub("", text)
    bloecke += re.findall(r"^    .+$", rest, re.MULTILINE)
    for stueck in [*bloecke, *re.findall(r"`([^`]+)`", rest)]:
        if treffer := re.match(
            r"(?:[\w./=]+ |\s)*(?:\.venv/bin/)?amt ([a-z][^#]*)", " ".join(stueck.split())
        ):
            yield treffer[1]


def _unbekanntes(zeile: str) -> Iterator[str]:
    kommando: Any = typer.main.get_command(amt)
    worte = zeile.split()
    while worte and (woerter := getattr(kommando, "commands", None)):
        # The everyday use of `amt empfaenger` has no word of its own.
        vorgabe = woerter.get("anzeige") if re.search(r"[./A-Z]", worte[0]) else None
        # Several words of one group are named as a|b|c.
        for wort in () if vorgabe else worte[0].split("|"):
            if wort not in woerter:
                yield wort
                return
        kommando = vorgabe or woerter[worte.pop(0).split("|")[0]]
    yield from (wort for wort in worte if wort.startswith("-") and wort not in _optionen(kommando))


def _optionen(kommando: Any) -> set[str]:
    """Of a command and all beneath it."""
    eigene = {name for angabe in kommando.params for name in (*angabe.opts, *angabe.secondary_opts)}
    return {"--help"}.union(eigene, *map(_optionen, getattr(kommando, "commands", {}).values()))


@JEDER_TEXT
def test_options_that_stand_alone_are_some_commands(text: Path) -> None:
    genannt = set(re.findall(r"`(--[a-z-]+)[^`]*`", text.read_text("utf-8")))
    assert genannt - _optionen(typer.main.get_command(amt)) == set()


@JEDER_TEXT
def test_settings_files_and_targets_are_there(text: Path) -> None:
    inhalt = text.read_text("utf-8")
    bekannt = {f"AMT_{name}".upper() for name in Settings.model_fields}
    namen = set(re.findall(r"\bAMT_[A-Z_]*[A-Z]", inhalt)) - {"AMT_GEHEIMNIS", "AMT_ANBIETER_"}
    assert {name for name in namen if name not in bekannt and not _WEITERE.fullmatch(name)} == set()
    pfade = re.findall(r"`((?:app|xoev|tests|docs|openapi|migrations|demo)/[\w./-]+)`", inhalt)
    assert {pfad for pfad in pfade if not (WURZEL / pfad).exists()} == set()
    ziele = set(re.findall(r"`make ([a-z]+)", inhalt))
    assert ziele <= set(re.findall(r"^([a-z]+):", (WURZEL / "Makefile").read_text("utf-8"), re.MULTILINE))


@JEDER_TEXT
def test_operations_of_the_interface_are_there(text: Path) -> None:
    pfade = json.loads((WURZEL / "openapi/openapi.json").read_text("utf-8"))["paths"]
    vorhanden = {(m.upper(), _ohne_namen(pfad)) for pfad, operationen in pfade.items() for m in operationen}
    genannt = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/api/[\w/{}-]+)", text.read_text("utf-8"))
    assert {(methode, _ohne_namen(pfad)) for methode, pfad in genannt} - vorhanden == set()


def _ohne_namen(pfad: str) -> str:
    """Whatever stands for a name or an id."""
    return re.sub(r"\{\w+\}|\b(NAME|ID)\b", "{}", pfad)


def test_the_architecture_names_every_room() -> None:
    bild = _ZAUN.findall((WURZEL / "docs/architecture.md").read_text("utf-8"))[0]
    raeume = {ordner.parent.name for ordner in WURZEL.glob("app/*/__init__.py")}
    assert raeume == {wort for wort in re.findall(r"\b(\w+)/", bild.split("\napp/\n")[1]) if wort in raeume}
