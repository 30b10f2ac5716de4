"""Towns that work with the system. Their facts (name, district, chambers) are data files, not rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, text
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
    eingerichtet_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
