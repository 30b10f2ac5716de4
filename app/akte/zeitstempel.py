"""Time stamps (RFC 3161): an authority outside the house confirms that data was there at a time."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

_FRIST = 20.0
_HOECHSTENS = 64 * 1024


class ZeitstempelFehler(Exception):
    """No time stamp that could be trusted; the text names what is wrong, never whole answers."""


@dataclass(frozen=True, slots=True)
class Vertrauen:
    """Certificates of authorities that are trusted, sorted by what they are."""

    wurzeln: tuple[x509.Certificate, ...]
    zwischen: tuple[x509.Certificate, ...] = ()
    stellen: tuple[x509.Certificate, ...] = ()
    """The authorities' own certificates, for answers that do not bring them along."""

    @classmethod
    def lies(cls, pfad: Path) -> "Vertrauen":
        """Certificates of a PEM file. Raises `ZeitstempelFehler`."""
        try:
            alle = x509.load_pem_x509_certificates(pfad.read_bytes())
        except (OSError, ValueError) as fehler:
            art = type(fehler).__name__
            raise ZeitstempelFehler(f"{pfad.name} holds no certificates ({art})") from fehler
        stellen = tuple(eines for eines in alle if _stempelt(eines))
        wurzeln = tuple(eines for eines in alle if eines.issuer == eines.subject)
        if not wurzeln:
            raise ZeitstempelFehler(f"{pfad.name} holds no root certificate")
        rest = tuple(eines for eines in alle if eines not in stellen and eines not in wurzeln)
        return cls(wurzeln, rest, stellen)

    def pruefe(self, antwort: bytes, daten: bytes, nonce: int | None = None) -> datetime:
        """The time that a trusted authority confirms for `daten`. Raises `ZeitstempelFehler`."""
        try:
            gelesen = decode_timestamp_response(antwort)
            mitgebracht = gelesen.signed_data.certificates
        except ValueError as fehler:
            raise ZeitstempelFehler("the answer is no time stamp that can be read") from fehler
        bau = VerifierBuilder(roots=list(self.wurzeln), intermediates=list(self.zwischen), nonce=nonce)
        versuche = [bau]
        if not mitgebracht:
            versuche = [bau.tsa_certificate(stelle) for stelle in self.stellen]
        fehlschlag: Exception | None = None
        for versuch in versuche:
            try:
                versuch.build().verify_message(gelesen, daten)
            except (VerificationError, ValueError) as fehler:
                fehlschlag = fehler
            else:
                zeit: datetime = gelesen.tst_info.gen_time
                return zeit
        raise ZeitstempelFehler(f"the time stamp is not confirmed ({fehlschlag})") from fehlschlag


@dataclass(frozen=True, slots=True)
class Zeitstempelstelle:
    """An authority that is reached over HTTP."""

    url: str
    vertrauen: Vertrauen

    async def stemple(self, daten: bytes) -> bytes:
        """A checked time stamp about `daten`, as it came (DER). Raises `ZeitstempelFehler`.

        The authority gets the hash alone. Its certificate is asked for unless it is configured: some
        authorities send theirs in an order that DER forbids, and such answers cannot be read.
        """
        anfrage = (
            TimestampRequestBuilder()
            .data(daten)
            .cert_request(cert_request=not self.vertrauen.stellen)
            .nonce(nonce=True)
            .build()
        )
        try:
            # httpx bounds each read; an answer that drips would hold up tomorrow's anchor.
            async with asyncio.timeout(_FRIST):
                antwort = await self._frage(anfrage.as_bytes())
        except (TimeoutError, httpx.HTTPError) as fehler:
            raise ZeitstempelFehler(f"the authority does not answer ({type(fehler).__name__})") from fehler
        self.vertrauen.pruefe(antwort, daten, anfrage.nonce)
        return antwort

    async def _frage(self, anfrage: bytes) -> bytes:
        async with (
            httpx.AsyncClient(timeout=_FRIST, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", self.url, content=anfrage, headers={"Content-Type": "application/timestamp-query"}
            ) as antwort,
        ):
            if antwort.status_code != httpx.codes.OK:
                raise ZeitstempelFehler(f"the authority answers {antwort.status_code}")
            inhalt = bytearray()
            async for stueck in antwort.aiter_raw():
                inhalt += stueck
                if len(inhalt) > _HOECHSTENS:
                    raise ZeitstempelFehler("the authority's answer is too long")
            return bytes(inhalt)


def _stempelt(zertifikat: x509.Certificate) -> bool:
    try:
        zwecke = zertifikat.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in zwecke
