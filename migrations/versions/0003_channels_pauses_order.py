"""Channels of the bodies, pauses, order per business, replay; what is undelivered stays

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"

# Undelivered: the worker or a person still has to do something, or a mailbox's owner has not answered.
UNZUGESTELLT = """
    (s.naechster_versuch_am IS NOT NULL
     OR (s.bereitgestellt_am IS NULL AND s.angehalten_am IS NULL)
     OR (s.nummer IS NOT NULL AND s.angenommen_am IS NULL AND s.abgelehnt_am IS NULL))
"""

# What a message is made of, and how to find the deliveries that need it.
BEWACHT = {
    "sendung": "s.id = OLD.id",
    "vorgang": "s.vorgang_id = OLD.id",
    "gewerbeanzeige": "s.vorgang_id = OLD.vorgang_id",
    "dokument": "s.vorgang_id IN (SELECT v.id FROM vorgang v WHERE v.antrag_id = OLD.antrag_id)",
    "antrag": "s.vorgang_id IN (SELECT v.id FROM vorgang v WHERE v.antrag_id = OLD.id)",
}


def upgrade() -> None:
    op.add_column(
        "sendung", sa.Column("geparkt", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("sendung", sa.Column("reihenfolge_schluessel", sa.String(), nullable=True))
    op.add_column("sendung", sa.Column("erneut_am", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_sendung_faellig", "sendung")
    for name, spalten, bedingung in (
        (
            "ix_sendung_faellig",
            ["naechster_versuch_am", "id"],
            "naechster_versuch_am IS NOT NULL AND NOT geparkt",
        ),
        (
            "ix_sendung_geparkt",
            ["stelle", "erstellt_am", "id"],
            "geparkt AND naechster_versuch_am IS NOT NULL",
        ),
        ("ix_sendung_offen", ["stelle", "erstellt_am", "id"], "naechster_versuch_am IS NOT NULL"),
        (
            "ix_sendung_reihenfolge",
            ["reihenfolge_schluessel", "stelle", "erstellt_am", "id"],
            "naechster_versuch_am IS NOT NULL AND reihenfolge_schluessel IS NOT NULL",
        ),
        ("ix_sendung_aufgegeben", ["aufgegeben_am", "id"], "aufgegeben_am IS NOT NULL"),
    ):
        op.create_index(name, "sendung", spalten, postgresql_where=sa.text(bedingung))
    op.create_table(
        "empfaenger",
        sa.Column("stelle", sa.String(), nullable=False),
        sa.Column("kanal", sa.String(), nullable=False),
        sa.Column(
            "optionen",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("hinweis_an", sa.String(), nullable=True),
        sa.Column("hinweis_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "geaendert_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("letzter_erfolg_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letzter_fehlschlag_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letzter_fehler", sa.String(), nullable=True),
        sa.Column("fehler_in_folge", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("pausen_in_folge", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("pausiert_bis", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_sendung", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("stelle", name=op.f("pk_empfaenger")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON empfaenger TO {ANWENDUNG}")
    unzugestelltes_bleibt()


def unzugestelltes_bleibt() -> None:
    """Whoever deletes (a retention job, a person with SQL) cannot delete what is undelivered."""
    for tabelle, bezug in BEWACHT.items():
        # SECURITY DEFINER: row-level security must not hide a delivery from its own guard.
        op.execute(
            f"""
            CREATE FUNCTION unzugestelltes_bleibt_{tabelle}() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF EXISTS (SELECT FROM sendung s WHERE {bezug} AND {UNZUGESTELLT}) THEN
                    RAISE EXCEPTION '{tabelle}: an undelivered message needs this row'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER unzugestelltes_bleibt BEFORE DELETE ON {tabelle} "
            f"FOR EACH ROW EXECUTE FUNCTION unzugestelltes_bleibt_{tabelle}()"
        )
    op.execute(
        f"""
        CREATE FUNCTION unzugestelltes_bleibt() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF EXISTS (SELECT FROM sendung s WHERE {UNZUGESTELLT}) THEN
                RAISE EXCEPTION '%: undelivered messages need this table', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for tabelle in BEWACHT:
        op.execute(
            f"CREATE TRIGGER unzugestelltes_bleibt_ganz BEFORE TRUNCATE ON {tabelle} "
            "FOR EACH STATEMENT EXECUTE FUNCTION unzugestelltes_bleibt()"
        )
