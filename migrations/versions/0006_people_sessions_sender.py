"""Accounts, sessions and powers of people; a submission's sender is a client or a person

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
EIGENES_KONTO = (
    "(SELECT current_setting('amt.person', true)) = {spalte}::text "
    "OR (SELECT current_setting('amt.gemeinde', true)) = '*'"
)


def upgrade() -> None:
    for tabelle in ("antrag", "idempotenzschluessel"):
        op.drop_constraint(f"fk_{tabelle}_klient_id_klient", tabelle, type_="foreignkey")
        # The policies of row-level security follow the new name.
        op.alter_column(tabelle, "klient_id", new_column_name="einreicher_id")
    klienten()
    konten()
    sitzungen()


def klienten() -> None:
    op.alter_column("klient", "secret_sha256", nullable=True)
    for spalte in (
        sa.Column("vorheriges_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("vorheriges_bis", sa.DateTime(timezone=True), nullable=True),
        sa.Column("jwks", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("je_minute", sa.BigInteger(), nullable=True),
        sa.Column("laeuft_ab_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zuletzt_am", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("klient", spalte)


def konten() -> None:
    op.create_table(
        "nutzerkonto",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subjekt", sa.String(), nullable=False),
        sa.Column("anbieter", sa.String(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column(
            "angaben", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("niveau", sa.String(), nullable=False),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("angemeldet_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geloescht_am", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nutzerkonto")),
        sa.UniqueConstraint("issuer", "subjekt", name=op.f("uq_nutzerkonto_issuer_subjekt")),
    )
    op.create_table(
        "vertretung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("konto_id", sa.Uuid(), nullable=False),
        sa.Column("vertreten", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("grundlage", sa.String(), nullable=False),
        sa.Column("gilt_ab", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("gilt_bis", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["konto_id"], ["nutzerkonto.id"], name=op.f("fk_vertretung_konto_id_nutzerkonto")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vertretung")),
    )
    op.create_index(op.f("ix_vertretung_konto_id"), "vertretung", ["konto_id"])
    for tabelle, spalte in (("nutzerkonto", "id"), ("vertretung", "konto_id")):
        op.execute(f"ALTER TABLE {tabelle} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY eigenes ON {tabelle} USING ({EIGENES_KONTO.format(spalte=spalte)})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {tabelle} TO {ANWENDUNG}")


def sitzungen() -> None:
    # No row-level security below: these rows are found by a secret of 256 bits before anybody is known.
    op.create_table(
        "websitzung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("konto_id", sa.Uuid(), nullable=False),
        sa.Column("geheimnis_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("anbieter", sa.String(), nullable=False),
        sa.Column("idp_sid", sa.String(), nullable=True),
        sa.Column("niveau", sa.String(), nullable=False),
        sa.Column(
            "rollen", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("vertretung_id", sa.Uuid(), nullable=True),
        sa.Column("geraet", sa.String(), nullable=False),
        sa.Column("authentifiziert_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("zuletzt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("endet_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["konto_id"], ["nutzerkonto.id"], name=op.f("fk_websitzung_konto_id_nutzerkonto")
        ),
        sa.ForeignKeyConstraint(
            ["vertretung_id"], ["vertretung.id"], name=op.f("fk_websitzung_vertretung_id_vertretung")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_websitzung")),
        sa.UniqueConstraint("geheimnis_sha256", name=op.f("uq_websitzung_geheimnis_sha256")),
    )
    op.create_index("ix_websitzung_anbieter_sid", "websitzung", ["issuer", "idp_sid"])
    op.create_index(
        "ix_websitzung_offen", "websitzung", ["konto_id"], postgresql_where=sa.text("beendet_am IS NULL")
    )
    op.create_table(
        "anmeldeversuch",
        sa.Column("state_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("browser_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("anbieter", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("pkce_verifier", sa.String(), nullable=False),
        sa.Column("ziel", sa.String(), nullable=False),
        sa.Column("niveau", sa.String(), nullable=False),
        sa.Column("verfaellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_sha256", name=op.f("pk_anmeldeversuch")),
    )
    op.create_index(op.f("ix_anmeldeversuch_verfaellt_am"), "anmeldeversuch", ["verfaellt_am"])
    op.create_table(
        "verbrauchte_kennung",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("verfaellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_verbrauchte_kennung")),
    )
    op.create_index(op.f("ix_verbrauchte_kennung_verfaellt_am"), "verbrauchte_kennung", ["verfaellt_am"])
    for tabelle in ("websitzung", "anmeldeversuch", "verbrauchte_kennung"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tabelle} TO {ANWENDUNG}")
