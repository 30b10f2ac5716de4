"""What must be in the database and with the bodies after what the clients were told, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from lxml import etree

from tests.zuverlaessigkeit.aussen import Aussen, Eingang
from tests.zuverlaessigkeit.klient import Amt, Kammer, Portal, Zweite

# Of everything that a certified notice leaves behind: one row per reference.
_JE_ANTRAG = {
    "antrag": "SELECT id FROM antrag WHERE art = 'gewerbeanzeige'",
    "schluessel": "SELECT antrag_id FROM idempotenzschluessel WHERE schluessel LIKE 'kopf:%'",
    "einreichung": "SELECT antrag_id FROM dokument WHERE dateiname = 'einreichung.json'"
    " AND antrag_id NOT IN (SELECT antrag_id FROM antragsinhalt)",
    "vorgang": "SELECT antrag_id FROM vorgang WHERE zustand = 'erledigt'",
    "eingang im journal": "SELECT bezug_id FROM journaleintrag WHERE ereignis = 'antrag_eingegangen'"
    " AND angaben->>'art' = 'gewerbeanzeige'",
}
# The same of what was sent from a draft: one row per submission, whose id is the draft's.
_JE_ENTWURF = {
    "gestellter antrag": "SELECT id FROM antrag WHERE art = 'leistung'",
    "inhalt": "SELECT antrag_id FROM antragsinhalt",
    "nachweis": "SELECT antrag_id FROM dokument WHERE art = 'nachweis'",
    "bitte um bestaetigung": "SELECT antrag_id FROM bestaetigung",
    "bitte im journal": "SELECT bezug_id FROM journaleintrag WHERE ereignis = 'bestaetigung_erbeten'",
    "vorgang dazu": "SELECT antrag_id FROM vorgang WHERE art = 'leistung'",
    "sein eingang im journal": "SELECT bezug_id FROM journaleintrag WHERE ereignis = 'antrag_eingegangen'"
    " AND angaben->>'art' = 'leistung'",
} | {
    datei: f"SELECT antrag_id FROM dokument JOIN antragsinhalt USING (antrag_id) WHERE dateiname = '{datei}'"
    for datei in ("einreichung.json", "einreichung.xml")
}
# The same of every version of a notice, by its case.
_JE_FASSUNG = {
    "gewerbeanzeige": "SELECT vorgang_id FROM gewerbeanzeige",
    "registereintrag": "SELECT vorgang_id FROM registereintrag r JOIN gewerbeanzeige g"
    " ON g.id = r.gewerbeanzeige_id",
    "bescheinigung": "SELECT vorgang_id FROM bescheinigung b JOIN gewerbeanzeige g"
    " ON g.id = b.gewerbeanzeige_id WHERE b.dokument_id IS NOT NULL",
    "pdf": "SELECT vorgang_id FROM dokument WHERE art = 'bescheinigung'",
}
_JE_BERICHTIGUNG = {
    "berichtigung": "SELECT vorgang_id FROM dokument WHERE art = 'berichtigung'",
    "berichtigung im journal": "SELECT (angaben->>'vorgang')::uuid FROM journaleintrag"
    " WHERE ereignis = 'gewerbeanzeige_berichtigt'",
}
_JE_WIDERRUF = {
    "widerruf": "SELECT vorgang_id FROM widerruf",
    "widerruf im journal": "SELECT (angaben->>'vorgang')::uuid FROM journaleintrag"
    " WHERE ereignis = 'gewerbeanzeige_widerrufen'",
}
_JE_ENTSCHEIDUNG = {
    "entscheidung": "SELECT vorgang_id FROM entscheidung",
    "entschiedener vorgang": "SELECT id FROM vorgang WHERE zustand = 'abgelehnt'",
    "bescheid": "SELECT vorgang_id FROM dokument WHERE art = 'bescheid'",
    "entscheidung im journal": "SELECT bezug_id FROM journaleintrag WHERE ereignis = 'vorgang_abgelehnt'",
}
_JE_MITTEILUNG = {
    "mitteilung": "SELECT antrag_id FROM mitteilung",
    "ihr anhang": "SELECT antrag_id FROM mitteilungsanhang JOIN mitteilung m ON m.id = mitteilung_id",
    "ihr dokument": "SELECT antrag_id FROM dokument WHERE art = 'mitteilung'",
    "mitteilung im journal": "SELECT (angaben->>'antrag')::uuid FROM journaleintrag"
    " WHERE ereignis = 'mitteilung_geschrieben'",
}
_JE_BESTAETIGUNG = {
    "bestaetigung": "SELECT antrag_id FROM bestaetigung WHERE zustand = 'bestaetigt'",
    "bestaetigung im journal": "SELECT bezug_id FROM journaleintrag"
    " WHERE ereignis = 'bestaetigung_bestaetigt'",
}
_JE_RUECKNAHME = {
    "ruecknahme": "SELECT antrag_id FROM vorgang WHERE zustand = 'zurueckgezogen'",
    "ruecknahme im journal": "SELECT (angaben->>'antrag')::uuid FROM journaleintrag"
    " WHERE ereignis = 'vorgang_zurueckgezogen'",
}
# Of every delivery, one row under the delivery whose message carries it.
_TRAEGER = "SELECT coalesce(s.buendel_id, s.id) FROM sendung s"
# The same by what the entry about a message says: one row per case that it names.
_EINTRAG_UND_VORGANG = (
    "SELECT j.bezug_id FROM journaleintrag j CROSS JOIN LATERAL jsonb_array_elements_text("
    "coalesce(j.angaben->'vorgaenge', jsonb_build_array(j.angaben->'vorgang'))) AS vorgang"
    " JOIN sendung s ON s.vorgang_id = vorgang::uuid AND coalesce(s.buendel_id, s.id) = j.bezug_id"
    " WHERE j.ereignis"
)
_IM_POSTFACH = {
    "sendung": f"{_TRAEGER} WHERE s.angenommen_am IS NOT NULL",
    "zustellung": f"{_TRAEGER} JOIN zustellversuch v ON v.sendung_id = s.id"
    " WHERE v.ergebnis = 'bereitgestellt'",
    "bereitstellung im journal": f"{_EINTRAG_UND_VORGANG} = 'sendung_bereitgestellt'",
}
# Of every message, whatever it carries.
_JE_NACHRICHT = {
    f"{ereignis} im journal": f"SELECT bezug_id FROM journaleintrag WHERE ereignis = '{ereignis}'"
    for ereignis in ("sendung_abgeholt", "sendung_angenommen")
}
_DRAUSSEN = {
    "sendung nach draussen": f"{_TRAEGER} WHERE s.kanal <> 'postfach' AND s.abgeholt_am IS NOT NULL",
    "uebergabe": f"{_TRAEGER} JOIN zustellversuch v ON v.sendung_id = s.id WHERE v.ergebnis = 'zugestellt'",
    "uebergabe im journal": f"{_EINTRAG_UND_VORGANG} = 'sendung_zugestellt'",
}


@dataclass
class Zusagen:
    """What everybody outside has been told or has got."""

    portal: Portal
    amt: Amt
    kammern: Mapping[str, Kammer]
    zweite: Zweite
    aussen: Aussen
    akten: list[str] = field(default_factory=list)
    """Cases that the town's DMS has to have."""
    briefe: int = 0
    """Letters that somebody has to have."""

    def anzeigen(self) -> Iterator[dict[str, Any]]:
        """The notice of every submission that was confirmed."""
        for zusage in self.portal.zugesagt.values():
            yield zusage["anzeigen"][0]

    def bei_jeder_stelle(self) -> Iterator[tuple[str, str]]:
        """What each body has to have been told, once: of which notice, and what."""
        yield from ((anzeige["uuid"], "anzeige") for anzeige in self.anzeigen())
        yield from ((anzeige["uuid"], "berichtigung") for anzeige in self.amt.berichtigt)
        yield from ((anzeige["uuid"], "ruecknahme") for anzeige in self.amt.widerrufen)


