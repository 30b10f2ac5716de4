"""The certificate by the reference check for archives (PDF/A-2a) and accessibility (PDF/UA-1)."""

import pytest

from app.gewerbe.bescheinigung.pdf import setze
from tests.app.gewerbe.bescheinigung.conftest import AUSGESTELLT_AM, bescheinigung
from tests.verapdf import Pruefung
from xoev.zeichensatz import din91379_zeichen

_SICHTBAR = " ".join(zeichen for zeichen in din91379_zeichen() if zeichen.strip())


@pytest.mark.parametrize("name", ["Erika Musterfrau", f"{_SICHTBAR} " * 20])
def test_it_is_archivable_and_accessible(name: str, archivtauglich: Pruefung) -> None:
    inhalt = bescheinigung(name, siegelzeile="Stadt Paderborn – Der Bürgermeister")
    archivtauglich(setze(inhalt, AUSGESTELLT_AM))
