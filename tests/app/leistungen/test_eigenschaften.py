"""What holds for any answers at all: pruning, checking, typing and showing."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.leistungen.eingabe import lies_eingabe, zeige
from app.leistungen.formular import Formular
from tests.app.leistungen.hilfe import beispiel, kontext, vollstaendig

_LANG = settings(max_examples=100, deadline=None)

_SKALARE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        [
            "obst",
            "kaese",
            "tiere",
            "apfel",
            "276",
            "528",
            "1985-04-17",
            "2030-01-01",
            "2012-05-05",
            "33098",
            "4",
        ]
    ),
)
_IRGENDWAS = st.recursive(
    _SKALARE,
    lambda innen: st.lists(innen, max_size=3) | st.dictionaries(st.text(max_size=8), innen, max_size=3),
    max_leaves=6,
)


def _pfade(formular: Formular) -> list[tuple[str, str]]:
    return [(schritt.liste or "", angabe.schluessel) for schritt, angabe, _ in formular.felder()]


def _setze(antworten: dict[str, Any], pfad: str, wert: Any) -> None:
    *davor, letztes = pfad.split(".")
    for teil in davor:
        antworten = antworten.setdefault(teil, {})
        if not isinstance(antworten, dict):
            return
    antworten[letztes] = wert


@st.composite
def antworten_an_ihrem_platz(ziehe: st.DrawFn) -> dict[str, Any]:
    """Any values where questions are, some complete answers among them."""
    antworten: dict[str, Any] = vollstaendig() if ziehe(st.booleans()) else {}
    einfache = [pfad for liste, pfad in _pfade(beispiel()) if not liste]
    eintrag = [pfad for liste, pfad in _pfade(beispiel()) if liste]
    for pfad in ziehe(st.lists(st.sampled_from(einfache), max_size=8)):
        _setze(antworten, pfad, ziehe(_IRGENDWAS))
    if ziehe(st.booleans()):
        antworten["helfer"] = ziehe(
            st.lists(st.dictionaries(st.sampled_from(eintrag), _IRGENDWAS, max_size=4), max_size=4)
            | _IRGENDWAS
        )
    if ziehe(st.integers(0, 4)) == 0:
        antworten[ziehe(st.sampled_from(["person", "stand", "fremd", "nachweise"]))] = ziehe(_IRGENDWAS)
    return antworten


@_LANG
@given(st.dictionaries(st.text(max_size=10), _IRGENDWAS, max_size=4) | antworten_an_ihrem_platz())
def test_no_answers_crash_the_check(antworten: dict[str, Any]) -> None:
    formular = beispiel()
    geprueft = formular.pruefe(antworten, kontext(), nachweise=())
    assert geprueft.befunde
    assert geprueft.antworten == formular.bereinige(antworten, kontext().heute)
    for sprache in ("de", "en", "leicht"):
        formular.abschnitte(antworten, sprache)
    for schritt in formular.schritte(antworten):
        formular.lage(schritt.schluessel, antworten, kontext())


@_LANG
@given(antworten_an_ihrem_platz())
def test_pruning_twice_is_pruning_once(antworten: dict[str, Any]) -> None:
    einmal = beispiel().bereinige(antworten)
    assert beispiel().bereinige(einmal) == einmal


def _blaetter(wert: Any, pfad: str = "") -> set[str]:
    if isinstance(wert, dict):
        return {blatt for name, teil in wert.items() for blatt in _blaetter(teil, f"{pfad}.{name}")}
    return {pfad[1:]}


@_LANG
@given(antworten_an_ihrem_platz())
def test_no_answer_of_a_hidden_question_is_left(antworten: dict[str, Any]) -> None:
    formular = beispiel()
    bereinigt = formular.bereinige(antworten)
    for schritt in formular.definition.schritte:
        eintraege = bereinigt.get(schritt.liste, []) if schritt.liste else [bereinigt]
        sichtbar_da = schritt in formular.schritte(bereinigt)
        for i, einer in enumerate(eintraege):
            eigene = {a.schluessel for s, a, _ in formular.felder() if s is schritt}
            beantwortet = {
                pfad
                for pfad in eigene
                if any(b == pfad or b.startswith(f"{pfad}.") for b in _blaetter(einer))
            }
            gezeigt = formular.sichtbare(schritt.schluessel, bereinigt, i if schritt.liste else None)
            assert beantwortet <= gezeigt
            assert sichtbar_da or not beantwortet


@_LANG
@given(antworten_an_ihrem_platz())
def test_what_is_checked_and_found_right_stays_right(antworten: dict[str, Any]) -> None:
    geprueft = beispiel().pruefe(antworten, kontext())
    if geprueft.in_ordnung:
        assert beispiel().pruefe(geprueft.antworten, kontext()).befunde == geprueft.befunde


_EINGABEN = st.dictionaries(
    st.sampled_from([pfad for _, pfad in _pfade(beispiel())] + ["unsinn", "_suche.stand.art"]),
    st.lists(st.text(max_size=40) | st.text("0123456789., -/€", max_size=14), max_size=3),
    max_size=12,
)


@_LANG
@given(
    _EINGABEN, antworten_an_ihrem_platz(), st.sampled_from(["person", "stand", "helfer"]), st.integers(0, 5)
)
def test_nothing_typed_crashes_and_nothing_typed_is_lost(
    roh: dict[str, list[str]], antworten: dict[str, Any], schritt: str, eintrag: int
) -> None:
    formular = beispiel()
    neu = lies_eingabe(formular, schritt, roh, antworten, eintrag, "de")
    liste = neu["helfer"][min(eintrag, len(neu["helfer"]) - 1)] if schritt == "helfer" else neu
    for knoten in formular.knoten(schritt):
        getippt = roh.get(knoten.pfad)
        if knoten.angabe.typ != "hinweis" and getippt and getippt[0].strip():
            stelle = liste
            for teil in knoten.teile:
                stelle = stelle[teil]
    formular.pruefe(neu, kontext())


_WERTE = {
    "person.familienname": st.text("abcäöüß -", max_size=10),
    "person.geburtsdatum": st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
    "stand.laenge": st.integers(-(10**12), 10**12),
    "stand.umsatz": st.integers(-(10**12), 10**12),
    "stand.wagen": st.booleans(),
    "stand.art": st.sampled_from(["obst", "kaese"]),
    "stand.sorten": st.lists(st.sampled_from(["apfel", "birne", "gouda"]), unique=True),
    "stand.iban": st.just("DE89370400440532013000"),
    "stand.kennzeichen": st.sampled_from(["PB-AB 123", "HH-X 1E"]),
    "stand.bemerkung": st.text("ab \n", max_size=20),
}


@_LANG
@given(st.sampled_from(sorted(_WERTE)), st.data(), st.sampled_from(["de", "en", "leicht"]))
def test_what_is_shown_reads_as_what_it_was(pfad: str, daten: st.DataObject, sprache: str) -> None:
    formular = beispiel()
    knoten = next(k for s in ("person", "stand") for k in formular.knoten(s) if k.pfad == pfad)
    wert = knoten.glaette(daten.draw(_WERTE[pfad]))
    gezeigt = wert if isinstance(wert, list) else [zeige(knoten.angabe, wert, sprache)]
    neu = lies_eingabe(formular, pfad.partition(".")[0], {pfad: gezeigt}, {}, None, sprache)
    stelle: Any = neu
    for teil in knoten.teile:
        stelle = stelle.get(teil, {})
    assert stelle == (wert or {} if isinstance(wert, str | list) else wert)
