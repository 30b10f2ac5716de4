"""The one way from a notice to a recipient's message: law, extract, XML, and the checks before it leaves.

No recipient's XML is built anywhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from app.gewerbe.anzeige import Gewerbeanzeige
from app.gewerbe.felder import auszug
from app.gewerbe.nachricht import Behoerde, Kopf, Satz, Satzkopf, schreibe
from app.gewerbe.recht.ausgangspruefung import pruefe_ausgang_alle
from app.gewerbe.recht.empfaenger import Anspruch
from app.mandanten.zustaendig import Stelle
from xoev.abbildung import aus_kanonisch
from xoev.befund import Befund
from xoev.bundles import Bundle, KeinBundle, kanonisch, sendebundle
from xoev.einlesen import einlesen
from xoev.pruefen import pruefe
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle
from xoev.xslt import StylesheetGescheitert

STANDARD: Final = "XGewerbeanzeige"
_EIGENE_REGELN: Final = "AMT-"
_PARTNER: Final = "urn:xoev-de:xgewerbeanzeige:codeliste:weiterekommunikationspartner"
_PARTNER_VERSION: Final = "2019-01-11"


class NichtBerechtigt(ValueError):
    """The body has no claim to the notice, so there is no message for it."""


def leser_von(stelle: Stelle) -> Behoerde:
    """The body as reader in the head of its message: an office by its AGS, all others by their Kennung."""
    if stelle.praefix == "MELDID":
        return Behoerde(stelle.praefix, stelle.kennung, stelle.name)
    return Behoerde(stelle.praefix, stelle.kennung, stelle.name, _PARTNER, _PARTNER_VERSION)


@dataclass(frozen=True, slots=True)
class Teil:
    """One notice of a message and what its receiver may have of it."""

    anzeige: Gewerbeanzeige
    anspruch: Anspruch
    satzkopf: Satzkopf


def baue_nachricht(anzeige: Gewerbeanzeige, anspruch: Anspruch, *, kopf: Kopf, satzkopf: Satzkopf) -> bytes:
    """The message with the fields that `anspruch` grants, in the bundle of the day of `kopf.erstellt`.

    Raises NichtBerechtigt, and KeinBundle for a day on which nothing may be sent or if the installed
    release of that day cannot carry the message.
    """
    return baue_buendel([Teil(anzeige, anspruch, satzkopf)], kopf=kopf)


def baue_buendel(teile: Sequence[Teil], *, kopf: Kopf, stelle: str = "") -> bytes:
    """As `baue_nachricht`, for several notices to one body: each record has what its own claim grants.

    `stelle` is the body's key: a release may be meant for some bodies only.
    """
    for teil in teile:
        if not teil.anspruch.berechtigt:
            raise NichtBerechtigt(teil.anspruch.stelle)
    saetze = [Satz(auszug(teil.anzeige, teil.anspruch.felder), teil.satzkopf) for teil in teile]
    art = teile[0].anspruch.stelle
    bundle = sendebundle(STANDARD, kopf.erstellt.date(), (art, stelle))
    nachricht = schreibe(saetze, kopf, typ_fuer_stelle(art), kanonisch())
    return nachricht if bundle == kanonisch() else _im_baum_von(bundle, nachricht)


def _im_baum_von(bundle: Bundle, nachricht: bytes) -> bytes:
    try:
        wurzel = aus_kanonisch(einlesen(nachricht), bundle)
    except StylesheetGescheitert:
        raise KeinBundle(bundle.name) from None
    return etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8")


def pruefe_gebaut(nachricht: bytes, anzeige: Gewerbeanzeige, anspruch: Anspruch) -> tuple[Befund, ...]:
    """Findings of schema, rules and law in a finished message; an error among them forbids sending.

    What the notice itself lacks is no fault of the message: the law has the office pass on the data it has
    collected. Our own rules of completeness therefore only warn here; that nothing got lost on the way is
    what the check against the law makes sure of.
    """
    return pruefe_gebautes_buendel(nachricht, [(anzeige, anspruch)])


def pruefe_gebautes_buendel(
    nachricht: bytes, teile: Sequence[tuple[Gewerbeanzeige, Anspruch]]
) -> tuple[Befund, ...]:
    """As `pruefe_gebaut`, for several notices: each record is held against its own claim."""
    ergebnis = pruefe(nachricht)
    befunde = tuple(_als_hinweis(befund) for befund in ergebnis.befunde)
    if ergebnis.kanonisch is None:
        return befunde
    return (*befunde, *pruefe_ausgang_alle(ergebnis.kanonisch, teile))


def _als_hinweis(befund: Befund) -> Befund:
    if befund.rule.startswith(_EIGENE_REGELN) and befund.feld:
        return replace(befund, severity="warning")
    return befund
