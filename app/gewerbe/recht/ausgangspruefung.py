"""The last check before a message leaves: what the law lets its receiver have, no more and no less.

It is made from the same law table as the message but knows nothing of the writer: it walks the finished
XML and asks the standard's own table of fields (xoev.xgewerbeanzeige.felder) what each element is.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.gewerbe.anzeige import Gewerbeanzeige
from app.gewerbe.felder import FELDNAMEN, blaetter, feld_bezug, ist_erlaubt
from app.gewerbe.recht.empfaenger import Anspruch
from xoev.befund import Befund
from xoev.einlesen import einlesen
from xoev.xgewerbeanzeige.felder import FORM_VON_SATZART, bezeichnung, zuordnung
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle


def pruefe_ausgang(
    nachricht: bytes | etree._Element, anzeige: Gewerbeanzeige, anspruch: Anspruch
) -> tuple[Befund, ...]:
    """Findings that forbid sending; empty if the message is what the law allows.

    `nachricht` carries this one notice. Raises NichtLesbar for bytes that are no XML.
    """
    wurzel = einlesen(nachricht) if isinstance(nachricht, bytes) else nachricht
    if not anspruch.berechtigt:
        return (_befund("AUSGANG-NICHT-BERECHTIGT", wurzel, *_nicht_berechtigt(anspruch)),)
    befunde = [*_falscher_typ(wurzel, anspruch), *_anmerkungen(wurzel)]
    saetze = [art for satz in wurzel if _name(satz) == "satz" for art in satz]
    if [FORM_VON_SATZART.get(_name(satz)) for satz in saetze] != [anspruch.form]:
        return (*befunde, _befund("AUSGANG-SATZ", wurzel, *_falscher_satz(anspruch)))
    gesendet: Counter[int] = Counter()
    for element, pfad in _angaben(saetze[0]):
        befund = _zu_viel(element, _name(saetze[0]), pfad, anspruch, gesendet)
        if befund:
            befunde.append(befund)
    return (*befunde, *_zu_wenig(wurzel, anzeige, anspruch, gesendet))


def _angaben(satz: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every element that says something: the ends of the tree, and any text between."""
    for element in satz.iterdescendants(etree.Element):
        if (
            len(element) == 0
            or (element.text or "").strip()
            or any((kind.tail or "").strip() for kind in element)
        ):
            weg = [_name(element), *(_name(ahn) for ahn in element.iterancestors())]
            yield element, "/".join(reversed(weg[: weg.index(_name(satz))]))


def _zu_viel(
    element: etree._Element, satzart: str, pfad: str, anspruch: Anspruch, gesendet: Counter[int]
) -> Befund | None:
    try:
        eintrag = zuordnung(satzart, pfad)
    except KeyError:
        return _befund("AUSGANG-UNBEKANNT", element, *_unbekannt(pfad))
    if eintrag.technisch:
        return None
    if eintrag.felder and ist_erlaubt(anspruch.form, eintrag.felder, anspruch.felder):
        gesendet.update(eintrag.felder)
        return None
    de, en = bezeichnung(satzart, pfad), bezeichnung(satzart, pfad, "en")
    ort = ", ".join(feld_bezug(anspruch.form, nummer) for nummer in sorted(eintrag.felder)) or None
    return _befund(
        "AUSGANG-ZURUECKGEHALTEN",
        element,
        f"„{de}“ ({ort or 'kein Feld dieses Vordrucks'}) darf diese Stelle nicht erhalten: "
        f"{anspruch.name['de']}, {anspruch.paragraph}.",
        f"“{en}” ({ort or 'no field of this form'}) may not go to this body: "
        f"{anspruch.name['en']}, {anspruch.paragraph}.",
        feld=ort,
    )


def _zu_wenig(
    wurzel: etree._Element, anzeige: Gewerbeanzeige, anspruch: Anspruch, gesendet: Counter[int]
) -> Iterator[Befund]:
    angegeben = {
        nummer
        for blatt in blaetter(anzeige)
        if ist_erlaubt(anspruch.form, blatt.felder, anspruch.felder)
        for nummer in blatt.felder
    }
    for nummer in sorted(angegeben - set(gesendet)):
        name = FELDNAMEN[anspruch.form][nummer]
        yield _befund(
            "AUSGANG-FEHLT",
            wurzel,
            f"Feld {nummer} ({name.de}) ist angezeigt und steht der Stelle zu, fehlt aber in der Nachricht: "
            f"{anspruch.name['de']}, {anspruch.paragraph}.",
            f"Field {nummer} ({name.en}) was notified and is due to this body but is missing: "
            f"{anspruch.name['en']}, {anspruch.paragraph}.",
            feld=feld_bezug(anspruch.form, nummer),
        )


def _falscher_typ(wurzel: etree._Element, anspruch: Anspruch) -> Iterator[Befund]:
    erwartet = typ_fuer_stelle(anspruch.stelle).wurzel
    if _name(wurzel) != erwartet:
        yield _befund(
            "AUSGANG-TYP",
            wurzel,
            f"Die Nachricht ist keine „{erwartet}“, wie sie diese Stelle erhält: {anspruch.name['de']}.",
            f"The message is not the “{erwartet}” that this body receives: {anspruch.name['en']}.",
        )


def _anmerkungen(wurzel: etree._Element) -> Iterator[Befund]:
    """Comments and processing instructions are in nobody's permitted fields."""
    for knoten in wurzel.iter(etree.Comment, etree.PI):
        yield _befund(
            "AUSGANG-ANMERKUNG",
            knoten,
            "Die Nachricht enthält einen Kommentar oder eine Verarbeitungsanweisung.",
            "The message contains a comment or a processing instruction.",
        )


def _nicht_berechtigt(anspruch: Anspruch) -> tuple[str, str]:
    return (
        f"Diese Stelle erhält die Anzeige nicht: {anspruch.name['de']}. {anspruch.grund['de']}",
        f"This body does not receive the notice: {anspruch.name['en']}. {anspruch.grund['en']}",
    )


def _falscher_satz(anspruch: Anspruch) -> tuple[str, str]:
    return (
        f"Die Nachricht muss genau einen Datensatz zu GewA {anspruch.form[1]} enthalten.",
        f"The message must contain exactly one record of GewA {anspruch.form[1]}.",
    )


def _unbekannt(pfad: str) -> tuple[str, str]:
    return (
        f"Zu „{pfad}“ sagt die Feldtabelle nichts; was niemandem zugeordnet ist, wird nicht gesendet.",
        f"The field table says nothing of “{pfad}”; what belongs to nobody is not sent.",
    )


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _befund(rule: str, element: etree._Element, de: str, en: str, *, feld: str | None = None) -> Befund:
    return Befund(
        severity="error",
        rule=rule,
        text={"de": de, "en": en},
        xpath=element.getroottree().getpath(element),
        line=element.sourceline,
        feld=feld,
    )
