"""Chambers file for founders, people act for others; people, too, withdraw a notice

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
BEARBEITER = "bearbeiter_id::text = (SELECT current_setting('amt.person', true))"


def upgrade() -> None:
    op.add_column("antrag", sa.Column("vertreten", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    # Whoever decides is a machine client or a person: one space of keys.
    op.drop_constraint("fk_widerruf_durch_klient", "widerruf", type_="foreignkey")
    op.create_table(
        "kammereingang",
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("kammer", sa.String(), nullable=False),
        sa.Column("bearbeiter_id", sa.Uuid(), nullable=False),
        sa.Column("bearbeiter_art", sa.String(), nullable=False),
        sa.Column("eingegangen_am", sa.Date(), nullable=False),
        sa.Column("vermerkt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_kammereingang_antrag_id_antrag")),
        sa.PrimaryKeyConstraint("antrag_id", name=op.f("pk_kammereingang")),
    )
    op.execute("ALTER TABLE kammereingang ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY mandant ON kammereingang TO {ANWENDUNG} USING (ags = {SCHLUESSEL} OR {BEARBEITER})"
    )
    op.execute(f"CREATE POLICY werk ON kammereingang TO {WERK} USING ({SCHLUESSEL} = '*')")
    op.execute(f"GRANT SELECT, INSERT ON kammereingang TO {ANWENDUNG}")
