"""The notice that the benchmark submits again and again."""

import json
from datetime import UTC, datetime
from typing import Final

from app.bench.last import anfrage
from app.demo.beispiele import beispiele
from app.demo.einrichtung import PADERBORN

AGS: Final = PADERBORN
PFAD: Final = "/api/v1/gewerbeanzeigen"


def anzeige() -> bytes:
    """A notice that is certified at once and goes to every regular body; each submission is a new one."""
    eine = beispiele(datetime.now(UTC).date())[0].anzeige
    eine.pop("gewerbebetrieb_id", None)
    return json.dumps(eine, ensure_ascii=False).encode()


def einreichung(token: str, pfad: str = PFAD) -> bytes:
    """The request that submits it."""
    return anfrage("POST", pfad, token=token, inhalt=anzeige(), medientyp="application/json")
