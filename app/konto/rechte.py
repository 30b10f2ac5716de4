"""Who may do what: the one table that every route and page asks.

A right is held by a role of staff, by a scope of a machine client, or by being logged in with an account of
a kind. What a holder sees with it follows from who it is: a town's role its town, a body's role its body,
a person and a client that submits what they have submitted themselves.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final

from app.konto.identitaet import Kontoart
from app.konto.rollen import Rolle


class Recht(StrEnum):
    """Something that can be done."""

    ANZEIGE_EINREICHEN = "anzeige_einreichen"
    ANZEIGE_SEHEN = "anzeige_sehen"
    """How a submission stands, and its certificates."""
    ANZEIGE_BERICHTIGEN = "anzeige_berichtigen"
    ANZEIGE_WIDERRUFEN = "anzeige_widerrufen"
    ANTRAG_STELLEN = "antrag_stellen"
    """Drafts, uploads, sending, withdrawing: of any service that has a form."""
    ANTRAG_SEHEN = "antrag_sehen"
    """What one has applied for oneself."""
    VORGANG_LESEN = "vorgang_lesen"
    VORGANG_ENTSCHEIDEN = "vorgang_entscheiden"
    BESTAETIGEN = "bestaetigen"
    """What another person's application asks a second person to confirm, with its code."""
    BESONDERES_LESEN = "besonderes_lesen"
    """Special categories of personal data of an application (Art. 9 GDPR)."""
    AKTE_LESEN = "akte_lesen"
    POSTFACH_LESEN = "postfach_lesen"
    POSTFACH_QUITTIEREN = "postfach_quittieren"
    ZUSTELLUNG_LESEN = "zustellung_lesen"
    ZUSTELLUNG_WIEDERHOLEN = "zustellung_wiederholen"
    GEMEINDE_LESEN = "gemeinde_lesen"
    GEMEINDE_AENDERN = "gemeinde_aendern"
    KLIENT_VERWALTEN = "klient_verwalten"
    EINSICHT_LESEN = "einsicht_lesen"
    """Who has read personal data (§ 14 Abs. 11 GewO): for checking that alone."""
    RUECKMELDUNG_LESEN = "rueckmeldung_lesen"
    """What people have said about the pages."""
    KONTO_EIGENES = "konto_eigenes"


class Scope(Enum):
    """What a machine client is for.

    No StrEnum: the scope `sachbearbeitung` would equal the role of that name and have its rights.
    """

    EINREICHEN = "einreichen"
    POSTFACH = "postfach"
    SACHBEARBEITUNG = "sachbearbeitung"
    VERWALTUNG = "verwaltung"


Traeger = Rolle | Scope | Kontoart

_BUERGER: Final[set[Traeger]] = {Kontoart.PERSON, Kontoart.ORGANISATION}
_JEDES_KONTO: Final[set[Traeger]] = set(Kontoart)
_AMT: Final[set[Traeger]] = {Rolle.SACHBEARBEITUNG, Rolle.LEITUNG, Scope.SACHBEARBEITUNG}
_VERWALTUNG: Final[set[Traeger]] = {Rolle.ADMINISTRATION, Scope.VERWALTUNG}
_LESEND: Final[set[Traeger]] = {Rolle.REVISION}
_STELLEN: Final[set[Traeger]] = {Rolle.KAMMER, Rolle.BEZIRKSREGIERUNG, Scope.POSTFACH}

