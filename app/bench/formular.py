"""How long a form of 200 questions takes to be read from its file, and to check a set of answers."""

import json
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any, Final

from app.bench.kennzahl import Kennzahl
from app.konto.niveau import Niveau
from app.leistungen.formular import Formular, Kontext
from app.leistungen.laden import lies

FELDER: Final = 200
_JE_SCHRITT: Final = 20
_KONTEXT: Final = Kontext("05774032", date(2026, 11, 22), Niveau.BASIS, {})
_ARTEN: Final[tuple[tuple[dict[str, Any], Any], ...]] = (
    ({"typ": "text"}, "Großmann-Øster, Weinstraße"),
    ({"typ": "datum", "hoechstens": {"heute": 0}}, "1985-04-17"),
    ({"typ": "email"}, "erika.muster@example.org"),
    ({"typ": "ganzzahl", "mindestens": 0, "hoechstens": 100}, 12),
    ({"typ": "janein"}, True),
    ({"typ": "plz"}, "33098"),
    ({"typ": "iban"}, "DE89370400440532013000"),
    ({"typ": "betrag", "mindestens": 0}, 123450),
    ({"typ": "mehrzeilig"}, "Eine Zeile.\n" * 5 + "Noch eine, mit Umlauten: äöü."),
    ({"typ": "auswahl"}, "wert_7"),
)


def formular() -> tuple[Kennzahl, ...]:
    """Milliseconds of this process's time for one reading and for one check of complete answers."""
    text = definition_als_text()
    fertig = lies(text)
    antworten = vollstaendige(fertig)
    if fertig.pruefe(antworten, _KONTEXT).befunde:
        raise ValueError("the answers of the benchmark are not complete")
    return (
        _kennzahl("formular_laden", lambda: lies(text), 1, 500.0),
        _kennzahl("formular_pruefen", lambda: fertig.pruefe(antworten, _KONTEXT), 50, 3.0),
    )


def _kennzahl(name: str, verb: Callable[[], object], anzahl: int, ziel: float) -> Kennzahl:
    zeiten = []
    for _ in range(15):
        beginn = time.process_time()
        for _ in range(anzahl):
            verb()
        zeiten.append((time.process_time() - beginn) / anzahl * 1000)
    return Kennzahl(name, median(zeiten), "ms", None, None, ziel, mehr_ist_besser=False)


def vollstaendige(fertig: Formular) -> dict[str, Any]:
    """An answer to every question; five entries in each list."""
    antworten: dict[str, Any] = {}
    listen: dict[str, list[dict[str, Any]]] = {}
    for nummer, (schritt, angabe, _) in enumerate(fertig.felder()):
        wert = _ARTEN[nummer % len(_ARTEN)][1]
        if schritt.liste is None:
            antworten.setdefault(schritt.schluessel, {})[angabe.schluessel.partition(".")[2]] = wert
        else:
            eintraege = listen.setdefault(schritt.liste, [{} for _ in range(5)])
            for eintrag in eintraege:
                eintrag[angabe.schluessel] = wert
    return antworten | listen


def definition_als_text() -> str:
    """A form of 200 questions, every third with a condition, the last page a list. JSON is YAML, too."""
    texte = {"de": "Frage oder Angabe", "en": "Question or answer", "leicht": "Eine Frage"}
    grundlage = {"grundlage": "§ 1", "belegt": False, "text": texte}
    return json.dumps(
        {
            "formular": 1,
            "leistung": "messung",
            "leika": "99000000000000",
            "leika_belegt": False,
            "archetyp": "B",
            "titel": texte,
            "kurz": texte,
            "suchworte": ["Messung"],
            "dauer_minuten": 30,
            "bereithalten": [],
            "rechtsgrundlagen": [{"norm": "§ 1", "text": texte}],
            "zustaendig": [{"ebene": "gemeinde", "einheit": texte}],
            "niveau": {"mindestens": "basis", "grund": texte},
            "gebuehr": {"grundlage": "§ 1", "belegt": False, "faelle": [{"betrag_cent": 0, "text": texte}]},
            "fristen": [
                {
                    "schluessel": "frist",
                    "fuer": "amt",
                    "tage": 28,
                    "ab": "eingang",
                    "grundlage": "§ 1",
                    "text": texte,
                }
            ],
            "datenschutz": {
                "zweck": texte,
                "grundlage": "§ 1",
                "aufbewahrung": {"normal": {"tage": 3650, "ab": "abschluss", **grundlage}},
                "standard": "normal",
            },
            "schritte": [_schritt(nummer, texte) for nummer in range(FELDER // _JE_SCHRITT)],
            "ergebnis": {"titel": texte, "text": texte},
        }
    )


def _schritt(nummer: int, texte: dict[str, str]) -> dict[str, Any]:
    als_liste = nummer == FELDER // _JE_SCHRITT - 1
    davor = "" if als_liste else f"seite_{nummer}."
    felder = [_feld(f"{davor}feld_{i}", nummer, i, texte) for i in range(_JE_SCHRITT)]
    schritt: dict[str, Any] = {"schluessel": f"seite_{nummer}", "titel": texte, "felder": felder}
    if als_liste:
        schritt |= {"liste": "eintraege", "eintrag": texte, "eintragstitel": ["feld_0"]}
    return schritt


def _feld(pfad: str, nummer: int, i: int, texte: dict[str, str]) -> dict[str, Any]:
    feld: dict[str, Any] = {"schluessel": pfad, "label": texte, "hilfe": texte, **_ARTEN[i % len(_ARTEN)][0]}
    if feld["typ"] == "auswahl":
        feld["werte"] = [{"wert": f"wert_{w}", "text": texte} for w in range(8)]
    if i % 3 == 2 and nummer:
        vorige = f"seite_{nummer - 1}"
        feld["wenn"] = {
            "alle": [
                {"feld": f"{vorige}.feld_4", "ist": True},
                {
                    "eine": [
                        {"feld": f"{vorige}.feld_9", "in": ["wert_7", "wert_1"]},
                        {"feld": f"{vorige}.feld_3", "groesser": 50},
                    ]
                },
            ]
        }
    return feld
