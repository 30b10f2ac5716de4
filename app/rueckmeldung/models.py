"""What people say about a page (SDG-VO Art. 25, § 10b Abs. 2 Nr. 2 BGG NRW), kept half a year."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id
from app.db.tresor import versiegelt


class Rueckmeldung(Base):
    """One thing said. Who said it is not kept; what was written stands sealed."""

    __tablename__ = "rueckmeldung"
    __table_args__ = (
        CheckConstraint("anliegen IN ('lob', 'frage', 'fehler', 'barriere')", name="anliegen"),
        CheckConstraint("bewertung BETWEEN 1 AND 5", name="bewertung"),
        Index("ix_rueckmeldung_ags", "ags", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str | None] = mapped_column(String(8))
    """The town that it is for; None: of no town, for who runs the installation."""
    seite: Mapped[str]
    """Path of the page, without anything that names a draft or a case."""
    sprache: Mapped[str]
    """Key of the page's language: de | en | leicht."""
    anliegen: Mapped[str]
    bewertung: Mapped[int | None]
    """1 (very bad) to 5 (very good)."""
    inhalt: Mapped[bytes | None] = mapped_column(LargeBinary, info=versiegelt("rueckmeldung:{}"))
    """Text and address for an answer, sealed (app.db.tresor); None where neither was given."""
    erstellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
