"""The least that taking something in can be: the same token check, JSON in, one row, one commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI
from sqlalchemy import JSON, Column, MetaData, Table, Uuid, insert

from app.db.basis import neue_id
from app.db.sitzung import Sitzung
from app.db.zugang import geoeffnet, vorhanden
from app.konto.zugriff import Recht, Wer, erfordert
from app.settings import settings

PFAD = "/bar"
TABELLE = Table("bench", MetaData(), Column("id", Uuid, primary_key=True), Column("daten", JSON))
ANLEGEN = (
    "CREATE TABLE IF NOT EXISTS bench (id uuid PRIMARY KEY, daten json); GRANT INSERT ON bench TO PUBLIC"
)


@asynccontextmanager
async def _lebenszeit(_: FastAPI) -> AsyncIterator[None]:
    async with geoeffnet(vorhanden(settings()), settings(), werk=False):
        yield


def create_app() -> FastAPI:
    """The application that ours is compared with."""
    app = FastAPI(lifespan=_lebenszeit)

    @app.post(PFAD, status_code=201)
    async def bar(
        daten: dict[str, Any], sitzung: Sitzung, wer: Annotated[Wer, erfordert(Recht.ANZEIGE_EINREICHEN)]
    ) -> dict[str, str]:
        nummer = neue_id()
        await sitzung.execute(insert(TABELLE).values(id=nummer, daten=daten))
        return {"id": str(nummer)}

    return app
