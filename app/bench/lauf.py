"""One run of all measurements, each group on a fresh database."""

from collections.abc import Iterator

from app.bench.ausgang import ausgang
from app.bench.bestand import bestand
from app.bench.eingang import eingang
from app.bench.kennzahl import Kennzahl
from app.bench.kette import kette, kette_einzeln
from app.bench.mandanten import mandanten
from app.bench.pruefung import pruefung
from app.bench.stand import pruefstand
from app.bench.umfang import umfang
from app.bench.verlauf import verlauf


def messe(port: int) -> Iterator[Kennzahl]:
    """All figures; the processes that are measured listen on `port` and the one after it."""
    groesse = umfang()
    yield from pruefung()
    with pruefstand(port) as stand:
        yield from eingang(stand, groesse)
        yield ausgang(stand)
    with pruefstand(port) as stand:
        yield from kette(stand, groesse)
    with pruefstand(port) as stand:
        yield kette_einzeln(stand, groesse)
    with pruefstand(port) as klein, pruefstand(port + 1) as gross:
        yield from bestand(klein, gross, groesse)
    with pruefstand(port) as stand:
        yield from verlauf(stand, groesse)
    with pruefstand(port) as stand:
        yield from mandanten(stand, groesse)
