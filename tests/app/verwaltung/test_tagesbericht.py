"""The daily look at every town: told is who is responsible, once, and only what is needed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.db.sitzung import ALLE, transaktion
from app.mandanten import service as mandanten
from app.settings import Settings
from app.versand.channels.basis import Zustellfehler
from app.verwaltung import tasks
from app.verwaltung.pruefpunkt import Bereich, Pruefbericht, Pruefpunkt, Satz, Stand
from app.verwaltung.tasks import berichte

PADERBORN, BIELEFELD = "05774032", "05711000"
MORGEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
Brief = tuple[str, str, str, str]


class Post:
    """Takes letters, or refuses them."""

    def __init__(self) -> None:
        self.briefe: list[Brief] = []
        self.gestoert = False

    async def schreibe(self, an: str, *, betreff: str, text: str, kennung: str, jetzt: datetime) -> None:
        if self.gestoert:
            raise Zustellfehler("smtp_fehler", "Der Mailserver ist nicht zu erreichen.")
        # Others may look for work meanwhile.
        await asyncio.sleep(0.05)
        self.briefe.append((an, betreff, text, kennung))


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    post = Post()
    monkeypatch.setattr("app.verwaltung.tasks.versand.schreibe", post.schreibe)
    mit_mail = Settings(smtp_url=SecretStr("smtps://mail.example"), smtp_absender="amt@stadt.example")
    monkeypatch.setattr("app.verwaltung.tasks.settings", lambda: mit_mail)
    return post


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> list[Stand]:
    """What the self-check finds: change its one element."""
    gefunden = [Stand.FEHLER]

    async def pruefe(ags: str) -> Pruefbericht:
        punkt = Pruefpunkt(
            Bereich.BETRIEB, "probe", gefunden[0], Satz("Es hakt.", "It jams."), Satz("Ölen.", "Oil it.")
        )
        return Pruefbericht(ags, "Ort", [punkt])

    monkeypatch.setattr(tasks, "pruefe", pruefe)
    return gefunden


async def richte_ein(*orte: str, an: str | None = "leitung@stadt.example") -> None:
    async with transaktion(gemeinde=ALLE) as session:
        for ags in orte:
            await mandanten.richte_ein(session, ags, {"bericht_an": an} if an else {})


async def test_a_fault_is_told_once_a_day(verbunden: object, post: Post, stand: list[Stand]) -> None:
    await richte_ein(PADERBORN)
    assert await berichte(jetzt=MORGEN) == 1
    assert await berichte(jetzt=MORGEN + timedelta(hours=5)) == 0
    ((an, betreff, brief, kennung),) = post.briefe
    assert an == "leitung@stadt.example"
    assert "1 Punkte brauchen Sie" in betreff
    assert "- Es hakt. -> Ölen." in brief
    assert "- It jams. -> Oil it." in brief
    assert brief.index("Es hakt") < brief.index("It jams")
    assert kennung == f"bericht-{PADERBORN}-20261123"
    assert await berichte(jetzt=MORGEN + timedelta(days=1)) == 1
    assert len(post.briefe) == 2


async def test_nothing_is_done_before_the_morning(verbunden: object, post: Post, stand: list[Stand]) -> None:
    await richte_ein(PADERBORN)
    assert await berichte(jetzt=MORGEN.replace(hour=3)) == 0
    assert post.briefe == []


async def test_who_is_well_hears_so_once_a_week(verbunden: object, post: Post, stand: list[Stand]) -> None:
    await richte_ein(PADERBORN)
    stand[0] = Stand.IN_ORDNUNG
    for tag in range(15):
        await berichte(jetzt=MORGEN + timedelta(days=tag))
    assert [betreff for _, betreff, _, _ in post.briefe] == [
        "Digitales Gewerbeamt: alles in Ordnung / everything in order"
    ] * 3


async def test_many_workers_tell_nobody_twice(verbunden: object, post: Post, stand: list[Stand]) -> None:
    orte = (PADERBORN, BIELEFELD, "05758012", "05774020")
    await richte_ein(*orte)
    gemacht = await asyncio.gather(*(berichte(jetzt=MORGEN) for _ in range(4)))
    assert sum(gemacht) == len(orte)
    assert sorted(kennung for *_, kennung in post.briefe) == sorted(f"bericht-{ags}-20261123" for ags in orte)


async def test_a_mail_server_that_is_away_is_asked_again(
    verbunden: object, post: Post, stand: list[Stand]
) -> None:
    await richte_ein(PADERBORN)
    post.gestoert = True
    assert await berichte(jetzt=MORGEN) == 1
    post.gestoert = False
    assert await berichte(jetzt=MORGEN) == 0, "the lease has not run out"
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(text("UPDATE tagesbericht SET vergeben_bis = now() - interval '1 second'"))
    assert await berichte(jetzt=MORGEN) == 1
    assert len(post.briefe) == 1


async def test_without_an_address_nobody_is_bothered(
    verbunden: object, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nie(ags: str) -> Pruefbericht:
        raise AssertionError(ags)

    monkeypatch.setattr(tasks, "pruefe", nie)
    await richte_ein(PADERBORN, an=None)
    assert await berichte(jetzt=MORGEN) == 1
    assert await berichte(jetzt=MORGEN) == 0
    assert post.briefe == []
