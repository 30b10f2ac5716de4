"""The worker sets each certificate once; anybody can prove one genuine and learns nothing else."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Dokument
from app.antraege.models import Antrag
from app.db.basis import neue_id
from app.db.sitzung import ALLE
from app.gewerbe import tasks
from app.gewerbe.bescheinigung import service
from app.gewerbe.bescheinigung.inhalt import Bescheinigungsinhalt
from app.gewerbe.bescheinigung.pdf import setze
from app.gewerbe.bescheinigung.pruefcode import gruppiert
from app.gewerbe.models import Bescheinigung, Gewerbeanzeige
from app.konto.models import Klient
from app.vorgaenge.models import Vorgang
from tests.app.gewerbe.bescheinigung.conftest import AUSGESTELLT_AM, bescheinigung

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
AGS = "05774032"


async def stelle_aus(transaktion: Transaktion, *inhalte: Bescheinigungsinhalt) -> list[UUID]:
    """Rows as a certification leaves them behind; returns the certificates' ids."""
    ids = []
    async with transaktion(gemeinde=ALLE) as session:
        klient = neue_id()
        await session.execute(
            insert(Klient).values(
                id=klient, client_id=str(klient), name="x", secret_sha256=b"x", scopes=["einreichen"]
            )
        )
        for inhalt in inhalte:
            antrag, vorgang, anzeige, bescheinigung_id = (neue_id() for _ in range(4))
            await session.execute(
                insert(Antrag).values(
                    id=antrag,
                    ags=AGS,
                    art="gewerbeanzeige",
                    einreicher_id=klient,
                    kanal="api",
                    eingangsnummer=str(antrag),
                    inhalt_sha256=b"x",
                )
            )
            await session.execute(
                insert(Vorgang).values(
                    id=vorgang,
                    ags=AGS,
                    antrag_id=antrag,
                    art="gewerbeanzeige",
                    aktenzeichen=str(vorgang),
                    zustand="erledigt",
                    zustaendig="gewerbeamt",
                )
            )
            await session.execute(
                insert(Gewerbeanzeige).values(
                    id=anzeige,
                    ags=AGS,
                    antrag_id=antrag,
                    vorgang_id=vorgang,
                    satz=1,
                    form="A1",
                    uuid=neue_id(),
                    gewerbebetrieb_id=neue_id(),
                    meldungsnummer=str(vorgang),
                    daten={},
                    ereigniszeitpunkt=datetime.now(UTC),
                )
            )
            await session.execute(
                insert(Bescheinigung).values(
                    id=bescheinigung_id,
                    ags=AGS,
                    gewerbeanzeige_id=anzeige,
                    pruefcode=inhalt.pruefcode,
                    automatisch=True,
                    inhalt=inhalt.model_dump(mode="json"),
                    ausgestellt_am=AUSGESTELLT_AM,
                )
            )
            ids.append(bescheinigung_id)
    return ids


async def rendere(transaktion: Transaktion, grenze: int = 10) -> int:
    async with transaktion(gemeinde=ALLE) as session:
        return await service.rendern(session, grenze)


async def test_pdf_is_filed_with_the_case(transaktion: Transaktion, inhalt: Bescheinigungsinhalt) -> None:
    (bescheinigung_id,) = await stelle_aus(transaktion, inhalt)
    assert await rendere(transaktion) == 1
    assert await rendere(transaktion) == 0
    async with transaktion(gemeinde=AGS) as session:
        zeile = await session.get_one(Bescheinigung, bescheinigung_id)
        dokument = await session.get_one(Dokument, zeile.dokument_id)
        anzeige = await session.get_one(Gewerbeanzeige, zeile.gewerbeanzeige_id)
    assert dokument.inhalt == setze(inhalt, AUSGESTELLT_AM)
    assert (dokument.antrag_id, dokument.vorgang_id) == (anzeige.antrag_id, anzeige.vorgang_id)
    assert (dokument.art, dokument.medientyp) == ("bescheinigung", "application/pdf")


async def test_several_workers_set_each_certificate_once(transaktion: Transaktion) -> None:
    await stelle_aus(transaktion, *(bescheinigung(f"Person {nummer}") for nummer in range(12)))
    fertig = 0
    while fertig < 12:
        fertig += sum(await asyncio.gather(*(rendere(transaktion, 3) for _ in range(3))))
    assert fertig == 12
    async with transaktion(gemeinde=ALLE) as session:
        assert await session.scalar(text("SELECT count(*) FROM dokument")) == 12
        assert await session.scalar(text("SELECT count(DISTINCT dokument_id) FROM bescheinigung")) == 12


