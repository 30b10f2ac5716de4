"""Where each part of a notice stands in a message: the tests' own table, made from the element tree.

It owes nothing to the writer or to the field table of the standard, so that it can catch faults in both.
"""

ANSCHRIFT = {
    "strasse": "strasse",
    "strassenschluessel": "strassenschluessel",
    "hausnummer": "hausNrVon",
    "hausnummer_bis": "hausNrBis",
    "zusatz": "anschriftZusatz",
    "ort": "ort",
    "ortsteil": "ortsteil",
    "plz": "plz",
    "nation": "nationSchluessel/code",
}
ERREICHBARKEIT = {"kanal": "kanal/code", "kennung": "kennung"}
REGISTER = {
    "nummer": "eintragungNr",
    "ort": "eintragungOrt",
    "plz": "eintragungPLZ",
    "art": "eintragungArt/code",
    "gericht": "gerichtSchluessel/code",
}


def _unter(pointer: str, pfad: str, teile: dict[str, str]) -> dict[str, str]:
    return {f"{pointer}/{teil}": f"{pfad}/{element}" for teil, element in teile.items()}


def _ort(pointer: str, pfad: str) -> dict[str, str]:
    return _unter(f"{pointer}/anschrift", f"{pfad}/anschrift", ANSCHRIFT) | _unter(
        f"{pointer}/erreichbarkeit", f"{pfad}/erreichbarkeit", ERREICHBARKEIT
    )


