"""The pages of a form: how long the server takes for one while many people fill it in, and what it weighs."""

import asyncio
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import httpx

from app.bench.kennzahl import Kennzahl
from app.bench.last import gleichmass
from app.bench.stand import SERVE, Pruefstand, richte_ein
from app.bench.umfang import Umfang
from app.db.sitzung import transaktion
from app.demo.einrichtung import STAEDTE
from app.konto import sitzungen
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.niveau import Niveau

_LEISTUNG: Final = "gewerbeanmeldung"
_PERSONEN: Final = 50
_SEKUNDEN_JE_SEITE: Final = 5.0
"""How long somebody looks at a page at least before asking for the next."""
_HTML: Final = {"Accept": "text/html"}
_SCHRITT: Final = re.compile(r'value="zu:(\w+)"')
_KEINE_SCHRITTE: Final = frozenset({"nachweise", "pruefen"})
_TOKEN: Final = re.compile(r'id="beginnen"[^>]*>\s*<input type="hidden" name="csrf" value="([^"]+)"')
_DATEI: Final = re.compile(
    r'(?:href|src)="((?:/static/|/gemeinde/)[^"]+\.(?:css|js|svg)\?[^"]*|[^"]+/wappen\?[^"]*)"'
)


def seiten(stand: Pruefstand, groesse: Umfang) -> Iterator[Kennzahl]:
    """`schrittseite_p95`: 50 people, each with a page every five seconds; `seitengewicht`: without fonts."""
    asyncio.run(richte_ein(stand))
    with stand.laeuft(*SERVE, port=stand.port):
        fragen, gewicht = asyncio.run(_bereite_vor(stand))
        zufall = random.Random(50)  # noqa: S311 the same pages in the same order each time

        def messe(sekunden: float) -> float:
            last = gleichmass(
                stand.port,
                lambda: zufall.choice(fragen),
                je_sekunde=_PERSONEN / _SEKUNDEN_JE_SEITE,
                verbindungen=_PERSONEN,
                sekunden=sekunden,
            )
            return asyncio.run(last).perzentil(0.95)

        messe(groesse.sekunden)
        yield Kennzahl("schrittseite_p95", messe(groesse.sekunden * 5), "ms", None, None, 30.0, False)
    yield Kennzahl("seitengewicht", gewicht / 1000, "KB", None, None, 120.0, False)


async def _bereite_vor(stand: Pruefstand) -> tuple[list[bytes], int]:
    """A request for each step of each draft, and the bytes of the heaviest with all that it loads."""
    ags = STAEDTE[0]
    async with stand.geoeffnet():
        kekse = [await _melde_an(nummer) for nummer in range(_PERSONEN)]
    fragen: list[bytes] = []
    gewicht = 0
    for nummer, keks in enumerate(kekse):
        async with httpx.AsyncClient(
            base_url=stand.einstellungen.adresse, cookies={"amt": keks}, trust_env=False
        ) as http:
            entwurf = await _beginne(http, f"/leistungen/{ags}/{_LEISTUNG}/beginnen")
            seite = await http.get(entwurf, follow_redirects=True, headers=_HTML)
            for schritt in set(_SCHRITT.findall(seite.raise_for_status().text)) - _KEINE_SCHRITTE:
                fragen.append(_frage(f"{entwurf}/{schritt}", keks))
                if not nummer:
                    gewicht = max(gewicht, await _gewicht(http, f"{entwurf}/{schritt}"))
    return fragen, gewicht


async def _melde_an(nummer: int) -> str:
    """The secret of a session, as after a checked login."""
    anmeldung = Anmeldung(
        anbieter="bench",
        issuer="https://idp.example",
        subjekt=f"person-{nummer}",
        art=Kontoart.PERSON,
        niveau=Niveau.SUBSTANTIELL,
        angaben=Angaben(vornamen="Petra", familienname=f"Probe {nummer}"),
        authentifiziert_am=datetime.now(UTC),
    )
    async with transaktion() as session:
        return await sitzungen.beginne(session, anmeldung, geraet="Bench", bisher=None)


async def _beginne(http: httpx.AsyncClient, adresse: str) -> str:
    """Path of a new draft."""
    seite = await http.get(adresse, headers=_HTML)
    token = _TOKEN.search(seite.raise_for_status().text)
    if token is None:
        raise RuntimeError(f"no form on {adresse}")
    antwort = await http.post(adresse, data={"csrf": token[1]}, headers=_HTML)
    return antwort.headers["location"]


async def _gewicht(http: httpx.AsyncClient, adresse: str) -> int:
    """Bytes on the wire of a page and of every file it loads, but for fonts."""
    seite = await http.get(adresse, headers=_HTML)
    summe = int(seite.raise_for_status().headers["content-length"])
    for datei in set(_DATEI.findall(seite.text)):
        antwort = await http.get(datei.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"})
        summe += int(antwort.raise_for_status().headers["content-length"])
    return summe


def _frage(pfad: str, keks: str) -> bytes:
    zeilen = (f"GET {pfad} HTTP/1.1", "Host: bench", f"Cookie: amt={keks}", "Accept: text/html")
    return ("\r\n".join(zeilen) + "\r\n\r\n").encode()
