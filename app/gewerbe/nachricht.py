"""Notices as XGewerbeanzeige messages: write one, read one. Without loss: what is written reads the same."""

from app.gewerbe.nachricht_kopf import Behoerde, Behoerdenanschrift, Kopf, Satz, Satzkopf, gewerbeamt
from app.gewerbe.nachricht_lesen import GelesenerSatz, NichtUebernehmbar, lies
from app.gewerbe.nachricht_schreiben import schreibe

__all__ = [
    "Behoerde",
    "Behoerdenanschrift",
    "GelesenerSatz",
    "Kopf",
    "NichtUebernehmbar",
    "Satz",
    "Satzkopf",
    "gewerbeamt",
    "lies",
    "schreibe",
]
