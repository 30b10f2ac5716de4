"""The questions of a definition with their paths."""

from collections.abc import Iterator

from app.leistungen.bedingung import Art
from app.leistungen.definition import Definition, Feldangabe, Gruppe, Schritt


def arten(definition: Definition) -> dict[str, Art]:
    """Kinds of all questions by path; ``liste`` for steps with entries."""
    gefunden: dict[str, Art] = {}
    for schritt in definition.schritte:
        if schritt.liste is not None:
            gefunden[schritt.liste] = "liste"
        for _, angabe in felder_von(schritt):
            gefunden[voller_pfad(schritt, angabe)] = angabe.typ
    return gefunden


def felder_von(schritt: Schritt) -> Iterator[tuple[Gruppe | None, Feldangabe]]:
    """The questions of a step, with the group they stand in."""
    for element in schritt.felder:
        if isinstance(element, Gruppe):
            for angabe in element.felder:
                yield element, angabe
        else:
            yield None, element


def voller_pfad(schritt: Schritt, angabe: Feldangabe) -> str:
    """The path in the answers, without the number of the entry."""
    return angabe.schluessel if schritt.liste is None else f"{schritt.liste}.{angabe.schluessel}"
