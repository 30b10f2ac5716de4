"""Channel `email`: told is that something is there, encrypted, and never what."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from app.db.sitzung import ALLE, transaktion
from app.settings import Settings
from app.versand import service
from app.versand.channels.basis import NachrichtAbgewiesen, Zustellfehler
from app.versand.channels.email import BETREFF, Email, EmailOptionen
from app.versand.hinweis import ART, benachrichtige
from app.versand.models import Sendung
from app.versand.nachricht import Nachricht
from app.versand.tasks import Zusteller
from tests.app.conftest import Anmelden
from tests.app.versand.channels.briefkasten import KENNWORT, NUTZER, Briefkasten, postamt
from tests.app.versand.channels.gegenstelle import Zertifikate
from tests.app.versand.channels.test_http import sendung
from tests.app.versand.conftest import HWK, IHK, PADERBORN, Stelle_ein, aendere_empfaenger, sprich_an, zeile

# aiosmtpd leaves its half of a connection to the garbage collector when a handshake fails.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

JETZT = datetime(2026, 11, 22, 12, tzinfo=UTC)
AN = "postfach@ihk.example"


@asynccontextmanager
async def mailserver(
    kasten: Briefkasten, zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch, **weitere: Any
) -> AsyncIterator[None]:
    """A mail server, and the settings that lead there."""
    tls = weitere.pop("tls", zertifikate.kontext("localhost", tage=weitere.pop("tage", 30)))
    kennwort = weitere.pop("kennwort", quote(KENNWORT, safe=""))
    verfahren = weitere.get("verfahren", "smtp+starttls")
    async with postamt(kasten, tls, **weitere) as port:
        monkeypatch.setattr(
            "app.versand.channels.vertrauen.settings", lambda: Settings(ca_datei=zertifikate.datei)
        )
        monkeypatch.setattr(
            "app.versand.channels.email.settings",
            lambda: Settings(
                smtp_url=SecretStr(f"{verfahren}://{NUTZER}:{kennwort}@localhost:{port}"),
                smtp_absender="gewerbeamt@stadt.example",
            ),
        )
        yield


@pytest.fixture(scope="module")
def zertifikate(tmp_path_factory: pytest.TempPathFactory) -> Zertifikate:
    return Zertifikate(tmp_path_factory.mktemp("ca"))


async def test_a_letter_says_that_something_is_there_and_nothing_else(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten, eine = Briefkasten(), sendung()
    async with mailserver(kasten, zertifikate, monkeypatch):
        for _ in range(2):
            await Email().zustellen(eine, Nachricht.packe("Grüße".encode()), EmailOptionen(an=AN), JETZT)
    erster, zweiter = kasten.briefe
    assert (erster["To"], erster["From"], erster["Subject"]) == (AN, "gewerbeamt@stadt.example", BETREFF)
    assert erster["Message-ID"] == zweiter["Message-ID"] == f"<{eine.id}@stadt.example>"
    assert erster["Auto-Submitted"] == "auto-generated"
    assert erster.get_content().strip() == "Grüße"


async def test_the_mailbox_tells_its_owner_once_and_later_again(
    stelle_ein: Stelle_ein, zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    await sprich_an(IHK, "postfach", hinweis_an=AN)
    async with mailserver(kasten, zertifikate, monkeypatch):
        bezuege = await stelle_ein(5) + await stelle_ein(2, stelle=HWK)
        await _alles()
        assert len(kasten.briefe) == 1
        # Told a moment ago: the next letter waits its hour, and is one, whatever comes.
        bezuege += await stelle_ein(3)
        await _alles()
        assert len(kasten.briefe) == 1
        async with transaktion(gemeinde=ALLE) as session:
            hinweise = (
                await session.scalars(select(Sendung).where(Sendung.art == ART).order_by(Sendung.id))
            ).all()
        assert [eine.naechster_versuch_am is None for eine in hinweise] == [True, False]
        wartend = hinweise[1].naechster_versuch_am
        assert wartend is not None
        assert 3500 < (wartend - datetime.now(UTC)).total_seconds() <= 3600
        async with transaktion(gemeinde=ALLE) as session:
            await session.execute(
                Sendung.__table__.update()  # type: ignore[attr-defined]
                .where(Sendung.id == hinweise[1].id)
                .values(naechster_versuch_am=datetime.now(UTC))
            )
        await aendere_empfaenger(IHK, hinweis_am=datetime.now(UTC))
        await _alles()
    assert len(kasten.briefe) == 2
    text = kasten.briefe[0].get_content()
    assert "Im Postfach liegt" in BETREFF
    assert "liegt eine neue Nachricht" in text
    for bezug in bezuege:
        eine = await zeile(bezug)
        for wort in (
            str(bezug),
            str(eine.id),
            str(eine.vorgang_id),
            "Paderborn",
            PADERBORN,
            "Gewerbeanzeige",
        ):
            assert wort not in str(kasten.briefe[0]).replace(f"<{eine.id}@", "")
    async with transaktion(gemeinde=ALLE) as session:
        [eine_sendung] = {(await zeile(bezuege[0])).vorgang_id}
        assert all(stand.art != ART for stand in await service.stand(session, [eine_sendung]))


async def test_a_person_is_told_once(
    stelle_ein: Stelle_ein, zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    [bezug] = await stelle_ein()
    vorgang_id = (await zeile(bezug)).vorgang_id
    async with mailserver(kasten, zertifikate, monkeypatch):
        for _ in range(2):
            async with transaktion(gemeinde=PADERBORN) as session:
                await benachrichtige(
                    session,
                    ags=PADERBORN,
                    vorgang_id=vorgang_id,
                    bezug_id=vorgang_id,
                    adresse="erika@mustermann.example",
                )
        await _alles()
    assert [brief["To"] for brief in kasten.briefe] == ["erika@mustermann.example"]
    assert not re.search(r"[Mm]ustermann", kasten.briefe[0].get_content())


async def test_a_letter_that_was_taken_is_no_message_to_send_again(
    stelle_ein: Stelle_ein,
    zertifikate: Zertifikate,
    monkeypatch: pytest.MonkeyPatch,
    melde_an: Anmelden,
) -> None:
    """A chamber has lost its messages: no citizen gets another letter for that."""
    kasten = Briefkasten()
    [bezug] = await stelle_ein()
    vorgang_id = (await zeile(bezug)).vorgang_id
    async with mailserver(kasten, zertifikate, monkeypatch):
        async with transaktion(gemeinde=PADERBORN) as session:
            await benachrichtige(
                session, ags=PADERBORN, vorgang_id=vorgang_id, bezug_id=vorgang_id, adresse=AN
            )
        await _alles()
        verwalter = await melde_an("verwaltung")
        wege = "/api/v1/verwaltung/sendungen"
        liste = (await verwalter.get(wege, params={"auswahl": "zugestellt"})).json()["sendungen"]
        erneut = (await verwalter.post(f"{wege}/erneut", json={"auswahl": "zugestellt"})).json()
        await _alles()
    assert (liste, erneut) == ([], {"anzahl": 0})
    assert len(kasten.briefe) == 1


async def _alles() -> None:
    while await Zusteller().arbeite():
        pass


async def test_without_a_valid_certificate_or_tls_nothing_is_said(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    async with mailserver(kasten, zertifikate, monkeypatch, tage=-1):
        assert await _code() == "zertifikat"
    async with mailserver(kasten, zertifikate, monkeypatch, tls=None, auth_require_tls=False):
        assert await _code() == "smtp_fehler"
    assert kasten.briefe == []


async def test_faults_of_the_server_and_of_the_letter_are_told_apart(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    kasten.antwort = "550 no such user"
    async with mailserver(kasten, zertifikate, monkeypatch):
        with pytest.raises(NachrichtAbgewiesen):
            await Email().zustellen(sendung(), Nachricht.packe(b"x"), EmailOptionen(an=AN), JETZT)
    async with mailserver(kasten, zertifikate, monkeypatch, kennwort="falsch"):
        assert await _code() == "smtp_anmeldung"
        assert [m.code for m in await Email().check_config(EmailOptionen(an=AN))] == ["smtp_anmeldung"]
    assert await _code() == "smtp_fehler", "nobody listens any more"


@pytest.mark.parametrize("bei", ["RCPT", "DATA"])
async def test_a_server_that_asks_for_patience_has_not_refused(
    bei: str, zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Greylisting is a 4xx that goes away by itself (RFC 5321, 4.2.1): no person has to look."""
    kasten = Briefkasten()
    setattr(kasten, "antwort_an" if bei == "RCPT" else "antwort", "451 4.7.1 greylisted, come back later")
    async with mailserver(kasten, zertifikate, monkeypatch):
        with pytest.raises(Zustellfehler, match="smtp_spaeter") as fehler:
            await Email().zustellen(sendung(), Nachricht.packe(b"x"), EmailOptionen(an=AN), JETZT)
    assert not isinstance(fehler.value, NachrichtAbgewiesen)
    assert kasten.briefe == []


