"""What is different between two forms, for a person who has to decide whether to take the new one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.leistungen.formular import Formular

_NAMEN = ("schluessel", "code", "wert", "norm")
"""Members that name an entry of a list, so that its place in the list does not matter."""


@dataclass(frozen=True, slots=True)
class Aenderung:
    """One difference. `ort`: where in the file, with names of entries in place of numbers."""

    art: Literal["neu", "weg", "anders"]
    ort: str
    alt: Any = None
    neu: Any = None
    fragt_nach: bool = False
    """Whoever has a draft is asked again: an answer has no place any more, or a question is new."""

    def als_dict(self) -> dict[str, Any]:
        """The difference as JSON value."""
        return asdict(self)


def vergleiche(alt: Formular, neu: Formular) -> list[Aenderung]:
    """Every difference, in the order of the file; none for the same form."""
    if alt.hash == neu.hash:
        return []
    return list(_vergleiche(alt.inhalt, neu.inhalt, ""))


def _vergleiche(alt: Any, neu: Any, ort: str) -> Iterator[Aenderung]:
    if isinstance(alt, Mapping) and isinstance(neu, Mapping):
        yield from _glieder(alt, neu, ort)
    elif isinstance(alt, Sequence) and isinstance(neu, Sequence) and _benannt(alt) and _benannt(neu):
        yield from _glieder(_nach_namen(alt), _nach_namen(neu), ort)
    elif alt != neu:
        yield Aenderung("anders", ort, alt, neu, fragt_nach=_beruehrt_antworten(ort))


def _glieder(alt: Mapping[str, Any], neu: Mapping[str, Any], ort: str) -> Iterator[Aenderung]:
    for name in [*alt, *(name for name in neu if name not in alt)]:
        hier = f"{ort}/{name}"
        if name not in neu:
            yield Aenderung("weg", hier, alt=alt[name], fragt_nach=_beruehrt_antworten(hier))
        elif name not in alt:
            yield Aenderung("neu", hier, neu=neu[name], fragt_nach=_beruehrt_antworten(hier))
        else:
            yield from _vergleiche(alt[name], neu[name], hier)


def _benannt(liste: Sequence[Any]) -> bool:
    return not isinstance(liste, str) and bool(liste) and all(_name(eines) for eines in liste)


def _name(eines: Any) -> str | None:
    if not isinstance(eines, Mapping):
        return None
    if "felder" in eines and "schluessel" not in eines:
        return f"gruppe {eines['titel']['de']}"
    return next((str(eines[name]) for name in _NAMEN if name in eines), None)


def _nach_namen(liste: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {_name(eines) or "": eines for eines in liste}


def _beruehrt_antworten(ort: str) -> bool:
    teile = ort.split("/")
    if "felder" not in teile and teile[1:2] not in (["nachweise"], ["regeln"]):
        return False
    return not {"label", "hilfe", "text", "titel", "hinweis", "autocomplete", "fim", "gewa"} & set(teile)