# Reasons for what is not obvious stand in docs/adr/0010-rechte.md.
_ZEILEN: Final[Mapping[Recht, set[Traeger]]] = {
    Recht.ANZEIGE_EINREICHEN: {*_BUERGER, Rolle.KAMMER, Scope.EINREICHEN},
    Recht.ANZEIGE_SEHEN: {*_BUERGER, Rolle.KAMMER, Scope.EINREICHEN, *_AMT, *_LESEND},
    Recht.ANZEIGE_BERICHTIGEN: {*_AMT},
    Recht.ANZEIGE_WIDERRUFEN: {Rolle.LEITUNG, Scope.SACHBEARBEITUNG},
    Recht.ANTRAG_STELLEN: {*_BUERGER, Scope.EINREICHEN},
    Recht.ANTRAG_SEHEN: {*_BUERGER, Scope.EINREICHEN},
    Recht.VORGANG_LESEN: {*_AMT, *_LESEND},
    Recht.VORGANG_ENTSCHEIDEN: {*_AMT},
    Recht.BESTAETIGEN: {*_JEDES_KONTO},
    Recht.BESONDERES_LESEN: {Rolle.SACHBEARBEITUNG, Rolle.LEITUNG},
    Recht.AKTE_LESEN: {*_AMT, *_LESEND},
    Recht.POSTFACH_LESEN: {*_STELLEN},
    Recht.POSTFACH_QUITTIEREN: {Scope.POSTFACH},
    Recht.ZUSTELLUNG_LESEN: {*_VERWALTUNG, Rolle.LEITUNG, *_LESEND},
    Recht.ZUSTELLUNG_WIEDERHOLEN: {*_VERWALTUNG},
    Recht.GEMEINDE_LESEN: {*_VERWALTUNG, Rolle.LEITUNG, *_LESEND},
    Recht.GEMEINDE_AENDERN: {*_VERWALTUNG},
    Recht.KLIENT_VERWALTEN: {Rolle.ADMINISTRATION},
    Recht.EINSICHT_LESEN: {*_LESEND},
    Recht.RUECKMELDUNG_LESEN: {*_VERWALTUNG, Rolle.LEITUNG},
    Recht.KONTO_EIGENES: {*_JEDES_KONTO},
}
TABELLE: Final = MappingProxyType({recht: frozenset(traeger) for recht, traeger in _ZEILEN.items()})

_ART: Final[Mapping[type[Traeger], str]] = {Scope: "scope", Rolle: "rolle", Kontoart: "konto"}
_DES_POSTFACHS: Final = {Recht.POSTFACH_LESEN, Recht.POSTFACH_QUITTIEREN}


def traeger_mit(recht: Recht) -> frozenset[Traeger]:
    """Who has the right; nobody else has."""
    return TABELLE[recht]


def name_von(traeger: Traeger) -> str:
    """How the holder is written: ``rolle:leitung``, ``scope:postfach``, ``konto:person``."""
    return f"{_ART[type(traeger)]}:{traeger.value}"


def rechte_von(traeger: Iterable[Traeger]) -> frozenset[Recht]:
    """Everything that the holders may do together."""
    halter = frozenset(traeger)
    return frozenset(recht for recht, mit in TABELLE.items() if mit & halter)


def scopes_mit(recht: Recht) -> tuple[Scope, ...]:
    """Scopes of machine clients that give the right."""
    return tuple(scope for scope in Scope if scope in TABELLE[recht])


def sieht_gemeinde(traeger: Traeger) -> bool:
    """Whether the holder sees what belongs to its town."""
    if isinstance(traeger, Rolle):
        return traeger.der_gemeinde
    return traeger in {Scope.SACHBEARBEITUNG, Scope.VERWALTUNG}


def sieht_stelle(traeger: Traeger, recht: Recht) -> bool:
    """Whether the holder sees, with this right, what was sent to its body."""
    return recht in _DES_POSTFACHS and traeger in _STELLEN


def fuer_stellen(traeger: Iterable[Traeger]) -> bool:
    """Whether one of the holders acts for a body that the law has told (§ 14 Abs. 8 GewO)."""
    return not _STELLEN.isdisjoint(traeger)


def sieht_eigenes(traeger: Traeger, recht: Recht) -> bool:
    """Whether the holder sees, with this right, what it has submitted itself."""
    if isinstance(traeger, Kontoart) or traeger is Scope.EINREICHEN:
        return True
    return traeger is Rolle.KAMMER and recht not in _DES_POSTFACHS
