"""Submissions of any kind: receipt and idempotency."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Antrag(Base):
    """One submission, taken in once and for all. Its documents lie in the Akte."""

    __tablename__ = "antrag"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8), index=True)
    art: Mapped[str]
    """Key of the service, e.g. ``gewerbeanzeige``."""
    einreicher_id: Mapped[UUID]
    """Who sent it: a machine client or the account of a person (both keys are UUIDs, one space)."""
    kanal: Mapped[str]
    eingangsnummer: Mapped[str] = mapped_column(unique=True)
    """Receipt number for people: random, neither a counter nor a secret."""
    inhalt_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the canonical content; tells a repeated submission from a different one."""
    eingegangen_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Idempotenzschluessel(Base):
    """A key under which a sender may repeat a submission to a town without doubling it."""

    __tablename__ = "idempotenzschluessel"

    ags: Mapped[str] = mapped_column(String(8), primary_key=True)
    einreicher_id: Mapped[UUID] = mapped_column(primary_key=True)
    schluessel: Mapped[str] = mapped_column(primary_key=True)
    """Lower case: letters' case does not count."""
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), index=True)
