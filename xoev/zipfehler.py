"""Everything that zipfile raises for a broken ZIP, as one error: its documentation names one of nine."""

import errno
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile, LargeZipFile

_FEHLER = (
    BadZipFile,
    LargeZipFile,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    zlib.error,
)


class ZipKaputt(Exception):
    """The bytes are no ZIP that can be read."""


@contextmanager
def nur_heile(*eigene: type[Exception]) -> Iterator[None]:
    """Around whatever opens and reads a ZIP: raises ZipKaputt for a broken one.

    `eigene` pass, and an OSError that is not the file's fault, such as a full disk.
    """
    try:
        yield
    except eigene:
        raise
    except _FEHLER as fehler:
        raise ZipKaputt from fehler
    except OSError as fehler:
        # A broken directory makes zipfile seek to nowhere; bz2 tells of broken data without a number.
        if fehler.errno not in {None, errno.EINVAL}:
            raise
        raise ZipKaputt from fehler
