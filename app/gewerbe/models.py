"""The trade register: notices, entries, certificates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Gewerbeanzeige(Base):
    """One notice (GewA 1, 2 or 3) in one version; never changed, a correction is a version of its own."""

    __tablename__ = "gewerbeanzeige"
    __table_args__ = (
        UniqueConstraint("vorgang_id", "fassung"),
        UniqueConstraint("ags", "meldungsnummer", "fassung"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), index=True)
    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"))
    fassung: Mapped[int] = mapped_column(server_default=text("1"))
    """1: as it was taken in; each correction has the next number."""
    satz: Mapped[int]
    """Position among the notices of one submission, from 1."""
    form: Mapped[str] = mapped_column(String(2))
    uuid: Mapped[UUID]
    """The notice's own UUID as XGewerbeanzeige carries it (satz/uuid)."""
    gewerbebetrieb_id: Mapped[UUID]
    meldungsnummer: Mapped[str]
    """gemeindeMeldungNr of XGewerbeanzeige."""
    daten: Mapped[dict[str, Any]]
    ereigniszeitpunkt: Mapped[datetime]


class Registereintrag(Base):
    """The Gewerberegister's entry that a certified notice has caused."""

    __tablename__ = "registereintrag"
    __table_args__ = (Index("ix_registereintrag_betrieb", "ags", "gewerbebetrieb_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    gewerbeanzeige_id: Mapped[UUID] = mapped_column(ForeignKey("gewerbeanzeige.id"), unique=True)
    gewerbebetrieb_id: Mapped[UUID]
    form: Mapped[str] = mapped_column(String(2))
    wirksam_ab: Mapped[date]
    eingetragen_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    beendet_am: Mapped[datetime | None]
    """Replaced by the entry of a corrected version, or the notice was withdrawn."""


class Bescheinigung(Base):
    """Certificate of receipt (§ 15 Abs. 1 GewO). Its PDF is rendered from this row, always the same."""

    __tablename__ = "bescheinigung"
    __table_args__ = (
        Index("ix_bescheinigung_ohne_pdf", "ausgestellt_am", postgresql_where=text("dokument_id IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    gewerbeanzeige_id: Mapped[UUID] = mapped_column(ForeignKey("gewerbeanzeige.id"), unique=True)
    pruefcode: Mapped[str] = mapped_column(unique=True)
    automatisch: Mapped[bool]
    inhalt: Mapped[dict[str, Any]]
    """Everything the PDF shows."""
    umstaende: Mapped[dict[str, Any] | None]
    """The town's waivers and filters on that day; None: certified before they were kept."""
    ausgestellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    dokument_id: Mapped[UUID | None] = mapped_column(ForeignKey("dokument.id"))


class Widerruf(Base):
    """A certified notice was withdrawn: the last thing that happens to it. Append-only."""

    __tablename__ = "widerruf"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"), unique=True)
    grund: Mapped[str]
    """As the clerk wrote it; the applicant reads it, nobody else."""
    durch: Mapped[UUID]
    """Machine client of the desk, or account of a person."""
    widerrufen_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Vollstaendigkeitslauf(Base):
    """The check of completeness of one night, and how far it has come."""

    __tablename__ = "vollstaendigkeitslauf"

    tag: Mapped[date] = mapped_column(primary_key=True)
    begonnen_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    nach: Mapped[UUID | None]
    """The last certificate that was looked at."""
    geprueft: Mapped[int] = mapped_column(server_default=text("0"))
    befunde: Mapped[int] = mapped_column(server_default=text("0"))
    beendet_am: Mapped[datetime | None]
