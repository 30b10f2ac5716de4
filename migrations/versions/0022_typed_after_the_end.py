"""What a page has sent after its session had ended

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"


def upgrade() -> None:
    op.create_table(
        "eingabeablage",
        sa.Column("kennung", sa.LargeBinary(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column("verfaellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kennung", name=op.f("pk_eingabeablage")),
    )
    op.create_index(op.f("ix_eingabeablage_verfaellt_am"), "eingabeablage", ["verfaellt_am"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON eingabeablage TO {ANWENDUNG}")
