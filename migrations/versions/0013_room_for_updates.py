"""Room beside each delivery for its next state; what waits for its seal is not looked up once more

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A delivery changes four times within seconds: on a full page each change goes into eleven indexes anew.
    op.execute("ALTER TABLE sendung SET (fillfactor = 50)")
    op.execute(
        "ALTER TABLE journal_unversiegelt DROP CONSTRAINT fk_journal_unversiegelt_eintrag_id_journaleintrag"
    )
