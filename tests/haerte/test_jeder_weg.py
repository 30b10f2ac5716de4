"""Every route that takes a body gets hostile ones from somebody who may send it some: no 5xx, at once."""

import json
from datetime import UTC, datetime
from itertools import count
from string import Formatter
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from app.db.sitzung import transaktion
from app.konto import sitzungen
from app.konto.identitaet import Angaben, Anmeldung, Kontoart
from app.konto.niveau import Niveau
from app.konto.rollen import Rolle, Rollenzuweisung
from app.main import create_app
from tests.app.antraege.buergerbuero import ALLE
from tests.app.gewerbe.anzeigen import PADERBORN, zu_pruefen
from tests.haerte.conftest import WURZEL, Amt
from tests.haerte.wege import Koerper, form_koerper, grosse_json_koerper, json_koerper, mehrteilige_koerper
from tests.werk import am_werk

pytestmark = pytest.mark.usefixtures("_gesund")

_SEKUNDEN: Final = 1.0
_BESCHREIBUNG: Final = json.loads((WURZEL / "openapi" / "openapi.json").read_bytes())
_METHODEN: Final = ("POST", "PUT", "PATCH")
# Of pages, which no description names: what their forms send.
_FELDER: Final[dict[str, tuple[str, ...]]] = {
    "/antrag/": (
        *("antrag.art", "antrag.beginn", "person.vornamen", "person.geburtsdatum", "person.anschrift.plz"),
        *("_fassung", "_tun", "_von", "_wieder", "_anlage", "kenntnis", "sprache"),
    ),
    "/bestaetigen": ("_code", "_tun", "_grund", "_gezeigt"),
    "/rueckmeldung": ("anliegen", "bewertung", "text", "email", "ags", "seite"),
    "/anmelden/": ("ziel", "niveau", "erneut", "logout_token"),
    "/konto/vertretungen": (
        "tun",
        "vertretung",
        "vornamen",
        "familienname",
        "geburtsdatum",
        "grundlage",
        "name",
    ),
    "/konto/": ("ja", "sitzung", "text", "grund", "datei"),
    "/": ("text", "ziel", "code", "ja"),
}
_SEITEN: Final = {"Accept": "text/html"}
_MIT_DATEIEN: Final = ("/nachrichten", "/nachweise/{nachweis}", "/mitteilungen", "/anlagen")
_nummern = count(1)


def _routen() -> list[tuple[str, str]]:
    return sorted(
        (str(route.path), methode)
        for route in iter_route_contexts(create_app().routes)
        for methode in route.methods or ()
        if methode in _METHODEN
    )


ROUTEN: Final = _routen()


async def _browser(amt: Amt, *rollen: Rollenzuweisung) -> dict[str, str]:
    """Headers of somebody new who is logged in."""
    anmeldung = Anmeldung(
        anbieter="probe",
        issuer="https://idp.example",
        subjekt=f"person-{next(_nummern)}",
        art=Kontoart.BESCHAEFTIGT if rollen else Kontoart.PERSON,
        niveau=Niveau.HOCH,
        angaben=Angaben(vornamen="Petra", familienname="Probe"),
        authentifiziert_am=datetime.now(UTC),
        rollen=rollen,
    )
    async with am_werk(amt.zugang.werk), transaktion() as session:
        geheimnis = await sitzungen.beginne(session, anmeldung, geraet="Probe", bisher=None)
    return {"Cookie": f"amt={geheimnis}", sitzungen.CSRF_KOPF: sitzungen.csrf_token(geheimnis)}


