"""The self-check of a town: everything it needs for working, looked at once. Changes nothing.

Opens short transactions of its own and holds none while it talks to other machines. These are asked all at
once and have `FRIST` seconds together, however many there are.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.akte import service as akte
from app.db.migration import ist_aktuell
from app.db.sitzung import datenbank, transaktion
from app.konto.anmeldung import AnmeldungGescheitert, anbieter, pruefe_anbieter
from app.mandanten import service as mandanten
from app.mandanten.zustaendig import UnbekannteGemeinde, gemeinde, zustaendige_stellen
from app.satz.schriften import SchriftenFehlen, schriften_ordner
from app.settings import Settings, settings
from app.versand import verwaltung as versand
from app.verwaltung.pruefpunkt import Bereich, Pruefbericht, Pruefpunkt, Satz, Stand, gut
from app.verwaltung.virenschutz import pruefe_virenschutz
from app.verwaltung.zertifikate import pruefe_zertifikate
from app.vorgaenge import service as vorgaenge

WERKNAME = "gewerbeamt-worker"
"""Name under which a worker's connections appear in the database."""

FRIST = 15.0
"""Seconds after which a machine that has not answered counts as out of reach."""

_ORTSZEIT = ZoneInfo("Europe/Berlin")
_ANKER_HOECHSTENS = timedelta(days=2)


async def pruefe(ags: str) -> Pruefbericht:
    """Every check of the town; raises UnbekannteGemeinde where no town of the state has this AGS."""
    ort = gemeinde(ags)
    einstellungen = settings()
    punkte = [punkt async for punkt in _gemeinde(ags)]
    if any(punkt.schluessel == "eingerichtet" and punkt.stand is Stand.IN_ORDNUNG for punkt in punkte):
        punkte += [punkt async for punkt in _vorgaenge(ags)]
        adressen = await _adressen(ags)
        ueber_netz = await asyncio.gather(
            _anmeldung(ags),
            _empfaenger(ags),
            pruefe_zertifikate(einstellungen, adressen, frist=FRIST),
            pruefe_virenschutz(FRIST),
        )
        punkte += [punkt for gruppe in ueber_netz for punkt in gruppe]
    punkte += list(_journal(einstellungen))
    punkte += [punkt async for punkt in _betrieb(einstellungen)]
    ordnung = list(Bereich)
    return Pruefbericht(ags, ort.name, sorted(punkte, key=lambda punkt: ordnung.index(punkt.bereich)))


async def _gemeinde(ags: str) -> AsyncIterator[Pruefpunkt]:
    ort = gemeinde(ags)
    if not ort.gibt_es_am(datetime.now(_ORTSZEIT).date()):
        yield Pruefpunkt(
            Bereich.GEMEINDE,
            "bestand",
            Stand.FEHLER,
            Satz(f"{ort.name} gibt es heute nicht als Gemeinde.", f"{ort.name} is no town today."),
            Satz(
                f"Neue Anzeigen gehören zu {ort.nachfolgerin}." if ort.nachfolgerin else "Die Daten prüfen.",
                f"New notices belong to {ort.nachfolgerin}." if ort.nachfolgerin else "Check the data.",
            ),
        )
    else:
        yield gut(Bereich.GEMEINDE, "bestand", f"{ort.name} ({ort.kreis})", f"{ort.name} ({ort.kreis})")
    try:
        async with transaktion(gemeinde=ags) as session:
            stadt = await mandanten.einstellungen(session, ags)
            bild = await mandanten.wappen(session, ags)
    except UnbekannteGemeinde:
        yield Pruefpunkt(
            Bereich.GEMEINDE,
            "eingerichtet",
            Stand.FEHLER,
            Satz(f"{ort.name} ist hier nicht eingerichtet.", f"{ort.name} is not set up here."),
            Satz(f"amt gemeinde einrichten {ags}", f"amt gemeinde einrichten {ags}"),
        )
        return
    yield gut(Bereich.GEMEINDE, "eingerichtet", "Die Gemeinde ist eingerichtet.", "The town is set up.")
    maengel = list(stadt.fehlendes())
    for mangel in maengel:
        yield Pruefpunkt(
            Bereich.EINSTELLUNGEN,
            mangel.pointer.strip("/"),
            Stand.FEHLER if mangel.noetig else Stand.WARNUNG,
            Satz(mangel.de, mangel.en),
            Satz(
                f"amt gemeinde aendern {ags} --datei EINSTELLUNGEN.yaml",
                f"amt gemeinde aendern {ags} --datei SETTINGS.yaml",
            ),
        )
    if not maengel:
        yield gut(
            Bereich.EINSTELLUNGEN,
            "vollstaendig",
            "Die Einstellungen sind da.",
            "The settings are there.",
        )
    if bild is None:
        yield gut(Bereich.EINSTELLUNGEN, "wappen", "Ohne Wappen.", "Without a coat of arms.")


