"""Decisions with their letters, the clock of § 14 SGB IX, confirmations by a second person

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
PERSON = "einreicher_id::text = (SELECT current_setting('amt.person', true))"


def upgrade() -> None:
    entscheidungen()
    klaerungen()
    bestaetigungen()


def entscheidungen() -> None:
    op.create_table(
        "entscheidung",
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("eingabe_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("dokument_id", sa.Uuid(), nullable=False),
        sa.Column("durch", sa.Uuid(), nullable=False),
        sa.Column(
            "entschieden_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "art IN ('bewilligt', 'abgelehnt', 'weitergeleitet')", name=op.f("ck_entscheidung_art")
        ),
        sa.ForeignKeyConstraint(
            ["vorgang_id"], ["vorgang.id"], name=op.f("fk_entscheidung_vorgang_id_vorgang")
        ),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_entscheidung_antrag_id_antrag")),
        sa.ForeignKeyConstraint(
            ["dokument_id"], ["dokument.id"], name=op.f("fk_entscheidung_dokument_id_dokument")
        ),
        sa.PrimaryKeyConstraint("vorgang_id", name=op.f("pk_entscheidung")),
    )
    op.create_index(op.f("ix_entscheidung_antrag_id"), "entscheidung", ["antrag_id"])
    eigene("entscheidung", f"ags = {SCHLUESSEL} OR {PERSON}", "SELECT, INSERT")


def klaerungen() -> None:
    op.create_table(
        "klaerung",
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("ergebnis", sa.String(), nullable=False),
        sa.Column("traeger", sa.String(), nullable=True),
        sa.Column("durch", sa.Uuid(), nullable=False),
        sa.Column("geklaert_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ergebnis IN ('behalten', 'weitergeleitet')", name=op.f("ck_klaerung_ergebnis")),
        sa.CheckConstraint(
            "(ergebnis = 'weitergeleitet') = (traeger IS NOT NULL)", name=op.f("ck_klaerung_traeger")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_klaerung_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("vorgang_id", name=op.f("pk_klaerung")),
    )
    eigene("klaerung", f"ags = {SCHLUESSEL}", "SELECT, INSERT")


def bestaetigungen() -> None:
    op.create_table(
        "bestaetigung",
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("formular_hash", sa.String(length=64), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("gezeigt", sa.LargeBinary(), nullable=False),
        sa.Column("zustand", sa.String(), server_default=sa.text("'offen'"), nullable=False),
        sa.Column("gueltig_bis", sa.DateTime(timezone=True), nullable=False),
        sa.Column("durch", sa.Uuid(), nullable=True),
        sa.Column("antwort", sa.LargeBinary(), nullable=True),
        sa.Column("beantwortet_am", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "zustand IN ('offen', 'bestaetigt', 'abgelehnt', 'verzichtet')",
            name=op.f("ck_bestaetigung_zustand"),
        ),
        sa.CheckConstraint(
            "(zustand = 'offen') = (beantwortet_am IS NULL)", name=op.f("ck_bestaetigung_beantwortet_am")
        ),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_bestaetigung_antrag_id_antrag")),
        sa.ForeignKeyConstraint(
            ["formular_hash"],
            ["formularfassung.hash"],
            name=op.f("fk_bestaetigung_formular_hash_formularfassung"),
        ),
        sa.PrimaryKeyConstraint("antrag_id", name=op.f("pk_bestaetigung")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_bestaetigung_code_sha256")),
    )
    eigene("bestaetigung", f"ags = {SCHLUESSEL} OR {PERSON}", "SELECT, INSERT, UPDATE")
    # A code does not say which town it is from: whoever has one learns that, and nothing else.
    op.execute(
        """
        CREATE FUNCTION gemeinde_der_bestaetigung(code bytea) RETURNS text LANGUAGE sql STABLE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
        'SELECT ags FROM public.bestaetigung WHERE code_sha256 = code'
        """
    )
    op.execute("REVOKE ALL ON FUNCTION gemeinde_der_bestaetigung(bytea) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION gemeinde_der_bestaetigung(bytea) TO {ANWENDUNG}")


def eigene(tabelle: str, bedingung: str, rechte: str) -> None:
    op.execute(f"ALTER TABLE {tabelle} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY mandant ON {tabelle} TO {ANWENDUNG} USING ({bedingung})")
    op.execute(f"CREATE POLICY werk ON {tabelle} TO {WERK} USING ({SCHLUESSEL} = '*')")
    op.execute(f"GRANT {rechte} ON {tabelle} TO {ANWENDUNG}")
