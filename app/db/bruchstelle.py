"""Named points between two effects, at which a test can stop this process and kill what it likes.

Off unless the environment names one: ``AMT_BRUCHSTELLE=name[:n]`` sends this process SIGSTOP when it comes
there for the nth time (default 1). Whoever started it sees that it has stopped, kills it, the database or
the connection, and lets it go on. Because nobody may do so to a running office,
``AMT_BRUCHSTELLEN_ERLAUBT=1`` has to stand beside it. docs/reliability.md shows what was found at each point.
"""

import os
import signal
from collections.abc import Callable, Mapping

BRUCHSTELLEN: Mapping[str, str] = {
    "eingang.gelesen": "body read, nothing in the database yet",
    "eingang.geprueft": "message checked, token checked",
    "antrag.angelegt": "row of the submission",
    "antrag.schluessel": "idempotency keys",
    "eingang.journal": "journal: submission received",
    "eingang.dokument": "the submitted file and its journal entry",
    "vorgang.eroeffnet": "file number, case and its journal entry",
    "anzeige.angelegt": "row of the notice",
    "vorgang.abgeschlossen": "case closed and its journal entry",
    "bescheinigung.angelegt": "register entry and certificate",
    "sendungen.eingestellt": "one delivery per entitled body",
    "bescheinigung.journal": "journal: certified",
    "absenden.journal": "row of the submission; journal: submission received",
    "absenden.inhalt": "answers, ordinary and special",
    "absenden.einreichung": "the answers as documents, JSON and XML",
    "absenden.nachweis": "an uploaded file as a document",
    "absenden.eroeffnet": "case opened",
    "absenden.bestaetigung": "a second person asked to confirm, and its journal entry",
    "absenden.entwurf": "draft deleted, with its files",
    "bestaetigung.beantwortet": "answer of the second person",
    "bestaetigung.journal": "its journal entry",
    "mitteilung.anhaenge": "files of a message as documents",
    "mitteilung.angelegt": "row of the message",
    "mitteilung.journal": "journal: message written",
    "entscheidung.zuvor": "who else is competent, or that nobody has to confirm any more, noted",
    "entscheidung.geschlossen": "case closed and its journal entries",
    "entscheidung.bescheid": "letter set and filed, and its journal entry",
    "entscheidung.vermerkt": "row of the decision",
    "entscheidung.akte": "case handed on to the town's DMS, where it has one",
    "ruecknahme.grund": "reason filed by itself, where it may be special",
    "ruecknahme.geschlossen": "case closed and its journal entries",
    "ruecknahme.akte": "case handed on to the town's DMS, where it has one",
    "berichtigung.fassung": "row of the corrected version",
    "berichtigung.dokument": "the corrected notice as sent, and its journal entry",
    "berichtigung.register": "register entry of the earlier version ended",
    "berichtigung.bescheinigung": "new register entry and certificate",
    "berichtigung.zurueckgerufen": "what had not left the house stopped",
    "berichtigung.sendungen": "one delivery per body that is to hear of it",
    "berichtigung.journal": "journal: corrected",
    "widerruf.angelegt": "row of the withdrawal",
    "widerruf.register": "register entries ended",
    "widerruf.zurueckgerufen": "what had not left the house stopped",
    "widerruf.sendungen": "one delivery per body that had the notice",
    "widerruf.journal": "journal: withdrawn",
    "anfrage.vor_commit": "everything written, before COMMIT",
    "anfrage.nach_commit": "after COMMIT, before the response",
    "zustellung.beansprucht": "leases taken",
    "zustellung.gruppiert": "what goes into one message leased with it, before COMMIT",
    "zustellung.lease_steht": "after COMMIT of the leases",
    "stapel.gebaut": "messages of a batch built and checked",
    "stapel.vermerkt": "their attempts and journal entries",
    "stapel.verbunden": "of a bundle, the others tied to the first",
    "stapel.bereitgestellt": "their numbers in the mailboxes, before COMMIT",
    "stapel.nach_commit": "after COMMIT of the batch",
    "zustellung.gebaut": "message built and checked",
    "zustellung.vermerkt": "attempt and journal entry",
    "zustellung.bereitgestellt": "number in the mailbox, before COMMIT",
    "zustellung.nach_commit": "after COMMIT of the delivery",
    "verbund.geknuepft": "bundle for another machine built, tied and kept, before COMMIT",
    "verbund.steht": "after COMMIT of the bundle, nothing sent yet",
    "uebergabe.bewahrt": "message for another machine built and kept, before COMMIT",
    "uebergabe.bereit": "after COMMIT of the message, before it is sent",
    "ordner.geschrieben": "file written under its temporary name",
    "ordner.umbenannt": "file renamed, its done-file not yet there",
    "uebergabe.bestaetigt": "the other machine has confirmed",
    "uebergabe.vermerkt": "attempt and journal entry, before COMMIT",
    "uebergabe.nach_commit": "after COMMIT of the hand-over",
    "pdf.gesetzt": "PDF of the certificate set",
    "pdf.abgelegt": "PDF filed and its journal entry",
    "pdf.verbunden": "PDF tied to its certificate, before COMMIT",
    "pdf.nach_commit": "after COMMIT of the PDF",
    "siegel.block": "block of the journal written",
    "siegel.vor_commit": "entries taken off the list, before COMMIT",
    "siegel.nach_commit": "after COMMIT of the block",
    "postfach.gelesen": "mailbox read",
    "nachricht.gelesen": "message read, its first fetching noted",
    "quittung.vermerkt": "acknowledgement and its journal entry",
}
"""Every point, and what has just happened when a process comes there."""

_beobachter: Callable[[str], None] | None = None


class UngueltigeBruchstelle(RuntimeError):
    """The environment asks for a point that does not exist or may not be used."""


def bruchstelle(name: str) -> None:
    """The process comes to the point `name`."""
    if _beobachter is not None:
        _beobachter(name)


def beobachte(beobachter: Callable[[str], None] | None) -> None:
    """Have `beobachter` called at every point, for tests; None: nobody."""
    global _beobachter  # noqa: PLW0603 one per process, like the environment it comes from
    _beobachter = beobachter


def richte_ein(umgebung: Mapping[str, str]) -> None:
    """Do what the environment says; raises UngueltigeBruchstelle rather than run with half of it."""
    verlangt = umgebung.get("AMT_BRUCHSTELLE")
    if verlangt is None:
        return
    if umgebung.get("AMT_BRUCHSTELLEN_ERLAUBT") != "1":
        raise UngueltigeBruchstelle("AMT_BRUCHSTELLE is for tests only")
    name, _, zahl = verlangt.partition(":")
    if name not in BRUCHSTELLEN or not (zahl or "1").isdecimal():
        raise UngueltigeBruchstelle(f"no such point: {verlangt}")
    beobachte(_Halt(name, int(zahl or 1)))


class _Halt:
    def __init__(self, name: str, zahl: int) -> None:
        self._name = name
        self._noch = zahl

    def __call__(self, name: str) -> None:
        if name == self._name:
            self._noch -= 1
            if self._noch == 0:
                # To this thread: sent to the process, another one would take it while this one runs on.
                signal.raise_signal(signal.SIGSTOP)


richte_ein(os.environ)
