"""Colours of a town's pages, and whether people can read what is written in them (WCAG 2.2, 1.4.3)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

MINDESTKONTRAST = 4.5
_WEISS = "#ffffff"

Hexfarbe = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


def kontrast(eine: str, andere: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    hell, dunkel = sorted((_leuchtdichte(eine), _leuchtdichte(andere)), reverse=True)
    return (hell + 0.05) / (dunkel + 0.05)


class Farben(BaseModel):
    """The bar at the top of each page, the writing on it, and links on white."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    leiste: Hexfarbe = "#1a3a5c"
    schrift: Hexfarbe = _WEISS
    akzent: Hexfarbe = "#1a3a5c"

    @model_validator(mode="after")
    def _lesbar(self) -> "Farben":
        for name, vorn, hinten in (
            ("schrift/leiste", self.schrift, self.leiste),
            ("akzent/weiß", self.akzent, _WEISS),
        ):
            if (verhaeltnis := kontrast(vorn, hinten)) < MINDESTKONTRAST:
                raise PydanticCustomError(
                    "kontrast_zu_gering",
                    f"{name}: Der Kontrast ist {verhaeltnis:.1f}; lesbar ist es ab {MINDESTKONTRAST}.",
                    {"en": f"{name}: contrast {verhaeltnis:.1f}, {MINDESTKONTRAST} is needed."},
                )
        return self


def _leuchtdichte(farbe: str) -> float:
    anteile = (int(farbe[stelle : stelle + 2], 16) / 255 for stelle in (1, 3, 5))
    rot, gruen, blau = (_linear(anteil) for anteil in anteile)
    return 0.2126 * rot + 0.7152 * gruen + 0.0722 * blau


def _linear(anteil: float) -> float:
    return anteil / 12.92 if anteil <= 0.04045 else ((anteil + 0.055) / 1.055) ** 2.4
