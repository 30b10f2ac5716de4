"""Who has read personal data, by month, forgotten after six

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
GEMEINDE = "ags = (SELECT current_setting('amt.gemeinde', true))"
STELLE = "stelle = (SELECT current_setting('amt.stelle', true))"
BETROFFEN = "betroffener::text = (SELECT current_setting('amt.person', true))"
EINGETRAGEN = (
    "id",
    "vorgang_id",
    "antrag_id",
    "leser_art",
    "leser_id",
    "rolle",
    "stelle",
    "gegenstand",
    "gegenstand_id",
    "zweck",
)
"""What the application says. When, where and whose data it was, the database knows better."""


def upgrade() -> None:
    op.create_table(
        "einsicht",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zeitpunkt", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("vorgang_id", sa.Uuid(), nullable=True),
        sa.Column("bezeichnung", sa.String(), nullable=False),
        sa.Column("betroffener", sa.Uuid(), nullable=False),
        sa.Column("leser_art", sa.String(), nullable=False),
        sa.Column("leser_id", sa.Uuid(), nullable=False),
        sa.Column("rolle", sa.String(), nullable=False),
        sa.Column("stelle", sa.String(), nullable=True),
        sa.Column("gegenstand", sa.String(), nullable=False),
        sa.Column("gegenstand_id", sa.Uuid(), nullable=False),
        sa.Column("zweck", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", "zeitpunkt", name=op.f("pk_einsicht")),
        postgresql_partition_by="RANGE (zeitpunkt)",
    )
    op.create_index("ix_einsicht_ags", "einsicht", ["ags", "id"])
    op.create_index("ix_einsicht_betroffener", "einsicht", ["betroffener", "id"])
    # Where no worker has run for months: better kept here than not at all.
    op.execute("CREATE TABLE einsicht_uebrige PARTITION OF einsicht DEFAULT")
    for tabelle in ("einsicht", "einsicht_uebrige"):
        op.execute(f"ALTER TABLE {tabelle} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lesen ON einsicht FOR SELECT TO {ANWENDUNG} USING ({GEMEINDE} OR {BETROFFEN})")
    op.execute(
        f"CREATE POLICY eintragen ON einsicht FOR INSERT TO {ANWENDUNG} WITH CHECK ({GEMEINDE} OR {STELLE})"
    )
    op.execute(f"GRANT SELECT, INSERT ({', '.join(EINGETRAGEN)}) ON einsicht TO {ANWENDUNG}")
    ergaenzen()
    pflegen()


def ergaenzen() -> None:
    """Whose data were read stands with the case, which a body that reads its mailbox does not see."""
    op.execute(
        """
        CREATE FUNCTION einsicht_ergaenzen() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF NEW.vorgang_id IS NOT NULL THEN
                SELECT antrag_id, aktenzeichen INTO STRICT NEW.antrag_id, NEW.bezeichnung
                FROM public.vorgang WHERE id = NEW.vorgang_id;
            END IF;
            SELECT ags, einreicher_id, coalesce(NEW.bezeichnung, eingangsnummer)
            INTO STRICT NEW.ags, NEW.betroffener, NEW.bezeichnung
            FROM public.antrag WHERE id = NEW.antrag_id;
            RETURN NEW;
        END $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION einsicht_ergaenzen() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER ergaenzen BEFORE INSERT ON einsicht "
        "FOR EACH ROW EXECUTE FUNCTION einsicht_ergaenzen()"
    )


def pflegen() -> None:
    """The worker owns no table: it may ask for the upkeep, but not say for which day."""
    op.execute(
        """
        CREATE FUNCTION einsicht_pflegen_zum(jetzt timestamptz) RETURNS void LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
        DECLARE
            monat timestamptz;
            teil text;
        BEGIN
            IF NOT pg_try_advisory_xact_lock(hashtext('einsicht_pflegen')) THEN
                RETURN;
            END IF;
            FOR i IN 0..2 LOOP
                monat := date_trunc('month', jetzt) + make_interval(months => i);
                teil := 'einsicht_' || to_char(monat, 'YYYY_MM');
                CONTINUE WHEN to_regclass('public.' || teil) IS NOT NULL
                    OR EXISTS (SELECT FROM public.einsicht_uebrige
                               WHERE zeitpunkt >= monat AND zeitpunkt < monat + interval '1 month');
                EXECUTE format('CREATE TABLE public.%I (LIKE public.einsicht INCLUDING DEFAULTS)', teil);
                EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', teil);
                EXECUTE format(
                    'ALTER TABLE public.einsicht ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                    teil, monat, monat + interval '1 month');
            END LOOP;
            FOR teil IN
                SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid
                WHERE inhparent = 'public.einsicht'::regclass AND relname ~ '^einsicht_[0-9]{4}_[0-9]{2}$'
                  AND to_timestamp(substr(relname, 10), 'YYYY_MM')
                      <= jetzt - interval '6 months' - interval '1 month'
            LOOP
                EXECUTE format('DROP TABLE public.%I', teil);
            END LOOP;
            DELETE FROM public.einsicht WHERE zeitpunkt <= jetzt - interval '6 months';
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION einsicht_pflegen() RETURNS void LANGUAGE sql
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
        'SELECT public.einsicht_pflegen_zum(now())'
        """
    )
    for funktion in ("einsicht_pflegen_zum(timestamptz)", "einsicht_pflegen()"):
        op.execute(f"REVOKE ALL ON FUNCTION {funktion} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION einsicht_pflegen() TO {WERK}")
    op.execute("SELECT einsicht_pflegen_zum(now())")
