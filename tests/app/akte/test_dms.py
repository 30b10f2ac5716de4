"""A case that is done goes to the town's DMS in the same commit, and what the DMS answers is kept."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock
from uuid import UUID
from zipfile import ZipFile

import asyncpg
import httpx
import pytest
from lxml import etree
from prometheus_client import REGISTRY
from sqlalchemy import select, text

from app.akte.dms import vermerke_antwort
from app.akte.models import AktenExport, Journaleintrag
from app.akte.tasks import hole_antworten
from app.db.sitzung import ALLE, transaktion
from app.mandanten import service as mandanten
from app.settings import settings
from app.versand import service as versand
from app.versand.models import Sendung
from app.versand.verwaltung import richte_empfaenger_ein
from app.worker import arbeite_einmal
from tests.app.akte import conftest as akte
from tests.app.conftest import Anmelden
from tests.app.gewerbe.anzeigen import BIELEFELD, PADERBORN, anmeldung
from tests.app.gewerbe.test_einreichen import PFAD
from tests.xoev.xdomea import test_antworten as dms
from xoev.xdomea.antworten import Import, lies_antwort
from xoev.xdomea.pruefen import pruefe_paket

angreifer = akte.angreifer
X = "{urn:xoev-de:xdomea:schema:3.0.0}"


@pytest.fixture
def austausch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The exchange folder of Paderborn's DMS."""
    monkeypatch.setenv("AMT_AUSTAUSCH_ORDNER", str(tmp_path))
    settings.cache_clear()
    for richtung in ("ausgang", "eingang"):
        (tmp_path / "paderborn" / richtung).mkdir(parents=True)
    yield tmp_path / "paderborn"
    settings.cache_clear()


@pytest.fixture
async def portal(
    stadt: Callable[..., Awaitable[str]], melde_an: Anmelden, austausch: Path
) -> httpx.AsyncClient:
    """A client that submits to Paderborn, which has a DMS."""
    await stadt(PADERBORN)
    async with transaktion(gemeinde=ALLE) as session:
        await richte_empfaenger_ein(
            session, f"dms-{PADERBORN}", kanal="ordner", optionen={"ordner": "paderborn"}
        )
    return await melde_an("einreichen")


def pakete(austausch: Path) -> list[Path]:
    fertige = sorted((austausch / "ausgang").glob("*.zip.fertig"))
    return [datei.with_suffix("") for datei in fertige]


def antworte(austausch: Path, antwort: bytes, prozess: UUID, name: str = "antwort.xml") -> None:
    (austausch / "eingang" / name).write_bytes(
        antwort.replace(str(dms.PROZESS).encode(), str(prozess).encode())
    )


def abgewiesene() -> float:
    return REGISTRY.get_sample_value("amt_dms_antworten_total", {"ergebnis": "abgewiesen"}) or 0.0


async def der_export() -> AktenExport:
    async with transaktion(gemeinde=ALLE) as session:
        return (await session.scalars(select(AktenExport))).one()


async def ereignisse(art: str) -> list[str]:
    async with transaktion(gemeinde=ALLE) as session:
        frage = select(Journaleintrag.ereignis).where(Journaleintrag.bezug_art == art)
        return list(await session.scalars(frage.order_by(Journaleintrag.id)))


