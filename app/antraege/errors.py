"""What can go wrong with drafts, uploads and submissions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from app.leistungen.definition import Texte
from app.problems import Problem
from xoev.befund import Befund


class SchluesselUngueltig(Problem):
    """The header Idempotency-Key cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "idempotency_key_ungueltig",
            "Der Idempotency-Key muss einmal dastehen und aus 1 bis 255 sichtbaren ASCII-Zeichen bestehen.",
            "The Idempotency-Key has to be given once and to consist of 1 to 255 visible ASCII characters.",
        )


class SchluesselVergeben(Problem):
    """A key has been used for a submission with other content."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "idempotency_key_vergeben",
            "Unter diesem Schlüssel (Idempotency-Key oder UUID) liegt schon etwas anderes vor.",
            "Something else has already been submitted under this key (Idempotency-Key or UUID).",
        )


class EntwurfUnbekannt(Problem):
    """There is no such draft, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "entwurf_unbekannt",
            "Diesen Entwurf gibt es nicht. Er wurde gelöscht oder gehört jemand anderem.",
            "There is no such draft. It was deleted or is somebody else's.",
        )


class EntwurfEingereicht(Problem):
    """The draft has been sent: `antrag_id` is the submission."""

    def __init__(self, antrag_id: UUID) -> None:
        self.antrag_id = antrag_id
        super().__init__(
            409,
            "entwurf_eingereicht",
            "Dieser Entwurf ist schon abgeschickt.",
            "This draft has been sent already.",
        )


class EntwurfVeraltet(Problem):
    """Somebody else, or another window, has changed what is being saved; `errors` name each field."""

    def __init__(self, felder: Iterable[tuple[str, Texte]]) -> None:
        """`felder`: pointer into the answers and label of what differs."""
        super().__init__(
            409,
            "entwurf_veraltet",
            "Der Entwurf wurde inzwischen an anderer Stelle geändert. Bitte vergleichen Sie diese Angaben.",
            "The draft was changed elsewhere in the meantime. Please compare these answers.",
            errors=[
                {
                    "pointer": pointer,
                    "code": "geaendert",
                    "text": {
                        "de": f"„{label.de}“ wurde an anderer Stelle geändert.",
                        "en": f"“{label.en}” was changed elsewhere.",
                        "leicht": f"Das ist jetzt anders: {label.leicht}",
                    },
                }
                for pointer, label in felder
            ],
        )


class ZuVieleEntwuerfe(Problem):
    """An account may keep so many drafts and no more."""

    def __init__(self, hoechstens: int) -> None:
        super().__init__(
            409,
            "zu_viele_entwuerfe",
            f"Sie haben schon {hoechstens} Entwürfe. Bitte löschen Sie einen, den Sie nicht mehr brauchen.",
            f"You have {hoechstens} drafts already. Please delete one that you no longer need.",
        )


class ZuVieleAnlagen(Problem):
    """A draft or an account may keep so many files, or so much of them, and no more."""

    def __init__(self, was: Literal["anzahl", "groesse"], hoechstens: int) -> None:
        de, en = {
            "anzahl": (f"Hier sind höchstens {hoechstens} Dateien möglich.", f"At most {hoechstens} files."),
            "groesse": (
                f"Alle Dateien zusammen dürfen höchstens {hoechstens} MiB haben.",
                f"All files together may have {hoechstens} MiB at most.",
            ),
        }[was]
        super().__init__(409, "zu_viele_anlagen", de, en)


class AnlageUnbekannt(Problem):
    """There is no such file, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            404, "anlage_unbekannt", "Diese Datei gibt es hier nicht.", "There is no such file here."
        )


class NachweisUnbekannt(Problem):
    """The form does not ask for this document, or not with these answers."""

    def __init__(self) -> None:
        super().__init__(
            422,
            "nachweis_unbekannt",
            "Dieser Nachweis wird hier nicht gebraucht.",
            "This document is not needed here.",
        )


class DateiFehlt(Problem):
    """A form of a browser or a request came without a file."""

    def __init__(self) -> None:
        super().__init__(422, "datei_fehlt", "Bitte wählen Sie eine Datei aus.", "Please choose a file.")


class AngabenNichtLesbar(Problem):
    """The body is no JSON, or not such as this route takes."""

    def __init__(self, status: int, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(status, "eingabe_ungueltig", errors=errors)


class AngabenZuLang(Problem):
    """The answers together are larger than any form could make them."""

    def __init__(self) -> None:
        super().__init__(
            413,
            "angaben_zu_lang",
            "Das sind zu viele Angaben auf einmal.",
            "These are too many answers at once.",
        )


class FeldGesperrt(Problem):
    """A value that the login has given was changed."""

    def __init__(self, felder: Iterable[tuple[str, Texte]]) -> None:
        """`felder`: pointer into the answers and label."""
        super().__init__(
            422,
            "feld_gesperrt",
            "Angaben aus Ihrer Anmeldung lassen sich hier nicht ändern.",
            "What comes from your login cannot be changed here.",
            errors=[
                {
                    "pointer": pointer,
                    "code": "gesperrt",
                    "text": {
                        "de": f"„{label.de}“ kommt aus Ihrer Anmeldung.",
                        "en": f"“{label.en}” comes from your login.",
                        "leicht": f"Das kommt von Ihrer Anmeldung: {label.leicht}",
                    },
                }
                for pointer, label in felder
            ],
        )


class AntragUnvollstaendig(Problem):
    """What was to be sent is not complete or not right; `befunde` say what."""

    def __init__(self, befunde: Sequence[Befund]) -> None:
        self.befunde = tuple(befunde)
        super().__init__(
            422,
            "antrag_unvollstaendig",
            "Einige Angaben fehlen oder stimmen noch nicht.",
            "Some answers are missing or not right yet.",
            errors=[einer.als_dict() for einer in befunde],
        )


class KenntnisFehlt(Problem):
    """The person has not said that the declaration was read."""

    def __init__(self) -> None:
        super().__init__(
            422,
            "kenntnis_fehlt",
            "Bitte bestätigen Sie, dass Sie Ihre Angaben gelesen haben und dass sie stimmen.",
            "Please confirm that you have read your answers and that they are right.",
        )


class VertretungBeendet(Problem):
    """The person may no longer act for whom the draft was begun."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "vertretung_beendet",
            "Sie handeln nicht mehr für die Person oder Firma, für die Sie den Entwurf begonnen haben.",
            "You no longer act for the person or firm for whom you began this draft.",
        )


