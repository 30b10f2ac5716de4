"""What tests share: the official data beside the repository, a database of their own, the app.

One embedded server serves all xdist workers and dies with pytest, even by kill -9. Every test gets a
fresh copy of a migrated template (20 ms), so no test sees what another one wrote. `TEST_DATABASE_URL`
names a server to use instead; its login must be allowed to create databases and roles.
"""

import fcntl
import os
import shutil
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import sitzung as db
from app.db.embedded import EingebetteterServer, Server
from app.db.migration import migrieren
from app.db.rollen import ANWENDUNG, EIGENTUEMER, VERWALTUNG, WERK, Zugang, sql_name
from app.konto import begrenzung

# A provider to log in with, people and a browser, for whoever names a fixture of theirs.
pytest_plugins = ["tests.idp", "tests.mensch", "tests.browser", "tests.verapdf", "tests.clamd"]

_WURZEL = Path(__file__).resolve().parent.parent
_PRAEFIX = "amt-test-"

# The environment of whoever runs the tests must not decide about them, nor may they touch its data.
_DEN_TESTS_GESAGT = {"AMT_SHARED", "AMT_LANG"}
for _name in [name for name in os.environ if name.startswith("AMT_") and name not in _DEN_TESTS_GESAGT]:
    del os.environ[_name]
os.environ.pop("DATABASE_URL", None)
os.environ["AMT_DATENORDNER"] = str(Path(tempfile.gettempdir()) / "amt-test-gibt-es-nicht")
os.environ["AMT_DATENSCHLUESSEL"] = b64encode(os.urandom(32)).decode()
os.environ["AMT_TOKEN_KEY"] = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)


def shared(pfad: str) -> Path:
    """A file of the official data; the calling test is skipped where it is not at hand."""
    ordner = Path(os.environ.get("AMT_SHARED", _WURZEL.parent / "shared"))
    if not (ordner / pfad).exists():
        pytest.skip(f"{pfad} is not at hand: set AMT_SHARED to the folder of the official data")
    return ordner / pfad


@dataclass(frozen=True)
class PgServer:
    """Connection strings with `{}` in place of the database's name, and the owner of new databases."""

    verwaltung: str
    eigentuemer: str
    anwendung: str
    besitzer: str

    @classmethod
    def eingebettet(cls, server: Server) -> "PgServer":
        return cls(
            verwaltung=server.dsn(VERWALTUNG, "{}"),
            eigentuemer=server.dsn(EIGENTUEMER, "{}"),
            # May take on both roles, as one login for API and worker does; what it is unset it may not do.
            anwendung=server.dsn(WERK, "{}"),
            besitzer=EIGENTUEMER,
        )

    @classmethod
    def gegeben(cls, dsn: str) -> "PgServer":
        teile = urlsplit(dsn)
        muster = urlunsplit(teile._replace(path="/{}"))
        return cls(muster, muster, muster, teile.username or "")

    def zugang(self, name: str) -> Zugang:
        anwendung = _auf(self.anwendung, name)
        return Zugang(anwendung=anwendung, werk=anwendung, eigentuemer=_auf(self.eigentuemer, name))

    def name(self, zugang: Zugang) -> str:
        """Name of the database."""
        return urlsplit(zugang.anwendung).path.removeprefix("/")

    def als(self, nutzer: str, kennwort: str, zugang: Zugang) -> str:
        """The same database for another login."""
        teile = urlsplit(zugang.anwendung)
        rechner = teile.netloc.rpartition("@")[2]
        return urlunsplit(teile._replace(netloc=f"{nutzer}:{kennwort}@{rechner}"))

    def als_verwaltung(self, zugang: Zugang) -> str:
        """The same database for the administrator."""
        return _auf(self.verwaltung, self.name(zugang))


def _auf(muster: str, name: str) -> str:
    return muster.replace("%7B%7D", name).replace("{}", name)


