"""Drafts, their uploads, the answers of submissions: sealed, and each person's own

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
PERSON = "einreicher_id::text = (SELECT current_setting('amt.person', true))"


def upgrade() -> None:
    entwuerfe()
    anlagen()
    inhalte()


def entwuerfe() -> None:
    op.create_table(
        "entwurf",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("leistung", sa.String(), nullable=False),
        sa.Column("formular_hash", sa.String(length=64), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column("fassung", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "geaendert_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("verfaellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["formular_hash"], ["formularfassung.hash"], name=op.f("fk_entwurf_formular_hash_formularfassung")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entwurf")),
    )
    op.create_index(op.f("ix_entwurf_einreicher_id"), "entwurf", ["einreicher_id"])
    op.create_index(op.f("ix_entwurf_verfaellt_am"), "entwurf", ["verfaellt_am"])
    nur_eigenes("entwurf", "SELECT, INSERT, UPDATE, DELETE")


def anlagen() -> None:
    op.create_table(
        "anlage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entwurf_id", sa.Uuid(), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("nachweis", sa.String(), nullable=False),
        sa.Column("groesse", sa.BigInteger(), nullable=False),
        sa.Column("angaben", sa.LargeBinary(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column(
            "hochgeladen_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["entwurf_id"], ["entwurf.id"], name=op.f("fk_anlage_entwurf_id_entwurf"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anlage")),
    )
    op.create_index(op.f("ix_anlage_entwurf_id"), "anlage", ["entwurf_id"])
    op.create_index(op.f("ix_anlage_einreicher_id"), "anlage", ["einreicher_id"])
    # What is sealed looks random: trying to compress it costs time alone.
    op.execute("ALTER TABLE anlage ALTER COLUMN inhalt SET STORAGE EXTERNAL")
    nur_eigenes("anlage", "SELECT, INSERT, DELETE")
    op.execute(f"GRANT UPDATE (angaben, inhalt) ON anlage TO {WERK}")


def inhalte() -> None:
    op.create_table(
        "antragsinhalt",
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("leistung", sa.String(), nullable=False),
        sa.Column("formular_hash", sa.String(length=64), nullable=False),
        sa.Column("sprache", sa.String(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_antragsinhalt_antrag_id_antrag")),
        sa.ForeignKeyConstraint(
            ["formular_hash"],
            ["formularfassung.hash"],
            name=op.f("fk_antragsinhalt_formular_hash_formularfassung"),
        ),
        sa.PrimaryKeyConstraint("antrag_id", name=op.f("pk_antragsinhalt")),
    )
    op.execute("ALTER TABLE antragsinhalt ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY mandant ON antragsinhalt TO {ANWENDUNG} USING (ags = {SCHLUESSEL} OR {PERSON})"
    )
    op.execute(f"CREATE POLICY werk ON antragsinhalt TO {WERK} USING ({SCHLUESSEL} = '*')")
    op.execute(f"GRANT SELECT, INSERT ON antragsinhalt TO {ANWENDUNG}")
    op.execute(f"GRANT UPDATE (inhalt) ON antragsinhalt TO {WERK}")


def nur_eigenes(tabelle: str, rechte: str) -> None:
    """Whose it is sees it, and the worker, which deletes what is too old and changes keys."""
    op.execute(f"ALTER TABLE {tabelle} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY eigenes ON {tabelle} TO {ANWENDUNG} USING ({PERSON})")
    op.execute(f"CREATE POLICY werk ON {tabelle} TO {WERK} USING ({SCHLUESSEL} = '*')")
    op.execute(f"GRANT {rechte} ON {tabelle} TO {ANWENDUNG}")