async def test_one_that_cannot_be_set_does_not_hold_up_the_others(
    transaktion: Transaktion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_nicht_setzbar", set())
    kaputt, heil = await stelle_aus(transaktion, bescheinigung("名前"), bescheinigung())
    assert await rendere(transaktion, 1) == 0
    assert await rendere(transaktion, 1) == 1
    async with transaktion(gemeinde=ALLE) as session:
        assert (await session.get_one(Bescheinigung, kaputt)).dokument_id is None
        assert (await session.get_one(Bescheinigung, heil)).dokument_id is not None


async def test_how_long_the_oldest_has_waited_is_measured(
    transaktion: Transaktion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_nicht_setzbar", set())

    async def gemessen() -> float | None:
        await tasks.messe()
        return REGISTRY.get_sample_value("amt_bescheinigung_aelteste_sekunden")

    assert await gemessen() == 0
    kaputt, _ = await stelle_aus(transaktion, bescheinigung("名前"), bescheinigung())
    async with transaktion(gemeinde=ALLE) as session:
        vor_zwei_stunden = datetime.now(UTC) - timedelta(hours=2)
        (await session.get_one(Bescheinigung, kaputt)).ausgestellt_am = vor_zwei_stunden
    assert await rendere(transaktion, 10) == 1
    assert await gemessen() == pytest.approx(7200, abs=60)


async def test_page_proves_the_certificate(
    client: httpx.AsyncClient, transaktion: Transaktion, inhalt: Bescheinigungsinhalt
) -> None:
    await stelle_aus(transaktion, inhalt)
    vertippt = gruppiert(inhalt.pruefcode).lower().replace("0", "o")
    antwort = await client.get(f"/pruefcode/{vertippt}")
    assert antwort.status_code == 200
    assert antwort.headers["content-type"].startswith("text/html")
    seite = antwort.text
    for stueck in (
        'lang="de"',
        'lang="en"',
        "Stadt Paderborn",
        "21.11.2026",
        "Gewerbe-Anmeldung",
        "ist gültig",
    ):
        assert stueck in seite
    assert gruppiert(inhalt.pruefcode) in seite
    csp = antwort.headers["content-security-policy"]
    assert csp.startswith("default-src 'none'")
    assert "unsafe" not in csp
    assert "<script" not in seite


async def test_json_proves_the_certificate(
    client: httpx.AsyncClient, transaktion: Transaktion, inhalt: Bescheinigungsinhalt
) -> None:
    await stelle_aus(transaktion, inhalt)
    antwort = await client.get(f"/pruefcode/{inhalt.pruefcode}", headers={"Accept": "application/json"})
    assert antwort.json() == {
        "pruefcode": inhalt.pruefcode,
        "behoerde": "Stadt Paderborn – Gewerbeamt",
        "art": "Gewerbe-Anmeldung",
        "ausgestellt_am": "2026-11-21",
        "sha256": None,
        "geltung": "gueltig",
        "seit": None,
    }
    assert antwort.headers["vary"] == "Accept"


async def test_hash_of_the_pdf_is_shown_once_there_is_one(
    client: httpx.AsyncClient, transaktion: Transaktion, inhalt: Bescheinigungsinhalt
) -> None:
    await stelle_aus(transaktion, inhalt)
    await rendere(transaktion)
    pruefsumme = sha256(setze(inhalt, AUSGESTELLT_AM)).hexdigest()
    pfad = f"/pruefcode/{inhalt.pruefcode}"
    assert (await client.get(pfad, headers={"Accept": "application/json"})).json()["sha256"] == pruefsumme
    assert pruefsumme in (await client.get(pfad)).text


async def test_neither_shows_personal_data(client: httpx.AsyncClient, transaktion: Transaktion) -> None:
    inhalt = bescheinigung("Rumpelstilz")
    await stelle_aus(transaktion, inhalt)
    for accept in ("text/html", "application/json"):
        antwort = await client.get(f"/pruefcode/{inhalt.pruefcode}", headers={"Accept": accept})
        assert antwort.status_code == 200
        for verschwiegen in ("Rumpelstilz", inhalt.aktenzeichen, inhalt.eingangsnummer, "IHK"):
            assert verschwiegen not in antwort.text


@pytest.mark.parametrize("code", ["0" * 28, "falsch", "<script>alert(1)</script>", "x" * 500, "%00", "%FF"])
async def test_wrong_code_is_a_page_with_clear_words(client: httpx.AsyncClient, code: str) -> None:
    pfad = f"/pruefcode/{code.replace('/', '%20')}"
    antwort = await client.get(pfad)
    assert antwort.status_code == 404
    assert "Dieser Prüfcode ist nicht bekannt" in antwort.text
    assert "alert(1)" not in antwort.text
    problem = await client.get(
        f"/pruefcode/{code.replace('/', '%20')}", headers={"Accept": "application/json"}
    )
    assert problem.status_code == 404
    assert json.loads(problem.text)["code"] == "pruefcode_unbekannt"


async def test_code_can_be_typed_in(client: httpx.AsyncClient, inhalt: Bescheinigungsinhalt) -> None:
    seite = await client.get("/pruefcode")
    assert 'action="/pruefcode"' in seite.text
    assert 'for="code"' in seite.text
    weiter = await client.get("/pruefcode", params={"code": gruppiert(inhalt.pruefcode).lower()})
    assert weiter.status_code == 303
    assert weiter.headers["location"] == f"/pruefcode/{inhalt.pruefcode}"
    assert (await client.get("/pruefcode", params={"code": "a/b"})).status_code == 404
