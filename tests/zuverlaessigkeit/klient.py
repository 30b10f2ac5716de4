"""Clients as a portal, a desk and a chamber would write them: they repeat until they are answered."""

import asyncio
import json
import ssl
import time
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import httpx

from app.gewerbe.router import PFAD
from tests.app.antraege.conftest import ANTRAEGE, ENTWUERFE, PADERBORN, PNG, antworten
from tests.app.gewerbe.anzeigen import anmeldung, zu_pruefen

_SPAETER = frozenset({429, 502, 503, 504, 507})
"""Answers after which a client comes again."""
_FRIST = 90.0
# Made once: reading the certificates of the world takes longer than a request.
_TLS = ssl.create_default_context()


@dataclass
class Klient:
    """One machine client: a token, HTTP, patience."""

    adresse: str
    kopf: dict[str, str]
    antworten: list[int] = field(default_factory=list)
    """Every status seen."""
    abbrueche: int = 0
    """Requests without an answer."""
    wartezeit: float = 10.0
    weitere: list[str] = field(default_factory=list)
    """Other addresses of the same house, to turn to when one does not answer."""

    async def anfrage(self, methode: str, pfad: str, **mehr: Any) -> httpx.Response:
        """The answer, however often it takes; an error of the client itself or a 500 fails the test."""
        kopf = self.kopf | mehr.pop("headers", {})
        ende = time.monotonic() + _FRIST
        while time.monotonic() < ende:
            try:
                async with httpx.AsyncClient(
                    base_url=self.adresse, timeout=httpx.Timeout(self.wartezeit, connect=2.0), verify=_TLS
                ) as http:
                    antwort = await http.request(methode, pfad, headers=kopf, **mehr)
            except httpx.TransportError:
                self.abbrueche += 1
                self._wende_dich()
            else:
                self.antworten.append(antwort.status_code)
                if antwort.status_code not in _SPAETER:
                    assert antwort.is_success, (antwort.status_code, antwort.text)
                    return antwort
                assert antwort.json()["text"]["de"], "a problem has a sentence"
                assert antwort.headers["Retry-After"].isdecimal()
                self._wende_dich()
            await asyncio.sleep(0.05)
        raise AssertionError(f"no answer to {methode} {pfad} within {_FRIST} s")

    def _wende_dich(self) -> None:
        if self.weitere:
            self.weitere.append(self.adresse)
            self.adresse = self.weitere.pop(0)


@dataclass
class Portal(Klient):
    """Submits; knows what it was promised."""

    zugesagt: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The 201 to each key: what must exist, once."""
    inhalte: dict[str, dict[str, Any]] = field(default_factory=dict)
    gestellt: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The 201 to each draft that was sent: what must exist, once, in its place."""
    zurueckgenommen: list[str] = field(default_factory=list)
    """Each application whose taking back was confirmed."""

    async def reiche_ein(self, *, automatisch: bool = True, schluessel: str | None = None) -> dict[str, Any]:
        """One notice under a key of its own; the same key again sends the same notice again."""
        schluessel = schluessel or uuid4().hex
        inhalt = self.inhalte.setdefault(schluessel, anmeldung() if automatisch else zu_pruefen())
        antwort = await self.anfrage("POST", PFAD, json=inhalt, headers={"Idempotency-Key": schluessel})
        assert antwort.status_code == 201, antwort.text
        neu: dict[str, Any] = antwort.json()
        assert self.zugesagt.setdefault(schluessel, neu) == neu, "the first answer again"
        return neu

    async def entwirf(self) -> str:
        """A draft with answers and a file, ready to be sent."""
        beginn = {"leistung": "beispiel", "ags": PADERBORN}
        entwurf = (await self.anfrage("POST", ENTWUERFE, json=beginn)).json()
        pfad = f"{ENTWUERFE}/{entwurf['id']}"
        werte = {"antworten": antworten(), "fassung": entwurf["fassung"]}
        await self.anfrage("PUT", pfad, json=werte)
        await self.anfrage(
            "POST",
            f"{pfad}/anlagen",
            data={"nachweis": "versicherung"},
            files={"datei": ("police.png", PNG.read_bytes(), "image/png")},
        )
        return str(entwurf["id"])

    async def sende_ab(self, entwurf: str) -> dict[str, Any]:
        """Sends it, again and again until somebody confirms it."""
        antwort = await self.anfrage("POST", f"{ENTWUERFE}/{entwurf}/einreichung", json={"kenntnis": True})
        neu: dict[str, Any] = antwort.json()
        assert self.gestellt.setdefault(entwurf, neu) == neu, "the first answer again"
        return neu

    async def nimm_zurueck(self, antrag: str) -> None:
        """No longer wants what it has applied for."""
        await self.anfrage("POST", f"{ANTRAEGE}/{antrag}/ruecknahme", json={"grund": "Hat sich erledigt"})
        self.zurueckgenommen.append(antrag)


@dataclass
class Zweite(Klient):
    """Somebody with an account who confirms parts of applications."""

    bestaetigt: list[str] = field(default_factory=list)
    """Each application that was confirmed."""

    async def bestaetige(self, antrag: dict[str, Any]) -> None:
        """Answers."""
        eingabe = {"code": antrag["bestaetigungscode"], "antworten": {"stimmt": True}}
        await self.anfrage("POST", "/api/v1/bestaetigungen/antwort", json=eingabe)
        self.bestaetigt.append(antrag["id"])


