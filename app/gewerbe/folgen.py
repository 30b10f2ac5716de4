"""What the bodies hear when a certified notice is corrected or withdrawn (docs/adr/0006).

Told are those who had the notice (Art. 19 DSGVO): with the corrected notice where it is due to them, with
a message that takes the earlier ones back where it is not. Who has become entitled gets a first message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.gewerbe.bescheinigen import SENDUNGSART, auftrag
from app.gewerbe.models import Gewerbeanzeige
from app.gewerbe.recht.empfaenger import Anspruch
from app.gewerbe.ruecknahme.nachricht import Grund
from app.mandanten.zustaendig import Stelle
from app.versand.service import Auftrag, Ausgegangen

RUECKNAHMEART = "ruecknahme"
ARTEN = (SENDUNGSART, RUECKNAHMEART)
GRUNDLAGE = "Art. 19 DSGVO"


@dataclass(frozen=True, slots=True)
class Besitz:
    """What one body has of the notice; `sendungen`: those that brought it, since it was last taken back."""

    stelle: str
    stellenart: str
    sendungen: tuple[UUID, ...]


def besitz(ausgegangen: Sequence[Ausgegangen]) -> dict[str, Besitz]:
    """The bodies that have the notice, by key."""
    bei: dict[str, Besitz] = {}
    for sendung in sorted(ausgegangen, key=lambda sendung: sendung.grundlage.get("fassung", 1)):
        if sendung.art == RUECKNAHMEART:
            bei.pop(sendung.stelle, None)
            continue
        frueher = bei[sendung.stelle].sendungen if sendung.stelle in bei else ()
        bei[sendung.stelle] = Besitz(sendung.stelle, sendung.stellenart, (*frueher, sendung.sendung_id))
    return bei


def nach_berichtigung(
    zeile: Gewerbeanzeige, empfaenger: Sequence[tuple[Stelle, Anspruch]], bei: Mapping[str, Besitz]
) -> list[Auftrag]:
    """The deliveries of a corrected version: `empfaenger` are those entitled to it."""
    berechtigt = {stelle.schluessel for stelle, _ in empfaenger}
    return [
        *(auftrag(zeile, stelle, recht, korrektur=stelle.schluessel in bei) for stelle, recht in empfaenger),
        *(
            _ruecknahme(zeile, einer, zeile.id, "nicht_mehr_berechtigt")
            for schluessel, einer in bei.items()
            if schluessel not in berechtigt
        ),
    ]


def nach_widerruf(zeile: Gewerbeanzeige, widerruf_id: UUID, bei: Mapping[str, Besitz]) -> list[Auftrag]:
    """The deliveries of a withdrawal; `zeile` is any version of the notice."""
    return [_ruecknahme(zeile, einer, widerruf_id, "widerrufen") for einer in bei.values()]


def _ruecknahme(zeile: Gewerbeanzeige, einer: Besitz, bezug_id: UUID, grund: Grund) -> Auftrag:
    return Auftrag(
        ags=zeile.ags,
        vorgang_id=zeile.vorgang_id,
        art=RUECKNAHMEART,
        bezug_id=bezug_id,
        stelle=einer.stelle,
        stellenart=einer.stellenart,
        grundlage={
            "paragraph": GRUNDLAGE,
            "grund": grund,
            "fassung": zeile.fassung,
            "satz_uuid": str(zeile.uuid),
            "sendungen": [str(sendung) for sendung in einer.sendungen],
            "merkmale": {"form": zeile.form, "grund": grund},
        },
        reihenfolge_schluessel=str(zeile.gewerbebetrieb_id),
    )
