"""Checking the whole journal against its seal, from the first block to the last, in little memory.

What cannot be seen from inside is a cut-off end, a chain that was computed anew to its end, and what was
done to an entry before it was sealed (a second at most). Against the first two, blocks are noted outside as
anchors (number and hash) and given back here.
Documents are checked apart (`app.akte.dokumentpruefung`): every byte of them has to be read.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, null, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.akte import siegel
from app.akte.ankerdatei import Anker
from app.akte.models import Journalblock, Journaleintrag, JournalUnversiegelt
from app.akte.versiegelung import HOECHSTZAHL, SPALTEN

_BLOECKE_AUF_EINMAL = 64
# Between a long transaction's first entry and the last before its commit, and between clocks.
_UNGENAU = timedelta(days=1)

Zeile = Row[*tuple[Any, ...]]
Eintraege = Mapping[UUID, Zeile]


@dataclass(frozen=True, slots=True)
class Bruch:
    """The first thing that is wrong.

    `art`: ``eintrag_geaendert``, ``eintrag_geloescht``, ``eintrag_eingefuegt``, ``eintrag_doppelt``,
    ``block_geaendert``, ``block_fehlt``, ``anker_fehlt``, ``anker_weicht_ab``, ``zeitstempel_ungueltig``,
    ``zeitstempel_spaet``, ``eintrag_unzeit``, ``dokument_geaendert``, ``dokument_fehlt``,
    ``dokument_eingefuegt``.
    """

    art: str
    block: int | None = None
    eintrag: UUID | None = None
    dokument: UUID | None = None

    def satz(self) -> dict[str, str]:
        """What is wrong, as a sentence in German and English."""
        de, en = _SAETZE[self.art]
        werte = {"block": self.block, "eintrag": self.eintrag, "dokument": self.dokument}
        return {"de": de.format(**werte), "en": en.format(**werte)}

    def als_dict(self) -> dict[str, Any]:
        """For JSON output."""
        return {
            "art": self.art,
            "block": self.block,
            "eintrag": self.eintrag and str(self.eintrag),
            "dokument": self.dokument and str(self.dokument),
            "text": self.satz(),
        }


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
        "Entry {eintrag} is in no block and does not wait for sealing: it was inserted, "
        "or its block was removed.",
    ),
    "eintrag_doppelt": (
        "Eintrag {eintrag} ist mehr als einmal versiegelt oder zur Versiegelung vorgemerkt.",
        "Entry {eintrag} is sealed, or waits for sealing, more than once.",
    ),
    "eintrag_unzeit": (
        "Eintrag {eintrag} (Block {block}) trägt eine Zeit, die nicht zu seiner Stelle im Journal passt: "
        "Er wurde zu anderer Zeit eingefügt, oder die Uhr der Datenbank ging falsch.",
        "Entry {eintrag} (block {block}) bears a time that does not fit its place in the journal: it was "
        "inserted at another time, or the database's clock was wrong.",
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
    "zeitstempel_ungueltig": (
        "Der Zeitstempel des Ankers von Block {block} stammt nicht von einer Stelle, der Sie vertrauen, "
        "oder gilt für anderes.",
        "The time stamp of block {block}'s anchor is not of an authority you trust, "
        "or is about another thing.",
    ),
    "zeitstempel_spaet": (
        "Den Zeitstempel von Block {block} gab es erst Tage, nachdem der nächste Block versiegelt wurde: Das "
        "Journal wurde später neu geschrieben, oder die Uhr der Datenbank ging falsch.",
        "The time stamp of block {block} was got days after the next block was sealed: the journal was "
        "written anew later, or the database's clock was wrong.",
    ),
    "dokument_geaendert": (
        "Dokument {dokument} wurde nach dem Ablegen geändert.",
        "Document {dokument} was changed after it was filed.",
    ),
    "dokument_fehlt": ("Dokument {dokument} fehlt.", "Document {dokument} is missing."),
    "dokument_eingefuegt": (
        "Dokument {dokument} wurde nie abgelegt: Das Journal kennt es nicht.",
        "Document {dokument} was never filed: the journal does not know it.",
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
    ungeankert_seit: datetime | None = None
    """When the oldest block behind all given anchors was sealed; what came since could be cut off unseen."""

    unzeit: Bruch | None = None
    """The first entry that bears the time of another day than its place says."""

    @property
    def heil(self) -> bool:
        """True: the journal is as it was sealed."""
        return self.bruch is None

    def als_dict(self) -> dict[str, Any]:
        """For JSON output."""
        return {
            "heil": self.heil,
            "bloecke": self.bloecke,
            "eintraege": self.eintraege,
            "unversiegelt": self.unversiegelt,
            "anker": self.anker and asdict(self.anker),
            "ungeankert_seit": self.ungeankert_seit and self.ungeankert_seit.isoformat(),
            "bruch": self.bruch and self.bruch.als_dict(),
        }


async def journal_pruefen(session: AsyncSession, anker: Collection[Anker] = ()) -> Pruefbericht:
    """Check everything: each block, the chain, and that every entry is sealed, or waits, exactly once.

    With `anker`, also that these blocks are still there with these hashes. Needs the scope of the whole
    system. Sealing may go on meanwhile: blocks and entries never change, and a block comes whole.
    """
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    bloecke = eintraege = 0
    letzter: Anker | None = None
    vorgaenger, bruch = siegel.ANFANG, None
    unzeit, juengster = None, datetime.min.replace(tzinfo=UTC)
    vermerkt = _nach_block(anker)
    verankert, ungeankert_seit = max(vermerkt, default=0), None
    async for block, gefunden in _bloecke(session):
        bruch = _pruefe_block(block, gefunden, bloecke + 1, vorgaenger, vermerkt)
        if bruch:
            break
        unzeit = unzeit or _unzeit(block, gefunden, juengster)
        juengster = max([juengster, *(gefunden[eine].zeitpunkt for eine in block.eintraege)])
        bloecke, eintraege, vorgaenger = block.nr, eintraege + len(block.eintraege), block.hash
        letzter = Anker(block.nr, block.hash.hex())
        if block.nr == verankert + 1:
            ungeankert_seit = block.gesiegelt_am
    if bruch is None:
        bruch = next((Bruch("anker_fehlt", nr) for nr in sorted(vermerkt) if nr > bloecke), None)
    if bruch is None:
        bruch = await _nicht_genau_einmal(session)
    unversiegelt = await session.scalar(select(func.count()).select_from(JournalUnversiegelt))
    return Pruefbericht(bloecke, eintraege, unversiegelt or 0, letzter, bruch, ungeankert_seit, unzeit)


def _nach_block(anker: Collection[Anker]) -> dict[int, set[str]]:
    nach_block: dict[int, set[str]] = {}
    for einer in anker:
        nach_block.setdefault(einer.block, set()).add(einer.hash)
    return nach_block


async def _bloecke(session: AsyncSession) -> AsyncIterator[tuple[Zeile, Eintraege]]:
    """Every block in order, with those of its entries that are there."""
    nr = None
    while True:
        abfrage = select(*Journalblock.__table__.c).order_by(Journalblock.nr).limit(_BLOECKE_AUF_EINMAL)
        if nr is not None:
            abfrage = abfrage.where(Journalblock.nr > nr)
        bloecke = (await session.execute(abfrage)).all()
        if not bloecke:
            return
        for happen in _happen(bloecke):
            ids = [eintrag_id for block in happen for eintrag_id in block.eintraege]
            zeilen = await session.execute(select(*SPALTEN).where(Journaleintrag.id.in_(ids)))
            gefunden = {zeile.id: zeile for zeile in zeilen}
            for block in happen:
                yield block, gefunden
        nr = bloecke[-1].nr


def _happen(bloecke: Sequence[Zeile]) -> Iterator[list[Zeile]]:
    """Runs of blocks whose entries are few enough to be fetched at once."""
    happen: list[Zeile] = []
    for block in bloecke:
        if happen and sum(len(b.eintraege) for b in (*happen, block)) > HOECHSTZAHL:
            yield happen
            happen = []
        happen.append(block)
    yield happen


def _pruefe_block(
    block: Zeile, gefunden: Eintraege, nr: int, vorgaenger: bytes, vermerkt: Mapping[int, Collection[str]]
) -> Bruch | None:
    if block.nr != nr:
        # A number below the expected one can only be one that no sealer ever gave.
        return Bruch("block_fehlt", nr) if block.nr > nr else Bruch("block_geaendert", block.nr)
    if any(vermerk != block.hash.hex() for vermerk in vermerkt.get(nr, ())):
        return Bruch("anker_weicht_ab", nr)
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
        return Bruch("block_geaendert", nr)
    return _pruefe_eintraege(nr, block.eintraege, block.blaetter, gefunden)


def _pruefe_eintraege(
    nr: int, eintraege: Sequence[UUID], blaetter: bytes, gefunden: Eintraege
) -> Bruch | None:
    for stelle, eintrag_id in enumerate(eintraege):
        eintrag = gefunden.get(eintrag_id)
        if eintrag is None:
            return Bruch("eintrag_geloescht", nr, eintrag_id)
        versiegelt = blaetter[stelle * siegel.BLATTLAENGE : (stelle + 1) * siegel.BLATTLAENGE]
        if siegel.blatt(**eintrag._mapping) != versiegelt:
            return Bruch("eintrag_geaendert", nr, eintrag_id)
    return None


def _unzeit(block: Zeile, gefunden: Eintraege, juengster: datetime) -> Bruch | None:
    """An entry older than those of earlier blocks, or younger than its own block, by more than a day.

    However long entries wait for a worker, they are sealed in order.
    """
    for eintrag_id in block.eintraege:
        zeitpunkt = gefunden[eintrag_id].zeitpunkt
        if juengster - zeitpunkt > _UNGENAU or zeitpunkt - block.gesiegelt_am > _UNGENAU:
            return Bruch("eintrag_unzeit", block.nr, eintrag_id)
    return None


async def _nicht_genau_einmal(session: AsyncSession) -> Bruch | None:
    """The first entry that is not in exactly one place; PostgreSQL counts, spilling to disk if need be.

    Each statement sees one moment: an entry that is being sealed is still open or already sealed.
    """
    orte = union_all(
        select(func.unnest(Journalblock.eintraege).label("id"), Journalblock.nr.label("nr")),
        select(JournalUnversiegelt.eintrag_id, null()),
    ).subquery()
    gezaehlt = (
        select(orte.c.id, func.count().label("anzahl"), func.max(orte.c.nr).label("nr"))
        .group_by(orte.c.id)
        .subquery()
    )
    doppelt = await session.execute(
        select(gezaehlt.c.id, gezaehlt.c.nr).where(gezaehlt.c.anzahl > 1).order_by(gezaehlt.c.id).limit(1)
    )
    for zeile in doppelt:
        return Bruch("eintrag_doppelt", zeile.nr, zeile.id)
    lose = await session.execute(
        select(Journaleintrag.id.label("eintrag"), gezaehlt.c.id.label("ort"))
        .join_from(Journaleintrag, gezaehlt, gezaehlt.c.id == Journaleintrag.id, full=True)
        .where(or_(Journaleintrag.id.is_(None), gezaehlt.c.id.is_(None)))
        .order_by(func.coalesce(Journaleintrag.id, gezaehlt.c.id))
        .limit(1)
    )
    for zeile in lose:
        if zeile.eintrag:
            return Bruch("eintrag_eingefuegt", None, zeile.eintrag)
        return Bruch("eintrag_geloescht", None, zeile.ort)
    return None
