"""What a fresh demo needs: its towns, and clients whose secrets can be shown again."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.db.sitzung import ALLE, transaktion
from app.konto import service as konto
from app.mandanten import service as mandanten
from app.mandanten.zustaendig import gemeinde, stelle

PADERBORN, BIELEFELD, DELBRUECK = "05774032", "05711000", "05774020"
STAEDTE = (PADERBORN, BIELEFELD, DELBRUECK)
_PLZ = {PADERBORN: "33098", BIELEFELD: "33602", DELBRUECK: "33129"}
PORTAL = "demo-portal"


@dataclass(frozen=True, slots=True)
class Zugang:
    """A client of the demo with its secret."""

    client_id: str
    geheimnis: str
    name: str


class Zugaenge:
    """Makes the clients of the demo as they are needed and remembers their secrets beside its database."""

    def __init__(self, ordner: Path) -> None:
        """`ordner`: the demo's data folder."""
        self._datei = ordner / "zugaenge.json"

    async def portal(self) -> Zugang:
        """The client that submits for citizens and businesses, to every town."""
        return await self._hole(PORTAL, "Serviceportal (Demo)", "einreichen")

    async def gewerbeamt(self, ags: str) -> Zugang:
        """The desk of a town."""
        name = f"Gewerbeamt {gemeinde(ags).name} (Demo)"
        return await self._hole(f"demo-sachbearbeitung-{ags}", name, "sachbearbeitung", ags=ags)

    async def empfaenger(self, schluessel: str) -> Zugang:
        """A body that fetches its messages."""
        name = f"{stelle(schluessel).name} (Demo)"
        return await self._hole(f"demo-{schluessel}", name, "postfach", stelle=schluessel)

    async def _hole(
        self, client_id: str, name: str, scope: str, *, ags: str | None = None, stelle: str | None = None
    ) -> Zugang:
        geheimnis = self._lies().get(client_id)
        async with transaktion(gemeinde=ALLE) as sitzung:
            vorhanden = await konto.klient(sitzung, client_id) is not None
            if not vorhanden:
                neu = await konto.anlegen_klient(
                    sitzung, name=name, scopes=[scope], gemeinde=ags, stelle=stelle, client_id=client_id
                )
                geheimnis = neu.geheimnis
            elif geheimnis is None:
                geheimnis = await konto.rotiere_geheimnis(sitzung, client_id)
        assert geheimnis is not None  # noqa: S101 the client exists by now
        self._merke(client_id, geheimnis)
        return Zugang(client_id, geheimnis, name)

    def _lies(self) -> dict[str, str]:
        if not self._datei.exists():
            return {}
        inhalt: dict[str, str] = json.loads(self._datei.read_text("utf-8"))
        return inhalt

    def _merke(self, client_id: str, geheimnis: str) -> None:
        bekannt = self._lies()
        if bekannt.get(client_id) == geheimnis:
            return
        neu = self._datei.with_suffix(f".{os.getpid()}")
        neu.touch(mode=0o600)
        neu.write_text(json.dumps(bekannt | {client_id: geheimnis}, indent=2), "utf-8")
        neu.replace(self._datei)


async def richte_staedte_ein(*weitere: str) -> None:
    """Set up the demo's towns and `weitere` (AGS); those that are there stay as they are.

    Delbrück has every notice looked at by a person, so that a worklist can be seen.
    """
    async with transaktion(gemeinde=ALLE) as sitzung:
        vorhanden = {stadt.ags for stadt in await mandanten.alle_einstellungen(sitzung)}
        for ags in dict.fromkeys((*STAEDTE, *weitere)):
            if ags not in vorhanden:
                await mandanten.richte_ein(sitzung, ags, _einstellungen(ags))


def _einstellungen(ags: str) -> dict[str, Any]:
    """Invented settings; an address only in the demo's towns."""
    ort = gemeinde(ags).name
    einstellungen: dict[str, Any] = {
        "behoerdenname": f"Gewerbeamt {ort}",
        "erreichbarkeit": [{"kanal": "email", "kennung": f"gewerbeamt-{ags}@example.org"}],
        "automatisch_bescheinigen": ags != DELBRUECK,
        "pflichtangaben": {
            "vertreten_durch": "Bürgermeisterin Beate Beispiel",
            "datenschutz": {"name": "Dietrich Datenschutz", "email": f"datenschutz-{ags}@example.org"},
        },
    }
    if ags in _PLZ:
        einstellungen["anschrift"] = {
            "strasse": "Beispielplatz",
            "hausnummer": "1",
            "plz": _PLZ[ags],
            "ort": ort,
        }
    return einstellungen