async def _anmeldung(ags: str) -> list[Pruefpunkt]:
    alle = anbieter()
    if not alle:
        return [
            Pruefpunkt(
                Bereich.ANMELDUNG,
                "anbieter",
                Stand.WARNUNG,
                Satz("Es ist kein Anbieter für Anmeldungen eingerichtet.", "No login provider is set up."),
                Satz("AMT_ANBIETER: docs/operations.md", "AMT_ANBIETER: docs/operations.md"),
            )
        ]
    gemeint = [
        einer for einer in alle.values() if not einer.fuer_personal or ags in einer.gemeinden or einer.stellen
    ]
    ergebnisse = await asyncio.gather(*(_frage(einer.schluessel) for einer in gemeint))
    punkte = []
    for einer, fehler in zip(gemeint, ergebnisse, strict=True):
        if fehler is None:
            punkte.append(
                gut(
                    Bereich.ANMELDUNG,
                    einer.schluessel,
                    f"{einer.name['de']} ist erreichbar.",
                    f"{einer.name['en']} can be reached.",
                )
            )
            continue
        punkte.append(
            Pruefpunkt(
                Bereich.ANMELDUNG,
                einer.schluessel,
                Stand.FEHLER,
                Satz(f"{einer.name['de']}: {fehler.text['de']}", f"{einer.name['en']}: {fehler.text['en']}"),
                Satz(
                    "Adresse, Netz und Zertifikat des Anbieters prüfen (AMT_ANBIETER).",
                    "Check the provider's address, network and certificate (AMT_ANBIETER).",
                ),
            )
        )
    if not any(ags in einer.gemeinden for einer in gemeint):
        punkte.append(
            Pruefpunkt(
                Bereich.ANMELDUNG,
                "beschaeftigte",
                Stand.WARNUNG,
                Satz(
                    "Beschäftigte der Gemeinde können sich nicht anmelden.",
                    "The town's staff cannot log in.",
                ),
                Satz(
                    f"In AMT_ANBIETER einen Anbieter mit gemeinden: [{ags}] eintragen.",
                    f"Name a provider with gemeinden: [{ags}] in AMT_ANBIETER.",
                ),
            )
        )
    return punkte


async def _frage(schluessel: str) -> AnmeldungGescheitert | None:
    try:
        async with asyncio.timeout(FRIST):
            return await pruefe_anbieter(schluessel)
    except TimeoutError:
        return AnmeldungGescheitert("anbieter_nicht_erreichbar", "zeit")


async def _empfaenger(ags: str) -> list[Pruefpunkt]:
    schluessel = sorted(_stellen(ags))
    gefunden = await versand.pruefe_empfaenger(*schluessel, frist=FRIST)
    erreicht = sum(not maengel for maengel in gefunden.values())
    punkte = [
        Pruefpunkt(
            Bereich.EMPFAENGER,
            eine,
            Stand.FEHLER,
            Satz(f"{eine}: {mangel.text['de']}", f"{eine}: {mangel.text['en']}"),
            Satz(f"amt empfaenger pruefen {eine}", f"amt empfaenger pruefen {eine}"),
        )
        for eine in schluessel
        for mangel in gefunden[eine]
    ]
    punkte.append(
        gut(
            Bereich.EMPFAENGER,
            "erreichbar",
            f"{erreicht} von {len(schluessel)} Empfängern sind erreichbar.",
            f"{erreicht} of {len(schluessel)} receivers can be reached.",
        )
    )
    return punkte


async def _adressen(ags: str) -> dict[str, str]:
    stellen = _stellen(ags)
    return {stelle: url for stelle, url in (await versand.https_adressen()).items() if stelle in stellen}


def _stellen(ags: str) -> set[str]:
    """Keys of all that gets something from the town."""
    return {stelle.schluessel for stelle in zustaendige_stellen(ags).values()} | {f"dms-{ags}"}


async def _vorgaenge(ags: str) -> AsyncIterator[Pruefpunkt]:
    async with transaktion(gemeinde=ags) as session:
        ueberfaellig = await vorgaenge.ueberfaellige(session)
        tote = len(await versand.sendungen(session, versand.Filter(), anzahl=1000))
        alte = versand.Filter(auswahl="wartend", bis=datetime.now(UTC) - timedelta(hours=24))
        wartend = len(await versand.sendungen(session, alte, anzahl=1000))
    for name, zahl, de, en, was_de, was_en in (
        (
            "ueberfaellig",
            ueberfaellig,
            "Vorgänge sind über ihrer Frist",
            "cases are past their date",
            "Die Arbeitsliste bearbeiten.",
            "Work on the worklist.",
        ),
        (
            "aufgegeben",
            tote,
            "Sendungen sind aufgegeben",
            "deliveries were given up",
            "amt versand tote zeigt die Gründe, amt versand erneut schickt sie noch einmal.",
            "amt versand tote shows why, amt versand erneut sends them again.",
        ),
        (
            "wartend",
            wartend,
            "Sendungen warten länger als einen Tag",
            "deliveries have waited for more than a day",
            "amt empfaenger pruefen",
            "amt empfaenger pruefen",
        ),
    ):
        if zahl:
            viele_de = "1000 oder mehr" if zahl >= 1000 else str(zahl)
            viele_en = "1000 or more" if zahl >= 1000 else str(zahl)
            yield Pruefpunkt(
                Bereich.VORGAENGE,
                name,
                Stand.FEHLER,
                Satz(f"{viele_de} {de}.", f"{viele_en} {en}."),
                Satz(was_de, was_en),
            )
        else:
            yield gut(Bereich.VORGAENGE, name, f"Keine {de}.", f"No {en}.")


