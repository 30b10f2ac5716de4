"""Special categories: apart from the rest, and there for nobody who has not noted the reading."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.akte import service as akte
from app.antraege import besonders
from app.antraege.besonders import KeinRecht, hat_besondere, trenne, verbinde
from app.db.rollen import Zugang
from app.db.sitzung import Datenbank, gelten, im_auftrag, transaktion
from app.konto.identitaet import Kontoart
from app.konto.rechte import Scope, Traeger
from app.konto.rollen import Rolle
from app.konto.zugriff import Wer
from app.leistungen.formular import Formular
from app.leistungen.laden import lade

PADERBORN, BIELEFELD = "05774032", "05711000"
FORMEN = Path(__file__).parents[3] / "forms"


@pytest.fixture(scope="module")
def teilhabe() -> Formular:
    return lade(FORMEN / "teilhabe.yaml")


def _wer(*traeger: Traeger, art: str = "konto") -> Wer:
    return Wer(
        id=uuid4(),
        art="klient" if art == "klient" else "konto",
        kennung="x",
        traeger=frozenset(traeger),
        eigenes=False,
        gemeinde=PADERBORN,
        stelle=None,
    )


def test_what_is_special_is_taken_out_and_put_back(teilhabe: Formular) -> None:
    antworten: dict[str, Any] = {
        "antrag": {"form": "ausfuehrlich", "anliegen": "Hilfe beim Wohnen", "wer": "selbst"},
        "person": {"vornamen": "Erika", "familienname": "Musterfrau"},
        "aerzte": [{"name": "Praxis Dr. Weiß", "ort": "Paderborn", "entbindung": True}, {"name": "Klinik"}],
    }
    gewoehnlich, besondere = trenne(teilhabe, antworten)
    assert gewoehnlich == {
        "antrag": {"form": "ausfuehrlich", "wer": "selbst"},
        "person": {"vornamen": "Erika", "familienname": "Musterfrau"},
        "aerzte": [{}, {}],
    }
    assert besondere == {"antrag": {"anliegen": "Hilfe beim Wohnen"}, "aerzte": antworten["aerzte"]}
    assert verbinde(gewoehnlich, besondere) == antworten
    assert antworten["antrag"]["anliegen"] == "Hilfe beim Wohnen"


_WERT = st.text(max_size=5) | st.booleans() | st.integers(0, 9)


@settings(max_examples=60, deadline=None)
@given(daten=st.data())
def test_nothing_is_lost_and_nothing_special_stays(teilhabe: Formular, daten: st.DataObject) -> None:
    antworten: dict[str, Any] = {}
    for schritt, angabe, pfad in teilhabe.felder():
        if schritt.liste is None and angabe.typ != "hinweis" and daten.draw(st.booleans()):
            halter = antworten
            *davor, name = pfad.split(".")
            for teil in davor:
                halter = halter.setdefault(teil, {})
            halter[name] = daten.draw(_WERT)
    gewoehnlich, besondere = trenne(teilhabe, antworten)
    assert verbinde(gewoehnlich, besondere) == antworten
    for schritt, angabe, pfad in teilhabe.felder():
        if schritt.liste is None:
            wert: Any = gewoehnlich if angabe.besonders else besondere
            for teil in pfad.split("."):
                wert = wert.get(teil) if isinstance(wert, dict) else None
            assert wert is None


def test_forms_say_whether_they_ask_for_special_categories(teilhabe: Formular) -> None:
    assert hat_besondere(teilhabe)
    assert not hat_besondere(lade(FORMEN / "bewohnerparkausweis.yaml"))


@pytest.fixture
async def antrag(datenbank: Zugang, verbunden: Datenbank) -> tuple[UUID, UUID, UUID]:
    """Submission, case and applicant, with a special answer and a special document."""
    antrag_id, vorgang_id, person = uuid4(), uuid4(), uuid4()
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute(
        "INSERT INTO antrag (id, ags, art, einreicher_id, kanal, eingangsnummer, inhalt_sha256) "
        f"VALUES ('{antrag_id}', '{PADERBORN}', 'teilhabe', '{person}', 'konto', 'EB-1', '')"
    )
    await eigentuemer.execute(
        "INSERT INTO vorgang (id, ags, antrag_id, art, aktenzeichen, zustand, zustaendig, naechster_termin) "
        f"VALUES ('{vorgang_id}', '{PADERBORN}', '{antrag_id}', 'leistung', 'A', 'in_pruefung', 'x', now())"
    )
    await eigentuemer.close()
    async with transaktion(gemeinde=PADERBORN) as session:
        await besonders.lege_ab(
            session,
            ags=PADERBORN,
            antrag_id=antrag_id,
            einreicher_id=person,
            besondere={"gesundheit": {"pflegegrad": "3"}},
        )
        for geheim in (True, False):
            await akte.ablegen(
                session,
                ags=PADERBORN,
                antrag_id=antrag_id,
                art="nachweis",
                dateiname=f"{geheim}.pdf",
                medientyp="application/pdf",
                inhalt=b"x",
                besonders=geheim,
            )
    return antrag_id, vorgang_id, person


async def _dokumente(session: Any, antrag_id: UUID, vorgang_id: UUID) -> list[str]:
    gefunden = await akte.dokumente(session, antrag_id=antrag_id, vorgang_id=vorgang_id)
    return sorted(eines.dateiname for eines in gefunden)


async def test_the_town_sees_nothing_special_until_the_reading_is_noted(
    antrag: tuple[UUID, UUID, UUID], api_datenbank: Datenbank
) -> None:
    antrag_id, vorgang_id, _ = antrag
    with im_auftrag(api_datenbank):
        async with transaktion(gemeinde=PADERBORN) as session:
            assert await besonders.lies(session, antrag_id) == {}
            assert await _dokumente(session, antrag_id, vorgang_id) == ["False.pdf"]
            await besonders.oeffne(
                session, _wer(Rolle.SACHBEARBEITUNG), antrag_id=antrag_id, vorgang_id=vorgang_id
            )
            assert await besonders.lies(session, antrag_id) == {"gesundheit": {"pflegegrad": "3"}}
            assert await _dokumente(session, antrag_id, vorgang_id) == ["False.pdf", "True.pdf"]
        # The next transaction has to note it again, even on the same connection.
        async with transaktion(gemeinde=PADERBORN) as session:
            assert await besonders.lies(session, antrag_id) == {}
            eintraege = await session.scalar(
                text("SELECT count(*) FROM einsicht WHERE gegenstand = 'besondere_angaben'")
            )
            assert eintraege == 1
        async with transaktion(gemeinde=BIELEFELD) as session:
            await session.execute(text(f"SELECT set_config('amt.besonders', '{antrag_id}', true)"))
            assert await besonders.lies(session, antrag_id) == {}
            assert await _dokumente(session, antrag_id, vorgang_id) == []


async def test_the_applicant_sees_her_own(antrag: tuple[UUID, UUID, UUID], api_datenbank: Datenbank) -> None:
    antrag_id, vorgang_id, person = antrag
    with im_auftrag(api_datenbank):
        async with transaktion(gemeinde=PADERBORN, person=str(person)) as session:
            assert await besonders.lies(session, antrag_id)
            assert await _dokumente(session, antrag_id, vorgang_id) == ["False.pdf", "True.pdf"]
        async with transaktion(gemeinde=PADERBORN, person=str(uuid4())) as session:
            assert await besonders.lies(session, antrag_id) == {}
            assert await _dokumente(session, antrag_id, vorgang_id) == ["False.pdf"]


@pytest.mark.parametrize(
    "wer",
    [
        _wer(Scope.SACHBEARBEITUNG, art="klient"),
        _wer(Scope.SACHBEARBEITUNG),
        _wer(Rolle.REVISION),
        _wer(Rolle.ADMINISTRATION),
        _wer(Rolle.SACHBEARBEITUNG, Rolle.REVISION),
        _wer(Kontoart.PERSON),
    ],
    ids=lambda wer: "+".join((wer.art, *wer.rechtsgrund)),
)
async def test_nobody_else_opens_them(
    wer: Wer, antrag: tuple[UUID, UUID, UUID], api_datenbank: Datenbank
) -> None:
    antrag_id, vorgang_id, _ = antrag
    with im_auftrag(api_datenbank), pytest.raises(KeinRecht):
        async with transaktion(gemeinde=PADERBORN) as session:
            await besonders.oeffne(session, wer, antrag_id=antrag_id, vorgang_id=vorgang_id)


@pytest.mark.parametrize(
    ("art", "rolle"),
    [("klient", "scope:sachbearbeitung"), ("konto", "rolle:revision"), ("konto", "konto:person")],
)
async def test_the_database_refuses_an_entry_for_anybody_else(
    art: str, rolle: str, antrag: tuple[UUID, UUID, UUID], api_datenbank: Datenbank
) -> None:
    async with api_datenbank.sitzungen() as session:
        await gelten(session, gemeinde=PADERBORN)
        with pytest.raises(DBAPIError, match="staff of the town alone"):
            await session.execute(
                text(
                    "INSERT INTO einsicht (id, vorgang_id, leser_art, leser_id, rolle, gegenstand, "
                    f"gegenstand_id, zweck) VALUES ('{uuid4()}', '{antrag[1]}', '{art}', '{uuid4()}', "
                    f"'{rolle}', 'besondere_angaben', '{antrag[0]}', 'bearbeitung')"
                )
            )


async def test_what_lies_in_the_table_is_sealed(antrag: tuple[UUID, UUID, UUID], datenbank: Zugang) -> None:
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    [inhalt] = await eigentuemer.fetch("SELECT inhalt FROM antragsinhalt_besonders")
    await eigentuemer.close()
    assert b"pflegegrad" not in inhalt["inhalt"]


async def test_the_worker_of_all_towns_sees_the_whole_file(
    antrag: tuple[UUID, UUID, UUID], verbunden: Datenbank
) -> None:
    async with transaktion(gemeinde="*") as session:
        assert await _dokumente(session, antrag[0], antrag[1]) == ["False.pdf", "True.pdf"]


async def test_months_to_come_have_the_lock_too(datenbank: Zugang) -> None:
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    await eigentuemer.execute("SELECT einsicht_pflegen_zum(now() + interval '5 months')")
    ohne = await eigentuemer.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'einsicht'::regclass AND NOT "
        "EXISTS (SELECT FROM pg_trigger WHERE tgrelid = inhrelid AND tgname = 'oeffnen')"
    )
    monate = await eigentuemer.fetchval(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'einsicht'::regclass"
    )
    await eigentuemer.close()
    assert ohne == []
    assert monate > 5
