"""What the worker does for drafts."""

import structlog

from app.antraege import entwuerfe
from app.db.sitzung import ALLE, transaktion

log = structlog.get_logger(__name__)

STAPEL = 200
"""Drafts of one transaction: their files go with them."""


async def loesche_verfallene() -> None:
    """Delete drafts that nobody has worked on for as long as their town keeps them.

    Only how many they were is told, and that in the log alone: a draft was never the office's.
    """
    while True:
        async with transaktion(gemeinde=ALLE) as session:
            anzahl = await entwuerfe.loesche_verfallene(session, STAPEL)
        if anzahl:
            log.info("entwuerfe_verfallen", anzahl=anzahl)
        if anzahl < STAPEL:
            return
