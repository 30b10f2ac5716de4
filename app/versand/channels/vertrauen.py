"""Whose certificates count: those of the system, or of AMT_CA_DATEI."""

import ssl

from app.settings import settings
from app.versand.channels.basis import Zustellfehler


def vertrauen() -> ssl.SSLContext:
    """For a connection whose certificate and name are checked. Raises `Zustellfehler` ``vertrauen_fehlt``."""
    datei = settings().ca_datei
    try:
        return ssl.create_default_context(cafile=str(datei) if datei else None)
    # A file that is not there, or without a certificate (ssl.SSLError).
    except OSError as fehler:
        raise Zustellfehler(
            "vertrauen_fehlt", "Die Zertifikate in AMT_CA_DATEI sind nicht lesbar."
        ) from fehler


def wegen_zertifikat(fehler: BaseException | None) -> bool:
    """Whether it goes back to a certificate that is not valid, for this name, or not trusted."""
    while fehler is not None:
        if isinstance(fehler, ssl.SSLCertVerificationError):
            return True
        fehler = fehler.__cause__ or fehler.__context__
    return False
