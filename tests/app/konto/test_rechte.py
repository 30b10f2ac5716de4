"""Every operation, called as each role, each scope, each kind of account and as nobody: as the table says."""

from collections.abc import Mapping

import httpx
import pytest
from fastapi import FastAPI

from app.konto.identitaet import Kontoart
from app.konto.rechte import TABELLE, Recht, Scope, Traeger, rechte_von, traeger_mit
from app.konto.rechteangabe import erfordernisse
from app.konto.rollen import Rolle
from tests.app.conftest import Anmelden, Einloggen, rolle
from tests.app.seiten import SEITEN, aufruf

PADERBORN, IHK = "05774032", "ihk-ostwestfalen-zu-bielefeld"

# Every operation that asks for a right. A new one has to be added here, by hand: a route that asks for the
# wrong right must not be able to bring its own expectation along.
OPERATIONEN: Mapping[str, Recht] = {
    "POST /api/v1/gewerbeanzeigen": Recht.ANZEIGE_EINREICHEN,
    "GET /api/v1/gewerbeanzeigen/{antrag_id}": Recht.ANZEIGE_SEHEN,
    "GET /api/v1/gewerbeanzeigen/{antrag_id}/bescheinigungen/{anzeige_id}": Recht.ANZEIGE_SEHEN,
    "POST /api/v1/gewerbeanzeigen/{anzeige_id}/berichtigungen": Recht.ANZEIGE_BERICHTIGEN,
    "POST /api/v1/gewerbeanzeigen/{anzeige_id}/widerruf": Recht.ANZEIGE_WIDERRUFEN,
    "POST /api/v1/entwuerfe": Recht.ANTRAG_STELLEN,
    "GET /api/v1/entwuerfe": Recht.ANTRAG_STELLEN,
    "GET /api/v1/entwuerfe/{entwurf_id}": Recht.ANTRAG_STELLEN,
    "PUT /api/v1/entwuerfe/{entwurf_id}": Recht.ANTRAG_STELLEN,
    "DELETE /api/v1/entwuerfe/{entwurf_id}": Recht.ANTRAG_STELLEN,
    "POST /api/v1/entwuerfe/{entwurf_id}/anlagen": Recht.ANTRAG_STELLEN,
    "GET /api/v1/entwuerfe/{entwurf_id}/anlagen": Recht.ANTRAG_STELLEN,
    "GET /api/v1/entwuerfe/{entwurf_id}/anlagen/{anlage_id}": Recht.ANTRAG_STELLEN,
    "DELETE /api/v1/entwuerfe/{entwurf_id}/anlagen/{anlage_id}": Recht.ANTRAG_STELLEN,
    "POST /api/v1/entwuerfe/{entwurf_id}/einreichung": Recht.ANTRAG_STELLEN,
    "POST /api/v1/antraege": Recht.ANTRAG_STELLEN,
    "GET /api/v1/antraege": Recht.ANTRAG_SEHEN,
    "GET /api/v1/antraege/{antrag_id}": Recht.ANTRAG_SEHEN,
    "GET /api/v1/antraege/{antrag_id}/kopie": Recht.ANTRAG_SEHEN,
    "POST /api/v1/antraege/{antrag_id}/ruecknahme": Recht.ANTRAG_STELLEN,
    "GET /api/v1/vorgaenge": Recht.VORGANG_LESEN,
    "GET /api/v1/vorgaenge/{vorgang_id}": Recht.VORGANG_LESEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/bescheinigen": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/zurueckweisen": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/bewilligen": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/ablehnen": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/zustaendigkeit": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/weiterleiten": Recht.VORGANG_ENTSCHEIDEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/fristen/{schluessel}": Recht.VORGANG_ENTSCHEIDEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/dokumente": Recht.VORGANG_LESEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/dokumente/{dokument_id}": Recht.VORGANG_LESEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/besonderes": Recht.BESONDERES_LESEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/besonderes/dokumente/{dokument_id}": Recht.BESONDERES_LESEN,
    "GET /api/v1/antraege/{antrag_id}/bestaetigung": Recht.ANTRAG_SEHEN,
    "POST /api/v1/antraege/{antrag_id}/bestaetigung/code": Recht.ANTRAG_STELLEN,
    "GET /api/v1/antraege/{antrag_id}/bescheid": Recht.ANTRAG_SEHEN,
    "POST /api/v1/bestaetigungen": Recht.BESTAETIGEN,
    "POST /api/v1/bestaetigungen/antwort": Recht.BESTAETIGEN,
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
    "GET /api/v1/antraege/{antrag_id}/mitteilungen": Recht.ANTRAG_SEHEN,
    "POST /api/v1/antraege/{antrag_id}/mitteilungen": Recht.ANTRAG_STELLEN,
    "GET /api/v1/antraege/{antrag_id}/mitteilungen/anhaenge/{anhang_id}": Recht.ANTRAG_SEHEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/mitteilungen": Recht.VORGANG_LESEN,
    "POST /api/v1/vorgaenge/{vorgang_id}/mitteilungen": Recht.VORGANG_ENTSCHEIDEN,
    "GET /api/v1/vorgaenge/{vorgang_id}/mitteilungen/anhaenge/{anhang_id}": Recht.VORGANG_LESEN,
    "GET /api/v1/gemeinden": Recht.GEMEINDE_LESEN,
    "PUT /api/v1/gemeinden/{ags}": Recht.GEMEINDE_AENDERN,
    "GET /api/v1/gemeinden/{ags}": Recht.GEMEINDE_LESEN,
    "PATCH /api/v1/gemeinden/{ags}": Recht.GEMEINDE_AENDERN,
    "PUT /api/v1/gemeinden/{ags}/wappen": Recht.GEMEINDE_AENDERN,
    "GET /api/v1/gemeinden/{ags}/pruefung": Recht.GEMEINDE_LESEN,
    "GET /api/v1/einsicht": Recht.EINSICHT_LESEN,
    "GET /api/v1/rueckmeldungen": Recht.RUECKMELDUNG_LESEN,
    "GET /api/v1/verwaltung/klienten": Recht.KLIENT_VERWALTEN,
    "POST /api/v1/verwaltung/klienten": Recht.KLIENT_VERWALTEN,
    "POST /api/v1/verwaltung/klienten/{client_id}/rotieren": Recht.KLIENT_VERWALTEN,
    "POST /api/v1/verwaltung/klienten/{client_id}/sperren": Recht.KLIENT_VERWALTEN,
}
ALLE: tuple[Traeger, ...] = (*Rolle, *Scope, *Kontoart)
ABGELEHNT = {"scope_fehlt", "recht_fehlt", "nur_fuer_menschen"}


