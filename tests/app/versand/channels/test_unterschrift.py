"""What a receiver needs who knows nothing but the specification (Standard Webhooks 1.0).

`Pruefer` is such a receiver, written after the text: it shares no line with the code that signs.
"""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db.sitzung import ALLE, Datenbank, transaktion
from app.settings import Settings
from app.versand.models import Zustellversuch
from app.versand.tasks import Zusteller
from tests.app.versand.channels.gegenstelle import Zertifikate, antworte, gegenstelle
from tests.app.versand.conftest import IHK, Stelle_ein, aendere, aendere_empfaenger, sprich_an, zeile

ALT = f"whsec_{base64.b64encode(bytes(range(24))).decode()}"
NEU = f"whsec_{base64.b64encode(bytes(range(64))).decode()}"
FREMD = f"whsec_{base64.b64encode(b'x' * 32).decode()}"


class Abgelehnt(Exception):
    """The receiver does not believe it."""


@dataclass(frozen=True)
class Pruefer:
    """Verifies as the specification says: secret, time within five minutes, any one signature of v1."""

    geheimnis: str

    def pruefe(self, koepfe: Mapping[str, str], inhalt: bytes, jetzt: datetime) -> str:
        """The id of the message. Raises `Abgelehnt`."""
        try:
            kennung = koepfe["webhook-id"]
            zeit = koepfe["webhook-timestamp"]
            unterschriften = koepfe["webhook-signature"]
        except KeyError as fehler:
            raise Abgelehnt("header missing") from fehler
        if not zeit.isdecimal() or abs(jetzt.timestamp() - int(zeit)) > 300:
            raise Abgelehnt("time")
        if "." in kennung:
            raise Abgelehnt("an id has no full stop")
        art, _, schluessel = self.geheimnis.partition("_")
        assert art == "whsec"
        erwartet = hmac.digest(
            base64.b64decode(schluessel, validate=True),
            f"{kennung}.{zeit}.".encode() + inhalt,
            hashlib.sha256,
        )
        for eine in unterschriften.split(" "):
            version, _, wert = eine.partition(",")
            if version == "v1" and hmac.compare_digest(base64.b64decode(wert, validate=True), erwartet):
                return kennung
        raise Abgelehnt("no signature fits")


@pytest.fixture(scope="module")
def zertifikate(tmp_path_factory: pytest.TempPathFactory) -> Zertifikate:
    return Zertifikate(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def tls(zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """For a server called localhost, which is believed."""
    monkeypatch.setattr(
        "app.versand.channels.vertrauen.settings", lambda: Settings(ca_datei=zertifikate.datei)
    )
    monkeypatch.setenv("AMT_GEHEIMNIS_IHK", ALT)
    monkeypatch.setenv("AMT_GEHEIMNIS_IHK_NEU", NEU)
    return zertifikate.kontext("localhost")


def _optionen(port: int, *namen: str) -> dict[str, Any]:
    return {
        "url": f"https://localhost:{port}/annahme",
        "geheimnisse": list(namen) or ["AMT_GEHEIMNIS_IHK"],
        "netze": ["127.0.0.0/8", "::1/128"],
    }


async def test_who_knows_only_the_specification_believes_us(
    stelle_ein: Stelle_ein, verbunden: Datenbank, tls: ssl.SSLContext
) -> None:
    [bezug] = await stelle_ein()
    async with gegenstelle(antworte(204), tls) as stelle:
        await sprich_an(IHK, "http", optionen=_optionen(stelle.port))
        await aendere(bezug, kanal="http")
        await Zusteller().arbeite()
    [(_, koepfe, inhalt)] = stelle.anfragen
    jetzt = datetime.now(UTC)
    assert Pruefer(ALT).pruefe(koepfe, inhalt, jetzt) == str((await zeile(bezug)).id)
    for pruefer, gefaelscht, spaeter in (
        (Pruefer(FREMD), inhalt, jetzt),
        (Pruefer(NEU), inhalt, jetzt),
        (Pruefer(ALT), inhalt + b" ", jetzt),
        (Pruefer(ALT), inhalt, jetzt + timedelta(minutes=6)),
    ):
        with pytest.raises(Abgelehnt):
            pruefer.pruefe(koepfe, gefaelscht, spaeter)
    for name in ("webhook-id", "webhook-timestamp"):
        with pytest.raises(Abgelehnt):
            Pruefer(ALT).pruefe({**koepfe, name: f"{koepfe[name]}0"}, inhalt, jetzt)


async def test_while_the_secret_changes_old_and_new_receivers_believe_us(
    stelle_ein: Stelle_ein, verbunden: Datenbank, tls: ssl.SSLContext
) -> None:
    [bezug] = await stelle_ein()
    async with gegenstelle(antworte(200), tls) as stelle:
        await sprich_an(
            IHK, "http", optionen=_optionen(stelle.port, "AMT_GEHEIMNIS_IHK_NEU", "AMT_GEHEIMNIS_IHK")
        )
        await aendere(bezug, kanal="http")
        await Zusteller().arbeite()
    [(_, koepfe, inhalt)] = stelle.anfragen
    for geheimnis in (ALT, NEU):
        assert Pruefer(geheimnis).pruefe(koepfe, inhalt, datetime.now(UTC))
    with pytest.raises(Abgelehnt):
        Pruefer(FREMD).pruefe(koepfe, inhalt, datetime.now(UTC))


async def test_every_attempt_has_the_same_id_and_bytes_and_a_time_of_its_own(
    stelle_ein: Stelle_ein, verbunden: Datenbank, tls: ssl.SSLContext
) -> None:
    """Over failures, a changed secret and a replay after delivery."""
    [bezug] = await stelle_ein()
    gesehen: list[tuple[str, bytes, str]] = []
    zeiten: list[str] = []
    for status, geheimnis in ((503, ALT), (429, ALT), (200, NEU), (200, NEU)):
        name = "AMT_GEHEIMNIS_IHK" if geheimnis == ALT else "AMT_GEHEIMNIS_IHK_NEU"
        async with gegenstelle(antworte(status), tls) as stelle:
            optionen = _optionen(stelle.port, name)
            if gesehen:
                await aendere_empfaenger(IHK, optionen=optionen)
            else:
                await sprich_an(IHK, "http", optionen=optionen)
            await aendere(bezug, kanal="http", naechster_versuch_am=datetime.now(UTC))
            await Zusteller(pause_ab=1000).arbeite()
        [(_, koepfe, inhalt)] = stelle.anfragen
        zeiten.append(koepfe["webhook-timestamp"])
        gesehen.append((Pruefer(geheimnis).pruefe(koepfe, inhalt, datetime.now(UTC)), inhalt, geheimnis))
    assert len({(kennung, inhalt) for kennung, inhalt, _ in gesehen}) == 1
    assert zeiten == sorted(zeiten)
    async with transaktion(gemeinde=ALLE) as session:
        ergebnisse = list(await session.scalars(select(Zustellversuch.ergebnis).order_by(Zustellversuch.nr)))
    assert ergebnisse == ["gescheitert", "gescheitert", "zugestellt", "zugestellt"]
