"""Drafts with their uploads; submissions of any kind: receipt, idempotency, answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id
from app.db.tresor import versiegelt


class Antrag(Base):
    """One submission, taken in once and for all. Its documents lie in the Akte."""

    __tablename__ = "antrag"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8), index=True)
    art: Mapped[str]
    """Key of the service, e.g. ``gewerbeanzeige``."""
    einreicher_id: Mapped[UUID] = mapped_column(index=True)
    """Who sent it: a machine client or the account of a person (both keys are UUIDs, one space)."""
    kanal: Mapped[str]
    """api-json, api-xml: a machine client; konto: a person or firm; kammer: a chamber for a founder."""
    eingangsnummer: Mapped[str] = mapped_column(unique=True)
    """Receipt number for people: random, neither a counter nor a secret."""
    inhalt_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the canonical content; tells a repeated submission from a different one."""
    eingegangen_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    vertreten: Mapped[dict[str, Any] | None]
    """For whom the person acted: {vertretung_id, art, name}, as it stood with the submission."""


class Kammereingang(Base):
    """A chamber has taken the submission in for a founder; append-only."""

    __tablename__ = "kammereingang"

    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    kammer: Mapped[str]
    """Key of the body."""
    bearbeiter_id: Mapped[UUID]
    """Account of the clerk, or machine client of the chamber."""
    bearbeiter_art: Mapped[str]
    """konto | klient"""
    eingegangen_am: Mapped[date]
    """Day on which the founder was at the chamber: it keeps her deadlines."""
    vermerkt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Idempotenzschluessel(Base):
    """A key under which a sender may repeat a submission to a town without doubling it."""

    __tablename__ = "idempotenzschluessel"

    ags: Mapped[str] = mapped_column(String(8), primary_key=True)
    einreicher_id: Mapped[UUID] = mapped_column(primary_key=True)
    schluessel: Mapped[str] = mapped_column(primary_key=True)
    """Lower case: letters' case does not count."""
    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), index=True)


class Entwurf(Base):
    """What somebody is filling in; deleted when it is sent, thrown away or too old."""

    __tablename__ = "entwurf"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    """Becomes the id of the submission."""
    ags: Mapped[str] = mapped_column(String(8))
    einreicher_id: Mapped[UUID] = mapped_column(index=True)
    """Account or machine client; nobody else sees it, the town neither."""
    leistung: Mapped[str]
    formular_hash: Mapped[str] = mapped_column(ForeignKey("formularfassung.hash"))
    inhalt: Mapped[bytes] = mapped_column(LargeBinary, info=versiegelt("entwurf:{}"))
    """Sealed (app.db.tresor): {antworten, schritt, vertreten, fragen, geaendert}"""
    fassung: Mapped[int] = mapped_column(server_default=text("1"))
    """Counts the changes."""
    angelegt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    geaendert_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    verfaellt_am: Mapped[datetime] = mapped_column(index=True)


class Anlage(Base):
    """A file that was uploaded to a draft; goes with it."""

    __tablename__ = "anlage"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Random: it stands in addresses."""
    entwurf_id: Mapped[UUID] = mapped_column(ForeignKey("entwurf.id", ondelete="CASCADE"), index=True)
    einreicher_id: Mapped[UUID] = mapped_column(index=True)
    nachweis: Mapped[str]
    """What it proves: a key of the form's evidence, or ``vollmacht``."""
    groesse: Mapped[int]
    """Bytes."""
    angaben: Mapped[bytes] = mapped_column(LargeBinary, info=versiegelt("anlage:{}:angaben"))
    """Sealed: {dateiname, medientyp, sha256, geprueft}"""
    inhalt: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=versiegelt("anlage:{}:inhalt"))
    """Sealed: the file."""
    hochgeladen_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Antragsinhalt(Base):
    """The answers of a submission that was made with a form; the special categories lie elsewhere."""

    __tablename__ = "antragsinhalt"

    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    einreicher_id: Mapped[UUID]
    leistung: Mapped[str]
    formular_hash: Mapped[str] = mapped_column(ForeignKey("formularfassung.hash"))
    sprache: Mapped[str]
    """In which language it was filled in: de | en | leicht"""
    inhalt: Mapped[bytes] = mapped_column(LargeBinary, info=versiegelt("antragsinhalt:{}"))
    """Sealed: {antworten, nachweise}"""


class BesondererInhalt(Base):
    """The special categories (Art. 9 GDPR) among the answers of a submission."""

    __tablename__ = "antragsinhalt_besonders"

    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    einreicher_id: Mapped[UUID]
    inhalt: Mapped[bytes] = mapped_column(LargeBinary, info=versiegelt("antragsinhalt_besonders:{}"))
    """Sealed: the answers, each at its place."""


class Bestaetigung(Base):
    """What a second person is asked to confirm after an application was sent, and the answer."""

    __tablename__ = "bestaetigung"
    __table_args__ = (
        CheckConstraint("zustand IN ('offen', 'bestaetigt', 'abgelehnt', 'verzichtet')", name="zustand"),
        CheckConstraint("(zustand = 'offen') = (beantwortet_am IS NULL)", name="beantwortet_am"),
    )

    antrag_id: Mapped[UUID] = mapped_column(ForeignKey("antrag.id"), primary_key=True)
    ags: Mapped[str] = mapped_column(String(8))
    einreicher_id: Mapped[UUID]
    formular_hash: Mapped[str] = mapped_column(ForeignKey("formularfassung.hash"))
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    gezeigt: Mapped[bytes] = mapped_column(LargeBinary, info=versiegelt("bestaetigung:{}"))
    """Sealed: the answers that the second person sees; it never reads any others."""
    zustand: Mapped[str] = mapped_column(server_default=text("'offen'"))
    """offen | bestaetigt | abgelehnt | verzichtet: the office goes without, and says why"""
    gueltig_bis: Mapped[datetime]
    durch: Mapped[UUID | None]
    """Account that has answered, or of the clerk who goes without."""
    antwort: Mapped[bytes | None] = mapped_column(LargeBinary, info=versiegelt("bestaetigung:{}"))
    """Sealed: {antworten} or {grund}"""
    beantwortet_am: Mapped[datetime | None]
