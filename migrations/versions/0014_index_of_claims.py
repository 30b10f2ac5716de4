"""The index of what is due holds what can be claimed: what is tied to another delivery is not walked past

Revision ID: 0014
Revises: 0013
"""

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The new one first: only writing has to wait while it is made.
    op.create_index(
        "ix_sendung_beanspruchbar",
        "sendung",
        ["naechster_versuch_am", "id"],
        postgresql_where=text("naechster_versuch_am IS NOT NULL AND NOT geparkt AND buendel_id IS NULL"),
    )
    op.drop_index("ix_sendung_faellig", "sendung")
