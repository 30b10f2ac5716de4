"""What can go wrong with a notice."""

from collections.abc import Iterable

from app.problems import Problem
from xoev.befund import Befund


class NichtLesbar(Problem):
    """The body is no JSON."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "json_nicht_lesbar",
            "Der Inhalt ist kein eindeutiges JSON in UTF-8.",
            "The content is no unambiguous JSON in UTF-8.",
        )


class NichtAnnehmbar(Problem):
    """The notice breaks the standard, the form or itself; `befunde` says where."""

    def __init__(self, befunde: Iterable[Befund]) -> None:
        self.befunde = tuple(befunde)
        super().__init__(
            422,
            "anzeige_fehlerhaft",
            "Die Anzeige ist nicht in Ordnung. Die Befunde sagen, woran es liegt.",
            "The notice is not in order. The findings say why.",
            errors=[befund.als_dict() | {"code": befund.rule} for befund in self.befunde],
        )


class GemeindeUnbekannt(Problem):
    """The town that the notice names does not work with this installation, or is no longer one."""

    def __init__(self, *, nachfolgerin: str | None = None) -> None:
        """`nachfolgerin`: AGS of the town that it has become part of."""
        de = "Gemeinde: Diese Gemeinde wird hier nicht geführt."
        en = "Town: this town is not served here."
        if nachfolgerin is not None:
            de = f"Gemeinde: Sie gehört jetzt zu einer anderen (AGS {nachfolgerin})."
            en = f"Town: it is part of another one now (AGS {nachfolgerin})."
        super().__init__(
            422,
            "gemeinde_unbekannt",
            de,
            en,
            errors=[{"pointer": "/gemeinde", "code": "gemeinde_unbekannt", "text": {"de": de, "en": en}}],
        )


class KammerUnzustaendig(Problem):
    """The body is no chamber of the town that the notice names."""

    def __init__(self) -> None:
        super().__init__(
            403,
            "kammer_unzustaendig",
            "Für einen Betrieb in dieser Gemeinde kann nur deren IHK oder HWK einreichen.",
            "For a business in this town only its own chamber (IHK or HWK) can submit.",
        )


_KAMMEREINGANG = {
    "kein_datum": ("Erwartet wird ein Datum wie 2026-11-22.", "A date like 2026-11-22 is expected."),
    "zukunft": ("Der Tag liegt in der Zukunft.", "The day lies in the future."),
    "zu_alt": ("Der Tag liegt mehr als 60 Tage zurück.", "The day is more than 60 days ago."),
    "keine_kammer": (
        "Nur eine Kammer gibt an, wann etwas bei ihr eingegangen ist.",
        "Only a chamber says when something has been received there.",
    ),
}


class KammereingangUngueltig(Problem):
    """The day on which the founder was at the chamber cannot be; `grund` says why."""

    def __init__(self, grund: str) -> None:
        de, en = _KAMMEREINGANG[grund]
        super().__init__(
            422,
            "kammereingang_ungueltig",
            f"Kammer-Eingang: {de}",
            f"Kammer-Eingang: {en}",
            errors=[{"parameter": "Kammer-Eingang", "code": grund, "text": {"de": de, "en": en}}],
        )


class FremdeGemeinde(Problem):
    """The client is bound to another town."""

    def __init__(self) -> None:
        super().__init__(
            403,
            "fremde_gemeinde",
            "Dieser Zugang darf nur für seine eigene Gemeinde einreichen.",
            "This client may only submit for its own town.",
        )


class FalscherMedientyp(Problem):
    """Neither JSON nor XML, or packed."""

    def __init__(self) -> None:
        super().__init__(
            415,
            "medientyp_unbekannt",
            "Angenommen werden application/json und application/xml (XGewerbeanzeige), ungepackt.",
            "Accepted are application/json and application/xml (XGewerbeanzeige), not compressed.",
            headers={"Accept": "application/json, application/xml, text/xml", "Accept-Encoding": "identity"},
        )


class UnbekannteEinreichung(Problem):
    """There is no such submission, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            404, "einreichung_unbekannt", "Diese Einreichung gibt es nicht.", "There is no such submission."
        )


class BescheinigungInArbeit(Problem):
    """The certificate has been issued, its PDF is being made."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "bescheinigung_in_arbeit",
            "Das PDF der Bescheinigung wird gerade erstellt.",
            "The PDF of the certificate is being made.",
            headers={"Retry-After": "2"},
        )


class UnbekannteAnzeige(Problem):
    """There is no such notice, or it is another town's."""

    def __init__(self) -> None:
        super().__init__(404, "anzeige_unbekannt", "Diese Anzeige gibt es nicht.", "There is no such notice.")


class SchluesselFehlt(Problem):
    """A correction that came again after a later one would undo it: it needs a key."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "schluessel_fehlt",
            "Eine Berichtigung braucht die Kopfzeile Idempotency-Key.",
            "A correction needs the header Idempotency-Key.",
        )


class NochNichtBescheinigt(Problem):
    """Before its certificate a notice is rejected and submitted anew, not corrected or withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "nicht_bescheinigt",
            "Die Anzeige ist nicht bescheinigt. Berichtigt oder widerrufen wird erst nach der Bescheinigung.",
            "The notice is not certified. Only a certified notice is corrected or withdrawn.",
        )


class AnzeigeWiderrufen(Problem):
    """The notice has been withdrawn; nothing happens to it any more."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "anzeige_widerrufen",
            "Diese Anzeige ist widerrufen worden; das wird nicht zurückgenommen.",
            "This notice has been withdrawn; that is not taken back.",
        )
