"""`amt gemeinde` as a shell sees it."""

import asyncio
import json
import os
import sys
from pathlib import Path

from app.db.rollen import Zugang

WURZEL = Path(__file__).resolve().parents[3]


async def rufe(datenbank: Zugang, *argumente: str, **umgebung: str) -> tuple[int | None, str]:
    prozess = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "gemeinde", *argumente),
        cwd=WURZEL,
        env={**os.environ, "DATABASE_URL": datenbank.anwendung, **umgebung},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    ausgabe, _ = await prozess.communicate()
    return prozess.returncode, ausgabe.decode()


async def test_town_is_set_up_changed_and_listed(datenbank: Zugang) -> None:
    neu = ("einrichten", "05774020", "--name", "Stadt Delbrück", "--aktenzeichen", "GA {jahr}/{nummer}")
    assert (await rufe(datenbank, *neu))[0] == 0
    code, ausgabe = await rufe(
        datenbank, "aendern", "05774020", "--von-hand", "--verzicht", "dguv", "--filter", "hwk"
    )
    assert code == 0, ausgabe
    zeile, _, rest = ausgabe.partition("\n")
    assert (await rufe(datenbank, "liste"))[1] == f"{zeile}\n"
    for teil in ("05774020", "Stadt Delbrück", "GA {jahr}/{nummer}", "von Hand", "dguv", "hwk"):
        assert teil in zeile
    assert "Geändert / changed: automatisch_bescheinigen, verzichte, filter" in rest
    assert "/anschrift: Straße oder Postleitzahl fehlt." in rest


async def test_one_command_makes_a_town_ready_and_says_what_is_missing(
    datenbank: Zugang, tmp_path: Path
) -> None:
    code, ausgabe = await rufe(datenbank, "einrichten", "05758012")
    assert code == 0, ausgabe
    assert "Gewerbeamt Herford" in ausgabe
    assert await rufe(datenbank, "einrichten", "05758012") == (0, ausgabe)
    datei = tmp_path / "herford.yaml"
    datei.write_text(
        "anschrift: {strasse: Rathausplatz, hausnummer: '1', plz: '32052'}\n"
        "erreichbarkeit: [{kanal: email, kennung: gewerbe@herford.example.org}]\n"
        "gebuehren: {gewerbeanmeldung: {betrag_cent: 2600, rechtsgrundlage: Tarifstelle}}\n"
        "bericht_an: amt@herford.example.org\n"
        "pflichtangaben: {vertreten_durch: die Bürgermeisterin, "
        "datenschutz: {email: datenschutz@herford.example.org}}\n",
        "utf-8",
    )
    code, ausgabe = await rufe(datenbank, "einrichten", "05758012", "--datei", str(datei))
    assert code == 0, ausgabe
    assert "still missing" not in ausgabe
    code, ausgabe = await rufe(datenbank, "zeigen", "05758012", "--json")
    gezeigt = json.loads(ausgabe)
    assert gezeigt["gebuehren"]["gewerbeanmeldung"]["betrag_cent"] == 2600
    assert gezeigt["anschrift"] == {
        "strasse": "Rathausplatz",
        "hausnummer": "1",
        "plz": "32052",
        "ort": "Herford",
    }
    datei.write_text("farben: {leiste: '#ffffff'}", "utf-8")
    code, ausgabe = await rufe(datenbank, "aendern", "05758012", "--datei", str(datei))
    assert code == 2
    assert ausgabe.startswith("/farben: schrift/leiste: Der Kontrast ist 1.0")


async def test_the_check_says_in_plain_words_what_is_missing(datenbank: Zugang) -> None:
    code, ausgabe = await rufe(datenbank, "pruefen", "05758012")
    assert code == 2
    assert "Herford ist hier nicht eingerichtet." in ausgabe
    assert "-> amt gemeinde einrichten 05758012" in ausgabe
    await rufe(datenbank, "einrichten", "05758012")
    code, ausgabe = await rufe(datenbank, "pruefen", "05758012", "--json")
    bericht = json.loads(ausgabe)
    assert code == 2
    stand = {punkt["schluessel"]: punkt["stand"] for punkt in bericht["punkte"]}
    assert stand["eingerichtet"] == stand["schema"] == stand["erreichbar"] == "in_ordnung"
    assert stand["anschrift"] == stand["worker"] == "fehler"
    assert stand["gebuehren"] == stand["rollen"] == "warnung"
    assert (await rufe(datenbank, "pruefen", "12052000"))[0] == 2


async def test_newer_data_are_tried_and_taken_over(datenbank: Zugang, tmp_path: Path) -> None:
    datei = tmp_path / "postleitzahlen.csv"
    datei.write_text("plz,ags,gueltig_ab,gueltig_bis\n33999,05774032,2026-01-01,\n", "utf-8")
    umgebung = {"AMT_GEMEINDEDATEN": str(tmp_path / "daten")}
    code, ausgabe = await rufe(datenbank, "daten", str(datei), "--probe", **umgebung)
    assert code == 0, ausgabe
    assert "33999 05774032" in ausgabe
    assert (await rufe(datenbank, "suchen", "33999", **umgebung))[0] == 1
    assert (await rufe(datenbank, "daten", str(datei), **umgebung))[0] == 0
    code, ausgabe = await rufe(datenbank, "suchen", "33999", **umgebung)
    assert (code, ausgabe) == (0, "05774032  Paderborn  (Kreis Paderborn)  postleitzahl\n")
    datei.write_text("plz,ags,gueltig_ab,gueltig_bis\n33998,05999999,2026-01-01,\n", "utf-8")
    code, ausgabe = await rufe(datenbank, "daten", str(datei), **umgebung)
    assert code == 2
    assert "33998: am 2026-01-01 gibt es keine Gemeinde 05999999" in ausgabe


async def test_what_cannot_be_is_refused(datenbank: Zugang) -> None:
    for falsch in (
        ("einrichten", "12052000"),
        ("einrichten", "05774020", "--aktenzeichen", "immer gleich"),
        ("aendern", "05774020", "--von-hand"),
        ("aendern", "05774020", "--filter", "alle"),
    ):
        code, ausgabe = await rufe(datenbank, *falsch)
        assert code == 2, ausgabe
        assert "Traceback" not in ausgabe
    assert await rufe(datenbank, "liste") == (0, "")
