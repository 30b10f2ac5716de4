"""A worker that stops at a named point, prints a line and waits to be killed. Run by test_absturz.py.

DATABASE_URL=... python -m tests.app.versand.opfer PUNKT
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.rollen import WERK
from app.db.sitzung import Datenbank, verwende
from app.versand import bau, leases
from app.versand.tasks import Zusteller


async def _halte_an() -> None:
    sys.stdout.write("hier\n")
    sys.stdout.flush()
    await asyncio.sleep(3600)


class Bau:
    def __init__(self, haelt: bool) -> None:
        self.haelt = haelt

    async def bauen(self, session: AsyncSession, sendung: bau.Sendungsbild) -> bytes:
        if self.haelt:
            await _halte_an()
        return f"<probe>{sendung.bezug_id}</probe>".encode()


def _danach(funktion: Callable[..., Any]) -> Callable[..., Any]:
    async def und_halt(*argumente: Any, **benannte: Any) -> Any:
        ergebnis = await funktion(*argumente, **benannte)
        await _halte_an()
        return ergebnis

    return und_halt


async def main(dsn: str, punkt: str) -> None:
    verwende(Datenbank(dsn, rolle=WERK, pool=4))
    bau.registriere_bau("probe", Bau(haelt=punkt == "beim_bauen"))
    match punkt:
        case "vor_dem_commit_des_claims":
            leases.beanspruche = _danach(leases.beanspruche)
        case "nach_dem_claim":
            Zusteller._liefere = _danach(_nichts)  # type: ignore[method-assign]
        case "nach_der_nummer":
            leases.ins_postfach = _danach(leases.ins_postfach)
        case "nach_dem_commit":
            Zusteller._intern = _danach(Zusteller._intern)  # type: ignore[method-assign]
    await Zusteller(inhaber=UUID(int=1), gleichzeitig=1).arbeite()


async def _nichts(*_: Any) -> None:
    return None


if __name__ == "__main__":
    asyncio.run(main(os.environ["DATABASE_URL"], sys.argv[1]))
