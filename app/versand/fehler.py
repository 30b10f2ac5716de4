"""Codes of failed attempts: what went wrong, without a word of the message's content."""

from app.versand.bau import NichtBaubar
from app.versand.channels.basis import NachrichtAbgewiesen, Zustellfehler
from app.versand.wiederholung import GEWOEHNLICH, MENSCH, Takt

NICHT_BAUBAR = "nicht_baubar"
ABGEWIESEN = "abgewiesen"
MENSCH_NOETIG = (NICHT_BAUBAR, ABGEWIESEN)
"""Faults that stay until a person has mended something."""
UNTERBROCHEN = "unterbrochen: Der Zusteller ist während des Versuchs ausgefallen."
UNERREICHBAR = "unerreichbar: Der Empfänger hat bis zum Ende der Frist nicht geantwortet."


def beschreibe(fehler: Exception) -> tuple[str, Takt]:
    """Code and sentence of a failed attempt, and how fast it is repeated.

    Of an unexpected fault only the type is kept: its text may quote the message.
    """
    match fehler:
        case NichtBaubar():
            return f"{NICHT_BAUBAR}: Die Nachricht verstößt gegen {fehler}.", MENSCH
        case NachrichtAbgewiesen():
            return f"{ABGEWIESEN}: {fehler.satz}", MENSCH
        case Zustellfehler():
            return f"{fehler.code}: {fehler.satz}", GEWOEHNLICH
        case _:
            return f"unerwartet: {type(fehler).__name__}", GEWOEHNLICH
