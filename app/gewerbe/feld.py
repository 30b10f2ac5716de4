"""The annotation that ties a part of the notice to the numbered fields of the official forms.

One annotation feeds everything: the JSON Schema (`x-gewa-feld`, `x-fim`), the walk over a notice
(felder.py), the recipients by law. The pictures of the forms (BGBl. I 2019, 918-923) decide the numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Form = Literal["A1", "A2", "A3"]
FORMEN: Final[tuple[Form, ...]] = ("A1", "A2", "A3")
Nummern = int | tuple[int, ...]
SCHEMA_SCHLUESSEL: Final = "x-feld-roh"


def _tupel(nummern: Nummern | None) -> tuple[int, ...]:
    if nummern is None:
        return ()
    return (nummern,) if isinstance(nummern, int) else nummern


@dataclass(frozen=True, slots=True, init=False)
class Feld:
    """Field numbers per form; parts without an annotation of their own belong to what holds them.

    `Feld(8)`: field 8 of every form. `Feld(A1=30, A2=27)`: per form. `Feld()`: technical, in no field.
    `fim`: element of FIM; "F6..." are shared building blocks, others come from the schema of the
    Gewerbeabmeldung (S05000001294) and are stated for GewA 3 only, the only one published.
    """

    a1: tuple[int, ...]
    a2: tuple[int, ...]
    a3: tuple[int, ...]
    fim: str | None

    def __init__(
        self,
        alle: Nummern | None = None,
        *,
        A1: Nummern | None = None,  # noqa: N803  (the law's names of the forms)
        A2: Nummern | None = None,  # noqa: N803
        A3: Nummern | None = None,  # noqa: N803
        fim: str | None = None,
    ) -> None:
        object.__setattr__(self, "a1", _tupel(alle if A1 is None else A1))
        object.__setattr__(self, "a2", _tupel(alle if A2 is None else A2))
        object.__setattr__(self, "a3", _tupel(alle if A3 is None else A3))
        object.__setattr__(self, "fim", fim)

    def nummern(self, form: Form) -> frozenset[int]:
        """The numbers in this form; empty for a technical part."""
        return frozenset({"A1": self.a1, "A2": self.a2, "A3": self.a3}[form])

    def fim_in(self, form: Form) -> str | None:
        """The FIM element, if it is known for this form."""
        return self.fim if self.fim and (form == "A3" or self.fim.startswith("F6")) else None

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        ergebnis = handler(schema)
        ergebnis[SCHEMA_SCHLUESSEL] = {
            form: {"felder": sorted(self.nummern(form)), "fim": self.fim_in(form)} for form in FORMEN
        }
        return ergebnis


@dataclass(frozen=True, slots=True)
class Fim:
    """FIM element of a part that belongs to the field of what holds it (the lines of an address)."""

    fim: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        ergebnis = handler(schema)
        ergebnis["x-fim"] = self.fim
        return ergebnis


def feld_in(metadaten: Iterable[Any]) -> Feld | None:
    """The field annotation among a model field's metadata."""
    return next((eintrag for eintrag in metadaten if isinstance(eintrag, Feld)), None)
