"""What an applicant and the office write to each other

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
PERSON = "einreicher_id::text = (SELECT current_setting('amt.person', true))"


def upgrade() -> None:
    op.create_table(
        "mitteilung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=True),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("von", sa.String(), nullable=False),
        sa.Column("verfasser_id", sa.Uuid(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("gelesen_am", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("von IN ('person', 'amt')", name=op.f("ck_mitteilung_von")),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_mitteilung_antrag_id_antrag")),
        sa.ForeignKeyConstraint(
            ["vorgang_id"], ["vorgang.id"], name=op.f("fk_mitteilung_vorgang_id_vorgang")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitteilung")),
    )
    op.create_index("ix_mitteilung_antrag", "mitteilung", ["antrag_id", "id"])
    op.create_index(
        "ix_mitteilung_ungelesen",
        "mitteilung",
        ["einreicher_id"],
        postgresql_where=sa.text("gelesen_am IS NULL"),
    )
    op.create_table(
        "mitteilungsanhang",
        sa.Column("mitteilung_id", sa.Uuid(), nullable=False),
        sa.Column("dokument_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("dateiname", sa.String(), nullable=False),
        sa.Column("medientyp", sa.String(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dokument_id"], ["dokument.id"], name=op.f("fk_mitteilungsanhang_dokument_id_dokument")
        ),
        sa.ForeignKeyConstraint(
            ["mitteilung_id"], ["mitteilung.id"], name=op.f("fk_mitteilungsanhang_mitteilung_id_mitteilung")
        ),
        sa.PrimaryKeyConstraint("mitteilung_id", "dokument_id", name=op.f("pk_mitteilungsanhang")),
    )
    for tabelle, rechte in (
        ("mitteilung", "SELECT, INSERT, UPDATE"),
        ("mitteilungsanhang", "SELECT, INSERT"),
    ):
        op.execute(f"ALTER TABLE {tabelle} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY mandant ON {tabelle} TO {ANWENDUNG} USING (ags = {SCHLUESSEL} OR {PERSON})"
        )
        op.execute(f"CREATE POLICY werk ON {tabelle} TO {WERK} USING ({SCHLUESSEL} = '*')")
        op.execute(f"GRANT {rechte} ON {tabelle} TO {ANWENDUNG}")
