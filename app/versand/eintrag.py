"""What the journal says of a delivery: which it is, of which case, to whom."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.akte.service import Angabe, Ereignis


class Betroffene(Protocol):
    """A delivery to which something has happened."""

    @property
    def id(self) -> UUID: ...
    @property
    def ags(self) -> str: ...
    @property
    def vorgang_id(self) -> UUID: ...
    @property
    def stelle(self) -> str: ...


def eintrag(eine: Betroffene, ereignis: str, **angaben: Angabe) -> Ereignis:
    """The entry, with whatever else there is to say."""
    return Ereignis(
        ags=eine.ags,
        ereignis=ereignis,
        bezug_art="sendung",
        bezug_id=eine.id,
        angaben={"vorgang": str(eine.vorgang_id), "stelle": eine.stelle, **angaben},
    )


def eintrag_zur_nachricht(getragene: Sequence[Betroffene], ereignis: str, **angaben: Angabe) -> Ereignis:
    """The entry about a message that carries these: of the first of them, with the cases of all."""
    erste = getragene[0]
    if len(getragene) == 1:
        return eintrag(erste, ereignis, **angaben)
    return Ereignis(
        ags=erste.ags,
        ereignis=ereignis,
        bezug_art="sendung",
        bezug_id=erste.id,
        angaben={
            "vorgaenge": [str(eine.vorgang_id) for eine in getragene],
            "stelle": erste.stelle,
            **angaben,
        },
    )
