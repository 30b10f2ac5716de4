"""The desk of a town fetches the file of a case as a package that a DMS can take in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import httpx
import pytest
from lxml import etree
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import service as akte
from app.akte.aktenpaket import beschreibe
from app.antraege.service import Einreichung, annehmen
from app.db.sitzung import ALLE
from app.konto.service import NeuerKlient, anlegen_klient
from app.mandanten.service import aendere, einrichten
from app.vorgaenge.service import abschliessen, eroeffnen, fall
from tests.conftest import shared
from xoev.xdomea.paket import packe, pruefsummen
from xoev.xdomea.pruefen import pruefe_paket
from xoev.xdomea.sgo_ablegen import schreibe

Transaktion = Callable[..., AbstractAsyncContextManager[AsyncSession]]
PADERBORN, BIELEFELD = "05774032", "05711000"
ORIGINAL = b'{"familienname": "Geheimnisvoll"}'
X = "{urn:xoev-de:xdomea:schema:3.0.0}"


@dataclass(frozen=True)
class Vorgang:
    id: UUID
    aktenzeichen: str
    desk: dict[str, NeuerKlient]


@pytest.fixture
async def vorgang(transaktion: Transaktion) -> Vorgang:
    """A closed case of Paderborn with two documents, one of them of the whole submission."""
    async with transaktion(gemeinde=ALLE) as session:
        desk = {
            ags: await anlegen_klient(session, name=ags, scopes={"sachbearbeitung"}, gemeinde=ags)
            for ags in (PADERBORN, BIELEFELD)
        }
        einreicher = await anlegen_klient(session, name="Portal", scopes={"einreichen"})
        ort = await einrichten(session, PADERBORN)
        annahme = await annehmen(
            session,
            Einreichung(PADERBORN, "gewerbeanzeige", einreicher.klient.id, "api", [], sha256(b"").digest()),
        )
        antrag_id = annahme.eingang.id
        await akte.ablegen(
            session,
            ags=PADERBORN,
            antrag_id=antrag_id,
            art="einreichung",
            dateiname="einreichung.json",
            medientyp="application/json",
            inhalt=ORIGINAL,
        )
        fall = await eroeffnen(
            session,
            ags=PADERBORN,
            antrag_id=antrag_id,
            art="gewerbeanzeige",
            zustaendig="gewerbeamt",
            frist_tage=3,
            aktenzeichen_schema=ort.aktenzeichen_schema,
        )
        anderer = await eroeffnen(
            session,
            ags=PADERBORN,
            antrag_id=antrag_id,
            art="gewerbeanzeige",
            zustaendig="gewerbeamt",
            frist_tage=3,
            aktenzeichen_schema=ort.aktenzeichen_schema,
        )
        for einer, inhalt in ((fall, b"%PDF-1.7 eins"), (anderer, b"%PDF-1.7 zwei")):
            await akte.ablegen(
                session,
                ags=PADERBORN,
                antrag_id=antrag_id,
                vorgang_id=einer.id,
                art="bescheinigung",
                dateiname="Empfangsbescheinigung.pdf",
                medientyp="application/pdf",
                inhalt=inhalt,
            )
        await abschliessen(session, fall.id)
        return Vorgang(fall.id, fall.aktenzeichen, desk)


async def hole(client: httpx.AsyncClient, klient: NeuerKlient, vorgang_id: UUID) -> httpx.Response:
    token = await client.post(
        "/api/v1/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(klient.klient.client_id, klient.geheimnis),
    )
    kopf = {"Authorization": f"Bearer {token.json()['access_token']}"}
    return await client.get(f"/api/v1/vorgaenge/{vorgang_id}/akte", headers=kopf)


async def test_package_holds_the_case_and_nothing_of_others(
    client: httpx.AsyncClient, vorgang: Vorgang
) -> None:
    antwort = await hole(client, vorgang.desk[PADERBORN], vorgang.id)
    assert antwort.status_code == 200
    assert antwort.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(antwort.content)) as archiv:
        inhalte = {name: archiv.read(name) for name in archiv.namelist()}
    (xmlname,) = (name for name in inhalte if name.endswith("_FVDaten.SGOAblegen.0605.xml"))
    assert xmlname.replace(".xml", ".zip") in antwort.headers["content-disposition"]
    xml = inhalte.pop(xmlname)
    assert sorted(inhalte.values()) == [b"%PDF-1.7 eins", ORIGINAL]
    x = etree.fromstring(xml)
    assert [e.text for e in x.iter(f"{X}Kennzeichen")] == [vorgang.aktenzeichen, "32.30"]
    aktionen = [e.text for e in x.iter(f"{X}Aktion")]
    assert aktionen == ["vorgang_eroeffnet", "vorgang_erledigt", "dokument_abgelegt", "dokument_abgelegt"]
    assert sha256(ORIGINAL).hexdigest().encode() in xml
    assert b"Geheimnisvoll" not in xml


async def test_package_is_valid_by_the_official_schema(client: httpx.AsyncClient, vorgang: Vorgang) -> None:
    pfad = shared("data/xdomea/3.0.0/xdomea-Nachrichten-FachverfahrensdatenAustauschen.xsd")
    antwort = await hole(client, vorgang.desk[PADERBORN], vorgang.id)
    with ZipFile(BytesIO(antwort.content)) as archiv:
        (xmlname,) = (name for name in archiv.namelist() if name.endswith(".0605.xml"))
        etree.XMLSchema(etree.parse(str(pfad))).assertValid(etree.fromstring(archiv.read(xmlname)))


async def test_package_stays_the_same_until_something_happens(
    client: httpx.AsyncClient, vorgang: Vorgang, transaktion: Transaktion
) -> None:
    erstes, zweites = [await hole(client, vorgang.desk[PADERBORN], vorgang.id) for _ in range(2)]
    assert erstes.content == zweites.content
    async with transaktion(gemeinde=PADERBORN) as session:
        await akte.eintragen(
            session,
            ags=PADERBORN,
            ereignis="sendung_abgeholt",
            bezug_art="sendung",
            bezug_id=UUID(int=7),
            angaben={"vorgang": str(vorgang.id), "stelle": "ihk"},
        )
    drittes = await hole(client, vorgang.desk[PADERBORN], vorgang.id)
    assert drittes.headers["content-disposition"] != erstes.headers["content-disposition"]
    with ZipFile(BytesIO(drittes.content)) as archiv:
        assert b"sendung_abgeholt" in archiv.read(archiv.namelist()[0])


async def test_the_dms_gets_special_documents_and_the_desk_another_transfer(
    vorgang: Vorgang, transaktion: Transaktion
) -> None:
    """Under one id a DMS would take the desk's smaller package for the whole file, and keep that."""
    async with transaktion(gemeinde=ALLE) as session:
        antrag_id = (await fall(session, vorgang.id)).antrag_id
        await akte.ablegen(
            session,
            ags=PADERBORN,
            antrag_id=antrag_id,
            vorgang_id=vorgang.id,
            art="nachweis",
            dateiname="Bericht.txt",
            medientyp="text/plain",
            inhalt=b"Diagnose",
            besonders=True,
        )
    async with transaktion(gemeinde=PADERBORN) as session:
        fuer_den_tisch = await beschreibe(session, vorgang.id)
    async with transaktion(gemeinde=ALLE) as session:
        fuer_das_dms = await beschreibe(session, vorgang.id)
    tisch, dms = packe(fuer_den_tisch), packe(fuer_das_dms)
    assert pruefe_paket(dms.dateiname, dms.inhalt, pruefsummen(fuer_das_dms)) == ()
    with ZipFile(BytesIO(dms.inhalt)) as archiv:
        assert b"Diagnose" in [archiv.read(name) for name in archiv.namelist()]
    with ZipFile(BytesIO(tisch.inhalt)) as archiv:
        assert not any(b"Diagnose" in archiv.read(name) for name in archiv.namelist())
    assert tisch.dateiname != dms.dateiname
    kennungen = [
        {str(e.text) for e in etree.fromstring(schreibe(ablage)).iter(f"{X}ID")}
        for ablage in (fuer_den_tisch, fuer_das_dms)
    ]
    assert kennungen[0] < kennungen[1]


