"""The way of a notice in steps, and the points each step comes to, in their order."""

from dataclasses import dataclass

_AUFNAHME = (
    "eingang.gelesen",
    "eingang.geprueft",
    "antrag.angelegt",
    "antrag.schluessel",
    "eingang.journal",
    "eingang.dokument",
    "vorgang.eroeffnet",
    "anzeige.angelegt",
)
_BESCHEINIGUNG = (
    "vorgang.abgeschlossen",
    "bescheinigung.angelegt",
    "sendungen.eingestellt",
    "bescheinigung.journal",
)
_COMMIT = ("anfrage.vor_commit", "anfrage.nach_commit")


@dataclass(frozen=True)
class Schritt:
    """One step: which process does it, where it can be stopped, what it turns into what."""

    name: str
    prozess: str
    punkte: tuple[str, ...]
    vorher: str
    nachher: str
    anfrage: int = 1
    """Of a client's requests in a row, the one this step is."""

    def bruchstelle(self, punkt: str) -> str:
        """The point as AMT_BRUCHSTELLE names it."""
        return f"{punkt}:{self.anfrage}" if punkt in _COMMIT else punkt

    def danach(self, punkt: str) -> str:
        """What has to be found after a kill at this point: no step is ever half done."""
        return self.nachher if punkt.endswith("nach_commit") else self.vorher


SCHRITTE = (
    Schritt("submit", "api", (*_AUFNAHME, *_BESCHEINIGUNG, *_COMMIT), "nothing", "everything"),
    Schritt("certify", "api", (*_BESCHEINIGUNG, *_COMMIT), "case open", "certified, all deliveries"),
    Schritt(
        "deliver",
        "worker",
        (
            "zustellung.beansprucht",
            "zustellung.lease_steht",
            "stapel.gebaut",
            "stapel.vermerkt",
            "stapel.bereitgestellt",
            "stapel.nach_commit",
        ),
        "waiting",
        "all in their mailboxes",
    ),
    Schritt(
        "deliver singly",
        "worker",
        (
            "zustellung.gebaut",
            "zustellung.vermerkt",
            "zustellung.bereitgestellt",
            "zustellung.nach_commit",
        ),
        "waiting",
        "one in its mailbox",
    ),
    Schritt(
        "render",
        "worker",
        ("pdf.gesetzt", "pdf.abgelegt", "pdf.verbunden", "pdf.nach_commit"),
        "no PDF",
        "one PDF",
    ),
    Schritt(
        "seal", "worker", ("siegel.block", "siegel.vor_commit", "siegel.nach_commit"), "open", "one block"
    ),
    Schritt("list", "api", ("postfach.gelesen", *_COMMIT), "in the mailbox", "in the mailbox"),
    Schritt("fetch", "api", ("nachricht.gelesen", *_COMMIT), "in the mailbox", "fetched", 2),
    Schritt("acknowledge", "api", ("quittung.vermerkt", *_COMMIT), "fetched", "acknowledged", 3),
)

OPFER = ("process", "database", "connection")
"""What is killed while the process stands at its point."""
