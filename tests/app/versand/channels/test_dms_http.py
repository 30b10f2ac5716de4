"""Channel `dms_http`: the package arrives as the file of a form, with the name its message demands."""

from base64 import b64encode
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import pytest
from pydantic import ValidationError

from app.versand.channels import kanal_namens
from app.versand.channels.basis import NachrichtAbgewiesen, Zustellfehler
from app.versand.channels.dms_http import DmsHttp, DmsHttpOptionen
from app.versand.nachricht import Nachricht
from tests.app.versand.channels import test_http
from tests.app.versand.channels.gegenstelle import NAME, Verhalten, Zertifikate, antworte, gegenstelle
from tests.app.versand.channels.test_http import JETZT, hierher, sendung
from tests.xoev.xdomea.test_sgo_ablegen import ABLAGE
from xoev.xdomea.paket import packe

zertifikate = test_http.zertifikate
_vertraue = test_http._vertraue
PAKET = packe(ABLAGE)


def optionen(port: int, **weitere: Any) -> DmsHttpOptionen:
    return DmsHttpOptionen.model_validate(
        {
            "url": f"https://{NAME}:{port}/ablage",
            "geheimnisse": ["AMT_GEHEIMNIS_DMS"],
            "netze": ["127.0.0.0/8"],
            "gesamt": 5,
        }
        | weitere
    )


async def liefere(
    verhalten: Verhalten, zertifikate: Zertifikate, geheimnis: str = "nutzer:wört", **weitere: Any
) -> tuple[str, dict[str, str], bytes]:
    kanal = DmsHttp(aufloeser=hierher, umgebung={"AMT_GEHEIMNIS_DMS": geheimnis} if geheimnis else {})
    async with gegenstelle(verhalten, zertifikate.kontext()) as stelle:
        await kanal.zustellen(
            sendung(), Nachricht.packe(PAKET.inhalt), optionen(stelle.port, **weitere), JETZT
        )
    [anfrage] = stelle.anfragen
    return anfrage


async def test_package_is_the_file_of_a_form(zertifikate: Zertifikate) -> None:
    erste, koepfe, inhalt = await liefere(antworte(201), zertifikate, feld="paket")
    assert erste == "POST /ablage HTTP/1.1"
    # Somebody else's parser reads the form.
    brief = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {koepfe['content-type']}\r\n\r\n".encode() + inhalt
    )
    [teil] = brief.iter_parts()
    assert teil.get_param("name", header="content-disposition") == "paket"
    assert teil.get_filename() == PAKET.dateiname
    assert teil.get_content_type() == "application/zip"
    assert teil.get_payload(decode=True) == PAKET.inhalt
    assert koepfe["authorization"] == f"Basic {b64encode('nutzer:wört'.encode()).decode()}"
    assert koepfe["idempotency-key"] in koepfe["content-type"]
    assert "webhook-signature" not in koepfe


async def test_token_instead_of_password(zertifikate: Zertifikate) -> None:
    _, koepfe, _ = await liefere(antworte(204), zertifikate, "abc", anmeldung="bearer")
    assert koepfe["authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    ("status", "art"), [(500, Zustellfehler), (302, Zustellfehler), (422, NachrichtAbgewiesen)]
)
async def test_everything_but_success_is_a_fault(
    zertifikate: Zertifikate, status: int, art: type[Zustellfehler]
) -> None:
    with pytest.raises(art, match=f"http_{status}"):
        await liefere(antworte(status, "Location: https://anderswo.test/"), zertifikate)


@pytest.mark.parametrize("geheimnis", ["", "zeile\r\nX-Fremd: 1"])
async def test_nothing_is_sent_without_a_usable_secret(zertifikate: Zertifikate, geheimnis: str) -> None:
    with pytest.raises(Zustellfehler, match="geheimnis_fehlt"):
        await liefere(antworte(200), zertifikate, geheimnis)


@pytest.mark.parametrize(
    "weitere", [{"feld": 'a"; x="'}, {"feld": ""}, {"anmeldung": "keine"}, {"url": "http://a.test"}]
)
def test_options_are_checked(weitere: dict[str, str]) -> None:
    gut = {"url": "https://dms.test/", "geheimnisse": ["AMT_GEHEIMNIS_DMS"]}
    kanal_namens("dms_http").optionen(gut)
    with pytest.raises(ValidationError):
        kanal_namens("dms_http").optionen(gut | weitere)
