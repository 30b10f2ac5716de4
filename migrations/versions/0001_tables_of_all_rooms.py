"""Tables of all rooms, tenant separation, append-only journal

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
"""Group role of the running program: no superuser, owns nothing."""

GEMEINDE = "(SELECT current_setting('amt.gemeinde', true)) IN (ags, '*')"
PERSON = "klient_id::text = (SELECT current_setting('amt.person', true))"
STELLE = "stelle = (SELECT current_setting('amt.stelle', true))"

MANDANTENTRENNUNG = {
    "antrag": f"{GEMEINDE} OR {PERSON}",
    "idempotenzschluessel": f"{GEMEINDE} OR {PERSON}",
    "vorgang": GEMEINDE,
    "gewerbeanzeige": GEMEINDE,
    "registereintrag": GEMEINDE,
    "bescheinigung": GEMEINDE,
    "dokument": GEMEINDE,
    "aktenzeichenzaehler": GEMEINDE,
    "journaleintrag": GEMEINDE,
    "sendung": f"{GEMEINDE} OR {STELLE}",
    "zustellversuch": GEMEINDE,
}

NUR_ANFUEGEN = ("journaleintrag", "journalblock", "zustellversuch", "dokument")
VERAENDERLICH = (
    "mandant",
    "klient",
    "antrag",
    "idempotenzschluessel",
    "vorgang",
    "gewerbeanzeige",
    "registereintrag",
    "bescheinigung",
    "aktenzeichenzaehler",
    "sendung",
    "postfachzaehler",
)


def upgrade() -> None:
    tabellen()
    for tabelle, bedingung in MANDANTENTRENNUNG.items():
        op.execute(f"ALTER TABLE {tabelle} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY mandant ON {tabelle} USING ({bedingung})")
    op.execute(
        f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ANWENDUNG}') THEN
                CREATE ROLE {ANWENDUNG} NOLOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {ANWENDUNG}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ANWENDUNG}")
    for tabelle in VERAENDERLICH:
        op.execute(f"GRANT INSERT, UPDATE ON {tabelle} TO {ANWENDUNG}")
    for tabelle in NUR_ANFUEGEN:
        op.execute(f"GRANT INSERT ON {tabelle} TO {ANWENDUNG}")
    op.execute(f"GRANT INSERT, DELETE ON journal_unversiegelt TO {ANWENDUNG}")

    op.execute(
        """
        CREATE FUNCTION nur_anfuegen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for tabelle in ("journaleintrag", "journalblock", "zustellversuch"):
        op.execute(
            f"CREATE TRIGGER nur_anfuegen BEFORE UPDATE OR DELETE OR TRUNCATE ON {tabelle} "
            "FOR EACH STATEMENT EXECUTE FUNCTION nur_anfuegen()"
        )
    op.execute(
        """
        CREATE FUNCTION unversiegelt_vormerken() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO journal_unversiegelt (eintrag_id) VALUES (NEW.id);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER unversiegelt_vormerken AFTER INSERT ON journaleintrag "
        "FOR EACH ROW EXECUTE FUNCTION unversiegelt_vormerken()"
    )


def tabellen() -> None:
    op.create_table(
        "aktenzeichenzaehler",
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("jahr", sa.BigInteger(), nullable=False),
        sa.Column("letzte", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ags", "jahr", name=op.f("pk_aktenzeichenzaehler")),
    )
    op.create_table(
        "journalblock",
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("vorgaenger", sa.LargeBinary(), nullable=False),
        sa.Column("wurzel", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("eintraege", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("blaetter", sa.LargeBinary(), nullable=False),
        sa.Column("gesiegelt_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nr", name=op.f("pk_journalblock")),
        sa.UniqueConstraint("hash", name=op.f("uq_journalblock_hash")),
    )
    op.create_table(
        "journaleintrag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=True),
        sa.Column("ereignis", sa.String(), nullable=False),
        sa.Column("bezug_art", sa.String(), nullable=False),
        sa.Column("bezug_id", sa.Uuid(), nullable=False),
        sa.Column(
            "angaben", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "zeitpunkt",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journaleintrag")),
    )
    op.create_index(op.f("ix_journaleintrag_bezug_id"), "journaleintrag", ["bezug_id"], unique=False)
    op.create_index(
        "ix_journaleintrag_vorgang", "journaleintrag", [sa.text("(angaben ->> 'vorgang')")], unique=False
    )
    op.create_table(
        "klient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("gemeinde", sa.String(length=8), nullable=True),
        sa.Column("stelle", sa.String(), nullable=True),
        sa.Column("gesperrt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_klient")),
        sa.UniqueConstraint("client_id", name=op.f("uq_klient_client_id")),
    )
    op.create_table(
        "mandant",
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("behoerdenname", sa.String(), nullable=False),
        sa.Column("anschrift", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "erreichbarkeit",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("automatisch_bescheinigen", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("aktenzeichen_schema", sa.String(), nullable=False),
        sa.Column(
            "verzichte",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "filter", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column(
            "eingerichtet_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("ags", name=op.f("pk_mandant")),
    )
    op.create_table(
        "postfachzaehler",
        sa.Column("stelle", sa.String(), nullable=False),
        sa.Column("letzte", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stelle", name=op.f("pk_postfachzaehler")),
    )
    op.create_table(
        "antrag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("klient_id", sa.Uuid(), nullable=False),
        sa.Column("kanal", sa.String(), nullable=False),
        sa.Column("eingangsnummer", sa.String(), nullable=False),
        sa.Column("inhalt_sha256", sa.LargeBinary(), nullable=False),
        sa.Column(
            "eingegangen_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["klient_id"], ["klient.id"], name=op.f("fk_antrag_klient_id_klient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_antrag")),
        sa.UniqueConstraint("eingangsnummer", name=op.f("uq_antrag_eingangsnummer")),
    )
    op.create_index(op.f("ix_antrag_ags"), "antrag", ["ags"], unique=False)
    op.create_table(
        "journal_unversiegelt",
        sa.Column("eintrag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["eintrag_id"],
            ["journaleintrag.id"],
            name=op.f("fk_journal_unversiegelt_eintrag_id_journaleintrag"),
        ),
        sa.PrimaryKeyConstraint("eintrag_id", name=op.f("pk_journal_unversiegelt")),
    )
    op.create_table(
        "idempotenzschluessel",
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("klient_id", sa.Uuid(), nullable=False),
        sa.Column("schluessel", sa.String(), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["antrag_id"], ["antrag.id"], name=op.f("fk_idempotenzschluessel_antrag_id_antrag")
        ),
        sa.ForeignKeyConstraint(
            ["klient_id"], ["klient.id"], name=op.f("fk_idempotenzschluessel_klient_id_klient")
        ),
        sa.PrimaryKeyConstraint("ags", "klient_id", "schluessel", name=op.f("pk_idempotenzschluessel")),
    )
    op.create_index(
        op.f("ix_idempotenzschluessel_antrag_id"), "idempotenzschluessel", ["antrag_id"], unique=False
    )
    op.create_table(
        "vorgang",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("aktenzeichen", sa.String(), nullable=False),
        sa.Column("zustand", sa.String(), nullable=False),
        sa.Column("zustaendig", sa.String(), nullable=False),
        sa.Column("naechster_termin", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "befunde", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("entscheidung", sa.String(), nullable=True),
        sa.Column("angelegt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("abgeschlossen_am", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(zustand = 'in_pruefung') = (naechster_termin IS NOT NULL)",
            name=op.f("ck_vorgang_naechster_termin"),
        ),
        sa.CheckConstraint(
            "zustand IN ('in_pruefung', 'erledigt', 'zurueckgewiesen')", name=op.f("ck_vorgang_zustand")
        ),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_vorgang_antrag_id_antrag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vorgang")),
        sa.UniqueConstraint("ags", "aktenzeichen", name=op.f("uq_vorgang_ags_aktenzeichen")),
    )
    op.create_index(op.f("ix_vorgang_antrag_id"), "vorgang", ["antrag_id"], unique=False)
    op.create_index("ix_vorgang_arbeitsliste", "vorgang", ["ags", "zustand", "id"], unique=False)
    op.create_index(
        "ix_vorgang_termin",
        "vorgang",
        ["naechster_termin"],
        unique=False,
        postgresql_where=sa.text("naechster_termin IS NOT NULL"),
    )
    op.create_table(
        "dokument",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=True),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("dateiname", sa.String(), nullable=False),
        sa.Column("medientyp", sa.String(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["antrag_id"], ["antrag.id"], name=op.f("fk_dokument_antrag_id_antrag")),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_dokument_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dokument")),
    )
    op.create_index(op.f("ix_dokument_antrag_id"), "dokument", ["antrag_id"], unique=False)
    op.create_index(op.f("ix_dokument_vorgang_id"), "dokument", ["vorgang_id"], unique=False)
    op.create_table(
        "gewerbeanzeige",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("satz", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(length=2), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("gewerbebetrieb_id", sa.Uuid(), nullable=False),
        sa.Column("meldungsnummer", sa.String(), nullable=False),
        sa.Column("daten", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ereigniszeitpunkt", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["antrag_id"], ["antrag.id"], name=op.f("fk_gewerbeanzeige_antrag_id_antrag")
        ),
        sa.ForeignKeyConstraint(
            ["vorgang_id"], ["vorgang.id"], name=op.f("fk_gewerbeanzeige_vorgang_id_vorgang")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gewerbeanzeige")),
        sa.UniqueConstraint("ags", "meldungsnummer", name=op.f("uq_gewerbeanzeige_ags_meldungsnummer")),
        sa.UniqueConstraint("vorgang_id", name=op.f("uq_gewerbeanzeige_vorgang_id")),
    )
    op.create_index(op.f("ix_gewerbeanzeige_antrag_id"), "gewerbeanzeige", ["antrag_id"], unique=False)
    op.create_table(
        "sendung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("bezug_id", sa.Uuid(), nullable=False),
        sa.Column("stelle", sa.String(), nullable=False),
        sa.Column("stellenart", sa.String(), nullable=False),
        sa.Column("kanal", sa.String(), nullable=False),
        sa.Column("grundlage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "naechster_versuch_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
        ),
        sa.Column("versuche", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_inhaber", sa.Uuid(), nullable=True),
        sa.Column("lease_bis", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nachricht", sa.LargeBinary(), nullable=True),
        sa.Column("nachricht_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("nachricht_groesse", sa.BigInteger(), nullable=True),
        sa.Column("nummer", sa.BigInteger(), nullable=True),
        sa.Column("bereitgestellt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("abgeholt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("angenommen_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("abgelehnt_am", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ablehnungscode", sa.String(), nullable=True),
        sa.Column("ablehnungsgrund", sa.String(), nullable=True),
        sa.Column("aufgegeben_am", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_sendung_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sendung")),
        sa.UniqueConstraint("bezug_id", "stelle", "art", name=op.f("uq_sendung_bezug_id_stelle_art")),
        sa.UniqueConstraint("stelle", "nummer", name=op.f("uq_sendung_stelle_nummer")),
    )
    op.create_index(
        "ix_sendung_faellig",
        "sendung",
        ["naechster_versuch_am"],
        unique=False,
        postgresql_where=sa.text("naechster_versuch_am IS NOT NULL"),
    )
    op.create_index(
        "ix_sendung_postfach",
        "sendung",
        ["stelle", "nummer"],
        unique=False,
        postgresql_where=sa.text("nummer IS NOT NULL AND angenommen_am IS NULL AND abgelehnt_am IS NULL"),
    )
    op.create_index(op.f("ix_sendung_vorgang_id"), "sendung", ["vorgang_id"], unique=False)
    op.create_table(
        "bescheinigung",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("gewerbeanzeige_id", sa.Uuid(), nullable=False),
        sa.Column("pruefcode", sa.String(), nullable=False),
        sa.Column("automatisch", sa.Boolean(), nullable=False),
        sa.Column("inhalt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "ausgestellt_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("dokument_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dokument_id"], ["dokument.id"], name=op.f("fk_bescheinigung_dokument_id_dokument")
        ),
        sa.ForeignKeyConstraint(
            ["gewerbeanzeige_id"],
            ["gewerbeanzeige.id"],
            name=op.f("fk_bescheinigung_gewerbeanzeige_id_gewerbeanzeige"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bescheinigung")),
        sa.UniqueConstraint("gewerbeanzeige_id", name=op.f("uq_bescheinigung_gewerbeanzeige_id")),
        sa.UniqueConstraint("pruefcode", name=op.f("uq_bescheinigung_pruefcode")),
    )
    op.create_index(
        "ix_bescheinigung_ohne_pdf",
        "bescheinigung",
        ["ausgestellt_am"],
        unique=False,
        postgresql_where=sa.text("dokument_id IS NULL"),
    )
    op.create_table(
        "registereintrag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("gewerbeanzeige_id", sa.Uuid(), nullable=False),
        sa.Column("gewerbebetrieb_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=2), nullable=False),
        sa.Column("wirksam_ab", sa.Date(), nullable=False),
        sa.Column(
            "eingetragen_am", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["gewerbeanzeige_id"],
            ["gewerbeanzeige.id"],
            name=op.f("fk_registereintrag_gewerbeanzeige_id_gewerbeanzeige"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registereintrag")),
        sa.UniqueConstraint("gewerbeanzeige_id", name=op.f("uq_registereintrag_gewerbeanzeige_id")),
    )
    op.create_index(
        "ix_registereintrag_betrieb", "registereintrag", ["ags", "gewerbebetrieb_id"], unique=False
    )
    op.create_table(
        "zustellversuch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("sendung_id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.BigInteger(), nullable=False),
        sa.Column("begonnen_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beendet_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ergebnis", sa.String(), nullable=False),
        sa.Column("fehler", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sendung_id"], ["sendung.id"], name=op.f("fk_zustellversuch_sendung_id_sendung")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zustellversuch")),
        sa.UniqueConstraint("sendung_id", "nr", name=op.f("uq_zustellversuch_sendung_id_nr")),
    )
