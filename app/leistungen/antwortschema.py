"""JSON Schema of a service's answers, made from its form."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.leistungen.formular import Formular


def json_schema(formular: "Formular") -> dict[str, Any]:
    """Draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": formular.titel("de"),
        "type": "object",
    }
