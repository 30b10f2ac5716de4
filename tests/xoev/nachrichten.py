"""Messages for the tests, shaped like the official test suite's, with names of our own.

`logistik` and `weinhandel` follow the shape of two official negative examples that are public only as a
list of elements (2.1: message 0300 and message 0290), so that they can be told from their mended forms.
"""

NS = "http://www.xgewerbeanzeige.de/spezifikation/"
AGS = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags"
LISTE = "urn:xoev-de:xgewerbeanzeige:codeliste:"


def code(name: str, wert: str, liste: str = "", version: str = "") -> str:
    """A code element; with a list name both attributes are written, as in the messages of 2.1."""
    uri = liste if liste.startswith("urn:") else LISTE + liste
    attribute = f' listURI="{uri}"' if liste else ""
    attribute += f' listVersionID="{version}"' if version else ""
    return f"<xga:{name}{attribute}><code>{wert}</code></xga:{name}>"


def element(name: str, wert: str) -> str:
    return f"<xga:{name}>{wert}</xga:{name}>"


def anschrift(strasse: str, nr: str, plz: str, ort: str, version: str, *, extra: str = "") -> str:
    nation = (
        element("nationSchluessel", "276") + element("natSchluesselVerzeichnis", "NAT112013")
        if version == "2.1"
        else code("nationSchluessel", "276", version="2")
    )
    return element(
        "anschrift",
        f"{element('strasse', strasse)}{extra}{element('hausNrVon', nr)}{element('ort', ort)}"
        f"{element('plz', plz)}{nation}",
    )


def erreichbarkeit(kanal: str, kennung: str) -> str:
    return element("erreichbarkeit", code("kanal", kanal) + element("kennung", kennung))


def behoerde(rolle: str, praefix: str, kennung: str, liste: str, name: str) -> str:
    return element(
        rolle,
        element(
            "behoerdenkennung",
            f'<xga:praefix listVersionID="7" listURI="urn:xoev-de:bund:bmi:bit:codeliste:dvdv.praefix">'
            f'<code>{praefix}</code></xga:praefix><xga:kennung listURI="{liste}" '
            f'listVersionID="2018-01-31"><code>{kennung}</code><name>{name}</name></xga:kennung>',
        )
        + erreichbarkeit("01", "amt@stadt.example")
        + erreichbarkeit("02", "05251 - 880")
        + "<xga:anschrift><xga:strasse>Am Abdinghof</xga:strasse><xga:hausNr>11</xga:hausNr>"
        "<xga:ort>Paderborn</xga:ort><xga:plz>33098</xga:plz></xga:anschrift>"
        + element("behoerdenname", name),
    )


AUTOR = behoerde("autor", "MELDID", "05774032", AGS, "Gewerbeamt Paderborn")


