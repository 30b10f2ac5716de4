"""Model -> XML -> model, official messages, what a message brings that a notice does not hold."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.gewerbe.anzeige import GEWERBEANZEIGE, Abmeldung, Anmeldung
from app.gewerbe.feld import Form
from app.gewerbe.felder import auszug
from app.gewerbe.nachricht import NichtUebernehmbar, Satz, lies, schreibe
from app.gewerbe.plausibilitaet import pruefe_plausibilitaet
from tests.app.gewerbe import strategien
from tests.app.gewerbe.conftest import beispiel
from tests.app.gewerbe.volle_saetze import KOPF, SATZKOPF, voller_satz
from tests.conftest import shared
from xoev.befund import hat_fehler
from xoev.bundles import bundle_fuer_namespace, sendebundle
from xoev.pruefen import pruefe
from xoev.xgewerbeanzeige.typen import typ_fuer_stelle
from xoev.zeichensatz import din91379_zeichen

RAUM = "{http://www.xgewerbeanzeige.de/spezifikation/2.2}"
BEISPIELE = "data/xgewerbeanzeige/examples/"
ALLES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def amtlich(name: str) -> etree._Element:
    return etree.fromstring(shared(BEISPIELE + name).read_bytes())


@pytest.mark.parametrize("form", ["A1", "A2", "A3"])
def test_ohne_verlust_und_gueltig(form: Form) -> None:
    @ALLES
    @given(strategien.anzeigen(form))
    def eigenschaft(anzeige: strategien.Anzeige) -> None:
        daten = voller_satz([anzeige])
        ergebnis = pruefe(daten)
        assert ergebnis.status == "gueltig", [befund.als_dict() for befund in ergebnis.befunde]
        (gelesen,) = lies(etree.fromstring(daten))
        assert gelesen.anzeige == anzeige
        assert not gelesen.hinweise

    eigenschaft()


def test_jedes_zeichen_ueberlebt(anmeldung: Anmeldung) -> None:
    """The whole repertoire of DIN 91379, not only what chance picks."""
    zeichen = [z for z in din91379_zeichen() if z.strip(" \t\r\n") and z != "|"]
    stuecke = ["".join(zeichen[i : i + 400]) for i in range(0, len(zeichen), 400)]
    daten = anmeldung.model_dump(mode="json")
    daten["uuid"], daten["gewerbebetrieb_id"] = str(SATZKOPF.uuid), str(SATZKOPF.gewerbebetrieb_id)
    daten["taetigkeit"]["weitere"] = [{"beschreibung": stueck} for stueck in stuecke]
    anzeige = GEWERBEANZEIGE.validate_python(daten)
    nachricht = voller_satz([anzeige])
    assert pruefe(nachricht).status == "gueltig"
    (gelesen,) = lies(etree.fromstring(nachricht))
    assert gelesen.anzeige == anzeige
    assert [t.beschreibung for t in gelesen.anzeige.taetigkeit.weitere] == stuecke


def test_mehrere_saetze_in_einer_nachricht(anmeldung: Anmeldung, abmeldung: Abmeldung) -> None:
    gelesen = lies(etree.fromstring(voller_satz([anmeldung, abmeldung])))
    assert [satz.anzeige.form for satz in gelesen] == ["A1", "A3"]
    assert gelesen[0].meldungsnummer == "2026-1"
    assert gelesen[0].ereigniszeitpunkt == SATZKOPF.ereigniszeitpunkt
    assert gelesen[0].gewerbebetrieb_id == SATZKOPF.gewerbebetrieb_id


def test_ohne_uuid_wird_nicht_geschrieben(anmeldung: Anmeldung) -> None:
    satz = Satz(anmeldung, replace(SATZKOPF, uuid=None))
    with pytest.raises(ValueError, match="uuid"):
        schreibe([satz], KOPF, typ_fuer_stelle("ihk"), sendebundle("XGewerbeanzeige", date(2026, 11, 20)))


def test_gesendet_wird_nur_22(anmeldung: Anmeldung) -> None:
    alt = bundle_fuer_namespace("http://www.xgewerbeanzeige.de/spezifikation/2.1")
    assert alt is not None
    with pytest.raises(ValueError, match=r"2\.2"):
        schreibe([Satz(anmeldung, SATZKOPF)], KOPF, typ_fuer_stelle("ihk"), alt)


def test_die_uuid_der_anzeige_geht_vor(anmeldung: Anmeldung) -> None:
    eigene = UUID("96c4ef05-83c6-4850-a09c-ca2d762cbcc3")
    anzeige = anmeldung.model_copy(update={"uuid": eigene})
    assert lies(etree.fromstring(voller_satz([anzeige])))[0].uuid == eigene


def test_geburtsdatum_als_ttmmjjjj(anmeldung: Anmeldung) -> None:
    element = etree.fromstring(voller_satz([anmeldung])).find(f".//{RAUM}geburtsdatum")
    assert element is not None
    assert element.text == "17041985"


def test_auszug_schreibt_nur_was_er_hat(anmeldung: Anmeldung) -> None:
    satz = Satz(auszug(anmeldung, frozenset({1, 4, 5, 15, 20})), SATZKOPF)
    daten = schreibe(
        [satz], KOPF, typ_fuer_stelle("eichamt"), sendebundle("XGewerbeanzeige", date(2026, 11, 20))
    )
    wurzel = etree.fromstring(daten)
    namen = {etree.QName(element).localname for element in wurzel.iter(f"{RAUM}*")}
    assert {"familienname", "gueltigAb"} <= namen
    assert not namen & {
        "geburtsdatum",
        "taetigkeitenGesamt",
        "istNebenerwerb",
        "datumMeldung",
        "staatangehoerigkeiten",
    }


def test_jeder_auszug_wird_wie_fuer_sich_allein_geschrieben() -> None:
    bundle = sendebundle("XGewerbeanzeige", date(2026, 11, 20))

    def geschrieben(anzeige: strategien.Anzeige, erlaubt: frozenset[int]) -> bytes:
        return schreibe([Satz(auszug(anzeige, erlaubt), SATZKOPF)], KOPF, typ_fuer_stelle("ihk"), bundle)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strategien.anzeigen(), st.lists(st.frozensets(st.integers(1, 33)), min_size=2, max_size=4))
    def eigenschaft(anzeige: strategien.Anzeige, ansprueche: list[frozenset[int]]) -> None:
        geteilt = [geschrieben(anzeige, erlaubt) for erlaubt in ansprueche]
        assert geteilt == [geschrieben(anzeige.model_copy(), erlaubt) for erlaubt in ansprueche]

    eigenschaft()


def test_testkennzeichen(anmeldung: Anmeldung) -> None:
    assert etree.fromstring(voller_satz([anmeldung])).get("test") is None
    assert etree.fromstring(voller_satz([anmeldung], kopf=replace(KOPF, test=True))).get("test") == "100"


def test_amtliche_2_2_anmeldung() -> None:
    (satz,) = lies(amtlich("xgwa2.2-valid.xml"))
    anzeige = satz.anzeige
    assert isinstance(anzeige, Anmeldung)
    assert anzeige.gemeinde == "12052000"
    assert anzeige.personen[0].geburtsdatum == date(1965, 10, 12)
    assert anzeige.personen[0].aufenthaltstitel is not None
    assert [t.beschreibung for t in anzeige.taetigkeit.weitere] == [
        "Verkauf von Haarpflegeprodukten",
        "Make-up-Beratung",
    ]
    assert satz.uuid == UUID("5687cf4a-5c7b-43f1-933e-e5a7f69f7967")
    assert satz.ereigniszeitpunkt == datetime(2016, 7, 4, 15, 0, 42, tzinfo=UTC)
    befunde = [*satz.hinweise, *pruefe_plausibilitaet(anzeige, date(2026, 11, 20), streng=True)]
    assert {befund.severity for befund in befunde} <= {"info"}


def test_amtliche_2_1_abmeldung_an_die_statistik() -> None:
    """No birth data, no home address: taken in, but not without a person who looks at it."""
    (satz,) = lies(amtlich("xgwa2.1-valid.xml"))
    assert isinstance(satz.anzeige, Abmeldung)
    assert satz.anzeige.betriebsstaette.anschrift.nation == "276"
    befunde = pruefe_plausibilitaet(satz.anzeige, date(2026, 11, 20))
    assert not hat_fehler(befunde)
    assert {befund.feld for befund in befunde if befund.severity == "warning"} >= {
        "GewA 3, Feld 8",
        "GewA 3, Feld 11",
    }
    assert hat_fehler(pruefe_plausibilitaet(satz.anzeige, date(2026, 11, 20), streng=True))


def test_fehlender_familienname_wird_benannt() -> None:
    with pytest.raises(NichtUebernehmbar) as fehler:
        lies(amtlich("xgwa2.2-invalid.xml"))
    (befund,) = fehler.value.befunde
    assert befund.severity == "error"
    assert befund.rule.startswith("PLA-")
    assert befund.feld == "GewA 1, Feld 4"
    assert befund.pointer == "/personen/0/familienname"
    assert befund.line


def _umbau(daten: bytes, pfad: str, neu: str) -> etree._Element:
    """Put an element before the one at `pfad`."""
    wurzel = etree.fromstring(daten)
    ziel = wurzel.find(f".//{RAUM}{pfad}")
    assert ziel is not None
    ziel.addprevious(etree.fromstring(f'<x xmlns:xga="{RAUM[1:-1]}">{neu}</x>')[0])
    return wurzel


def test_was_das_formular_nicht_kennt_wird_gemeldet(ummeldung: strategien.Anzeige) -> None:
    nein = "<code>0</code>"
    art = "".join(f"<xga:{n}>{nein}</xga:{n}>" for n in ("industrie", "handwerk", "handel", "sonstiges"))
    wurzel = _umbau(voller_satz([ummeldung]), "niederlassungArt", f"<xga:betriebArt>{art}</xga:betriebArt>")
    (satz,) = lies(wurzel)
    (hinweis,) = satz.hinweise
    assert (hinweis.severity, hinweis.rule) == ("info", "PLA-NICHT-UEBERNOMMEN")
    assert hinweis.text["de"].startswith("Art des Betriebs")
    assert hinweis.xpath.endswith("betriebArt")


def test_status_ohne_angabe_ist_keine_angabe(anmeldung: Anmeldung) -> None:
    karte = "<xga:handwerkskarte><xga:status><code>3</code></xga:status></xga:handwerkskarte>"
    (satz,) = lies(_umbau(voller_satz([anmeldung]), "gewerbe/{*}anschrift", karte))
    assert isinstance(satz.anzeige, Anmeldung)
    assert satz.anzeige.handwerkskarte is None
    assert [hinweis.rule for hinweis in satz.hinweise] == ["PLA-OHNE-ANGABE"]


def test_schweigt_die_nachricht_ueber_das_reisegewerbe_sieht_ein_mensch_hin(anmeldung: Anmeldung) -> None:
    wurzel = etree.fromstring(voller_satz([anmeldung]))
    element = wurzel.find(f".//{RAUM}istReisegewerbe")
    assert element is not None
    element.getparent().remove(element)  # type: ignore[union-attr]
    (satz,) = lies(wurzel)
    assert satz.anzeige.reisegewerbe is False
    assert [(h.severity, h.feld) for h in satz.hinweise] == [("warning", "GewA 1, Feld 24")]


@pytest.mark.parametrize(
    ("xml", "erwartet"),
    [
        (
            "<xga:taetigkeitenZusammengefasst> Paketshop |Presse</xga:taetigkeitenZusammengefasst>",
            [("Paketshop", None), ("Presse", None)],
        ),
        (
            "<xga:taetigkeitenZusammengefasst>Paketshop|Presse</xga:taetigkeitenZusammengefasst>"
            "<xga:taetigkeit><xga:taetigkeitSchluessel>53200</xga:taetigkeitSchluessel>"
            "<xga:stichwort>Pakete</xga:stichwort></xga:taetigkeit>"
            "<xga:taetigkeit><xga:taetigkeitSchluessel>47621</xga:taetigkeitSchluessel>"
            "<xga:stichwort>Zeitungen</xga:stichwort></xga:taetigkeit>",
            [("Paketshop", "53200"), ("Presse", "47621")],
        ),
        (
            "<xga:taetigkeitenZusammengefasst>Paketshop, Presse</xga:taetigkeitenZusammengefasst>"
            "<xga:taetigkeit><xga:taetigkeitSchluessel>53200</xga:taetigkeitSchluessel>"
            "<xga:stichwort>Pakete</xga:stichwort></xga:taetigkeit>"
            "<xga:taetigkeit><xga:taetigkeitSchluessel>47621</xga:taetigkeitSchluessel>"
            "<xga:stichwort>Zeitungen</xga:stichwort></xga:taetigkeit>",
            [("Paketshop, Presse", None), ("Pakete", "53200"), ("Zeitungen", "47621")],
        ),
    ],
    ids=["nur zusammengefasst", "der Reihe nach", "andere Zahl"],
)
def test_weitere_taetigkeiten_amtlicher_nachrichten(
    anmeldung: Anmeldung, xml: str, erwartet: list[tuple[str, str | None]]
) -> None:
    wurzel = etree.fromstring(voller_satz([anmeldung]))
    gesamt = wurzel.find(f".//{RAUM}taetigkeitenGesamt")
    assert gesamt is not None
    gesamt.append(
        etree.fromstring(
            f'<x xmlns:xga="{RAUM[1:-1]}"><xga:weitereTaetigkeiten>{xml}</xga:weitereTaetigkeiten></x>'
        )[0]
    )
    (satz,) = lies(wurzel)
    assert [(t.beschreibung, t.wz) for t in satz.anzeige.taetigkeit.weitere] == erwartet


@pytest.mark.parametrize("zeit", ["2016-07-08T24:00:00", "0001-01-01T00:00:00Z", "12016-07-08T12:00:00"])
def test_ein_zeitpunkt_den_kein_kalender_kennt(anmeldung: Anmeldung, zeit: str) -> None:
    wurzel = etree.fromstring(voller_satz([anmeldung]))
    element = wurzel.find(f".//{RAUM}ereigniszeitpunkt")
    assert element is not None
    element.text = zeit
    with pytest.raises(NichtUebernehmbar) as fehler:
        lies(wurzel)
    assert [befund.rule for befund in fehler.value.befunde] == ["PLA-ZEITPUNKT"]


@pytest.mark.parametrize(
    ("zeit", "erwartet"),
    [
        ("2016-07-08T12:00:29.0", datetime(2016, 7, 8, 10, 0, 29, tzinfo=UTC)),
        ("2016-01-08T12:00:29Z", datetime(2016, 1, 8, 12, 0, 29, tzinfo=UTC)),
    ],
)
def test_ohne_zone_gilt_die_ortszeit(anmeldung: Anmeldung, zeit: str, erwartet: datetime) -> None:
    wurzel = etree.fromstring(voller_satz([anmeldung]))
    element = wurzel.find(f".//{RAUM}ereigniszeitpunkt")
    assert element is not None
    element.text = zeit
    assert lies(wurzel)[0].ereigniszeitpunkt == erwartet


def test_reisegewerbe_ohne_betriebsstaette_steht_zu_hause() -> None:
    wurzel = etree.fromstring(voller_satz([beispiel("anmeldung-reisegewerbe")]))
    element = wurzel.find(f".//{RAUM}gewerbe/{RAUM}anschrift")
    assert element is not None
    element.getparent().remove(element)  # type: ignore[union-attr]
    (satz,) = lies(wurzel)
    assert satz.anzeige.betriebsstaette.anschrift == satz.anzeige.personen[0].anschrift
    assert [(h.severity, h.feld) for h in satz.hinweise] == [("warning", "GewA 1, Feld 15")]
