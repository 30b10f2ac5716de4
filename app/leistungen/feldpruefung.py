"""Each question of a file for itself: does what is said of it fit its kind and the rest of the form."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.leistungen.bedingungspruefung import liste_bekannt
from app.leistungen.codelisten import UnbekannteListe, codeliste
from app.leistungen.definition import Definition, Feldangabe
from app.leistungen.feldarten import TEXTARTEN, ZAHLARTEN
from app.leistungen.gegenstand import Modellangabe
from app.leistungen.maengel import Feldstelle, Mangel, Stelle

# HTML, "autofill detail tokens".
_AUTOFILL: Final = frozenset(
    """
    name honorific-prefix given-name additional-name family-name honorific-suffix nickname username
    new-password current-password one-time-code organization-title organization street-address address-line1
    address-line2 address-line3 address-level4 address-level3 address-level2 address-level1 country
    country-name postal-code cc-name cc-given-name cc-additional-name cc-family-name cc-number cc-exp
    cc-exp-month cc-exp-year cc-csc cc-type transaction-currency transaction-amount language bday bday-day
    bday-month bday-year sex url photo
    """.split()  # noqa: SIM905 a list in lines is no longer one to read
)
_AUTOFILL_KONTAKT: Final = frozenset(
    """
    tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix tel-extension
    email impp
    """.split()  # noqa: SIM905
)
_ARTEN_DER_QUELLE: Final[Mapping[str, frozenset[str]]] = {
    "konto.geburtsdatum": frozenset({"datum"}),
    "heute": frozenset({"datum"}),
    "gemeinde.ags": frozenset({"gemeinde"}),
    "konto.email": frozenset({"email"}),
    "konto.anschrift.plz": frozenset({"plz", "text"}),
    "konto.organisation.anschrift.plz": frozenset({"plz", "text"}),
    "konto.staatsangehoerigkeit": frozenset({"auswahl", "mehrfachauswahl"}),
}
_ARTEN_SONST: Final = frozenset({"text", "auswahl"})


def pruefe_feld(feld: Feldstelle, definition: Definition, modell: Modellangabe | None) -> Iterator[Mangel]:
    """Mistakes of a question; `modell`: what the domain model knows of it."""
    yield from _auswahl(feld.angabe, feld.stelle, modell)
    yield from _groessen(feld.angabe, feld.stelle)
    yield from _autocomplete(feld.angabe, feld.stelle)
    yield from _vorbelegung(feld)
    yield from _aufbewahrung(feld.angabe, feld.stelle, definition)


def _auswahl(angabe: Feldangabe, stelle: Stelle, modell: Modellangabe | None) -> Iterator[Mangel]:
    waehlt = angabe.typ in {"auswahl", "mehrfachauswahl"}
    name = angabe.liste or (None if modell is None else modell.liste)
    if not waehlt:
        for wort in ("werte", "liste"):
            if getattr(angabe, wort):
                yield Mangel(
                    "passt_nicht",
                    f"„{wort}“ gehört zu auswahl oder mehrfachauswahl, nicht zu {angabe.typ}.",
                    f"“{wort}” belongs to auswahl or mehrfachauswahl, not to {angabe.typ}.",
                    (*stelle, wort),
                )
        return
    if not angabe.werte and name is None:
        yield Mangel(
            "keine_werte",
            "Eine Auswahl braucht werte oder liste.",
            "A choice needs werte or liste.",
            stelle,
        )
    if name is not None:
        yield from liste_bekannt(name, (*stelle, "liste") if angabe.liste else stelle)
    for i, wahl in enumerate(angabe.werte):
        if any(wahl.wert == andere.wert for andere in angabe.werte[:i]):
            yield Mangel(
                "doppelt",
                f"Den Wert „{wahl.wert}“ gibt es schon.",
                f"The value “{wahl.wert}” is there already.",
                (*stelle, "werte", i, "wert"),
            )
        if name is not None and not _in_liste(name, wahl.wert):
            yield Mangel(
                "nicht_in_liste",
                f"„{wahl.wert}“ steht nicht in der Codeliste {name}.",
                f"“{wahl.wert}” is not in the code list {name}.",
                (*stelle, "werte", i, "wert"),
            )


def _in_liste(name: str, wert: str) -> bool:
    try:
        return codeliste(name).enthaelt(wert)
    except UnbekannteListe:
        return True


def _groessen(angabe: Feldangabe, stelle: Stelle) -> Iterator[Mangel]:
    hat_groesse = angabe.typ in ZAHLARTEN or angabe.typ == "datum"
    for wort, passt, welche in (
        ("mindestens", hat_groesse, "ganzzahl, betrag, datum"),
        ("hoechstens", hat_groesse, "ganzzahl, betrag, datum"),
        ("hoechstlaenge", angabe.typ in TEXTARTEN, "text, mehrzeilig"),
    ):
        if getattr(angabe, wort) is not None and not passt:
            yield Mangel(
                "passt_nicht",
                f"„{wort}“ gehört zu {welche}, nicht zu {angabe.typ}.",
                f"“{wort}” belongs to {welche}, not to {angabe.typ}.",
                (*stelle, wort),
            )
    unten, oben = angabe.mindestens, angabe.hoechstens
    if isinstance(unten, int | str) and isinstance(oben, type(unten)) and unten > oben:  # type: ignore[operator]
        yield Mangel(
            "unerreichbar",
            f"Nichts ist zugleich mindestens {unten} und höchstens {oben}.",
            f"Nothing is at least {unten} and at most {oben} at once.",
            (*stelle, "hoechstens"),
        )


def _autocomplete(angabe: Feldangabe, stelle: Stelle) -> Iterator[Mangel]:
    if angabe.autocomplete in {None, "off"}:
        return
    worte = (angabe.autocomplete or "").split()
    if worte[0].startswith("section-"):
        worte = worte[1:]
    if worte and worte[0] in {"shipping", "billing"}:
        worte = worte[1:]
    erlaubt = _AUTOFILL | _AUTOFILL_KONTAKT
    if worte and worte[0] in {"home", "work", "mobile", "fax", "pager"}:
        worte, erlaubt = worte[1:], _AUTOFILL_KONTAKT
    if len(worte) != 1 or worte[0] not in erlaubt:
        yield Mangel(
            "autocomplete",
            f"„{angabe.autocomplete}“ ist keine Angabe, die Browser zum Ausfüllen kennen (HTML, autofill).",
            f"“{angabe.autocomplete}” is no token that browsers know for autofill (HTML).",
            (*stelle, "autocomplete"),
        )


def _vorbelegung(feld: Feldstelle) -> Iterator[Mangel]:
    vorbelegung = feld.angabe.vorbelegung
    if vorbelegung is None:
        return
    stelle = (*feld.stelle, "vorbelegung")
    passende = _ARTEN_DER_QUELLE.get(vorbelegung.quelle, _ARTEN_SONST)
    if feld.angabe.typ not in passende:
        yield Mangel(
            "passt_nicht",
            f"„{vorbelegung.quelle}“ ist kein Wert für {feld.angabe.typ}.",
            f"“{vorbelegung.quelle}” is no value for {feld.angabe.typ}.",
            (*stelle, "quelle"),
        )
    if vorbelegung.nur_eintrag is not None and feld.schritt.liste is None:
        yield Mangel(
            "passt_nicht",
            "„nur_eintrag“ gehört in eine Liste.",
            "“nur_eintrag” belongs into a list.",
            (*stelle, "nur_eintrag"),
        )


def _aufbewahrung(angabe: Feldangabe, stelle: Stelle, definition: Definition) -> Iterator[Mangel]:
    schutz = definition.datenschutz
    if angabe.aufbewahrung is not None and angabe.aufbewahrung not in schutz.aufbewahrung:
        yield ohne_klasse(angabe.aufbewahrung, (*stelle, "aufbewahrung"))
    if angabe.besonders and schutz.schutzklasse != "besonders":
        yield Mangel(
            "schutzklasse",
            "Das Feld ist besonders geschützt, die Leistung nicht: datenschutz.schutzklasse.",
            "The field is specially protected, the service is not: datenschutz.schutzklasse.",
            (*stelle, "besonders"),
        )


def ohne_klasse(name: str, stelle: Stelle) -> Mangel:
    """A retention class that the form does not describe."""
    return Mangel(
        "aufbewahrung",
        f"Die Aufbewahrungsklasse „{name}“ ist unter datenschutz.aufbewahrung nicht beschrieben.",
        f"The retention class “{name}” is not described under datenschutz.aufbewahrung.",
        stelle,
    )
