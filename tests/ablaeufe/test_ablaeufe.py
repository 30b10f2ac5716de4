"""Whole flows with everybody who takes part, each in a browser of their own and logged in at the provider.

What one page does is tested with the pages; here it is whether people come from the start to the end.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.konto.sitzungen import CSRF_KOPF, csrf_token
from tests.ablaeufe.conftest import PADERBORN, Neu
from tests.ablaeufe.mensch import ENGLISCH, LEICHT, Antworten, Mensch

WOHNUNG = {
    "Straße": "Rathausplatz",
    "Hausnummer": "1",
    "Postleitzahl": "33098",
    "Ort": "Paderborn",
}
PETRA = {"Vornamen": "Petra", "Familienname": "Probe"}


def _in(tagen: int) -> str:
    tag = datetime.now(UTC) + timedelta(days=tagen)
    return f"{tag.day}.{tag.month}.{tag.year}"


async def _beginnt(wer: Mensch, wort: str, titel: str, *knoepfe: str, person: str) -> None:
    """From the start page to the first question."""
    was, wo, suchen, online, jetzt = knoepfe or (
        "Was möchten Sie erledigen?",
        "Ort oder Postleitzahl",
        "Suchen",
        "Online beginnen",
        "Jetzt beginnen",
    )
    await wer.seite.goto("/")
    await wer.antwortet({was: wort, wo: "Paderborn"})
    await wer.drueckt(suchen)
    await wer.drueckt(titel)
    await wer.drueckt(online)
    await wer.meldet_sich_an("BundID", person)
    await wer.drueckt(jetzt)


async def _im_amt(neu: Neu) -> Mensch:
    """A clerk in front of the one case that is to be decided."""
    amt = await neu()
    await amt.seite.goto("/amt")
    await amt.meldet_sich_an("Stadt Paderborn", "Petra Sommer")
    await amt.drueckt("In Prüfung")
    await amt.seite.get_by_role("cell").get_by_role("link").click()
    return amt


async def _entscheidet(amt: Mensch, wie: str, **inhalt: Any) -> None:
    """The clerk's program decides over the interface, with her own login."""
    [keks] = [eines for eines in await amt.seite.context.cookies() if eines.get("name") == "amt"]
    fall = amt.seite.url.rpartition("/")[2]
    antwort = await amt.seite.context.request.post(
        f"/api/v1/vorgaenge/{fall}/{wie}",
        data=inhalt,
        headers={CSRF_KOPF: csrf_token(keks.get("value", "")), "X-Amt": PADERBORN},
    )
    assert antwort.ok, await antwort.text()


async def test_a_parking_permit_with_a_question_of_the_office(neu: Neu) -> None:
    erika = await neu()
    await _beginnt(erika, "Parkausweis", "Bewohnerparkausweis", person="Erika Musterfrau")
    await erika.fuellt_aus(
        {
            "Ihr Antrag": {"Was möchten Sie beantragen?": "Einen Ersatz", "Ab wann?": _in(1)},
            "Ihre Person": {**WOHNUNG, "Dort gemeldet seit": "1.1.2020"},
        }
    )
    await erika.liest("Musterfrau")
    await erika.sendet()
    await erika.drueckt("Antrag verfolgen")
    await erika.liest("Wird geprüft")

    amt = await _im_amt(neu)
    await amt.liest("Bewohnerparkausweis")
    await amt.liest("12. März 1984")
    await amt.drueckt("Nachrichten: 0")
    await amt.antwortet({"Ihre Nachricht": "Wo haben Sie den alten Ausweis verloren?"})
    await amt.drueckt("Nachricht senden")
    await amt.liest("Wo haben Sie den alten Ausweis verloren?")

    await erika.seite.reload()
    await erika.drueckt("Nachrichten lesen")
    await erika.liest("Wo haben Sie den alten Ausweis verloren?")
    await erika.antwortet({"Ihre Nachricht": "Er ist mir am Bahnhof gestohlen worden."})
    await erika.drueckt("Nachricht senden")

    await amt.seite.reload()
    await amt.liest("Er ist mir am Bahnhof gestohlen worden.")
    await amt.seite.get_by_role("navigation", name="Sie sind hier").get_by_role("link").last.click()
    await _entscheidet(amt, "bewilligen", text="Sie bekommen den Ersatz.")
    await amt.seite.reload()
    await amt.liest("bewilligt")

    await erika.seite.goto("/konto")
    await erika.drueckt("Bewohnerparkausweis")
    await erika.liest("Bewilligt")
    async with erika.seite.expect_download() as geladen:
        await erika.drueckt("Bescheid: Bescheid.pdf")
    assert (await (await geladen.value).path()).read_bytes().startswith(b"%PDF")


async def test_a_school_ticket_that_the_school_confirms(neu: Neu) -> None:
    mutter = await neu()
    await _beginnt(mutter, "Schülerticket", "Schülerticket", person="Erika Musterfrau")
    await mutter.fuellt_aus(SCHUELERTICKET)
    await mutter.sendet()
    code = await mutter.seite.locator(".code").inner_text()

    schule = await neu()
    await schule.seite.goto("/bestaetigen")
    await schule.meldet_sich_an("Unternehmenskonto", "Beispiel Software GmbH")
    await schule.antwortet({"Code": code})
    await schule.drueckt("Angaben ansehen")
    await schule.liest("Mia")
    await schule.seite.get_by_label("Ja").check()
    await schule.drueckt("Bestätigen")
    await schule.liest("Klasse oder Jahrgang laut Schule")
    await schule.antwortet({"Klasse oder Jahrgang laut Schule": "5b", "An dieser Schule seit": "1.8.2026"})
    await schule.drueckt("Bestätigen")
    await schule.liest("Sie haben bestätigt.")

    amt = await _im_amt(neu)
    await amt.liest("Die zweite Person hat bestätigt.")
    await _entscheidet(amt, "bewilligen", text="Mia bekommt das Ticket.")
    await mutter.drueckt("Antrag verfolgen")
    await mutter.liest("Bewilligt")


