"""Checking the whole journal against its seal, from the first block to the last, in little memory.

What cannot be seen from inside is a cut-off end, and an entry that was removed before it was sealed (a
second at most). Against the first, blocks are noted outside as anchors (number and hash) and given back here.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import siegel
from app.akte.models import Journalblock, Journaleintrag
from app.akte.versiegelung import SPALTEN

_BLOECKE_AUF_EINMAL = 16


@dataclass(frozen=True, slots=True)
class Anker:
    """A block as it was noted outside the database."""

    block: int
    hash: str


@dataclass(frozen=True, slots=True)
class Bruch:
    """The first thing that is wrong.

    `art`: ``eintrag_geaendert``, ``eintrag_geloescht``, ``eintrag_eingefuegt``, ``eintrag_doppelt``,
    ``block_geaendert``, ``block_fehlt``, ``anker_fehlt``, ``anker_weicht_ab``.
    """

    art: str
    block: int | None
    eintrag: UUID | None

    def satz(self) -> dict[str, str]:
        """What is wrong, as a sentence in German and English."""
        de, en = _SAETZE[self.art]
        werte = {"block": self.block, "eintrag": self.eintrag}
        return {"de": de.format(**werte), "en": en.format(**werte)}


_SAETZE = {
    "eintrag_geaendert": (
        "Eintrag {eintrag} (Block {block}) wurde nach dem Versiegeln geändert.",
        "Entry {eintrag} (block {block}) was changed after it was sealed.",
    ),
    "eintrag_geloescht": (
        "Eintrag {eintrag} (Block {block}) wurde gelöscht.",
        "Entry {eintrag} (block {block}) was deleted.",
    ),
    "eintrag_eingefuegt": (
        "Eintrag {eintrag} steht in keinem Block und wartet nicht auf Versiegelung: Er wurde eingefügt, "
        "oder sein Block wurde entfernt.",
        "Entry {eintrag} is in no block and does not wait for sealing: it was inserted, or its block was removed.",
    ),
    "eintrag_doppelt": (
        "Eintrag {eintrag} ist mehr als einmal versiegelt oder zur Versiegelung vorgemerkt.",
        "Entry {eintrag} is sealed, or waits for sealing, more than once.",
    ),
    "block_geaendert": ("Block {block} wurde geändert.", "Block {block} was changed."),
    "block_fehlt": ("Block {block} fehlt.", "Block {block} is missing."),
    "anker_fehlt": (
        "Block {block}, der außerhalb vermerkt ist, fehlt: Das Ende des Journals wurde abgeschnitten.",
        "Block {block}, which is noted outside, is missing: the end of the journal was cut off.",
    ),
    "anker_weicht_ab": (
        "Block {block} hat einen anderen Hash als außerhalb vermerkt: Das Journal wurde neu geschrieben.",
        "Block {block} has another hash than noted outside: the journal was written anew.",
    ),
}


@dataclass(frozen=True, slots=True)
class Pruefbericht:
    """The outcome: how much was checked, the newest block as an anchor, and the first fault if any."""

    bloecke: int
    eintraege: int
    unversiegelt: int
    anker: Anker | None
    bruch: Bruch | None

    @property
    def heil(self) -> bool:
        """True: the journal is as it was sealed."""
        return self.bruch is None

    def als_dict(self) -> dict[str, Any]:
        """For JSON output."""
        bruch = self.bruch and {
            "art": self.bruch.art,
            "block": self.bruch.block,
            "eintrag": self.bruch.eintrag and str(self.bruch.eintrag),
            "text": self.bruch.satz(),
        }
        return {
            "heil": self.heil,
            "bloecke": self.bloecke,
            "eintraege": self.eintraege,
            "unversiegelt": self.unversiegelt,
            "anker": self.anker and asdict(self.anker),
            "bruch": bruch,
        }


async def journal_pruefen(session: AsyncSession, anker: Anker | None = None) -> Pruefbericht:
    """Check everything: each block, the chain, and that every entry is sealed, or waits, exactly once.

    With `anker`, also that this block is still there with this hash. Needs the scope of the whole
    system. Sealing may go on meanwhile: blocks and entries never change, and a block comes whole.
    """
    bloecke = eintraege = 0
    letzter: Anker | None = None
    vorgaenger, bruch = siegel.ANFANG, None
    async for block, gefunden in _bloecke(session):
        bruch = _pruefe_block(block, gefunden, bloecke + 1, vorgaenger, anker)
        if bruch:
            break
        bloecke, eintraege, vorgaenger = block.nr, eintraege + len(block.eintraege), block.hash
        letzter = Anker(block.nr, block.hash.hex())
    if bruch is None and anker and anker.block > bloecke:
        bruch = Bruch("anker_fehlt", anker.block, None)
    if bruch is None:
        bruch = await _nicht_genau_einmal(session)
    unversiegelt = await session.scalar(text("SELECT count(*) FROM journal_unversiegelt"))
    return Pruefbericht(bloecke, eintraege, unversiegelt or 0, letzter, bruch)


async def _bloecke(session: AsyncSession) -> AsyncIterator[tuple[Row[Any], dict[UUID, Row[Any]]]]:
    """Every block in order, with those of its entries that are there."""
    nr = None
    while True:
        abfrage = select(*Journalblock.__table__.c).order_by(Journalblock.nr).limit(_BLOECKE_AUF_EINMAL)
        if nr is not None:
            abfrage = abfrage.where(Journalblock.nr > nr)
        bloecke = (await session.execute(abfrage)).all()
        if not bloecke:
            return
        for block in bloecke:
            zeilen = await session.execute(select(*SPALTEN).where(Journaleintrag.id.in_(block.eintraege)))
            yield block, {zeile.id: zeile for zeile in zeilen}
        nr = bloecke[-1].nr


def _pruefe_block(
    block: Row[Any], gefunden: dict[UUID, Row[Any]], nr: int, vorgaenger: bytes, anker: Anker | None
) -> Bruch | None:
    if block.nr != nr:
        # A number below the expected one can only be one that no sealer ever gave.
        return Bruch("block_fehlt", nr, None) if block.nr > nr else Bruch("block_geaendert", block.nr, None)
    if anker and anker.block == nr and anker.hash != block.hash.hex():
        return Bruch("anker_weicht_ab", nr, None)
    anzahl = len(block.eintraege)
    errechnet = siegel.blockhash(
        nr=nr,
        vorgaenger=block.vorgaenger,
        wurzel=block.wurzel,
        anzahl=anzahl,
        gesiegelt_am=block.gesiegelt_am,
    )
    if (
        block.hash != errechnet
        or block.vorgaenger != vorgaenger
        or block.wurzel != siegel.wurzel(block.blaetter)
        or len(block.blaetter) != anzahl * siegel.BLATTLAENGE
    ):
        return Bruch("block_geaendert", nr, None)
    return _pruefe_eintraege(nr, block.eintraege, block.blaetter, gefunden)


def _pruefe_eintraege(
    nr: int, eintraege: Sequence[UUID], blaetter: bytes, gefunden: dict[UUID, Row[Any]]
) -> Bruch | None:
    for stelle, eintrag_id in enumerate(eintraege):
        eintrag = gefunden.get(eintrag_id)
        if eintrag is None:
            return Bruch("eintrag_geloescht", nr, eintrag_id)
        versiegelt = blaetter[stelle * siegel.BLATTLAENGE : (stelle + 1) * siegel.BLATTLAENGE]
        if siegel.blatt(**eintrag._mapping) != versiegelt:
            return Bruch("eintrag_geaendert", nr, eintrag_id)
    return None


# One statement sees one moment: an entry that is being sealed is still open or already sealed.
_ORTE = """
    WITH orte AS (
        SELECT unnest(eintraege) AS id, nr FROM journalblock
        UNION ALL
        SELECT eintrag_id, NULL FROM journal_unversiegelt
    ), gezaehlt AS (
        SELECT id, count(*) AS anzahl, max(nr) AS nr FROM orte GROUP BY id
    )
"""


async def _nicht_genau_einmal(session: AsyncSession) -> Bruch | None:
    """The first entry that is not in exactly one place; PostgreSQL counts, spilling to disk if need be."""
    doppelt = (
        await session.execute(
            text(_ORTE + "SELECT id, nr FROM gezaehlt WHERE anzahl > 1 ORDER BY id LIMIT 1")
        )
    ).one_or_none()
    if doppelt:
        return Bruch("eintrag_doppelt", doppelt.nr, doppelt.id)
    lose = (
        await session.execute(
            text(
                _ORTE + "SELECT coalesce(e.id, g.id) AS id, g.id IS NULL AS eingefuegt"
                " FROM journaleintrag e FULL JOIN gezaehlt g ON g.id = e.id"
                " WHERE e.id IS NULL OR g.id IS NULL ORDER BY 1 LIMIT 1"
            )
        )
    ).one_or_none()
    if lose:
        return Bruch("eintrag_eingefuegt" if lose.eingefuegt else "eintrag_geloescht", None, lose.id)
    return None