async def test_an_unknown_recipient_and_an_unwanted_sender_are_told_apart(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    kasten.antwort_an = "550 no such user"
    async with mailserver(kasten, zertifikate, monkeypatch):
        with pytest.raises(NachrichtAbgewiesen):
            await Email().zustellen(sendung(), Nachricht.packe(b"x"), EmailOptionen(an=AN), JETZT)
    kasten.antwort_an, kasten.antwort_von = "250 OK", "553 not your address"
    async with mailserver(kasten, zertifikate, monkeypatch):
        assert await _code() == "smtp_absender"


async def test_a_server_that_hangs_up_after_it_has_taken_the_letter_has_it(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    kasten.legt_auf = True
    async with mailserver(kasten, zertifikate, monkeypatch):
        await Email().zustellen(sendung(), Nachricht.packe(b"x"), EmailOptionen(an=AN), JETZT)
    assert len(kasten.briefe) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_tls_from_the_first_byte(zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch) -> None:
    kasten = Briefkasten()
    async with mailserver(kasten, zertifikate, monkeypatch, verfahren="smtps"):
        await Email().zustellen(sendung(), Nachricht.packe(b"x"), EmailOptionen(an=AN), JETZT)
    assert len(kasten.briefe) == 1
    async with mailserver(kasten, zertifikate, monkeypatch, verfahren="smtps", tage=-1):
        assert await _code() == "zertifikat"


async def test_a_server_of_another_name_is_not_believed(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    async with mailserver(kasten, zertifikate, monkeypatch, tls=zertifikate.kontext("anderer.test")):
        assert await _code() == "zertifikat"
    assert kasten.briefe == []


async def test_the_check_logs_in_and_sends_nothing(
    zertifikate: Zertifikate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kasten = Briefkasten()
    async with mailserver(kasten, zertifikate, monkeypatch):
        assert await Email().check_config(EmailOptionen(an=AN)) == ()
    assert kasten.briefe == []
    monkeypatch.setattr("app.versand.channels.email.settings", Settings)
    assert [m.code for m in await Email().check_config(EmailOptionen(an=AN))] == ["smtp_fehlt"]


async def _code() -> str:
    with pytest.raises(Zustellfehler) as fehler:
        await Email().zustellen(sendung(), Nachricht.packe(b"x"), EmailOptionen(an=AN), JETZT)
    return fehler.value.code


@pytest.mark.parametrize(
    "falsch",
    [
        "",
        "ohne-at",
        "a@b",
        "a b@c.de",
        "a@c.de\r\nBcc: alle@c.de",
        "<a@c.de>",
        "a@c.de,b@c.de",
        f"{'a' * 250}@c.de",
    ],
)
def test_what_is_no_address_is_refused(falsch: str) -> None:
    with pytest.raises(ValidationError):
        EmailOptionen(an=falsch)


@pytest.mark.parametrize("falsch", ["smtp://mail.example", "mail.example", "smtps://"])
def test_a_mail_server_without_encryption_is_refused(falsch: str) -> None:
    with pytest.raises(ValidationError):
        Settings(smtp_url=SecretStr(falsch), smtp_absender="amt@stadt.example")
