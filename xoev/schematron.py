"""A small Schematron evaluator for our own rules: XPath 1.0 by lxml, compiled once.

Understood: ns, let (schema and rule), pattern, rule/@context, assert, report, role, diagnostics (the
English sentence) and value-of. Anything else is refused when the rules are read. One XPath expression
of all rules, made from them when they are read, tells first whether any of them may fail; only then is each
rule evaluated node by node.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lxml import etree

from xoev.befund import gekuerzt

SCH = "{http://purl.oclc.org/dsdl/schematron}"
_AMT = "{urn:digitales-gewerbeamt:regeln}"
PFAD = f"{_AMT}pfad"
_VARIABLE = re.compile(r"\$([A-Za-z_][\w.-]*)")
_UEBERALL_GLEICH = re.compile(r"""(?:\s|'[^']*'|"[^"]*"|\d|[\w-]+\((?!\s*\))|/\*(?![\w/\[@])|[)+=<>,!-])*""")
"""An expression of literals, functions with arguments and `/*`: it has the same value wherever it stands."""
_ROLLEN: Mapping[str, Literal["error", "warning", "info"]] = {
    "": "error",
    "error": "error",
    "fatal": "error",
    "warning": "warning",
    "info": "info",
}


class RegelnUngueltig(ValueError):
    """The rule file uses something this evaluator does not understand."""


class Forderung(NamedTuple):
    """What a schema would have to demand: that an element (or attribute) of a type is there, and its form."""

    typ: str
    name: str
    pflicht: bool
    muster: str


class Verstoss(NamedTuple):
    """A failed rule: its id, severity, both sentences, the node, and the path below it."""

    rule: str
    severity: Literal["error", "warning", "info"]
    de: str
    en: str
    knoten: etree._Element
    pfad: str


@dataclass(frozen=True, slots=True)
class _Satz:
    """A sentence: pieces of text and expressions in turn."""

    teile: tuple[str | etree.XPath, ...]

    def text(self, knoten: etree._Element, variablen: Mapping[str, Any]) -> str:
        stuecke = []
        for teil in self.teile:
            if isinstance(teil, str):
                stuecke.append(teil)
            else:
                stuecke.append(gekuerzt(str(teil(knoten, **variablen))))
        return " ".join("".join(stuecke).split())


@dataclass(frozen=True, slots=True)
class _Zusicherung:
    rule: str
    severity: Literal["error", "warning", "info"]
    verletzt: etree.XPath
    de: _Satz
    en: _Satz
    pfad: str
    forderungen: tuple[Forderung, ...]


@dataclass(frozen=True, slots=True)
class _Regel:
    ort: str
    kontext: etree.XPath
    variablen: tuple[tuple[str, etree.XPath], ...]
    zusicherungen: tuple[_Zusicherung, ...]


