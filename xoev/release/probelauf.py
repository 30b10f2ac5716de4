"""The trial of an unpacked release, in a process of its own: compile everything, check its own examples.

A schema or stylesheet may be made to compute for ever or to fill the memory; this process may not, and
it may not write a file. Run as `python -m xoev.release.probelauf FOLDER`; prints JSON, null for success.
"""

import json
import resource
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import xmlschema
from lxml import etree

from xoev import bauplan
from xoev.abbildung import aus_kanonisch, nach_kanonisch
from xoev.befund import gekuerzt
from xoev.bundles import MANIFEST, Bundle, aus_angaben
from xoev.codelisten import CodelisteUngueltig, schluessel
from xoev.einlesen import NichtLesbar, einlesen
from xoev.pruefen import pruefe_in
from xoev.release.abgelehnt import Abgelehnt
from xoev.schema import pruefe_schema
from xoev.xslt import SaxonFehlt, StylesheetGescheitert, braucht_saxon, stylesheet

FRIST = 120
_SPEICHER = 2 * 1024**3
_PAKETE = Path(__file__).resolve().parents[2]


def pruefe_in_eigenem_prozess(ordner: Path) -> None:
    """Raises Abgelehnt if the release in `ordner` is not fit for use."""
    try:
        lauf = subprocess.run(
            [sys.executable, "-B", "-m", "xoev.release.probelauf", str(ordner.resolve())],
            cwd=ordner,
            env={"PYTHONPATH": str(_PAKETE), "LC_ALL": "C.UTF-8", "HOME": "/"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=FRIST,
            check=False,
        )
        urteil = json.loads(lauf.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Abgelehnt(
            "RELEASE-AUFWAND",
            f"Der Probelauf ist nach höchstens {FRIST} s oder am Speicher gescheitert.",
            f"The trial failed, after {FRIST} s at most or for want of memory.",
        ) from None
    if urteil is not None:
        raise Abgelehnt(urteil["rule"], urteil["de"], urteil["en"])


def begrenze() -> None:
    """This process and those it starts get neither more time nor more memory than a trial needs."""
    resource.setrlimit(resource.RLIMIT_CPU, (FRIST, FRIST))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # The soft limit: Saxon's process sets itself another one (xoev.saxon_kind).
    resource.setrlimit(resource.RLIMIT_AS, (_SPEICHER, resource.getrlimit(resource.RLIMIT_AS)[1]))


def probiere(ordner: Path) -> None:
    """Compiles all of a release and runs its examples; raises Abgelehnt."""
    angaben = tomllib.loads((ordner / MANIFEST).read_text(encoding="utf-8"))
    bundle = aus_angaben(angaben, ordner)
    begrenze()
    for datei in (bundle.hin, bundle.her):
        if datei is not None and braucht_saxon(datei):
            raise _abgelehnt("RELEASE-ABBILDUNG", datei, "ist kein XSLT 1.0", "is no XSLT 1.0")
    _uebersetze_schema(bundle)
    for datei in (*bundle.stylesheets, bundle.hin, bundle.her):
        if datei is not None:
            _uebersetze_stylesheet(datei)
    for liste in bundle.codelisten:
        try:
            schluessel(liste)
        except CodelisteUngueltig:
            raise _abgelehnt(
                "RELEASE-CODELISTE", liste.datei, "ist keine Codeliste", "is no code list"
            ) from None
    for probe in angaben.get("probe", ()):
        for befund in _maengel(ordner / probe["datei"], probe.get("gueltig", True), bundle):
            raise _abgelehnt("RELEASE-PROBE", ordner / probe["datei"], *befund)


def _uebersetze_schema(bundle: Bundle) -> None:
    """lxml decides about messages, xmlschema explains: both have to understand the schema."""
    try:
        pruefe_schema(etree.Element(f"{{{bundle.namespace}}}probe"), bundle)
        wurzeln = bauplan.wurzeln(bundle)
    except (etree.LxmlError, xmlschema.XMLSchemaException, ValueError):
        raise _abgelehnt(
            "RELEASE-SCHEMA", bundle.schema, "ist kein brauchbares XML Schema", "is no usable XML Schema"
        ) from None
    if not any(name.startswith(f"{{{bundle.namespace}}}") for name in wurzeln):
        raise _abgelehnt(
            "RELEASE-SCHEMA",
            bundle.schema,
            "beschreibt keine Nachricht im angegebenen Namensraum",
            "describes no message in the namespace of the manifest",
        )


def _uebersetze_stylesheet(datei: Path) -> None:
    try:
        stylesheet(datei)
    except SaxonFehlt:
        raise _abgelehnt(
            "RELEASE-XSLT2",
            datei,
            "braucht XSLT 2 oder 3; das Zusatzpaket xslt2 (saxonche) ist nicht eingerichtet",
            "needs XSLT 2 or 3; the optional package xslt2 (saxonche) is not installed",
        ) from None
    except StylesheetGescheitert:
        raise _abgelehnt(
            "RELEASE-STYLESHEET", datei, "lässt sich nicht übersetzen", "cannot be compiled"
        ) from None


def _maengel(datei: Path, gueltig: bool, bundle: Bundle) -> Iterator[tuple[str, str]]:
    try:
        ergebnis = pruefe_in(einlesen(datei.read_bytes()), bundle)
    except NichtLesbar:
        yield "ist nicht lesbar", "cannot be read"
        return
    if (ergebnis.status == "gueltig") != gueltig:
        befunde = [befund for befund in ergebnis.befunde if befund.severity == "error"]
        text = befunde[0].text if befunde else {"de": "kein Befund", "en": "no finding"}
        soll = ("gültig", "valid") if gueltig else ("ungültig", "invalid")
        yield f"sollte {soll[0]} sein: {text['de']}", f"should be {soll[1]}: {text['en']}"
    if gueltig and ergebnis.kanonisch is not None:
        try:
            wieder = aus_kanonisch(ergebnis.kanonisch, bundle)
            gleich = _kanonisiert(nach_kanonisch(wieder, bundle)) == _kanonisiert(ergebnis.kanonisch)
        except StylesheetGescheitert:
            gleich = False
        if not gleich:
            yield "kommt nicht unverändert hin und zurück", "does not survive the way there and back"


def _kanonisiert(wurzel: etree._Element) -> str:
    return etree.canonicalize(wurzel, strip_text=True, rewrite_prefixes=True)


def _abgelehnt(rule: str, datei: Path, de: str, en: str) -> Abgelehnt:
    return Abgelehnt(rule, f"„{gekuerzt(datei.name)}“ {de}.", f"“{gekuerzt(datei.name)}” {en}.")


def _haupt() -> None:
    urteil = None
    try:
        probiere(Path(sys.argv[1]))
    except Abgelehnt as abgelehnt:
        urteil = {"rule": abgelehnt.rule, **abgelehnt.text}
    sys.stdout.write(json.dumps(urteil))


if __name__ == "__main__":
    _haupt()