FUNDORTE: dict[str, str] = {
    "/betrieb/rechtsform": "gewerbe/betrieb/rechtsformSchluessel/code",
    "/betrieb/eingetragener_name": "gewerbe/betrieb/eingetragenerName",
    "/betrieb/weitere_gesellschafter": "gewerbe/betrieb/weitererGesellschafter",
    "/betrieb/geschaeftsbezeichnung": "gewerbe/betrieb/geschaeftsbezeichnung",
    "/betrieb/anzahl_beteiligte": "gewerbe/anzahlBeteiligte",
    "/betrieb/oeffentliche_hand": "gewerbe/beteiligungOeffentlicheHand/code",
    **_unter(
        "/betrieb/geschaeftsfuehrende_firma",
        "gewerbe/beteiligteFirma/betrieb",
        {"name": "eingetragenerName", "rechtsform": "rechtsformSchluessel/code"},
    ),
    **_unter("/betrieb/registereintrag", "gewerbe/betrieb", REGISTER),
    **_unter(
        "/betrieb/geschaeftsfuehrende_firma/registereintrag", "gewerbe/beteiligteFirma/betrieb", REGISTER
    ),
    **_unter(
        "/personen",
        "gewerbe/beteiligtePerson",
        {
            "doktorgrad": "doktorgrad",
            "familienname": "familienname",
            "vornamen": "vorname",
            "geschlecht": "geschlecht/code",
            "geburtsname": "geburtsname",
            "geburtsdatum": "geburtsdatum",
            "geburtsort": "geburtsort",
            "geburtsland": "geburtsland",
            "staatsangehoerigkeiten": "staatangehoerigkeiten/staatsangehoerigkeitSchluessel/code",
            "aufenthaltstitel/vorhanden": "aufenthaltstitel/status/code",
            "aufenthaltstitel/ausgestellt_am": "aufenthaltstitel/ausgestelltAm",
            "aufenthaltstitel/behoerde": "aufenthaltstitel/ausgestelltVonName",
            "aufenthaltstitel/plz": "aufenthaltstitel/ausgestelltVonPLZ",
            "aufenthaltstitel/ort": "aufenthaltstitel/ausgestelltVonOrt",
            "aufenthaltstitel/auflage/vorhanden": "aufenthaltstitel/auflage/status/code",
            "aufenthaltstitel/auflage/text": "aufenthaltstitel/auflage/text",
        },
    ),
    **_ort("/personen", "gewerbe/beteiligtePerson"),
    "/vertretungsberechtigte_person/familienname": "gewerbe/vertretungsberechtigtePerson/familienname",
    "/vertretungsberechtigte_person/vornamen": "gewerbe/vertretungsberechtigtePerson/vorname",
    **_ort("/betriebsstaette", "gewerbe"),
    **_ort("/hauptniederlassung", "gewerbe/hauptniederlassung"),
    **_ort("/fruehere_betriebsstaette", "frueheresGewerbe"),
    "/fruehere_betriebsstaette/gemeinde": "frueheresGewerbe/gemeindeSchluessel/code",
    **_ort("/kuenftige_betriebsstaette", "kuenftigesGewerbe"),
    "/taetigkeit/schwerpunkt/beschreibung": "taetigkeitenGesamt/schwerpunkt/taetigkeitSchwerpunkt",
    "/taetigkeit/schwerpunkt/wz": "taetigkeitenGesamt/schwerpunkt/taetigkeitSchluessel",
    "/taetigkeit/schwerpunkt/stichwort": "taetigkeitenGesamt/schwerpunkt/stichwort",
    "/taetigkeit/schwerpunkt/neu_ausgeuebt": "taetigkeitenGesamt/schwerpunkt/neuAusgeuebt/code",
    **_unter(
        "/taetigkeit/weitere",
        "taetigkeitenGesamt/weitereTaetigkeiten/taetigkeit",
        {
            "beschreibung": "taetigkeitEinzeln",
            "wz": "taetigkeitSchluessel",
            "stichwort": "stichwort",
            "neu_ausgeuebt": "neuAusgeuebt/code",
        },
    ),
    "/nebenerwerb": "gewerbe/istNebenerwerb/code",
    "/beginn": "gueltigAb",
    "/aenderung": "gueltigAb",
    "/aufgabe": "gueltigAb",
    "/datum": "datumMeldung",
    **_unter(
        "/betriebsart",
        "gewerbe/betriebArt",
        {art: f"{art}/code" for art in ("industrie", "handwerk", "handel", "sonstiges")},
    ),
    "/beschaeftigte/vollzeit": "gewerbe/anzahlVollzeitBeschaeftigte",
    "/beschaeftigte/teilzeit": "gewerbe/anzahlTeilzeitBeschaeftigte",
    "/niederlassungsart": "gewerbe/niederlassungArt/code",
    "/reisegewerbe": "gewerbe/istReisegewerbe/code",
    "/automatenaufstellung": "gewerbe/automatenaufstellung/code",
    "/gruende": "gruendeUmmeldung/grundUmmeldungSchluessel/code",
    "/sonstige_gruende": "gruendeUmmeldung/sonstigeGruende",
    "/frueherer_gewerbetreibender": "frueheresGewerbe/nameFirmaGewerbetreibender",
    "/kuenftiger_gewerbetreibender": "kuenftigesGewerbe/nameFirmaGewerbetreibender",
    **_unter(
        "/unfallversicherung",
        "bisherigeUnfallversicherung",
        {
            "traeger": "traeger/code",
            "traeger_name": "traegerName",
            "mitgliedsnummer": "mitgliedsnummer",
            "nicht_bekannt": "nichtBekannt/code",
        },
    ),
    "/erlaubnis/vorhanden": "gewerbe/erlaubnis/status/code",
    "/erlaubnis/ausgestellt_am": "gewerbe/erlaubnis/ausgestelltAm",
    "/erlaubnis/behoerde": "gewerbe/erlaubnis/ausgestelltVonName",
    "/handwerkskarte/vorhanden": "gewerbe/handwerkskarte/status/code",
    "/handwerkskarte/ausgestellt_am": "gewerbe/handwerkskarte/ausgestelltAm",
    "/handwerkskarte/plz": "gewerbe/handwerkskarte/ausgestelltVonPLZ",
    "/handwerkskarte/ort": "gewerbe/handwerkskarte/ausgestelltVonOrt",
    "/handwerkskarte/hwk": "gewerbe/handwerkskarte/ausgestelltVonSchluessel/code",
    "/ursache_schluessel": "ursacheAbmeldungSchluessel/code",
    "/ursachen": "ursacheAbmeldungText",
}
GRUND = {
    "A1": "grundAnmeldungSchluessel/code",
    "A3": "grundAbmeldungSchluessel/code",
}
TECHNISCH = {
    "satzErstellung",
    "ereigniszeitpunkt",
    "autor/behoerdenkennung/praefix/code",
    "autor/behoerdenkennung/kennung/code",
    "autor/behoerdenname",
    "istKorrektur/code",
    "gemeindeSchluessel/code",
    "gemeindeMeldungNr",
    "gewerbebetriebID",
    "uuid",
    "gewerbe/betrieb/ID",
    "gewerbe/beteiligteFirma/betrieb/ID",
    "gewerbe/beteiligtePerson/personFunktion/code",
}
"""Elements without a field of the forms that a message may always have."""
ZUSAMMENGEFASST = "taetigkeitenGesamt/weitereTaetigkeiten/taetigkeitenZusammengefasst"
