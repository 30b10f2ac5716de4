"""A machine client as others would write it: a token, then plain HTTP."""

from typing import Any

import httpx

from app.demo.einrichtung import Zugang

API = "/api/v1"


class Kunde:
    """One client of the API over an open HTTP connection."""

    def __init__(self, http: httpx.AsyncClient, zugang: Zugang) -> None:
        """`http` knows the base URL."""
        self._http = http
        self._zugang = zugang
        self._kopf: dict[str, str] = {}

    async def kopf(self) -> dict[str, str]:
        """The header that says who is asking."""
        if not self._kopf:
            antwort = await self._http.post(
                f"{API}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(self._zugang.client_id, self._zugang.geheimnis),
            )
            antwort.raise_for_status()
            self._kopf = {"Authorization": f"Bearer {antwort.json()['access_token']}"}
        return self._kopf

    async def anfrage(self, methode: str, pfad: str, **mehr: Any) -> httpx.Response:
        """An authorised request below /api/v1."""
        kopf = await self.kopf() | mehr.pop("headers", {})
        return await self._http.request(methode, f"{API}{pfad}", headers=kopf, **mehr)

    async def reiche_ein(
        self, daten: bytes, *, medientyp: str, schluessel: str | None = None
    ) -> httpx.Response:
        """Submit a notice; `schluessel` makes it safe to repeat."""
        kopf = {"Content-Type": medientyp}
        if schluessel is not None:
            kopf["Idempotency-Key"] = schluessel
        return await self.anfrage("POST", "/gewerbeanzeigen", content=daten, headers=kopf)

    async def stand(self, antrag_id: str) -> dict[str, Any]:
        """The state of a submission."""
        antwort = await self.anfrage("GET", f"/gewerbeanzeigen/{antrag_id}")
        antwort.raise_for_status()
        stand: dict[str, Any] = antwort.json()
        return stand

    async def bescheinige(self, vorgang_id: str) -> httpx.Response:
        """Certify a case, as the town's desk does."""
        return await self.anfrage("POST", f"/vorgaenge/{vorgang_id}/bescheinigen")

    async def hole(self, sendung: str) -> bytes:
        """Fetch one message and acknowledge it."""
        nachricht = await self.anfrage("GET", f"/postfach/sendungen/{sendung}/nachricht")
        nachricht.raise_for_status()
        quittung = await self.anfrage(
            "POST", f"/postfach/sendungen/{sendung}/quittung", json={"ergebnis": "angenommen"}
        )
        quittung.raise_for_status()
        return nachricht.content
