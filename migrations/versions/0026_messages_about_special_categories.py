"""Messages about an application with special categories are seen as those are

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
PERSON = "einreicher_id::text = (SELECT current_setting('amt.person', true))"
VERMERKT = "(SELECT current_setting('amt.besonders', true))"


def upgrade() -> None:
    for tabelle, antrag in (
        ("mitteilung", "antrag_id::text"),
        ("mitteilungsanhang", "(SELECT m.antrag_id::text FROM mitteilung m WHERE m.id = mitteilung_id)"),
    ):
        op.add_column(
            tabelle, sa.Column("besonders", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        op.execute(
            f"ALTER POLICY mandant ON {tabelle} TO {ANWENDUNG} "
            f"USING (ags = {SCHLUESSEL} AND (NOT besonders OR {antrag} = {VERMERKT}) OR {PERSON}) "
            f"WITH CHECK (ags = {SCHLUESSEL} OR {PERSON})"
        )
