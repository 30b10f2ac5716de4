"""The log of readings: nothing is shown without an entry, nobody sees another's, six months and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.rollen import Zugang
from app.db.sitzung import Datenbank, transaktion
from app.einsicht import service, tasks
from app.konto.rollen import Rolle
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, zu_pruefen

EINSICHT, ANZEIGEN, VORGAENGE = "/api/v1/einsicht", "/api/v1/gewerbeanzeigen", "/api/v1/vorgaenge"


@pytest.fixture
async def portal(stadt: Stadt, melde_an: Anmelden) -> httpx.AsyncClient:
    await stadt(PADERBORN)
    await stadt(BIELEFELD)
    return await melde_an("einreichen")


async def _fall(portal: httpx.AsyncClient, gemeinde: str = PADERBORN) -> tuple[str, str]:
    """Ids of a submission and of its case."""
    antwort = (await portal.post(ANZEIGEN, json=zu_pruefen(gemeinde=gemeinde))).json()
    return antwort["id"], antwort["anzeigen"][0]["vorgang_id"]


async def _gelesen(wer: httpx.AsyncClient, **suche: str) -> list[dict[str, Any]]:
    antwort = await wer.get(EINSICHT, params=suche)
    assert antwort.status_code == 200, antwort.text
    einsichten: list[dict[str, Any]] = antwort.json()["einsichten"]
    return einsichten


async def test_the_auditor_sees_who_has_read_what_and_what_for(
    portal: httpx.AsyncClient, logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    antrag, vorgang = await _fall(portal)
    amt, revision = await logge_ein(rolle(Rolle.SACHBEARBEITUNG)), await logge_ein(rolle(Rolle.REVISION))
    maschine = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    fall = (await amt.get(f"{VORGAENGE}/{vorgang}")).json()
    await maschine.get(f"{ANZEIGEN}/{antrag}")
    await revision.get(f"{VORGAENGE}/{vorgang}")
    letzte, mittlere, erste = await _gelesen(revision)
    assert (erste["rolle"], erste["zweck"], erste["gegenstand"]) == (
        "rolle:sachbearbeitung",
        "bearbeitung",
        "vorgang",
    )
    assert erste["bezeichnung"] == fall["aktenzeichen"]
    assert (erste["antrag_id"], erste["vorgang_id"], erste["leser_art"]) == (antrag, vorgang, "konto")
    assert (mittlere["rolle"], mittlere["gegenstand"]) == ("scope:sachbearbeitung", "antrag")
    assert (mittlere["leser_art"], mittlere["vorgang_id"]) == ("klient", None)
    assert (letzte["rolle"], letzte["zweck"]) == ("rolle:revision", "pruefung")
    assert letzte["leser_id"] != erste["leser_id"]
    assert [zeile["id"] for zeile in await _gelesen(revision, leser_id=erste["leser_id"])] == [erste["id"]]
    assert len(await _gelesen(revision, vorgang_id=vorgang)) == 2


async def test_pages_have_no_gap_and_no_double(portal: httpx.AsyncClient, logge_ein: Einloggen) -> None:
    _, vorgang = await _fall(portal)
    amt, revision = await logge_ein(rolle(Rolle.LEITUNG)), await logge_ein(rolle(Rolle.REVISION))
    for _ in range(5):
        await amt.get(f"{VORGAENGE}/{vorgang}")
    gesehen: list[str] = []
    nach: dict[str, str] = {}
    while True:
        seite = (await revision.get(EINSICHT, params={"anzahl": "2", **nach})).json()
        gesehen += [zeile["id"] for zeile in seite["einsichten"]]
        if seite["weiter"] is None:
            break
        nach = {"nach": seite["weiter"]}
    assert len(gesehen) == 5
    assert gesehen == sorted(set(gesehen), reverse=True)


async def test_towns_do_not_meet_here_either(portal: httpx.AsyncClient, logge_ein: Einloggen) -> None:
    _, vorgang = await _fall(portal)
    _, fremder = await _fall(portal, BIELEFELD)
    amt = await logge_ein(rolle(Rolle.LEITUNG))
    assert (await amt.get(f"{VORGAENGE}/{fremder}")).status_code == 404
    await amt.get(f"{VORGAENGE}/{vorgang}")
    assert len(await _gelesen(await logge_ein(rolle(Rolle.REVISION)))) == 1
    assert await _gelesen(await logge_ein(rolle(Rolle.REVISION, gemeinde=BIELEFELD))) == []
    # Also where a query forgets its filter.
    async with transaktion(gemeinde=BIELEFELD) as session:
        assert await session.scalar(text("SELECT count(*) FROM einsicht")) == 0


async def test_a_person_learns_who_has_read_but_no_names(
    portal: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    antrag, vorgang = await _fall(portal)
    konto = uuid4()
    async with transaktion(gemeinde=PADERBORN) as session:
        await session.execute(
            text("UPDATE antrag SET einreicher_id = :konto WHERE id = :antrag"),
            {"konto": konto, "antrag": UUID(antrag)},
        )
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    await amt.get(f"{VORGAENGE}/{vorgang}")
    await amt.get(f"{ANZEIGEN}/{antrag}")
    async with transaktion(person=str(konto)) as session:
        gelesen = await service.wer_hat_gelesen(session, konto)
        weitere = await service.wer_hat_gelesen(session, konto, nach=gelesen[0].id, anzahl=1)
    assert [(eine.gegenstand, eine.ags, eine.rolle) for eine in gelesen] == [
        ("antrag", PADERBORN, "rolle:sachbearbeitung"),
        ("vorgang", PADERBORN, "rolle:sachbearbeitung"),
    ]
    assert weitere == gelesen[1:]
    assert not hasattr(gelesen[0], "leser_id")
    async with transaktion(person=str(uuid4())) as session:
        assert await service.wer_hat_gelesen(session, konto) == []


async def test_who_has_submitted_reads_without_an_entry(
    portal: httpx.AsyncClient, logge_ein: Einloggen
) -> None:
    antrag, _ = await _fall(portal)
    assert (await portal.get(f"{ANZEIGEN}/{antrag}")).status_code == 200
    assert await _gelesen(await logge_ein(rolle(Rolle.REVISION))) == []


async def test_what_cannot_be_noted_is_not_shown(
    portal: httpx.AsyncClient, logge_ein: Einloggen, datenbank: Zugang
) -> None:
    _, vorgang = await _fall(portal)
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute("REVOKE INSERT ON einsicht FROM amt_anwendung")
    await eigentuemer.execute("DROP TRIGGER ergaenzen ON einsicht")
    await eigentuemer.close()
    antwort = await amt.get(f"{VORGAENGE}/{vorgang}")
    assert antwort.status_code == 500
    assert "Musterfrau" not in antwort.text


async def test_the_application_can_neither_change_forge_nor_forget(
    portal: httpx.AsyncClient, logge_ein: Einloggen, verbunden: Datenbank
) -> None:
    _, vorgang = await _fall(portal)
    await (await logge_ein(rolle(Rolle.LEITUNG))).get(f"{VORGAENGE}/{vorgang}")
    eintrag = (
        "INSERT INTO einsicht "
        "(id, vorgang_id, leser_art, leser_id, rolle, gegenstand, gegenstand_id, zweck{}) "
        f"SELECT gen_random_uuid(), '{vorgang}', 'konto', gen_random_uuid(), 'x', 'x', gen_random_uuid(), 'x'"
    )
    for anweisung in (
        "UPDATE einsicht SET leser_id = gen_random_uuid()",
        "DELETE FROM einsicht",
        "TRUNCATE einsicht",
        "SELECT einsicht_pflegen_zum(now() + interval '1 year')",
        f"DELETE FROM einsicht_{datetime.now(UTC):%Y_%m}",
        f"SELECT * FROM einsicht_{datetime.now(UTC):%Y_%m}",
        eintrag.format(", zeitpunkt") + ", now() - interval '1 year'",
        eintrag.format(", betroffener") + ", gen_random_uuid()",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with transaktion(gemeinde=PADERBORN) as session:
                await session.execute(text(anweisung))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaktion(gemeinde=BIELEFELD) as session:
            await session.execute(text(eintrag.format("")))


async def _teile(eigentuemer: asyncpg.Connection) -> set[str]:
    zeilen = await eigentuemer.fetch(
        "SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid "
        "WHERE inhparent = 'einsicht'::regclass"
    )
    return {zeile["relname"] for zeile in zeilen}


async def test_months_are_made_ahead_and_forgotten_after_six(
    portal: httpx.AsyncClient, logge_ein: Einloggen, datenbank: Zugang
) -> None:
    _, vorgang = await _fall(portal)
    await (await logge_ein(rolle(Rolle.LEITUNG))).get(f"{VORGAENGE}/{vorgang}")
    await tasks.pflege()
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    jetzt = datetime.now(UTC)
    anfang = await _teile(eigentuemer)
    assert anfang >= {"einsicht_uebrige", f"einsicht_{jetzt:%Y_%m}"}
    assert len(anfang) == 4
    monate = "SELECT now() + make_interval(months => $1, secs => $2)"
    knapp = await eigentuemer.fetchval(monate, 6, -60)
    await eigentuemer.execute("SELECT einsicht_pflegen_zum($1)", knapp)
    assert await eigentuemer.fetchval("SELECT count(*) FROM einsicht") == 1
    assert f"einsicht_{jetzt:%Y_%m}" in await _teile(eigentuemer)
    sechs = await eigentuemer.fetchval(monate, 6, 60)
    await eigentuemer.execute("SELECT einsicht_pflegen_zum($1)", sechs)
    assert await eigentuemer.fetchval("SELECT count(*) FROM einsicht") == 0
    spaeter = jetzt + timedelta(days=31 * 8)
    await eigentuemer.execute("SELECT einsicht_pflegen_zum($1)", spaeter)
    uebrig = await _teile(eigentuemer)
    assert f"einsicht_{jetzt:%Y_%m}" not in uebrig
    assert f"einsicht_{spaeter:%Y_%m}" in uebrig
    await eigentuemer.close()


async def test_a_month_nobody_has_made_room_for_is_kept_all_the_same(
    portal: httpx.AsyncClient, logge_ein: Einloggen, datenbank: Zugang
) -> None:
    _, vorgang = await _fall(portal)
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    teil = f"einsicht_{datetime.now(UTC):%Y_%m}"
    await eigentuemer.execute(f"DROP TABLE {teil}")
    await (await logge_ein(rolle(Rolle.LEITUNG))).get(f"{VORGAENGE}/{vorgang}")
    await tasks.pflege()
    assert await eigentuemer.fetchval("SELECT count(*) FROM einsicht_uebrige") == 1
    assert teil not in await _teile(eigentuemer)
    assert len(await _gelesen(await logge_ein(rolle(Rolle.REVISION)))) == 1
    await eigentuemer.close()
