"""Pages from templates: plain HTML, no script, nothing from elsewhere."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.web.dateien import adresse
from app.web.texte import DEUTSCH, LEICHT, Sprache, sprachen, uebersetze, zeilen

_ORTSZEIT: Final = ZoneInfo("Europe/Berlin")


@cache
def _vorlagen() -> Environment:
    umgebung = Environment(
        loader=PackageLoader("app.web", "vorlagen"),
        autoescape=True,
        undefined=StrictUndefined,
        # Templates change with the program: nobody looks at their files again for each page.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    umgebung.globals["datei"] = adresse
    umgebung.globals["sprachen"] = sprachen
    return umgebung


def gerendert(vorlage: str, sprache: Sprache, inhalt: Mapping[str, Any]) -> str:
    """The page of a template in one language.

    A template finds beside `inhalt`: `t(key, **places)` for sentences, `zeilen` for those of forms, `zeit`
    and `datum` as people read them, `datei(path)` for the address of a file, and `sprache`.
    """
    hilfen = {
        "t": partial(uebersetze, sprache.schluessel),
        "zeilen": partial(zeilen, sprache.schluessel),
        "zeit": partial(_zeit, sprache),
        "datum": partial(als_datum, sprache),
        "sprache": sprache,
    }
    return _vorlagen().get_template(vorlage).render({**hilfen, **inhalt})


def uhrzeit(zeitpunkt: datetime) -> str:
    """The time of day here."""
    return f"{zeitpunkt.astimezone(_ORTSZEIT):%H:%M}"


def _zeit(sprache: Sprache, zeitpunkt: datetime) -> str:
    ort = zeitpunkt.astimezone(_ORTSZEIT)
    uhr = " Uhr" if sprache == LEICHT else ""
    return f"{als_datum(sprache, ort.date())}, {uhrzeit(zeitpunkt)}{uhr}"


def als_datum(sprache: Sprache, tag: date) -> str:
    """A day as people of the language write it."""
    if sprache == DEUTSCH:
        return f"{tag:%d.%m.%Y}"
    punkt = "." if sprache == LEICHT else ""
    return f"{tag.day}{punkt} {uebersetze(sprache.schluessel, f'monat.{tag.month}')} {tag.year}"