async def test_participation_in_leichte_sprache_is_forwarded(neu: Neu) -> None:
    wer = await neu(LEICHT, locale="de-simple")
    knoepfe = (
        "Was möchten Sie machen?",
        "Stadt oder Post·leit·zahl",
        "Suchen",
        "Jetzt anfangen",
        "Jetzt anfangen",
    )
    await _beginnt(
        wer, "Behinderung", "Hilfe bei Behinderung beantragen", *knoepfe, person="Erika Musterfrau"
    )
    await wer.fuellt_aus(TEILHABE)
    await wer.liest("Ich brauche Hilfe beim Wohnen.")
    await wer.sendet()

    amt = await _im_amt(neu)
    await amt.liest("ob Sie zuständig sind")
    assert "Hilfe beim Wohnen" not in await amt.seite.content()
    await _entscheidet(amt, "weiterleiten", traeger="LWL", grund="Er ist für Erwachsene zuständig.")
    await amt.seite.reload()
    await amt.liest("Weitergeleitet an LWL.")
    await amt.drueckt("Geschützte Angaben öffnen")
    await amt.liest("Ich brauche Hilfe beim Wohnen.")

    await wer.seite.goto("/konto")
    await wer.seite.get_by_role("link", name="Hilfe bei Behinderung beantragen").first.click()
    await wer.liest("Bescheid.pdf")


async def test_a_certificate_of_residence_in_english(neu: Neu) -> None:
    zoe = await neu(ENGLISCH, locale="en-GB")
    knoepfe = ("What do you want to get done?", "Town or postcode", "Search", "Start online", "Start now")
    await _beginnt(zoe, "certificate", "Certificate of residence", *knoepfe, person="Zoë Ångström")
    await zoe.fuellt_aus(
        {
            "Your certificate": {
                "Which certificate do you need?": "Simple certificate",
                "What do you need the certificate for?": "Something else",
            },
            "About you": {
                "Place of birth": "Malmö",
                "Street": "Rathausplatz",
                "House number": "1",
                "Postcode": "33098",
                "Town": "Paderborn",
                "Do you have another home in Germany?": "No",
            },
            "How you receive it": {"How do you want to receive the certificate?": "Here in your account"},
        }
    )
    await zoe.liest("Ångström")
    await zoe.sendet()
    amt = await _im_amt(neu)
    await _entscheidet(
        amt, "ablehnen", text="Sie sind hier nicht gemeldet.", gruende="Es gibt keinen Eintrag."
    )
    await zoe.drueckt("Track the application")
    await zoe.liest("Refused")


SCHUELERTICKET: dict[str, Antworten] = {
    "Ihr Antrag": {
        "Was beantragen Sie?": "Zum ersten Mal ein Ticket",
        "Für welches Schuljahr?": "Das laufende Schuljahr",
        "Ab wann wird das Ticket gebraucht?": _in(10),
        "Für wen stellen Sie den Antrag?": "Für mein Kind oder ein Kind in meiner Obhut",
    },
    "Schülerin oder Schüler": {**PETRA, "Vornamen": "Mia", "Geburtsdatum": "4.5.2015", **WOHNUNG},
    "Sie als sorgeberechtigte Person": {"Wie vertreten Sie das Kind?": "Mutter oder Vater", **PETRA},
    "Die Schule": {
        "Name der Schule": "Gesamtschule am Beispielweg",
        "Ort der Schule": "Paderborn",
        "Schulform": "Gesamtschule",
        "Wer ist Träger der Schule?": "Die Stadt oder Gemeinde",
        "Stufe": "Klassen 5 bis 10",
        "Klasse oder Jahrgang": "5b",
        "Ist es die nächstgelegene Schule dieser Schulform?": "Ja",
    },
    "Der Schulweg": {
        "Warum ist die Fahrt notwendig?": "Der Weg ist zu lang",
        "Kürzester Fußweg in Metern": "4200",
    },
    "Verkehrsmittel": {"Womit fährt das Kind?": "Bus und Bahn", "An wie vielen Tagen in der Woche?": "5"},
    "Eigenanteil": {
        "Bekommt die Familie eine dieser Leistungen?": "Nein",
        "Kontoinhaberin oder Kontoinhaber": "Petra Probe",
        "IBAN": "DE89 3704 0044 0532 0130 00",
        "Darf das Verkehrsunternehmen den Eigenanteil von diesem Konto einziehen?": "Ja",
        "Dürfen wir Ihre Angaben zum Ticket an das Verkehrsunternehmen geben?": "Ja",
    },
}
TEILHABE: dict[str, Antworten] = {
    "Ihr Antrag": {
        "Wie möchten Sie den Antrag stellen?": "Kurz",
        "Wobei brauchen Sie Hilfe?": "Ich brauche Hilfe beim Wohnen.",
    },
    "Wer braucht Hilfe?": {"Für wen ist der Antrag?": "Für mich"},
    # Name and birthday are there already: they come from the login of who applies for herself.
    "Über die Person": {"Straße": "Beispielgasse", "Haus·nummer": "4"},
    "So verstehen wir uns gut": {"Was hilft Ihnen?": "Leichte Sprache"},
}