async def test_whole_file_with_the_certificate_is_handed_over_once(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    antwort = await portal.post(PFAD, json=anmeldung())
    for _ in range(3):
        await arbeite_einmal()
    [paket] = pakete(austausch)
    assert pruefe_paket(paket.name, paket.read_bytes()) == ()
    with ZipFile(BytesIO(paket.read_bytes())) as archiv:
        namen = archiv.namelist()
        wurzel = etree.fromstring(archiv.read(namen[0]))
    assert sum(name.endswith(".pdf") for name in namen) == 1
    assert sum(name.endswith(".json") for name in namen) == 1
    export = await der_export()
    assert wurzel.findtext(f"{X}Kopf/{X}ProzessID") == str(export.prozess_id)
    assert (export.ags, export.empfangen_am, export.dms_id) == (PADERBORN, None, None)
    # Nobody outside the house is told of it.
    stand = (await portal.get(antwort.headers["location"])).json()
    assert "dms" not in {zeile["art"] for zeile in stand["empfaenger"]}


async def test_town_without_dms_hands_nothing_over(
    stadt: Callable[..., Awaitable[str]], melde_an: Anmelden, austausch: Path
) -> None:
    await stadt(PADERBORN)
    await (await melde_an("einreichen")).post(PFAD, json=anmeldung())
    await arbeite_einmal()
    async with transaktion(gemeinde=ALLE) as session:
        assert await session.scalar(select(Sendung.id).where(Sendung.art == "xdomea")) is None
    assert pakete(austausch) == []


async def test_refused_case_is_handed_over_too(
    portal: httpx.AsyncClient, melde_an: Anmelden, austausch: Path
) -> None:
    async with transaktion(gemeinde=ALLE) as session:
        await mandanten.aendern(session, PADERBORN, automatisch_bescheinigen=False)
    inhalt = (await portal.post(PFAD, json=anmeldung())).json()
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    vorgang = inhalt["anzeigen"][0]["vorgang_id"]
    ort = f"/api/v1/vorgaenge/{vorgang}/zurueckweisen"
    for _ in range(2):
        assert (await amt.post(ort, json={"grund": "Unvollständig"})).status_code == 200
    await arbeite_einmal()
    assert len(pakete(austausch)) == 1


async def test_answers_are_read_kept_and_put_away(portal: httpx.AsyncClient, austausch: Path) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    prozess = (await der_export()).prozess_id
    antworte(austausch, dms.empfang(), prozess, "a.xml")
    antworte(austausch, dms.import_("0000000"), prozess, "b.xml")
    for _ in range(2):
        await hole_antworten()
    export = await der_export()
    assert export.empfangen_am is not None
    assert (export.erfolgreich, export.dms_id, export.codes) == (True, dms.DMS_ID, ["0000000"])
    assert await ereignisse("akten_export") == ["akte_empfangen", "akte_abgelegt"]
    assert sorted(p.name for p in (austausch / "eingang" / "erledigt").iterdir()) == ["a.xml", "b.xml"]
    assert [p.name for p in (austausch / "eingang").iterdir()] == ["erledigt"]


async def test_success_takes_the_place_of_failure_but_not_the_other_way_round(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    prozess = (await der_export()).prozess_id
    vorher = abgewiesene()
    for antwort, erfolgreich in (
        (dms.import_("0605004", erfolgreich="0", dms_id=None), False),
        (dms.import_("0000009"), True),
        (dms.import_("0605004", erfolgreich="0", dms_id=None), True),
    ):
        antworte(austausch, antwort, prozess)
        await hole_antworten()
        assert (await der_export()).erfolgreich is erfolgreich
    assert await ereignisse("akten_export") == ["akte_abgewiesen", "akte_abgelegt"]
    assert abgewiesene() == vorher + 2


async def test_a_document_that_was_changed_in_the_database_is_not_handed_over(
    portal: httpx.AsyncClient, austausch: Path, angreifer: asyncpg.Connection
) -> None:
    """The DMS would keep it for good, beside a history that names another hash."""
    await portal.post(PFAD, json=anmeldung())
    await angreifer.execute(
        "UPDATE dokument SET inhalt = '{}'::bytea, sha256 = sha256('{}') WHERE medientyp = 'application/json'"
    )
    for _ in range(2):
        await arbeite_einmal()
    assert pakete(austausch) == []
    async with transaktion(gemeinde=ALLE) as session:
        versuche = await session.execute(
            text(
                "SELECT v.fehler FROM zustellversuch v JOIN sendung s ON s.id = v.sendung_id"
                " WHERE s.art = 'xdomea'"
            )
        )
    assert "XDO-DATEI-GEAENDERT" in str(versuche.all())


async def test_answers_out_of_order_and_twice_come_to_the_same_end(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    prozess = (await der_export()).prozess_id
    for antwort in (dms.import_("0000000"), dms.import_("0000000"), dms.empfang(), dms.empfang()):
        antworte(austausch, antwort, prozess)
        await hole_antworten()
    export = await der_export()
    assert (export.erfolgreich, export.dms_id) == (True, dms.DMS_ID)
    assert export.empfangen_am is not None
    assert await ereignisse("akten_export") == ["akte_abgelegt", "akte_empfangen"]


async def test_the_id_of_the_dms_may_come_later_and_is_never_exchanged(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    prozess = (await der_export()).prozess_id
    for antwort, kennung in (
        (dms.import_("0000009", erfolgreich=None), None),
        (dms.import_("0000009"), dms.DMS_ID),
        (dms.import_("0000009", erfolgreich=None), dms.DMS_ID),
        (dms.import_("0000000", dms_id=str(UUID(int=5))), dms.DMS_ID),
    ):
        antworte(austausch, antwort, prozess)
        await hole_antworten()
        export = await der_export()
        assert (export.erfolgreich, export.dms_id) == (True, kennung)
    assert await ereignisse("akten_export") == ["akte_abgelegt", "akte_abgelegt"]


@pytest.mark.parametrize("richtung", [1, -1])
async def test_one_towns_missing_folder_keeps_no_others_answers_waiting(
    portal: httpx.AsyncClient, austausch: Path, monkeypatch: pytest.MonkeyPatch, richtung: int
) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    async with transaktion(gemeinde=ALLE) as session:
        await richte_empfaenger_ein(
            session, f"dms-{BIELEFELD}", kanal="ordner", optionen={"ordner": "nicht-verbunden"}
        )
        ordner = sorted((await versand.eingangsordner(session)).items())[::richtung]
    monkeypatch.setattr(versand, "eingangsordner", AsyncMock(return_value=dict(ordner)))
    antworte(austausch, dms.import_("0000000"), (await der_export()).prozess_id)
    with pytest.raises(FileNotFoundError):
        await hole_antworten()
    assert (await der_export()).erfolgreich


async def test_workers_at_once_do_not_stumble_over_each_other(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    prozess = (await der_export()).prozess_id
    for nr in range(20):
        antworte(austausch, dms.empfang() if nr % 2 else b"<kaputt", prozess, f"{nr:02}.xml")
        os.utime(austausch / "eingang" / f"{nr:02}.xml", (0, 0))
    await asyncio.gather(*(hole_antworten() for _ in range(4)))
    weg = {
        ordner: len(list((austausch / "eingang" / ordner).iterdir())) for ordner in ("erledigt", "unlesbar")
    }
    assert weg == {"erledigt": 10, "unlesbar": 10}
    assert await ereignisse("akten_export") == ["akte_empfangen"]


async def test_what_was_put_away_is_not_overwritten(portal: httpx.AsyncClient, austausch: Path) -> None:
    """Some DMS give every answer the same name."""
    for nr in range(3):
        antworte(austausch, dms.empfang(), UUID(int=99 + nr))
        await hole_antworten()
    assert len({datei.read_bytes() for datei in (austausch / "eingang" / "unlesbar").iterdir()}) == 3


async def test_dms_reached_over_http_answers_into_its_folder_too(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    async with transaktion(gemeinde=ALLE) as session:
        await richte_empfaenger_ein(
            session,
            f"dms-{PADERBORN}",
            kanal="dms_http",
            optionen={
                "url": "https://dms.test/",
                "geheimnisse": ["AMT_GEHEIMNIS_DMS"],
                "ordner": "paderborn",
            },
        )
    antworte(austausch, dms.import_("0000000"), (await der_export()).prozess_id)
    await hole_antworten()
    assert (await der_export()).erfolgreich


async def test_another_towns_dms_confirms_nothing(portal: httpx.AsyncClient) -> None:
    await portal.post(PFAD, json=anmeldung())
    for _ in range(2):
        await arbeite_einmal()
    prozess = (await der_export()).prozess_id
    antwort = Import(prozess, True, dms.DMS_ID, ("0000000",))
    async with transaktion(gemeinde=ALLE) as session:
        assert not await vermerke_antwort(session, BIELEFELD, antwort)
    assert (await der_export()).erfolgreich is None
    async with transaktion(gemeinde=BIELEFELD) as session:
        assert await session.scalar(select(AktenExport)) is None


async def test_what_is_no_answer_is_given_time_and_then_put_aside(
    portal: httpx.AsyncClient, austausch: Path
) -> None:
    eingang = austausch / "eingang"
    halb = eingang / "halb.xml"
    halb.write_bytes(dms.empfang()[:50])
    antworte(austausch, dms.empfang(), UUID(int=99), "fremd.xml")
    (eingang / "verweis.xml").symlink_to("/etc/passwd")
    (eingang / ".verborgen.xml").write_bytes(b"x")
    await hole_antworten()
    assert halb.exists()
    assert [p.name for p in (eingang / "unlesbar").iterdir()] == ["fremd.xml"]
    os.utime(halb, (0, 0))
    await hole_antworten()
    assert sorted(p.name for p in (eingang / "unlesbar").iterdir()) == ["fremd.xml", "halb.xml"]
    assert sorted(p.name for p in eingang.iterdir()) == [".verborgen.xml", "unlesbar", "verweis.xml"]
    assert isinstance(lies_antwort(dms.import_()), Import)


async def test_the_desk_sees_why_the_dms_has_refused_a_case(
    portal: httpx.AsyncClient, melde_an: Anmelden, austausch: Path
) -> None:
    vorgang = (await portal.post(PFAD, json=anmeldung())).json()["anzeigen"][0]["vorgang_id"]
    for _ in range(2):
        await arbeite_einmal()
    amt = await melde_an("sachbearbeitung", gemeinde=PADERBORN)
    ort, json = f"/api/v1/vorgaenge/{vorgang}/akte", {"Accept": "application/json"}

    async def eine() -> dict[str, Any]:
        [uebergabe] = (await amt.get(ort, headers=json)).json()["uebergaben"]
        return dict(uebergabe)

    offen = await eine()
    assert (offen["ergebnis"], offen["empfangen_am"], offen["rueckmeldungen"]) == ("offen", None, [])
    antworte(austausch, dms.empfang(), UUID(offen["prozess_id"]), "a.xml")
    antworte(
        austausch, dms.import_("0605004", "0605099", erfolgreich="0", dms_id=None), UUID(offen["prozess_id"])
    )
    await hole_antworten()
    abgewiesen = await eine()
    assert abgewiesen["ergebnis"] == "abgewiesen"
    assert abgewiesen["empfangen_am"] is not None
    assert [r["code"] for r in abgewiesen["rueckmeldungen"]] == ["0605004", "0605099"]
    assert abgewiesen["rueckmeldungen"][0]["text"]["de"] == "Das DMS findet eine Datei nicht."
    assert "0605099" in abgewiesen["rueckmeldungen"][1]["text"]["en"]
    antworte(austausch, dms.import_("0000000"), UUID(offen["prozess_id"]), "b.xml")
    await hole_antworten()
    assert ((await eine())["ergebnis"], (await eine())["dms_id"]) == ("abgelegt", str(dms.DMS_ID))

    for accept in ("*/*", "application/zip, application/json"):
        assert (await amt.get(ort, headers={"Accept": accept})).headers["content-type"] == "application/zip"
    fremd = await melde_an("sachbearbeitung", gemeinde=BIELEFELD)
    assert (await fremd.get(ort, headers=json)).status_code == 404
