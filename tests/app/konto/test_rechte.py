"""Every operation, called as each role, each scope, each kind of account and as nobody: as the table says."""

import re
from collections.abc import Mapping
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from app.konto.identitaet import Kontoart
from app.konto.rechte import TABELLE, Recht, Scope, Traeger, rechte_von, traeger_mit
from app.konto.rechteangabe import erfordernisse
from app.konto.rollen import Rolle
from tests.app.conftest import Anmelden, Einloggen, rolle

# Every operation that asks for a right. A new one has to be added here, by hand: a route that asks for the
# wrong right must not be able to bring its own expectation along.
OPERATIONEN: Mapping[str, Recht] = {
    "POST /api/v1/gewerbeanzeigen": Recht.ANZEIGE_EINREICHEN,
    "GET /api/v1/gewerbeanzeigen/{antrag_id}": Recht.ANZEIGE_SEHEN,
    "GET /api/v1/gewerbeanzeigen/{antrag_id}/bescheinigungen/{anzeige_id}": Recht.ANZEIGE_SEHEN,
    "POST /api/v1/gewerbeanzeigen/{anzeige_id}/berichtigungen": Recht.ANZEIGE_BERICHTIGEN,
    "POST /api/v1/gewerbeanzeigen/{anzeige_id}/widerruf": Recht.ANZEIGE_WIDERRUFEN,
    "GET /api/v1/vorgaenge": Recht.VORGANG_LESEN,
    "GET /api/v1/vorgaenge/{vorgang_id}": Recht.VORGANG_LESEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/bescheinigen": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/zurueckweisen": Recht.VORGANG_ENTSCHEIDEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/akte": Recht.AKTE_LESEN,
    "GET /api/v1/postfach/sendungen": Recht.POSTFACH_LESEN,
    "GET /api/v1/postfach/nachrichten": Recht.POSTFACH_LESEN,
    "POST /api/v1/postfach/quittungen": Recht.POSTFACH_QUITTIEREN,
    "GET /api/v1/postfach/sendungen/{sendung_id}/nachricht": Recht.POSTFACH_LESEN,
    "POST /api/v1/postfach/sendungen/{sendung_id}/quittung": Recht.POSTFACH_QUITTIEREN,
    "GET /api/v1/verwaltung/empfaenger": Recht.ZUSTELLUNG_LESEN,
    "GET /api/v1/verwaltung/sendungen": Recht.ZUSTELLUNG_LESEN,
    "POST /api/v1/verwaltung/sendungen/{sendung_id}/erneut": Recht.ZUSTELLUNG_WIEDERHOLEN,
    "POST /api/v1/verwaltung/sendungen/erneut": Recht.ZUSTELLUNG_WIEDERHOLEN,
    "GET /api/v1/verwaltung/klienten": Recht.KLIENT_VERWALTEN,
    "POST /api/v1/verwaltung/klienten": Recht.KLIENT_VERWALTEN,
    "POST /api/v1/verwaltung/klienten/{client_id}/rotieren": Recht.KLIENT_VERWALTEN,
    "POST /api/v1/verwaltung/klienten/{client_id}/sperren": Recht.KLIENT_VERWALTEN,
}
ALLE: tuple[Traeger, ...] = (*Rolle, *Scope, *Kontoart)
ABGELEHNT = {"scope_fehlt", "recht_fehlt", "nur_fuer_menschen"}


async def _als(traeger: Traeger, melde_an: Anmelden, logge_ein: Einloggen) -> httpx.AsyncClient:
    if isinstance(traeger, Rolle):
        return await logge_ein(rolle(traeger))
    if isinstance(traeger, Kontoart):
        return await logge_ein(art=traeger)
    gemeinde = "05774032" if traeger in {Scope.SACHBEARBEITUNG, Scope.VERWALTUNG} else None
    stelle = "ihk-probe" if traeger is Scope.POSTFACH else None
    return await melde_an(traeger.value, gemeinde=gemeinde, stelle=stelle)


