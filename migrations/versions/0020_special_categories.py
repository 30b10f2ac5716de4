"""Special categories of personal data: seen by the applicant, and by staff that has noted it first

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
PERSON = "einreicher_id::text = (SELECT current_setting('amt.person', true))"
VERMERKT = "antrag_id::text = (SELECT current_setting('amt.besonders', true))"


def upgrade() -> None:
    schluessel_durch_vermerk()
    angaben()
    dokumente()


def schluessel_durch_vermerk() -> None:
    """The key is turned by the entry in the log of readings: for this transaction, for this submission."""
    op.execute(
        """
        CREATE FUNCTION einsicht_oeffnet() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.leser_art <> 'konto' OR NEW.rolle !~ '^rolle:(leitung|sachbearbeitung)(,|$)' THEN
                RAISE EXCEPTION 'special categories are read by the staff of the town alone'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM set_config('amt.besonders', NEW.antrag_id::text, true);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER oeffnen AFTER INSERT ON einsicht FOR EACH ROW "
        "WHEN (NEW.gegenstand = 'besondere_angaben') EXECUTE FUNCTION einsicht_oeffnet()"
    )


def angaben() -> None:
    op.create_table(
        "antragsinhalt_besonders",
        sa.Column("antrag_id", sa.Uuid(), nullable=False),
        sa.Column("ags", sa.String(length=8), nullable=False),
        sa.Column("einreicher_id", sa.Uuid(), nullable=False),
        sa.Column("inhalt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["antrag_id"], ["antrag.id"], name=op.f("fk_antragsinhalt_besonders_antrag_id_antrag")
        ),
        sa.PrimaryKeyConstraint("antrag_id", name=op.f("pk_antragsinhalt_besonders")),
    )
    op.execute("ALTER TABLE antragsinhalt_besonders ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY lesen ON antragsinhalt_besonders FOR SELECT TO {ANWENDUNG} "
        f"USING (ags = {SCHLUESSEL} AND {VERMERKT} OR {PERSON})"
    )
    op.execute(
        f"CREATE POLICY ablegen ON antragsinhalt_besonders FOR INSERT TO {ANWENDUNG} "
        f"WITH CHECK (ags = {SCHLUESSEL})"
    )
    op.execute(f"CREATE POLICY werk ON antragsinhalt_besonders TO {WERK} USING ({SCHLUESSEL} = '*')")
    op.execute(f"GRANT SELECT, INSERT ON antragsinhalt_besonders TO {ANWENDUNG}")
    op.execute(f"GRANT UPDATE (inhalt) ON antragsinhalt_besonders TO {WERK}")


def dokumente() -> None:
    op.add_column(
        "dokument", sa.Column("besonders", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    eigener = f"EXISTS (SELECT FROM antrag a WHERE a.id = antrag_id AND a.{PERSON})"
    op.execute(
        f"ALTER POLICY mandant ON dokument TO {ANWENDUNG} "
        f"USING (ags = {SCHLUESSEL} AND (NOT besonders OR {VERMERKT} OR {eigener})) "
        f"WITH CHECK (ags = {SCHLUESSEL})"
    )
