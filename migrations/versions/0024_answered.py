"""What is answered leaves the index of an open mailbox by a mark of its own

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Neither writes a row: what is there counts as answered until the next migration, what comes does not.
    op.execute("ALTER TABLE sendung ADD COLUMN beantwortet boolean NOT NULL DEFAULT true")
    op.execute("ALTER TABLE sendung ALTER COLUMN beantwortet SET DEFAULT false")
