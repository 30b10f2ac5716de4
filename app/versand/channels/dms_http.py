"""Channel `dms_http`: the package is posted to a DMS as the file of a form (multipart/form-data).

Connection, certificate, addresses and bounds are those of the channel `http`; the DMS knows us by a user and
password or a token instead of a signature. Its answers (0629, 0630) come back over an exchange folder.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from app.versand.bau import Sendungsbild
from app.versand.channels.basis import Zustellfehler
from app.versand.channels.http import Http, fehler_von, wartewunsch
from app.versand.channels.http_optionen import HttpOptionen
from app.versand.channels.ordner import ORDNERNAME
from app.versand.nachricht import Nachricht
from xoev.xdomea.paket import name_des_pakets


class DmsHttpOptionen(HttpOptionen):
    """As for `http`; the one secret is ``user:password`` or a token."""

    geheimnisse: tuple[str, ...] = Field(min_length=1, max_length=1)
    anmeldung: Literal["basic", "bearer"] = "basic"
    feld: str = Field("file", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    """Name of the form's field that takes the file."""
    ordner: str | None = Field(None, pattern=ORDNERNAME)
    """Exchange folder in whose `eingang` the DMS puts its answers."""


class DmsHttp(Http):
    """Posts the package to the URL of the DMS."""

    name: ClassVar[str] = "dms_http"
    optionen_typ = DmsHttpOptionen

    async def zustellen(
        self, sendung: Sendungsbild, nachricht: Nachricht, optionen: HttpOptionen, jetzt: datetime
    ) -> None:
        """Post the package; returns with the first 2xx. Raises `Zustellfehler`."""
        inhalt = nachricht.inhalt()
        name = name_des_pakets(inhalt) or f"{sendung.id}.xml"
        kennung = str(sendung.id)
        formular = _formular(_gelesen(optionen).feld, name, inhalt, _grenze(kennung))
        status, retry_after = await self._sende(
            "POST", optionen, kennung=kennung, inhalt=formular, jetzt=jetzt
        )
        if not 200 <= status < 300:
            raise fehler_von(status, wartewunsch(retry_after, jetzt))

    def _koepfe(
        self, optionen: HttpOptionen, kennung: str, inhalt: bytes, jetzt: datetime
    ) -> Mapping[str, str]:
        return {
            "Content-Type": f"multipart/form-data; boundary={_grenze(kennung)}",
            "Authorization": self._anmeldung(_gelesen(optionen)),
            "Idempotency-Key": kennung,
        }

    def _anmeldung(self, optionen: DmsHttpOptionen) -> str:
        geheimnis = self.umgebung.get(optionen.geheimnisse[0], "")
        if not geheimnis or not geheimnis.isprintable():
            raise Zustellfehler("geheimnis_fehlt", "Das Geheimnis für die Anmeldung fehlt.")
        if optionen.anmeldung == "bearer":
            if not geheimnis.isascii():
                raise Zustellfehler("geheimnis_fehlt", "Das Geheimnis für die Anmeldung ist unbrauchbar.")
            return f"Bearer {geheimnis}"
        return f"Basic {b64encode(geheimnis.encode()).decode()}"


def _gelesen(optionen: HttpOptionen) -> DmsHttpOptionen:
    if not isinstance(optionen, DmsHttpOptionen):
        raise TypeError("options of another channel")
    return optionen


def _grenze(kennung: str) -> str:
    return f"amt-{kennung}"


def _formular(feld: str, name: str, inhalt: bytes, grenze: str) -> bytes:
    """One file as multipart/form-data (RFC 7578); the name is one of our own and needs no quoting."""
    art = "application/zip" if name.endswith(".zip") else "application/xml"
    kopf = (
        f"--{grenze}\r\n"
        f'Content-Disposition: form-data; name="{feld}"; filename="{name}"\r\n'
        f"Content-Type: {art}\r\n\r\n"
    )
    return kopf.encode("ascii") + inhalt + f"\r\n--{grenze}--\r\n".encode("ascii")
