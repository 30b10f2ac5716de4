"""Why a login did not come about, in stable codes and in words."""

from collections.abc import Mapping
from typing import Final

from app.betriebsfehler import Betriebsfehler
from app.konto.niveau import Niveau

TEXTE: Final[Mapping[str, tuple[str, str]]] = {
    "anbieter_unbekannt": (
        "Diese Anmeldung gibt es hier nicht.",
        "There is no such way to sign in here.",
    ),
    "versuch_unbekannt": (
        "Diese Anmeldung ist abgelaufen oder wurde schon verwendet. Bitte beginnen Sie noch einmal.",
        "This sign-in has expired or has been used already. Please start again.",
    ),
    "anderer_browser": (
        "Diese Anmeldung wurde in einem anderen Browser begonnen. Bitte beginnen Sie hier noch einmal.",
        "This sign-in was started in another browser. Please start again here.",
    ),
    "abgebrochen": (
        "Sie haben die Anmeldung abgebrochen.",
        "You have cancelled the sign-in.",
    ),
    "anbieter_lehnt_ab": (
        "Der Anmeldedienst hat die Anmeldung abgelehnt.",
        "The sign-in service has refused the sign-in.",
    ),
    "anbieter_nicht_erreichbar": (
        "Der Anmeldedienst ist gerade nicht erreichbar. Bitte versuchen Sie es in einigen Minuten wieder.",
        "The sign-in service cannot be reached at the moment. Please try again in a few minutes.",
    ),
    "anbieter_einstellung": (
        "Der Anmeldedienst erkennt dieses Amt nicht an. Die Technik des Amts muss die Einstellung ändern.",
        "The sign-in service does not recognise this office; its technicians have to mend a setting.",
    ),
    "anbieter_antwort": (
        "Die Antwort des Anmeldedienstes ist nicht in Ordnung. Sie wurden nicht angemeldet.",
        "The sign-in service's answer is not in order. You have not been signed in.",
    ),
    "aussteller_falsch": (
        "Die Antwort kommt nicht von dem Anmeldedienst, bei dem Sie begonnen haben.",
        "The answer does not come from the sign-in service that you started with.",
    ),
    "code_abgelehnt": (
        "Der Anmeldedienst hat diese Anmeldung nicht bestätigt. Bitte beginnen Sie noch einmal.",
        "The sign-in service has not confirmed this sign-in. Please start again.",
    ),
    "token_ungueltig": (
        "Die Bestätigung des Anmeldedienstes ist nicht gültig. Sie wurden nicht angemeldet.",
        "The sign-in service's confirmation is not valid. You have not been signed in.",
    ),
    "kennung_fehlt": (
        "Der Anmeldedienst nennt keine dauerhafte Kennung. Eine Anmeldung ohne Konto (als Gast) reicht hier "
        "nicht; bitte melden Sie sich mit Ihrem Konto an.",
        "The sign-in service gives no lasting identifier. Signing in without an account (as a guest) is not "
        "enough here; please use your account.",
    ),
    "organisation_fehlt": (
        "Der Anmeldedienst nennt kein Unternehmen. Bitte melden Sie sich mit einem Unternehmenskonto an.",
        "The sign-in service names no organisation. Please use an organisation's account.",
    ),
    "niveau_unbekannt": (
        "Der Anmeldedienst sagt nicht, wie sicher Ihre Anmeldung war. Sie wurden nicht angemeldet.",
        "The sign-in service does not say how secure your sign-in was. You have not been signed in.",
    ),
    "niveau_zu_niedrig": (
        "Dafür ist eine sicherere Anmeldung nötig, zum Beispiel mit dem Online-Ausweis.",
        "This needs a more secure sign-in, for example with an electronic identity card.",
    ),
    "keine_rolle": (
        "Ihr Konto hat hier keine Aufgabe. Bitte wenden Sie sich an die Administration Ihrer Behörde.",
        "Your account has no task here. Please ask your authority's administration.",
    ),
    "abmeldetoken_ungueltig": (
        "Die Nachricht zur Abmeldung ist nicht gültig.",
        "The logout message is not valid.",
    ),
}


class AnmeldungGescheitert(Exception):
    """A login or logout that does not hold.

    `code` is one of `TEXTE`. `grund` names the check in one word, for logs and tests; it holds nothing that
    came from outside. `ziel` and `niveau` say where the person was going and what that needs, once the
    attempt is known, so that a page can offer the next step.
    """

    def __init__(self, code: str, grund: str = "", *, ziel: str | None = None, niveau: Niveau | None = None):
        super().__init__(f"{code}:{grund}" if grund else code)
        self.code = code
        self.grund = grund
        self.ziel = ziel
        self.niveau = niveau

    @property
    def text(self) -> dict[str, str]:
        """What to tell the person."""
        de, en = TEXTE[self.code]
        return {"de": de, "en": en}


class AnbieterFehler(Betriebsfehler):
    """The configuration of providers contradicts itself; the message says how."""
