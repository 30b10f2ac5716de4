"""A case may be refused, forwarded to another body, or withdrawn by the applicant

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ZUSTAENDE = "'in_pruefung', 'erledigt', 'abgelehnt', 'zurueckgewiesen', 'weitergeleitet', 'zurueckgezogen'"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_vorgang_zustand"), "vorgang", type_="check")
    # Every row obeyed a narrower rule: no need to read them all while the table is locked.
    op.execute(
        f"ALTER TABLE vorgang ADD CONSTRAINT ck_vorgang_zustand CHECK (zustand IN ({ZUSTAENDE})) NOT VALID"
    )
    op.execute("ALTER TABLE vorgang VALIDATE CONSTRAINT ck_vorgang_zustand")
