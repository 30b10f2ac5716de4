"""The description of the HTTP interface as a page, made from the OpenAPI document. No script needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_METHODEN: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as a reader needs it."""

    methode: str
    pfad: str
    titel: str
    beschreibung: str
    wer: str
    eingabe: tuple[str, ...]
    antworten: tuple[tuple[str, str], ...]


def operationen(openapi: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI document by their first tag, in the document's order."""
    gruppen: dict[str, list[Operation]] = {}
    for methode, pfad, inhalt in _alle(openapi):
        tag = next(iter(inhalt.get("tags", ())), "Weitere")
        gruppen.setdefault(tag, []).append(_operation(methode, pfad, inhalt))
    return gruppen


def _alle(openapi: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for pfad, inhalte in openapi["paths"].items():
        for methode in _METHODEN:
            if methode in inhalte:
                yield methode.upper(), pfad, inhalte[methode]


def _operation(methode: str, pfad: str, inhalt: Mapping[str, Any]) -> Operation:
    scopes = [scope for eines in inhalt.get("security", ()) for liste in eines.values() for scope in liste]
    return Operation(
        methode=methode,
        pfad=pfad,
        titel=inhalt.get("summary", ""),
        beschreibung=inhalt.get("description", ""),
        wer=", ".join(dict.fromkeys(scopes)) or "alle",
        eingabe=tuple(inhalt.get("requestBody", {}).get("content", ())),
        antworten=tuple((code, wert.get("description", "")) for code, wert in inhalt["responses"].items()),
    )
