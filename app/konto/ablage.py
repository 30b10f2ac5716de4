"""What a page has sent after its session had ended: kept until the person is back, for this browser alone.

A row is found by a number that only the browser's own cookie makes, lies sealed, and is gone after two hours
or with the next page that is saved. Kept is only what a browser sends whose session ended by itself: nobody
else can fill the table.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tresor import oeffne_json, verschliesse_json
from app.konto import ablage_repository, sitzungen

Felder = Mapping[str, Sequence[str]]


async def lege_ab(
    session: AsyncSession, *, browser: str, sitzung: str | None, pfad: str, felder: Felder
) -> bool:
    """Keeps the form of a page; False where the browser had no session that could have ended.

    `browser`: secret of the browser's own cookie. `sitzung`: secret of the session it says it has.
    """
    if sitzung is None or not await sitzungen.ist_abgelaufen(session, sitzung):
        return False
    kennung = _kennung(browser, pfad)
    werte = {name: list(mehrere) for name, mehrere in felder.items()}
    await ablage_repository.lege_ab(session, kennung, verschliesse_json(werte, _zweck(kennung)))
    return True


async def lies(session: AsyncSession, *, browser: str, pfad: str) -> dict[str, tuple[str, ...]] | None:
    """What this browser has sent to this path, if it is still there."""
    kennung = _kennung(browser, pfad)
    inhalt = await ablage_repository.lies(session, kennung)
    if inhalt is None:
        return None
    return {name: tuple(werte) for name, werte in oeffne_json(inhalt, _zweck(kennung)).items()}


async def raeume(session: AsyncSession, *, browser: str, pfad: str) -> None:
    """It has been saved, and is no longer needed."""
    await ablage_repository.loesche(session, _kennung(browser, pfad))


async def loesche_verfallene(session: AsyncSession) -> int:
    """Deletes what nobody came back for. How many it were."""
    return await ablage_repository.loesche_verfallene(session)


def _kennung(browser: str, pfad: str) -> bytes:
    return hmac.new(browser.encode("utf-8", "surrogatepass"), pfad.encode(), hashlib.sha256).digest()


def _zweck(kennung: bytes) -> str:
    return f"eingabeablage:{kennung.hex()}"