class SchluesselFehlt(Problem):
    """A submission without a draft needs a key by which it can be repeated."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "schluessel_fehlt",
            "Bitte einen Idempotency-Key mitschicken.",
            "Please send an Idempotency-Key.",
        )


class FremdeGemeinde(Problem):
    """A machine client works for one town and has named another."""

    def __init__(self) -> None:
        super().__init__(
            403,
            "fremde_gemeinde",
            "Dieser Klient gehört zu einer anderen Gemeinde.",
            "This client belongs to another town.",
        )


class AntragUnbekannt(Problem):
    """There is no such submission, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "antrag_unbekannt",
            "Diesen Antrag gibt es hier nicht.",
            "There is no such application here.",
        )


class RuecknahmeZuSpaet(Problem):
    """Something has been decided or certified already."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "ruecknahme_zu_spaet",
            "Das Amt hat schon entschieden. Zurücknehmen geht nicht mehr.",
            "The office has decided already. It can no longer be withdrawn.",
        )


class KeineBestaetigung(Problem):
    """Nobody is asked to confirm this application."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "keine_bestaetigung",
            "Für diesen Antrag ist keine Bestätigung nötig.",
            "This application needs no confirmation.",
        )


class UnbekannterCode(Problem):
    """No request has this code."""

    def __init__(self) -> None:
        super().__init__(
            404,
            "bestaetigungscode_unbekannt",
            "Diesen Code gibt es nicht. Bitte prüfen Sie, ob Sie ihn richtig eingegeben haben.",
            "There is no such code. Please check whether you have typed it correctly.",
        )


class EigenerAntrag(Problem):
    """Applicants do not confirm what they have said themselves."""

    def __init__(self) -> None:
        super().__init__(
            403,
            "eigener_antrag",
            "Das ist Ihr eigener Antrag. Bestätigen muss ihn eine andere Person.",
            "This is your own application. Somebody else has to confirm it.",
        )


class BestaetigungBeantwortet(Problem):
    """A code is good for one answer."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "bestaetigung_beantwortet",
            "Zu diesem Antrag ist schon geantwortet worden.",
            "This request has been answered already.",
        )


class BestaetigungAbgelaufen(Problem):
    """The time to answer is over, or the case is closed."""

    def __init__(self) -> None:
        super().__init__(
            409,
            "bestaetigung_abgelaufen",
            "Diese Bitte um Bestätigung gilt nicht mehr.",
            "This request for a confirmation is no longer valid.",
        )


class BestaetigungUnvollstaendig(Problem):
    """The second person's answers are not complete or not right."""

    def __init__(self, befunde: Sequence[Befund]) -> None:
        self.befunde = tuple(befunde)
        super().__init__(
            422,
            "bestaetigung_unvollstaendig",
            "Einige Angaben fehlen oder stimmen noch nicht.",
            "Some answers are missing or not right yet.",
            errors=[einer.als_dict() for einer in befunde],
        )


class BestaetigungFehlt(Problem):
    """An application cannot be granted before the second person has confirmed it."""

    def __init__(self, zustand: str) -> None:
        de, en = {
            "abgelehnt": ("Die zweite Person hat nicht bestätigt.", "The second person has not confirmed."),
            "abgelaufen": ("Die Zeit für die Bestätigung ist vorbei.", "The time to confirm is over."),
        }.get(
            zustand, ("Die Bestätigung der zweiten Person fehlt noch.", "The confirmation is still missing.")
        )
        super().__init__(409, "bestaetigung_fehlt", de, en)
