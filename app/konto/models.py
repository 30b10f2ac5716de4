"""Who may call: machine clients."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Klient(Base):
    """A machine client (OAuth 2.0 client credentials, RFC 6749 section 4.4)."""

    __tablename__ = "klient"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    client_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    gemeinde: Mapped[str | None] = mapped_column(String(8))
    """AGS of the one town that the client works for (scopes sachbearbeitung and verwaltung)."""
    stelle: Mapped[str | None]
    """Key of the one body whose mailbox the client may read (scope postfach)."""
    gesperrt_am: Mapped[datetime | None]
    angelegt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
