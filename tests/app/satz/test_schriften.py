"""Our PDFs must be able to set every name the register may hold."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.satz.schriften import SCHNITTE, SchriftenFehlen, schriften_ordner

# Letters that only DIN 91379 asks for: capital sharp s, dotted and hooked letters, combining marks.
SELTENE = "ẞȦȧẘẙḌḍḤḥṬṭỌọƁŊŋƏəǾǿŁłŐőȘșȚț" + "\u0300\u0304\u030c\u0323\u0331\u035f"


@pytest.mark.parametrize("schnitt", SCHNITTE)
def test_fonts_are_truetype_and_know_rare_letters(schnitt: str) -> None:
    with TTFont(schriften_ordner() / f"{schnitt}.ttf") as schrift:
        assert schrift.flavor is None
        bekannt = schrift.getBestCmap()
    assert [z for z in SELTENE if ord(z) not in bekannt] == []


def test_missing_source_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SchriftenFehlen, match="make install"):
        schriften_ordner(quelle=tmp_path, ziel=tmp_path / "ziel")
