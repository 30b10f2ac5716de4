"""Messages in one ZIP: they are kept as zlib streams, and a ZIP holds just these without head and tail.

So nothing is compressed again, and every client's own library opens it. At most 65,535 files and 4 GiB
(APPNOTE.TXT 6.3.10 of PKWARE, without ZIP64); the bounds of the mailbox are far below.
"""

import struct
import zlib
from collections.abc import Iterable

from app.versand.nachricht import Nachricht

# Names are UTF-8 (bit 11), content is deflated (8), made on Unix (3) so that the mode 0644 counts, and
# dated 1980-01-01: the time of a file would say nothing that the index does not.
_VERSION, _FLAGGE, _DEFLATE, _TAG, _UNIX, _MODUS = 20, 0x800, 8, 0x0021, 3 << 8, 0o100644 << 16
_DATEI = struct.Struct("<4s5H3I2H")
_VERZEICHNIS = struct.Struct("<4s6H3I5H2I")
_ENDE = struct.Struct("<4s4H2IH")
_ZLIB_KOPF, _ZLIB_PRUEFSUMME = 2, 4


def zip_aus(dateien: Iterable[tuple[str, Nachricht]]) -> bytes:
    """A ZIP with these files (name, content), in this order."""
    teile: list[bytes] = []
    verzeichnis: list[bytes] = []
    stelle = 0
    for name, nachricht in dateien:
        kodiert, inhalt = name.encode(), nachricht.komprimiert[_ZLIB_KOPF:-_ZLIB_PRUEFSUMME]
        angaben = (
            *(_FLAGGE, _DEFLATE, 0, _TAG),
            *(zlib.crc32(nachricht.inhalt()), len(inhalt), nachricht.groesse),
        )
        kopf = _DATEI.pack(b"PK\3\4", _VERSION, *angaben, len(kodiert), 0)
        teile += (kopf, kodiert, inhalt)
        verzeichnis += (
            _VERZEICHNIS.pack(
                *(b"PK\1\2", _VERSION | _UNIX, _VERSION, *angaben, len(kodiert)), 0, 0, 0, 0, _MODUS, stelle
            ),
            kodiert,
        )
        stelle += len(kopf) + len(kodiert) + len(inhalt)
    liste = b"".join(verzeichnis)
    anzahl = len(verzeichnis) // 2
    return b"".join([*teile, liste, _ENDE.pack(b"PK\5\6", 0, 0, anzahl, anzahl, len(liste), stelle, 0)])
