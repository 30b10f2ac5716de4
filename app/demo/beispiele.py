"""The notices of the demo: invented persons and businesses, one JSON file each in `anzeigen/`.

Their dates are those of the day they were written; loading moves them along with the calendar, so that the
demo stays plausible for as long as it lives.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, Final

_DATUMSFELDER: Final = ("beginn", "aenderung", "aufgabe", "datum")


@dataclass(frozen=True, slots=True)
class Beispiel:
    """A demo notice: `name` is stable and serves as its idempotency key, `anzeige` is its JSON."""

    name: str
    anzeige: dict[str, Any]

    def als_bytes(self) -> bytes:
        """The JSON document a client would send."""
        return json.dumps(self.anzeige, ensure_ascii=False).encode()


def beispiele(heute: date) -> tuple[Beispiel, ...]:
    """All demo notices as if handed in on `heute`, in the order of their names."""
    dateien = (
        datei for datei in files("app.demo").joinpath("anzeigen").iterdir() if datei.name.endswith(".json")
    )
    return tuple(
        Beispiel(datei.name.removesuffix(".json"), _verschoben(json.loads(datei.read_text("utf-8")), heute))
        for datei in sorted(dateien, key=lambda datei: datei.name)
    )


def _verschoben(anzeige: dict[str, Any], heute: date) -> dict[str, Any]:
    abstand: timedelta = heute - date.fromisoformat(anzeige["datum"])
    neu = {
        feld: (date.fromisoformat(anzeige[feld]) + abstand).isoformat()
        for feld in _DATUMSFELDER
        if feld in anzeige
    }
    return anzeige | neu
