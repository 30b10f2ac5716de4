"""A step of a form never lies under another page of the draft."""

from app.leistungen.formularpruefung import SEITEN
from app.web.seitenverzeichnis import ROUTER


def test_no_step_is_called_like_a_page_of_the_draft() -> None:
    teile = [str(getattr(route, "path", "")).split("/") for router in ROUTER for route in router.routes]
    namen = {pfad[3] for pfad in teile if pfad[1] == "antrag" and len(pfad) > 3}
    assert {name for name in namen if not name.startswith("{")} == SEITEN
