"""The machines of others: a webhook, a DMS and a mail server. They keep whatever they are sent."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.app.versand.channels.briefkasten import KENNWORT, NUTZER, Briefkasten, postamt
from tests.app.versand.channels.gegenstelle import Gegenstelle, Zertifikate, antworte, gegenstelle

BRIEF_AN = "postfach@stelle.example"
_SCHLUESSEL = b"0123456789abcdef0123456789abcdef"
_ORDNER = "dms"


@dataclass(frozen=True)
class Eingang:
    """Something that came in; whoever sees the same `kennung` again knows that it is a repetition."""

    kanal: str
    kennung: str
    inhalt: bytes
    stelle: str | None = None
    """For whom it is, as the address says."""


class Aussen:
    """What stands outside the house while a test runs."""

    def __init__(self, ordner: Path) -> None:
        """`ordner`: for certificates and the exchange folder."""
        self._ordner = ordner
        self._austausch = ordner / "austausch"
        self._briefkasten = Briefkasten()
        self._post = 0
        self._web: Gegenstelle | None = None
        self._dateien: list[Eingang] = []

    @asynccontextmanager
    async def offen(self) -> AsyncIterator[None]:
        """Listen while the block runs."""
        for richtung in ("ausgang", "eingang"):
            (self._austausch / _ORDNER / richtung).mkdir(parents=True)
        zertifikate = Zertifikate(self._ordner)
        tls = zertifikate.kontext("localhost")
        async with (
            gegenstelle(antworte(204), tls) as self._web,
            postamt(self._briefkasten, tls) as self._post,
        ):
            yield

    def umgebung(self) -> dict[str, str]:
        """Settings of processes that are to reach all this."""
        return {
            "AMT_CA_DATEI": str(self._ordner / "ca.pem"),
            "AMT_AUSTAUSCH_ORDNER": str(self._austausch),
            "AMT_SMTP_URL": f"smtp+starttls://{NUTZER}:{quote(KENNWORT, safe='')}@localhost:{self._post}",
            "AMT_SMTP_ABSENDER": "gewerbeamt@stadt.example",
            "AMT_GEHEIMNIS_PROBE": f"whsec_{base64.b64encode(_SCHLUESSEL).decode()}",
            "AMT_GEHEIMNIS_DMS": "probe",
        }

    def optionen(self, kanal: str, stelle: str) -> Mapping[str, Any]:
        """How `stelle` is reached over this channel."""
        if kanal == "ordner":
            return {"ordner": _ORDNER}
        assert self._web is not None
        return {
            "url": f"https://localhost:{self._web.port}/{kanal}/{stelle}",
            "geheimnisse": ["AMT_GEHEIMNIS_PROBE" if kanal == "http" else "AMT_GEHEIMNIS_DMS"],
            "netze": ["127.0.0.0/8"],
        } | ({} if kanal == "http" else {"anmeldung": "bearer"})

    def eingaenge(self) -> list[Eingang]:
        """All that has come so far; complete files are taken out of the exchange folder."""
        self._leere_ordner()
        briefe = [
            Eingang("email", str(brief["Message-ID"]), brief.get_content().encode())
            for brief in self._briefkasten.briefe
        ]
        return [*self._aus_dem_netz(), *self._dateien, *briefe]

    def angefangene(self) -> list[str]:
        """Names in the exchange folder of what is not complete."""
        return [datei.name for datei in self._ausgang.iterdir() if not self._fertig(datei)]

    @property
    def _ausgang(self) -> Path:
        return self._austausch / _ORDNER / "ausgang"

    def _fertig(self, datei: Path) -> bool:
        return datei.suffix == ".fertig" or datei.with_name(f"{datei.name}.fertig").exists()

    def _leere_ordner(self) -> None:
        for marke in sorted(self._ausgang.glob("*.fertig")):
            datei = marke.with_suffix("")
            self._dateien.append(Eingang("ordner", datei.name, datei.read_bytes()))
            # A receiver that leaves no trace: a second copy has nothing to hold on to but its name.
            datei.unlink()
            marke.unlink()

    def _aus_dem_netz(self) -> list[Eingang]:
        assert self._web is not None
        eingaenge = []
        for erste, koepfe, inhalt in self._web.anfragen:
            _, kanal, stelle = erste.split()[1].split("/")
            if kanal == "http":
                kennung = koepfe["webhook-id"]
                assert koepfe["webhook-signature"] == _unterschrift(koepfe, inhalt)
            else:
                kennung = koepfe["idempotency-key"]
            eingaenge.append(Eingang(kanal, kennung, inhalt, stelle))
        return eingaenge


def _unterschrift(koepfe: Mapping[str, str], inhalt: bytes) -> str:
    """Standard Webhooks 1.0, as a receiver computes it."""
    gesehen = f"{koepfe['webhook-id']}.{koepfe['webhook-timestamp']}.".encode() + inhalt
    return f"v1,{base64.b64encode(hmac.new(_SCHLUESSEL, gesehen, hashlib.sha256).digest()).decode()}"