async def _rufe(client: httpx.AsyncClient, operation: str) -> httpx.Response:
    """Without a body: who may call it is asked before what is sent is looked at."""
    methode, pfad = operation.split()
    return await client.request(methode, re.sub(r"{\w+}", str(UUID(int=0)), pfad))


def test_every_operation_is_compared(app: FastAPI) -> None:
    verlangt = {
        f"{methode.upper()} {pfad}": einer.recht
        for methode, pfad, einer in erfordernisse(app.routes)
        if einer is not None and pfad.startswith("/api/")
    }
    assert verlangt == OPERATIONEN


@pytest.mark.parametrize("traeger", ALLE, ids=lambda t: f"{type(t).__name__}-{t.value}")
async def test_what_each_may_do_is_what_the_table_says(
    traeger: Traeger, melde_an: Anmelden, logge_ein: Einloggen
) -> None:
    wer = await _als(traeger, melde_an, logge_ein)
    # A member of staff has an account, too.
    hat = {traeger, Kontoart.BESCHAEFTIGT} if isinstance(traeger, Rolle) else {traeger}
    for operation, recht in OPERATIONEN.items():
        antwort = await _rufe(wer, operation)
        erlaubt = bool(hat & traeger_mit(recht))
        abgelehnt = antwort.status_code == 403 and antwort.json()["code"] in ABGELEHNT
        assert antwort.status_code not in {401, 500}, operation
        assert abgelehnt is not erlaubt, f"{operation} as {traeger}: {antwort.status_code}"


async def test_nobody_may_do_any_of_it(client: httpx.AsyncClient) -> None:
    for operation in OPERATIONEN:
        antwort = await _rufe(client, operation)
        assert (antwort.status_code, antwort.json()["code"]) == (401, "token_fehlt"), operation


def test_the_description_says_who_may(app: FastAPI) -> None:
    for operation, recht in OPERATIONEN.items():
        methode, pfad = operation.split()
        vorgang = app.openapi()["paths"][pfad][methode.lower()]
        assert vorgang["x-recht"] == recht.value
        assert len(vorgang["x-traeger"]) == len(traeger_mit(recht))
        wege = {name for weg in vorgang["security"] for name in weg}
        maschinen = {"OAuth2"} if any(isinstance(t, Scope) for t in traeger_mit(recht)) else set()
        menschen = {"Sitzung"} if any(not isinstance(t, Scope) for t in traeger_mit(recht)) else set()
        assert wege == maschinen | menschen
        assert {401, 403} <= {int(status) for status in vorgang["responses"]}, operation


def test_every_right_is_in_the_table_and_somebody_has_it() -> None:
    assert set(TABELLE) == set(Recht)
    assert all(TABELLE.values())
    # One word means two things: the role and the scope of that name are not the same.
    assert len(set(ALLE)) == len(ALLE) == len(Rolle) + len(Scope) + len(Kontoart)


def test_revision_reads_and_changes_nothing() -> None:
    aendernd = {recht for operation, recht in OPERATIONEN.items() if not operation.startswith("GET")}
    aendernd |= {Recht.GEMEINDE_AENDERN, Recht.KLIENT_VERWALTEN}
    assert not rechte_von([Rolle.REVISION]) & aendernd


def test_who_administrates_reads_no_cases() -> None:
    assert not rechte_von([Rolle.ADMINISTRATION, Scope.VERWALTUNG]) & {
        Recht.VORGANG_LESEN,
        Recht.AKTE_LESEN,
        Recht.ANZEIGE_SEHEN,
        Recht.POSTFACH_LESEN,
        Recht.VORGANG_ENTSCHEIDEN,
    }


def test_only_the_head_withdraws_and_does_all_that_a_clerk_does() -> None:
    kopf, hand = rechte_von([Rolle.LEITUNG]), rechte_von([Rolle.SACHBEARBEITUNG])
    assert hand < kopf
    assert Recht.ANZEIGE_WIDERRUFEN in kopf - hand
