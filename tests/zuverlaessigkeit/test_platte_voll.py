"""A full disk, at the database (SQLSTATE 53100) and at our own process (ENOSPC): 507 and no half row."""

import contextlib
import errno
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from app.db import bruchstelle
from app.db.rollen import Zugang
from app.db.sitzung import Datenbank
from app.gewerbe.router import PFAD
from app.settings import settings
from app.versand.tasks import Zusteller
from app.worker import arbeite_einmal
from tests.app import conftest as oben
from tests.app.antraege.conftest import PNG, abgeschickt, fertiger
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.conftest import PgServer
from tests.zuverlaessigkeit.szenario import SCHRITTE

stadt = oben.stadt
melde_an = oben.melde_an
logge_ein = oben.logge_ein
WURZEL = Path(__file__).resolve().parents[2]

_TABELLEN = (
    "antrag",
    "idempotenzschluessel",
    "journaleintrag",
    "dokument",
    "aktenzeichenzaehler",
    "vorgang",
    "gewerbeanzeige",
    "registereintrag",
    "bescheinigung",
    "sendung",
)
_KOPF = {"Idempotency-Key": "einmal"}

Fuelle = Callable[..., Awaitable[None]]
Zaehle = Callable[[], Awaitable[dict[str, int]]]


@pytest.fixture
async def portal(stadt: Callable[..., Awaitable[str]], melde_an: oben.Anmelden) -> httpx.AsyncClient:
    """A client that submits."""
    await stadt()
    return await melde_an("einreichen")


@pytest.fixture
async def verwaltet(testserver: PgServer, datenbank: Zugang) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to the test's database."""
    verbindung = await asyncpg.connect(testserver.als_verwaltung(datenbank))
    yield verbindung
    await verbindung.close()


@pytest.fixture
def zaehle(verwaltet: asyncpg.Connection) -> Zaehle:
    """How many rows each table of a submission has; a file number that was drawn is not given back."""

    async def zaehle() -> dict[str, int]:
        bleibende = [name for name in _TABELLEN if name != "aktenzeichenzaehler"]
        return {name: await verwaltet.fetchval(f"SELECT count(*) FROM {name}") for name in bleibende}

    return zaehle


