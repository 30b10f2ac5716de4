"""Writes notices as an XGewerbeanzeige message (version 2.2)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from app.gewerbe.felder import alle_felder, auszug
from app.gewerbe.nachricht_kopf import Behoerde, Kopf, Satz
from app.gewerbe.nachricht_tafel import SATZART, Knoten, tafel
from app.gewerbe.nachricht_werte import als_attribute, geschrieben, schreibe_code, schreibe_text
from app.gewerbe.selbes import Selbes
from xoev.bundles import Bundle
from xoev.xgewerbeanzeige.typen import Nachrichtentyp

VERSION: Final = "2.2"
LAUFENDE_NUMMER: Final = {"gewerbe/betrieb": "1", "beteiligteFirma/betrieb": "2"}
"""`ID` of the owner's business and of the company that manages it."""


def schreibe(saetze: Sequence[Satz], kopf: Kopf, typ: Nachrichtentyp, bundle: Bundle) -> bytes:
    """The message in UTF-8, one record per notice, with the elements in the order of the schema.

    What an extract leaves out is left out; nothing is made up. Raises ValueError for a bundle of another
    version and for a record without UUIDs.
    """
    if bundle.version != VERSION:
        raise ValueError(f"Gesendet wird XGewerbeanzeige {VERSION}, nicht {bundle.version}.")
    angaben = {
        "xmlns:xga": bundle.namespace,
        "produkt": kopf.produkt,
        "produkthersteller": kopf.produkthersteller,
        "produktversion": kopf.produktversion,
        "standard": "XGewerbeanzeige",
        "version": VERSION,
    }
    if kopf.test:
        angaben["test"] = "100"
    wurzel = geschrieben(typ.wurzel, _kopf(kopf, typ) + "".join(map(_satz, saetze)), als_attribute(angaben))
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{wurzel}".encode()


def _zeit(wert: datetime) -> str:
    return wert.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _kopf(kopf: Kopf, typ: Nachrichtentyp) -> str:
    kennung = (
        schreibe_text("nachrichtenUUID", kopf.nachrichten_uuid)
        + schreibe_code("nachrichtentyp", typ.code)
        + schreibe_text("erstellungszeitpunkt", _zeit(kopf.erstellt))
    )
    return geschrieben(
        "nachrichtenkopf",
        geschrieben("identifikation.nachricht", kennung)
        + _behoerde("leser", kopf.leser)
        + _behoerde("autor", kopf.autor),
    )


# The same few offices stand in all messages.
@lru_cache(maxsize=1024)
def _behoerde(name: str, behoerde: Behoerde) -> str:
    praefix = schreibe_code("praefix", behoerde.praefix, als_attribute({"listVersionID": "7"}))
    liste = als_attribute({"listURI": behoerde.liste, "listVersionID": behoerde.liste_version})
    teile = [
        geschrieben("behoerdenkennung", praefix + schreibe_code("kennung", behoerde.kennung, liste)),
    ]
    for kanal, adresse in behoerde.erreichbarkeit:
        weg = schreibe_code("kanal", kanal) + schreibe_text("kennung", adresse)
        teile.append(geschrieben("erreichbarkeit", weg))
    if (anschrift := behoerde.anschrift) is not None:
        zeilen = {
            "strasse": anschrift.strasse,
            "hausNr": anschrift.hausnummer or None,
            "ort": anschrift.ort,
            "plz": anschrift.plz,
        }
        inhalt = (schreibe_text(zeile, wert) for zeile, wert in zeilen.items() if wert is not None)
        teile.append(geschrieben("anschrift", "".join(inhalt)))
    teile.append(schreibe_text("behoerdenname", behoerde.name))
    return geschrieben(name, "".join(teile))


def _satz(satz: Satz) -> str:
    inhalt: dict[str, Any]
    if isinstance(satz.inhalt, Mapping):
        inhalt = dict(satz.inhalt)
    else:
        inhalt = auszug(satz.inhalt, alle_felder(satz.inhalt.form))
    for name in ("uuid", "gewerbebetrieb_id"):
        wert = inhalt.get(name) or getattr(satz.kopf, name)
        if wert is None:
            raise ValueError(f"Dem Satz fehlt {name}.")
        inhalt[name] = str(wert)
    satzart = SATZART[inhalt["form"]]
    teile = [
        schreibe_text("satzErstellung", _zeit(satz.kopf.satz_erstellung)),
        schreibe_text("ereigniszeitpunkt", _zeit(satz.kopf.ereigniszeitpunkt)),
        _behoerde("autor", satz.kopf.autor),
        schreibe_code("istKorrektur", "1" if satz.kopf.ist_korrektur else "0"),
    ]
    for knoten in tafel(inhalt["form"]):
        if knoten.element == "gewerbebetriebID":
            teile.append(schreibe_text("gemeindeMeldungNr", satz.kopf.meldungsnummer))
        teile.append(_knoten(satzart, knoten, inhalt))
    return geschrieben("satz", geschrieben(satzart, "".join(teile)))


def _hole(daten: Any, pfad: str) -> Any:
    if "." not in pfad:
        return daten.get(pfad) if pfad else daten
    for schritt in pfad.split("."):
        daten = daten.get(schritt) if isinstance(daten, dict) else None
    return daten


def _knoten(eltern: str, knoten: Knoten, daten: Any) -> str:
    """The element, or as many as there are; nothing where nothing is said."""
    wert = _hole(daten, knoten.pfad)
    if wert is None:
        return ""
    if wert is not daten and isinstance(wert, dict | list):
        return _teil(eltern, knoten, Selbes(wert))
    return _einer(eltern, knoten, wert)


# Extracts of one notice share what is alike in them, and most of it is.
@lru_cache(maxsize=4096)
def _teil(eltern: str, knoten: Knoten, selber: Selbes[Any]) -> str:
    wert = selber.ding
    if knoten.mehrfach:
        return "".join([_einer(eltern, knoten, einer) for einer in wert])
    return _einer(eltern, knoten, wert)


def _einer(eltern: str, knoten: Knoten, wert: Any) -> str:
    name = knoten.element
    if knoten.art is not None:
        return knoten.art.schreibe(name, wert)
    inhalt = "".join([_knoten(name, kind, wert) for kind in knoten.kinder])
    if inhalt and (nummer := LAUFENDE_NUMMER.get(f"{eltern}/{name}")):
        inhalt = schreibe_text("ID", nummer) + inhalt
    return geschrieben(name, inhalt) if inhalt else ""
