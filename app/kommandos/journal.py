"""`amt journal`: check the journal against its seal.

Exit codes: 0 sound, 1 broken, 2 not usable (no database, an anchor that is none).
"""

import json
import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.akte.service import Anker, Pruefbericht

gruppe = typer.Typer(help="Das Journal. / The journal.", no_args_is_help=True)

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
            metavar="NR:HASH",
            help="Block, der außerhalb der Datenbank vermerkt ist / a block noted outside the database",
        ),
    ] = None,
    als_json: Annotated[bool, typer.Option("--json", help="Ausgabe als JSON / output as JSON")] = False,
) -> None:
    """Alles prüfen und den ersten Bruch nennen. / Check everything and name the first fault.

    Ein abgeschnittenes Ende ist von innen nicht zu sehen: Vermerken Sie den letzten Block täglich
    außerhalb der Datenbank und geben Sie ihn mit --anker an. / A cut-off end cannot be seen from inside:
    note the newest block outside the database every day and hand it over with --anker.
    """
    bericht = _pruefe(_gelesen(anker))
    typer.echo(json.dumps(bericht.als_dict(), ensure_ascii=False) if als_json else _text(bericht))
    raise typer.Exit(0 if bericht.heil else 1)


def _pruefe(anker: "Anker | None") -> "Pruefbericht":
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from app.akte.service import journal_pruefen
    from app.betriebsfehler import Betriebsfehler
    from app.db.zugang import in_transaktion
    from app.settings import settings

    try:
        return in_transaktion(settings(), lambda session: journal_pruefen(session, anker))
    except (OSError, PostgresError, SQLAlchemyError) as fehler:
        raise Betriebsfehler(
            f"Das Journal ist nicht lesbar. / The journal cannot be read. ({type(fehler).__name__})"
        ) from fehler


def _gelesen(anker: str | None) -> "Anker | None":
    from app.akte.service import Anker

    if anker is None:
        return None
    treffer = _ANKER.fullmatch(anker.strip())
    if treffer is None:
        raise typer.BadParameter("Erwartet wird NR:HASH, 64 Hexziffern. / NR:HASH is expected.")
    return Anker(int(treffer[1]), treffer[2].lower())


def _text(bericht: "Pruefbericht") -> str:
    zeilen = [
        f"Geprüft / checked: {bericht.bloecke} Blöcke / blocks, {bericht.eintraege} Einträge / entries; "
        f"{bericht.unversiegelt} noch nicht versiegelt / not sealed yet."
    ]
    if bericht.bruch:
        satz = bericht.bruch.satz()
        return "\n".join(
            ["Das Journal ist gebrochen. / The journal is broken.", satz["de"], satz["en"], *zeilen]
        )
    zeilen.insert(0, "Das Journal ist heil. / The journal is sound.")
    if bericht.anker:
        zeilen.append(f"Anker / anchor: {bericht.anker.block}:{bericht.anker.hash}")
    return "\n".join(zeilen)
