"""The certificate by the reference check for archives (PDF/A-2a) and accessibility (PDF/UA-1)."""

from app.gewerbe.bescheinigung.pdf import setze
from tests.app.gewerbe.bescheinigung.conftest import AUSGESTELLT_AM, bescheinigung
from tests.verapdf import Pruefung
from xoev.zeichensatz import din91379_zeichen

_SICHTBAR = " ".join(zeichen for zeichen in din91379_zeichen() if zeichen.strip())


def test_it_is_archivable_and_accessible(archivtauglich: Pruefung) -> None:
    inhalte = [
        bescheinigung(name, siegelzeile="Stadt Paderborn – Der Bürgermeister")
        for name in ("Erika Musterfrau", f"{_SICHTBAR} " * 20)
    ]
    archivtauglich(*(setze(inhalt, AUSGESTELLT_AM) for inhalt in inhalte))
