"""`python -m tests.haerte.fuzz json|xml|xml-bytes [libFuzzer's options]`: fuzzing of the intake by coverage.

xml-bytes damages the bytes of messages, the others mostly follow recipes (tests/haerte/rezept.py).

What it finds interesting is kept in build/fuzz/; an input that breaks something is written there, too. It
belongs into tests/haerte/korpus/, where test_ziele.py runs it with every test run.
"""

import json
import random
import sys
from pathlib import Path

import atheris
from lxml import etree

_WURZEL = Path(__file__).resolve().parents[2]
_REZEPTE = 64

with atheris.instrument_imports(include=["app", "xoev"]):
    from tests.haerte.rezept import json_saaten, xml_saaten
    from tests.haerte.ziele import REZEPT, ziel_json, ziel_xml


def _saaten(art: str) -> list[bytes]:
    """Documents to begin with, and recipes."""
    zufall = random.Random(art)
    rezepte = [bytes([REZEPT]) + zufall.randbytes(zufall.randrange(4, 60)) for _ in range(_REZEPTE)]
    if art.startswith("xml"):
        nachrichten = [etree.tostring(saat, encoding="utf-8") for saat in xml_saaten()]
        return nachrichten if art == "xml-bytes" else rezepte + nachrichten
    return rezepte + [json.dumps(saat).encode() for saat in json_saaten()]


def _ziel_bytes(daten: bytes) -> str:
    return ziel_xml(daten.lstrip(bytes([REZEPT])))


def main() -> None:
    """Fuzz one target until libFuzzer's options say stop, or until it breaks."""
    art, *optionen = sys.argv[1:]
    ziel = {"json": ziel_json, "xml": ziel_xml, "xml-bytes": _ziel_bytes}[art]
    ordner = _WURZEL / "build" / "fuzz" / art
    ordner.mkdir(parents=True, exist_ok=True)
    for nummer, saat in enumerate(_saaten(art)):
        (ordner / f"saat-{nummer}").write_bytes(saat)
    korpus = [str(ordner), str(Path(__file__).parent / "korpus" / art.partition("-")[0])]
    fest = [f"-artifact_prefix={ordner.parent}/{art}-", "-timeout=10", "-rss_limit_mb=1024", "-max_len=20000"]
    # Whole messages from the start, not only once short inputs teach nothing new.
    fest.append("-len_control=0")
    atheris.Setup([sys.argv[0], *fest, *optionen, *korpus], lambda daten: ziel(daten) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
