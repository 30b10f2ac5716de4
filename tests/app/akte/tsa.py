"""A time stamp authority for tests: its certificates, and `openssl ts` behind an HTTP port."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_KONFIGURATION = """
[tsa]
default_tsa = amt
[amt]
serial = {ordner}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
"""


def _zertifikat(
    name: str,
    schluessel: ec.EllipticCurvePrivateKey,
    aussteller: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
    bis: timedelta = timedelta(days=30),
) -> x509.Certificate:
    wer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    bau = (
        x509.CertificateBuilder()
        .subject_name(wer)
        .issuer_name(aussteller[0].subject if aussteller else wer)
        .public_key(schluessel.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + bis)
        .add_extension(x509.BasicConstraints(ca=aussteller is None, path_length=None), critical=True)
    )
    if aussteller:
        zweck = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        bau = bau.add_extension(zweck, critical=True)
    return bau.sign(aussteller[1] if aussteller else schluessel, hashes.SHA256())


class Tsa:
    """Answers time stamp queries with the certificates in `ordner`."""

    def __init__(self, ordner: Path, name: str = "Probe", bis: timedelta = timedelta(days=30)) -> None:
        """`bis`: how long from now the authority's own certificate is good."""
        self.ordner = ordner
        self.anfragen = 0
        self.status = 200
        self.pause = 0.0
        """Seconds between every hundred bytes of an answer."""
        ordner.mkdir(parents=True)
        wurzelschluessel, schluessel = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        wurzel = _zertifikat(f"{name} CA", wurzelschluessel, None)
        stelle = _zertifikat(f"{name} TSA", schluessel, (wurzel, wurzelschluessel), bis)
        pem = serialization.Encoding.PEM
        self.wurzel, self.stelle = ordner / "wurzel.pem", ordner / "stelle.pem"
        self.wurzel.write_bytes(wurzel.public_bytes(pem))
        self.stelle.write_bytes(stelle.public_bytes(pem))
        (ordner / "key.pem").write_bytes(
            schluessel.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        (ordner / "serial").write_text("01")
        (ordner / "tsa.cnf").write_text(_KONFIGURATION.format(ordner=ordner))

    def antworte(self, anfrage: bytes) -> bytes:
        """The answer to one query."""
        self.anfragen += 1
        (self.ordner / "frage").write_bytes(anfrage)
        subprocess.run(
            [
                *("openssl", "ts", "-reply", "-config", self.ordner / "tsa.cnf", "-section", "amt"),
                *("-queryfile", self.ordner / "frage", "-out", self.ordner / "antwort"),
                *("-signer", self.stelle, "-inkey", self.ordner / "key.pem"),
            ],
            check=True,
            capture_output=True,
        )
        return (self.ordner / "antwort").read_bytes()

    @contextmanager
    def am_netz(self) -> Iterator[str]:
        """The URL it answers at."""
        tsa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                anfrage = self.rfile.read(int(self.headers["Content-Length"]))
                antwort = tsa.antworte(anfrage) if tsa.status == 200 else b""
                self.send_response(tsa.status)
                self.send_header("Content-Length", str(len(antwort)))
                self.end_headers()
                with suppress(ConnectionError):
                    for stelle in range(0, len(antwort), 100):
                        self.wfile.write(antwort[stelle : stelle + 100])
                        sleep(tsa.pause)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        faden = Thread(target=server.serve_forever)
        faden.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            faden.join()
            server.server_close()
