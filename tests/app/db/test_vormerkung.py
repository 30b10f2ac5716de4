"""Noted rows: written together when something needs them, under the keys under which they were noted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte.models import Journaleintrag, JournalUnversiegelt
from app.antraege.models import Antrag
from app.db.basis import neue_id
from app.db.sitzung import (
    Datenbank,
    gelten,
    transaktion,
    vorgemerkt,
    vormerken,
    vormerken_werte,
    zeitpunkt,
)
from app.versand.models import Buendelung, Empfaenger, Sendung
from app.vorgaenge.models import Vorgang

PADERBORN, BIELEFELD = "05774032", "05711000"


def _antrag(**anders: Any) -> Antrag:
    werte = {
        "ags": PADERBORN,
        "art": "probe",
        "einreicher_id": neue_id(),
        "kanal": "probe",
        "eingangsnummer": str(neue_id()),
        "inhalt_sha256": b"\x00\xff",
    }
    return Antrag(**werte | anders)


def _vorgang(antrag: Antrag) -> Vorgang:
    return Vorgang(
        ags=antrag.ags,
        antrag_id=antrag.id,
        art="probe",
        aktenzeichen=str(neue_id()),
        zustand="in_pruefung",
        zustaendig="gewerbeamt",
        naechster_termin=datetime(2026, 12, 1, tzinfo=UTC),
        befunde=[{"ä": None}],
    )


def _sendung(vorgang: Vorgang, stelle: str, **anders: Any) -> dict[str, Any]:
    return {
        "ags": vorgang.ags,
        "vorgang_id": vorgang.id,
        "art": "probe",
        "bezug_id": vorgang.id,
        "stelle": stelle,
        "stellenart": "ihk",
        "grundlage": {"felder": [1, 2]},
    } | anders


def _eintrag(**anders: Any) -> dict[str, Any]:
    return {"ags": PADERBORN, "ereignis": "probe", "bezug_art": "probe", "bezug_id": neue_id()} | anders


async def _antraege() -> int:
    async with transaktion(gemeinde=PADERBORN) as session:
        return await session.scalar(select(func.count()).select_from(Antrag)) or 0


@pytest.fixture
async def sitzung(verbunden: Datenbank) -> AsyncIterator[AsyncSession]:
    """A session for one town."""
    async with verbunden.sitzungen() as offen:
        await gelten(offen, gemeinde=PADERBORN)
        yield offen


async def test_rows_of_several_tables_are_one_statement_whatever_their_order(
    sitzung: AsyncSession, anweisungen: list[str]
) -> None:
    antrag = _antrag()
    vormerken(sitzung, antrag)
    vorgang = _vorgang(antrag)
    vormerken_werte(sitzung, Journaleintrag, [_eintrag(angaben={"nr": nr}) for nr in range(3)])
    vormerken(sitzung, vorgang)
    vormerken_werte(sitzung, Sendung, [_sendung(vorgang, "ihk-a"), _sendung(vorgang, "ihk-b")])
    await sitzung.commit()
    assert len(anweisungen) == 2, "the keys, and all rows"

    await gelten(sitzung, gemeinde=PADERBORN)
    gelesen = (await sitzung.scalars(select(Vorgang))).one()
    assert gelesen is not vorgang
    assert (gelesen.id, gelesen.befunde, gelesen.entscheidung) == (vorgang.id, [{"ä": None}], None)
    assert gelesen.naechster_termin == vorgang.naechster_termin
    eintraege = (await sitzung.scalars(select(Journaleintrag).order_by(Journaleintrag.id))).all()
    assert [eintrag.angaben for eintrag in eintraege] == [{"nr": 0}, {"nr": 1}, {"nr": 2}]
    sendungen = (await sitzung.scalars(select(Sendung).order_by(Sendung.stelle))).all()
    assert [(eine.stelle, eine.versuche, eine.geparkt) for eine in sendungen] == [
        ("ihk-a", 0, False),
        ("ihk-b", 0, False),
    ]
    offene = await sitzung.scalars(select(JournalUnversiegelt.eintrag_id))
    assert set(offene) == {eintrag.id for eintrag in eintraege}


async def test_what_many_rows_have_in_common_is_sent_once(
    sitzung: AsyncSession, verbunden: Datenbank
) -> None:
    gesendet: list[Any] = []
    event.listen(
        verbunden.maschine.sync_engine, "before_cursor_execute", lambda *alles: gesendet.append(alles[3])
    )
    angaben: list[Any] = [1, True, 1.5, None]
    ziel = neue_id()
    eintraege = [_eintrag(ereignis="öfter", bezug_id=ziel, angaben={"wert": wert}) for wert in angaben]
    vormerken_werte(sitzung, Journaleintrag, eintraege)
    gelesen = (await sitzung.scalars(select(Journaleintrag).order_by(Journaleintrag.id))).all()
    assert [eintrag.angaben["wert"] for eintrag in gelesen] == angaben
    assert isinstance(gelesen[1].angaben["wert"], bool), "1 and true are two values"
    assert {(eintrag.ereignis, eintrag.bezug_id, eintrag.ags) for eintrag in gelesen} == {
        ("öfter", ziel, PADERBORN)
    }
    assert gesendet[1].count("öfter") == 1


async def test_what_is_the_same_in_all_rows_decides_what_is_worked_out(sitzung: AsyncSession) -> None:
    sitzung.add(Empfaenger(stelle="ihk-a", kanal="email"))
    await sitzung.flush()
    antrag = _antrag()
    vormerken(sitzung, antrag)
    vorgang = _vorgang(antrag)
    vormerken(sitzung, vorgang)
    zeilen = [_sendung(vorgang, "ihk-a", bezug_id=neue_id()) for _ in range(5)]
    vormerken_werte(sitzung, Sendung, zeilen)
    assert list(await sitzung.scalars(select(Sendung.kanal))) == ["email"] * 5


async def test_the_database_works_columns_out_where_they_are_not_given(sitzung: AsyncSession) -> None:
    sitzung.add_all(
        [
            Empfaenger(stelle="ihk-a", kanal="email"),
            Buendelung(stelle="ihk-a", hoechstens=10, warten_sekunden=60),
            Buendelung(stelle="ihk-b", hoechstens=1, warten_sekunden=60),
        ]
    )
    await sitzung.flush()
    jetzt = await zeitpunkt(sitzung)
    antrag = _antrag()
    vormerken(sitzung, antrag)
    vorgang = _vorgang(antrag)
    vormerken(sitzung, vorgang)
    zeilen = [_sendung(vorgang, stelle) for stelle in ("ihk-a", "ihk-b")]
    vormerken_werte(sitzung, Sendung, [*zeilen, _sendung(vorgang, "ihk-c", kanal="http")])
    sendungen = (await sitzung.scalars(select(Sendung).order_by(Sendung.stelle))).all()
    assert [eine.kanal for eine in sendungen] == ["email", "postfach", "http"]
    wartet = [(eine.naechster_versuch_am - jetzt).seconds for eine in sendungen if eine.naechster_versuch_am]
    assert wartet == [60, 0, 0]


async def test_a_statement_sees_what_was_noted_before_it(sitzung: AsyncSession) -> None:
    antrag = _antrag()
    vormerken(sitzung, antrag)
    assert await sitzung.scalar(text("SELECT count(*) FROM antrag")) == 1
    assert (await sitzung.get_one(Antrag, antrag.id)).inhalt_sha256 == b"\x00\xff"
    assert antrag.eingegangen_am is None, "what the server makes is not read back"


async def test_a_noted_row_can_be_changed_until_it_is_written(sitzung: AsyncSession) -> None:
    antrag = _antrag()
    vormerken(sitzung, antrag)
    offen = vorgemerkt(sitzung, Antrag, antrag.id)
    assert offen is antrag
    assert vorgemerkt(sitzung, Vorgang, antrag.id) is None
    offen.kanal = "anders"
    assert await sitzung.scalar(select(Antrag.kanal)) == "anders"
    assert vorgemerkt(sitzung, Antrag, antrag.id) is None


@pytest.mark.parametrize("anzahl", [1, 2])
async def test_a_text_that_is_too_long_is_refused_not_cut(verbunden: Datenbank, anzahl: int) -> None:
    with pytest.raises(DBAPIError, match="too long"):
        async with transaktion(gemeinde=PADERBORN) as session:
            vormerken(session, *(_antrag(ags=f"{PADERBORN}9") for _ in range(anzahl)))


async def test_the_database_refuses_as_ever(verbunden: Datenbank) -> None:
    erster = _antrag()
    async with transaktion(gemeinde=PADERBORN) as session:
        vormerken(session, erster)
    with pytest.raises(IntegrityError):
        async with transaktion(gemeinde=PADERBORN) as session:
            vormerken(session, _antrag(eingangsnummer=erster.eingangsnummer), _antrag())
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaktion(gemeinde=BIELEFELD) as session:
            vormerken(session, _antrag())
    with pytest.raises(IntegrityError):
        async with transaktion(gemeinde=PADERBORN) as session:
            vormerken(session, _vorgang(Antrag(id=neue_id(), ags=PADERBORN)))
    assert await _antraege() == 1


async def test_rows_are_written_under_the_keys_under_which_they_were_noted(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN) as session:
        vormerken(session, _antrag())
        await gelten(session, gemeinde=BIELEFELD)
        vormerken(session, _antrag(ags=BIELEFELD))
    assert await _antraege() == 1
    with pytest.raises(DBAPIError, match="row-level security"):  # noqa: PT012 the block is what is tested
        async with transaktion(gemeinde=BIELEFELD) as session:
            vormerken(session, _antrag())
            await gelten(session, gemeinde=PADERBORN)


async def test_a_rollback_leaves_nothing(verbunden: Datenbank) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 the block is what is tested
        async with transaktion(gemeinde=PADERBORN) as session:
            vormerken(session, _antrag())
            raise RuntimeError
    assert await _antraege() == 0
    async with transaktion(gemeinde=PADERBORN) as session:
        vormerken(session, _antrag())
        await session.rollback()
        await gelten(session, gemeinde=PADERBORN)
    assert await _antraege() == 0


async def test_a_savepoint_takes_back_only_its_own(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN) as session:
        vormerken(session, _antrag())
        versuch = await session.begin_nested()
        vormerken(session, _antrag())
        await versuch.rollback()
        async with session.begin_nested():
            vormerken(session, _antrag())
    assert await _antraege() == 2


async def test_keys_hold_after_a_savepoint_is_taken_back(verbunden: Datenbank) -> None:
    async with transaktion(gemeinde=PADERBORN) as session:
        versuch = await session.begin_nested()
        await gelten(session, gemeinde=BIELEFELD)
        assert await _schluessel(session) == BIELEFELD
        await versuch.rollback()
        assert await _schluessel(session) == BIELEFELD


async def test_keys_that_nothing_has_used_cost_nothing(sitzung: AsyncSession, anweisungen: list[str]) -> None:
    await gelten(sitzung, person="p")
    await gelten(sitzung, gemeinde=BIELEFELD)
    await gelten(sitzung, gemeinde=BIELEFELD)
    assert await _schluessel(sitzung) == BIELEFELD
    await gelten(sitzung, gemeinde=BIELEFELD)
    assert await _schluessel(sitzung) == BIELEFELD
    assert len(anweisungen) == 3, "the keys once, and both questions"


async def test_the_time_of_the_transaction_is_the_servers(sitzung: AsyncSession) -> None:
    jetzt = await zeitpunkt(sitzung)
    assert jetzt == await sitzung.scalar(select(func.now())) == await zeitpunkt(sitzung)
    await sitzung.commit()
    assert await zeitpunkt(sitzung) > jetzt


async def test_ids_are_there_at_once(sitzung: AsyncSession) -> None:
    antrag = _antrag()
    vormerken(sitzung, antrag)
    assert isinstance(antrag.id, UUID)
    eigene = neue_id()
    vormerken(sitzung, _antrag(id=eigene))
    assert eigene in set(await sitzung.scalars(select(Antrag.id)))


async def _schluessel(session: AsyncSession) -> str:
    return str(await session.scalar(text("SELECT current_setting('amt.gemeinde', true)")))
