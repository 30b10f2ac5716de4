"""The worker's side: one delivery each, whatever happens."""

from app.db.sitzung import transaktion
from app.versand import service
from app.versand.tasks import Zusteller
from tests.app.versand.conftest import IHK, Stelle_ein


async def test_a_delivery_reaches_the_mailbox(stelle_ein: Stelle_ein) -> None:
    bezuege = await stelle_ein(3)
    assert await Zusteller().arbeite() == 3
    assert await Zusteller().arbeite() == 0
    async with transaktion() as session:
        zeilen = await service.lies_postfach(session, IHK)
        assert [zeile.nummer for zeile in zeilen] == [1, 2, 3]
        inhalt, _ = await service.lies_nachricht(session, IHK, zeilen[0].id)
    assert any(str(bezug).encode() in inhalt for bezug in bezuege)
