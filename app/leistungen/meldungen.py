"""Every sentence that a check of answers says, in German, English and Leichte Sprache."""

from collections.abc import Mapping
from typing import Final

from app.leistungen.definition import SPRACHEN, Texte
from xoev.befund import Befund, Severity

TEXTE: Final[Mapping[str, tuple[str, str, str]]] = {
    "pflicht": (
        "Bitte beantworten Sie: {feld}",
        "Please answer: {feld}",
        "Hier fehlt etwas: {feld}",
    ),
    "typ": (
        "Diese Angabe hat eine Form, die hier nicht vorgesehen ist: {feld}",
        "This answer has a form that is not meant here: {feld}",
        "Diese Angabe passt hier nicht: {feld}",
    ),
    "unbekannt": (
        "Das Formular kennt die Angabe „{name}“ nicht.",
        "The form does not know the field “{name}”.",
        "Das Formular kennt diese Angabe nicht: {name}",
    ),
    "laenge": (
        "Das ist zu lang: höchstens {hoechstens} Zeichen, es sind {anzahl}.",
        "This is too long: at most {hoechstens} characters, there are {anzahl}.",
        "Der Text ist zu lang. Schreiben Sie höchstens {hoechstens} Zeichen.",
    ),
    "zeichen": (
        "Das Zeichen „{zeichen}“ ({codepoint}) an Stelle {stelle} kann die Behörde nicht verarbeiten. "
        "Bitte lassen Sie es weg.",
        "The authority cannot process the character “{zeichen}” ({codepoint}) at position {stelle}. "
        "Please leave it out.",
        "Dieses Zeichen geht hier nicht: {zeichen} Bitte löschen Sie das Zeichen.",
    ),
    "zeichen_emoji": (
        "Das Emoji „{zeichen}“ an Stelle {stelle} kann die Behörde nicht verarbeiten. "
        "Bitte schreiben Sie nur Buchstaben, Ziffern und Satzzeichen.",
        "The authority cannot process the emoji “{zeichen}” at position {stelle}. "
        "Please use letters, digits and punctuation only.",
        "Emojis gehen hier nicht: {zeichen} Bitte löschen Sie das Emoji.",
    ),
    "zeichen_schrift": (
        "Der Buchstabe „{zeichen}“ an Stelle {stelle} gehört zu einer anderen Schrift ({schrift}). "
        "Bitte schreiben Sie in lateinischen Buchstaben, Namen so wie im Pass.",
        "The letter “{zeichen}” at position {stelle} belongs to another script ({schrift}). "
        "Please write in Latin letters, names as in the passport.",
        "Diese Schrift geht hier nicht: {zeichen} Bitte schreiben Sie mit lateinischen Buchstaben. "
        "Schreiben Sie Namen wie im Pass.",
    ),
    "zeichen_steuer": (
        "An Stelle {stelle} steht ein unsichtbares Zeichen ({codepoint}), oft aus einem kopierten Text. "
        "Bitte tippen Sie die Angabe neu.",
        "There is an invisible character ({codepoint}) at position {stelle}, often from copied text. "
        "Please type the answer again.",
        "Hier ist ein unsichtbares Zeichen. Bitte tippen Sie den Text neu.",
    ),
    "datum": (
        "„{wert}“ ist kein Datum. Bitte schreiben Sie Tag, Monat und Jahr, zum Beispiel 17.4.1985.",
        "“{wert}” is not a date. Please write day, month and year, for example 17.4.1985.",
        "Das ist kein Datum. Schreiben Sie zum Beispiel: 17.4.1985",
    ),
    "zahl": (
        "„{wert}“ ist keine ganze Zahl. Bitte schreiben Sie nur Ziffern, zum Beispiel 12.",
        "“{wert}” is not a whole number. Please write digits only, for example 12.",
        "Das ist keine ganze Zahl. Schreiben Sie zum Beispiel: 12",
    ),
    "betrag": (
        "„{wert}“ ist kein Betrag in Euro. Bitte schreiben Sie ihn zum Beispiel so: 1.234,50.",
        "“{wert}” is not an amount in euros. Please write it like this: 1,234.50.",
        "Das ist kein Betrag in Euro. Schreiben Sie zum Beispiel: 25,50",
    ),
    "auswahl": (
        "Bitte wählen Sie eine der Möglichkeiten: {feld}",
        "Please choose one of the options: {feld}",
        "Bitte wählen Sie etwas aus: {feld}",
    ),
    "email": (
        "„{wert}“ ist keine E-Mail-Adresse. Sie hat ein @ und danach einen Namen mit Punkt, "
        "zum Beispiel name@example.org.",
        "“{wert}” is not an e-mail address. It has an @ and after it a name with a dot, "
        "for example name@example.org.",
        "Die E-Mail-Adresse stimmt nicht. Schreiben Sie zum Beispiel: name@example.org",
    ),
    "telefon": (
        "„{wert}“ ist keine Telefonnummer. Erlaubt sind Ziffern, +, Klammern, Schrägstrich und Bindestrich.",
        "“{wert}” is not a telephone number. Digits, +, brackets, slash and hyphen are allowed.",
        "Die Telefonnummer stimmt nicht. Schreiben Sie zum Beispiel: 0211 123456",
    ),
    "plz": (
        "Eine Postleitzahl in Deutschland hat fünf Ziffern, zum Beispiel 33098.",
        "A German postcode has five digits, for example 33098.",
        "Eine Postleitzahl hat 5 Ziffern. Zum Beispiel: 33098",
    ),
    "plz_ausland": (
        "Eine Postleitzahl hat höchstens 15 Zeichen: Buchstaben, Ziffern, Leerzeichen, Bindestrich.",
        "A postcode has at most 15 characters: letters, digits, spaces, hyphens.",
        "Die Postleitzahl ist zu lang oder falsch. Bitte prüfen Sie die Zeichen.",
    ),
    "iban": (
        "Diese IBAN stimmt nicht: Ein Zeichen fehlt oder ist vertauscht. "
        "Bitte vergleichen Sie sie mit Ihrer Bankkarte.",
        "This IBAN is not correct: a character is missing or swapped. Please compare it with your bank card.",
        "Die IBAN stimmt nicht. Vergleichen Sie die IBAN mit Ihrer Bank-Karte.",
    ),
    "kennzeichen": (
        "„{wert}“ ist kein Kennzeichen. Bitte schreiben Sie es mit Bindestrich, zum Beispiel PB-AB 123.",
        "“{wert}” is not a German number plate. Please write it with a hyphen, for example PB-AB 123.",
        "Das Kennzeichen stimmt nicht. Schreiben Sie zum Beispiel: PB-AB 123",
    ),
    "wz": (
        "„{wert}“ ist keine Nummer der WZ 2008. Bitte wählen Sie die Tätigkeit aus der Liste.",
        "“{wert}” is not a number of WZ 2008. Please choose the activity from the list.",
        "Diese Tätigkeit ist nicht in der Liste. Bitte wählen Sie aus der Liste.",
    ),
    "gemeinde": (
        "Diese Gemeinde gibt es in Nordrhein-Westfalen nicht. Bitte wählen Sie sie aus der Liste.",
        "There is no such town in North Rhine-Westphalia. Please choose it from the list.",
        "Diese Gemeinde gibt es nicht. Bitte wählen Sie aus der Liste.",
    ),
    "grenze_mindestens": (
        "Das ist zu wenig: mindestens {grenze}.",
        "This is too little: at least {grenze}.",
        "Die Zahl ist zu klein. Mindestens: {grenze}",
    ),
    "grenze_hoechstens": (
        "Das ist zu viel: höchstens {grenze}.",
        "This is too much: at most {grenze}.",
        "Die Zahl ist zu groß. Höchstens: {grenze}",
    ),
    "tag_mindestens": (
        "Das Datum liegt zu früh: frühestens {grenze}.",
        "The date is too early: {grenze} at the earliest.",
        "Das Datum ist zu früh. Frühestens geht: {grenze}",
    ),
    "tag_hoechstens": (
        "Das Datum liegt zu spät: spätestens {grenze}.",
        "The date is too late: {grenze} at the latest.",
        "Das Datum ist zu spät. Spätestens geht: {grenze}",
    ),
    "feld_gesperrt": (
        "Diese Angabe kommt aus Ihrer Anmeldung und kann hier nicht geändert werden: {feld}",
        "This answer comes from your login and cannot be changed here: {feld}",
        "Das können Sie hier nicht ändern: {feld} Die Angabe kommt aus Ihrer Anmeldung.",
    ),
    "eintraege_mindestens": (
        "Hier fehlen Einträge: mindestens {grenze}, es sind {anzahl}.",
        "Entries are missing here: at least {grenze}, there are {anzahl}.",
        "Hier fehlt ein Eintrag. Sie brauchen mindestens: {grenze}",
    ),
    "eintraege_hoechstens": (
        "Das sind zu viele Einträge: höchstens {grenze}, es sind {anzahl}.",
        "There are too many entries: at most {grenze}, there are {anzahl}.",
        "Das sind zu viele Einträge. Höchstens: {grenze}",
    ),
    "nachweis": (
        "Bitte laden Sie hoch: {feld}",
        "Please upload: {feld}",
        "Hier fehlt ein Dokument. Bitte laden Sie es hoch: {feld}",
    ),
}
"""German, English, Leichte Sprache by name; what stands before an underscore is told apart by people only."""