class Wege:
    """Who may call which route, and the things that its path names."""

    def __init__(self, amt: Amt, netz: httpx.AsyncClient) -> None:
        self._amt = amt
        self._netz = netz

    async def kopf(self, pfad: str, methode: str) -> dict[str, str]:
        """Headers of one who may: by the description, or a person at a page."""
        beschrieben = _BESCHREIBUNG["paths"].get(pfad, {}).get(methode.lower())
        if pfad.startswith("/amt/"):
            return _SEITEN | await _browser(
                self._amt, Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde=PADERBORN)
            )
        if pfad.startswith("/api/v1/verwaltung/klienten"):
            return await _browser(self._amt, Rollenzuweisung(Rolle.ADMINISTRATION, gemeinde=PADERBORN))
        if beschrieben is None:
            return _SEITEN | await _browser(self._amt)
        scopes = {
            scope for eines in beschrieben.get("security", []) for liste in eines.values() for scope in liste
        }
        if pfad.startswith("/api/v1/bestaetigungen"):
            return await _browser(self._amt)
        return next((self._amt.koepfe[scope] for scope in self._amt.koepfe if scope in scopes), {})

    async def ort(self, pfad: str, kopf: dict[str, str]) -> str:
        """The path with things that exist, and that are the caller's."""
        werte = {
            "ags": PADERBORN,
            "amt": PADERBORN,
            "leistung": "bewohnerparkausweis",
            "schritt": "person",
            "nummer": "1",
            "nachweis": "zulassungsbescheinigung",
            "anbieter": "probe",
            "schluessel": "gutachten",
            "client_id": "gibt-es-nicht",
            "sendung_id": str(uuid4()),
        }
        selbst = kopf if "Cookie" in kopf and not pfad.startswith("/amt/") else self._amt.koepfe["einreichen"]
        if "{entwurf_id}" in pfad:
            beginn = {"leistung": "bewohnerparkausweis", "ags": PADERBORN}
            werte["entwurf_id"] = (await self._schicke("/api/v1/entwuerfe", selbst, beginn))["id"]
        if "{antrag_id}" in pfad or "{vorgang_id}" in pfad:
            antrag = await self._antrag(selbst)
            werte["antrag_id"] = antrag["id"]
            liste = "/api/v1/vorgaenge?anzahl=200"
            faelle = await self._netz.get(liste, headers=self._amt.koepfe["sachbearbeitung"])
            [werte["vorgang_id"]] = [
                fall["id"] for fall in faelle.json()["vorgaenge"] if fall["antrag_id"] == antrag["id"]
            ]
        if "{anzeige_id}" in pfad:
            antwort = await self._schicke(
                "/api/v1/gewerbeanzeigen", self._amt.koepfe["einreichen"], zu_pruefen()
            )
            werte["anzeige_id"] = antwort["anzeigen"][0]["id"]
        return pfad.format(**werte)

    async def _antrag(self, kopf: dict[str, str]) -> dict[str, Any]:
        inhalt = {
            "leistung": "bewohnerparkausweis",
            "ags": PADERBORN,
            "antworten": ALLE["bewohnerparkausweis"](),
            "sprache": "de",
            "kenntnis": True,
        }
        return await self._schicke("/api/v1/antraege", kopf | {"Idempotency-Key": uuid4().hex}, inhalt)

    async def _schicke(self, pfad: str, kopf: dict[str, str], inhalt: dict[str, Any]) -> dict[str, Any]:
        antwort = await self._netz.post(pfad, headers=kopf, json=inhalt)
        assert antwort.status_code == 201, antwort.text
        neu: dict[str, Any] = antwort.json()
        return neu


def _eigenschaften(schema: dict[str, Any]) -> tuple[str, ...]:
    name = schema.get("$ref", "").rpartition("/")[2]
    aufgeloest = _BESCHREIBUNG["components"]["schemas"].get(name, {}) if name else schema
    return tuple(aufgeloest.get("properties", ()))


