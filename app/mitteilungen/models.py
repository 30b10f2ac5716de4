"""What an applicant and the office write to each other about an application."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id
from app.db.tresor import versiegelt


class Mitteilung(Base):
    """One message. It is never changed; reading it is noted once."""

    __tablename__ = "mitteilung"
    __table_args__ = (
        CheckConstraint("von IN ('person', 'amt')", name="von"),
        Index("ix_mitteilung_antrag", "antrag_id", "id"),
        Index("ix_mitteilung_ungelesen", "einreicher_id", postgresql_where=text("gelesen_am IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"))
    vorgang_id: Mapped[UUID | None] = mapped_column(ForeignKey("vorgang.id"))
    """The case that the office writes about; None where the applicant writes."""
    einreicher_id: Mapped[UUID]
    von: Mapped[str]
    """person | amt"""
    verfasser_id: Mapped[UUID]
    inhalt: Mapped[bytes] = mapped_column(LargeBinary, info=versiegelt("mitteilung:{}"))
    """Sealed (app.db.tresor, ``mitteilung:<id>``)."""
    erstellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    gelesen_am: Mapped[datetime | None]
    """When the other side has first seen it."""
    besonders: Mapped[bool] = mapped_column(server_default=text("false"))
    """About an application with special categories of personal data: seen as those are (ADR 0014)."""


class Mitteilungsanhang(Base):
    """A file that came with a message; its bytes are a document of the case."""

    __tablename__ = "mitteilungsanhang"

    mitteilung_id: Mapped[UUID] = mapped_column(ForeignKey("mitteilung.id"), primary_key=True)
    dokument_id: Mapped[UUID] = mapped_column(ForeignKey("dokument.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    einreicher_id: Mapped[UUID]
    dateiname: Mapped[str]
    medientyp: Mapped[str]
    groesse: Mapped[int]
    besonders: Mapped[bool] = mapped_column(server_default=text("false"))