_REGELN: Final = {
    "zeichen_emoji": "zeichen",
    "zeichen_schrift": "zeichen",
    "zeichen_steuer": "zeichen",
    "betrag": "zahl",
    "plz_ausland": "plz",
    "grenze_mindestens": "grenze",
    "grenze_hoechstens": "grenze",
    "tag_mindestens": "grenze",
    "tag_hoechstens": "grenze",
    "eintraege_mindestens": "eintraege",
    "eintraege_hoechstens": "eintraege",
}

Angaben = Mapping[str, "str | int | Texte"]


def regel(name: str) -> str:
    """The stable code of a sentence."""
    return _REGELN.get(name, name)


def befund(name: str, pointer: str, angaben: Angaben, severity: Severity = "error") -> Befund:
    """A finding with its sentence; texts among `angaben` are put in in the sentence's language."""
    saetze = {
        sprache: vorlage.format_map(
            {k: v.in_sprache(sprache) if isinstance(v, Texte) else v for k, v in angaben.items()}
        )
        for sprache, vorlage in zip(SPRACHEN, TEXTE[name], strict=True)
    }
    return Befund(severity, regel(name), saetze, pointer=pointer)


def eigener(code: str, texte: Texte, pointer: str) -> Befund:
    """A finding of the form's own."""
    return Befund(
        "error", code, {sprache: texte.in_sprache(sprache) for sprache in SPRACHEN}, pointer=pointer
    )