def _journal(einstellungen: Settings) -> Iterator[Pruefpunkt]:
    datei = einstellungen.ankerdatei
    if datei is None:
        yield Pruefpunkt(
            Bereich.JOURNAL,
            "anker",
            Stand.WARNUNG,
            Satz(
                "Das Journal wird nicht außerhalb der Datenbank verankert.",
                "The journal is not anchored outside the database.",
            ),
            Satz("AMT_ANKER_DATEI setzen (docs/operations.md, Anchors).", "Set AMT_ANKER_DATEI."),
        )
        return
    try:
        zuletzt = akte.Ankerdatei(datei).lies().zuletzt_am
    except OSError:
        zuletzt = None
    if zuletzt is not None and datetime.now(UTC) - zuletzt <= _ANKER_HOECHSTENS:
        yield gut(Bereich.JOURNAL, "anker", "Das Journal ist verankert.", "The journal is anchored.")
        return
    yield Pruefpunkt(
        Bereich.JOURNAL,
        "anker",
        Stand.WARNUNG if zuletzt is None else Stand.FEHLER,
        Satz(
            "Auf diesem Rechner liegt noch kein Anker des Journals."
            if zuletzt is None
            else f"Der letzte Anker des Journals ist vom {zuletzt.astimezone(_ORTSZEIT):%d.%m.%Y}.",
            "There is no anchor of the journal on this machine yet."
            if zuletzt is None
            else f"The journal's last anchor is of {zuletzt.astimezone(_ORTSZEIT):%Y-%m-%d}.",
        ),
        Satz(
            "Läuft ein Worker, und kann er die Datei schreiben (AMT_ANKER_DATEI)?",
            "Does a worker run, and may it write the file (AMT_ANKER_DATEI)?",
        ),
    )


async def _betrieb(einstellungen: Settings) -> AsyncIterator[Pruefpunkt]:
    async with datenbank().maschine.connect() as verbindung:
        aktuell = await ist_aktuell(verbindung)
        worker = await verbindung.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = :name"
            ),
            {"name": WERKNAME},
        )
    if aktuell:
        yield gut(Bereich.BETRIEB, "schema", "Die Datenbank ist auf dem Stand.", "The schema is current.")
    else:
        yield Pruefpunkt(
            Bereich.BETRIEB,
            "schema",
            Stand.FEHLER,
            Satz("Die Datenbank hat nicht den Stand dieser Version.", "The database is not at this version."),
            Satz("amt migrate", "amt migrate"),
        )
    if worker:
        yield gut(Bereich.BETRIEB, "worker", "Ein Worker läuft.", "A worker runs.")
    else:
        yield Pruefpunkt(
            Bereich.BETRIEB,
            "worker",
            Stand.FEHLER,
            Satz(
                "Kein Worker läuft: Nichts wird zugestellt.",
                "No worker runs: nothing is delivered.",
            ),
            Satz("amt worker starten.", "Start amt worker."),
        )
    try:
        schriften_ordner()
        yield gut(Bereich.BETRIEB, "schriften", "Die Schriften sind da.", "The fonts are there.")
    except SchriftenFehlen:
        yield Pruefpunkt(
            Bereich.BETRIEB,
            "schriften",
            Stand.FEHLER,
            Satz("Die Schriften für Bescheinigungen fehlen.", "The fonts for certificates are missing."),
            Satz("make install", "make install"),
        )
    if einstellungen.database_url is not None and einstellungen.werk_database_url is None:
        yield Pruefpunkt(
            Bereich.BETRIEB,
            "rollen",
            Stand.WARNUNG,
            Satz(
                "API und Worker teilen sich eine Anmeldung an der Datenbank.",
                "API and worker share one login to the database.",
            ),
            Satz(
                "AMT_WERK_DATABASE_URL setzen (docs/operations.md).",
                "Set AMT_WERK_DATABASE_URL (docs/operations.md).",
            ),
        )
    if einstellungen.smtp_url is None:
        yield Pruefpunkt(
            Bereich.BETRIEB,
            "mail",
            Stand.WARNUNG,
            Satz(
                "Es ist kein Mailserver eingerichtet: Niemand wird benachrichtigt.",
                "No mail server is set up: nobody is told.",
            ),
            Satz("AMT_SMTP_URL und AMT_SMTP_ABSENDER setzen.", "Set AMT_SMTP_URL and AMT_SMTP_ABSENDER."),
        )
