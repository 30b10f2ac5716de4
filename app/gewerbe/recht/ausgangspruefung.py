"""The last check before a message leaves: what the law lets its receiver have, no more and no less.

It is made from the same law table as the message but knows nothing of the writer: it walks the finished
XML and asks the standard's own table of fields (xoev.xgewerbeanzeige.felder) what each element is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from app.gewerbe.anzeige import Gewerbeanzeige
from app.gewerbe.feld import Form
from app.gewerbe.felder import FELDNAMEN, Feldname, feld_bezug, ist_erlaubt, zahl_der_blaetter
from app.gewerbe.recht.empfaenger import Anspruch
from xoev.befund import Befund
from xoev.einlesen import einlesen
from xoev.namen import lokal
from xoev.xgewerbeanzeige.felder import FORM_VON_SATZART, bezeichnung, ist_behaelter, zuordnung
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle

Felder = frozenset[int]

_TAETIGKEITEN_DER_UMMELDUNG: Final = frozenset({18, 19})
"""Two fields of GewA 2 that are one list in a message; every body that gets one of them gets both."""
_ATTRIBUTE: Final = {"listURI", "listVersionID"}


def pruefe_ausgang(
    nachricht: bytes | etree._Element, anzeige: Gewerbeanzeige, anspruch: Anspruch
) -> tuple[Befund, ...]:
    """Findings that forbid sending; empty if the message is what the law allows.

    `nachricht` carries this one notice. Raises NichtLesbar for bytes that are no XML.
    """
    wurzel = einlesen(nachricht) if isinstance(nachricht, bytes) else nachricht
    if not anspruch.berechtigt:
        return (_unberechtigt(wurzel, anspruch),)
    befunde = (*_falscher_typ(wurzel, anspruch), *_anmerkungen(wurzel))
    return (*befunde, *_pruefe_saetze(wurzel, wurzel.findall("{*}satz"), anzeige, anspruch))


def pruefe_ausgang_alle(
    wurzel: etree._Element, teile: Sequence[tuple[Gewerbeanzeige, Anspruch]]
) -> tuple[Befund, ...]:
    """As `pruefe_ausgang`, for a message with these notices in this order: each record by its own claim."""
    if len(teile) == 1:
        return pruefe_ausgang(wurzel, *teile[0])
    saetze = wurzel.findall("{*}satz")
    if len(saetze) != len(teile):
        return (_befund("AUSGANG-SATZ", wurzel, *_falsche_zahl(len(teile))),)
    befunde = [*_anmerkungen(wurzel)]
    for satz, (anzeige, anspruch) in zip(saetze, teile, strict=True):
        if anspruch.berechtigt:
            befunde += _falscher_typ(wurzel, anspruch)
            befunde += _pruefe_saetze(satz, [satz], anzeige, anspruch)
        else:
            befunde.append(_unberechtigt(satz, anspruch))
    return tuple(befunde)


def _pruefe_saetze(
    ort: etree._Element, saetze: Sequence[etree._Element], anzeige: Gewerbeanzeige, anspruch: Anspruch
) -> Iterator[Befund]:
    """What the records, of which there is to be one, say too much and too little."""
    arten = [art for satz in saetze for art in satz.iterchildren(etree.Element)]
    if [FORM_VON_SATZART.get(_name(art)) for art in arten] != [anspruch.form]:
        yield _befund("AUSGANG-SATZ", ort, *_falscher_satz(anspruch))
        return
    satz = _satz(_name(arten[0]), anspruch.felder)
    gesendet = _gesendet_wenn_tadellos(arten[0], satz)
    if gesendet is None:
        gesendet = Counter()
        yield from _zu_viel(arten[0], satz, anspruch, gesendet)
    yield from _zu_wenig(ort, anzeige, anspruch, gesendet)


class _Ort:
    """A place in a record, and what the table of fields and one claim say of it; it grows with its use."""

    __slots__ = ("bekannt", "erlaubt", "felder", "kinder", "leer", "name", "pfad", "satzart", "technisch")

    def __init__(self, satzart: str, pfad: str, erlaubt: Felder) -> None:
        self.satzart, self.pfad, self.name = satzart, pfad, pfad.rpartition("/")[2]
        self.kinder: dict[str, _Ort] = {}
        try:
            eintrag = zuordnung(satzart, pfad)
        except KeyError:
            self.bekannt, self.technisch, self.felder = False, False, Felder()
        else:
            self.bekannt, self.technisch, self.felder = True, eintrag.technisch, eintrag.felder
        self.leer = self.technisch and ist_behaelter(pfad)
        form = cast(Form, FORM_VON_SATZART[satzart])
        self.erlaubt = bool(self.felder) and not self.technisch and ist_erlaubt(form, self.felder, erlaubt)

    def neues_kind(self, tag: str, erlaubt: Felder) -> "_Ort":
        """The place of a child element that has not come up yet; what nobody knows is not remembered."""
        ort = _Ort(self.satzart, f"{self.pfad}/{lokal(tag)}".lstrip("/"), erlaubt)
        if ort.bekannt:
            self.kinder[tag] = ort
        return ort


@lru_cache(maxsize=256)
def _satz(satzart: str, erlaubt: Felder) -> _Ort:
    """The place of a record itself, shared by the messages to bodies with the same claim."""
    return _Ort(satzart, "", erlaubt)


def _gesendet_wenn_tadellos(satz: etree._Element, ort: _Ort) -> Counter[Felder] | None:
    """What the record sends, counted; None if there may be a finding in it: then `_zu_viel` says which.

    The same look as that of `_zu_viel`, at places that have come up before.
    """
    gesendet: Counter[Felder] = Counter()
    offen = [(satz, ort)]
    while offen:
        eltern, stelle = offen.pop()
        kinder = stelle.kinder
        for element in eltern:
            hier = kinder.get(str(element.tag))
            danach = element.tail
            if hier is None or (danach and _text(danach)) or not _ATTRIBUTE.issuperset(element.keys()):
                return None
            text = element.text
            if len(element):
                if text and _text(text):
                    return None
                offen.append((element, hier))
            elif hier.erlaubt:
                if zahl := _angaben(hier.name, text):
                    gesendet[hier.felder] = gesendet.get(hier.felder, 0) + zahl
            elif not hier.technisch or (hier.leer and text and _text(text)):
                return None
    return gesendet


@lru_cache(maxsize=256)
def _gesagt_als(form: Form, erlaubt: Felder) -> dict[Felder, Felder]:
    """The fields as which a part with these is sent, none where it is not; grows with its use."""
    return {}


def _zu_viel(
    eltern: etree._Element, ort: _Ort, anspruch: Anspruch, gesendet: Counter[Felder]
) -> Iterator[Befund]:
    """What below `eltern` its reader may not have; what it may have is counted in `gesendet`."""
    for element in eltern.iterchildren("*"):
        tag, text, danach, hat_kinder = str(element.tag), element.text, element.tail, len(element) > 0
        hier = ort.kinder.get(tag) or ort.neues_kind(tag, anspruch.felder)
        # Text beside child elements, where the standard has none.
        zwischentext = (danach and _text(danach)) or (hat_kinder and _text(text))
        if zwischentext or not _ATTRIBUTE.issuperset(element.keys()):
            yield _befund("AUSGANG-UNBEKANNT", element, *_unbekannt(hier.pfad))
        if hat_kinder:
            yield from _zu_viel(element, hier, anspruch, gesendet)
        elif hier.erlaubt:
            gesendet[hier.felder] += _angaben(hier.name, text)
        elif not hier.bekannt or (hier.leer and _text(text)):
            yield _befund("AUSGANG-UNBEKANNT", element, *_unbekannt(hier.pfad))
        elif not hier.technisch:
            namen = bezeichnung(hier.satzart, hier.pfad), bezeichnung(hier.satzart, hier.pfad, "en")
            yield _zurueckgehalten(element, hier.felder, namen, anspruch)


def _zu_wenig(
    ort: etree._Element, anzeige: Gewerbeanzeige, anspruch: Anspruch, gesendet: Counter[Felder]
) -> Iterator[Befund]:
    """A message says each part of a notice in an element of its own, so their numbers must agree."""
    angezeigt: dict[Felder, int] = {}
    gesagt_als = _gesagt_als(anspruch.form, anspruch.felder)
    for felder, zahl in zahl_der_blaetter(anzeige).items():
        if felder not in gesagt_als:
            erlaubt = felder and ist_erlaubt(anspruch.form, felder, anspruch.felder)
            gesagt_als[felder] = _wie_gesendet(anspruch.form, felder) if erlaubt else Felder()
        if als := gesagt_als[felder]:
            angezeigt[als] = angezeigt.get(als, 0) + zahl
    for felder in sorted((eines for eines, zahl in angezeigt.items() if gesendet[eines] < zahl), key=sorted):
        de, en = (
            ", ".join(f"{nummer} ({name[sprache]})" for nummer, name in _benannt(anspruch.form, felder))
            for sprache in (0, 1)
        )
        yield _befund(
            "AUSGANG-FEHLT",
            ort,
            f"Feld {de} ist angezeigt und steht der Stelle zu, fehlt aber ganz oder zum Teil: "
            f"{anspruch.name['de']}, {anspruch.paragraph}.",
            f"Field {en} was notified and is due to this body but is missing, wholly or in part: "
            f"{anspruch.name['en']}, {anspruch.paragraph}.",
            feld=_bezug(anspruch.form, felder),
        )


def _angaben(name: str, text: str | None) -> int:
    """How many parts of the notice an element says; activities are said once joined and once singly."""
    if not text or not _text(text) or name == "taetigkeitEinzeln":
        return 0
    return text.count("|") + 1 if name == "taetigkeitenZusammengefasst" else 1


def _wie_gesendet(form: Form, felder: Felder) -> Felder:
    if form == "A2" and felder <= _TAETIGKEITEN_DER_UMMELDUNG:
        return _TAETIGKEITEN_DER_UMMELDUNG
    return felder


def _zurueckgehalten(
    element: etree._Element, felder: Felder, namen: tuple[str, str], anspruch: Anspruch
) -> Befund:
    ort = _bezug(anspruch.form, felder)
    return _befund(
        "AUSGANG-ZURUECKGEHALTEN",
        element,
        f"„{namen[0]}“ ({ort or 'kein Feld dieses Vordrucks'}) darf diese Stelle nicht erhalten: "
        f"{anspruch.name['de']}, {anspruch.paragraph}.",
        f"“{namen[1]}” ({ort or 'no field of this form'}) may not go to this body: "
        f"{anspruch.name['en']}, {anspruch.paragraph}.",
        feld=ort,
    )


def _unberechtigt(ort: etree._Element, anspruch: Anspruch) -> Befund:
    return _befund("AUSGANG-NICHT-BERECHTIGT", ort, *_nicht_berechtigt(anspruch))


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


def _falsche_zahl(zahl: int) -> tuple[str, str]:
    return (
        f"Die Nachricht muss genau {zahl} Datensätze enthalten.",
        f"The message must contain exactly {zahl} records.",
    )


def _unbekannt(pfad: str) -> tuple[str, str]:
    return (
        f"Zu „{pfad}“ sagt die Feldtabelle nichts; was niemandem zugeordnet ist, wird nicht gesendet.",
        f"The field table says nothing of “{pfad}”; what belongs to nobody is not sent.",
    )


def _text(text: str | None) -> str:
    """Without XML's white space; a no-break space is content, DIN 91379 has it."""
    return (text or "").strip(" \t\r\n")


def _benannt(form: Form, felder: Felder) -> list[tuple[int, Feldname]]:
    return [(nummer, FELDNAMEN[form][nummer]) for nummer in sorted(felder)]


def _bezug(form: Form, felder: Felder) -> str | None:
    return ", ".join(feld_bezug(form, nummer) for nummer in sorted(felder)) or None


def _name(element: etree._Element) -> str:
    return lokal(element.tag) if isinstance(element.tag, str) else ""


def _befund(rule: str, element: etree._Element, de: str, en: str, *, feld: str | None = None) -> Befund:
    return Befund(
        severity="error",
        rule=rule,
        text={"de": de, "en": en},
        xpath=element.getroottree().getpath(element),
        line=element.sourceline,
        feld=feld,
    )
