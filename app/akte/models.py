"""The file: documents, journal and its seal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Dokument(Base):
    """A document of the file: the bytes as they arrived or were made, never changed."""

    __tablename__ = "dokument"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), index=True)
    vorgang_id: Mapped[UUID | None] = mapped_column(ForeignKey("vorgang.id"), index=True)
    """None: the document belongs to every case of the submission."""
    art: Mapped[str]
    dateiname: Mapped[str]
    medientyp: Mapped[str]
    inhalt: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    erstellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    besonders: Mapped[bool] = mapped_column(server_default=text("false"))
    """Special categories of personal data: seen only once the reading has been noted (ADR 0014)."""


class AktenExport(Base):
    """A case's file as it was handed over to the town's DMS, and what the DMS has answered."""

    __tablename__ = "akten_export"

    prozess_id: Mapped[UUID] = mapped_column(primary_key=True)
    """xdomea's id of the transfer: the same case as of the same time has the same."""
    ags: Mapped[str] = mapped_column(String(8))
    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"), index=True)
    erstellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    empfangen_am: Mapped[datetime | None]
    """Answer 0629: the DMS has the message."""
    beantwortet_am: Mapped[datetime | None]
    """Answer 0630: what has become of it."""
    erfolgreich: Mapped[bool | None]
    dms_id: Mapped[UUID | None]
    """The id of what was filed, in the DMS."""
    codes: Mapped[list[Any] | None]
    """Codes of the DMS's answer."""


class Aktenzeichenzaehler(Base):
    """Last number given to a case of a town in a year. Gaps are allowed, doubles are not."""

    __tablename__ = "aktenzeichenzaehler"

    ags: Mapped[str] = mapped_column(String(8), primary_key=True)
    jahr: Mapped[int] = mapped_column(primary_key=True)
    letzte: Mapped[int]


class Journaleintrag(Base):
    """One thing that happened. Append-only; references and hashes, no personal data."""

    __tablename__ = "journaleintrag"
    __table_args__ = (
        Index("ix_journaleintrag_vorgang", text("(angaben ->> 'vorgang')")),
        Index(
            "ix_journaleintrag_vorgaenge",
            text("(angaben -> 'vorgaenge')"),
            postgresql_using="gin",
            postgresql_where=text("angaben ? 'vorgaenge'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str | None] = mapped_column(String(8))
    ereignis: Mapped[str]
    bezug_art: Mapped[str]
    bezug_id: Mapped[UUID] = mapped_column(index=True)
    angaben: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """``vorgang`` names the case that an entry about something else belongs to, ``vorgaenge`` several."""
    zeitpunkt: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class JournalUnversiegelt(Base):
    """Entries that no block holds yet; filled by a trigger, emptied by sealing.

    A queue of its own, because an entry that commits late would fall behind any position in the journal.
    Without a foreign key: the trigger puts in what it has just seen written, and the check names what waits
    and is gone.
    """

    __tablename__ = "journal_unversiegelt"

    eintrag_id: Mapped[UUID] = mapped_column(primary_key=True)


class Journalblock(Base):
    """A seal over entries: each block holds the hash of the one before it. Append-only."""

    __tablename__ = "journalblock"

    nr: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vorgaenger: Mapped[bytes] = mapped_column(LargeBinary)
    wurzel: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 over ``blaetter``."""
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    eintraege: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    blaetter: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of each entry, 32 bytes each in the order of ``eintraege``: names the one that was changed."""
    gesiegelt_am: Mapped[datetime]
