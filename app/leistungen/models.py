"""Versions of services' forms, and what each town offers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base


class Formularfassung(Base):
    """A form as drafts and submissions were made with it; never changed."""

    __tablename__ = "formularfassung"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the canonical content, in hexadecimal digits."""
    leistung: Mapped[str]
    inhalt: Mapped[dict[str, Any]] = mapped_column(JSONB)
    festgehalten_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Leistungsangebot(Base):
    """What a town has settled about a service. A town without a row offers the service as it is shipped."""

    __tablename__ = "leistungsangebot"
    __table_args__ = (CheckConstraint("zustand IN ('angeboten', 'ausgesetzt')", name="zustand"),)

    ags: Mapped[str] = mapped_column(ForeignKey("mandant.ags"), primary_key=True)
    leistung: Mapped[str] = mapped_column(primary_key=True)
    formular_hash: Mapped[str | None] = mapped_column(ForeignKey("formularfassung.hash"))
    """The town's own form, taken over from another town; None: the one that the files hold."""
    zustand: Mapped[str]
    """angeboten | ausgesetzt"""
    herkunft: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Where the form was taken over from: {ags, name, lizenz, schluessel, ausgegeben_am}"""
    geaendert_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
