"""Several notices in one message to a mailbox

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"


def upgrade() -> None:
    op.create_table(
        "buendelung",
        sa.Column("stelle", sa.String(), nullable=False),
        sa.Column("hoechstens", sa.BigInteger(), nullable=False),
        sa.Column("warten_sekunden", sa.BigInteger(), nullable=False),
        sa.Column(
            "geaendert_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("stelle", name=op.f("pk_buendelung")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON buendelung TO {ANWENDUNG}")
    op.add_column("sendung", sa.Column("buendel_id", sa.Uuid(), nullable=True))
    op.add_column(
        "sendung", sa.Column("saetze", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.create_foreign_key(op.f("fk_sendung_buendel_id_sendung"), "sendung", "sendung", ["buendel_id"], ["id"])
    op.create_index(
        "ix_sendung_buendel",
        "sendung",
        ["buendel_id"],
        unique=False,
        postgresql_where=sa.text("buendel_id IS NOT NULL"),
    )
