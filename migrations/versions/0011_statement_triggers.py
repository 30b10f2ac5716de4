"""One call per statement, not per row: entries to be sealed; new deliveries wake the workers

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP TRIGGER unversiegelt_vormerken ON journaleintrag")
    op.execute(
        """
        CREATE OR REPLACE FUNCTION unversiegelt_vormerken() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO journal_unversiegelt (eintrag_id) SELECT id FROM neue;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER unversiegelt_vormerken AFTER INSERT ON journaleintrag "
        "REFERENCING NEW TABLE AS neue FOR EACH STATEMENT EXECUTE FUNCTION unversiegelt_vormerken()"
    )
    op.execute(
        """
        CREATE FUNCTION wecke_worker() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('amt_sendung', '');
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER wecke_worker AFTER INSERT ON sendung "
        "FOR EACH STATEMENT EXECUTE FUNCTION wecke_worker()"
    )
