"""`amt journal`: check the journal against its seal and its anchors.

Exit codes: 0 sound, 1 broken, 2 cannot tell (no database, anchors that cannot be read, or nothing anchored
for two days although a file of anchors is named or configured: a cut-off end would not be seen).
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.betriebsfehler import Betriebsfehler

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.akte.service import Bestand, Bruch, Dokumentbericht, Pruefbericht, Stempelbericht

gruppe = typer.Typer(help="Das Journal. / The journal.", no_args_is_help=True)

_ANKER_HOECHSTENS = timedelta(days=2)
_ANKER = re.compile(r"([1-9][0-9]{0,17}):([0-9a-fA-F]{64})")


def registrieren(amt: typer.Typer) -> None:
    """Add the commands."""
    amt.add_typer(gruppe, name="journal")


@gruppe.command("pruefen")
def pruefen(
    *,
    anker: Annotated[
        str | None,
        typer.Option(
            metavar="DATEI|NR:HASH",
            help="Ankerdatei oder ein vermerkter Block; ohne Angabe die eingestellte Datei / "
            "file of anchors or one block that was noted; without it the configured file",
        ),
    ] = None,
    dokumente: Annotated[
        bool,
        typer.Option(
            "--dokumente", help="auch jedes Dokument neu hashen (liest alles) / hash every document anew"
        ),
    ] = False,
    als_json: Annotated[bool, typer.Option("--json", help="Ausgabe als JSON / output as JSON")] = False,
) -> None:
    """Alles prüfen und den ersten Bruch nennen. / Check everything and name the first fault.

    Ein abgeschnittenes Ende ist von innen nicht zu sehen; dafür vermerkt der Worker täglich einen Anker
    außerhalb der Datenbank. / A cut-off end cannot be seen from inside; against it the worker notes an
    anchor outside the database every day.
    """
    bestand = _bestand(anker)
    stempel = _stempel(bestand)
    journal, verspaetet, akten = _pruefe(bestand, stempel, dokumente=dokumente)
    befunde = (journal.bruch, journal.unzeit, stempel and stempel.bruch, verspaetet, akten and akten.bruch)
    brueche = [bruch for bruch in befunde if bruch]
    ausgabe = _json if als_json else _text
    typer.echo(ausgabe(journal, bestand, stempel, akten, brueche))
    veraltet = _veraltet(journal) and _datei_erwartet(anker)
    if veraltet and not als_json:
        typer.echo(
            f"Seit {journal.ungeankert_seit:%d.%m.%Y} wird das Journal nicht mehr verankert: "
            "Ein abgeschnittenes Ende bliebe unbemerkt. "
            f"/ Since {journal.ungeankert_seit:%Y-%m-%d} the journal is no longer anchored: "
            "a cut-off end would not be seen."
        )
    raise typer.Exit(1 if brueche else 2 if veraltet else 0)


def _veraltet(journal: "Pruefbericht") -> bool:
    seit = journal.ungeankert_seit
    return seit is not None and datetime.now(UTC) - seit > _ANKER_HOECHSTENS


def _datei_erwartet(angabe: str | None) -> bool:
    from app.settings import settings

    if angabe:
        return not _ANKER.fullmatch(angabe.strip())
    return settings().ankerdatei is not None


def _pruefe(
    bestand: "Bestand", stempel: "Stempelbericht | None", *, dokumente: bool
) -> "tuple[Pruefbericht, Bruch | None, Dokumentbericht | None]":
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from app.akte.service import dokumente_pruefen, journal_pruefen, zeitstempel_verspaetet
    from app.db.zugang import in_transaktion
    from app.settings import settings

    async def alles(
        session: "AsyncSession",
    ) -> "tuple[Pruefbericht, Bruch | None, Dokumentbericht | None]":
        journal = await journal_pruefen(session, bestand.bezeugt)
        verspaetet = await zeitstempel_verspaetet(session, stempel) if stempel else None
        return journal, verspaetet, await dokumente_pruefen(session) if dokumente else None

    try:
        return in_transaktion(settings(), alles)
    except (OSError, PostgresError, SQLAlchemyError) as fehler:
        raise Betriebsfehler(
            f"Das Journal ist nicht lesbar. / The journal cannot be read. ({type(fehler).__name__})"
        ) from fehler


def _bestand(angabe: str | None) -> "Bestand":
    from app.akte.service import Anker, Ankerdatei, Bestand
    from app.settings import settings

    if angabe and (treffer := _ANKER.fullmatch(angabe.strip())):
        return Bestand(anker=(Anker(int(treffer[1]), treffer[2].lower()),))
    pfad = Path(angabe) if angabe else settings().ankerdatei
    if pfad is None or (angabe is None and not pfad.exists()):
        return Bestand()
    try:
        return Ankerdatei(pfad).lies()
    except FileNotFoundError as fehler:
        raise typer.BadParameter(
            "Erwartet wird eine Ankerdatei oder NR:HASH, 64 Hexziffern. "
            "/ A file of anchors or NR:HASH is expected."
        ) from fehler
    except OSError as fehler:
        raise Betriebsfehler(
            f"Die Ankerdatei ist nicht lesbar. / The anchors cannot be read. ({type(fehler).__name__})"
        ) from fehler


def _stempel(bestand: "Bestand") -> "Stempelbericht | None":
    from app.akte.service import Vertrauen, ZeitstempelFehler, zeitstempel_pruefen
    from app.settings import settings

    pfad = settings().tsa_zertifikate
    if pfad is None:
        return None
    try:
        return zeitstempel_pruefen(bestand, Vertrauen.lies(pfad))
    except ZeitstempelFehler as fehler:
        raise Betriebsfehler(f"AMT_TSA_ZERTIFIKATE: {fehler}") from fehler


def _json(
    journal: "Pruefbericht",
    bestand: "Bestand",
    stempel: "Stempelbericht | None",
    akten: "Dokumentbericht | None",
    brueche: "list[Bruch]",
) -> str:
    werte: dict[str, Any] = journal.als_dict()
    werte |= {
        "heil": not brueche,
        "anker_geprueft": len(bestand.anker),
        "anker_unlesbar": bestand.unlesbar,
        "zeitstempel": len(bestand.zeitstempel),
        "zeitstempel_bestaetigt": stempel and stempel.bestaetigt,
        "dokumente": akten and akten.dokumente,
        "bruch": brueche[0].als_dict() if brueche else None,
    }
    return json.dumps(werte, ensure_ascii=False)


def _text(
    journal: "Pruefbericht",
    bestand: "Bestand",
    stempel: "Stempelbericht | None",
    akten: "Dokumentbericht | None",
    brueche: "list[Bruch]",
) -> str:
    zeilen = ["Das Journal ist heil. / The journal is sound."]
    if brueche:
        zeilen = ["Das Journal ist gebrochen. / The journal is broken."]
        zeilen += [satz for bruch in brueche for satz in bruch.satz().values()]
    zeilen.append(
        f"Geprüft / checked: {journal.bloecke} Blöcke / blocks, {journal.eintraege} Einträge / entries; "
        f"{journal.unversiegelt} noch nicht versiegelt / not sealed yet."
    )
    if akten:
        zeilen.append(f"Dokumente / documents: {akten.dokumente}")
    zeilen.append(
        f"Vermerkte Anker / noted anchors: {len(bestand.anker)}"
        if bestand.anker
        else "Ohne Anker geprüft: Ein abgeschnittenes Ende bliebe unbemerkt. "
        "/ Checked without anchors: a cut-off end would not be seen."
    )
    if stempel:
        zeilen.append(
            f"Zeitstempel / time stamps: {stempel.bestaetigt} bestätigt / confirmed"
            + (f", Block {stempel.block}: {stempel.zeit.isoformat()}" if stempel.zeit else "")
        )
    elif bestand.zeitstempel:
        zeilen.append(
            "Die Zeitstempel sind nicht geprüft: AMT_TSA_ZERTIFIKATE fehlt. "
            "/ The time stamps are not checked: AMT_TSA_ZERTIFIKATE is missing."
        )
    if bestand.unlesbar:
        nummern = ", ".join(str(nummer) for nummer in bestand.unlesbar)
        zeilen.append(f"Unlesbare Zeilen der Ankerdatei / lines that cannot be read: {nummern}")
    if journal.anker and not brueche:
        zeilen.append(f"Anker / anchor: {journal.anker}")
    return "\n".join(zeilen)
