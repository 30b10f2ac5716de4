"""The registry of standards: one bundle is one version of one standard with its files and dates."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_HIER = Path(__file__).parent
_VERZEICHNISSE = (_HIER / "xgewerbeanzeige" / "bundles.toml",)


class KeinBundle(LookupError):
    """No bundle of the wanted standard may be sent on the wanted day."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of one standard.

    `schema` and `regeln` are the files that judge a message. Messages are taken in from `gueltig_ab`
    to `gueltig_bis` (inclusive, None: open) and sent from `senden_ab` on (None: never).
    """

    standard: str
    version: str
    namespace: str
    verzeichnis: Path
    schema: Path
    regeln: Path
    gueltig_ab: date
    gueltig_bis: date | None
    senden_ab: date | None

    @property
    def senden(self) -> bool:
        """True if messages of this version are ever sent."""
        return self.senden_ab is not None

    def gilt_am(self, tag: date) -> bool:
        """True if messages of this version are taken in on `tag`."""
        return self.gueltig_ab <= tag and (self.gueltig_bis is None or tag <= self.gueltig_bis)


def _lies(datei: Path) -> tuple[Bundle, ...]:
    return tuple(
        Bundle(
            standard=eintrag["standard"],
            version=eintrag["version"],
            namespace=eintrag["namespace"],
            verzeichnis=datei.parent,
            schema=datei.parent / eintrag["schema"],
            regeln=datei.parent / eintrag["regeln"],
            gueltig_ab=eintrag["gueltig_ab"],
            gueltig_bis=eintrag.get("gueltig_bis"),
            senden_ab=eintrag.get("senden_ab"),
        )
        for eintrag in tomllib.loads(datei.read_text(encoding="utf-8"))["bundle"]
    )


@cache
def alle() -> tuple[Bundle, ...]:
    """Every bundle the project ships, oldest first."""
    return tuple(bundle for datei in _VERZEICHNISSE for bundle in _lies(datei))


@cache
def bundle_fuer_namespace(namespace: str) -> Bundle | None:
    """The bundle of an XML namespace, None if no bundle has it."""
    return next((bundle for bundle in alle() if bundle.namespace == namespace), None)


def sendebundle(standard: str, tag: date) -> Bundle:
    """The newest bundle of `standard` in which messages are sent on `tag`; raises KeinBundle."""
    sendbar = [
        bundle
        for bundle in alle()
        if bundle.standard == standard
        and bundle.senden_ab is not None
        and bundle.senden_ab <= tag
        and bundle.gilt_am(tag)
    ]
    if not sendbar:
        raise KeinBundle(f"{standard} {tag.isoformat()}")
    return max(sendbar, key=lambda bundle: bundle.gueltig_ab)
