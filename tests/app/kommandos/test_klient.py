"""`amt klient` as a shell sees it."""

import json
from pathlib import Path

import asyncpg
import pytest
from joserfc.jwk import ECKey

from app.db.rollen import Zugang
from tests.app.kommandos.test_versand import rufe


async def test_a_client_is_made_rotated_listed_and_blocked(datenbank: Zugang) -> None:
    status, ausgabe = await rufe(
        datenbank,
        *("klient", "anlegen", "Portal", "--scope", "einreichen", "--client-id", "portal"),
        *("--laeuft-ab", "2099-12-31", "--je-minute", "100", "--json"),
    )
    assert status == 0, ausgabe
    erstes = json.loads(ausgabe)["client_secret"]
    status, ausgabe = await rufe(datenbank, "klient", "rotieren", "portal", "--ueberlappung", "24", "--json")
    assert json.loads(ausgabe)["client_secret"] != erstes
    assert (await rufe(datenbank, "klient", "sperren", "portal"))[0] == 0
    status, ausgabe = await rufe(datenbank, "klient", "liste", "--json")
    [klient] = json.loads(ausgabe)
    assert (klient["je_minute"], klient["gesperrt"], klient["abgelaufen"]) == (100, True, False)
    assert klient["laeuft_ab_am"].startswith("2099-12-31")
    assert klient["vorheriges_bis"]
    assert klient["zuletzt_am"] is None
    assert erstes not in ausgabe
    status, ausgabe = await rufe(datenbank, "klient", "liste")
    assert "zuletzt nie  bis 2099-12-31  gesperrt" in ausgabe
    eigentuemer = await asyncpg.connect(datenbank.eigentuemer)
    eintraege = await eigentuemer.fetch("SELECT ereignis, angaben FROM journaleintrag ORDER BY id")
    await eigentuemer.close()
    assert [eintrag["ereignis"] for eintrag in eintraege] == [
        "klient_angelegt",
        "klient_rotiert",
        "klient_gesperrt",
    ]
    assert all(json.loads(eintrag["angaben"])["durch"] == "kommandozeile" for eintrag in eintraege)


@pytest.mark.parametrize(
    "argumente", [("sperren", "gibt-es-nicht"), ("rotieren", "gibt-es-nicht")], ids=lambda a: a[0]
)
async def test_nobody_of_this_name(datenbank: Zugang, argumente: tuple[str, ...]) -> None:
    assert (await rufe(datenbank, "klient", *argumente))[0] == 1


async def test_keys_come_from_a_file_and_only_public_ones(datenbank: Zugang, tmp_path: Path) -> None:
    schluessel, datei = ECKey.generate_key("P-256"), tmp_path / "jwks.json"
    anlegen = ("klient", "anlegen", "Portal", "--scope", "einreichen", "--jwks", str(datei))
    for inhalt in ('{"keys": ', json.dumps({"keys": [schluessel.as_dict(private=True)]})):
        datei.write_text(inhalt)
        assert (await rufe(datenbank, *anlegen))[0] == 2
    datei.write_text(json.dumps({"keys": [schluessel.as_dict(private=False)]}))
    status, ausgabe = await rufe(datenbank, *anlegen, "--json")
    assert status == 0, ausgabe
    assert json.loads(ausgabe)["client_secret"] is None
