"""The session of the house: keys of row-level security and new rows leave when something needs them.

Keys are told to the server with the first statement that follows, so that keys which are replaced before
anything is asked cost nothing. Noted rows (vormerkung.py) are written as SQLAlchemy writes its own new
objects: before any statement, a savepoint and the commit; also before other keys hold, because a row is
written under the keys under which it was noted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Text, bindparam, event, func, literal_column, true
from sqlalchemy.orm import Session, SessionTransaction

from app.db.vormerkung import Vormerkung

_STELLEN = (
    "SELECT set_config('amt.gemeinde', $1, true), set_config('amt.person', $2, true), "
    "set_config('amt.stelle', $3, true), now()"
)


OFFEN = frozenset({"mandant"})
"""Tables that can be read whatever keys hold: it does not matter when in a statement those are told."""


def mit_schluesseln(frage: Select[Any]) -> Select[Any]:
    """A question for at most one row of an open table which tells the server the keys, too."""
    tabellen = {getattr(tabelle, "name", None) for tabelle in frage.get_final_froms()}
    if not tabellen <= OFFEN:
        raise ValueError(f"not open to everybody: {tabellen - OFFEN}")
    stellen = (
        func.set_config(literal_column(f"'amt.{name}'"), bindparam(name, type_=Text), true())
        for name in Geltung._fields
    )
    return frage.add_columns(*stellen, func.now().label("beginn"))


class Geltung(NamedTuple):
    """The keys of row-level security; an empty one opens nothing."""

    gemeinde: str = ""
    person: str = ""
    stelle: str = ""


class Arbeit(Session):
    """One session; what it keeps beside SQLAlchemy's own state ends with its transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As `Session`."""
        super().__init__(*args, **kwargs)
        self.vormerkung = Vormerkung()
        self.verlangt = Geltung()
        self.beginn: datetime | None = None
        """When the transaction began, by the database's clock, once it is known."""
        self._gestellt = Geltung()

    def stelle(self) -> None:
        """Tell the server which keys hold."""
        zeile = super().connection().exec_driver_sql(_STELLEN, self.verlangt).one()
        self._gestellt, self.beginn = self.verlangt, zeile[3]

    def frage_zugleich(self, frage: Select[Any], werte: Mapping[str, Any]) -> Row[Any] | None:
        """The row that a question made by `mit_schluesseln` finds; if it does, the keys are told."""
        if self.vormerkung:
            self.schreibe()
        verbindung = super().connection()
        zeile = verbindung.execute(frage, {**werte, **self.verlangt._asdict()}).one_or_none()
        if zeile is not None:
            self._gestellt, self.beginn = self.verlangt, zeile.beginn
        return zeile

    def schreibe(self) -> None:
        """Let everything that has been said so far reach the server."""
        if self.verlangt != self._gestellt:
            self.stelle()
        if self.vormerkung:
            super().connection().exec_driver_sql(*self.vormerkung.entnimm())

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """As `Session`, after what has been noted."""
        self.schreibe()
        return super().execute(*args, **kwargs)

    def scalar(self, *args: Any, **kwargs: Any) -> Any:
        """As `Session`, after what has been noted."""
        self.schreibe()
        return super().scalar(*args, **kwargs)

    def scalars(self, *args: Any, **kwargs: Any) -> Any:
        """As `Session`, after what has been noted."""
        self.schreibe()
        return super().scalars(*args, **kwargs)

    def connection(self, *args: Any, **kwargs: Any) -> Any:
        """As `Session`, after what has been noted."""
        self.schreibe()
        return super().connection(*args, **kwargs)

    def flush(self, *args: Any, **kwargs: Any) -> None:
        """As `Session`, after what has been noted."""
        self.schreibe()
        super().flush(*args, **kwargs)

    def begin_nested(self) -> SessionTransaction:
        """As `Session`, after what has been noted."""
        self.schreibe()
        return super().begin_nested()

    def _vor_commit(self) -> None:
        if self.vormerkung:
            self.schreibe()

    def _nach_ruecknahme(self, _: SessionTransaction) -> None:
        # PostgreSQL has taken back the keys that were set since the savepoint.
        self.vormerkung.verwirf()
        self._gestellt = _UNBEKANNT

    def _am_ende(self, transaktion: SessionTransaction) -> None:
        if transaktion.parent is None:
            self.vormerkung.verwirf()
            self.verlangt = self._gestellt = Geltung()
            self.beginn = None


_UNBEKANNT = Geltung("?", "?", "?")

event.listen(Arbeit, "before_commit", Arbeit._vor_commit)
event.listen(Arbeit, "after_soft_rollback", Arbeit._nach_ruecknahme)
event.listen(Arbeit, "after_transaction_end", Arbeit._am_ende)
