"""An installed release carries the whole way: taken in over the API, sent from its day on."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lxml import etree
from sqlalchemy import select

from app.db.sitzung import ALLE, transaktion
from app.gewerbe import eingabe, versandbau
from app.gewerbe.errors import NichtAnnehmbar
from app.gewerbe.versandbau import Gewerbenachricht
from app.versand import service as versand
from app.versand.models import Sendung
from app.vorgaenge.service import ORTSZEIT
from tests.app.conftest import Anmelden, Stadt
from tests.app.gewerbe.anzeigen import PADERBORN, anmeldung
from tests.app.gewerbe.lieferungen import nachricht
from tests.app.gewerbe.test_einreichen import PFAD
from tests.xoev.release import fabrik
from xoev import bundles
from xoev.pruefen import pruefe
from xoev.release.einrichten import installiere

VORHER, NACHHER = datetime(2027, 4, 30, 23, 30), datetime(2027, 5, 1, 0, 30)  # noqa: DTZ001 local time is meant


@pytest.fixture
async def portal(stadt: Stadt, melde_an: Anmelden) -> httpx.AsyncClient:
    """A client that submits to Paderborn."""
    await stadt(PADERBORN)
    return await melde_an("einreichen")


@pytest.fixture
def neu(portal: httpx.AsyncClient, tmp_path: Path) -> Iterator[bundles.Bundle]:
    """The invented release, installed while the application runs."""
    bundles.verwende(tmp_path / "standards")
    yield installiere(fabrik.packe(tmp_path / "release.zip", fabrik.dateien()), tmp_path / "standards")
    bundles.verwende(None)


def eindeutig() -> dict[str, Any]:
    return anmeldung(uuid=str(uuid4()), gewerbebetrieb_id=str(uuid4()))


def stelle_uhr(monkeypatch: pytest.MonkeyPatch, modul: Any, jetzt: datetime) -> None:
    class Uhr(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Uhr":
            return cls.fromtimestamp(jetzt.replace(tzinfo=ORTSZEIT).timestamp(), tz)

    monkeypatch.setattr(modul, "datetime", Uhr)


async def sendungen() -> list[Sendung]:
    async with transaktion(gemeinde=ALLE) as session:
        return list(await session.scalars(select(Sendung)))


async def baue(sendung: Sendung) -> bytes:
    bild = versand.Sendungsbild(
        **{name: getattr(sendung, name) for name in versand.Sendungsbild.__dataclass_fields__}
    )
    async with transaktion(gemeinde=ALLE) as session:
        return await Gewerbenachricht().bauen(session, bild)


async def test_a_message_in_the_new_tree_is_taken_in(portal: httpx.AsyncClient, neu: bundles.Bundle) -> None:
    xml = fabrik.als_neue(nachricht([eindeutig(), eindeutig()]))
    assert b"familienname" not in xml
    kopf = {"Content-Type": "application/xml"}
    antwort = await portal.post(PFAD, content=xml, headers=kopf)
    assert antwort.status_code == 201, antwort.text
    assert antwort.json()["zustand"] == "bescheinigt"
    assert (await portal.post(PFAD, content=xml, headers=kopf)).json()["id"] == antwort.json()["id"]
    alt = await portal.post(PFAD, content=nachricht([eindeutig()]), headers=kopf)
    assert alt.status_code == 201, alt.text


async def test_the_release_of_the_day_is_sent(
    portal: httpx.AsyncClient, neu: bundles.Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await portal.post(PFAD, json=eindeutig())).status_code == 201
    alle = await sendungen()
    assert len(alle) > 3
    for sendung in alle:
        stelle_uhr(monkeypatch, versandbau, VORHER)
        vorher = await baue(sendung)
        stelle_uhr(monkeypatch, versandbau, NACHHER)
        nachher = await baue(sendung)
        assert [pruefe(xml).bundle for xml in (vorher, nachher)] == [bundles.kanonisch(), neu]
        assert (b"familienname" in vorher, b"familienname" in nachher) == (True, False)
        # The same content, element by element, whichever tree it travels in.
        assert inhalt(vorher) == inhalt(nachher)
    bundles.verwende(None)
    assert pruefe(nachher).status == "unbrauchbar"


@pytest.mark.parametrize("art", [True, False])
async def test_a_release_may_be_meant_for_some_receivers_only(
    portal: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, art: bool
) -> None:
    assert (await portal.post(PFAD, json=eindeutig())).status_code == 201
    alle = await sendungen()
    (kammer,) = [sendung for sendung in alle if sendung.stellenart == "ihk"]
    name = kammer.stellenart if art else kammer.stelle
    bundles.verwende(tmp_path / "standards")
    zip_ = fabrik.packe(tmp_path / "release.zip", fabrik.dateien(empfaenger=f'["{name}", "sonst"]'))
    neu = installiere(zip_, tmp_path / "standards")
    stelle_uhr(monkeypatch, versandbau, NACHHER)
    gebaut = {sendung.stelle: pruefe(await baue(sendung)).bundle for sendung in alle}
    bundles.verwende(None)
    assert len(gebaut) > 3
    assert gebaut.pop(kammer.stelle) == neu
    assert set(gebaut.values()) == {bundles.kanonisch()}


def inhalt(xml: bytes) -> list[str]:
    wurzel = pruefe(xml).kanonisch
    assert wurzel is not None
    return [
        etree.canonicalize(satz, strip_text=True, rewrite_prefixes=True) for satz in wurzel.iter("{*}satz")
    ]


async def test_before_its_first_day_a_release_is_not_taken_in(
    portal: httpx.AsyncClient, neu: bundles.Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    stelle_uhr(monkeypatch, eingabe, datetime(2025, 12, 31))  # noqa: DTZ001
    with pytest.raises(NichtAnnehmbar) as grund:
        eingabe.lies_xml(fabrik.als_neue(nachricht([eindeutig()])))
    assert [befund.rule for befund in grund.value.befunde] == ["STANDARD-STICHTAG"]


async def test_a_rule_of_the_release_stops_what_it_forbids(
    portal: httpx.AsyncClient, neu: bundles.Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    anzeige = eindeutig()
    anzeige["personen"][0]["vornamen"] = anzeige["personen"][0]["familienname"]
    assert (await portal.post(PFAD, json=anzeige)).status_code == 201
    stelle_uhr(monkeypatch, versandbau, NACHHER)
    gebaut = [sendung for sendung in await sendungen() if sendung.stellenart == "ihk"]
    with pytest.raises(versand.NichtBaubar) as grund:
        await baue(gebaut[0])
    assert "NEU-001" in {befund.rule for befund in grund.value.befunde}
