"""The copy of a declaration that the applicant may keep (§ 9a Abs. 4 OZG): its content, set as PDF.

`rendere` needs nothing but the content; who calls it takes that from the submission as it was stored.
"""

from app.antraege.kopie.inhalt import Abschnitt, Anlage, Empfaenger, Kopieinhalt
from app.antraege.kopie.pdf import rendere, setze

__all__ = ["Abschnitt", "Anlage", "Empfaenger", "Kopieinhalt", "rendere", "setze"]