def _koerper(pfad: str, methode: str, kopf: dict[str, str]) -> list[Koerper]:
    marke = f"{sitzungen.CSRF_FELD}={kopf[sitzungen.CSRF_KOPF]}" if sitzungen.CSRF_KOPF in kopf else ""
    angabe = _BESCHREIBUNG["paths"].get(pfad, {}).get(methode.lower(), {}).get("requestBody")
    felder = next(eine for beginn, eine in _FELDER.items() if pfad.startswith(beginn))
    if pfad.startswith("/api/"):
        inhalt = angabe["content"] if angabe else {}
        felder = tuple(
            dict.fromkeys(n for art in inhalt.values() for n in _eigenschaften(art.get("schema", {})))
        )
        felder = felder or ("text",)
    mit_dateien = pfad.endswith(_MIT_DATEIEN)
    alle: list[Koerper] = []
    if pfad.startswith("/api/") and not mit_dateien and "oauth" not in pfad:
        alle += json_koerper(felder)
    if "antworten" in felder:
        alle += grosse_json_koerper("antworten")
    if not pfad.startswith("/api/") or "oauth" in pfad:
        alle += form_koerper(felder, marke)
    if mit_dateien or not pfad.startswith("/api/"):
        alle += mehrteilige_koerper(("text", "nachweis", *felder), marke, gross=mit_dateien)
    return alle


@pytest.mark.parametrize(("pfad", "methode"), ROUTEN)
async def test_hostile_bodies_are_answered_at_once(
    amt: Amt, netz: httpx.AsyncClient, pfad: str, methode: str
) -> None:
    wege = Wege(amt, netz)
    kopf = await wege.kopf(pfad, methode)
    ort = await wege.ort(pfad, kopf)
    falsch = []
    for koerper in _koerper(pfad, methode, kopf):
        koepfe = httpx.Headers(kopf, encoding="latin-1")
        if koerper.medientyp:
            koepfe["Content-Type"] = koerper.medientyp
        inhalt = koerper.inhalt()
        vorher = amt.rechenzeit()
        antwort = await netz.request(methode, ort, content=inhalt, headers=koepfe)
        dauer = amt.rechenzeit() - vorher
        if antwort.status_code >= 500 or dauer >= _SEKUNDEN or len(antwort.content) > 400_000:
            falsch.append((koerper.name, antwort.status_code, dauer, len(antwort.content)))
    assert falsch == []


def _adressen() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every route, with the names of the parameters of its query."""
    return sorted(
        (
            str(route.path).replace(":path}", "}"),
            methode,
            tuple(eine.alias for eine in route.dependant.query_params),
        )
        for route in iter_route_contexts(create_app().routes)
        for methode in route.methods or ()
        if methode in {"GET", *_METHODEN} and hasattr(route, "dependant")
    )


@pytest.mark.parametrize("teil", ["%00", "a%00b", "%FF", "%ED%A0%80", "%F0%9F%9A%80", "x" * 6000, "..%2f.."])
@pytest.mark.parametrize("wer", ["person", "amt"])
async def test_odd_names_in_an_address_are_refused(
    amt: Amt, netz: httpx.AsyncClient, wer: str, teil: str
) -> None:
    """In each place of each path, and in each parameter, by somebody who is logged in."""
    rollen = [Rollenzuweisung(Rolle.SACHBEARBEITUNG, gemeinde=PADERBORN)] if wer == "amt" else []
    kopf = _SEITEN | await _browser(amt, *rollen)
    form = {sitzungen.CSRF_FELD: kopf[sitzungen.CSRF_KOPF]}
    sonst = {"ags": PADERBORN, "amt": PADERBORN, "leistung": "bewohnerparkausweis"}
    falsch = []
    for muster, methode, fragen in _adressen():
        namen = [name for _, name, _, _ in Formatter().parse(muster) if name]
        heil = {name: sonst.get(name, str(UUID(int=1))) for name in namen}
        pfade = [muster.format(**heil | {name: teil}) for name in namen]
        pfade += [f"{muster.format(**heil)}?{frage}={teil}" for frage in fragen]
        for pfad in pfade:
            mehr = {"data": form} if methode != "GET" else {}
            antwort = await netz.request(methode, pfad, headers=kopf, **mehr)  # type: ignore[arg-type]
            if antwort.status_code >= 500 and antwort.status_code != 503:
                falsch.append((methode, pfad[:100], antwort.status_code))
    assert falsch == []
