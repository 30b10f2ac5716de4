"""An applicant and the office write to each other; nobody else reads it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.antraege.service import Einreichung, annehmen
from app.db.sitzung import ALLE
from app.mandanten.service import einrichten
from app.mitteilungen import service
from app.mitteilungen.service import Beilage, UnbekannterAnhang, UnbekannterAntrag
from app.vorgaenge.service import eroeffnen

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
PADERBORN, BIELEFELD = "05774032", "05711000"
FRAGE = "Bitte schicken Sie uns die Zulassung – Seite 2 fehlt."
SCAN = Beilage("zulassung.pdf", "application/pdf", b"%PDF-1.7 Seite 2")


@dataclass(frozen=True)
class Fall:
    antrag_id: UUID
    vorgang_id: UUID
    person: UUID
    clerk: UUID


@pytest.fixture
async def fall(transaktion: Transaktion) -> Fall:
    person = uuid4()
    async with transaktion(gemeinde=ALLE) as session:
        ort = await einrichten(session, PADERBORN)
        await einrichten(session, BIELEFELD)
        annahme = await annehmen(
            session,
            Einreichung(PADERBORN, "bewohnerparkausweis", person, "konto", [], sha256(b"").digest()),
        )
        vorgang = await eroeffnen(
            session,
            ags=PADERBORN,
            antrag_id=annahme.eingang.id,
            art="leistung",
            zustaendig="strassenverkehr",
            frist_tage=14,
            aktenzeichen_schema=ort.aktenzeichen_schema,
        )
    return Fall(annahme.eingang.id, vorgang.id, person, uuid4())


async def _frage(transaktion: Transaktion, fall: Fall) -> None:
    async with transaktion(gemeinde=PADERBORN) as session:
        await service.schreibe_an_person(
            session, fall.antrag_id, FRAGE, ags=PADERBORN, vorgang_id=fall.vorgang_id, durch=fall.clerk
        )


async def test_question_and_answer_with_a_file(transaktion: Transaktion, fall: Fall) -> None:
    await _frage(transaktion, fall)
    async with transaktion(person=str(fall.person)) as session:
        assert await service.ungelesene(session, fall.person) == {fall.antrag_id: 1}
        (frage,) = await service.verlauf(session, fall.antrag_id)
        assert (frage.von, frage.text, frage.gelesen_am) == ("amt", FRAGE, None)
        await service.vermerke_gelesen(session, fall.antrag_id, durch="person")
        await service.schreibe_ans_amt(session, fall.antrag_id, "Hier ist sie.", [SCAN], person=fall.person)
    async with transaktion(person=str(fall.person)) as session:
        assert await service.ungelesene(session, fall.person) == {}
    async with transaktion(gemeinde=PADERBORN) as session:
        frage, antwort = await service.verlauf(session, fall.antrag_id)
        assert frage.gelesen_am is not None
        assert (antwort.von, antwort.text, antwort.gelesen_am) == ("person", "Hier ist sie.", None)
        (beilage,) = antwort.anhaenge
        assert (beilage.dateiname, beilage.groesse) == ("zulassung.pdf", len(SCAN.inhalt))
        _, inhalt = await service.anhang(session, fall.antrag_id, beilage.id, person=None, ags=PADERBORN)
        assert inhalt == SCAN.inhalt
        # The file is a document of the application, for the e-file too.
        abgelegt = await akte.dokumente(session, antrag_id=fall.antrag_id, vorgang_id=fall.vorgang_id)
        assert [eines.art for eines in abgelegt] == [service.ART_DES_ANHANGS]


async def test_nobody_else_reads_or_writes(transaktion: Transaktion, fall: Fall) -> None:
    await _frage(transaktion, fall)
    fremd = uuid4()
    async with transaktion(person=str(fremd)) as session:
        assert await service.verlauf(session, fall.antrag_id) == []
        with pytest.raises(UnbekannterAntrag):
            await service.schreibe_ans_amt(session, fall.antrag_id, "Hallo", person=fremd)
    async with transaktion(gemeinde=BIELEFELD) as session:
        assert await service.verlauf(session, fall.antrag_id) == []
        with pytest.raises(UnbekannterAntrag):
            await service.schreibe_an_person(
                session, fall.antrag_id, "Hallo", ags=BIELEFELD, vorgang_id=fall.vorgang_id, durch=fremd
            )


async def test_an_attachment_is_asked_for_under_its_own_application(
    transaktion: Transaktion, fall: Fall
) -> None:
    async with transaktion(person=str(fall.person)) as session:
        geschrieben = await service.schreibe_ans_amt(
            session, fall.antrag_id, "Anbei", [SCAN], person=fall.person
        )
    anhang = geschrieben.anhaenge[0].id
    async with transaktion(person=str(fall.person)) as session:
        gefunden, inhalt = await service.anhang(session, fall.antrag_id, anhang, person=fall.person, ags=None)
        assert (gefunden.id, inhalt) == (anhang, SCAN.inhalt)
    async with transaktion(person=str(fall.person)) as session:
        with pytest.raises(UnbekannterAnhang):
            await service.anhang(session, fall.antrag_id, uuid4(), person=fall.person, ags=None)
    fremd = uuid4()
    async with transaktion(person=str(fremd)) as session:
        with pytest.raises(UnbekannterAntrag):
            await service.anhang(session, fall.antrag_id, anhang, person=fremd, ags=None)


async def test_the_database_does_not_hold_what_was_written(transaktion: Transaktion, fall: Fall) -> None:
    await _frage(transaktion, fall)
    async with transaktion(gemeinde=PADERBORN) as session:
        inhalt = await session.scalar(text("SELECT inhalt FROM mitteilung"))
        ereignisse = (await session.scalars(text("SELECT angaben::text FROM journaleintrag"))).all()
    assert b"Zulassung" not in inhalt
    assert not any("Zulassung" in angabe for angabe in ereignisse)