class Regelwerk:
    """The rules of one file, with prefixes bound as the bundle wants them."""

    def __init__(self, datei: Path, namensraeume: Mapping[str, str]) -> None:
        """Compiles `datei`; `namensraeume` overrides the prefixes of its ns elements."""
        wurzel = etree.parse(datei, etree.XMLParser(no_network=True, resolve_entities=False)).getroot()
        self._ns = {ns.get("prefix", ""): ns.get("uri", "") for ns in wurzel.findall(f"{SCH}ns")}
        self._ns |= namensraeume
        self._diagnosen = {
            diagnose.get("id"): self._satz(diagnose) for diagnose in wurzel.iter(f"{SCH}diagnostic")
        }
        self._variablen = self._lets(wurzel)
        self._uebergeben = tuple(
            (name, wert) for name, wert in self._variablen if not _UEBERALL_GLEICH.fullmatch(wert.path)
        )
        self._muster = tuple(self._regeln(muster) for muster in wurzel.findall(f"{SCH}pattern"))
        self._schranke = self._xpath(" or ".join(self._schranken(wurzel)) or "false()")

    def pruefe(self, wurzel: etree._Element) -> Iterator[Verstoss]:
        """Every rule that the document under `wurzel` breaks, pattern by pattern."""
        if self.schweigt(wurzel):
            return
        variablen = {name: ausdruck(wurzel) for name, ausdruck in self._variablen}
        for muster in self._muster:
            yield from self._pruefe_muster(muster, wurzel, variablen)

    def schweigt(self, wurzel: etree._Element) -> bool:
        """True if no rule is broken. False does not say that one is: an earlier rule may take the node."""
        return not self._schranke(wurzel, **{name: wert(wurzel) for name, wert in self._uebergeben})

    def forderungen(self, name: str, satzart: str) -> tuple[Forderung, ...] | None:
        """What a schema would have to demand so that no rule is broken by messages `name` with `satzart`.

        None if a rule does not say what satisfies it.
        """
        alle: list[Forderung] = []
        for regel in (regel for muster in self._muster for regel in muster):
            leer = self._leerer_knoten(regel, name, satzart)
            if leer is None or not all(eine.forderungen for eine in regel.zusicherungen):
                return None
            variablen = {name: ausdruck(leer) for name, ausdruck in self._variablen}
            fehlt = {verstoss.rule for verstoss in self._pruefe_knoten(regel, leer, variablen)}
            for eine in regel.zusicherungen:
                alle += [
                    forderung._replace(pflicht=forderung.pflicht or eine.rule in fehlt)
                    for forderung in eine.forderungen
                ]
        return tuple(forderung for forderung in alle if forderung.pflicht or forderung.muster)

    def _leerer_knoten(self, regel: _Regel, name: str, satzart: str) -> etree._Element | None:
        """The node of a rule, in a document with nothing but the way to it; None: there is no such way."""
        raum = f"{{{self._ns.get('xga')}}}"
        knoten = wurzel = etree.Element(raum + name)
        for schritt in regel.ort.removeprefix("/*").replace("descendant::", "*/").split("/")[1:]:
            teil = satzart if schritt == "*" else schritt.removeprefix("xga:")
            if not teil.isalpha():
                return None
            knoten = etree.SubElement(knoten, raum + teil)
        return knoten if regel.kontext(wurzel) == [knoten] else None

    def _pruefe_muster(
        self, muster: tuple[_Regel, ...], wurzel: etree._Element, variablen: Mapping[str, Any]
    ) -> Iterator[Verstoss]:
        # Within a pattern the first rule whose context matches a node is the only one for it.
        vergeben: set[etree._Element] = set()
        for regel in muster:
            for knoten in regel.kontext(wurzel, **variablen):
                if knoten in vergeben:
                    continue
                vergeben.add(knoten)
                yield from self._pruefe_knoten(regel, knoten, dict(variablen))

    @staticmethod
    def _pruefe_knoten(
        regel: _Regel, knoten: etree._Element, variablen: dict[str, Any]
    ) -> Iterator[Verstoss]:
        for name, ausdruck in regel.variablen:
            variablen[name] = ausdruck(knoten, **variablen)
        for zusicherung in regel.zusicherungen:
            if zusicherung.verletzt(knoten, **variablen):
                yield Verstoss(
                    zusicherung.rule,
                    zusicherung.severity,
                    zusicherung.de.text(knoten, variablen),
                    zusicherung.en.text(knoten, variablen),
                    knoten,
                    zusicherung.pfad,
                )

    def _xpath(self, ausdruck: str) -> etree.XPath:
        try:
            xpath = etree.XPath(ausdruck, namespaces=self._ns, regexp=False, smart_strings=False)
            # An unknown prefix or function shows only when the expression is evaluated.
            xpath(etree.Element("probe"), **dict.fromkeys(_VARIABLE.findall(ausdruck), ""))
        except etree.XPathError as fehler:
            raise RegelnUngueltig(f"{ausdruck}: {fehler}") from fehler
        return xpath

    def _lets(self, element: etree._Element) -> tuple[tuple[str, etree.XPath], ...]:
        return tuple(
            (let.get("name", ""), self._xpath(let.get("value", ""))) for let in element.findall(f"{SCH}let")
        )

    def _regeln(self, muster: etree._Element) -> tuple[_Regel, ...]:
        if muster.get("is-a") or muster.get("abstract"):
            raise RegelnUngueltig(f"{muster.get('id')}: abstract pattern")
        return tuple(self._regel(regel) for regel in muster.findall(f"{SCH}rule"))

    def _regel(self, regel: etree._Element) -> _Regel:
        unbekannt = {kind.tag for kind in regel.iterchildren("*")} - {
            f"{SCH}let",
            f"{SCH}assert",
            f"{SCH}report",
        }
        if unbekannt or regel.get("abstract"):
            raise RegelnUngueltig(f"{regel.get('context')}: {unbekannt or 'abstract'}")
        return _Regel(
            regel.get("context", ""),
            self._xpath(_kontext(regel)),
            self._lets(regel),
            tuple(self._zusicherung(kind) for kind in _zusicherungen(regel)),
        )

    def _zusicherung(self, element: etree._Element) -> _Zusicherung:
        rule, rolle = element.get("id"), element.get("role", "")
        diagnose = self._diagnosen.get(element.get("diagnostics"))
        if rule is None or diagnose is None or rolle not in _ROLLEN:
            raise RegelnUngueltig(f"{rule}: needs id, known role and an English diagnostic")
        return _Zusicherung(
            rule,
            _ROLLEN[rolle],
            self._xpath(_verletzt(element)),
            self._satz(element),
            diagnose,
            element.get(PFAD, ""),
            _forderungen(element),
        )

    def _satz(self, element: etree._Element) -> _Satz:
        teile: list[str | etree.XPath] = [element.text or ""]
        for kind in element.iterchildren("*"):
            if kind.tag != f"{SCH}value-of":
                raise RegelnUngueltig(f"{kind.tag!r} in a sentence")
            teile += [self._xpath(f"string({kind.get('select')})"), kind.tail or ""]
        return _Satz(tuple(teile))

    def _schranken(self, wurzel: etree._Element) -> Iterator[str]:
        """For each rule an expression that is true if one of its assertions may fail.

        Variables are replaced by what they stand for, but for those that have to be evaluated elsewhere.
        """
        allgemein = {name: f"({wert.path})" for name, wert in self._variablen}
        allgemein = {name: wert for name, wert in allgemein.items() if name not in dict(self._uebergeben)}
        for regel in wurzel.iter(f"{SCH}rule"):
            werte = dict(allgemein)
            for let in regel.findall(f"{SCH}let"):
                werte[let.get("name", "")] = f"({_eingesetzt(let.get('value', ''), werte)})"
            verletzt = " or ".join(_eingesetzt(_verletzt(kind), werte) for kind in _zusicherungen(regel))
            yield f"boolean(({_eingesetzt(_kontext(regel), allgemein)})[{verletzt}])"


