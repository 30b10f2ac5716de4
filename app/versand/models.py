"""The outbox: everything that leaves the house."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.basis import Base, neue_id
from app.db.vormerkung import aus_zeile

STANDARDKANAL = "postfach"
"""Way to the bodies of which nothing else is known."""


class Sendung(Base):
    """One delivery to one body. Its state is derived from the times below, never overwritten."""

    __tablename__ = "sendung"
    __table_args__ = (
        UniqueConstraint("bezug_id", "stelle", "art"),
        Index(
            "uq_sendung_nummer",
            "stelle",
            "nummer",
            unique=True,
            postgresql_where=text("nummer IS NOT NULL"),
        ),
        Index(
            "ix_sendung_beanspruchbar",
            "naechster_versuch_am",
            "id",
            postgresql_where=text("naechster_versuch_am IS NOT NULL AND NOT geparkt AND buendel_id IS NULL"),
        ),
        Index(
            "ix_sendung_geparkt",
            "stelle",
            "erstellt_am",
            "id",
            postgresql_where=text("geparkt AND naechster_versuch_am IS NOT NULL"),
        ),
        Index(
            "ix_sendung_offen",
            "stelle",
            "erstellt_am",
            "id",
            postgresql_where=text("naechster_versuch_am IS NOT NULL"),
        ),
        Index(
            "ix_sendung_reihenfolge",
            "reihenfolge_schluessel",
            "stelle",
            "erstellt_am",
            "id",
            postgresql_where=text("naechster_versuch_am IS NOT NULL AND reihenfolge_schluessel IS NOT NULL"),
        ),
        Index("ix_sendung_buendel", "buendel_id", postgresql_where=text("buendel_id IS NOT NULL")),
        Index(
            "ix_sendung_aufgegeben",
            "aufgegeben_am",
            "id",
            postgresql_where=text("aufgegeben_am IS NOT NULL"),
        ),
        Index(
            "ix_sendung_unbeantwortet",
            "stelle",
            "nummer",
            postgresql_where=text("nummer IS NOT NULL AND NOT beantwortet"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    vorgang_id: Mapped[UUID] = mapped_column(ForeignKey("vorgang.id"), index=True)
    art: Mapped[str]
    """What is sent, e.g. ``xgewerbeanzeige``: names the builder of the message."""
    bezug_id: Mapped[UUID]
    """What it is made from, e.g. the notice."""
    stelle: Mapped[str]
    """Key of the receiving body, e.g. ``ihk-ostwestfalen-zu-bielefeld``."""
    stellenart: Mapped[str]
    """Kind of body in the law table, e.g. ``ihk``."""
    kanal: Mapped[str] = mapped_column(info=aus_zeile(lambda zeile: _kanal_von(zeile.stelle)))
    """Where it is not given, that of the body, or the mailbox."""
    grundlage: Mapped[dict[str, Any]]
    """The law of the day of certification: paragraph and permitted fields."""
    erstellt_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    naechster_versuch_am: Mapped[datetime | None] = mapped_column(
        server_default=text("now()"), info=aus_zeile(lambda zeile: func.now() + _warten(zeile.stelle))
    )
    """None: the worker has nothing left to do. New, and not given: as soon as a bundle may be full."""
    geparkt: Mapped[bool] = mapped_column(server_default=text("false"))
    """Waits, whatever the time, until its paused receiver answers again."""
    reihenfolge_schluessel: Mapped[str | None]
    """Deliveries to one body with the same key (a business) leave in the order they were made."""
    versuche: Mapped[int] = mapped_column(server_default=text("0"))
    """Attempts begun, so that one that killed its worker counts too."""
    lease_inhaber: Mapped[UUID | None]
    lease_bis: Mapped[datetime | None]
    nachricht: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The message as sent, zlib-compressed."""
    nachricht_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the uncompressed message."""
    nachricht_groesse: Mapped[int | None]
    """Bytes of the uncompressed message."""
    nummer: Mapped[int | None]
    """Position in the receiver's mailbox, given when the message becomes visible."""
    bereitgestellt_am: Mapped[datetime | None]
    abgeholt_am: Mapped[datetime | None]
    angenommen_am: Mapped[datetime | None]
    abgelehnt_am: Mapped[datetime | None]
    beantwortet: Mapped[bool] = mapped_column(server_default=text("false"))
    """Leaves the index of what is open in a mailbox. What counts are the two times: they stand in no index,
    so that an answer to many deliveries of one message goes into one index once."""
    ablehnungscode: Mapped[str | None]
    """The receiver's own code of the refusal."""
    ablehnungsgrund: Mapped[str | None]
    aufgegeben_am: Mapped[datetime | None]
    """Dead letter: the configured time has passed; a person has to look."""
    erneut_am: Mapped[datetime | None]
    """When a person last had it sent again; the time until it is given up runs from there."""
    angehalten_am: Mapped[datetime | None]
    """Stopped before it left the house: what it was to say holds no more."""
    buendel_id: Mapped[UUID | None] = mapped_column(ForeignKey("sendung.id"))
    """The delivery whose message carries this one as well."""
    saetze: Mapped[int] = mapped_column(server_default=text("1"))
    """How many deliveries the message carries."""


