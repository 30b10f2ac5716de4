"""What was handed over to a town's DMS and what the DMS answered

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
GEMEINDE = "(SELECT current_setting('amt.gemeinde', true)) IN (ags, '*')"


def upgrade() -> None:
    op.create_table(
        "akten_export",
        sa.Column("prozess_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("empfangen_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beantwortet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erfolgreich", sa.Boolean(), nullable=True),
        sa.Column("dms_id", sa.Uuid(), nullable=True),
        sa.Column("codes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["vorgang_id"], ["vorgang.id"], name=op.f("fk_akten_export_vorgang_id_vorgang")
        ),
        sa.PrimaryKeyConstraint("prozess_id", name=op.f("pk_akten_export")),
    )
    op.create_index(op.f("ix_akten_export_vorgang_id"), "akten_export", ["vorgang_id"])
    op.execute("ALTER TABLE akten_export ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY mandant ON akten_export USING ({GEMEINDE})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON akten_export TO {ANWENDUNG}")
