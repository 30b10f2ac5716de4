"""What a town is written about its self-check: plain sentences, no personal data."""

from datetime import date

from app.verwaltung.pruefpunkt import Pruefbericht, Pruefpunkt

BETREFF_FEHLER = "Digitales Gewerbeamt: {zahl} Punkte brauchen Sie / {zahl} points need you"
BETREFF_GUT = "Digitales Gewerbeamt: alles in Ordnung / everything in order"

_WOCHE = 7


def faellig(bericht: Pruefbericht, tag: date, zuletzt: date | None) -> bool:
    """Whether somebody is to be told: when something is wrong, else once a week."""
    return bool(bericht.fehler) or zuletzt is None or (tag - zuletzt).days >= _WOCHE


def betreff(bericht: Pruefbericht) -> str:
    """The subject line; it names neither town nor fault."""
    return BETREFF_FEHLER.format(zahl=len(bericht.fehler)) if bericht.fehler else BETREFF_GUT


def brief(bericht: Pruefbericht, tag: date, adresse: str) -> str:
    """The letter, German first."""
    return "\n".join(
        [
            f"{bericht.name}, {tag:%d.%m.%Y}",
            "",
            *_abschnitt("Zu beheben", "Zu beachten", "Alles ist in Ordnung.", bericht, "de"),
            f"Einzelheiten: {adresse}/amt/{bericht.ags}/gemeinde",
            "",
            "--",
            "",
            *_abschnitt("To be mended", "To be seen to", "Everything is in order.", bericht, "en"),
            f"Details: {adresse}/amt/{bericht.ags}/gemeinde",
            "",
        ]
    )


def _abschnitt(fehler: str, warnungen: str, gut: str, bericht: Pruefbericht, sprache: str) -> list[str]:
    zeilen = []
    for titel, punkte in ((fehler, bericht.fehler), (warnungen, bericht.warnungen)):
        if punkte:
            zeilen += [f"{titel} ({len(punkte)})", *(_zeile(punkt, sprache) for punkt in punkte), ""]
    return zeilen or [gut, ""]


def _zeile(punkt: Pruefpunkt, sprache: str) -> str:
    satz: str = getattr(punkt.befund, sprache)
    return f"- {satz}" + (f" -> {getattr(punkt.abhilfe, sprache)}" if punkt.abhilfe else "")
