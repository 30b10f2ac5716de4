"""Alembic's entry: runs on the connection that app.db.migration hands in, one transaction per migration."""

import importlib
from pathlib import Path

from alembic import context

import app
from app.db.basis import Base

# Every room's tables, also those of a room that nobody thought of naming here.
for modell in sorted(Path(app.__file__).parent.glob("*/models.py")):
    importlib.import_module(f"app.{modell.parent.name}.models")

verbindung = context.config.attributes["connection"]
if verbindung is None:
    raise SystemExit("Bitte `amt migrate` benutzen. / Please use `amt migrate`.")

context.configure(
    connection=verbindung,
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
