"""The wide key opens the tables for the worker's role alone; towns write their own settings only

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
"""Group role of worker and commands; `amt migrate` has made it."""

SCHLUESSEL = "(SELECT current_setting('amt.gemeinde', true))"
PERSON = "einreicher_id::text = (SELECT current_setting('amt.person', true))"
STELLE = "stelle = (SELECT current_setting('amt.stelle', true))"
EIGENE = f"ags = {SCHLUESSEL}"
EIGENE_ODER_ALLE = f"{SCHLUESSEL} IN (ags, '*')"

# What the API sees: (condition on reading and changing, condition on what it writes where that is wider).
MANDANTENTRENNUNG = {
    "antrag": (f"{EIGENE} OR {PERSON}", None),
    "idempotenzschluessel": (f"{EIGENE} OR {PERSON}", None),
    "vorgang": (EIGENE, None),
    "gewerbeanzeige": (EIGENE, None),
    "registereintrag": (EIGENE, None),
    "bescheinigung": (EIGENE, None),
    "dokument": (EIGENE, None),
    "aktenzeichenzaehler": (EIGENE, None),
    "widerruf": (EIGENE, None),
    "akten_export": (EIGENE, None),
    # Whoever looks after the deliveries of all towns sees them, sends again, and the journal notes it.
    "sendung": (f"{EIGENE_ODER_ALLE} OR {STELLE}", None),
    "zustellversuch": (EIGENE_ODER_ALLE, None),
    "journaleintrag": (EIGENE, EIGENE_ODER_ALLE),
}


def upgrade() -> None:
    for tabelle, (lesen, schreiben) in MANDANTENTRENNUNG.items():
        weiter = f" WITH CHECK ({schreiben})" if schreiben else ""
        op.execute(f"ALTER POLICY mandant ON {tabelle} TO {ANWENDUNG} USING ({lesen}){weiter}")
        op.execute(f"CREATE POLICY werk ON {tabelle} TO {WERK} USING ({SCHLUESSEL} = '*')")
    einstellungen()
    pruefcodes()


def einstellungen() -> None:
    """Everybody may read how a town is set up: its name and address stand on every certificate."""
    op.execute("ALTER TABLE mandant ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lesen ON mandant FOR SELECT TO {ANWENDUNG} USING (true)")
    op.execute(f"CREATE POLICY anlegen ON mandant FOR INSERT TO {ANWENDUNG} WITH CHECK ({EIGENE_ODER_ALLE})")
    op.execute(f"CREATE POLICY aendern ON mandant FOR UPDATE TO {ANWENDUNG} USING ({EIGENE_ODER_ALLE})")
    op.execute(f"CREATE POLICY werk ON mandant TO {WERK} USING (true)")


def pruefcodes() -> None:
    """A code does not say which town it is from: whoever has one learns that, and nothing else."""
    op.execute(
        """
        CREATE FUNCTION gemeinde_des_pruefcodes(code text) RETURNS text LANGUAGE sql STABLE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
        'SELECT ags FROM public.bescheinigung WHERE pruefcode = code'
        """
    )
    op.execute("REVOKE ALL ON FUNCTION gemeinde_des_pruefcodes(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION gemeinde_des_pruefcodes(text) TO {ANWENDUNG}")
