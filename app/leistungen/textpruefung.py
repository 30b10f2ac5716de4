"""The texts of a file: Leichte Sprache in short sentences, English that is none of the German."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from app.leichte_sprache import HOECHSTENS_WOERTER, woerter, zu_lange_saetze
from app.leistungen.definition import Definition, Texte
from app.leistungen.maengel import Mangel, Stelle

_UEBERSETZT_AB = 5
"""From so many words on a text that is the same in both languages has not been translated."""


def texte(teil: Any, stelle: Stelle = ()) -> Iterator[tuple[Texte, Stelle]]:
    """Every text for people, with its place."""
    if isinstance(teil, Texte):
        yield teil, stelle
    elif isinstance(teil, BaseModel):
        for name in type(teil).model_fields:
            yield from texte(getattr(teil, name), (*stelle, name))
    elif isinstance(teil, tuple):
        for i, eines in enumerate(teil):
            yield from texte(eines, (*stelle, i))
    elif isinstance(teil, dict):
        for name, eines in teil.items():
            yield from texte(eines, (*stelle, name))


def pruefe_texte(definition: Definition) -> Iterator[Mangel]:
    """What people could not read."""
    for text, stelle in texte(definition):
        for satz in zu_lange_saetze(text.leicht):
            yield Mangel(
                "leichte_sprache",
                f"{woerter(satz)} Wörter in einem Satz, in Leichter Sprache sind es höchstens "
                f"{HOECHSTENS_WOERTER}: „{satz}“",
                f"{woerter(satz)} words in a sentence, in easy language there are at most "
                f"{HOECHSTENS_WOERTER}: “{satz}”",
                (*stelle, "leicht"),
                "warning",
            )
        if text.de == text.en and woerter(text.de) >= _UEBERSETZT_AB:
            yield Mangel(
                "nicht_uebersetzt",
                "Der englische Text ist der deutsche.",
                "The English text is the German one.",
                (*stelle, "en"),
                "warning",
            )
