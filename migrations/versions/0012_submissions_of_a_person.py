"""The submissions of one person are found without reading all

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_antrag_einreicher_id", "antrag", ["einreicher_id"])