class _Server:
    """The server of this test run; started by the first who needs it in the main process."""

    eingebettet: EingebetteterServer | None = None
    ordner: Path | None = None
    test: PgServer | None = None

    @classmethod
    def hole(cls) -> PgServer:
        if cls.test is None:
            if dsn := os.environ.get("TEST_DATABASE_URL"):
                cls.test = PgServer.gegeben(dsn)
            else:
                _raeume_verwaiste()
                cls.ordner = Path(tempfile.mkdtemp(prefix=_PRAEFIX, dir=ablage()))
                # Started as root, the server's uid has to pass through.
                cls.ordner.chmod(0o711)
                cls.eingebettet = EingebetteterServer(cls.ordner, dauerhaft=False)
                cls.test = PgServer.eingebettet(cls.eingebettet.starten())
        return cls.test

    @classmethod
    def beende(cls) -> None:
        if cls.eingebettet is not None:
            cls.eingebettet.beenden()
        if cls.ordner is not None:
            shutil.rmtree(cls.ordner, ignore_errors=True)


def ablage() -> str:
    """Memory if there is enough of it: a database is copied in 10 ms there, on disk in up to 300."""
    speicher = Path("/dev/shm")
    if os.access(speicher, os.W_OK) and shutil.disk_usage(speicher).free > 2 * 1024**3:
        return str(speicher)
    return tempfile.gettempdir()


