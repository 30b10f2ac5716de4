"""One run of the measurements, each group on a fresh database."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from app.bench.ausgang import ausgang
from app.bench.bestand import bestand
from app.bench.eingang import eingang
from app.bench.formular import formular
from app.bench.kennzahl import Kennzahl
from app.bench.kette import kette, kette_einzeln
from app.bench.mandanten import mandanten
from app.bench.pruefung import pruefung
from app.bench.seiten import seiten
from app.bench.stand import pruefstand
from app.bench.umfang import Umfang, umfang
from app.bench.verlauf import verlauf


def messe(port: int, nur: Collection[str] = ()) -> Iterator[Kennzahl]:
    """The figures of all groups, or of those that are named.

    The processes that are measured listen on `port` and the three after it.
    """
    groesse = umfang()
    for name, gruppe in GRUPPEN.items():
        if not nur or name in nur:
            yield from gruppe(port, groesse)


def _pruefung(_: int, __: Umfang) -> Iterable[Kennzahl]:
    return pruefung()


def _formular(_: int, __: Umfang) -> Iterable[Kennzahl]:
    return formular()


def _einreichungen(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
    with pruefstand(port) as stand:
        yield from eingang(stand, groesse)
        # They have filled the outbox for the deliveries.
        yield ausgang(stand)


def _kette(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
    with pruefstand(port) as stand:
        yield from kette(stand, groesse)
    with pruefstand(port) as stand:
        yield kette_einzeln(stand, groesse)


def _bestand(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
    with pruefstand(port) as klein, pruefstand(port + 1) as gross:
        yield from bestand(klein, gross, groesse)


def _speicher(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
    with pruefstand(port) as stand:
        yield from verlauf(stand, groesse)


def _mandanten(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
    with pruefstand(port) as stand:
        yield from mandanten(stand, groesse)


def _seiten(port: int, groesse: Umfang) -> Iterator[Kennzahl]:
    with pruefstand(port) as stand:
        yield from seiten(stand, groesse)


Gruppe = Callable[[int, Umfang], Iterable[Kennzahl]]
GRUPPEN: Mapping[str, Gruppe] = {
    "pruefung": _pruefung,
    "formular": _formular,
    "seiten": _seiten,
    "einreichungen": _einreichungen,
    "kette": _kette,
    "bestand": _bestand,
    "speicher": _speicher,
    "mandanten": _mandanten,
}