def nachricht(kurz: str, nr: str, version: str, *saetze: str, kopfnummer: str | None = None) -> bytes:
    """A whole message of the type `kurz` with number `nr`."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- Nachricht eines Tests -->\n'
        f'<xga:{kurz}.gewerbemeldung.{nr} xmlns:xga="{NS}{version}" produkt="Test" produkthersteller="Test" '
        f'produktversion="1" standard="XGewerbeanzeige" version="{version}" test="100">\n'
        "<xga:nachrichtenkopf><xga:identifikation.nachricht>"
        "<xga:nachrichtenUUID>00000000-0000-0000-0000-000000000001</xga:nachrichtenUUID>"
        f"<xga:nachrichtentyp><code>{kopfnummer or nr}</code></xga:nachrichtentyp>"
        "<xga:erstellungszeitpunkt>2018-05-18T13:15:12.0</xga:erstellungszeitpunkt>"
        "</xga:identifikation.nachricht>\n"
        f"{behoerde('leser', 'xga', '000492949', LISTE + 'weiterekommunikationspartner', 'Empfänger')}"
        f"\n{AUTOR}\n</xga:nachrichtenkopf>\n"
        + "\n".join(f"<xga:satz>{satz}</xga:satz>" for satz in saetze)
        + f"\n</xga:{kurz}.gewerbemeldung.{nr}>\n"
    ).encode()


def kopf(meldungsnummer: str, uuid: str, betrieb_id: str) -> str:
    return (
        "<xga:satzErstellung>2016-07-08T12:00:29.0</xga:satzErstellung>"
        "<xga:ereigniszeitpunkt>2016-07-08T11:59:59</xga:ereigniszeitpunkt>"
        f"{AUTOR}{code('istKorrektur', '0', 'janein', '1')}"
        f"{code('gemeindeSchluessel', '05774032', AGS, '2017-09-30')}"
        f"{element('gemeindeMeldungNr', meldungsnummer)}{element('gewerbebetriebID', betrieb_id)}"
        f"{element('uuid', uuid)}"
    )


def betrieb(name: str, nummer: str, rechtsform: str = "350", gericht: str = "R2908") -> str:
    return element(
        "betrieb",
        f"<xga:ID>1</xga:ID>{element('eingetragenerName', name)}{element('eintragungNr', nummer)}"
        f"{element('eintragungOrt', 'Paderborn')}{element('eintragungPLZ', '33098')}"
        f"{code('eintragungArt', 'B', 'artdereintragung', '2')}"
        f"{code('gerichtSchluessel', gericht, 'registergerichte', '7')}"
        f"{code('rechtsformSchluessel', rechtsform, 'rechtsformen', '5')}",
    )


BETRIEB_ART = element(
    "betriebArt",
    "".join(
        code(name, wert, "janein", "1")
        for name, wert in (("industrie", "0"), ("handwerk", "0"), ("handel", "0"), ("sonstiges", "1"))
    ),
)


def person(familienname: str, vorname: str, version: str, *, staat: str | None = "000") -> str:
    staaten = element("staatangehoerigkeiten", code("staatsangehoerigkeitSchluessel", staat)) if staat else ""
    return element(
        "beteiligtePerson",
        f"{code('personFunktion', '3', 'funktioneinerperson', '1')}{element('familienname', familienname)}"
        f"{element('vorname', vorname)}{code('geschlecht', '1', 'geschlecht', '3')}"
        f"{element('geburtsdatum', '03111965')}{element('geburtsort', 'Worms')}"
        f"{element('geburtsland', 'Deutschland')}{staaten}"
        f"{anschrift('Westernstr.', '14', '33098', 'Paderborn', version)}"
        f"{erreichbarkeit('01', 'person@firma.example')}",
    )


def gewerbe(
    betrieb_: str,
    personen: str,
    version: str,
    *,
    art: str = BETRIEB_ART,
    davor: str = "",
    zweig: bool = False,
) -> str:
    haupt = (
        element("hauptniederlassung", anschrift("Detmolder Str.", "100", "33604", "Bielefeld", version))
        if zweig
        else ""
    )
    return element(
        "gewerbe",
        f"{betrieb_}{davor}<xga:anzahlVollzeitBeschaeftigte>4</xga:anzahlVollzeitBeschaeftigte>"
        f"<xga:anzahlTeilzeitBeschaeftigte>1</xga:anzahlTeilzeitBeschaeftigte>{art}"
        f"{code('niederlassungArt', '3' if zweig else '1', 'artderniederlassung', '1')}"
        f"{code('istReisegewerbe', '0', 'janein', '1')}{code('istNebenerwerb', '0', 'janein', '1')}"
        f"{anschrift('Rathausplatz', '20d', '33098', 'Paderborn', version)}{haupt}{personen}"
        f"{code('beteiligungOeffentlicheHand', '0', 'beteiligungoeffentlichehand', '1')}",
    )


def taetigkeiten(beschreibung: str, wz: str, *, neu: str | None = None, weitere: str = "") -> str:
    neu_ = code("neuAusgeuebt", neu, "janein", "1") if neu is not None else ""
    return element(
        "taetigkeitenGesamt",
        element(
            "schwerpunkt",
            f"{element('taetigkeitSchwerpunkt', beschreibung)}{element('taetigkeitSchluessel', wz)}"
            f"{element('stichwort', beschreibung)}{neu_}",
        )
        + weitere,
    )


WEITERE = element(
    "weitereTaetigkeiten",
    element("taetigkeitenZusammengefasst", "Paketshop|Handel mit Presse")
    + element("taetigkeit", element("taetigkeitSchluessel", "53200") + element("stichwort", "Pakete"))
    + element("taetigkeit", element("taetigkeitSchluessel", "47621") + element("stichwort", "Presse")),
)
NUR_ZUSAMMENGEFASST = element(
    "weitereTaetigkeiten", element("taetigkeitenZusammengefasst", "Haarpflege|Make-up")
)
TAGE = "<xga:gueltigAb>2017-08-01</xga:gueltigAb><xga:datumMeldung>2017-07-06</xga:datumMeldung>"
ID_LOGISTIK = "eef468af-014d-4a20-bb53-8666826a3850"
ID_WEIN = "127d72e3-48fe-4982-a6e6-968a0c193df0"


def logistik(*, mit_satzerstellung: bool = True) -> bytes:
    """2.1, message 0300, Sätze A, B and C; without satzErstellung in A the schema rejects it."""
    a = kopf("2005 1026", "d3e82b8c-0323-4179-ace6-821f2331a9e6", ID_LOGISTIK)
    if not mit_satzerstellung:
        a = a.replace("<xga:satzErstellung>2016-07-08T12:00:29.0</xga:satzErstellung>", "")
    firma = betrieb("Paderlogistik GmbH", "45668")
    leute = person("Holt", "Detmar", "2.1")
    unfall = element(
        "bisherigeUnfallversicherung",
        code("traeger", "03", "unfallversicherungstraeger", "2")
        + element("mitgliedsnummer", "34562987654.7"),
    )
    anmeldung = (
        a
        + gewerbe(firma, leute, "2.1", davor=element("anzahlBeteiligte", "1"))
        + TAGE
        + taetigkeiten("Spedition", "52291")
        + code("grundAnmeldungSchluessel", "01", "grundfueranmeldung", "2")
    )
    ummeldung = (
        kopf("2005 1026", "8b618298-09c8-40d4-9cd8-3126cb9166ec", ID_LOGISTIK)
        + gewerbe(firma, leute, "2.1", art="")
        + TAGE
        + taetigkeiten("Logistikberatung", "70220", neu="1")
        + unfall
        + element("gruendeUmmeldung", code("grundUmmeldungSchluessel", "02", "grundfuerummeldung", "2"))
    )
    abmeldung = (
        kopf("2005 1027", "96c4ef05-83c6-4850-a09c-ca2d762cbcc4", ID_LOGISTIK)
        + gewerbe(firma, leute, "2.1")
        + TAGE
        + taetigkeiten("Logistikberatung", "70220")
        + "<xga:kuenftigesGewerbe/>"
        + code("grundAbmeldungSchluessel", "04", "grundfuerabmeldung", "2")
        + code("ursacheAbmeldungSchluessel", "17", "ursachefuerabmeldung", "2")
    )
    return nachricht(
        "alg",
        "0300",
        "2.1",
        element("anmeldung", anmeldung),
        element("ummeldung", ummeldung),
        element("abmeldung", abmeldung),
    )


def weinhandel(*, mit_betriebart: bool = True) -> bytes:
    """2.1, message 0290, Sätze A, B and C, the uuid of A again in C, a code with spaces around it."""
    uuid_a = "96C4EF05-83C6-4850-A09C-CA2D762CBCC3"
    leute = person("Jung", "Johann", "2.1", staat=None)
    firma = betrieb("Klausheide Import GmbH", "18874", gericht="\n     R2908\n  ")
    anmeldung = (
        kopf("2005 1022", uuid_a, ID_WEIN)
        + gewerbe(firma, leute, "2.1", art=BETRIEB_ART if mit_betriebart else "", zweig=True)
        + TAGE
        + taetigkeiten("Einzelhandel mit Weinen", "47250", weitere=WEITERE)
        + code("grundAnmeldungSchluessel", "01", "grundfueranmeldung", "2")
    )
    ummeldung = (
        kopf("2005 1022", "94825315-4301-44a9-8743-b50ce0093a14", ID_WEIN)
        + gewerbe(firma, leute, "2.1", zweig=True)
        + TAGE
        + taetigkeiten("Einzelhandel mit Weinen", "47250", neu="0", weitere=WEITERE)
        + element("gruendeUmmeldung", code("grundUmmeldungSchluessel", "03", "grundfuerummeldung", "2"))
    )
    abmeldung = (
        kopf("2005 1022", uuid_a, ID_WEIN)
        + gewerbe(firma, leute, "2.1", zweig=True)
        + TAGE
        + taetigkeiten("Einzelhandel mit Weinen", "47250", weitere=WEITERE)
        + element(
            "kuenftigesGewerbe",
            element("nameFirmaGewerbetreibender", "Jung GmbH")
            + anschrift(
                "Köpenicker Str.",
                "8",
                "10997",
                "Berlin",
                "2.1",
                extra=element("strassenschluessel", "0000001031"),
            ),
        )
        + code("grundAbmeldungSchluessel", "02", "grundfuerabmeldung", "2")
    )
    return nachricht(
        "lue",
        "0290",
        "2.1",
        element("anmeldung", anmeldung),
        element("ummeldung", ummeldung),
        element("abmeldung", abmeldung),
    )


def friseur(kurz: str = "abh", nr: str = "0500", version: str = "2.2") -> bytes:
    """One Anmeldung with every field of the observed tree, valid for every message type."""
    karte = element(
        "handwerkskarte",
        code("status", "1")
        + "<xga:ausgestelltAm>2012-03-01</xga:ausgestelltAm>"
        + element("ausgestelltVonPLZ", "33602")
        + element("ausgestelltVonOrt", "Bielefeld")
        + code("ausgestelltVonSchluessel", "00007"),
    )
    titel = element(
        "aufenthaltstitel",
        code("status", "1")
        + "<xga:ausgestelltAm>2002-01-02</xga:ausgestelltAm>"
        + element("ausgestelltVonName", "Stadt Paderborn")
        + element("ausgestelltVonPLZ", "33098")
        + element("ausgestelltVonOrt", "Paderborn"),
    )
    leute = person("Schere", "Tibor", version, staat="332").replace(
        "</xga:beteiligtePerson>", titel + "</xga:beteiligtePerson>"
    )
    satz = (
        kopf("2015 1023", "5687CF4A-5C7B-43F1-933E-E5A7F69F7967", "0c9003a6-5b4f-4a99-98ae-b2b915708c1d")
        + gewerbe(betrieb("Tibor Schere e.K.", "11111", "170"), leute, version).replace(
            "</xga:istNebenerwerb>", "</xga:istNebenerwerb>" + karte
        )
        + TAGE
        + taetigkeiten("Friseur", "96021", weitere=NUR_ZUSAMMENGEFASST)
        + code("grundAnmeldungSchluessel", "01")
    )
    return nachricht(kurz, nr, version, element("anmeldung", satz))
