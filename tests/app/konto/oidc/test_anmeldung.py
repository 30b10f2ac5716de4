"""The whole login with a small provider: what it gives, and that it counts once and here only."""

from datetime import UTC, datetime, timedelta

from app.db.sitzung import Datenbank
from app.konto import anmeldung
from app.konto.identitaet import Kontoart
from app.konto.niveau import Niveau
from tests.app.konto.oidc.kleiner_anbieter import KleinerAnbieter

BROWSER = "ein-geheimnis-dieses-browsers"


async def beginne(niveau: Niveau = Niveau.BASIS, **mehr: object) -> str:
    return await anmeldung.beginne(
        "probe",
        ziel="/konto?x=1",
        niveau=niveau,
        browser=BROWSER,
        **mehr,  # type: ignore[arg-type]
    )


async def test_a_login_gives_person_level_and_path(verbunden: Datenbank, kleiner: KleinerAnbieter) -> None:
    url = await beginne()
    ergebnis, ziel = await anmeldung.schliesse_ab("probe", kleiner.gib_code(url), BROWSER)
    assert ziel == "/konto?x=1"
    assert (ergebnis.issuer, ergebnis.subjekt, ergebnis.art) == (kleiner.issuer, "konto-1", Kontoart.PERSON)
    assert ergebnis.niveau is Niveau.SUBSTANTIELL
    assert ergebnis.sid == "sitzung-1"
    assert ergebnis.angaben.name == "Zoë Ångström-Nuñez"
    assert timedelta() < datetime.now(UTC) - ergebnis.authentifiziert_am < timedelta(seconds=60)
