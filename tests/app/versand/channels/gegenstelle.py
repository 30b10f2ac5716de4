"""Real servers that misbehave, with certificates of a CA of the test's own."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NAME = "empfaenger.test"
Verhalten = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Zertifikate:
    """A CA and the certificates it gives."""

    ordner: Path
    _schluessel: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def __post_init__(self) -> None:
        self.ca = self._baue("Probe-CA", self._schluessel, ca=True)
        self.datei = self.ordner / "ca.pem"
        self.datei.write_bytes(self.ca.public_bytes(serialization.Encoding.PEM))

    def kontext(self, name: str = NAME, *, tage: int = 30) -> ssl.SSLContext:
        """For a server of this name; `tage` below zero: its certificate has expired."""
        schluessel = ec.generate_private_key(ec.SECP256R1())
        zertifikat = self._baue(name, schluessel, tage=tage)
        datei = self.ordner / f"{name}-{tage}.pem"
        datei.write_bytes(
            schluessel.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + zertifikat.public_bytes(serialization.Encoding.PEM)
        )
        kontext = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        kontext.load_cert_chain(datei)
        return kontext

    def _baue(
        self, name: str, schluessel: ec.EllipticCurvePrivateKey, *, ca: bool = False, tage: int = 30
    ) -> x509.Certificate:
        jetzt = datetime.now(UTC)
        aussteller = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Probe-CA")])
        bau = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(aussteller)
            .public_key(schluessel.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(jetzt - timedelta(days=60))
            .not_valid_after(jetzt + timedelta(days=tage))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(schluessel.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._schluessel.public_key()),
                critical=False,
            )
        )
        if ca:
            nutzung = x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False,
                encipher_only=False, decipher_only=False,
            )  # fmt: skip
            bau = bau.add_extension(nutzung, critical=True)
        else:
            bau = bau.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return bau.sign(self._schluessel, hashes.SHA256())


@dataclass
class Gegenstelle:
    """A running server and what it has received."""

    port: int
    anfragen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    verbindungen: int = 0


@asynccontextmanager
async def gegenstelle(verhalten: Verhalten, kontext: ssl.SSLContext) -> "AsyncIterator[Gegenstelle]":
    """A TLS server on 127.0.0.1 that reads a request and then behaves as told."""
    laufende: set[asyncio.Task[None]] = set()

    async def bediene(leser: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        aufgabe = asyncio.current_task()
        assert aufgabe is not None
        laufende.add(aufgabe)
        stelle.verbindungen += 1
        try:
            kopf = (await leser.readuntil(b"\r\n\r\n")).decode("latin-1")
            erste, *zeilen = kopf.strip().split("\r\n")
            koepfe = {name.lower(): wert for name, _, wert in (zeile.partition(": ") for zeile in zeilen)}
            inhalt = await leser.readexactly(int(koepfe.get("content-length", "0")))
            stelle.anfragen.append((erste, koepfe, inhalt))
            await verhalten(leser, schreiber)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            laufende.discard(aufgabe)
            schreiber.transport.abort()

    server = await asyncio.start_server(bediene, "127.0.0.1", 0, ssl=kontext)
    stelle = Gegenstelle(server.sockets[0].getsockname()[1])
    try:
        yield stelle
    finally:
        server.close()
        for aufgabe in list(laufende):
            aufgabe.cancel()
        await asyncio.gather(*laufende, return_exceptions=True)
        await server.wait_closed()


def antworte(status: int, *koepfe: str, inhalt: bytes = b"") -> Verhalten:
    """An orderly answer."""

    async def verhalten(_: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        zeilen = [f"HTTP/1.1 {status} X", *koepfe, f"Content-Length: {len(inhalt)}", "", ""]
        schreiber.write("\r\n".join(zeilen).encode() + inhalt)
        await schreiber.drain()
        await asyncio.sleep(0.05)

    return verhalten


def schreibe(*stuecke: bytes, abstand: float = 0.0, dann: float = 0.0) -> Verhalten:
    """Raw bytes, piece by piece, and then silence for `dann` seconds."""

    async def verhalten(_: asyncio.StreamReader, schreiber: asyncio.StreamWriter) -> None:
        for stueck in stuecke:
            schreiber.write(stueck)
            await schreiber.drain()
            await asyncio.sleep(abstand)
        await asyncio.sleep(dann)

    return verhalten
