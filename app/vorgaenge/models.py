"""Cases: who owns them, what is due when, how they were decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Vorgang(Base):
    """One case. While it is open it has an owner and a next date."""

    __tablename__ = "vorgang"
    __table_args__ = (
        CheckConstraint(
            "zustand IN "
            "('in_pruefung', 'erledigt', 'abgelehnt', 'zurueckgewiesen', 'weitergeleitet', 'zurueckgezogen')",
            name="zustand",
        ),
        CheckConstraint(
            "(zustand = 'in_pruefung') = (naechster_termin IS NOT NULL)", name="naechster_termin"
        ),
        UniqueConstraint("ags", "aktenzeichen"),
        Index("ix_vorgang_arbeitsliste", "ags", "zustand", "id"),
        Index("ix_vorgang_termin", "naechster_termin", postgresql_where=text("naechster_termin IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), index=True)
    art: Mapped[str]
    aktenzeichen: Mapped[str]
    zustand: Mapped[str]
    zustaendig: Mapped[str]
    """Owner: the unit or person of the town that has to act next."""
    naechster_termin: Mapped[datetime | None]
    befunde: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """What has to be looked at before a decision: findings as ``xoev.befund.Befund.als_dict``."""
    entscheidung: Mapped[str | None]
    """Reason of a rejection, as the clerk wrote it."""
    angelegt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    abgeschlossen_am: Mapped[datetime | None]


class Entscheidung(Base):
    """How an application was decided; the letter that says so lies in the file. Append-only."""

    __tablename__ = "entscheidung"
    __table_args__ = (CheckConstraint("art IN ('bewilligt', 'abgelehnt', 'weitergeleitet')", name="art"),)

    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), index=True)
    einreicher_id: Mapped[UUID]
    art: Mapped[str]
    eingabe_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Of what the desk has sent: the same once more has the same answer."""
    dokument_id: Mapped[UUID] = mapped_column(ForeignKey("dokument.id"))
    durch: Mapped[UUID]
    entschieden_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Klaerung(Base):
    """Whether the town is competent for an application under § 14 SGB IX. Append-only."""

    __tablename__ = "klaerung"
    __table_args__ = (
        CheckConstraint("ergebnis IN ('behalten', 'weitergeleitet')", name="ergebnis"),
        CheckConstraint("(ergebnis = 'weitergeleitet') = (traeger IS NOT NULL)", name="traeger"),
    )

    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    ergebnis: Mapped[str]
    traeger: Mapped[str | None]
    """Name of the body it was forwarded to."""
    durch: Mapped[UUID]
    geklaert_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
