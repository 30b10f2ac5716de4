"""Codes of failed attempts: what went wrong, without a word of the message's content."""

from collections.abc import Sequence

from app.versand.bau import NichtBaubar
from app.versand.channels.basis import NachrichtAbgewiesen, Zustellfehler
from app.versand.wiederholung import GEWOEHNLICH, MENSCH, Takt
from xoev.befund import Befund

NICHT_BAUBAR = "nicht_baubar"
ABGEWIESEN = "abgewiesen"
MENSCH_NOETIG = (NICHT_BAUBAR, ABGEWIESEN)
"""Faults that stay until a person has mended something."""
UNTERBROCHEN = "unterbrochen: Der Zusteller ist während des Versuchs ausgefallen."
_HOECHSTENS_GENANNT = 5


def unerreichbar(letzter: str | None) -> str:
    """Code and sentence of what waited for a paused receiver to the end; `letzter`: why that was paused."""
    grund = f" Zuletzt: {letzter.partition(': ')[2]}" if letzter else ""
    return f"unerreichbar: Der Empfänger war bis zum Ende der Frist nicht zu erreichen.{grund}"


def beschreibe(fehler: Exception) -> tuple[str, Takt]:
    """Code and sentence of a failed attempt, and how fast it is repeated.

    Of an unexpected fault only the type is kept: its text may quote the message.
    """
    match fehler:
        case NichtBaubar():
            return f"{NICHT_BAUBAR}: {_was_zu_pruefen_ist(fehler.befunde)}", MENSCH
        case NachrichtAbgewiesen():
            return f"{ABGEWIESEN}: {fehler.satz}", MENSCH
        case Zustellfehler():
            return f"{fehler.code}: {fehler.satz}", GEWOEHNLICH
        case TimeoutError():
            return "zeit_um: Der Versuch hat länger gedauert, als ein Zusteller warten darf.", GEWOEHNLICH
        case _:
            satz = f"In unserem Programm ist ein Fehler aufgetreten ({type(fehler).__name__})."
            return f"unerwartet: {satz}", GEWOEHNLICH


def _was_zu_pruefen_ist(befunde: Sequence[Befund]) -> str:
    # Field and rule: the sentences of findings may quote the message.
    orte = list(
        dict.fromkeys(f"{befund.feld} ({befund.rule})" if befund.feld else befund.rule for befund in befunde)
    )
    weitere = " und anderes" if len(orte) > _HOECHSTENS_GENANNT else ""
    zu_pruefen = f" Zu prüfen: {', '.join(orte[:_HOECHSTENS_GENANNT])}{weitere}." if orte else ""
    return f"Die Nachricht entspricht nicht dem Standard oder dem Recht.{zu_pruefen}"
