"""Versions of services' forms, and what each town offers

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
EIGENE_ODER_ALLE = "(SELECT current_setting('amt.gemeinde', true)) IN (ags, '*')"


def upgrade() -> None:
    op.create_table(
        "formularfassung",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("leistung", sa.String(), nullable=False),
        sa.Column("inhalt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "festgehalten_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_formularfassung")),
    )
    # Public: the questions of a town are no secret. Nobody changes a version that answers refer to.
    op.execute("ALTER TABLE formularfassung ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lesen ON formularfassung FOR SELECT TO {ANWENDUNG} USING (true)")
    op.execute(f"CREATE POLICY anlegen ON formularfassung FOR INSERT TO {ANWENDUNG} WITH CHECK (true)")
    op.execute(f"CREATE POLICY werk ON formularfassung TO {WERK} USING (true)")
    op.execute(f"GRANT SELECT, INSERT ON formularfassung TO {ANWENDUNG}")
    op.create_table(
        "leistungsangebot",
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("leistung", sa.String(), nullable=False),
        sa.Column("formular_hash", sa.String(length=64), nullable=True),
        sa.Column("zustand", sa.String(), nullable=False),
        sa.Column("herkunft", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "geaendert_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "zustand IN ('angeboten', 'ausgesetzt')", name=op.f("ck_leistungsangebot_zustand")
        ),
        sa.ForeignKeyConstraint(["ags"], ["mandant.ags"], name=op.f("fk_leistungsangebot_ags_mandant")),
        sa.ForeignKeyConstraint(
            ["formular_hash"],
            ["formularfassung.hash"],
            name=op.f("fk_leistungsangebot_formular_hash_formularfassung"),
        ),
        sa.PrimaryKeyConstraint("ags", "leistung", name=op.f("pk_leistungsangebot")),
    )
    op.execute("ALTER TABLE leistungsangebot ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lesen ON leistungsangebot FOR SELECT TO {ANWENDUNG} USING (true)")
    op.execute(
        f"CREATE POLICY anlegen ON leistungsangebot FOR INSERT TO {ANWENDUNG} WITH CHECK ({EIGENE_ODER_ALLE})"
    )
    op.execute(
        f"CREATE POLICY aendern ON leistungsangebot FOR UPDATE TO {ANWENDUNG} USING ({EIGENE_ODER_ALLE})"
    )
    op.execute(f"CREATE POLICY werk ON leistungsangebot TO {WERK} USING (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON leistungsangebot TO {ANWENDUNG}")
