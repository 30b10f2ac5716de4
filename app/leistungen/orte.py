"""Where questions are: JSON pointers into the answers, and the page that a pointer leads to."""

from collections.abc import Iterator

from app.leistungen.baum import Baum, Knoten, Sicht

Ort = tuple[str, int | None, str]
"""Key of the step, number of the entry, path in it ("" for the list or the entry itself)."""


def listenzeiger(pfad: str, eintrag: int | None = None) -> str:
    """The pointer of a list, or of an entry."""
    zeiger = "/" + pfad.replace(".", "/")
    return zeiger if eintrag is None else f"{zeiger}/{eintrag}"


def ort(baum: Baum, pointer: str) -> Ort | None:
    """Where on the pages a pointer leads; None: to none of them."""
    for schritt, knoten in zip(baum.schritte, baum.knoten, strict=True):
        if schritt.liste is None:
            if any(einer.pointer == pointer for einer in knoten):
                return schritt.schluessel, None, pointer[1:].replace("/", ".")
            continue
        davor = listenzeiger(schritt.liste)
        if pointer == davor:
            return schritt.schluessel, None, ""
        nummer, _, rest = pointer.removeprefix(davor + "/").partition("/")
        if pointer.startswith(davor + "/") and nummer.isdecimal() and nummer.isascii():
            if not rest:
                return schritt.schluessel, int(nummer), ""
            if any(einer.pointer == f"/{rest}" for einer in knoten):
                return schritt.schluessel, int(nummer), rest.replace("/", ".")
    return None


def naechster(baum: Baum, sicht: Sicht, pointer: str) -> str:
    """The pointer of the question that is asked nearest to a place that may be none itself."""
    alle = list(_gefragte(baum, sicht))
    bekannt = set(alle)
    stelle = pointer
    while stelle not in bekannt:
        darunter = next((einer for einer in alle if einer.startswith(f"{stelle}/")), None)
        if darunter is not None:
            return darunter
        if not stelle:
            return pointer
        stelle = stelle.rpartition("/")[0]
    return stelle


def _gefragte(baum: Baum, sicht: Sicht) -> Iterator[str]:
    """Pointers of all questions that are asked; that of a list which has no entry yet."""
    for nummer, schritt in enumerate(baum.schritte):
        alle = baum.knoten[nummer]
        if not sicht.schritte[nummer]:
            continue
        if schritt.liste is None:
            yield from _sichtbare(alle, sicht.sichtbar, "")
            continue
        eintraege = sicht.eintraege.get(schritt.liste, ())
        if not eintraege:
            yield listenzeiger(schritt.liste)
        for i, einer in enumerate(eintraege):
            yield from _sichtbare(alle, einer.sichtbar, listenzeiger(schritt.liste, i))


def _sichtbare(alle: tuple[Knoten, ...], sichtbar: set[str], davor: str) -> Iterator[str]:
    return (davor + einer.pointer for einer in alle if einer.pfad in sichtbar)
