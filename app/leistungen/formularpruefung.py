"""What is wrong with a service's file beyond its grammar."""

from collections.abc import Iterator
from typing import Any

from app.leistungen.baum import Baum, Kreis
from app.leistungen.definition import Definition
from app.leistungen.formularfehler import Formularfehler


def pruefe_definition(definition: Definition, roh: Any) -> Iterator[Formularfehler]:
    """Every mistake in a file that is written in the language."""
    try:
        Baum(definition)
    except Kreis as kreis:
        weg = " → ".join(kreis.pfade)
        yield Formularfehler(
            "kreis",
            f"Bedingungen warten im Kreis aufeinander: {weg}.",
            f"Conditions wait for one another: {weg}.",
            "schritte",
        )