@dataclass
class Amt(Klient):
    """The desk of the town; knows what it was promised."""

    berichtigt: list[dict[str, Any]] = field(default_factory=list)
    """The notice of each correction that was confirmed."""
    widerrufen: list[dict[str, Any]] = field(default_factory=list)
    """The notice of each withdrawal that was confirmed."""
    abgelehnt: list[str] = field(default_factory=list)
    """The case of each decision that was confirmed."""
    geschrieben: list[str] = field(default_factory=list)
    """The application of each message that was confirmed."""

    async def fall_von(self, antrag: str) -> str:
        """The case of an application."""
        liste = await self.anfrage(
            "GET", "/api/v1/vorgaenge", params={"anzahl": 200, "zustand": "in_pruefung"}
        )
        [fall] = [einer["id"] for einer in liste.json()["vorgaenge"] if einer["antrag_id"] == antrag]
        return str(fall)

    async def lehne_ab(self, vorgang_id: str) -> None:
        """Refuse what was applied for."""
        eingabe = {"text": "Wir lehnen Ihren Antrag ab.", "gruende": "Die Voraussetzungen fehlen."}
        await self.anfrage("POST", f"/api/v1/vorgaenge/{vorgang_id}/ablehnen", json=eingabe)
        self.abgelehnt.append(vorgang_id)

    async def schreibe(self, vorgang_id: str, antrag: str) -> None:
        """A message to the applicant, with a file."""
        await self.anfrage(
            "POST",
            f"/api/v1/vorgaenge/{vorgang_id}/mitteilungen",
            data={"text": "Bitte schicken Sie uns Seite 2."},
            files={"datei": ("seite.png", PNG.read_bytes(), "image/png")},
        )
        self.geschrieben.append(antrag)

    async def bescheinige(self, vorgang_id: str) -> None:
        """Decide a case."""
        await self.anfrage("POST", f"/api/v1/vorgaenge/{vorgang_id}/bescheinigen")

    async def berichtige(self, anzeige: dict[str, Any]) -> None:
        """Put a certified notice right."""
        await self.anfrage(
            "POST",
            f"{PFAD}/{anzeige['id']}/berichtigungen",
            json=anmeldung(nebenerwerb=True),
            headers={"Idempotency-Key": uuid4().hex},
        )
        self.berichtigt.append(anzeige)

    async def widerrufe(self, anzeige: dict[str, Any]) -> None:
        """Withdraw a certified notice."""
        await self.anfrage("POST", f"{PFAD}/{anzeige['id']}/widerruf", json={"grund": "Doppelt erstattet"})
        self.widerrufen.append(anzeige)


@dataclass
class Kammer(Klient):
    """Fetches and acknowledges one mailbox; keeps what it has taken over."""

    bestand: dict[str, bytes] = field(default_factory=dict)
    """Delivery -> message."""
    nummern: list[int] = field(default_factory=list)
    nach: int = 0

    async def liste(self) -> list[dict[str, Any]]:
        """The messages above the last number known."""
        antwort = await self.anfrage("GET", "/api/v1/postfach/sendungen", params={"nach": self.nach})
        zeilen: list[dict[str, Any]] = antwort.json()["sendungen"]
        return zeilen

    async def hole(self, sendung: str) -> bytes:
        """One message."""
        return (await self.anfrage("GET", f"/api/v1/postfach/sendungen/{sendung}/nachricht")).content

    async def quittiere(self, sendung: str) -> None:
        """Take it over."""
        await self.anfrage(
            "POST", f"/api/v1/postfach/sendungen/{sendung}/quittung", json={"ergebnis": "angenommen"}
        )

    async def leere(self) -> int:
        """Take over all that is there; how many that was."""
        zeilen = await self.liste()
        for zeile in zeilen:
            nachricht = await self.hole(zeile["id"])
            await self.quittiere(zeile["id"])
            self._uebernimm(zeile, nachricht)
        return len(zeilen)

    async def leere_auf_einmal(self) -> int:
        """The same in two requests."""
        antwort = await self.anfrage("GET", "/api/v1/postfach/nachrichten", params={"nach": self.nach})
        with ZipFile(BytesIO(antwort.content)) as archiv:
            zeilen = json.loads(archiv.read("sendungen.json"))["sendungen"]
            nachrichten = [archiv.read(f"{zeile['id']}.xml") for zeile in zeilen]
        quittungen = [{"id": zeile["id"], "ergebnis": "angenommen"} for zeile in zeilen]
        urteile = await self.anfrage("POST", "/api/v1/postfach/quittungen", json={"quittungen": quittungen})
        assert {urteil["zustand"] for urteil in urteile.json()["quittungen"]} == {"angenommen"}
        for zeile, nachricht in zip(zeilen, nachrichten, strict=True):
            self._uebernimm(zeile, nachricht)
        return len(zeilen)

    def _uebernimm(self, zeile: dict[str, Any], nachricht: bytes) -> None:
        assert zeile["id"] not in self.bestand, "a message came twice"
        self.bestand[zeile["id"]] = nachricht
        self.nummern.append(zeile["nummer"])
        self.nach = zeile["nummer"]
