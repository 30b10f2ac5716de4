"""Who may do what in the database.

Four roles: the cluster's administrator (embedded server only), the owner of all tables (migrations),
and two that are no superusers, own nothing and are bound by row-level security (docs/adr/0008):
`amt_anwendung`, as which the API works and for which a key opens one town, and `amt_werk`, as which
worker and commands work and for which the wide key opens all. A server that is given from outside may
use other logins, which then take on one of these roles for every connection.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import asyncpg

from app.betriebsfehler import Betriebsfehler

VERWALTUNG = "amt_verwaltung"
EIGENTUEMER = "amt_eigentuemer"
ANWENDUNG = "amt_anwendung"
WERK = "amt_werk"
DATENBANK = "gewerbeamt"

# Oldest server the project supports: `NULLS NOT DISTINCT`, `MERGE`, and no CREATE on schema public for all.
MINDESTVERSION = 15


class RollenFehler(Betriebsfehler):
    """A role is missing or may do more than it should; the message names the remedy."""


class NichtErreichbar(Betriebsfehler, ConnectionError):
    """The database does not answer, or not to this login."""


@dataclass(frozen=True)
class Zugang:
    """Connection strings (libpq form) of one database: for the API, worker and commands, migrations."""

    anwendung: str
    werk: str
    eigentuemer: str


async def verbinde(
    dsn: str, anweisungsfrist: float | None = None, /, **server_settings: str
) -> asyncpg.Connection:
    """One connection; the caller closes it. `anweisungsfrist`: seconds to wait for the answer to a statement.

    Raises NichtErreichbar or RollenFehler, without the connection string: it holds a password.
    """
    try:
        return await asyncpg.connect(
            dsn, timeout=10, command_timeout=anweisungsfrist, server_settings=server_settings
        )
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as fehler:
        raise RollenFehler(
            f"Der Anmeldung fehlt die Rolle {server_settings.get('role', ANWENDUNG)} "
            "(DATABASE_URL, AMT_WERK_DATABASE_URL): bitte `amt migrate`. "
            "/ The login lacks this role: please run `amt migrate`."
        ) from fehler
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as fehler:
        raise NichtErreichbar(
            f"Die Datenbank ist nicht erreichbar / cannot be reached ({type(fehler).__name__})."
        ) from fehler


def dsn(nutzer: str, kennwort: str, datenbank: str, socket: str) -> str:
    """A libpq connection string for a server behind a unix socket."""
    frage = urlencode({"host": socket, "port": 5432})
    return f"postgresql://{quote(nutzer)}:{quote(kennwort, safe='')}@/{quote(datenbank)}?{frage}"


def sql_name(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def lege_rollen_an(verwaltung: asyncpg.Connection, kennwoerter: dict[str, str]) -> None:
    """Create the login roles of an embedded cluster; safe to repeat."""
    for rolle in (EIGENTUEMER, ANWENDUNG, WERK):
        if not await verwaltung.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", rolle):
            await verwaltung.execute(
                f"CREATE ROLE {rolle} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS "
                f"PASSWORD {_sql_text(kennwoerter[rolle])}"
            )
    await verwaltung.execute(f"GRANT {ANWENDUNG} TO {WERK}")


async def lege_datenbank_an(verwaltung: asyncpg.Connection, name: str, vorlage: str | None = None) -> None:
    """Create database `name` for the owner role, empty or as a copy of `vorlage`; safe to repeat."""
    if await verwaltung.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        return
    await verwaltung.execute(
        f"CREATE DATABASE {sql_name(name)} OWNER {EIGENTUEMER} TEMPLATE {sql_name(vorlage or 'template0')}"
    )
    await verwaltung.execute(f"REVOKE ALL ON DATABASE {sql_name(name)} FROM PUBLIC")
    await verwaltung.execute(f"GRANT CONNECT ON DATABASE {sql_name(name)} TO {ANWENDUNG}")


async def stelle_rollen_bereit(migration: asyncpg.Connection, anwendung: str, werk: str) -> None:
    """See to it that both roles exist and that the logins `anwendung` and `werk` may take them on.

    What is granted to `amt_anwendung` counts for `amt_werk`, too. Raises RollenFehler with the SQL an
    administrator has to run where the migration's login may not.
    """
    try:
        for rolle in (ANWENDUNG, WERK):
            if not await migration.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", rolle):
                await migration.execute(f"CREATE ROLE {rolle} NOLOGIN")
        for rolle, mitglied in ((ANWENDUNG, WERK), (ANWENDUNG, anwendung), (WERK, werk)):
            if not await migration.fetchval(
                "SELECT pg_has_role($1::text, $2::text, 'MEMBER')", mitglied, rolle
            ):
                await migration.execute(f"GRANT {rolle} TO {sql_name(mitglied)}")
    except asyncpg.InsufficientPrivilegeError as fehler:
        raise RollenFehler(
            f"Bitte als Verwalter der Datenbank ausführen / please run as administrator: "
            f"CREATE ROLE {ANWENDUNG} NOLOGIN; CREATE ROLE {WERK} NOLOGIN IN ROLE {ANWENDUNG}; "
            f"GRANT {ANWENDUNG} TO {sql_name(anwendung)}; GRANT {WERK} TO {sql_name(werk)};"
        ) from fehler


async def pruefe_rolle(verbindung: asyncpg.Connection) -> None:
    """Refuse a server that is too old and a role that row-level security would not bind.

    The API's role must not be able to become the worker's either.
    """
    if verbindung.get_server_version().major < MINDESTVERSION:
        raise RollenFehler(f"PostgreSQL {MINDESTVERSION} oder neuer nötig / or newer needed")
    zeile = await verbindung.fetchrow(
        "SELECT rolname, rolsuper, rolbypassrls, "
        "(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        " WHERE c.relowner = r.oid AND n.nspname = 'public') AS besitz "
        "FROM pg_roles r WHERE rolname = current_user"
    )
    if zeile is None or zeile["rolsuper"] or zeile["rolbypassrls"] or zeile["besitz"]:
        raise RollenFehler(
            "Die Rolle der Anwendung darf weder Superuser sein noch BYPASSRLS haben noch Tabellen besitzen. "
            "/ The application's role must be no superuser, not bypass row security and own no table."
        )
    if zeile["rolname"] != WERK and await wird_zu_werk(verbindung, zeile["rolname"]):
        raise RollenFehler(
            f"{zeile['rolname']} darf nicht Mitglied von {WERK} sein. / must not be a member of {WERK}."
        )


async def wird_zu_werk(verbindung: asyncpg.Connection, rolle: str) -> bool:
    """Whether `rolle` may take on the worker's role."""
    return bool(
        await verbindung.fetchval(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $2) "
            "AND (SELECT pg_has_role($1::text, oid, 'MEMBER') FROM pg_roles WHERE rolname = $2)",
            rolle,
            WERK,
        )
    )
