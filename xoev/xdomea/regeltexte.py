"""The sentences of `xoev.xdomea.pruefen`, German and English; ``{wert}`` is what was found."""

SAETZE = {
    "XDO-ABLAGEORT": (
        "{feld} fehlt.",
        "{feld} is missing.",
    ),
    "XDO-AKTENPLAN": (
        "Die Aktenplaneinheit {wert} passt nicht zum Kennzeichen.",
        "The unit {wert} of the plan of files does not fit the file number.",
    ),
    "XDO-BETREFF": (
        "{feld}: Der Betreff fehlt.",
        "{feld}: the subject is missing.",
    ),
    "XDO-CODE": (
        "{feld}: Den Code {wert} gibt es nicht.",
        "{feld}: there is no code {wert}.",
    ),
    "XDO-DATEI-DOPPELT": (
        "Die Datei {wert} wird mehrfach genannt.",
        "The file {wert} is named more than once.",
    ),
    "XDO-DATEI-FEHLT": (
        "Die Datei {wert} fehlt im Paket.",
        "The file {wert} is not in the package.",
    ),
    "XDO-DATEI-FREMD": (
        "Die Datei {wert} gehört zu keinem Dokument.",
        "The file {wert} belongs to no document.",
    ),
    "XDO-DATEI-GEAENDERT": (
        "Die Datei {wert} ist nicht mehr die, die abgelegt wurde.",
        "The file {wert} is no longer the one that was filed.",
    ),
    "XDO-DATEI-UUID": (
        "Ein Dateiname beginnt nicht mit einer UUID.",
        "A file name does not begin with a UUID.",
    ),
    "XDO-DATEINAME": (
        "Der Name des Pakets passt nicht zur ProzessID.",
        "The name of the package does not fit the ProzessID.",
    ),
    "XDO-FACHVERFAHRENOBJEKTID": (
        "{feld} fehlt.",
        "{feld} is missing.",
    ),
    "XDO-FORMATNAME": (
        "Ein Format ohne Code nennt keinen Namen.",
        "A format without a code has no name.",
    ),
    "XDO-IMPORTBESTAETIGUNG": (
        "Importbestaetigung muss „1“ sein.",
        "Importbestaetigung must be “1”.",
    ),
    "XDO-LAUFZEIT": (
        "Die Laufzeit endet mit {wert} vor ihrem Beginn.",
        "The term ends with {wert} before it begins.",
    ),
    "XDO-LEER": (
        "Die Nachricht enthält nichts zum Ablegen.",
        "The message holds nothing to file.",
    ),
    "XDO-LISTENFASSUNG": (
        "Die Fassung der Codeliste Dateiformat fehlt.",
        "The version of the code list Dateiformat is missing.",
    ),
    "XDO-NACHRICHT-FEHLT": (
        "Im Paket fehlt die Nachricht {wert}.",
        "The package lacks the message {wert}.",
    ),
    "XDO-OHNE-DATEI": (
        "Ein Dokument hat keine Datei.",
        "A document has no file.",
    ),
    "XDO-PRAEFIX": (
        "Das Präfix der Nachricht muss „xdomea“ heißen.",
        "The prefix of the message must be “xdomea”.",
    ),
    "XDO-SCHEMAORT": (
        "Die Nachricht nennt ihr Schema nicht (schemaLocation).",
        "The message does not name its schema (schemaLocation).",
    ),
    "XDO-TYP": (
        "Der Nachrichtentyp {wert} passt nicht zur Nachricht 0605.",
        "The type {wert} does not fit the message 0605.",
    ),
    "XDO-UUID": (
        "„{wert}“ ist keine UUID.",
        "{wert} is no UUID.",
    ),
    "XDO-UUID-DOPPELT": (
        "Die UUID {wert} steht für mehrere Dinge.",
        "The UUID {wert} stands for several things.",
    ),
    "XDO-WURZEL": (
        "Die Nachricht ist keine FVDaten.SGOAblegen.0605 einer bekannten Fassung.",
        "The message is no FVDaten.SGOAblegen.0605 of a known version.",
    ),
    "XDO-ZIP": (
        "Das Paket ist kein lesbares ZIP.",
        "The package is no ZIP.",
    ),
    "XDO-ZIP-DOPPELT": (
        "{wert} liegt mehrfach im Paket.",
        "{wert} is in the package more than once.",
    ),
    "XDO-ZIP-NAME": (
        "Der Dateiname {wert} ist im Paket nicht erlaubt: ohne Ordner, druckbar, UTF-8 oder ASCII.",
        "The file name {wert} may not stand in a package: no folders, printable, UTF-8 or ASCII.",
    ),
}
"""By rule."""
