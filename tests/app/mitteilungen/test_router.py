"""Messages over the interface: both sides, files, refusals, and who may."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.antraege.service import Einreichung, annehmen
from app.db.sitzung import ALLE, transaktion
from app.konto.rollen import Rolle
from app.mandanten import service as mandanten
from app.settings import settings
from app.vorgaenge.service import eroeffnen
from app.worker import arbeite_einmal
from tests.app.antraege.dateien import pdf
from tests.app.conftest import Einloggen, Stadt, rolle
from tests.app.versand.channels.briefkasten import KENNWORT, NUTZER, Briefkasten, postamt
from tests.app.versand.channels.gegenstelle import Zertifikate

PADERBORN, BIELEFELD = "05774032", "05711000"
LEER = {"datei": ("", b"")}
"""As a browser sends a field for files that was left empty."""


@pytest.fixture
async def fall(stadt: Stadt, logge_ein: Einloggen) -> tuple[httpx.AsyncClient, UUID, UUID]:
    """Somebody who is logged in, her application and its case."""
    await stadt(PADERBORN)
    await stadt(BIELEFELD)
    person = await logge_ein(subjekt="petra")
    async with transaktion(gemeinde=ALLE) as session:
        konto_id = await session.scalar(text("SELECT id FROM nutzerkonto WHERE subjekt = 'petra'"))
        annahme = await annehmen(
            session, Einreichung(PADERBORN, "probe", konto_id, "konto", [], sha256(b"").digest())
        )
        vorgang = await eroeffnen(
            session,
            ags=PADERBORN,
            antrag_id=annahme.eingang.id,
            art="leistung",
            zustaendig="amt",
            frist_tage=14,
            aktenzeichen_schema=(await mandanten.einstellung(session, PADERBORN)).aktenzeichen_schema,
        )
    return person, annahme.eingang.id, vorgang.id


async def test_both_sides(fall: tuple[httpx.AsyncClient, UUID, UUID], logge_ein: Einloggen) -> None:
    person, antrag_id, vorgang_id = fall
    clerk = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    frage = await clerk.post(
        f"/api/v1/vorgaenge/{vorgang_id}/mitteilungen",
        data={"text": "Bitte Seite 2 schicken.\r\nDanke"},
        files={"datei": ("", b"")},
    )
    assert frage.status_code == 201, frage.text
    pfad = f"/api/v1/antraege/{antrag_id}/mitteilungen"
    gelesen = (await person.get(pfad)).json()["mitteilungen"]
    assert [(eine["von"], eine["text"]) for eine in gelesen] == [("amt", "Bitte Seite 2 schicken.\nDanke")]
    antwort = await person.post(
        pfad,
        data={"text": "Anbei"},
        files=[("datei", ("Seite 2.pdf", pdf(), "application/pdf"))] * 2,
    )
    assert antwort.status_code == 201, antwort.text
    anhaenge = antwort.json()["anhaenge"]
    assert [einer["dateiname"] for einer in anhaenge] == ["Seite 2.pdf"] * 2
    im_amt = (await clerk.get(f"/api/v1/vorgaenge/{vorgang_id}/mitteilungen")).json()["mitteilungen"]
    assert im_amt[0]["gelesen_am"] is not None
    datei = await clerk.get(f"/api/v1/vorgaenge/{vorgang_id}/mitteilungen/anhaenge/{anhaenge[0]['id']}")
    assert datei.content == pdf()
    assert datei.headers["content-disposition"] == "attachment; filename*=UTF-8''Seite%202.pdf"
    eigene = await person.get(f"{pfad}/anhaenge/{anhaenge[1]['id']}")
    assert eigene.content == pdf()


async def test_the_applicant_is_told_of_each_message_of_the_office_and_of_none_of_her_own(
    fall: tuple[httpx.AsyncClient, UUID, UUID],
    logge_ein: Einloggen,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Through a real mail server, by the worker; the letter says nothing of what was written."""
    person, antrag_id, vorgang_id = fall
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(
            text('UPDATE nutzerkonto SET angaben = angaben || \'{"email": "petra@probe.example"}\'')
        )
    clerk = await logge_ein(rolle(Rolle.SACHBEARBEITUNG))
    kasten = Briefkasten()
    zertifikate = Zertifikate(tmp_path)
    async with postamt(kasten, zertifikate.kontext("localhost")) as port:
        monkeypatch.setenv("AMT_CA_DATEI", str(zertifikate.datei))
        monkeypatch.setenv(
            "AMT_SMTP_URL", f"smtp+starttls://{NUTZER}:{quote(KENNWORT, safe='')}@localhost:{port}"
        )
        monkeypatch.setenv("AMT_SMTP_ABSENDER", "amt@probe.example")
        settings.cache_clear()
        try:
            for frage in ("Bitte Seite 2 schicken.", "Bitte auch Seite 3."):
                antwort = await clerk.post(
                    f"/api/v1/vorgaenge/{vorgang_id}/mitteilungen", data={"text": frage}, files=LEER
                )
                assert antwort.status_code == 201, antwort.text
            await person.post(
                f"/api/v1/antraege/{antrag_id}/mitteilungen", data={"text": "Anbei"}, files=LEER
            )
            await arbeite_einmal()
        finally:
            monkeypatch.undo()
            settings.cache_clear()
    assert [brief["To"] for brief in kasten.briefe] == ["petra@probe.example"] * 2
    for brief in kasten.briefe:
        assert not any(wort in str(brief) for wort in ("Seite", "Paderborn", str(vorgang_id), str(antrag_id)))


