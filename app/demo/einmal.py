"""The main job for one file: submit, certify, send, fetch, acknowledge. Everything over the public API."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

import httpx

from app.demo.adresse import fremde_gemeinden, ist_json, umadressiert
from app.demo.einrichtung import PADERBORN, Zugaenge, richte_staedte_ein
from app.demo.kunde import Kunde
from xoev.pruefen import pruefe

_ABHOLBAR = {"bereit", "abgeholt", "angenommen"}
_UNTERWEGS = {"wartet", "in_zustellung"}
_FERTIG = {"abgeholt", "angenommen"}
_VOLLSTAENDIGKEIT = "AMT-"
_GEDULD = 60.0


@dataclass(slots=True)
class Schritt:
    """One line of the account: what happened, and whether it went well."""

    was: str
    gut: bool = True
    einzelheiten: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Empfang:
    """What one body has fetched."""

    sendung: str
    stelle: str
    name: str
    grundlage: str
    form: str
    zustand: str
    nachrichtentyp: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    gueltig: bool | None = None
    luecken: list[str] = field(default_factory=list)

    @property
    def fertig(self) -> bool:
        """True where the body has fetched a valid message."""
        return self.zustand in _FERTIG and self.gueltig is not False


@dataclass(slots=True)
class Bericht:
    """The account of one file's way."""

    datei: str
    schritte: list[Schritt] = field(default_factory=list)
    befunde: list[dict[str, Any]] = field(default_factory=list)
    empfaenger: list[Empfang] = field(default_factory=list)
    stand: dict[str, Any] = field(default_factory=dict)

    @property
    def gelungen(self) -> bool:
        """True where every body has fetched a valid message."""
        return bool(self.empfaenger) and all(empfang.fertig for empfang in self.empfaenger)

    def als_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"gelungen": self.gelungen, **asdict(self)}


