"""How long certificates are still valid: those in files, those that machines show."""

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from app.settings import Settings
from app.verwaltung.pruefpunkt import Bereich, Pruefpunkt, Satz, Stand, gut

MINDESTENS = timedelta(days=30)
"""A certificate that ends earlier is told."""


async def pruefe_zertifikate(
    einstellungen: Settings, adressen: dict[str, str], *, frist: float = 10.0
) -> list[Pruefpunkt]:
    """Certificates of this installation, and of the machines at `adressen` (name -> https URL).

    The machines are asked all at once; each has `frist` seconds.
    """
    punkte = [*_dateien(einstellungen), *_eigene_adresse(einstellungen)]
    if einstellungen.adresse.startswith("https://"):
        adressen = {"eigene_adresse": einstellungen.adresse, **adressen}
    punkte += await asyncio.gather(
        *(_maschine(name, url, einstellungen.ca_datei, frist) for name, url in adressen.items())
    )
    return punkte


def _eigene_adresse(einstellungen: Settings) -> Iterator[Pruefpunkt]:
    if einstellungen.adresse.startswith("https://"):
        return
    rechner = urlsplit(einstellungen.adresse).hostname or ""
    hier = rechner in {"127.0.0.1", "::1", "localhost"}
    yield Pruefpunkt(
        Bereich.ZERTIFIKATE,
        "ohne_tls",
        Stand.WARNUNG if hier else Stand.FEHLER,
        Satz(
            "Das Amt ist nur auf diesem Rechner erreichbar." if hier else "Das Amt ist ohne TLS erreichbar.",
            "Reached on this machine only." if hier else "The office is reached without TLS.",
        ),
        Satz(
            "AMT_BASIS_URL auf die öffentliche Adresse mit https:// setzen.",
            "Set AMT_BASIS_URL to the public address with https://.",
        ),
    )


def _dateien(einstellungen: Settings) -> Iterator[Pruefpunkt]:
    for name, datei in (
        ("AMT_TSA_ZERTIFIKATE", einstellungen.tsa_zertifikate),
        ("AMT_CA_DATEI", einstellungen.ca_datei),
    ):
        if datei is None:
            continue
        try:
            alle = x509.load_pem_x509_certificates(datei.read_bytes())
        except (OSError, ValueError):
            yield Pruefpunkt(
                Bereich.ZERTIFIKATE,
                name.lower(),
                Stand.FEHLER,
                Satz(f"{name}: Die Datei ist nicht lesbar.", f"{name}: the file cannot be read."),
                Satz("Pfad und Rechte der Datei prüfen.", "Check the file's path and permissions."),
            )
            continue
        yield _bis(name.lower(), name, min(eines.not_valid_after_utc for eines in alle))


async def _maschine(name: str, url: str, ca_datei: Path | None, frist: float) -> Pruefpunkt:
    teile = urlsplit(url)
    zusammenhang = ssl.create_default_context(cafile=str(ca_datei) if ca_datei else None)
    try:
        async with asyncio.timeout(frist):
            _, schreiben = await asyncio.open_connection(
                teile.hostname, teile.port or 443, ssl=zusammenhang, server_hostname=teile.hostname
            )
        der = schreiben.get_extra_info("ssl_object").getpeercert(binary_form=True)
        schreiben.close()
    except ssl.SSLCertVerificationError as fehler:
        return Pruefpunkt(
            Bereich.ZERTIFIKATE,
            name,
            Stand.FEHLER,
            Satz(
                f"{teile.hostname}: Das Zertifikat gilt nicht ({fehler.verify_message}).",
                f"{teile.hostname}: the certificate does not hold ({fehler.verify_message}).",
            ),
            Satz("Das Zertifikat dort erneuern lassen.", "Have the certificate renewed there."),
        )
    except (OSError, TimeoutError):
        return Pruefpunkt(
            Bereich.ZERTIFIKATE,
            name,
            Stand.FEHLER,
            Satz(f"{teile.hostname} ist nicht zu erreichen.", f"{teile.hostname} cannot be reached."),
            Satz("Netz und Adresse prüfen.", "Check network and address."),
        )
    return _bis(name, teile.hostname or name, x509.load_der_x509_certificate(der).not_valid_after_utc)


def _bis(schluessel: str, wessen: str, ende: datetime) -> Pruefpunkt:
    tage = (ende - datetime.now(UTC)).days
    if ende - datetime.now(UTC) >= MINDESTENS:
        return gut(
            Bereich.ZERTIFIKATE,
            schluessel,
            f"{wessen}: Das Zertifikat gilt noch {tage} Tage.",
            f"{wessen}: the certificate is valid for {tage} more days.",
        )
    abgelaufen = tage < 0
    return Pruefpunkt(
        Bereich.ZERTIFIKATE,
        schluessel,
        Stand.FEHLER,
        Satz(
            f"{wessen}: Das Zertifikat ist abgelaufen."
            if abgelaufen
            else f"{wessen}: Das Zertifikat endet in {tage} Tagen.",
            f"{wessen}: the certificate has ended."
            if abgelaufen
            else f"{wessen}: the certificate ends in {tage} days.",
        ),
        Satz("Jetzt ein neues Zertifikat beschaffen.", "Get a new certificate now."),
    )
