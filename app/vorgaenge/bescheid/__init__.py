"""The letter that tells a decision: its content, set as PDF."""

from app.vorgaenge.bescheid.inhalt import Entscheidungsinhalt
from app.vorgaenge.bescheid.pdf import rendere, setze

__all__ = ["Entscheidungsinhalt", "rendere", "setze"]