class Gang:
    """One file on its way; every step is written down in `bericht`."""

    def __init__(
        self, http: httpx.AsyncClient, zugaenge: Zugaenge, arbeite: Callable[[], Awaitable[None]], datei: str
    ) -> None:
        """`arbeite` does what a worker would do; `datei` is the name the account shows."""
        self._http = http
        self._zugaenge = zugaenge
        self._arbeite = arbeite
        self.bericht = Bericht(datei)
        self.nachrichten: dict[str, bytes] = {}

    async def gehe(self, daten: bytes, gemeinde: str | None) -> Bericht:
        """Go all the way with the bytes of a file; `gemeinde` re-addresses it to that AGS."""
        daten = await self._adressiere(daten, gemeinde)
        portal = Kunde(self._http, await self._zugaenge.portal())
        antwort = await portal.reiche_ein(
            daten, medientyp="application/json" if ist_json(daten) else "application/xml"
        )
        if not antwort.is_success:
            self._abgelehnt(antwort)
            return self.bericht
        self._eingegangen(antwort)
        antrag = antwort.json()["id"]
        await self._bescheinige(await portal.stand(antrag))
        await self._verteile(await self._zugestellt(portal, antrag))
        self._schliesse_ab(await portal.stand(antrag))
        return self.bericht

    async def _zugestellt(self, portal: Kunde, antrag: str) -> dict[str, Any]:
        """The state once no message is under way any more; other workers may share the work."""
        ende = time.monotonic() + _GEDULD
        while True:
            await self._arbeite()
            stand = await portal.stand(antrag)
            unterwegs = any(
                zeile["zustand"] in _UNTERWEGS and not zeile["mensch_noetig"] for zeile in stand["empfaenger"]
            )
            if not unterwegs or time.monotonic() > ende:
                return stand
            await asyncio.sleep(0.2)

    async def _adressiere(self, daten: bytes, gemeinde: str | None) -> bytes:
        fremd = fremde_gemeinden(daten)
        ziel = gemeinde or (PADERBORN if fremd else None)
        await richte_staedte_ein(*([ziel] if ziel else ()))
        if ziel is None:
            return daten
        woher = f" statt {', '.join(fremd)}" if fremd else ""
        self._notiere(f"Umadressiert an die Gemeinde {ziel}{woher}, sonst unverändert")
        return umadressiert(daten, ziel)

    def _abgelehnt(self, antwort: httpx.Response) -> None:
        problem = antwort.json()
        self.bericht.befunde = problem.get("errors", [])
        self._notiere(f"Nicht angenommen ({antwort.status_code}): {problem.get('title')}", gut=False)

    def _eingegangen(self, antwort: httpx.Response) -> None:
        stand = antwort.json()
        schon = " (war schon eingegangen)" if "Idempotent-Replayed" in antwort.headers else ""
        self._notiere(
            f"Eingegangen{schon}: {stand['eingangsnummer']}",
            *(f"{a['form']}, Aktenzeichen {a['aktenzeichen']}" for a in stand["anzeigen"]),
        )
        self.bericht.befunde = [befund for anzeige in stand["anzeigen"] for befund in anzeige["befunde"]]

    async def _bescheinige(self, stand: dict[str, Any]) -> None:
        offen = [anzeige for anzeige in stand["anzeigen"] if anzeige["zustand"] == "in_pruefung"]
        if not offen:
            self._notiere("Bescheinigt nach § 15 Abs. 1 GewO, ohne dass jemand eingreifen musste")
            return
        amt = Kunde(self._http, await self._zugaenge.gewerbeamt(stand["gemeinde"]))
        for anzeige in offen:
            antwort = await amt.bescheinige(anzeige["vorgang_id"])
            self._notiere(
                f"Vom Gewerbeamt geprüft und bescheinigt: {anzeige['aktenzeichen']}"
                if antwort.is_success
                else f"Nicht bescheinigt ({antwort.status_code}): {antwort.json().get('title')}",
                gut=antwort.is_success,
            )

    async def _verteile(self, stand: dict[str, Any]) -> None:
        self._notiere(f"{len(stand['empfaenger'])} Nachrichten nach § 3 GewAnzV")
        for anzeige in stand["anzeigen"]:
            for zeile in anzeige["empfaenger"]:
                self.bericht.empfaenger.append(await self._hole(anzeige["form"], zeile))

    async def _hole(self, form: str, zeile: dict[str, Any]) -> Empfang:
        empfang = Empfang(
            sendung=zeile["id"],
            stelle=zeile["stelle"],
            name=zeile["name"],
            grundlage=zeile["grundlage"],
            form=form,
            zustand=zeile["zustand"],
        )
        if zeile["zustand"] in _ABHOLBAR:
            kunde = Kunde(self._http, await self._zugaenge.empfaenger(zeile["stelle"]))
            nachricht = await kunde.hole(zeile["id"])
            ergebnis = pruefe(nachricht)
            fehler = [befund for befund in ergebnis.befunde if befund.severity == "error"]
            # What the notice itself lacks is passed on as it was collected.
            luecken = [befund for befund in fehler if befund.rule.startswith(_VOLLSTAENDIGKEIT)]
            empfang.nachrichtentyp = ergebnis.nachrichtentyp
            empfang.bytes = len(nachricht)
            empfang.sha256 = sha256(nachricht).hexdigest()
            empfang.gueltig = ergebnis.wurzel is not None and len(fehler) == len(luecken)
            empfang.luecken = [befund.text["de"] for befund in luecken]
            self.nachrichten[zeile["id"]] = nachricht
        return empfang

    def _schliesse_ab(self, stand: dict[str, Any]) -> None:
        zustaende = {zeile["id"]: zeile["zustand"] for zeile in stand["empfaenger"]}
        for empfang in self.bericht.empfaenger:
            empfang.zustand = zustaende[empfang.sendung]
        self.bericht.stand = stand
        fertig = sum(empfang.fertig for empfang in self.bericht.empfaenger)
        self._notiere(
            f"{fertig} von {len(self.bericht.empfaenger)} Nachrichten abgeholt und quittiert",
            gut=self.bericht.gelungen,
        )

    def _notiere(self, was: str, *einzelheiten: str, gut: bool = True) -> None:
        self.bericht.schritte.append(Schritt(was, gut, list(einzelheiten)))
