"""Twenty towns, many callers, two hundred random questions: each answer is what an oracle says.

The oracle knows the rows from the owner's connection and the rules from this page; it knows nothing of
row-level security, keys or rights in the code.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from app.db.rollen import Zugang
from app.db.sitzung import ALLE, transaktion
from app.konto.rollen import Rolle
from app.mandanten import service as mandanten
from app.mandanten.zustaendig import alle_gemeinden
from tests.app.conftest import Anmelden, Einloggen, rolle
from tests.app.gewerbe.anzeigen import anmeldung, zu_pruefen

STAEDTE = [ort.ags for ort in alle_gemeinden()[::20]]
ANZEIGEN = 40
FRAGEN = 200
PFAD = "/api/v1/gewerbeanzeigen"

Zeile = dict[str, Any]


@dataclass(frozen=True)
class Welt:
    """Every row that answers are made of."""

    antraege: list[Zeile]
    vorgaenge: list[Zeile]
    sendungen: list[Zeile]

    @classmethod
    async def lies(cls, datenbank: Zugang) -> "Welt":
        verbindung = await asyncpg.connect(datenbank.eigentuemer)
        try:
            tabellen = [
                [dict(zeile) for zeile in await verbindung.fetch(f"SELECT {spalten} FROM {tabelle}")]
                for tabelle, spalten in (
                    ("antrag", "id, ags, einreicher_id"),
                    ("vorgang", "id, ags, zustand"),
                    ("sendung", "id, ags, stelle, nummer, naechster_versuch_am"),
                )
            ]
        finally:
            await verbindung.close()
        return cls(*tabellen)


@dataclass(frozen=True)
class Anrufer:
    """Somebody, and what the oracle knows about them."""

    wer: str
    http: httpx.AsyncClient
    einreicher: str | None = None
    liest_faelle: str | None = None
    """AGS of the town whose cases it reads."""
    sieht_zustellungen: str | None = None
    """AGS, or * for all towns."""
    stelle: str | None = None


def _ids(zeilen: list[Zeile]) -> set[str]:
    return {str(zeile["id"]) for zeile in zeilen}


def _status(erlaubt: bool, gehoert_dazu: bool) -> int:
    return 403 if not erlaubt else 200 if gehoert_dazu else 404


async def frage_antrag(welt: Welt, wer: Anrufer, zufall: random.Random) -> tuple[Any, Any]:
    antrag = zufall.choice(welt.antraege)
    antwort = await wer.http.get(f"{PFAD}/{antrag['id']}")
    eigener = wer.einreicher is not None and str(antrag["einreicher_id"]) == wer.einreicher
    der_stadt = wer.liest_faelle == antrag["ags"]
    erlaubt = wer.einreicher is not None or wer.liest_faelle is not None
    return antwort.status_code, _status(erlaubt, eigener or der_stadt)


async def frage_vorgang(welt: Welt, wer: Anrufer, zufall: random.Random) -> tuple[Any, Any]:
    vorgang = zufall.choice(welt.vorgaenge)
    antwort = await wer.http.get(f"/api/v1/vorgaenge/{vorgang['id']}")
    return antwort.status_code, _status(wer.liest_faelle is not None, wer.liest_faelle == vorgang["ags"])


async def frage_arbeitsliste(welt: Welt, wer: Anrufer, zufall: random.Random) -> tuple[Any, Any]:
    zustand = zufall.choice(["in_pruefung", "erledigt", "zurueckgewiesen"])
    antwort = await wer.http.get("/api/v1/vorgaenge", params={"zustand": zustand})
    if wer.liest_faelle is None:
        return antwort.status_code, 403
    erwartet = _ids([v for v in welt.vorgaenge if (v["ags"], v["zustand"]) == (wer.liest_faelle, zustand)])
    return {eine["id"] for eine in antwort.json()["vorgaenge"]}, erwartet


async def frage_postfach(welt: Welt, wer: Anrufer, zufall: random.Random) -> tuple[Any, Any]:
    antwort = await wer.http.get("/api/v1/postfach/sendungen", params={"alle": True, "anzahl": 500})
    if wer.stelle is None:
        return antwort.status_code, 403
    erwartet = _ids([s for s in welt.sendungen if s["stelle"] == wer.stelle and s["nummer"] is not None])
    return {eine["id"] for eine in antwort.json()["sendungen"]}, erwartet


async def frage_zustellungen(welt: Welt, wer: Anrufer, zufall: random.Random) -> tuple[Any, Any]:
    antwort = await wer.http.get(
        "/api/v1/verwaltung/sendungen", params={"auswahl": "wartend", "anzahl": 1000}
    )
    if wer.sieht_zustellungen is None:
        return antwort.status_code, 403
    erwartet = _ids(
        [
            s
            for s in welt.sendungen
            if s["naechster_versuch_am"] is not None and wer.sieht_zustellungen in {"*", s["ags"]}
        ]
    )
    return {eine["id"] for eine in antwort.json()["sendungen"]}, erwartet


async def frage_gemeinde(welt: Welt, wer: Anrufer, zufall: random.Random) -> tuple[Any, Any]:
    ags = zufall.choice(STAEDTE)
    antwort = await wer.http.get(f"/api/v1/gemeinden/{ags}")
    erlaubt = wer.sieht_zustellungen is not None
    return antwort.status_code, _status(erlaubt, wer.sieht_zustellungen in {"*", ags})


FRAGEN_ARTEN: list[Callable[..., Any]] = [
    frage_antrag,
    frage_vorgang,
    frage_arbeitsliste,
    frage_postfach,
    frage_zustellungen,
    frage_gemeinde,
]


async def _kennung(http: httpx.AsyncClient, datenbank: Zugang) -> str:
    verbindung = await asyncpg.connect(datenbank.eigentuemer)
    try:
        return str(await verbindung.fetchval("SELECT id FROM klient ORDER BY id DESC LIMIT 1"))
    finally:
        await verbindung.close()


async def _reiche_ein(portale: list[Anrufer], zufall: random.Random) -> None:
    for nummer in range(ANZEIGEN):
        ags = STAEDTE[nummer % len(STAEDTE)]
        bau = zufall.choice([anmeldung, zu_pruefen])
        antwort = await zufall.choice(portale).http.post(PFAD, json=bau(gemeinde=ags))
        assert antwort.status_code == 201, antwort.text


@pytest.fixture
async def anrufer(melde_an: Anmelden, logge_ein: Einloggen, datenbank: Zugang) -> list[Anrufer]:
    """Portals, desks, people of every role, operators; the bodies come when it is known who got something."""
    async with transaktion(gemeinde=ALLE) as session:
        for ags in STAEDTE:
            await mandanten.einrichten(session, ags)
    alle = []
    for nummer in range(3):
        http = await melde_an("einreichen")
        alle.append(Anrufer(f"portal {nummer}", http, einreicher=await _kennung(http, datenbank)))
    for ags in STAEDTE[:6]:
        http = await melde_an("sachbearbeitung", gemeinde=ags)
        alle.append(Anrufer(f"klient {ags}", http, liest_faelle=ags))
    for art, liest, sieht in (
        (Rolle.SACHBEARBEITUNG, True, False),
        (Rolle.LEITUNG, True, True),
        (Rolle.REVISION, True, True),
        (Rolle.ADMINISTRATION, False, True),
    ):
        for ags in STAEDTE[:3]:
            http = await logge_ein(rolle(art, gemeinde=ags))
            alle.append(
                Anrufer(
                    f"{art} {ags}",
                    http,
                    liest_faelle=ags if liest else None,
                    sieht_zustellungen=ags if sieht else None,
                )
            )
    alle.append(Anrufer("betreiber", await melde_an("verwaltung"), sieht_zustellungen="*"))
    ags = STAEDTE[7]
    eine = await melde_an("verwaltung", gemeinde=ags)
    alle.append(Anrufer(f"verwaltung {ags}", eine, sieht_zustellungen=ags))
    return alle


async def test_every_answer_is_the_oracles(
    anrufer: list[Anrufer], melde_an: Anmelden, datenbank: Zugang
) -> None:
    saat = random.randrange(2**32)
    zufall = random.Random(saat)
    await _reiche_ein([einer for einer in anrufer if einer.einreicher], zufall)
    verbindung = await asyncpg.connect(datenbank.eigentuemer)
    # Half of the messages lie in their mailboxes, the others wait.
    await verbindung.execute(
        "UPDATE sendung s SET nummer = n.nummer, bereitgestellt_am = now(), naechster_versuch_am = NULL, "
        "nachricht = '', nachricht_sha256 = '', nachricht_groesse = 0 "
        "FROM (SELECT id, row_number() OVER (PARTITION BY stelle ORDER BY id) AS nummer FROM sendung) n "
        "WHERE n.id = s.id AND n.nummer % 2 = 1"
    )
    await verbindung.close()
    welt = await Welt.lies(datenbank)
    assert len({antrag["ags"] for antrag in welt.antraege}) == len(STAEDTE)
    for stelle in sorted({sendung["stelle"] for sendung in welt.sendungen})[:4]:
        http = await melde_an("postfach", stelle=stelle)
        anrufer.append(Anrufer(f"stelle {stelle}", http, stelle=stelle))
    mit_inhalt = 0
    for nummer in range(FRAGEN):
        frage, wer = zufall.choice(FRAGEN_ARTEN), zufall.choice(anrufer)
        antwort, erwartet = await frage(welt, wer, zufall)
        assert antwort == erwartet, f"{nummer}: {frage.__name__} as {wer.wer}, seed {saat}"
        mit_inhalt += antwort == 200 or (isinstance(antwort, set) and bool(antwort))
    assert mit_inhalt > FRAGEN / 20, "an oracle that is only ever asked what is forbidden proves little"
