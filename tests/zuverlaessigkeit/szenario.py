"""The way of a notice in steps, and the points each step comes to, in their order."""

from dataclasses import dataclass, replace

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
_ABSENDEN = (
    "absenden.journal",
    "absenden.inhalt",
    "absenden.einreichung",
    "absenden.nachweis",
    "absenden.eroeffnet",
    "absenden.bestaetigung",
    "absenden.entwurf",
)
_BERICHTIGUNG = (
    "eingang.gelesen",
    "antrag.angelegt",
    "antrag.schluessel",
    "berichtigung.fassung",
    "berichtigung.dokument",
    "berichtigung.register",
    "berichtigung.bescheinigung",
    "berichtigung.zurueckgerufen",
    "berichtigung.sendungen",
    "berichtigung.journal",
)
_WIDERRUF = (
    "widerruf.angelegt",
    "widerruf.register",
    "widerruf.zurueckgerufen",
    "widerruf.sendungen",
    "widerruf.journal",
)
_ENTSCHEIDUNG = (
    "entscheidung.zuvor",
    "entscheidung.geschlossen",
    "entscheidung.bescheid",
    "entscheidung.vermerkt",
    "entscheidung.akte",
)
# Files are looked at in between: the message has a transaction of its own, behind that of the request.
_MITTEILUNG = ("mitteilung.anhaenge", "mitteilung.angelegt", "mitteilung.journal", "anfrage.nach_commit")
_BESTAETIGUNG = ("bestaetigung.beantwortet", "bestaetigung.journal")
_RUECKNAHME = ("ruecknahme.grund", "ruecknahme.geschlossen", "ruecknahme.akte")
_STAPEL = (
    "zustellung.beansprucht",
    "zustellung.gruppiert",
    "zustellung.lease_steht",
    "stapel.gebaut",
    "stapel.vermerkt",
    "stapel.verbunden",
    "stapel.bereitgestellt",
    "stapel.nach_commit",
)
_UNVERMERKT = ("uebergabe.bestaetigt", "uebergabe.vermerkt")


UNVERMERKT = "there, not recorded"
"""What is found when the other machine has it and we do not know: it will get it again."""


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

    zuvor: bool = False
    """What the process is to do lies there when it starts."""
    aussen: str | None = None
    """The channel to another machine that it is about."""
    saetze: int = 1
    """Notices in the message that goes there."""

    def bruchstelle(self, punkt: str) -> str:
        """The point as AMT_BRUCHSTELLE names it."""
        return f"{punkt}:{self.anfrage}" if punkt in _COMMIT else punkt

    def danach(self, punkt: str) -> str:
        """What has to be found after a kill at this point: no step is ever half done."""
        if self.aussen and punkt in _UNVERMERKT:
            return UNVERMERKT
        return self.nachher if punkt.endswith("nach_commit") else self.vorher


def _uebergabe(name: str, aussen: str, *im_kanal: str, davor: tuple[str, ...] = ()) -> Schritt:
    punkte = (
        *davor,
        "uebergabe.bewahrt",
        "uebergabe.bereit",
        *im_kanal,
        *_UNVERMERKT,
        "uebergabe.nach_commit",
    )
    return Schritt(name, "worker", punkte, "waiting", "there and recorded", aussen=aussen)


SCHRITTE = (
    Schritt("submit", "api", (*_AUFNAHME, *_BESCHEINIGUNG, *_COMMIT), "nothing", "everything"),
    Schritt("send", "api", (*_ABSENDEN, *_COMMIT), "draft there", "sent, draft gone"),
    Schritt("certify", "api", (*_BESCHEINIGUNG, *_COMMIT), "case open", "certified, all deliveries"),
    Schritt(
        "deliver",
        "worker",
        _STAPEL,
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
        "deliver bundled",
        "worker",
        _STAPEL,
        "waiting",
        "two in one message, all others by themselves",
        zuvor=True,
    ),
    _uebergabe("hand over by http", "http"),
    replace(
        _uebergabe("hand over bundled by http", "http", davor=("verbund.geknuepft", "verbund.steht")),
        zuvor=True,
        saetze=2,
    ),
    _uebergabe("hand over to the dms by http", "dms_http"),
    _uebergabe("hand over by folder", "ordner", "ordner.geschrieben", "ordner.umbenannt"),
    _uebergabe("tell by email", "email"),
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
    Schritt("correct", "api", (*_BERICHTIGUNG, *_COMMIT), "as it was", "corrected, all deliveries"),
    Schritt("withdraw", "api", (*_WIDERRUF, *_COMMIT), "as it was", "withdrawn, all deliveries"),
    Schritt("decide", "api", (*_ENTSCHEIDUNG, *_COMMIT), "case open", "decided, with its letter"),
    Schritt("write", "api", _MITTEILUNG, "nothing", "written, with its file"),
    Schritt("confirm", "api", (*_BESTAETIGUNG, *_COMMIT), "not answered", "confirmed"),
    Schritt("take back", "api", (*_RUECKNAHME, *_COMMIT), "case open", "taken back"),
    Schritt("list", "api", ("postfach.gelesen", *_COMMIT), "in the mailbox", "in the mailbox"),
    Schritt("fetch", "api", ("nachricht.gelesen", *_COMMIT), "in the mailbox", "fetched", 2),
    Schritt("acknowledge", "api", ("quittung.vermerkt", *_COMMIT), "fetched", "acknowledged", 3),
    Schritt(
        "fetch many",
        "api",
        ("postfach.gelesen", "nachricht.gelesen", *_COMMIT),
        "in the mailbox",
        "both fetched",
    ),
    Schritt("acknowledge many", "api", ("quittung.vermerkt", *_COMMIT), "fetched", "both acknowledged", 2),
)

OPFER = ("process", "database", "connection")
"""What is killed while the process stands at its point."""
