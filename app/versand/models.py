"""The outbox: everything that leaves the house."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Sendung(Base):
    """One delivery to one body. Its state is derived from the times below, never overwritten."""

    __tablename__ = "sendung"
    __table_args__ = (
        UniqueConstraint("bezug_id", "stelle", "art"),
        UniqueConstraint("stelle", "nummer"),
        Index(
            "ix_sendung_faellig",
            "naechster_versuch_am",
            postgresql_where=text("naechster_versuch_am IS NOT NULL"),
        ),
        Index(
            "ix_sendung_postfach",
            "stelle",
            "nummer",
            postgresql_where=text("nummer IS NOT NULL AND angenommen_am IS NULL AND abgelehnt_am IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"), index=True)
    art: Mapped[str]
    """What is sent, e.g. ``xgewerbeanzeige``: names the builder of the message."""
    bezug_id: Mapped[UUID]
    """What it is made from, e.g. the notice."""
    stelle: Mapped[str]
    """Key of the receiving body, e.g. ``ihk-ostwestfalen-zu-bielefeld``."""
    stellenart: Mapped[str]
    """Kind of body in the law table, e.g. ``ihk``."""
    kanal: Mapped[str]
    grundlage: Mapped[dict[str, Any]]
    """The law of the day of certification: paragraph and permitted fields."""
    erstellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    naechster_versuch_am: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    """None: the worker has nothing left to do."""
    versuche: Mapped[int] = mapped_column(server_default=text("0"))
    """Attempts begun, so that one that killed its worker counts too."""
    lease_inhaber: Mapped[UUID | None]
    lease_bis: Mapped[datetime | None]
    nachricht: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The message as sent, zlib-compressed."""
    nachricht_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the uncompressed message."""
    nachricht_groesse: Mapped[int | None]
    """Bytes of the uncompressed message."""
    nummer: Mapped[int | None]
    """Position in the receiver's mailbox, given when the message becomes visible."""
    bereitgestellt_am: Mapped[datetime | None]
    abgeholt_am: Mapped[datetime | None]
    angenommen_am: Mapped[datetime | None]
    abgelehnt_am: Mapped[datetime | None]
    ablehnungscode: Mapped[str | None]
    """The receiver's own code of the refusal."""
    ablehnungsgrund: Mapped[str | None]
    aufgegeben_am: Mapped[datetime | None]
    """Dead letter: the configured time has passed; a person has to look."""
    angehalten_am: Mapped[datetime | None]
    """Stopped before it left the house: what it was to say holds no more."""


class Zustellversuch(Base):
    """One attempt at a delivery. Append-only."""

    __tablename__ = "zustellversuch"
    __table_args__ = (UniqueConstraint("sendung_id", "nr"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    sendung_id: Mapped[UUID] = mapped_column(ForeignKey("sendung.id"))
    nr: Mapped[int]
    begonnen_am: Mapped[datetime]
    beendet_am: Mapped[datetime]
    ergebnis: Mapped[str]
    """``bereitgestellt``, ``zugestellt`` or ``gescheitert``."""
    fehler: Mapped[str | None]
    """Code and sentence of the fault; no content of the message."""


class Postfachzaehler(Base):
    """Last number given in a body's mailbox. Its row lock makes numbers visible in order."""

    __tablename__ = "postfachzaehler"

    stelle: Mapped[str] = mapped_column(primary_key=True)
    letzte: Mapped[int]
