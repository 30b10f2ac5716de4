"""Everything a town settles, its coat of arms, its daily report

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
EIGENE_ODER_ALLE = "(SELECT current_setting('amt.gemeinde', true)) IN (ags, '*')"


def upgrade() -> None:
    op.add_column(
        "mandant",
        sa.Column(
            "angaben", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.create_table(
        "wappen",
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("medientyp", sa.String(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column(
            "geaendert_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["ags"], ["mandant.ags"], name=op.f("fk_wappen_ags_mandant")),
        sa.PrimaryKeyConstraint("ags", name=op.f("pk_wappen")),
    )
    op.execute("ALTER TABLE wappen ENABLE ROW LEVEL SECURITY")
    # The pages of a town show its arms to everybody; only its own administration changes them.
    op.execute(f"CREATE POLICY lesen ON wappen FOR SELECT TO {ANWENDUNG} USING (true)")
    op.execute(f"CREATE POLICY anlegen ON wappen FOR INSERT TO {ANWENDUNG} WITH CHECK ({EIGENE_ODER_ALLE})")
    op.execute(f"CREATE POLICY aendern ON wappen FOR UPDATE TO {ANWENDUNG} USING ({EIGENE_ODER_ALLE})")
    op.execute(f"CREATE POLICY werk ON wappen TO {WERK} USING (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON wappen TO {ANWENDUNG}")
    op.create_table(
        "tagesbericht",
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("tag", sa.Date(), nullable=False),
        sa.Column("fehler", sa.BigInteger(), nullable=True),
        sa.Column("vergeben_bis", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gesendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ags"], ["mandant.ags"], name=op.f("fk_tagesbericht_ags_mandant")),
        sa.PrimaryKeyConstraint("ags", "tag", name=op.f("pk_tagesbericht")),
    )
    op.execute("ALTER TABLE tagesbericht ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY mandant ON tagesbericht TO {ANWENDUNG} "
        "USING (ags = (SELECT current_setting('amt.gemeinde', true)))"
    )
    op.execute(
        f"CREATE POLICY werk ON tagesbericht TO {WERK} "
        "USING ((SELECT current_setting('amt.gemeinde', true)) = '*')"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON tagesbericht TO {ANWENDUNG}")
