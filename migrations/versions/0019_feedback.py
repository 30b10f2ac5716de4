"""What people say about a page

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"


def upgrade() -> None:
    op.create_table(
        "rueckmeldung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=True),
        sa.Column("seite", sa.String(), nullable=False),
        sa.Column("sprache", sa.String(), nullable=False),
        sa.Column("anliegen", sa.String(), nullable=False),
        sa.Column("bewertung", sa.BigInteger(), nullable=True),
        sa.Column("inhalt", sa.LargeBinary(), nullable=True),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "anliegen IN ('lob', 'frage', 'fehler', 'barriere')", name=op.f("ck_rueckmeldung_anliegen")
        ),
        sa.CheckConstraint("bewertung BETWEEN 1 AND 5", name=op.f("ck_rueckmeldung_bewertung")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rueckmeldung")),
    )
    op.create_index("ix_rueckmeldung_ags", "rueckmeldung", ["ags", "id"])
    op.execute("ALTER TABLE rueckmeldung ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lesen ON rueckmeldung FOR SELECT TO {ANWENDUNG} USING (ags = {SCHLUESSEL})")
    # Of no town, it is for who runs the installation, and read by the command alone.
    op.execute(
        f"CREATE POLICY sagen ON rueckmeldung FOR INSERT TO {ANWENDUNG} "
        f"WITH CHECK (ags IS NULL OR ags = {SCHLUESSEL})"
    )
    op.execute(f"CREATE POLICY werk ON rueckmeldung TO {WERK} USING ({SCHLUESSEL} = '*')")
    op.execute(f"GRANT SELECT, INSERT ON rueckmeldung TO {ANWENDUNG}")
    op.execute(f"GRANT DELETE ON rueckmeldung TO {WERK}")
