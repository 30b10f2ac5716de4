"""What a DMS says by code (AllgemeineRueckmeldung 1.1, 0605.SpezifischeFehlermeldung 1.0), in our words."""

from collections.abc import Mapping
from typing import Final

_SAETZE: Final[Mapping[str, tuple[str, str]]] = {
    "0000000": ("Das DMS hat die Akte abgelegt.", "The DMS has filed the case."),
    "0000001": ("Das DMS ist nicht verfügbar.", "The DMS is not available."),
    "0000002": ("Die Verbindung zum DMS ist abgebrochen.", "The connection to the DMS broke off."),
    "0000003": ("Das DMS kennt die Kennung nicht.", "The DMS does not know the id."),
    "0000004": ("Im DMS fehlen die nötigen Rechte.", "The necessary rights are missing in the DMS."),
    "0000005": ("Das DMS kennt das Fachverfahren nicht.", "The DMS does not know the sending program."),
    "0000006": ("Das DMS kennt die Verwaltung nicht.", "The DMS does not know the administration."),
    "0000007": ("Die Sitzung beim DMS ist ungültig.", "The session with the DMS is not valid."),
    "0000008": ("Das Paket passt nicht zum Schema des DMS.", "The package does not fit the DMS's schema."),
    "0000009": ("Das DMS hatte die Akte schon.", "The DMS had the case already."),
    "0000010": ("Der Stapel ist leer.", "The batch is empty."),
    "0000011": ("Das DMS nimmt nur eine Akte auf einmal.", "The DMS takes one case at a time only."),
    "0000012": ("Der Stapel ist leer.", "The batch is empty."),
    "0000013": ("Die Länge des Stapels stimmt nicht.", "The length of the batch is wrong."),
    "0000014": ("Der Stapel ist nicht lesbar.", "The batch cannot be read."),
    "0000015": ("Bei der Übertragung ging etwas verloren.", "Something was lost on the way."),
    "0000016": ("Das Verzeichnis ist ungültig.", "The folder is not valid."),
    "0000017": ("Die Adresse ist ungültig.", "The address is not valid."),
    "0000018": ("Das DMS findet eine Datei nicht.", "The DMS does not find a file."),
    "0000019": ("Das DMS erreicht seine Datenbank nicht.", "The DMS cannot reach its database."),
    "0000499": ("Das DMS meldet einen unbekannten Fehler.", "The DMS reports an unknown fault."),
    "0605001": ("Das DMS kennt den Ablageort nicht.", "The DMS does not know the place to file it."),
    "0605002": ("Das Verzeichnis ist ungültig.", "The folder is not valid."),
    "0605003": ("Die Adresse ist ungültig.", "The address is not valid."),
    "0605004": ("Das DMS findet eine Datei nicht.", "The DMS does not find a file."),
    "0605005": ("Das DMS kann eine Datei nicht ablegen.", "The DMS cannot file a file."),
    "0605006": ("Der Name einer Angabe hat ungültige Zeichen.", "A label has characters that are not valid."),
    "0605007": ("Der Wert einer Angabe hat ungültige Zeichen.", "A value has characters that are not valid."),
    "0605008": (
        "Die Beschreibung einer Angabe hat ungültige Zeichen.",
        "A description has characters that are not valid.",
    ),
}


def satz(code: str) -> Mapping[str, str]:
    """The code's sentence, German and English; of one that is not in the lists the code itself."""
    de, en = _SAETZE.get(code, (f"Das DMS meldet den Code {code}.", f"The DMS reports the code {code}."))
    return {"de": de, "en": en}