@dataclass
class Abgleich:
    """How what is there differs from what was promised."""

    verloren: Counter[tuple[str, str]] = field(default_factory=Counter)
    doppelt: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Too many: doubled, or something nobody was promised."""

    def vergleiche(self, was: str, soll: Iterable[Any], ist: Iterable[Any]) -> None:
        """Note what is missing in `ist` and what it has too often."""
        erwartet, gefunden = Counter(map(str, soll)), Counter(map(str, ist))
        for wert, anzahl in (erwartet - gefunden).items():
            self.verloren[was, wert] += anzahl
        for wert, anzahl in (gefunden - erwartet).items():
            self.doppelt[was, wert] += anzahl

    @property
    def einwandfrei(self) -> bool:
        """Nothing lost, nothing doubled."""
        return not self.verloren and not self.doppelt


async def gleiche_ab(verbindung: asyncpg.Connection, zusagen: Zusagen) -> Abgleich:
    """Compare everything with everything the clients have been told; all work has to be done."""
    abgleich = Abgleich()

    async def je(fragen: Mapping[str, str], soll: list[Any]) -> None:
        for was, frage in fragen.items():
            abgleich.vergleiche(was, soll, [zeile[0] for zeile in await verbindung.fetch(frage)])

    eingaenge = zusagen.aussen.eingaenge()
    einmal = ohne_wiederholungen(abgleich, eingaenge)
    faelle = [anzeige["vorgang_id"] for anzeige in zusagen.anzeigen()]
    berichtigt = [anzeige["vorgang_id"] for anzeige in zusagen.amt.berichtigt]
    await je(_JE_ANTRAG, [zusage["id"] for zusage in zusagen.portal.zugesagt.values()])
    await je(_JE_ENTWURF, list(zusagen.portal.gestellt))
    await je({"entwurf": "SELECT id FROM entwurf", "anlage": "SELECT id FROM anlage"}, [])
    await je(_JE_FASSUNG, faelle + berichtigt)
    await je(_JE_BERICHTIGUNG, berichtigt)
    await je(_JE_WIDERRUF, [anzeige["vorgang_id"] for anzeige in zusagen.amt.widerrufen])
    await je(_JE_ENTSCHEIDUNG, zusagen.amt.abgelehnt)
    await je(_JE_MITTEILUNG, zusagen.amt.geschrieben)
    await je(_JE_BESTAETIGUNG, zusagen.zweite.bestaetigt)
    await je(_JE_RUECKNAHME, zusagen.portal.zurueckgenommen)
    im_postfach = [
        sendung
        for kammer in zusagen.kammern.values()
        for sendung, nachricht in kammer.bestand.items()
        for _ in _saetze(nachricht)
    ]
    await je(_IM_POSTFACH, im_postfach)
    await je(_JE_NACHRICHT, [eine for kammer in zusagen.kammern.values() for eine in kammer.bestand])
    akten = await _akten(verbindung, [eingang for eingang in einmal if eingang.kanal == "ordner"])
    draussen = [
        akten.get(eingang.kennung, (_sendung(eingang),))[0]
        for eingang in einmal
        for _ in (_saetze(eingang.inhalt) if eingang.kanal == "http" else [eingang])
    ]
    await je(_DRAUSSEN, draussen)
    await je({"jede sendung": _TRAEGER}, im_postfach + draussen)

    for stelle, kammer in zusagen.kammern.items():
        nachrichten = [
            *kammer.bestand.values(),
            *(eingang.inhalt for eingang in einmal if (eingang.kanal, eingang.stelle) == ("http", stelle)),
        ]
        abgleich.vergleiche(
            f"bei {stelle}",
            zusagen.bei_jeder_stelle(),
            [satz for nachricht in nachrichten for satz in _saetze(nachricht)],
        )
        abgleich.vergleiche(f"nummern {stelle}", range(1, len(kammer.bestand) + 1), kammer.nummern)
    uebers_netz = [_sendung(eingang) for eingang in einmal if eingang.kanal == "dms_http"]
    abgleich.vergleiche(
        "akte beim dms",
        zusagen.akten,
        [fall for _, fall in akten.values()]
        + [
            zeile[0]
            for zeile in await verbindung.fetch(
                "SELECT vorgang_id FROM sendung WHERE id::text = ANY ($1::text[])", uebers_netz
            )
        ],
    )
    briefe = [eingang for eingang in einmal if eingang.kanal == "email"]
    abgleich.vergleiche("brief", range(zusagen.briefe), range(len(briefe)))
    abgleich.vergleiche("rest im ordner", [], zusagen.aussen.angefangene())
    abgleich.vergleiche(
        "dokument im journal",
        [zeile[0] for zeile in await verbindung.fetch("SELECT id FROM dokument")],
        [
            zeile[0]
            for zeile in await verbindung.fetch(
                "SELECT bezug_id FROM journaleintrag WHERE ereignis = 'dokument_abgelegt'"
            )
        ],
    )
    return abgleich


def ohne_wiederholungen(abgleich: Abgleich, eingaenge: Iterable[Eingang]) -> list[Eingang]:
    """What a receiver keeps that knows a repetition by its mark; one with another content is one too many."""
    einmal: dict[tuple[str, str], Eingang] = {}
    for eingang in eingaenge:
        if einmal.setdefault((eingang.kanal, eingang.kennung), eingang).inhalt != eingang.inhalt:
            abgleich.doppelt["anderer inhalt", eingang.kennung] += 1
    return list(einmal.values())


def _sendung(eingang: Eingang) -> str:
    """The delivery of which a mark speaks: ``<id@host>`` of a letter, or the id itself."""
    return eingang.kennung.strip("<>").partition("@")[0]


async def _akten(verbindung: asyncpg.Connection, dateien: Iterable[Eingang]) -> dict[str, tuple[str, str]]:
    """By the name of a package: its delivery and its case."""
    je_prozess = {
        str(zeile[0]): (str(zeile[1]), str(zeile[2]))
        for zeile in await verbindung.fetch(
            "SELECT e.prozess_id, s.id, s.vorgang_id FROM akten_export e"
            " JOIN sendung s ON s.vorgang_id = e.vorgang_id AND s.art = 'xdomea'"
        )
    }
    return {
        datei.kennung: je_prozess.get(datei.kennung.partition("_")[0], (datei.kennung, "unbekannt"))
        for datei in dateien
    }


def _saetze(nachricht: bytes) -> list[tuple[str, str]]:
    """Of which notices a message speaks, and whether it brings, corrects or takes them back."""
    wurzel = etree.fromstring(nachricht)
    if (zurueck := wurzel.findtext("{*}satzUUID")) is not None:
        return [(zurueck, "ruecknahme")]
    return [
        (
            str(satz.findtext("{*}anmeldung/{*}uuid")),
            "berichtigung" if satz.findtext(".//{*}istKorrektur/code") == "1" else "anzeige",
        )
        for satz in wurzel.iterfind("{*}satz")
    ]
