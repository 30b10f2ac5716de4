"""What the login says is put in as the forms' lists have it, and not for somebody else."""

import pytest

from app.antraege.staaten import _staaten, staat
from app.antraege.vorbelegung import quellen_von
from app.gewerbe.listen import staaten, staatsangehoerigkeiten
from app.konto.identitaet import Angaben, Anschrift, Organisation


@pytest.mark.parametrize(
    ("code", "numerisch", "angehoerigkeit"),
    [("DE", "276", "000"), ("deu", "276", "000"), ("TR", "792", "163"), ("SE", "752", "157")],
)
def test_a_state_is_known_by_its_letters(code: str, numerisch: str, angehoerigkeit: str) -> None:
    assert staat(code) == (numerisch, angehoerigkeit)


def test_what_is_no_code_stays_unknown() -> None:
    assert [staat(code) for code in ("", "XX", "Deutschland", "276")] == [None] * 4


def test_every_state_and_nationality_is_one_of_the_lists() -> None:
    alle = set(_staaten().values())
    assert {einer.numerisch for einer in alle} <= set(staaten())
    assert {einer.angehoerigkeit for einer in alle} - {None} <= set(staatsangehoerigkeiten())
    assert len(alle) > 240


def test_the_words_of_the_login_become_sources() -> None:
    angaben = Angaben(
        vornamen="Zofia",
        staatsangehoerigkeit="SE",
        anschrift=Anschrift(strasse="Storgatan 1", staat="SWE"),
        organisation=Organisation(name="Probe AB", anschrift=Anschrift(staat="Atlantis")),
    )
    assert quellen_von(angaben) == {
        "konto.vornamen": "Zofia",
        "konto.staatsangehoerigkeit": "157",
        "konto.anschrift.strasse": "Storgatan 1",
        "konto.anschrift.staat": "752",
        "konto.organisation.name": "Probe AB",
        "konto.organisation.anschrift.staat": "Atlantis",
    }
