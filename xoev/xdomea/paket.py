"""The transfer file: ``<ProzessID>_FVDaten.SGOAblegen.0605.zip`` with the message and all primary files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xoev.xdomea.dateien import primaername
from xoev.xdomea.schriftgut import Ablage, datei_uuid
from xoev.xdomea.sgo_ablegen import NACHRICHT, Version, schreibe


@dataclass(frozen=True, slots=True)
class Paket:
    """A transfer file and its name."""

    dateiname: str
    inhalt: bytes


def packe(ablage: Ablage, version: Version = "3.0.0") -> Paket:
    """The package of a case: flat, names in UTF-8, the same bytes for the same `ablage`."""
    stamm = f"{ablage.prozess_id}_{NACHRICHT}"
    puffer = BytesIO()
    with ZipFile(puffer, "w", ZIP_DEFLATED) as archiv:
        _lege_bei(archiv, ablage, f"{stamm}.xml", schreibe(ablage, version))
        for dokument in ablage.vorgang.dokumente:
            name = primaername(datei_uuid(ablage.vorgang, dokument), dokument.datei)
            _lege_bei(archiv, ablage, name, dokument.datei.inhalt)
    return Paket(f"{stamm}.zip", puffer.getvalue())


def pruefsummen(ablage: Ablage) -> Mapping[str, bytes]:
    """The SHA-256 of the files in the package as it was noted when they were filed, by name, where known."""
    return {
        primaername(datei_uuid(ablage.vorgang, dokument), dokument.datei): dokument.datei.sha256
        for dokument in ablage.vorgang.dokumente
        if dokument.datei.sha256 is not None
    }


def name_des_pakets(inhalt: bytes) -> str | None:
    """The name a transfer file has to have: that of its message; None for what is no package."""
    if not inhalt.startswith(b"PK"):
        return None
    with ZipFile(BytesIO(inhalt)) as archiv:
        namen = [name for name in archiv.namelist() if name.endswith(f"_{NACHRICHT}.xml")]
    return f"{namen[0].removesuffix('.xml')}.zip" if len(namen) == 1 else None


def _lege_bei(archiv: ZipFile, ablage: Ablage, name: str, inhalt: bytes) -> None:
    eintrag = ZipInfo(name, ablage.stand.astimezone(UTC).timetuple()[:6])
    eintrag.compress_type = ZIP_DEFLATED
    eintrag.create_system = 3
    eintrag.external_attr = 0o644 << 16
    archiv.writestr(eintrag, inhalt)
