"""Is a notice complete, free of contradictions, and such that no official needs to look at it?

Errors refuse a notice (422), warnings bring it to a desk, hints go along. Nobody is refused for what the
law does not forbid: a late notice, a missing permit or residence title are matters for people.
Sources: form texts (BGBl. I 2019, 918-923), conditions of FIM S05000001294, §§ 14, 55c, 146 GewO.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.gewerbe.anzeige import Abmeldung, Anmeldung, Ummeldung
from app.gewerbe.betrieb import Erlaubnis, Handwerkskarte, Schwerpunkt, WeitereTaetigkeit
from app.gewerbe.codes import codeworte
from app.gewerbe.plausibilitaet_inhaber import Anzeige, inhaber
from app.gewerbe.plausibilitaet_regel import Treffer, bedeutung, befund
from app.gewerbe.wz import titel
from xoev.befund import Befund

WEIT_VORAUS_TAGE: Final = 92
"""Further ahead than a quarter of a year the office asks back (our choice; towns differ)."""
VERSPAETET_TAGE: Final = 28
"""FIM F05000017451: not more than four weeks in the past."""
NEU: Final = "neugruendung"


def pruefe_plausibilitaet(anzeige: Anzeige, heute: date, *, streng: bool = False) -> tuple[Befund, ...]:
    """All findings about the notice, in the order of the forms' fields.

    `streng`: gaps are errors, not warnings. For notices of people who can mend them at once (JSON);
    a message that the law itself has thinned out (Statistik) is taken in and goes to a desk.
    """
    treffer = [
        *inhaber(anzeige, heute),
        *_niederlassung(anzeige),
        *_taetigkeiten(anzeige),
        *_codes(anzeige),
        *_nachweise(anzeige),
        *_tage(anzeige, heute),
        *_je_form(anzeige),
    ]
    treffer.sort(key=lambda einer: einer.feld)
    return tuple(befund(einer, anzeige.form, streng=streng) for einer in treffer)


def _je_form(anzeige: Anzeige) -> Iterator[Treffer]:
    if isinstance(anzeige, Anmeldung):
        yield from _anmeldung(anzeige)
    elif isinstance(anzeige, Ummeldung):
        yield from _ummeldung(anzeige)
    else:
        yield from _abmeldung(anzeige)


def _niederlassung(anzeige: Anzeige) -> Iterator[Treffer]:
    if anzeige.niederlassungsart is None and not anzeige.reisegewerbe:
        yield Treffer("streng", "PLA-FEHLT", 23, "/niederlassungsart")
    if anzeige.beschaeftigte is None:
        yield Treffer("streng", "PLA-FEHLT", 22, "/beschaeftigte")
    if anzeige.niederlassungsart in {"zweig", "unselbstaendig"} and anzeige.hauptniederlassung is None:
        yield Treffer("streng", "PLA-HAUPTNIEDERLASSUNG", 16, "/hauptniederlassung")
    if anzeige.niederlassungsart == "haupt" and anzeige.hauptniederlassung is not None:
        yield Treffer("info", "PLA-HAUPTNIEDERLASSUNG-UNNOETIG", 16, "/hauptniederlassung")


def _alle_taetigkeiten(anzeige: Anzeige) -> Iterator[tuple[str, Schwerpunkt | WeitereTaetigkeit]]:
    yield "/taetigkeit/schwerpunkt", anzeige.taetigkeit.schwerpunkt
    weitere: Sequence[WeitereTaetigkeit] = anzeige.taetigkeit.weitere
    for i, taetigkeit in enumerate(weitere):
        yield f"/taetigkeit/weitere/{i}", taetigkeit


def _taetigkeiten(anzeige: Anzeige) -> Iterator[Treffer]:
    for ort, taetigkeit in _alle_taetigkeiten(anzeige):
        if taetigkeit.wz is not None and titel(taetigkeit.wz) is None:
            yield Treffer("warning", "PLA-WZ", 18, f"{ort}/wz")
    if isinstance(anzeige, Ummeldung):
        return
    art = anzeige.betriebsart
    if art is None:
        yield Treffer("streng", "PLA-FEHLT", 21, "/betriebsart")
    elif not (art.industrie or art.handwerk or art.handel or art.sonstiges):
        yield Treffer("streng", "PLA-BETRIEBSART", 21, "/betriebsart")


def _codes(anzeige: Anzeige) -> Iterator[Treffer]:
    """Codes that have the right form but no known meaning."""
    eintrag = anzeige.betrieb.registereintrag
    werte: list[tuple[str, str | None, int, str]] = [
        ("registerart", eintrag.art if eintrag else None, 2, "/betrieb/registereintrag/art"),
        ("oeffentliche_hand", anzeige.betrieb.oeffentliche_hand, 13, "/betrieb/oeffentliche_hand"),
        ("niederlassungsart", anzeige.niederlassungsart, 23, "/niederlassungsart"),
    ]
    for i, person in enumerate(anzeige.personen):
        werte.append(("funktion", person.funktion, 4, f"/personen/{i}/funktion"))
        werte.append(("geschlecht", person.geschlecht, 6, f"/personen/{i}/geschlecht"))
    if isinstance(anzeige, Anmeldung):
        werte.append(("grund_anmeldung", anzeige.grund, 25, "/grund"))
    elif isinstance(anzeige, Ummeldung):
        werte += [("grund_ummeldung", wort, 20, f"/gruende/{i}") for i, wort in enumerate(anzeige.gruende)]
    else:
        werte.append(("grund_abmeldung", anzeige.grund, 25, "/grund"))
    for liste, wort, nummer, ort in werte:
        if wort is not None and wort not in codeworte(liste):
            yield Treffer("warning", "PLA-CODE", nummer, ort)


def _nachweise(anzeige: Anzeige) -> Iterator[Treffer]:
    """Permit and crafts card; in a GewA 2 only new activities raise the question again."""
    if isinstance(anzeige, Abmeldung):
        return
    erlaubnis_feld, karte_feld = (28, 29) if isinstance(anzeige, Anmeldung) else (25, 26)
    for ort, taetigkeit in _alle_taetigkeiten(anzeige):
        wz = taetigkeit.wz
        if wz is None or not getattr(taetigkeit, "neu_ausgeuebt", True):
            continue
        vorschrift = bedeutung("erlaubnis_wz.tsv", wz)
        if vorschrift and not (anzeige.erlaubnis and anzeige.erlaubnis.vorhanden):
            yield Treffer("warning", "PLA-ERLAUBNIS", erlaubnis_feld, ort, {"vorschrift": vorschrift})
        gewerk = bedeutung("handwerk_anlage_a.tsv", wz)
        if (
            gewerk
            and _handwerk(anzeige)
            and not (anzeige.handwerkskarte and anzeige.handwerkskarte.vorhanden)
        ):
            yield Treffer("warning", "PLA-HANDWERKSKARTE", karte_feld, ort, {"gewerk": gewerk})
    if anzeige.handwerkskarte and anzeige.handwerkskarte.vorhanden and not _handwerk(anzeige):
        yield Treffer("warning", "PLA-HANDWERKSKARTE-UNPASSEND", karte_feld, "/handwerkskarte")
    if _unvollstaendig(anzeige.erlaubnis):
        yield Treffer("warning", "PLA-NACHWEIS-UNVOLLSTAENDIG", erlaubnis_feld, "/erlaubnis")
    if _unvollstaendig(anzeige.handwerkskarte):
        yield Treffer("warning", "PLA-NACHWEIS-UNVOLLSTAENDIG", karte_feld, "/handwerkskarte")


def _handwerk(anzeige: Anmeldung | Ummeldung) -> bool:
    """GewA 2 does not ask for the kind of business."""
    if isinstance(anzeige, Ummeldung):
        return True
    return anzeige.betriebsart is not None and anzeige.betriebsart.handwerk


def _unvollstaendig(nachweis: Erlaubnis | Handwerkskarte | None) -> bool:
    if nachweis is None or not nachweis.vorhanden:
        return False
    stelle = nachweis.behoerde if isinstance(nachweis, Erlaubnis) else nachweis.hwk or nachweis.ort
    return nachweis.ausgestellt_am is None or stelle is None


def _tage(anzeige: Anzeige, heute: date) -> Iterator[Treffer]:
    if isinstance(anzeige, Anmeldung):
        tag, name, nummer, datum_feld = anzeige.beginn, "beginn", 20, 32
    elif isinstance(anzeige, Ummeldung):
        tag, name, nummer, datum_feld = anzeige.aenderung, "aenderung", 21, 29
    else:
        tag, name, nummer, datum_feld = anzeige.aufgabe, "aufgabe", 20, 29
    if anzeige.datum is None:
        yield Treffer("streng", "PLA-FEHLT", datum_feld, "/datum")
    elif anzeige.datum > heute:
        yield Treffer("error", "PLA-DATUM-ZUKUNFT", datum_feld, "/datum")
    abstand = (tag - heute).days
    if abstand > WEIT_VORAUS_TAGE:
        yield Treffer("warning", "PLA-WEIT-VORAUS", nummer, f"/{name}", {"tage": str(WEIT_VORAUS_TAGE)})
    elif abstand < -VERSPAETET_TAGE:
        yield Treffer("info", "PLA-VERSPAETET", nummer, f"/{name}", {"tage": str(VERSPAETET_TAGE)})


def _anmeldung(anzeige: Anmeldung) -> Iterator[Treffer]:
    frueher = anzeige.fruehere_betriebsstaette
    if anzeige.grund is None:
        yield Treffer("streng", "PLA-FEHLT", 25, "/grund")
        return
    if anzeige.grund == NEU:
        if frueher is not None:
            yield Treffer("warning", "PLA-FRUEHERE-UNPASSEND", 17, "/fruehere_betriebsstaette")
        if anzeige.frueherer_gewerbetreibender is not None:
            yield Treffer("streng", "PLA-NEUGRUENDUNG", 26, "/frueherer_gewerbetreibender")
        if anzeige.unfallversicherung is not None:
            yield Treffer("streng", "PLA-NEUGRUENDUNG", 27, "/unfallversicherung")
        return
    if anzeige.unfallversicherung is None:
        yield Treffer("warning", "PLA-UNFALLVERSICHERUNG", 27, "/unfallversicherung")
    if anzeige.grund == "verlegung_aus_anderem_meldebezirk":
        if frueher is None:
            yield Treffer("streng", "PLA-FRUEHERE-BETRIEBSSTAETTE", 17, "/fruehere_betriebsstaette")
        elif frueher.gemeinde is None:
            yield Treffer("warning", "PLA-FRUEHERE-GEMEINDE", 17, "/fruehere_betriebsstaette/gemeinde")
    if anzeige.grund == "uebernahme" and anzeige.frueherer_gewerbetreibender is None:
        yield Treffer("warning", "PLA-FRUEHERER-GEWERBETREIBENDER", 26, "/frueherer_gewerbetreibender")


def _ummeldung(anzeige: Ummeldung) -> Iterator[Treffer]:
    neu = anzeige.taetigkeit.schwerpunkt.neu_ausgeuebt or any(
        taetigkeit.neu_ausgeuebt for taetigkeit in anzeige.taetigkeit.weitere
    )
    if not anzeige.gruende and not neu:
        yield Treffer("streng", "PLA-UMMELDUNG-OHNE-GRUND", 20, "/gruende")
    if "verlegung_innerhalb_der_gemeinde" in anzeige.gruende and anzeige.fruehere_betriebsstaette is None:
        yield Treffer("warning", "PLA-FRUEHERE-BETRIEBSSTAETTE", 17, "/fruehere_betriebsstaette")


def _abmeldung(anzeige: Abmeldung) -> Iterator[Treffer]:
    if anzeige.grund is None:
        yield Treffer("streng", "PLA-FEHLT", 25, "/grund")
    elif anzeige.grund == "verlegung_in_anderen_meldebezirk":
        yield Treffer("warning", "PLA-VERLEGUNG-NEUE-GEMEINDE", 25, "/grund")
        if anzeige.kuenftige_betriebsstaette is None:
            yield Treffer("warning", "PLA-KUENFTIGE-BETRIEBSSTAETTE", 17, "/kuenftige_betriebsstaette")
    elif anzeige.grund == "uebergabe" and anzeige.kuenftiger_gewerbetreibender is None:
        yield Treffer("warning", "PLA-KUENFTIGER-GEWERBETREIBENDER", 27, "/kuenftiger_gewerbetreibender")
    elif anzeige.grund == "vollstaendige_aufgabe":
        if anzeige.kuenftiger_gewerbetreibender is not None:
            yield Treffer("warning", "PLA-KUENFTIGER-UNPASSEND", 27, "/kuenftiger_gewerbetreibender")
        if anzeige.ursache_schluessel is None and anzeige.ursachen is None:
            yield Treffer("streng", "PLA-URSACHE", 28, "/ursachen")