@pytest.mark.parametrize(
    ("inhalt", "status", "code"),
    [
        ("", 422, "text_fehlt"),
        (" \n ", 422, "text_fehlt"),
        ("x" * 5001, 422, "text_ungueltig"),
        ("Hallo 👋", 422, "text_ungueltig"),
        ("von \u202e rechts", 422, "text_ungueltig"),
    ],
)
async def test_what_is_no_text(
    fall: tuple[httpx.AsyncClient, UUID, UUID], inhalt: str, status: int, code: str
) -> None:
    person, antrag_id, _ = fall
    antwort = await person.post(
        f"/api/v1/antraege/{antrag_id}/mitteilungen", data={"text": inhalt}, files={"datei": ("", b"")}
    )
    assert (antwort.status_code, antwort.json()["code"]) == (status, code)
    assert antwort.json()["errors"][0]["pointer"] == "/text"


async def test_clicked_twice_is_written_once(fall: tuple[httpx.AsyncClient, UUID, UUID]) -> None:
    person, antrag_id, _ = fall
    pfad = f"/api/v1/antraege/{antrag_id}/mitteilungen"

    async def schreibe(text: str, *dateien: bytes) -> str:
        beilagen: list[Any] = [("datei", ("a.pdf", eine, "application/pdf")) for eine in dateien]
        antwort = await person.post(pfad, data={"text": text}, files=beilagen or {"datei": ("", b"")})
        assert antwort.status_code == 201, antwort.text
        return str(antwort.json()["id"])

    gleiche = await asyncio.gather(*(schreibe("Anbei", pdf()) for _ in range(5)))
    assert len(set(gleiche)) == 1
    andere = [await schreibe("Anbei"), await schreibe("Anbei, Teil 2", pdf()), await schreibe("Anbei", pdf())]
    alle = (await person.get(pfad)).json()["mitteilungen"]
    assert [eine["id"] for eine in alle] == [gleiche[0], *andere]


async def test_a_bad_file_leaves_no_message(fall: tuple[httpx.AsyncClient, UUID, UUID]) -> None:
    person, antrag_id, _ = fall
    pfad = f"/api/v1/antraege/{antrag_id}/mitteilungen"
    antwort = await person.post(
        pfad, data={"text": "Anbei"}, files={"datei": ("a.pdf", b"MZ\x90\x00 no pdf", "application/pdf")}
    )
    assert antwort.status_code in {415, 422}
    assert (await person.get(pfad)).json()["mitteilungen"] == []


async def test_strangers_and_other_towns(
    fall: tuple[httpx.AsyncClient, UUID, UUID], logge_ein: Einloggen
) -> None:
    _, antrag_id, vorgang_id = fall
    fremde = await logge_ein(subjekt="fremd")
    nachricht: dict[str, Any] = {"data": {"text": "Hallo"}, "files": {"datei": ("", b"")}}
    pfad = f"/api/v1/antraege/{antrag_id}/mitteilungen"
    assert (await fremde.post(pfad, **nachricht)).status_code == 404
    assert (await fremde.get(pfad)).json()["mitteilungen"] == []
    assert (await fremde.get(f"{pfad}/anhaenge/{uuid4()}")).status_code == 404
    bielefeld = await logge_ein(rolle(Rolle.SACHBEARBEITUNG, gemeinde=BIELEFELD))
    im_amt = f"/api/v1/vorgaenge/{vorgang_id}/mitteilungen"
    assert (await bielefeld.get(im_amt)).status_code == 404
    assert (await bielefeld.post(im_amt, **nachricht)).status_code == 404
    revision = await logge_ein(rolle(Rolle.REVISION))
    assert (await revision.post(im_amt, **nachricht)).status_code == 403
