"""New rows, noted while a transaction works and written together by one statement.

One by one, each costs a journey to the database and SQLAlchemy's unit of work; a submission has some thirty.
The statement comes from the definition of the tables (app/*/models.py) and is made once for each composition
of rows: an `INSERT ... SELECT` for each table (from `unnest` where it has several, but for what all of them
have in common), all in one `WITH`.
PostgreSQL checks references at the statement's end, so the order of the tables does not matter.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    ColumnCollection,
    ColumnElement,
    FromClause,
    Insert,
    String,
    Text,
    bindparam,
    column,
    func,
    insert,
    select,
)
from sqlalchemy import inspect as untersuche
from sqlalchemy.dialects.postgresql import ARRAY, asyncpg
from sqlalchemy.sql.schema import CallableColumnDefault
from sqlalchemy.types import TypeEngine

from app.db.basis import Base, als_json

_DIALEKT = asyncpg.dialect(json_serializer=als_json)  # type: ignore[no-untyped-call]
_AUS_ZEILE = "aus_zeile"
# From so many rows on it is looked for what they have in common.
_AB = 4
_Zeile = TypeVar("_Zeile", bound=Base)
_Quelle = ColumnCollection[str, Any]

_Wandler = Callable[[Any], Any]


class Anweisung(NamedTuple):
    """A statement of the driver with its values in their order."""

    text: str
    werte: tuple[Any, ...]


class Teil(NamedTuple):
    """Rows of one model that give the same columns."""

    modell: type[Base]
    gegeben: tuple[str, ...]
    gleich: frozenset[str]
    """Columns in which all of the rows say the same: they are sent once."""


class _Form(NamedTuple):
    """A statement without its values: for each place the table's number, the column, how it is converted."""

    text: str
    stellen: tuple[tuple[int, str, _Wandler | None], ...]


def aus_zeile(ausdruck: Callable[[_Quelle], ColumnElement[Any]]) -> dict[str, Any]:
    """`info=` of a column that the database works out from the row's other columns where it is not given."""
    return {_AUS_ZEILE: ausdruck}


class Vormerkung:
    """The rows of one transaction that are not written yet."""

    def __init__(self) -> None:
        """None at first."""
        self._zeilen: list[tuple[type[Base], dict[str, Any]]] = []
        self._objekte: dict[tuple[type[Base], Any], Base] = {}

    def __bool__(self) -> bool:
        """True where something is to be written."""
        return bool(self._zeilen)

    def nimm(self, zeile: Base) -> None:
        """Note an object; what its model makes in Python (its id) is there at once."""
        modell = type(zeile)
        for name, vorgabe in _vorgaben(modell).items():
            if name not in vars(zeile):
                setattr(zeile, name, vorgabe(None))
        self._zeilen.append((modell, vars(zeile)))
        self._objekte[modell, vars(zeile).get("id")] = zeile

    def nimm_werte(self, modell: type[Base], werte: dict[str, Any]) -> None:
        """Note a row that nobody needs as an object."""
        for name, vorgabe in _vorgaben(modell).items():
            if name not in werte:
                werte[name] = vorgabe(None)
        self._zeilen.append((modell, werte))

    def finde(self, modell: type[_Zeile], id_: UUID) -> _Zeile | None:
        """The object with this id, while it can still be changed in place."""
        return cast("_Zeile | None", self._objekte.get((modell, id_)))

    def verwirf(self) -> None:
        """Forget them."""
        self._zeilen, self._objekte = [], {}

    def entnimm(self) -> Anweisung:
        """What writes them; they are no longer noted."""
        gruppen: dict[tuple[type[Base], tuple[str, ...]], list[dict[str, Any]]] = {}
        for modell, werte in self._zeilen:
            gegeben = tuple([name for name in _spalten(modell) if name in werte])
            gruppen.setdefault((modell, gegeben), []).append(werte)
        self.verwirf()
        teile = [
            Teil(modell, gegeben, _gleiche(modell, gegeben, zeilen))
            for (modell, gegeben), zeilen in gruppen.items()
        ]
        gruppe, form = list(gruppen.values()), _form(tuple(teile))
        return Anweisung(
            form.text,
            tuple(
                [
                    _wert(gruppe[nr][:1] if name in teile[nr].gleich else gruppe[nr], name, wandle)
                    for nr, name, wandle in form.stellen
                ]
            ),
        )


