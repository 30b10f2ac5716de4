"""Alembic's entry: runs on the connection that app.db.migration hands in, one transaction per migration."""

import importlib
from pathlib import Path

from alembic import context
from sqlalchemy import text

import app
from app.db.basis import Base

# Every room's tables, also those of a room that nobody thought of naming here.
for modell in sorted(Path(app.__file__).parent.glob("*/models.py")):
    importlib.import_module(f"app.{modell.parent.name}.models")

verbindung = context.config.attributes["connection"]
if verbindung is None:
    raise SystemExit("Bitte `amt migrate` benutzen. / Please use `amt migrate`.")


def gehoert_dazu(_: object, name: str | None, art: str, *__: object) -> bool:
    """Leave out the parts of a partitioned table: the database makes and drops them as time goes by."""
    if art != "table":
        return True
    teil = text("SELECT EXISTS (SELECT FROM pg_class WHERE relispartition AND relname = :name)")
    return not verbindung.scalar(teil, {"name": name})


context.configure(
    connection=verbindung,
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    include_object=gehoert_dazu,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
