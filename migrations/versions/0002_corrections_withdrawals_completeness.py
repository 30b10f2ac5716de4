"""Corrections and withdrawals after certification, nightly check of completeness

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
GEMEINDE = "(SELECT current_setting('amt.gemeinde', true)) IN (ags, '*')"


def upgrade() -> None:
    op.add_column("sendung", sa.Column("angehalten_am", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "gewerbeanzeige",
        sa.Column("fassung", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.drop_constraint("uq_gewerbeanzeige_vorgang_id", "gewerbeanzeige")
    op.drop_constraint("uq_gewerbeanzeige_ags_meldungsnummer", "gewerbeanzeige")
    op.create_unique_constraint(
        op.f("uq_gewerbeanzeige_vorgang_id_fassung"), "gewerbeanzeige", ["vorgang_id", "fassung"]
    )
    op.create_unique_constraint(
        op.f("uq_gewerbeanzeige_ags_meldungsnummer_fassung"),
        "gewerbeanzeige",
        ["ags", "meldungsnummer", "fassung"],
    )
    op.add_column("registereintrag", sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "bescheinigung",
        sa.Column("umstaende", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.create_table(
        "widerruf",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("grund", sa.String(), nullable=False),
        sa.Column("durch", sa.Uuid(), nullable=False),
        sa.Column(
            "widerrufen_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["durch"], ["klient.id"], name=op.f("fk_widerruf_durch_klient")),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_widerruf_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widerruf")),
        sa.UniqueConstraint("vorgang_id", name=op.f("uq_widerruf_vorgang_id")),
    )
    op.execute("ALTER TABLE widerruf ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY mandant ON widerruf USING ({GEMEINDE})")
    op.execute(f"GRANT SELECT, INSERT ON widerruf TO {ANWENDUNG}")
    op.execute(
        "CREATE TRIGGER nur_anfuegen BEFORE UPDATE OR DELETE OR TRUNCATE ON widerruf "
        "FOR EACH STATEMENT EXECUTE FUNCTION nur_anfuegen()"
    )
    op.create_table(
        "vollstaendigkeitslauf",
        sa.Column("tag", sa.Date(), nullable=False),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("nach", sa.Uuid(), nullable=True),
        sa.Column("geprueft", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("befunde", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_vollstaendigkeitslauf")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON vollstaendigkeitslauf TO {ANWENDUNG}")
