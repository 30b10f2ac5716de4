"""The registry of standards: one bundle is one version of one standard with its files and dates.

The project ships its own bundles; releases that were installed lie in a folder beside the data and are
found there without a restart.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_HIER = Path(__file__).parent
_VERZEICHNISSE = (_HIER / "xgewerbeanzeige" / "bundles.toml",)
_KANONISCH = "2.2"
MANIFEST = "bundle.toml"


class KeinBundle(LookupError):
    """No bundle of the wanted standard may be sent on the wanted day."""


@dataclass(frozen=True, slots=True)
class Codeliste:
    """A code list (genericode) and the elements it judges: those that name `uri`, and `elemente`."""

    uri: str
    version: str
    datei: Path
    spalte: str
    elemente: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of one standard.

    `schema`, `regeln` (Schematron of our own), `stylesheets` (Schematron as XSLT) and `codelisten` judge
    a message. `hin` and `her` (XSLT 1.0) lead to and from the canonical tree where this one differs.
    Messages are taken in from `gueltig_ab` to `gueltig_bis` (inclusive, None: open) and sent from
    `senden_ab` on (None: never); `ersetzt` names the standard whose place this one takes, for all
    receivers or for the kinds and keys of bodies in `empfaenger` alone.
    """

    standard: str
    version: str
    namespace: str
    verzeichnis: Path
    schema: Path
    gueltig_ab: date
    gueltig_bis: date | None = None
    senden_ab: date | None = None
    ersetzt: str | None = None
    empfaenger: frozenset[str] = frozenset()
    regeln: Path | None = None
    stylesheets: tuple[Path, ...] = ()
    codelisten: tuple[Codeliste, ...] = ()
    hin: Path | None = None
    her: Path | None = None
    eigen: bool = True
    """Shipped with the project."""

    def __hash__(self) -> int:
        # Asked several times a message; two bundles of one namespace are rare.
        return hash(self.namespace)

    @property
    def name(self) -> str:
        """For people, e.g. "XGewerbeanzeige 2.2"."""
        return f"{self.standard} {self.version}"

    @property
    def senden(self) -> bool:
        """True if messages of this version are ever sent."""
        return self.senden_ab is not None

    def gilt_am(self, tag: date) -> bool:
        """True if messages of this version are taken in on `tag`."""
        return self.gueltig_ab <= tag and (self.gueltig_bis is None or tag <= self.gueltig_bis)

    def gesendet_am(self, tag: date) -> bool:
        """True if messages may be sent in this version on `tag`."""
        return self.senden_ab is not None and self.senden_ab <= tag and self.gilt_am(tag)


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


def aus_angaben(angaben: Mapping[str, Any], ordner: Path) -> Bundle:
    """The bundle that the manifest of an installed release describes (xoev.release.angaben checks it)."""
    abbildung = angaben.get("abbildung", {})
    return Bundle(
        standard=angaben["standard"],
        version=angaben["version"],
        namespace=angaben["namespace"],
        verzeichnis=ordner,
        schema=ordner / angaben["schema"],
        gueltig_ab=angaben["gueltig_ab"],
        gueltig_bis=angaben.get("gueltig_bis"),
        senden_ab=angaben.get("senden_ab"),
        ersetzt=angaben.get("ersetzt"),
        empfaenger=frozenset(angaben.get("empfaenger", ())),
        stylesheets=tuple(ordner / name for name in angaben.get("regeln", ())),
        codelisten=tuple(
            Codeliste(
                liste.get("uri", ""),
                liste.get("version", ""),
                ordner / liste["datei"],
                liste.get("spalte", ""),
                tuple(liste.get("elemente", ())),
            )
            for liste in angaben.get("codeliste", ())
        ),
        hin=ordner / abbildung["nach_kanonisch"] if abbildung else None,
        her=ordner / abbildung["aus_kanonisch"] if abbildung else None,
        eigen=False,
    )


@cache
def _mitgelieferte() -> tuple[Bundle, ...]:
    return tuple(bundle for datei in _VERZEICHNISSE for bundle in _lies(datei))


def kanonisch() -> Bundle:
    """The shipped bundle whose tree the application itself reads and writes."""
    return next(bundle for bundle in _mitgelieferte() if bundle.version == _KANONISCH)


class _Register:
    """Shipped and installed bundles, read again when the folder of releases has changed."""

    def __init__(self, ordner: Path | None) -> None:
        self.ordner = ordner
        self.kennung = self._kennung()
        eingerichtet, self.beschaedigt = self._eingerichtete()
        ersetzt = {(bundle.standard, bundle.version) for bundle in eingerichtet}
        eigene = [b for b in _mitgelieferte() if (b.standard, b.version) not in ersetzt]
        self.alle = tuple(sorted([*eigene, *eingerichtet], key=lambda bundle: bundle.gueltig_ab))
        self.nach_namespace = {bundle.namespace: bundle for bundle in self.alle}

    def _kennung(self) -> int:
        try:
            return self.ordner.stat().st_mtime_ns if self.ordner else 0
        except OSError:
            return 0

    def veraltet(self) -> bool:
        return self._kennung() != self.kennung

    def _eingerichtete(self) -> tuple[list[Bundle], tuple[str, ...]]:
        gelesen, beschaedigt = [], []
        for manifest in sorted(self.ordner.glob(f"[!.]*/{MANIFEST}")) if self.ordner else ():
            try:
                angaben = tomllib.loads(manifest.read_text(encoding="utf-8"))
                gelesen.append(aus_angaben(angaben, manifest.parent))
            except (OSError, ValueError, KeyError, TypeError):
                # One damaged folder must not stop every message; `amt standard liste` names it.
                beschaedigt.append(manifest.parent.name)
        return gelesen, tuple(beschaedigt)


_register = _Register(None)


def verwende(ordner: Path | None) -> None:
    """Installed releases lie in `ordner` (it need not exist yet); None: only what is shipped."""
    global _register  # noqa: PLW0603 one registry a process
    _register = _Register(ordner)


def _stand() -> _Register:
    if _register.veraltet():
        verwende(_register.ordner)
    return _register


def alle() -> tuple[Bundle, ...]:
    """Every bundle, shipped or installed, oldest first."""
    return _stand().alle


def beschaedigte() -> tuple[str, ...]:
    """Folders of installed releases that cannot be read."""
    return _stand().beschaedigt


def bundle_fuer_namespace(namespace: str) -> Bundle | None:
    """The bundle of an XML namespace, None if no bundle has it."""
    return _stand().nach_namespace.get(namespace)


def sendebundle(standard: str, tag: date, empfaenger: Collection[str] = ()) -> Bundle:
    """The newest bundle of `standard` (or of its successor) sent on `tag` to a receiver.

    `empfaenger` is what the receiver is called: kind of body and key. Raises KeinBundle.
    """
    sendbar = [
        bundle
        for bundle in alle()
        if standard in {bundle.standard, bundle.ersetzt}
        and bundle.gesendet_am(tag)
        and (not bundle.empfaenger or not bundle.empfaenger.isdisjoint(empfaenger))
    ]
    if not sendbar:
        raise KeinBundle(f"{standard} {tag.isoformat()}")
    return max(sendbar, key=lambda bundle: (bundle.senden_ab or date.min, bundle.gueltig_ab))