@pytest.fixture
async def fuelle(verwaltet: asyncpg.Connection) -> Fuelle:
    """`await fuelle("antrag")`: no row more goes into the table; `wann="commit"`: it is told at COMMIT."""
    await verwaltet.execute(
        "CREATE FUNCTION voll() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    )

    async def fuelle(tabelle: str, *, wann: str = "statement", was: str = "INSERT") -> None:
        await verwaltet.execute(
            f"CREATE TRIGGER voll BEFORE {was} ON {tabelle} FOR EACH ROW EXECUTE FUNCTION voll()"
            if wann == "statement"
            else f"CREATE CONSTRAINT TRIGGER voll AFTER {was} ON {tabelle} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION voll()"
        )

    return fuelle


async def _leere(verwaltet: asyncpg.Connection, tabelle: str) -> None:
    await verwaltet.execute(f"DROP TRIGGER voll ON {tabelle}")


def _ist_507(antwort: httpx.Response) -> None:
    assert antwort.status_code == 507, antwort.text
    assert antwort.headers["content-type"] == "application/problem+json"
    assert antwort.headers["retry-after"] == "60"
    inhalt = antwort.json()
    assert inhalt["code"] == "kein_speicherplatz"
    assert "Speicherplatz" in inhalt["text"]["de"]
    assert "space" in inhalt["text"]["en"]


@pytest.mark.parametrize("wann", ["statement", "commit"])
@pytest.mark.parametrize("tabelle", _TABELLEN)
async def test_submission_leaves_nothing_and_succeeds_later(
    portal: httpx.AsyncClient,
    verwaltet: asyncpg.Connection,
    fuelle: Fuelle,
    zaehle: Zaehle,
    tabelle: str,
    wann: str,
) -> None:
    vorher = await zaehle()
    anzeige = anmeldung()
    await fuelle(tabelle, wann=wann)
    _ist_507(await portal.post(PFAD, json=anzeige, headers=_KOPF))
    assert await zaehle() == vorher

    await _leere(verwaltet, tabelle)
    erste = await portal.post(PFAD, json=anzeige, headers=_KOPF)
    assert erste.status_code == 201
    assert "idempotent-replayed" not in erste.headers
    assert (await portal.post(PFAD, json=anzeige, headers=_KOPF)).text == erste.text
    danach = await zaehle()
    assert (danach["antrag"], danach["bescheinigung"]) == (1, 1)
    assert danach["sendung"] == len(erste.json()["empfaenger"]) > 0


@pytest.fixture
def enospc() -> Iterator[Callable[[str], None]]:
    """`enospc("eingang.geprueft")`: the process finds its disk full at this point."""

    def am(punkt: str) -> None:
        def melde(name: str) -> None:
            if name == punkt:
                raise OSError(errno.ENOSPC, "No space left on device")

        bruchstelle.beobachte(melde)

    yield am
    bruchstelle.beobachte(None)


@pytest.mark.parametrize("punkt", SCHRITTE[0].punkte)
async def test_own_disk_is_full(
    portal: httpx.AsyncClient, zaehle: Zaehle, enospc: Callable[[str], None], punkt: str
) -> None:
    anzeige = anmeldung()
    vorher = await zaehle()
    enospc(punkt)
    _ist_507(await portal.post(PFAD, json=anzeige, headers=_KOPF))
    gespeichert = await zaehle() != vorher
    assert gespeichert == punkt.endswith("nach_commit")

    bruchstelle.beobachte(None)
    antwort = await portal.post(PFAD, json=anzeige, headers=_KOPF)
    assert antwort.status_code == 201
    # Where the commit had gone through before the answer failed, the client is told the first answer.
    assert antwort.headers.get("idempotent-replayed") == ("true" if gespeichert else None)
    assert (await zaehle())["antrag"] == 1


async def test_own_disk_is_full_while_an_application_is_worked_on(
    portal: httpx.AsyncClient,
    melde_an: oben.Anmelden,
    logge_ein: oben.Einloggen,
    verwaltet: asyncpg.Connection,
    enospc: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At no point of what happens to it anything remains; where there is space again, it is done."""
    monkeypatch.setenv("AMT_FORMULARE", str(WURZEL / "tests" / "app" / "leistungen"))
    settings.cache_clear()
    amt, zweite = await melde_an("sachbearbeitung", gemeinde=PADERBORN), await logge_ein()
    tabellen = ("dokument", "journaleintrag", "mitteilung", "mitteilungsanhang", "entscheidung")
    zustaende = "SELECT string_agg(zustand, ',' ORDER BY zustand) FROM"

    async def stand() -> list[object]:
        zahlen = [await verwaltet.fetchval(f"SELECT count(*) FROM {name}") for name in tabellen]
        return [*zahlen, *[await verwaltet.fetchval(f"{zustaende} {n}") for n in ("vorgang", "bestaetigung")]]

    async def immer_wieder(name: str, tue: Callable[[], Awaitable[httpx.Response]]) -> None:
        [schritt] = [einer for einer in SCHRITTE if einer.name == name]
        vorher = await stand()
        for punkt in schritt.punkte:
            if punkt.endswith("nach_commit"):
                continue
            enospc(punkt)
            _ist_507(await tue())
            assert await stand() == vorher, punkt
        bruchstelle.beobachte(None)
        assert (await tue()).is_success
        assert await stand() != vorher

    antrag = (await abgeschickt(portal, await fertiger(portal))).json()
    [fall] = (await amt.get("/api/v1/vorgaenge")).json()["vorgaenge"]
    ort = f"/api/v1/vorgaenge/{fall['id']}"
    bild = {"datei": ("a.png", PNG.read_bytes(), "image/png")}
    code = {"code": antrag["bestaetigungscode"], "antworten": {"stimmt": True}}
    nein = {"text": "Nein.", "gruende": "Die Voraussetzungen fehlen."}
    await immer_wieder("confirm", lambda: zweite.post("/api/v1/bestaetigungen/antwort", json=code))
    await immer_wieder("write", lambda: amt.post(f"{ort}/mitteilungen", data={"text": "Ja"}, files=bild))
    await immer_wieder("decide", lambda: amt.post(f"{ort}/ablehnen", json=nein))
    anderer = (await abgeschickt(portal, await fertiger(portal))).json()["id"]
    zurueck = f"/api/v1/antraege/{anderer}/ruecknahme"
    await immer_wieder("take back", lambda: portal.post(zurueck, json={"grund": "Erledigt"}))
    settings.cache_clear()


@pytest.mark.parametrize(
    ("tabelle", "was", "wann"),
    [
        ("zustellversuch", "INSERT", "statement"),
        ("zustellversuch", "INSERT", "commit"),
        ("postfachzaehler", "INSERT", "statement"),
        ("sendung", "UPDATE", "commit"),
    ],
)
async def test_delivery_waits_for_space(
    portal: httpx.AsyncClient,
    verwaltet: asyncpg.Connection,
    fuelle: Fuelle,
    tabelle: str,
    was: str,
    wann: str,
) -> None:
    anzahl = len((await portal.post(PFAD, json=anmeldung())).json()["empfaenger"])
    await fuelle(tabelle, was=was, wann=wann)
    zusteller = Zusteller()
    # Where not even the failed attempt can be recorded, the round as a whole has failed.
    with contextlib.suppress(DBAPIError, ExceptionGroup):
        await zusteller.arbeite()
    assert await _nummern(verwaltet) == []

    await _leere(verwaltet, tabelle)
    await zusteller.raeume_auf()
    await verwaltet.execute("UPDATE sendung SET naechster_versuch_am = now()")
    assert await zusteller.arbeite() == anzahl
    assert await _nummern(verwaltet) == [1] * anzahl
    assert anzahl == await verwaltet.fetchval(
        "SELECT count(*) FROM zustellversuch WHERE ergebnis = 'bereitgestellt'"
    )


@pytest.mark.parametrize(
    ("tabelle", "was"), [("journalblock", "INSERT"), ("dokument", "INSERT"), ("bescheinigung", "UPDATE")]
)
async def test_certificate_and_seal_wait_for_space(
    portal: httpx.AsyncClient,
    verbunden: Datenbank,
    verwaltet: asyncpg.Connection,
    fuelle: Fuelle,
    tabelle: str,
    was: str,
) -> None:
    assert (await portal.post(PFAD, json=anmeldung())).status_code == 201
    await fuelle(tabelle, was=was)
    with pytest.raises(Exception, match="could not extend file"):
        await arbeite_einmal()
    await _leere(verwaltet, tabelle)
    await arbeite_einmal()
    assert await verwaltet.fetchval("SELECT count(*) FROM dokument WHERE art = 'bescheinigung'") == 1
    assert not await verwaltet.fetchval("SELECT count(*) FROM journal_unversiegelt")


async def _nummern(verwaltet: asyncpg.Connection) -> list[int]:
    zeilen = await verwaltet.fetch("SELECT nummer FROM sendung WHERE nummer IS NOT NULL")
    return [zeile[0] for zeile in zeilen]