def _forderungen(element: etree._Element) -> tuple[Forderung, ...]:
    typ, muster = element.get(f"{_AMT}typ", ""), element.get(f"{_AMT}muster", "")
    verlangt = element.get(f"{_AMT}verlangt", "").split()
    return tuple(Forderung(typ, name, element.get(f"{_AMT}immer") == "true", muster) for name in verlangt)


def _kontext(regel: etree._Element) -> str:
    """The pattern of a rule as an expression from the document: a relative one matches anywhere."""
    alternativen = [teil.strip() for teil in regel.get("context", "").split("|")]
    return " | ".join(teil if teil.startswith("/") else f"//{teil}" for teil in alternativen)


def _zusicherungen(regel: etree._Element) -> list[etree._Element]:
    return [kind for kind in regel.iterchildren("*") if kind.tag in {f"{SCH}assert", f"{SCH}report"}]


def _verletzt(element: etree._Element) -> str:
    """The expression that is true if an assert or a report speaks up."""
    test = element.get("test", "")
    return f"not({test})" if element.tag == f"{SCH}assert" else f"boolean({test})"


def _eingesetzt(ausdruck: str, werte: Mapping[str, str]) -> str:
    """`ausdruck` with the variables replaced by their expressions."""
    return _VARIABLE.sub(lambda treffer: werte.get(treffer[1], treffer[0]), ausdruck)
