"""What happens to a message about many cases stands in the journal once, and a case's history has its index.

Row-level security keeps conditions that might tell of hidden rows off the indexes, and what is said in jsonb
may: every look for a case's entries had read the whole journal. The function looks on the owner's behalf and
gives ids alone; which of these entries anybody sees, their policy says as before.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ANWENDUNG, WERK = "amt_anwendung", "amt_werk"


def upgrade() -> None:
    # No entry has this key yet: nobody writes for longer than one look through the journal takes.
    op.execute(
        "CREATE INDEX ix_journaleintrag_vorgaenge ON journaleintrag USING gin ((angaben -> 'vorgaenge')) "
        "WHERE angaben ? 'vorgaenge'"
    )
    op.execute(
        """
        CREATE FUNCTION journal_zu_vorgang(fall uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            WITH gemeinsame AS MATERIALIZED (
                SELECT id, bezug_id FROM public.journaleintrag
                WHERE angaben ? 'vorgaenge' AND angaben -> 'vorgaenge' ? fall::text
            )
            SELECT id FROM public.journaleintrag WHERE angaben ->> 'vorgang' = fall::text
            UNION ALL
            SELECT id FROM gemeinsame
            UNION ALL
            SELECT weitere.id FROM public.journaleintrag AS weitere
            WHERE weitere.bezug_id IN (SELECT bezug_id FROM gemeinsame)
              AND NOT weitere.angaben ?| ARRAY['vorgang', 'vorgaenge']
        $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION journal_zu_vorgang(uuid) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION journal_zu_vorgang(uuid) TO {ANWENDUNG}, {WERK}")


def downgrade() -> None:
    op.execute("DROP FUNCTION journal_zu_vorgang(uuid)")
    op.drop_index("ix_journaleintrag_vorgaenge", "journaleintrag")
