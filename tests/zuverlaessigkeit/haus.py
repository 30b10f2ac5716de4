"""A house of real processes for tests: a database, an API, a worker, and the clients in front of it."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from app.akte import service as akte
from app.db.rollen import VERWALTUNG
from app.db.sitzung import ALLE, transaktion
from app.konto import jose, sitzungen
from app.konto import service as konto
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.mandanten import service as mandanten
from app.settings import settings
from app.versand import service as versand
from app.versand.verwaltung import richte_empfaenger_ein
from tests.app.gewerbe.anzeigen import PADERBORN
from tests.conftest import ablage
from tests.werk import am_werk
from tests.zuverlaessigkeit.aussen import BRIEF_AN, Aussen
from tests.zuverlaessigkeit.klient import Amt, Kammer, Portal, Zweite
from tests.zuverlaessigkeit.modell import Abgleich, Zusagen, gleiche_ab
from tests.zuverlaessigkeit.postgres import Postgres, bis, freier_port

WURZEL = Path(__file__).resolve().parents[2]
_FRIST = 60.0
_TOKEN_GUELTIG = 3600
_EIN_HAUS = asyncio.Lock()


class Brutkasten:
    """Forks API and worker processes (see brutkasten.py), all of which end with it."""

    def __init__(self, ordner: Path, *davor: str) -> None:
        """`ordner`: where they log; `davor`: command in front of it, as `ip netns exec NAME`."""
        self._ordner = ordner
        self._prozess = subprocess.Popen(
            [*davor, sys.executable, "-m", "tests.zuverlaessigkeit.brutkasten"],
            cwd=WURZEL,
            env=os.environ | {"PYTHONPATH": str(WURZEL)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def starte(self, art: str, umgebung: dict[str, str]) -> int:
        """A new process of kind "api" or "worker"; its number."""
        assert self._prozess.stdin is not None
        assert self._prozess.stdout is not None
        auftrag = {"art": art, "umgebung": umgebung, "log": str(self._ordner / f"{art}.log")}
        self._prozess.stdin.write(json.dumps(auftrag) + "\n")
        self._prozess.stdin.flush()
        return int(self._prozess.stdout.readline())

    def beenden(self) -> None:
        """End all of them."""
        self._prozess.kill()
        self._prozess.communicate()


class Haus:
    """Everything that runs, and what each client was told."""

    def __init__(self, ordner: Path, *, netz: str = "127.0.0.1") -> None:
        """`ordner`: where the data and the logs lie; `netz`: address on which the database listens."""
        self.ordner = ordner
        self.postgres = Postgres(ordner / "postgres", netz=netz)
        self.port = freier_port()
        self.adresse = f"http://127.0.0.1:{self.port}"
        self.datenbank_adresse: str | None = None
        """Where the processes find the database, if not at its own address."""
        self.portal = Portal(self.adresse, {})
        self.amt = Amt(self.adresse, {})
        self.zweite = Zweite(self.adresse, {})
        self.kammern: dict[str, Kammer] = {}
        self.aussen = Aussen(ordner)
        self.zusagen = Zusagen(self.portal, self.amt, self.kammern, self.zweite, self.aussen)
        self.laufend: dict[str, int] = {}
        self._brutkasten = Brutkasten(ordner)

    async def einrichten(self) -> None:
        """Schema, one town, clients; then start the processes and see one notice through."""
        # Alembic, too, works on one database of a process at a time.
        async with _EIN_HAUS:
            await self.postgres.einrichten()
        async with self._verbunden():
            async with transaktion(gemeinde=ALLE) as session:
                await mandanten.einrichten(session, PADERBORN, automatisch_bescheinigen=True)
            self.portal.kopf = await self._kopf("einreichen")
            self.amt.kopf = await self._kopf("sachbearbeitung", gemeinde=PADERBORN)
            self.zweite.kopf = await _browser()
            self.starte("api")
            zusage = await self.portal.reiche_ein()
            for zeile in zusage["empfaenger"]:
                kopf = await self._kopf("postfach", stelle=zeile["stelle"])
                self.kammern[zeile["stelle"]] = Kammer(self.adresse, kopf)
        self.starte("worker")
        assert (await self.vollende()).einwandfrei

    @contextlib.asynccontextmanager
    async def _verbunden(self) -> AsyncIterator[None]:
        """This process works on the house's database; there is one such at a time."""
        async with _EIN_HAUS, am_werk(self.postgres.dsn()):
            yield

    async def _kopf(
        self, scope: str, *, gemeinde: str | None = None, stelle: str | None = None
    ) -> dict[str, str]:
        async with transaktion() as session:
            neu = await konto.anlegen_klient(
                session, name="Probe", scopes=[scope], gemeinde=gemeinde, stelle=stelle
            )
        aussteller = jose.Aussteller(
            os.environ["AMT_TOKEN_KEY"], adresse=settings().adresse, gueltig=_TOKEN_GUELTIG
        )
        return {"Authorization": f"Bearer {aussteller.stelle_aus(neu.klient.client_id, neu.klient.scopes)}"}

    def starte(self, art: str, bruchstelle: str | None = None, **umgebung: str) -> None:
        """Start the process `art` ("api" or "worker"); it stops itself at `bruchstelle`."""
        if bruchstelle is not None:
            umgebung |= {"AMT_BRUCHSTELLE": bruchstelle, "AMT_BRUCHSTELLEN_ERLAUBT": "1"}
        self.laufend[art] = self._brutkasten.starte(art, self.umgebung() | umgebung)

    def umgebung(self) -> dict[str, str]:
        """Settings of a process of this house."""
        return {
            "DATABASE_URL": self.datenbank_adresse or self.postgres.dsn(),
            "AMT_BASIS_URL": settings().adresse,
            "AMT_TOKEN_GUELTIG": str(_TOKEN_GUELTIG),
            "AMT_PORT": str(self.port),
            "AMT_FORMULARE": str(WURZEL / "tests" / "app" / "leistungen"),
            # One delivery after the other: what is found at a point does not depend on chance.
            "AMT_WORKER_GLEICHZEITIG": "1",
            "AMT_WORKER_LEASE": "20",
            "AMT_WORKER_ABFRAGE": "0.2",
        } | self.aussen.umgebung()

    async def bis_angehalten(self, art: str) -> None:
        """Wait until the process has come to its point."""

        async def steht() -> bool:
            zustand = self._zustand(self.laufend[art])
            assert zustand is not None, f"{art} is gone: {self.log(art)}"
            return zustand == "T"

        await bis(steht, _FRIST, f"{art} comes to its point")

    async def toete(self, art: str) -> None:
        """kill -9, also of a process that has stopped."""
        pid = self.laufend.pop(art)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

        async def weg() -> bool:
            return self._zustand(pid) is None

        await bis(weg, _FRIST, f"{art} is gone")
        if art == "worker":
            # The only one: nobody has to wait until its leases have run out.
            await self.frage("UPDATE sendung SET lease_bis = now() WHERE lease_inhaber IS NOT NULL")

    def lass_weiter(self, art: str) -> None:
        """Let a stopped process go on."""
        os.kill(self.laufend[art], signal.SIGCONT)

    @staticmethod
    def _zustand(pid: int) -> str | None:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return stat.rpartition(")")[2].split()[0]

    def log(self, art: str) -> str:
        """The end of what the processes of this kind have written."""
        datei = self.ordner / f"{art}.log"
        return datei.read_text()[-2000:] if datei.exists() else ""

    @contextlib.asynccontextmanager
    async def verwaltung(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that sees everything."""
        verbindung = await asyncpg.connect(self.postgres.dsn(VERWALTUNG))
        try:
            yield verbindung
        finally:
            await verbindung.close()

    async def frage(self, sql: str, *werte: Any) -> Any:
        """One value."""
        async with self.verwaltung() as verbindung:
            return await verbindung.fetchval(sql, *werte)

    async def trenne(self) -> None:
        """End every connection of the application, as a failover does."""
        getrennt = await self.frage(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name LIKE 'gewerbeamt%'"
        )
        assert getrennt, "nobody is connected"

    async def verbiete_stapel(self) -> None:
        """Let every transaction fail that delivers more than one message: then each goes by itself."""
        async with self.verwaltung() as verbindung:
            await verbindung.execute(
                "CREATE FUNCTION einzeln() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " IF (SELECT count(*) FROM neu) > 1 THEN RAISE EXCEPTION 'one at a time'; END IF;"
                " RETURN NULL; END $$;"
                " CREATE TRIGGER einzeln AFTER INSERT ON zustellversuch REFERENCING NEW TABLE AS neu"
                " FOR EACH STATEMENT EXECUTE FUNCTION einzeln()"
            )

    async def erlaube_stapel(self) -> None:
        """End of `verbiete_stapel`."""
        async with self.verwaltung() as verbindung:
            await verbindung.execute("DROP FUNCTION IF EXISTS einzeln() CASCADE")

    @property
    def eine_stelle(self) -> str:
        """The body that is reached in another way where a test wants it so."""
        return next(iter(self.kammern))

    @property
    def dms(self) -> str:
        """The town's DMS, which it has where a test wants it so."""
        return f"dms-{PADERBORN}"

    async def stelle_um(self, stelle: str, kanal: str) -> None:
        """From now on `stelle` is reached over this channel ("email": it is told of what lies ready)."""
        optionen: Mapping[str, Any] = {} if kanal == "email" else self.aussen.optionen(kanal, stelle)
        async with self._verbunden(), transaktion(gemeinde=ALLE) as session:
            await richte_empfaenger_ein(
                session,
                stelle,
                kanal="postfach" if kanal == "email" else kanal,
                optionen=optionen,
                hinweis_an=BRIEF_AN if kanal == "email" else None,
            )

    async def buendele(self, stelle: str, hoechstens: int) -> None:
        """From now on `stelle` gets so many notices in one message."""
        async with self._verbunden(), transaktion(gemeinde=ALLE) as session:
            await versand.richte_buendelung_ein(
                session, stelle, hoechstens=hoechstens, warten=timedelta(hours=1)
            )

    async def stelle_zurueck(self) -> None:
        """Everybody is reached as at the beginning."""
        async with self.verwaltung() as verbindung:
            await verbindung.execute("DELETE FROM empfaenger; DELETE FROM buendelung")

    async def ruhe(self) -> None:
        """Let all work be done."""
        await bis(self._gesetzt, _FRIST, "certificates set", pause=0.1)
        await bis(self.zugestellt, _FRIST, "everything delivered", pause=0.1)
        await bis(self._versiegelt, _FRIST, "journal sealed", pause=0.1)

    async def vollende(self) -> Abgleich:
        """Let all work be done, take everything over, and compare with what was promised."""
        await self.ruhe()
        await asyncio.gather(*(_leere(kammer) for kammer in self.kammern.values()))
        await bis(self._versiegelt, _FRIST, "journal sealed", pause=0.1)
        async with self.verwaltung() as verbindung:
            abgleich = await gleiche_ab(verbindung, self.zusagen)
        async with self._verbunden(), transaktion(gemeinde=ALLE) as session:
            bericht = await akte.journal_pruefen(session)
        assert bericht.bruch is None, bericht
        return abgleich

    async def zugestellt(self) -> bool:
        """True when no delivery waits any more."""
        # Backoff is a matter of time alone: what waits only for its time is due now.
        await self.frage(
            "UPDATE sendung SET naechster_versuch_am = now()"
            " WHERE naechster_versuch_am > now() AND lease_inhaber IS NULL"
        )
        return not await self.frage("SELECT count(*) FROM sendung WHERE naechster_versuch_am IS NOT NULL")

    async def _gesetzt(self) -> bool:
        return not await self.frage("SELECT count(*) FROM bescheinigung WHERE dokument_id IS NULL")

    async def _versiegelt(self) -> bool:
        return not await self.frage("SELECT count(*) FROM journal_unversiegelt")

    def beenden(self) -> None:
        """End every process."""
        self._brutkasten.beenden()
        self.postgres.beenden()


async def _browser() -> dict[str, str]:
    """Headers of a person who is logged in."""
    anmeldung = Anmeldung(
        anbieter="probe",
        issuer="https://idp.example",
        subjekt="zweite",
        art=Kontoart.PERSON,
        niveau=Niveau.HOCH,
        angaben=Angaben(vornamen="Petra", familienname="Probe"),
        authentifiziert_am=datetime.now(UTC),
    )
    async with transaktion() as session:
        geheimnis = await sitzungen.beginne(session, anmeldung, geraet="Probe", bisher=None)
    return {"Cookie": f"amt={geheimnis}", sitzungen.CSRF_KOPF: sitzungen.csrf_token(geheimnis)}


async def _leere(kammer: Kammer) -> None:
    while await kammer.leere():
        pass


def _ordner() -> Path:
    ordner = Path(tempfile.mkdtemp(prefix="amt-haus-", dir=ablage()))
    # Started as root, the server's uid has to pass through.
    ordner.chmod(0o711)
    return ordner


@contextlib.asynccontextmanager
async def haus(*, netz: str = "127.0.0.1") -> AsyncIterator[Haus]:
    """A house with one town in which everything runs; gone afterwards."""
    ordner = _ordner()
    offen = Haus(ordner, netz=netz)
    try:
        async with offen.aussen.offen():
            await offen.einrichten()
            yield offen
    finally:
        offen.beenden()
        shutil.rmtree(ordner)
