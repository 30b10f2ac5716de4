"""What an upload meets on its way in, over the interface: nothing of what is refused is stored anywhere."""

from collections.abc import Iterator

import pytest

from app.settings import settings
from tests.app.antraege.conftest import PNG, Person, begonnen, hochgeladen, zahl
from tests.app.antraege.dateien import pdf, pdf_aus
from tests.clamd import VERSEUCHT, Clamd

MIT_SKRIPT = pdf_aus(b"<< /OpenAction << /S /JavaScript /JS (x) >> >>")


@pytest.fixture
def ohne_clamd(regal: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A scanner is set up and does not answer."""
    monkeypatch.setenv("AMT_CLAMD", "unix:/gibt/es/nicht.sock")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def mit_clamd(regal: object, clamd_hier: Clamd) -> Clamd:
    """The scanner is set up after the shelf of forms."""
    return clamd_hier


async def test_without_a_scanner_it_is_stored_and_said_not_to_be_checked(person: Person) -> None:
    wer = await person()
    antwort = await hochgeladen(wer, await begonnen(wer))
    assert (antwort.status_code, antwort.json()["geprueft"]) == (201, False)


@pytest.mark.usefixtures("mit_clamd")
async def test_with_a_scanner_it_is_stored_and_said_to_be_checked(person: Person) -> None:
    wer = await person()
    antwort = await hochgeladen(wer, await begonnen(wer))
    assert (antwort.status_code, antwort.json()["geprueft"]) == (201, True)


@pytest.mark.usefixtures("mit_clamd")
@pytest.mark.parametrize(
    ("name", "inhalt", "art"),
    [
        ("police.pdf", pdf_aus(b"<< /Type /Catalog /Bemerkung (%s) >>" % VERSEUCHT), "application/pdf"),
        (
            "police.png",
            PNG.read_bytes()[:-12] + b"\0\0\0\x35tEXt" + VERSEUCHT + b"\0\0\0\0" + PNG.read_bytes()[-12:],
            "image/png",
        ),
    ],
)
async def test_malware_is_refused_and_nothing_stored(
    person: Person, name: str, inhalt: bytes, art: str
) -> None:
    wer = await person()
    antwort = await hochgeladen(wer, await begonnen(wer), name=name, inhalt=inhalt, art=art)
    assert (antwort.status_code, antwort.json()["code"]) == (422, "datei_infiziert")
    assert "Virenschutz" in antwort.json()["text"]["de"]
    assert VERSEUCHT.decode() not in antwort.text
    assert await zahl("anlage") == 0


@pytest.mark.usefixtures("ohne_clamd")
async def test_a_silent_scanner_lets_nothing_in_and_the_draft_stays(person: Person) -> None:
    wer = await person()
    entwurf = await begonnen(wer)
    antwort = await hochgeladen(wer, entwurf)
    assert (antwort.status_code, antwort.json()["code"]) == (503, "virenpruefung_fehlt")
    assert antwort.headers["retry-after"] == "120"
    assert set(antwort.json()["text"]) == {"de", "en", "leicht"}
    assert (await zahl("anlage"), await zahl("entwurf")) == (0, 1)


@pytest.mark.parametrize(
    ("name", "inhalt", "art", "code"),
    [
        ("police.pdf", MIT_SKRIPT, "application/pdf", "pdf_aktiv"),
        ("police.png", pdf(), "image/png", "datei_endung_passt_nicht"),
        ("police.docx", b"PK\x03\x04word/", "application/octet-stream", "datei_buerodokument"),
        ("police.png", b"<svg onload=x()>", "image/png", "datei_programm"),
    ],
)
async def test_what_it_is_decides_not_what_it_is_called(
    person: Person, name: str, inhalt: bytes, art: str, code: str
) -> None:
    wer = await person()
    antwort = await hochgeladen(wer, await begonnen(wer), name=name, inhalt=inhalt, art=art)
    assert (antwort.status_code, antwort.json()["code"]) == (422, code)
    assert antwort.json()["errors"][0]["text"] == antwort.json()["text"]
    assert await zahl("anlage") == 0


async def test_a_name_is_cleaned_before_anybody_sees_it(person: Person) -> None:
    wer = await person()
    antwort = await hochgeladen(wer, await begonnen(wer), name="../../<b>police\u202e 证.PNG")
    assert antwort.status_code == 201, antwort.text
    assert antwort.json()["dateiname"] == "_b_police _.png"
