"""What an e-Akte holds, as xdomea sees it: a Vorgang, its Dokumente, what happened to them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

NAMENSRAUM = UUID("6f0c8a52-9d0f-5e0c-8f3b-2c7f4d5a9e11")
"""UUIDs that xdomea wants beside ours are derived in this name space: the same thing, the same UUID."""


@dataclass(frozen=True, slots=True)
class Ereignis:
    """One entry of the history. `zeitpunkt` is timezone-aware."""

    zeitpunkt: datetime
    akteur: str
    aktion: str
    bemerkung: str = ""


@dataclass(frozen=True, slots=True)
class Datei:
    """The bytes of a document as they were filed, with their name there.

    `sha256`: what somebody else has noted about them when they were filed, where that is known.
    """

    dateiname: str
    medientyp: str
    inhalt: bytes
    erstellt_am: datetime
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class Dokument:
    """A document of a case. `eingang`: day of receipt, for what came from outside."""

    id: UUID
    betreff: str
    typ: str
    datei: Datei
    eingang: date | None = None
    historie: tuple[Ereignis, ...] = ()


@dataclass(frozen=True, slots=True)
class Vorgang:
    """A case. `kennzeichen` is its file number, `aktenplan` the sign of its place in the plan of files."""

    id: UUID
    kennzeichen: str
    betreff: str
    typ: str
    beginn: date
    ende: date | None
    aktenplan: str | None
    dokumente: tuple[Dokument, ...]
    historie: tuple[Ereignis, ...]


@dataclass(frozen=True, slots=True)
class Ablage:
    """A case to be filed in the DMS of `behoerde`, as it stood at `stand` (timezone-aware)."""

    behoerde: str
    produkt: str
    produktversion: str
    stand: datetime
    vorgang: Vorgang

    @property
    def prozess_id(self) -> UUID:
        """UUID of the transfer: the same case as of the same time, with the same documents and history."""
        dokumente = self.vorgang.dokumente
        ereignisse = len(self.vorgang.historie) + sum(len(dokument.historie) for dokument in dokumente)
        teile = (self.vorgang.id, self.stand.astimezone(UTC).isoformat(), ereignisse)
        return uuid5(NAMENSRAUM, "/".join(map(str, ("0605", *teile, *(eines.id for eines in dokumente)))))


def dokument_uuid(vorgang: Vorgang, dokument: Dokument) -> UUID:
    """UUID of a document within its case: a submission's document may lie in several cases."""
    return uuid5(NAMENSRAUM, f"dokument/{vorgang.id}/{dokument.id}")


def datei_uuid(vorgang: Vorgang, dokument: Dokument) -> UUID:
    """UUID that begins the name of the document's file; by xdomea not that of the document."""
    return uuid5(NAMENSRAUM, f"datei/{vorgang.id}/{dokument.id}")
