"""N APIs and N workers on machines of their own, one PostgreSQL; machines are cut off while clients submit.

`python -m tests.zuverlaessigkeit.namensraeume [N] [SECONDS]` as root (`make namensraeume`) writes what it
has seen into docs/reliability.md.
"""

import asyncio
import contextlib
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.db.rollen import WERK
from tests.zuverlaessigkeit.bericht import ersetze
from tests.zuverlaessigkeit.haus import Brutkasten, Haus, haus
from tests.zuverlaessigkeit.klient import Kammer, Klient, Portal
from tests.zuverlaessigkeit.netz import ZENTRALE, Maschine, Netz, fehlt, netz

_EINREICHER = 4
_GEDULD = 8.0
"""Seconds a client waits for an answer before it turns to the next API."""
_UNGESTOERT = 0.4
"""Part of the time in which nothing is cut, for comparison."""
# A statement's bound that lets a machine notice within seconds that it is alone.
_UMGEBUNG = {"AMT_DB_ANWEISUNGSFRIST": "2", "AMT_WORKER_GLEICHZEITIG": "4", "AMT_WORKER_LEASE": "6"}


@dataclass
class Ergebnis:
    """What a run has seen."""

    je_art: int
    last: float
    """Load of the machine before it began (what else it had to do)."""
    ungestoert: float
    """Accepted submissions a second with all machines connected."""
    gestoert: float
    """The same while machines are cut off."""
    laengste_luecke: float
    """Longest time without an acceptance, in seconds."""
    schnitte: int
    abbrueche: int
    """Requests that got no answer."""
    absagen: int
    """Answers 503."""
    zustellungen: int
    verloren: int
    doppelt: int

    def als_text(self) -> str:
        """The run as Markdown."""
        zeilen = {
            "APIs / workers / submitting clients": f"{self.je_art} / {self.je_art} / {_EINREICHER}",
            "load before it began / cores": f"{self.last:.0f} / {os.cpu_count()}",
            "submissions/s, all connected": f"{self.ungestoert:.1f}",
            "submissions/s while machines are cut off": f"{self.gestoert:.1f}",
            "longest time without an accepted submission": f"{self.laengste_luecke:.1f} s",
            "machines cut off": f"{self.schnitte} times",
            "requests without an answer, repeated": self.abbrueche,
            "answers 503, repeated": self.absagen,
            "deliveries taken over by the chambers": self.zustellungen,
            "lost": self.verloren,
            "doubled": self.doppelt,
        }
        tabelle = "".join(f"| {name} | {wert} |\n" for name, wert in zeilen.items())
        return f"| what | seen |\n|---|---|\n{tabelle}"


async def laufe(je_art: int, sekunden: float) -> Ergebnis:
    """One run; raises AssertionError where a promise is broken."""
    with netz() as verbund:
        async with haus(netz=f"127.0.0.1,{ZENTRALE}") as offen:
            await offen.toete("api")
            await offen.toete("worker")
            with _verteilt(offen, verbund, je_art) as apis:
                return await _belaste(offen, verbund, apis, je_art, sekunden)


@contextlib.contextmanager
def _verteilt(offen: Haus, verbund: Netz, je_art: int) -> Iterator[list[Maschine]]:
    kaesten: list[Brutkasten] = []
    try:
        offen.datenbank_adresse = offen.postgres.dsn(WERK, rechner=ZENTRALE)
        apis: list[Maschine] = []
        for art in ("api", "worker"):
            for _ in range(je_art):
                maschine = verbund.maschine()
                kasten = Brutkasten(offen.ordner, *maschine.davor)
                kaesten.append(kasten)
                kasten.starte(art, offen.umgebung() | _UMGEBUNG | {"AMT_HOST": maschine.adresse})
                if art == "api":
                    apis.append(maschine)
        yield apis
    finally:
        for kasten in kaesten:
            kasten.beenden()


