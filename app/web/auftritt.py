"""How a town's pages look: its name, its coat of arms, its colours."""

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.mandanten import service as mandanten
from app.mandanten.service import Farben, UnbekannteGemeinde


@dataclass(frozen=True, slots=True)
class Auftritt:
    """The look of a page. Paths are of this host; colours are a style sheet: the CSP allows no other way."""

    name: str | None = None
    """Name of the town's office, as it stands under that of the house."""
    wappen: str | None = None
    """Path of the coat of arms."""
    stil: str | None = None
    """Path of a style sheet that sets the colours."""
    ags: str | None = None
    """The town."""


NEUTRAL: Final = Auftritt()
"""The look of pages that belong to no town."""


async def auftritt(session: AsyncSession, ags: str) -> Auftritt:
    """The town's look; the neutral one where this installation does not serve it."""
    try:
        gewaehlt = await mandanten.aussehen(session, ags)
    except UnbekannteGemeinde:
        return NEUTRAL
    css = farben_css(gewaehlt.farben)
    return Auftritt(
        name=gewaehlt.behoerdenname,
        wappen=f"/gemeinde/{ags}/wappen?v={gewaehlt.wappen.hex()[:12]}" if gewaehlt.wappen else None,
        ags=ags,
        stil=f"/gemeinde/{ags}/farben.css?v={hashlib.sha256(css.encode()).hexdigest()[:12]}",
    )


def farben_css(farben: Farben) -> str:
    """The town's colours as variables of web.css and of KERN."""
    return (
        f":root {{ --auftritt-leiste: {farben.leiste}; --auftritt-schrift: {farben.schrift}; }}\n"
        f":root, [data-kern-theme=light] {{ --kern-color-action-default: {farben.akzent}; }}\n"
    )
