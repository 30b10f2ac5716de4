"""Who is there: machine clients, people's accounts, their sessions, and who acts for whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id


class Klient(Base):
    """A machine client (OAuth 2.0 client credentials, RFC 6749 section 4.4)."""

    __tablename__ = "klient"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    client_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    secret_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None where the client proves itself with a key of its own (`jwks`)."""
    vorheriges_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    vorheriges_bis: Mapped[datetime | None]
    """Until when the secret before the last rotation still counts."""
    jwks: Mapped[dict[str, Any] | None]
    """Public keys for `private_key_jwt` (RFC 7523)."""
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    gemeinde: Mapped[str | None] = mapped_column(String(8))
    """AGS of the one town that the client works for (scopes sachbearbeitung and verwaltung)."""
    stelle: Mapped[str | None]
    """Key of the one body whose mailbox the client may read (scope postfach)."""
    je_minute: Mapped[int | None]
    """Requests a minute; None: the default of the installation."""
    laeuft_ab_am: Mapped[datetime | None]
    gesperrt_am: Mapped[datetime | None]
    zuletzt_am: Mapped[datetime | None]
    """When it last fetched a token."""
    angelegt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Nutzerkonto(Base):
    """An account: a person, an organisation or a member of staff, as one provider knows them.

    The key is (issuer, subject); the subject is the provider's sub or bPK2, never an e-mail address.
    """

    __tablename__ = "nutzerkonto"
    __table_args__ = (UniqueConstraint("issuer", "subjekt"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    issuer: Mapped[str]
    subjekt: Mapped[str]
    anbieter: Mapped[str]
    """Key of the provider in the installation's configuration."""
    art: Mapped[str]
    """person | organisation | beschaeftigt"""
    angaben: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What the provider last said (app.konto.identitaet.Angaben)."""
    niveau: Mapped[str]
    """Level of the last login: basis | substantiell | hoch"""
    angelegt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    angemeldet_am: Mapped[datetime]
    geloescht_am: Mapped[datetime | None]
    """The row stays without any personal data: cases refer to it."""


class Websitzung(Base):
    """One browser that is logged in. The cookie's secret is kept as its SHA-256 only."""

    __tablename__ = "websitzung"
    __table_args__ = (
        Index("ix_websitzung_anbieter_sid", "issuer", "idp_sid"),
        Index("ix_websitzung_offen", "konto_id", postgresql_where=text("beendet_am IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    konto_id: Mapped[UUID] = mapped_column(ForeignKey("nutzerkonto.id"))
    geheimnis_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    issuer: Mapped[str]
    anbieter: Mapped[str]
    idp_sid: Mapped[str | None]
    niveau: Mapped[str]
    rollen: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Staff roles that the provider gave with this login: [{rolle, gemeinde?, stelle?}]"""
    vertretung_id: Mapped[UUID | None] = mapped_column(ForeignKey("vertretung.id"))
    """For whom the person is acting at the moment."""
    geraet: Mapped[str]
    """Browser and system in words, for the list of one's sessions."""
    authentifiziert_am: Mapped[datetime]
    angelegt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    zuletzt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    endet_am: Mapped[datetime]
    """Absolute end, however busy."""
    beendet_am: Mapped[datetime | None]


class Anmeldeversuch(Base):
    """A login under way at a provider; deleted with the answer, so that it can be used once."""

    __tablename__ = "anmeldeversuch"

    state_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Binds the attempt to the browser that began it (login CSRF)."""
    anbieter: Mapped[str]
    nonce: Mapped[str]
    pkce_verifier: Mapped[str]
    ziel: Mapped[str]
    """Path on this host to go on with."""
    niveau: Mapped[str]
    verfaellt_am: Mapped[datetime] = mapped_column(index=True)


class Eingabeablage(Base):
    """What a page has sent after its session had ended, for the browser that comes back."""

    __tablename__ = "eingabeablage"

    kennung: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """HMAC of the path under the secret of the browser's own cookie."""
    inhalt: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: values by the name of the field."""
    verfaellt_am: Mapped[datetime] = mapped_column(index=True)


class VerbrauchteKennung(Base):
    """A `jti` that must not come again: logout tokens and client assertions."""

    __tablename__ = "verbrauchte_kennung"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    verfaellt_am: Mapped[datetime] = mapped_column(index=True)


class Vertretung(Base):
    """A person acts for another or for a firm; the power of attorney is a document of the case."""

    __tablename__ = "vertretung"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    konto_id: Mapped[UUID] = mapped_column(ForeignKey("nutzerkonto.id"), index=True)
    vertreten: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Who is acted for: {art: person|organisation, name, anschrift?, register?}"""
    grundlage: Mapped[str]
    """vollmacht | gesetzlich | organisationskonto"""
    gilt_ab: Mapped[datetime] = mapped_column(server_default=text("now()"))
    gilt_bis: Mapped[datetime | None]
    beendet_am: Mapped[datetime | None]