class Buendelung(Base):
    """A body that wants several notices in one message. Bodies without a row get each by itself."""

    __tablename__ = "buendelung"

    stelle: Mapped[str] = mapped_column(primary_key=True)
    hoechstens: Mapped[int]
    """Notices in one message; 1 ends the bundling."""
    warten_sekunden: Mapped[int]
    """How long a notice waits for others."""
    geaendert_am: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Zustellversuch(Base):
    """One attempt at a delivery. Append-only."""

    __tablename__ = "zustellversuch"
    __table_args__ = (UniqueConstraint("sendung_id", "nr"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=neue_id)
    ags: Mapped[str] = mapped_column(String(8))
    sendung_id: Mapped[UUID] = mapped_column(ForeignKey("sendung.id"))
    nr: Mapped[int]
    begonnen_am: Mapped[datetime]
    beendet_am: Mapped[datetime]
    ergebnis: Mapped[str]
    """``bereitgestellt``, ``zugestellt`` or ``gescheitert``."""
    fehler: Mapped[str | None]
    """Code and sentence of the fault; no content of the message."""


class Postfachzaehler(Base):
    """Last number given in a body's mailbox. Its row lock makes numbers visible in order."""

    __tablename__ = "postfachzaehler"

    stelle: Mapped[str] = mapped_column(primary_key=True)
    letzte: Mapped[int]


class Empfaenger(Base):
    """How a body is reached, and whether it answers. Bodies without a row use the mailbox.

    Belongs to no town: where a body's machine stands is a fact of the body. Bodies of one town have keys
    of their own.
    """

    __tablename__ = "empfaenger"

    stelle: Mapped[str] = mapped_column(primary_key=True)
    kanal: Mapped[str]
    optionen: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Options of the channel; secrets only by the name of their environment variable."""
    hinweis_an: Mapped[str | None]
    """E-mail address that is told when something new lies in the mailbox."""
    hinweis_am: Mapped[datetime | None]
    """For when the last notice was planned."""
    geaendert_am: Mapped[datetime] = mapped_column(server_default=text("now()"))
    letzter_erfolg_am: Mapped[datetime | None]
    letzter_fehlschlag_am: Mapped[datetime | None]
    letzter_fehler: Mapped[str | None]
    fehler_in_folge: Mapped[int] = mapped_column(server_default=text("0"))
    pausen_in_folge: Mapped[int] = mapped_column(server_default=text("0"))
    pausiert_bis: Mapped[datetime | None]
    """Until then nothing is sent; afterwards one delivery tries alone."""
    probe_sendung: Mapped[UUID | None]
    """The delivery that tries alone."""


def _kanal_von(stelle: ColumnElement[str]) -> ColumnElement[str]:
    eingestellt = select(Empfaenger.kanal).where(Empfaenger.stelle == stelle).scalar_subquery()
    return func.coalesce(eingestellt, literal_column(f"'{STANDARDKANAL}'"))


def _warten(stelle: ColumnElement[str]) -> ColumnElement[timedelta]:
    sekunden = (
        select(Buendelung.warten_sekunden)
        .where(Buendelung.stelle == stelle, Buendelung.hoechstens > literal_column("1"))
        .scalar_subquery()
    )
    null: ColumnElement[int] = literal_column("0")
    return func.make_interval(null, null, null, null, null, null, func.coalesce(sekunden, null))
