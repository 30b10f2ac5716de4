"""The program's log knows what was done, and nothing of what was said."""

from structlog.testing import capture_logs

from tests.app.antraege.conftest import Person, abgeschickt, antworten, fertiger, gespeichert, hochgeladen


async def test_nothing_that_was_typed_or_uploaded_is_logged(person: Person) -> None:
    wer = await person()
    with capture_logs() as eintraege:
        entwurf = await fertiger(wer)
        await hochgeladen(wer, entwurf, name="Krankenakte.exe", inhalt=b"MZ", art="application/x-dosexec")
        await gespeichert(wer, entwurf, antworten(stand__laenge="ungültig und geheim"))
        await abgeschickt(wer, entwurf)
        await gespeichert(wer, (await wer.get(f"/api/v1/entwuerfe/{entwurf['id']}")).json(), antworten())
        await abgeschickt(wer, entwurf)
    assert {eintrag.get("route") for eintrag in eintraege} >= {
        "/api/v1/entwuerfe/{entwurf_id}/einreichung",
        "/api/v1/entwuerfe/{entwurf_id}/anlagen",
    }
    alles = repr(eintraege)
    person_ = antworten()["person"]
    geheim = [person_["familienname"], person_["email"], "geheim", "Krankenakte", "police", entwurf["id"]]
    assert [wort for wort in geheim if wort in alles] == []