async def test_a_case_keeps_its_place_in_the_plan_of_files(
    client: httpx.AsyncClient, vorgang: Vorgang, transaktion: Transaktion
) -> None:
    """A number of the old scheme does not belong to the new scheme's unit."""

    async def einheiten() -> list[str | None]:
        with ZipFile(BytesIO((await hole(client, vorgang.desk[PADERBORN], vorgang.id)).content)) as archiv:
            wurzel = etree.fromstring(archiv.read(archiv.namelist()[0]))
        return [e.findtext(f"{X}Kennzeichen") for e in wurzel.iter(f"{X}Aktenplaneinheit")]

    assert await einheiten() == ["32.30"]
    async with transaktion(gemeinde=ALLE) as session:
        await aendere(session, PADERBORN, {"aktenzeichen_schema": "32.31/{jahr}/{nummer}"})
    assert await einheiten() == []


async def test_another_town_and_nobody_get_nothing(client: httpx.AsyncClient, vorgang: Vorgang) -> None:
    assert (await hole(client, vorgang.desk[BIELEFELD], vorgang.id)).status_code == 404
    assert (await hole(client, vorgang.desk[PADERBORN], UUID(int=1))).status_code == 404
    assert (await client.get(f"/api/v1/vorgaenge/{vorgang.id}/akte")).status_code == 401


async def test_stored_bytes_come_back_and_unknown_ones_do_not(
    vorgang: Vorgang, transaktion: Transaktion
) -> None:
    async with transaktion(gemeinde=BIELEFELD) as session:
        with pytest.raises(akte.UnbekanntesDokument):
            await akte.dokument_inhalt(session, UUID(int=1))
