"""What is said about one business reaches a body in the order it was said."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from app.db.sitzung import ALLE, transaktion
from app.versand import service
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import HWK, IHK, Probebau, Stelle_ein, aendere, nummern, zeile
from xoev.befund import Befund

BEFUND = Befund(severity="error", rule="SCH-0036", text={"de": "Geburtsdatum fehlt", "en": "missing"})


async def arbeite_alles(zusteller: Zusteller) -> None:
    while await zusteller.arbeite():
        pass


async def reihenfolge(stelle: str = IHK) -> list[str]:
    async with transaktion() as session:
        zeilen = await service.lies_postfach(session, stelle, alle=True, anzahl=1000)
        return [(await service.lies_nachricht(session, stelle, eine.id))[0].decode()[7:-8] for eine in zeilen]


async def test_many_workers_keep_the_order_of_each_business(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    betriebe: dict[str, list[str]] = {f"betrieb-{nr}": [] for nr in range(4)}
    for _ in range(6):
        for betrieb, folge in betriebe.items():
            [bezug] = await stelle_ein(betrieb=betrieb)
            # Earlier ones take longer: without order later ones would overtake.
            bau_probe.dauer[bezug] = 0.03 if len(folge) < 3 else 0
            folge.append(str(bezug))
    await asyncio.gather(*(arbeite_alles(Zusteller(stapel=5)) for _ in range(3)))
    while len(await nummern()) < 24:
        await Zusteller().arbeite()
    erreicht = await reihenfolge()
    for folge in betriebe.values():
        assert [bezug for bezug in erreicht if bezug in folge] == folge


async def test_a_later_one_waits_for_the_earlier_until_that_is_given_up(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    [erste] = await stelle_ein(betrieb="b")
    [zweite] = await stelle_ein(betrieb="b")
    bau_probe.fehler[erste] = service.NichtBaubar([BEFUND])
    await arbeite_alles(Zusteller())
    assert await nummern() == []
    await aendere(
        erste,
        erstellt_am=datetime.now(UTC) - timedelta(days=15),
        naechster_versuch_am=datetime.now(UTC),
    )
    await arbeite_alles(Zusteller())
    assert (await zeile(erste)).aufgegeben_am is not None
    assert await reihenfolge() == [str(zweite)]


async def test_other_businesses_other_bodies_and_messages_without_a_business_do_not_wait(
    stelle_ein: Stelle_ein, bau_probe: Probebau
) -> None:
    [erste] = await stelle_ein(betrieb="b")
    bau_probe.fehler[erste] = service.NichtBaubar([BEFUND])
    await stelle_ein(betrieb="b", stelle=HWK)
    await stelle_ein(betrieb="anderer")
    await stelle_ein()
    await arbeite_alles(Zusteller())
    assert (await nummern(IHK), await nummern(HWK)) == ([1, 2], [1])


async def test_the_order_is_kept_by_an_index(stelle_ein: Stelle_ein) -> None:
    """Looking for an earlier delivery must not read the outbox."""
    for _ in range(3):
        await stelle_ein(betrieb="b")
    async with transaktion(gemeinde=ALLE) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await session.scalars(
            text(
                "EXPLAIN SELECT 1 FROM sendung s WHERE NOT EXISTS (SELECT FROM sendung v "
                "WHERE v.reihenfolge_schluessel = s.reihenfolge_schluessel AND v.stelle = s.stelle "
                "AND v.naechster_versuch_am IS NOT NULL AND (v.erstellt_am, v.id) < (s.erstellt_am, s.id)) "
                "AND s.id = (SELECT max(id::text)::uuid FROM sendung)"
            )
        )
        assert "ix_sendung_reihenfolge" in "\n".join(plan)