def _raeume_verwaiste() -> None:
    """Remove data folders of test runs that were killed: their lock is free."""
    for ordner in Path(ablage()).glob(f"{_PRAEFIX}*"):
        try:
            with (ordner / "besitzer.lock").open() as sperre:
                fcntl.flock(sperre, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(ordner, ignore_errors=True)
        except OSError:
            continue


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the server of the controller to each xdist worker."""
    node.workerinput["testserver"] = asdict(_Server.hole())


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server with the run."""
    _Server.beende()


@pytest.fixture(scope="session")
def testserver(request: pytest.FixtureRequest) -> PgServer:
    """The PostgreSQL server of this run."""
    eingabe = getattr(request.config, "workerinput", None)
    return PgServer(**eingabe["testserver"]) if eingabe else _Server.hole()


@pytest.fixture(scope="session")
async def verwaltung(testserver: PgServer) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to the server, outside any test's database."""
    verbindung = await asyncpg.connect(_auf(testserver.verwaltung, "postgres"))
    yield verbindung
    await verbindung.close()


@pytest.fixture(scope="session")
async def _vorlage(testserver: PgServer, verwaltung: asyncpg.Connection) -> AsyncIterator[str]:
    name = f"amt_vorlage_{uuid4().hex[:12]}"
    await verwaltung.execute(
        f"CREATE DATABASE {name} OWNER {sql_name(testserver.besitzer)} TEMPLATE template0"
    )
    zugang = testserver.zugang(name)
    await migrieren(zugang)
    yield name
    await verwaltung.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def datenbank(
    testserver: PgServer, _vorlage: str, verwaltung: asyncpg.Connection
) -> AsyncIterator[Zugang]:
    """Connection strings of a migrated, empty database that only this test uses."""
    name = f"amt_test_{uuid4().hex[:12]}"
    await verwaltung.execute(
        f"CREATE DATABASE {name} OWNER {sql_name(testserver.besitzer)} TEMPLATE {_vorlage} STRATEGY file_copy"
    )
    yield testserver.zugang(name)
    await verwaltung.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def verbunden(datenbank: Zugang) -> AsyncIterator[db.Datenbank]:
    """This process works on the test's database, as worker and commands do.

    `app.db.sitzung.transaktion()` goes there; what `client` asks for is done in the role of the API.
    """
    offen, api = (db.Datenbank(datenbank.werk, rolle=rolle, pool=12) for rolle in (WERK, ANWENDUNG))
    db.verwende(offen)
    _Api.haus, _Api.datenbank = offen, api
    yield offen
    _Api.haus = _Api.datenbank = None
    db.verwende(None)
    await api.schliesse()
    await offen.schliesse()


@pytest.fixture
def api_datenbank(verbunden: db.Datenbank) -> db.Datenbank:
    """The test's database as the API works on it."""
    assert _Api.datenbank is not None
    return _Api.datenbank


@pytest.fixture
def transaktion(verbunden: db.Datenbank) -> Callable[..., AbstractAsyncContextManager[AsyncSession]]:
    """`app.db.sitzung.transaktion` on the test's database."""
    return db.transaktion


@pytest.fixture
async def sitzung(verbunden: db.Datenbank) -> AsyncIterator[AsyncSession]:
    """A session that sees every town; rolled back after the test."""
    async with verbunden.sitzungen() as offen:
        await db.gelten(offen, gemeinde=db.ALLE)
        yield offen
        await offen.rollback()


@pytest.fixture
def anweisungen(verbunden: db.Datenbank) -> Iterator[list[str]]:
    """Every statement that this process sends in the role of worker and commands."""
    gesendet: list[str] = []

    def merke(_v: Any, _c: Any, anweisung: str, *_: Any) -> None:
        gesendet.append(anweisung)

    maschine = verbunden.maschine.sync_engine
    event.listen(maschine, "before_cursor_execute", merke)
    yield gesendet
    event.remove(maschine, "before_cursor_execute", merke)


@pytest.fixture
def datenordner() -> Iterator[Path]:
    """Data folder for an embedded server of the test's own, removed with all it holds.

    Not below `tmp_path`: as root that is closed to the server's uid, and the data would go elsewhere.
    """
    wurzel = Path(tempfile.mkdtemp(prefix="amt-ordner-", dir=ablage()))
    wurzel.chmod(0o711)
    yield wurzel / "daten"
    shutil.rmtree(wurzel)


@pytest.fixture(scope="session")
def _app() -> FastAPI:
    from app.main import create_app  # noqa: PLC0415 the import costs half a second that most tests need not pay

    return create_app()


@pytest.fixture
def app(_app: FastAPI, verbunden: db.Datenbank) -> FastAPI:
    """The whole application on the test's database. Do not add routes: it is shared, build your own."""
    # What other tests have asked for counts for none of this one's limits.
    begrenzung.SPEICHER.reset()
    return _app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client in front of `app`."""
    async with vor(app) as offen:
        yield offen


class _Api:
    """The database of the test as worker and commands see it, and as the API does."""

    haus: db.Datenbank | None = None
    datenbank: db.Datenbank | None = None


def vor(app: FastAPI) -> httpx.AsyncClient:
    """An HTTP client in front of any app; errors come back as responses, as over the network."""

    async def als_api(scope: Any, receive: Any, send: Any) -> None:
        # A test may have put another database in its place: a broken one, a restored one.
        if _Api.datenbank is None or db._Prozess.datenbank is not _Api.haus:
            await app(scope, receive, send)
            return
        with db.im_auftrag(_Api.datenbank):
            await app(scope, receive, send)

    transport = httpx.ASGITransport(als_api, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gewerbeamt.test")


class Klientbau(Protocol):
    """Makes a machine client and gives the header it calls with."""

    async def __call__(
        self, *scopes: str, gemeinde: str | None = None, stelle: str | None = None
    ) -> dict[str, str]: ...


@pytest.fixture
def klient_kopf(verbunden: db.Datenbank) -> Klientbau:
    """`await klient_kopf("postfach", stelle="...")` is the Authorization header of a new client."""
    from app.konto import jose, service  # noqa: PLC0415 as for `app`

    async def baue(*scopes: str, gemeinde: str | None = None, stelle: str | None = None) -> dict[str, str]:
        async with db.transaktion() as sitzung:
            neu = await service.anlegen_klient(
                sitzung, name="Probe", scopes=scopes, gemeinde=gemeinde, stelle=stelle
            )
        token = jose.aussteller().stelle_aus(neu.klient.client_id, neu.klient.scopes)
        return {"Authorization": f"Bearer {token}"}

    return baue
