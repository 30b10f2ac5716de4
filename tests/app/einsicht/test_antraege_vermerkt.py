"""Operations about applications made with a form: each look of the office or a second person is noted."""

from typing import Any

import httpx
import pytest

from app.konto.identitaet import Kontoart
from app.konto.rollen import Rolle
from app.konto.sitzungen import CSRF_FELD, CSRF_KOPF
from tests.app.antraege.test_entscheidungen import fall_von, stelle
from tests.app.conftest import Einloggen, Stadt, rolle
from tests.app.gewerbe.anzeigen import PADERBORN

FALL = "/api/v1/vorgaenge/{vorgang_id}"
SEITE = "/amt/{amt}/vorgaenge/{vorgang_id}"
# Operation: service of the case, what is sent, what the entries call it.
ZEIGT: dict[str, tuple[str, dict[str, Any] | None, str]] = {
    f"GET {FALL}/dokumente": ("bewohnerparkausweis", None, "vorgang"),
    f"GET {FALL}/dokumente/{{dokument_id}}": ("bewohnerparkausweis", None, "akte"),
    f"GET {FALL}/besonderes": ("teilhabe", None, "besondere_angaben"),
    f"GET {FALL}/besonderes/dokumente/{{dokument_id}}": ("teilhabe", None, "besondere_angaben"),
    f"POST {FALL}/bewilligen": ("bewohnerparkausweis", {"text": "Ja."}, "vorgang"),
    f"POST {FALL}/ablehnen": ("bewohnerparkausweis", {"text": "Nein.", "gruende": "Darum."}, "vorgang"),
    f"POST {FALL}/zustaendigkeit": ("teilhabe", None, "vorgang"),
    f"POST {FALL}/weiterleiten": ("teilhabe", {"traeger": "LWL", "grund": "Erwachsene"}, "vorgang"),
    f"POST {FALL}/fristen/{{schluessel}}": ("teilhabe", None, "vorgang"),
    f"GET {SEITE}/dokumente/{{dokument_id}}": ("bewohnerparkausweis", None, "akte"),
    f"GET {SEITE}/besonderes": ("teilhabe", None, "besondere_angaben"),
    f"GET {SEITE}/besonderes/dokumente/{{dokument_id}}": ("teilhabe", None, "besondere_angaben"),
    "POST /api/v1/bestaetigungen": ("schuelerticket", {}, "bestaetigung"),
    "POST /bestaetigen": ("schuelerticket", {}, "bestaetigung"),
}
ZEIGT_NICHT = {
    "GET /bestaetigen": "where a code is entered",
    "POST /api/v1/bestaetigungen/antwort": "nothing; the look before it is noted, the answer in the journal",
    "GET /api/v1/antraege/{antrag_id}/bestaetigung": "one's own application",
    "POST /api/v1/antraege/{antrag_id}/bestaetigung/code": "one's own application",
    "GET /api/v1/antraege/{antrag_id}/bescheid": "one's own application",
}


@pytest.mark.parametrize("operation", ZEIGT)
async def test_the_look_is_noted(operation: str, stadt: Stadt, logge_ein: Einloggen) -> None:
    await stadt(PADERBORN)
    leistung, inhalt, gegenstand = ZEIGT[operation]
    antrag = await stelle(await logge_ein(), leistung)
    amt = await logge_ein(rolle(Rolle.LEITUNG))
    vorgang_id = (await fall_von(amt))["id"]
    werte = {"amt": PADERBORN, "vorgang_id": vorgang_id, "schluessel": "entscheidung"}
    erwartet = [gegenstand]
    if "dokument_id" in operation:
        wo = f"{FALL}/besonderes" if "besonderes" in operation else f"{FALL}/dokumente"
        dokumente = (await amt.get(wo.format(**werte))).json()["dokumente"]
        werte["dokument_id"] = dokumente[0]["id"]
        erwartet = [gegenstand if "besonderes" in wo else "vorgang", gegenstand]
    methode, muster = operation.split()
    wer: httpx.AsyncClient = amt
    grund = "rolle:leitung"
    formular = None
    if "bestaetig" in operation:
        wer, grund = await logge_ein(art=Kontoart.ORGANISATION), "konto:organisation"
        inhalt = {"code": antrag["bestaetigungscode"]}
        if "/api/" not in operation:
            formular = {"_code": antrag["bestaetigungscode"], CSRF_FELD: wer.headers[CSRF_KOPF]}
    antwort = await wer.request(
        methode, muster.format(**werte), json=None if formular else inhalt, data=formular
    )
    assert antwort.status_code == 200, antwort.text
    revision = await logge_ein(rolle(Rolle.REVISION))
    einsichten = (await revision.get("/api/v1/einsicht")).json()["einsichten"]
    assert [eine["gegenstand"] for eine in reversed(einsichten)] == erwartet
    assert {eine["rolle"] for eine in einsichten} == {grund}
