"""What is wrong with a service's file beyond its grammar, each mistake with its line."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from app.leistungen.baum import Baum, Kreis
from app.leistungen.bedingungspruefung import Bedingungspruefung
from app.leistungen.definition import Bedingung, Definition, Feldangabe, Schritt
from app.leistungen.erreichbarkeit import Erreichbarkeit
from app.leistungen.feldpruefung import ohne_klasse, pruefe_feld
from app.leistungen.formularfehler import Formularfehler
from app.leistungen.gegenstand import Gegenstandsart, Modellangabe, UnbekannterGegenstand, gegenstand
from app.leistungen.maengel import Feldstelle, Mangel, Stelle, bedingungsstellen, feldstellen
from app.leistungen.textpruefung import pruefe_texte
from app.leistungen.yamlquelle import zeile_von

HOECHSTENS_FELDER: Final = 1000
_VERGEBEN: Final = "nachweise"
"""Pointers of documents begin with it."""
SEITEN: Final = frozenset({"gesendet", "nachweise", "pruefen", "spaeter"})
"""Pages of every draft; a step of the same name could not be reached."""


def pruefe_definition(definition: Definition, roh: Any = None) -> tuple[Formularfehler, ...]:
    """Every mistake in what is written in the language, in the order of the file.

    `roh`: the text as it was read, for lines; without it mistakes have places and no lines.
    """
    befunde: dict[object, Formularfehler] = {}
    for mangel in _maengel(definition):
        zeile, datei = zeile_von(roh, mangel.stelle)
        pfad = "/".join(map(str, mangel.stelle))
        # A mistake in a building block is told once, however often the block is used.
        kennung = (mangel.code, mangel.de, datei, zeile, None if datei else pfad)
        befunde.setdefault(
            kennung,
            Formularfehler(mangel.code, mangel.de, mangel.en, pfad, zeile, datei, mangel.schwere),
        )
    return tuple(sorted(befunde.values(), key=lambda befund: (befund.datei or "", befund.zeile or 0)))


def _maengel(definition: Definition) -> Iterator[Mangel]:
    alle = list(feldstellen(definition))
    if len(alle) > HOECHSTENS_FELDER:
        yield Mangel(
            "gross",
            f"Mehr als {HOECHSTENS_FELDER} Felder.",
            f"More than {HOECHSTENS_FELDER} fields.",
            ("schritte",),
        )
        return
    felder = {feld.pfad: feld for feld in alle}
    modell, ohne_modell = _modell(definition)
    yield from ohne_modell
    yield from _namen(definition, alle)
    for feld in alle:
        yield from pruefe_feld(feld, definition, _modellangabe(modell, definition, feld))
    yield from _listen(definition)
    yield from _reihen(definition)
    yield from _aufbewahrung(definition)
    yield from _bezuege(definition, felder)
    yield from pruefe_texte(definition)
    yield from _gewa(definition, alle, modell)
    bedingungen = list(Bedingungspruefung(definition, felder).maengel())
    yield from bedingungen
    if not ohne_modell:
        yield from _kreise(definition, felder)
    if not bedingungen:
        # Of conditions that name what there is not nothing more can be said.
        yield from _unerreichbares(definition, alle, felder)
    yield from _zweite(definition)


# --- the domain model ---


def _modell(definition: Definition) -> tuple[Gegenstandsart | None, list[Mangel]]:
    if definition.gegenstand is None:
        return None, []
    try:
        return gegenstand(definition.gegenstand.art), []
    except UnbekannterGegenstand:
        return None, [
            Mangel(
                "gegenstand",
                f"Den Gegenstand „{definition.gegenstand.art}“ kennt dieses Programm nicht.",
                f"This program does not know the subject “{definition.gegenstand.art}”.",
                ("gegenstand", "art"),
            )
        ]


def _im_modell(angabe: Feldangabe) -> bool:
    return not angabe.nur_formular and angabe.typ != "hinweis"


def _modellangabe(
    modell: Gegenstandsart | None, definition: Definition, feld: Feldstelle
) -> Modellangabe | None:
    if modell is None or definition.gegenstand is None or not _im_modell(feld.angabe):
        return None
    return modell.modellangabe(definition.gegenstand.form, feld.pfad)


def _gewa(
    definition: Definition, alle: Sequence[Feldstelle], modell: Gegenstandsart | None
) -> Iterator[Mangel]:
    """Every number of the official form is asked for, and none that it does not have."""
    if definition.gegenstand is None:
        for feld in alle:
            if feld.angabe.gewa:
                yield Mangel(
                    "gewa",
                    "Nummern der GewA haben nur Leistungen mit gegenstand.",
                    "Only services with a gegenstand have numbers of GewA.",
                    (*feld.stelle, "gewa"),
                )
        return
    if modell is None:
        return
    form = definition.gegenstand.form
    noetig = frozenset(modell.nummern(form))
    gefragt: set[int] = set()
    for feld in alle:
        angabe = _modellangabe(modell, definition, feld)
        gefragt |= {*feld.angabe.gewa, *(() if angabe is None else angabe.gewa)}
        if angabe is None and _im_modell(feld.angabe):
            yield Mangel(
                "kein_modellfeld",
                f"„{feld.pfad}“ ist kein Teil der Gewerbeanzeige (sonst: nur_formular: true).",
                f"“{feld.pfad}” is no part of the notice (else: nur_formular: true).",
                (*feld.stelle, "schluessel"),
            )
    if fehlend := sorted(noetig - gefragt):
        nummern = ", ".join(map(str, fehlend))
        yield Mangel(
            "gewa",
            f"Nach diesen Feldern von GewA {form[1]} fragt niemand: {nummern}.",
            f"Nobody asks for these fields of GewA {form[1]}: {nummern}.",
            ("gegenstand", "form"),
        )


# --- names ---


def _namen(definition: Definition, alle: Sequence[Feldstelle]) -> Iterator[Mangel]:
    yield from _doppelte(("schritte",), [schritt.schluessel for schritt in definition.schritte])
    yield from _doppelte(("nachweise",), [nachweis.schluessel for nachweis in definition.nachweise])
    yield from _doppelte(("fristen",), [frist.schluessel for frist in definition.fristen])
    pfade: list[tuple[str, Stelle]] = []
    for i, schritt in enumerate(definition.schritte):
        if schritt.schluessel in SEITEN:
            yield Mangel(
                "vergeben",
                f"„{schritt.schluessel}“ ist für eine Seite vergeben, die jeder Antrag hat.",
                f"“{schritt.schluessel}” is taken, for a page that every application has.",
                ("schritte", i, "schluessel"),
            )
        if schritt.liste is not None:
            pfade.append((schritt.liste, ("schritte", i, "liste")))
    innerhalb = {pfad for pfad, _ in pfade}
    pfade += [(feld.pfad, (*feld.stelle, "schluessel")) for feld in alle]
    gesehen: dict[str, Stelle] = {}
    for pfad, stelle in pfade:
        if pfad in gesehen:
            yield Mangel(
                "doppelt",
                f"Den Pfad „{pfad}“ gibt es schon.",
                f"The path “{pfad}” is there already.",
                stelle,
            )
        gesehen[pfad] = stelle
        if pfad.split(".")[0] == _VERGEBEN:
            yield Mangel(
                "vergeben",
                f"„{_VERGEBEN}“ ist für Dokumente vergeben.",
                f"“{_VERGEBEN}” is taken, for documents.",
                stelle,
            )
    eigene = {feld.pfad: feld.schritt.liste for feld in alle}
    for pfad, stelle in pfade:
        teile = pfad.split(".")
        for ende in range(1, len(teile)):
            davor = ".".join(teile[:ende])
            if davor in gesehen and not (davor in innerhalb and eigene.get(pfad) == davor):
                yield Mangel(
                    "pfad",
                    f"„{davor}“ ist selbst eine Antwort, „{pfad}“ kann nicht darunter liegen.",
                    f"“{davor}” is an answer itself, “{pfad}” cannot lie beneath it.",
                    stelle,
                )


def _doppelte(stelle: Stelle, namen: Sequence[str]) -> Iterator[Mangel]:
    for i, name in enumerate(namen):
        if name in namen[:i]:
            yield Mangel(
                "doppelt",
                f"„{name}“ gibt es schon.",
                f"“{name}” is there already.",
                (*stelle, i, "schluessel"),
            )


# --- lists, rows, retention ---


def _listen(definition: Definition) -> Iterator[Mangel]:
    for i, schritt in enumerate(definition.schritte):
        wo: Stelle = ("schritte", i)
        if schritt.liste is None:
            for wort in ("eintrag", "eintragstitel", "mindestens", "hoechstens"):
                if wort in schritt.model_fields_set:
                    yield Mangel(
                        "passt_nicht",
                        f"„{wort}“ gehört zu einem Schritt mit liste.",
                        f"“{wort}” belongs to a step with liste.",
                        (*wo, wort),
                    )
            continue
        eigene = {feld.angabe.schluessel for feld in feldstellen(definition) if feld.schritt is schritt}
        for j, pfad in enumerate(schritt.eintragstitel):
            if pfad not in eigene:
                yield Mangel(
                    "unbekanntes_feld",
                    f"Die Liste hat kein Feld „{pfad}“.",
                    f"The list has no field “{pfad}”.",
                    (*wo, "eintragstitel", j),
                )
        if isinstance(schritt.mindestens, int) and schritt.mindestens > schritt.hoechstens:
            yield Mangel(
                "unerreichbar",
                "Es sind mehr Einträge nötig als erlaubt.",
                "More entries are needed than allowed.",
                (*wo, "mindestens"),
            )


def _reihen(definition: Definition) -> Iterator[Mangel]:
    """Of cases the first that holds counts: the last one holds always, and it alone."""
    for stelle, faelle in (
        (("gebuehr", "faelle"), [fall.wenn for fall in definition.gebuehr.faelle]),
        (("zustaendig",), [fall.wenn for fall in definition.zustaendig]),
    ):
        for i, wenn in enumerate(faelle[:-1]):
            if wenn is None:
                yield Mangel(
                    "unerreichbar",
                    "Dieser Fall hat keine Bedingung; was danach steht, gilt nie.",
                    "This case has no condition; what follows never holds.",
                    (*stelle, i),
                )
        if faelle[-1] is not None:
            yield Mangel(
                "rest",
                "Der letzte Fall gilt für alles Übrige und hat keine Bedingung.",
                "The last case is for all the rest and has no condition.",
                (*stelle, len(faelle) - 1, "wenn"),
            )
    for i, fall in enumerate(definition.gebuehr.faelle):
        if fall.bis_cent is not None and fall.bis_cent < fall.betrag_cent:
            yield Mangel(
                "rahmen",
                "Der Rahmen endet, bevor er beginnt.",
                "The frame ends before it begins.",
                ("gebuehr", "faelle", i, "bis_cent"),
            )


def _aufbewahrung(definition: Definition) -> Iterator[Mangel]:
    klassen = definition.datenschutz.aufbewahrung
    if definition.datenschutz.standard not in klassen:
        yield ohne_klasse(definition.datenschutz.standard, ("datenschutz", "standard"))
    for i, nachweis in enumerate(definition.nachweise):
        if nachweis.aufbewahrung is not None and nachweis.aufbewahrung not in klassen:
            yield ohne_klasse(nachweis.aufbewahrung, ("nachweise", i, "aufbewahrung"))
        if nachweis.besonders and definition.datenschutz.schutzklasse != "besonders":
            yield Mangel(
                "schutzklasse",
                "Der Nachweis ist besonders geschützt, die Leistung nicht: datenschutz.schutzklasse.",
                "The document is specially protected, the service is not: datenschutz.schutzklasse.",
                ("nachweise", i, "besonders"),
            )


# --- conditions ---


def _bezuege(definition: Definition, felder: dict[str, Feldstelle]) -> Iterator[Mangel]:
    pruefung = Bedingungspruefung(definition, felder)
    for i, regel in enumerate(definition.regeln):
        mangel = pruefung.bezug(regel.feld, ("regeln", i, "feld"), "")
        if mangel is not None:
            yield mangel
    if definition.bestaetigung is not None:
        for i, pfad in enumerate(definition.bestaetigung.zeigt):
            stelle: Stelle = ("bestaetigung", "zeigt", i)
            mangel = pruefung.bezug(pfad, stelle, "")
            if mangel is not None:
                yield mangel
            elif pfad not in felder:
                yield Mangel(
                    "unbekanntes_feld",
                    f"„{pfad}“ ist eine Liste; die zweite Person sieht nur einzelne Antworten.",
                    f"“{pfad}” is a list; the second person sees single answers only.",
                    stelle,
                )
            elif felder[pfad].angabe.besonders:
                yield Mangel(
                    "besonders_gezeigt",
                    f"„{pfad}“ ist besonders geschützt; die zweite Person sieht es nicht.",
                    f"“{pfad}” is specially protected; the second person does not see it.",
                    stelle,
                )


def _kreise(definition: Definition, felder: dict[str, Feldstelle]) -> Iterator[Mangel]:
    try:
        Baum(definition)
    except Kreis as kreis:
        weg = " → ".join(kreis.pfade)
        listen = {schritt.liste for schritt in definition.schritte if schritt.liste}
        namen = {name for pfad in kreis.pfade for name in (pfad, *(f"{liste}{pfad}" for liste in listen))}
        stelle: Stelle = ("schritte",)
        for pfad, feld in felder.items():
            if pfad in namen:
                stelle = (*feld.stelle, "wenn") if feld.angabe.wenn is not None else feld.stelle
                break
        yield Mangel(
            "kreis",
            f"Bedingungen warten im Kreis aufeinander: {weg}.",
            f"Conditions wait for one another in a circle: {weg}.",
            stelle,
        )
    except KeyError:
        # A name that is not there has been told.
        return


def _unerreichbares(
    definition: Definition, alle: Sequence[Feldstelle], felder: dict[str, Feldstelle]
) -> Iterator[Mangel]:
    moeglich = Erreichbarkeit(definition, felder)
    tote: set[Stelle] = set()
    for i, schritt in enumerate(definition.schritte):
        if not moeglich.moeglich([schritt.wenn]):
            tote.add(("schritte", i))
            yield _unerreichbar("Der Schritt", "The step", ("schritte", i, "wenn"))
    for feld in alle:
        if feld.schrittstelle in tote or moeglich.sichtbar(feld):
            continue
        wenn: Iterable[str] = ("wenn",) if feld.angabe.wenn is not None else ()
        yield _unerreichbar("Das Feld", "The field", (*feld.stelle, *wenn))
    for bedingung, stelle, liste in bedingungsstellen(
        definition.model_copy(update={"bestaetigung": None, "schritte": ()})
    ):
        if not moeglich.moeglich([bedingung], liste):
            yield _unerreichbar("Das", "This", stelle)
    for feld in alle:
        if feld.schrittstelle not in tote:
            yield from _unerreichbares_im_feld(feld, moeglich)


def _unerreichbares_im_feld(feld: Feldstelle, moeglich: Erreichbarkeit) -> Iterator[Mangel]:
    """Choices that are never offered, checks that nothing meets."""
    liste = feld.schritt.liste or ""
    davor: list[Bedingung | None] = [
        feld.schritt.wenn,
        None if feld.gruppe is None else feld.gruppe.wenn,
        feld.angabe.wenn,
    ]
    if not moeglich.moeglich(davor, liste):
        return
    for i, wahl in enumerate(feld.angabe.werte):
        if not moeglich.moeglich([*davor, wahl.wenn], liste):
            yield _unerreichbar("Die Auswahl", "The choice", (*feld.stelle, "werte", i, "wenn"))
    for i, pruefung in enumerate(feld.angabe.pruefungen):
        if not moeglich.moeglich([pruefung.muss], liste):
            yield _unerreichbar("Die Prüfung", "The check", (*feld.stelle, "pruefungen", i, "muss"))


def _unerreichbar(de: str, en: str, stelle: Stelle) -> Mangel:
    return Mangel(
        "unerreichbar",
        f"{de} gilt nie: Die Bedingung kann nicht wahr werden.",
        f"{en} never holds: the condition cannot become true.",
        stelle,
    )


def _zweite(definition: Definition) -> Iterator[Mangel]:
    """The second person's questions, as a form of their own."""
    angabe = definition.bestaetigung
    if angabe is None:
        return
    schritt = Schritt(
        schluessel="bestaetigung", titel=angabe.durch, hilfe=angabe.hinweis, felder=angabe.felder
    )
    allein = definition.model_copy(update={"schritte": (schritt,), "bestaetigung": None, "gegenstand": None})
    alle = list(feldstellen(allein))
    felder = {feld.pfad: feld for feld in alle}
    fragen = allein.model_copy(
        update={
            "nachweise": (),
            "regeln": (),
            "gebuehr": definition.gebuehr.model_copy(update={"faelle": ()}),
            "zustaendig": (),
            "datenschutz": definition.datenschutz.model_copy(update={"empfaenger": ()}),
        }
    )
    maengel = [
        *(mangel for feld in alle for mangel in pruefe_feld(feld, definition, None)),
        *_namen(fragen.model_copy(update={"fristen": ()}), alle),
        *Bedingungspruefung(fragen, felder).maengel(),
        *_kreise(fragen, felder),
    ]
    for mangel in maengel:
        rest = mangel.stelle[2:] if mangel.stelle[:2] == ("schritte", 0) else ("felder",)
        yield Mangel(mangel.code, mangel.de, mangel.en, ("bestaetigung", *rest), mangel.schwere)