async def _belaste(
    offen: Haus, verbund: Netz, apis: list[Maschine], je_art: int, sekunden: float
) -> Ergebnis:
    adressen = [f"http://{api.adresse}:{offen.port}" for api in apis]
    for nummer, klient in enumerate([offen.portal, *offen.kammern.values()]):
        klient.adresse, *klient.weitere = adressen[nummer % je_art :] + adressen[: nummer % je_art]
        klient.wartezeit = _GEDULD
    einreicher = [
        Portal(
            adressen[nummer % je_art],
            offen.portal.kopf,
            wartezeit=_GEDULD,
            weitere=[adresse for adresse in adressen if adresse != adressen[nummer % je_art]],
            # One book of promises for all of them.
            zugesagt=offen.portal.zugesagt,
        )
        for nummer in range(_EINREICHER)
    ]
    last = os.getloadavg()[0]
    ende = asyncio.Event()
    zeiten: list[float] = []
    schnitte = 0
    async with asyncio.TaskGroup() as gruppe:
        for adresse in adressen:
            bereit = Klient(adresse, {})
            await bereit.anfrage("GET", "/health/ready")
        beginn = time.monotonic()
        for einer in einreicher:
            gruppe.create_task(_reiche_ein(einer, ende, zeiten))
        for kammer in offen.kammern.values():
            gruppe.create_task(_hole_ab(kammer, ende))
        await asyncio.sleep(sekunden * _UNGESTOERT)
        bruch = time.monotonic()
        while time.monotonic() - beginn < sekunden:
            schnitte += await _stoere(verbund, je_art)
        schluss = time.monotonic()
        ende.set()
    abgleich = await offen.vollende()
    assert abgleich.einwandfrei, abgleich
    grenzen = [beginn, *sorted(zeiten)]
    return Ergebnis(
        je_art=je_art,
        last=last,
        ungestoert=sum(zeit < bruch for zeit in zeiten) / (bruch - beginn),
        gestoert=sum(bruch <= zeit < schluss for zeit in zeiten) / (schluss - bruch),
        laengste_luecke=max(b - a for a, b in pairwise(grenzen)),
        schnitte=schnitte,
        abbrueche=sum(einer.abbrueche for einer in [*einreicher, *offen.kammern.values()]),
        absagen=sum(einer.antworten.count(503) for einer in [*einreicher, *offen.kammern.values()]),
        zustellungen=sum(len(kammer.bestand) for kammer in offen.kammern.values()),
        verloren=abgleich.verloren.total(),
        doppelt=abgleich.doppelt.total(),
    )


async def _reiche_ein(portal: Portal, ende: asyncio.Event, zeiten: list[float]) -> None:
    while not ende.is_set():
        await portal.reiche_ein()
        zeiten.append(time.monotonic())


async def _hole_ab(kammer: Kammer, ende: asyncio.Event) -> None:
    while not ende.is_set():
        await kammer.leere()
        await asyncio.sleep(1.0)


async def _stoere(verbund: Netz, je_art: int) -> int:
    """Cut off one API and one worker for some seconds; how many machines that was."""
    getrennt = [
        random.choice(verbund.maschinen[:je_art]),
        random.choice(verbund.maschinen[je_art:]),
    ]
    for maschine in getrennt:
        maschine.trenne()
    await asyncio.sleep(random.uniform(1.0, 4.0))
    for maschine in getrennt:
        maschine.verbinde()
    await asyncio.sleep(1.0)
    return len(getrennt)


def main() -> None:
    """The command."""
    if grund := fehlt():
        sys.exit(f"skipped: {grund}")
    je_art = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    sekunden = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    ergebnis = asyncio.run(laufe(je_art, sekunden))
    sys.stdout.write(ergebnis.als_text())
    ersetze("namespaces", ergebnis.als_text())


if __name__ == "__main__":
    # What tests set up for every process that they start.
    import tests.conftest  # noqa: F401

    main()
