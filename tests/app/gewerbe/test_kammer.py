"""A chamber takes a notice in for a founder, a person files for herself or for another."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.antraege.service import Kammereingang
from app.db.sitzung import ALLE, transaktion
from app.gewerbe.errors import KammereingangUngueltig
from app.gewerbe.kammer import HOECHSTENS_TAGE, kammertag, verbleibende_tage
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle
from app.mandanten import service as mandanten
from app.vorgaenge.service import ORTSZEIT
from app.worker import arbeite_einmal
from tests.app.conftest import Anmelden, Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung, zu_pruefen

PFAD, KOPF = "/api/v1/gewerbeanzeigen", "Kammer-Eingang"
IHK, HWK = "ihk-ostwestfalen-zu-bielefeld", "hwk-ostwestfalen-lippe-zu-bielefeld"
FREMD = "ihk-zu-koeln"
HEUTE = date(2026, 11, 20)


@pytest.fixture(autouse=True)
async def _staedte(stadt: Stadt) -> None:
    await stadt(PADERBORN)
    await stadt(BIELEFELD)


def _vor(tage: int) -> str:
    return (datetime.now(ORTSZEIT).date() - timedelta(days=tage)).isoformat()


def _frueher(tage: int, **anders: Any) -> dict[str, Any]:
    """A notice that was signed so many days ago."""
    return zu_pruefen(datum=_vor(tage), **anders)


async def test_chamber_clerk_and_day_are_recorded(logge_ein: Einloggen) -> None:
    kammer = await logge_ein(rolle(Rolle.KAMMER, stelle=IHK))
    antwort = await kammer.post(PFAD, json=_frueher(2), headers={KOPF: _vor(2)})
    assert antwort.status_code == 201, antwort.text
    inhalt = antwort.json()
    assert inhalt["kanal"] == "kammer"
    assert inhalt["kammereingang"]["stelle"] == IHK
    assert inhalt["kammereingang"]["eingegangen_am"] == _vor(2)
    assert (await kammer.get(antwort.headers["location"])).json()["kammereingang"] == inhalt["kammereingang"]
    async with transaktion(gemeinde=ALLE) as session:
        zeile = (await session.execute(text("SELECT * FROM kammereingang"))).one()
        einreicher = await session.scalar(text("SELECT einreicher_id FROM antrag"))
        journal = await session.scalar(
            text("SELECT angaben FROM journaleintrag WHERE ereignis = 'antrag_eingegangen'")
        )
    assert (zeile.ags, zeile.kammer, zeile.bearbeiter_art) == (PADERBORN, IHK, "konto")
    assert zeile.bearbeiter_id == einreicher
    assert (journal["kanal"], journal["kammer"], journal["kammereingang"]) == ("kammer", IHK, _vor(2))


async def test_a_chambers_machine_files_too_by_default_of_today(melde_an: Anmelden) -> None:
    antwort = await (await melde_an("einreichen", stelle=HWK)).post(PFAD, json=anmeldung())
    assert antwort.status_code == 201, antwort.text
    assert antwort.json()["kammereingang"]["stelle"] == HWK
    assert antwort.json()["kammereingang"]["eingegangen_am"] == _vor(0)


async def test_only_a_chamber_of_the_town_may(logge_ein: Einloggen, melde_an: Anmelden) -> None:
    for kammer in (
        await logge_ein(rolle(Rolle.KAMMER, stelle=FREMD)),
        await melde_an("einreichen", stelle="bundesagentur"),
    ):
        antwort = await kammer.post(PFAD, json=anmeldung())
        assert (antwort.status_code, antwort.json()["code"]) == (403, "kammer_unzustaendig")
    # What the other town's chamber files for its own town is no business of ours.
    kammer = await logge_ein(rolle(Rolle.KAMMER, stelle=IHK))
    assert (await kammer.post(PFAD, json=anmeldung(gemeinde=BIELEFELD))).status_code == 201


async def test_nobody_else_says_when_something_was_at_a_chamber(
    logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    for wer in (await logge_ein(), await melde_an("einreichen")):
        antwort = await wer.post(PFAD, json=anmeldung(), headers={KOPF: _vor(1)})
        assert (antwort.status_code, antwort.json()["errors"][0]["code"]) == (422, "keine_kammer")


@pytest.mark.parametrize(
    ("angegeben", "grund"),
    [
        ("2026-11-21", "zukunft"),
        ((HEUTE - timedelta(days=HOECHSTENS_TAGE + 1)).isoformat(), "zu_alt"),
        ("20.11.2026", "kein_datum"),
        ("", "kein_datum"),
        ("2026-02-30", "kein_datum"),
    ],
)
def test_a_day_that_cannot_be_is_refused(angegeben: str, grund: str) -> None:
    with pytest.raises(KammereingangUngueltig) as gefangen:
        kammertag(angegeben, HEUTE)
    assert gefangen.value.errors[0]["code"] == grund


def test_the_oldest_day_and_today_are_taken() -> None:
    aeltester = HEUTE - timedelta(days=HOECHSTENS_TAGE)
    assert kammertag(aeltester.isoformat(), HEUTE) == aeltester
    assert kammertag(HEUTE.isoformat(), HEUTE) == kammertag(None, HEUTE) == HEUTE


@pytest.mark.parametrize(("vor_tagen", "tage"), [(0, 3), (1, 3), (3, 3), (4, 2), (5, 1), (6, 0), (40, 0)])
def test_a_chamber_that_is_late_does_not_make_the_founder_wait(vor_tagen: int, tage: int) -> None:
    eingang = Kammereingang(IHK, uuid4(), "konto", HEUTE - timedelta(days=vor_tagen))
    assert verbleibende_tage(3, eingang, HEUTE) == tage
    assert verbleibende_tage(3, None, HEUTE) == 3


async def test_the_day_at_the_chamber_keeps_the_deadlines(logge_ein: Einloggen) -> None:
    kammer, amt = await logge_ein(rolle(Rolle.KAMMER, stelle=IHK)), await logge_ein(rolle(Rolle.LEITUNG))
    # Begun 40 days ago: too late today, in time when the founder was at the chamber.
    puenktlich = anmeldung(beginn=_vor(40), datum=_vor(40))
    erste = (await kammer.post(PFAD, json=puenktlich, headers={KOPF: _vor(40)})).json()
    zweite = (await kammer.post(PFAD, json=puenktlich)).json()
    assert [befund["rule"] for befund in erste["anzeigen"][0]["befunde"]] == []
    assert "PLA-VERSPAETET" in [befund["rule"] for befund in zweite["anzeigen"][0]["befunde"]]
    offen = (await kammer.post(PFAD, json=_frueher(5), headers={KOPF: _vor(5)})).json()
    fall = (await amt.get(f"/api/v1/vorgaenge/{offen['anzeigen'][0]['vorgang_id']}")).json()
    termin = datetime.fromisoformat(fall["naechster_termin"]).astimezone(ORTSZEIT).date()
    assert termin == datetime.now(ORTSZEIT).date() + timedelta(days=1)


async def test_the_certificate_shows_the_day_at_the_chamber(logge_ein: Einloggen) -> None:
    from io import BytesIO  # noqa: PLC0415

    from pypdf import PdfReader  # noqa: PLC0415

    kammer = await logge_ein(rolle(Rolle.KAMMER, stelle=IHK))
    antwort = await kammer.post(PFAD, json=anmeldung(datum=_vor(2)), headers={KOPF: _vor(2)})
    await arbeite_einmal()
    pdf = (await kammer.get(antwort.headers["location"])).json()["anzeigen"][0]["bescheinigung"]["pdf"]
    inhalt = "".join(
        seite.extract_text() for seite in PdfReader(BytesIO((await kammer.get(pdf)).content)).pages
    )
    tag = date.fromisoformat(_vor(2))
    assert "Bei der Kammer am" in inhalt
    assert f"{tag:%d.%m.%Y}" in inhalt
    assert "IHK" in inhalt


async def test_the_same_again_has_the_first_answer(logge_ein: Einloggen) -> None:
    kammer = await logge_ein(rolle(Rolle.KAMMER, stelle=IHK))
    kopf = {KOPF: _vor(1), "Idempotency-Key": "kammer-1"}
    erste = await kammer.post(PFAD, json=_frueher(1), headers=kopf)
    zweite = await kammer.post(PFAD, json=_frueher(1), headers=kopf)
    assert (zweite.status_code, zweite.headers["idempotent-replayed"]) == (201, "true")
    assert zweite.json() == erste.json()


async def test_a_person_files_for_herself(logge_ein: Einloggen) -> None:
    anna, bernd = await logge_ein(), await logge_ein()
    antwort = await anna.post(PFAD, json=anmeldung())
    assert antwort.status_code == 201, antwort.text
    assert (antwort.json()["kanal"], antwort.json()["vertreten"]) == ("konto", None)
    assert (await anna.get(antwort.headers["location"])).status_code == 200
    assert (await bernd.get(antwort.headers["location"])).status_code == 404


async def test_for_whom_a_person_acts_is_kept_with_the_submission(
    logge_ein: Einloggen, client: httpx.AsyncClient
) -> None:
    anna = await logge_ein()
    async with transaktion(gemeinde=ALLE) as session:
        konto = await session.scalar(text("SELECT konto_id FROM websitzung"))
        vertretung = uuid4()
        await session.execute(
            text(
                "INSERT INTO vertretung (id, konto_id, vertreten, grundlage) VALUES "
                '(:id, :konto, \'{"art": "organisation", "name": "Probe GmbH"}\', \'vollmacht\')'
            ),
            {"id": vertretung, "konto": konto},
        )
        await session.execute(text("UPDATE websitzung SET vertretung_id = :id"), {"id": vertretung})
    antwort = await anna.post(PFAD, json=anmeldung())
    assert antwort.json()["vertreten"] == {"art": "organisation", "name": "Probe GmbH"}
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(text("UPDATE vertretung SET vertreten = '{}', beendet_am = now()"))
        gemerkt = await session.scalar(text("SELECT vertreten FROM antrag"))
    assert gemerkt == {"vertretung_id": str(vertretung), "art": "organisation", "name": "Probe GmbH"}
    amt = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    assert (await amt.get(antwort.headers["location"])).json()["vertreten"]["name"] == "Probe GmbH"


async def test_a_town_may_want_a_surer_login_from_people_alone(
    logge_ein: Einloggen, melde_an: Anmelden
) -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.aendere(session, PADERBORN, {"niveaus": {"gewerbeanzeige": "substantiell"}})
    zu_niedrig = await (await logge_ein()).post(PFAD, json=anmeldung())
    assert (zu_niedrig.status_code, zu_niedrig.json()["code"]) == (403, "niveau_zu_niedrig")
    assert zu_niedrig.json()["errors"][0]["niveau"] == "substantiell"
    for wer in (
        await logge_ein(niveau=Niveau.SUBSTANTIELL),
        await logge_ein(niveau=Niveau.HOCH),
        await logge_ein(rolle(Rolle.KAMMER, stelle=IHK)),
        await melde_an("einreichen"),
    ):
        assert (await wer.post(PFAD, json=anmeldung())).status_code == 201
    assert (await (await logge_ein()).post(PFAD, json=anmeldung(gemeinde=BIELEFELD))).status_code == 201


async def test_the_head_withdraws_as_a_person(logge_ein: Einloggen) -> None:
    anna, leitung = await logge_ein(), await logge_ein(rolle(Rolle.LEITUNG))
    anzeige = (await anna.post(PFAD, json=anmeldung())).json()["anzeigen"][0]["id"]
    antwort = await leitung.post(f"{PFAD}/{anzeige}/widerruf", json={"grund": "Nie begonnen."})
    assert (antwort.status_code, antwort.json()["zustand"]) == (200, "widerrufen")
    async with transaktion(gemeinde=ALLE) as session:
        durch = await session.scalar(text("SELECT durch FROM widerruf"))
        art = await session.scalar(
            text("SELECT art FROM nutzerkonto WHERE id = :id"), {"id": UUID(str(durch))}
        )
    assert art == "beschaeftigt"
