"""Towns that work with the system. Their facts (name, district, chambers) are data files, not rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base


class Mandant(Base):
    """One Gemeinde that has been set up, by its amtlicher Gemeindeschluessel (AGS, 8 digits)."""

    __tablename__ = "mandant"

    ags: Mapped[str] = mapped_column(String(8), primary_key=True)
    behoerdenname: Mapped[str]
    anschrift: Mapped[dict[str, Any]]
    erreichbarkeit: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    automatisch_bescheinigen: Mapped[bool] = mapped_column(server_default=text("true"))
    aktenzeichen_schema: Mapped[str]
    verzichte: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Keys of bodies that have waived the regular transfer (§ 14 Abs. 8 GewO)."""
    filter: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Data-minimising filters switched on beyond the defaults (docs/adr)."""
    angaben: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Everything else the town has settled (app.mandanten.einstellungen), checked when it was written."""
    eingerichtet_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Gemeindewappen(Base):
    """A town's coat of arms. Apart from the settings, which every submission reads."""

    __tablename__ = "wappen"

    ags: Mapped[str] = mapped_column(ForeignKey("mandant.ags"), primary_key=True)
    medientyp: Mapped[str]
    inhalt: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    geaendert_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Tagesbericht(Base):
    """A day on which a town was looked at, and whether somebody was told."""

    __tablename__ = "tagesbericht"

    ags: Mapped[str] = mapped_column(ForeignKey("mandant.ags"), primary_key=True)
    tag: Mapped[date] = mapped_column(primary_key=True)
    fehler: Mapped[int | None]
    """How many checks found something wrong; None until they have been made."""
    vergeben_bis: Mapped[datetime | None]
    """Until when a worker is at it."""
    gesendet_am: Mapped[datetime | None]
    beendet_am: Mapped[datetime | None]
