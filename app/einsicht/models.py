"""Who has read personal data: kept six months, by month (§ 14 Abs. 11 GewO)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Einsicht(Base):
    """One reading. A trigger takes town, submission, file number and whose data it is from the case."""

    __tablename__ = "einsicht"
    __table_args__ = (
        Index("ix_einsicht_ags", "ags", "id"),
        Index("ix_einsicht_betroffener", "betroffener", "id"),
        {"postgresql_partition_by": "RANGE (zeitpunkt)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    zeitpunkt: Mapped[datetime] = mapped_column(primary_key=True, server_default=text("now()"))
    ags: Mapped[str] = mapped_column(String(8))
    antrag_id: Mapped[UUID]
    vorgang_id: Mapped[UUID | None]
    bezeichnung: Mapped[str]
    """File number of the case, or receipt number of the submission."""
    betroffener: Mapped[UUID]
    """Who has submitted: the account that gets to see this entry."""
    leser_art: Mapped[str]
    """klient | konto"""
    leser_id: Mapped[UUID]
    rolle: Mapped[str]
    """What gave the right: ``rolle:leitung``, ``scope:postfach`` ..."""
    stelle: Mapped[str | None]
    """Key of the body, where one has read what was sent to it."""
    gegenstand: Mapped[str]
    """antrag | vorgang | akte | bescheinigung | nachricht | besondere_angaben | bestaetigung"""
    gegenstand_id: Mapped[UUID]
    zweck: Mapped[str]
