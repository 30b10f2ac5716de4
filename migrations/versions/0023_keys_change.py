"""Whoever changes the key of what lies sealed may write it again, wherever it lies

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WERK = "amt_werk"


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (inhalt) ON rueckmeldung TO {WERK}")