def _gleiche(modell: type[Base], namen: tuple[str, ...], zeilen: list[dict[str, Any]]) -> frozenset[str]:
    """All columns of a row that is alone; of few rows none, or there would be too many statements."""
    if len(zeilen) == 1:
        return frozenset(namen)
    if len(zeilen) < _AB:
        return frozenset()
    vergleichbar = _vergleichbar(modell)
    return frozenset(
        [
            name
            for name in namen
            if name in vergleichbar
            and (werte := [zeile[name] for zeile in zeilen]).count(werte[0]) == len(werte)
        ]
    )


def _wert(zeilen: list[dict[str, Any]], name: str, wandle: _Wandler | None) -> Any:
    werte = [zeile[name] for zeile in zeilen]
    if wandle is not None:
        werte = [None if wert is None else wandle(wert) for wert in werte]
    return werte[0] if len(werte) == 1 else werte


@cache
def _spalten(modell: type[Base]) -> dict[str, Column[Any]]:
    """The columns of a model by the name of their attribute."""
    return dict(untersuche(modell).columns.items())


@cache
def _vergleichbar(modell: type[Base]) -> frozenset[str]:
    # 1 and True are the same to Python, not to JSON.
    return frozenset(name for name, spalte in _spalten(modell).items() if not isinstance(spalte.type, JSON))


@cache
def _vorgaben(modell: type[Base]) -> dict[str, Callable[[Any], Any]]:
    return {
        name: spalte.default.arg
        for name, spalte in _spalten(modell).items()
        if isinstance(spalte.default, CallableColumnDefault)
    }


@lru_cache(maxsize=256)
def _form(teile: tuple[Teil, ...]) -> _Form:
    einfuegungen = [_einfuegung(nummer, teil) for nummer, teil in enumerate(teile)]
    *andere, letzte = einfuegungen
    benannt = [eine.cte(f"tabelle_{nummer}") for nummer, eine in enumerate(andere)]
    # Without a SELECT around it: a result that nobody reads costs SQLAlchemy a tenth of a millisecond.
    fertig = letzte.add_cte(*benannt).compile(dialect=_DIALEKT)
    stellen = []
    for platz in fertig.positiontup or ():
        nummer, _, name = platz.partition("_")
        typ = _spalten(teile[int(nummer)].modell)[name].type
        stellen.append((int(nummer), name, typ.dialect_impl(_DIALEKT).bind_processor(_DIALEKT)))
    return _Form(str(fertig), tuple(stellen))


def _einfuegung(nummer: int, teil: Teil) -> Insert:
    spalten = {name: _spalten(teil.modell)[name] for name in teil.gegeben}
    quelle = _quelle(nummer, teil, spalten)
    berechnet = {
        spalte.name: spalte.info[_AUS_ZEILE](quelle.c)
        for name, spalte in _spalten(teil.modell).items()
        if _AUS_ZEILE in spalte.info and name not in spalten
    }
    return insert(teil.modell).from_select(
        [*(spalte.name for spalte in spalten.values()), *berechnet],
        select(*quelle.c, *berechnet.values()),
        include_defaults=False,
    )


def _quelle(nummer: int, teil: Teil, spalten: Mapping[str, Column[Any]]) -> FromClause:
    """What the rows say: columns of arrays, beside them what is said once for all."""
    einmal = {
        name: bindparam(f"{nummer}_{name}", type_=_typ(spalten[name])).label(spalten[name].name)
        for name in spalten
        if name in teil.gleich
    }
    viele = {name: spalte for name, spalte in spalten.items() if name not in einmal}
    if not viele:
        return select(*einmal.values()).subquery(f"zeile_{nummer}")
    listen = (bindparam(f"{nummer}_{name}", type_=ARRAY(_typ(spalte))) for name, spalte in viele.items())
    felder = (column(spalte.name, spalte.type) for spalte in viele.values())
    zeilen = func.unnest(*listen).table_valued(*felder).render_derived(name=f"zeilen_{nummer}")
    aus = (einmal[name] if name in einmal else zeilen.c[spalte.name] for name, spalte in spalten.items())
    return select(*aus).subquery(f"zeile_{nummer}")


def _typ(spalte: Column[Any]) -> TypeEngine[Any]:
    # With its length in the cast, PostgreSQL would cut a text that is too long instead of refusing it.
    return Text() if isinstance(spalte.type, String) else spalte.type