async def _als(traeger: Traeger, melde_an: Anmelden, logge_ein: Einloggen) -> httpx.AsyncClient:
    if isinstance(traeger, Rolle):
        return await logge_ein(rolle(traeger, stelle=IHK))
    if isinstance(traeger, Kontoart):
        return await logge_ein(art=traeger)
    gemeinde = PADERBORN if traeger in {Scope.SACHBEARBEITUNG, Scope.VERWALTUNG} else None
    stelle = IHK if traeger is Scope.POSTFACH else None
    return await melde_an(traeger.value, gemeinde=gemeinde, stelle=stelle)


async def _rufe(
    client: httpx.AsyncClient, operation: str, amt: str = PADERBORN, **kopf: str
) -> httpx.Response:
    """Without a body: who may call it is asked before what is sent is looked at."""
    methode, pfad = aufruf(operation, amt)
    return await client.request(methode, pfad, headers=kopf)


def test_every_operation_is_compared(app: FastAPI) -> None:
    verlangt = {
        f"{methode.upper()} {pfad}": einer.recht
        for methode, pfad, einer in erfordernisse(app.routes)
        if einer is not None
    }
    assert verlangt == {**OPERATIONEN, **SEITEN}


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


@pytest.mark.parametrize("traeger", [*Rolle, *Kontoart], ids=lambda t: f"{type(t).__name__}-{t.value}")
async def test_each_sees_the_pages_that_the_table_says(
    traeger: Rolle | Kontoart, melde_an: Anmelden, logge_ein: Einloggen
) -> None:
    wer = await _als(traeger, melde_an, logge_ein)
    ort = PADERBORN if not isinstance(traeger, Rolle) or traeger.der_gemeinde else IHK
    hat = {traeger, Kontoart.BESCHAEFTIGT} if isinstance(traeger, Rolle) else {traeger}
    for seite, recht in SEITEN.items():
        antwort = await _rufe(wer, seite, ort, Accept="application/json")
        abgelehnt = antwort.status_code == 403 and antwort.json()["code"] == "recht_fehlt"
        # Who has no role at all is told so by the pages of an office themselves.
        ohne_amt = isinstance(traeger, Kontoart) and seite.startswith("GET /amt")
        if not ohne_amt:
            assert abgelehnt is not bool(hat & traeger_mit(recht)), f"{seite} as {traeger}"
        assert antwort.status_code not in {401, 500}, seite
        assert not ohne_amt or antwort.status_code == 403


async def test_nobody_and_no_machine_sees_a_page(client: httpx.AsyncClient, melde_an: Anmelden) -> None:
    for wer in (client, await melde_an("sachbearbeitung", gemeinde=PADERBORN)):
        for seite in SEITEN:
            antwort = await _rufe(wer, seite, Accept="application/json")
            assert (antwort.status_code, antwort.json()["code"]) == (401, "nicht_angemeldet"), seite
            als_mensch = await _rufe(wer, seite, Accept="text/html")
            if seite.startswith("GET"):
                assert als_mensch.status_code == 303
                assert als_mensch.headers["location"].startswith("/anmelden?")


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


def test_special_categories_are_for_the_staff_of_the_town_alone() -> None:
    assert traeger_mit(Recht.BESONDERES_LESEN) == {Rolle.SACHBEARBEITUNG, Rolle.LEITUNG}
