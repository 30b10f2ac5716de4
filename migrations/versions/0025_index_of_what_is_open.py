"""Indexes of a mailbox hold what is in it: no times of an answer, no delivery without a number

Revision ID: 0025
Revises: 0024
"""

from alembic import op
from sqlalchemy import text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE sendung SET beantwortet = false "
        "WHERE beantwortet AND angenommen_am IS NULL AND abgelehnt_am IS NULL"
    )
    # The new ones first: only writing has to wait while they are made.
    op.create_index(
        "uq_sendung_nummer",
        "sendung",
        ["stelle", "nummer"],
        unique=True,
        postgresql_where=text("nummer IS NOT NULL"),
    )
    op.create_index(
        "ix_sendung_unbeantwortet",
        "sendung",
        ["stelle", "nummer"],
        postgresql_where=text("nummer IS NOT NULL AND NOT beantwortet"),
    )
    op.drop_constraint("uq_sendung_stelle_nummer", "sendung", type_="unique")
    op.drop_index("ix_sendung_postfach", "sendung")
