"""Which body of which level is competent for a town: the name behind `zustaendig` of a service's file."""

from typing import Final

from app.leistungen.definition import Ebene
from app.mandanten.zustaendig import gemeinde, stelle

_LANDSCHAFTSVERBAENDE: Final = {
    "LWL": "Landschaftsverband Westfalen-Lippe (LWL)",
    "LVR": "Landschaftsverband Rheinland (LVR)",
}
_KREISFREI: Final = "kreisfreie Stadt"


def behoerde(ebene: Ebene, ags: str) -> str:
    """The name of the body; a city without a district is its own. Raises UnbekannteGemeinde."""
    ort = gemeinde(ags)
    if ebene == "bezirksregierung":
        return stelle(ort.bezirksregierung).name
    if ebene == "landschaftsverband":
        return _LANDSCHAFTSVERBAENDE[ort.landschaftsverband]
    if ebene == "gemeinde" or ort.kreis_art == _KREISFREI:
        return ort.name
    return ort.kreis if "kreis" in ort.kreis.lower() or ort.kreis_art != "Kreis" else f"Kreis {ort.kreis}"


def der_gemeinde(ebene: Ebene, ags: str) -> bool:
    """Whether the town decides itself."""
    return ebene == "gemeinde" or (ebene == "kreis" and gemeinde(ags).kreis_art == _KREISFREI)
