"""Why a login did not come about, in stable codes and in words: German, English, Leichte Sprache."""

from collections.abc import Mapping
from typing import Final

from app.betriebsfehler import Betriebsfehler
from app.konto.niveau import Niveau

TEXTE: Final[Mapping[str, tuple[str, str, str]]] = {
    "anbieter_unbekannt": (
        "Diese Anmeldung gibt es hier nicht.",
        "There is no such way to sign in here.",
        "So kann man sich hier nicht anmelden.",
    ),
    "versuch_unbekannt": (
        "Diese Anmeldung ist abgelaufen oder wurde schon verwendet. Bitte beginnen Sie noch einmal.",
        "This sign-in has expired or has been used already. Please start again.",
        "Das hat zu lange gedauert. Oder Sie haben sich schon angemeldet. Fangen Sie bitte noch einmal an.",
    ),
    "anderer_browser": (
        "Diese Anmeldung wurde in einem anderen Browser begonnen. Bitte beginnen Sie hier noch einmal.",
        "This sign-in was started in another browser. Please start again here.",
        "Sie haben auf einem anderen Gerät angefangen. Fangen Sie bitte hier noch einmal an.",
    ),
    "abgebrochen": (
        "Sie haben die Anmeldung abgebrochen.",
        "You have cancelled the sign-in.",
        "Sie haben aufgehört. Darum sind Sie nicht angemeldet.",
    ),
    "anbieter_lehnt_ab": (
        "Der Anmeldedienst hat die Anmeldung abgelehnt.",
        "The sign-in service has refused the sign-in.",
        "Der Anmelde·dienst sagt nein.",
    ),
    "anbieter_nicht_erreichbar": (
        "Der Anmeldedienst ist gerade nicht erreichbar. Bitte versuchen Sie es in einigen Minuten wieder.",
        "The sign-in service cannot be reached at the moment. Please try again in a few minutes.",
        "Der Anmelde·dienst macht gerade eine Pause. Versuchen Sie es bitte später noch einmal.",
    ),
    "anbieter_einstellung": (
        "Der Anmeldedienst erkennt dieses Amt nicht an. Die Technik des Amts muss die Einstellung ändern.",
        "The sign-in service does not recognise this office; its technicians have to mend a setting.",
        "Der Anmelde·dienst kennt unser Amt nicht. Wir müssen etwas ändern. Sie haben nichts falsch gemacht.",
    ),
    "anbieter_antwort": (
        "Die Antwort des Anmeldedienstes ist nicht in Ordnung. Sie wurden nicht angemeldet.",
        "The sign-in service's answer is not in order. You have not been signed in.",
        "Die Antwort vom Anmelde·dienst ist falsch. Sie sind nicht angemeldet.",
    ),
    "aussteller_falsch": (
        "Die Antwort kommt nicht von dem Anmeldedienst, bei dem Sie begonnen haben.",
        "The answer does not come from the sign-in service that you started with.",
        "Die Antwort kommt von einem falschen Anmelde·dienst. Sie sind nicht angemeldet.",
    ),
    "code_abgelehnt": (
        "Der Anmeldedienst hat diese Anmeldung nicht bestätigt. Bitte beginnen Sie noch einmal.",
        "The sign-in service has not confirmed this sign-in. Please start again.",
        "Der Anmelde·dienst hat nicht Ja gesagt. Fangen Sie bitte noch einmal an.",
    ),
    "token_ungueltig": (
        "Die Bestätigung des Anmeldedienstes ist nicht gültig. Sie wurden nicht angemeldet.",
        "The sign-in service's confirmation is not valid. You have not been signed in.",
        "Die Antwort vom Anmelde·dienst gilt nicht. Sie sind nicht angemeldet.",
    ),
    "kennung_fehlt": (
        "Der Anmeldedienst nennt keine dauerhafte Kennung. Eine Anmeldung ohne Konto (als Gast) reicht hier "
        "nicht; bitte melden Sie sich mit Ihrem Konto an.",
        "The sign-in service gives no lasting identifier. Signing in without an account (as a guest) is not "
        "enough here; please use your account.",
        "Sie sind beim Anmelde·dienst nur Gast. Das reicht hier nicht. Benutzen Sie bitte Ihr Konto.",
    ),
    "organisation_fehlt": (
        "Der Anmeldedienst nennt kein Unternehmen. Bitte melden Sie sich mit einem Unternehmenskonto an.",
        "The sign-in service names no organisation. Please use an organisation's account.",
        "Das ist kein Konto von einer Firma. Melden Sie sich bitte mit dem Firmen·konto an.",
    ),
    "niveau_unbekannt": (
        "Der Anmeldedienst sagt nicht, wie sicher Ihre Anmeldung war. Sie wurden nicht angemeldet.",
        "The sign-in service does not say how secure your sign-in was. You have not been signed in.",
        "Wir wissen nicht, wie sicher Ihre Anmeldung war. Sie sind nicht angemeldet.",
    ),
    "niveau_zu_niedrig": (
        "Dafür ist eine sicherere Anmeldung nötig, zum Beispiel mit dem Online-Ausweis.",
        "This needs a more secure sign-in, for example with an electronic identity card.",
        "Dafür müssen Sie sich sicherer anmelden. Das geht zum Beispiel mit Ihrem Ausweis im Internet.",
    ),
    "keine_rolle": (
        "Ihr Konto hat hier keine Aufgabe. Bitte wenden Sie sich an die Administration Ihrer Behörde.",
        "Your account has no task here. Please ask your authority's administration.",
        "Ihr Konto hat hier keine Aufgabe. Fragen Sie bitte die Technik in Ihrem Amt.",
    ),
    "abmeldetoken_ungueltig": (
        "Die Nachricht zur Abmeldung ist nicht gültig.",
        "The logout message is not valid.",
        "Das Abmelden hat nicht geklappt.",
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
        de, en, leicht = TEXTE[self.code]
        return {"de": de, "en": en, "leicht": leicht}


class AnbieterFehler(Betriebsfehler):
    """The configuration of providers contradicts itself; the message says how."""
