"""`amt sitzungen beenden` as a shell sees it."""

from app.db.rollen import Zugang
from app.db.sitzung import Datenbank, transaktion
from app.konto import sitzungen
from tests.app.kommandos.test_versand import rufe
from tests.app.konto.test_sitzungen import ANNA, BERND


async def test_one_account_or_everybody_is_logged_out(datenbank: Zugang, verbunden: Datenbank) -> None:
    async with transaktion() as session:
        anna, bernd = [await sitzungen.beginne(session, wer, geraet="", bisher=None) for wer in (ANNA, BERND)]
        angemeldet = await sitzungen.lies(session, anna)
    assert angemeldet is not None

    async def noch_da() -> list[bool]:
        async with transaktion() as session:
            return [bool(await sitzungen.lies(session, geheimnis)) for geheimnis in (anna, bernd)]

    for falsch in ((), ("--alle", "--konto", str(angemeldet.konto_id))):
        assert (await rufe(datenbank, "sitzungen", "beenden", *falsch))[0] == 2
    assert await noch_da() == [True, True]
    status, ausgabe = await rufe(datenbank, "sitzungen", "beenden", "--konto", str(angemeldet.konto_id))
    assert (status, ausgabe.strip()) == (0, "Beendet / ended: 1")
    assert await noch_da() == [False, True]
    assert (await rufe(datenbank, "sitzungen", "beenden", "--alle"))[0] == 0
    assert await noch_da() == [False, False]
