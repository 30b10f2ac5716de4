"""`amt anbieter`: what to register, and whether providers answer."""

import pytest
from typer.testing import CliRunner

from app.cli import amt
from app.konto import anmeldung
from tests.idp import BASIS, Idp

pytestmark = pytest.mark.usefixtures("idp_hier")


def test_what_is_to_be_registered_is_what_the_demo_registers(idp: Idp) -> None:
    ausgabe = CliRunner().invoke(amt, ["anbieter", "liste"])
    assert ausgabe.exit_code == 0
    assert f"issuer                    {idp.issuer('bundid')}" in ausgabe.output
    assert f"{BASIS}/anmelden/bundid/rueckkehr" in ausgabe.output
    assert f"post_logout_redirect_uri  {BASIS}/abgemeldet" in ausgabe.output
    assert f"{BASIS}/anmelden/paderborn/abmeldung" in ausgabe.output
    assert "05774032" in ausgabe.output
    assert not any(geheimnis in ausgabe.output for geheimnis in idp.umgebung.values() if len(geheimnis) == 43)


def test_who_answers_is_in_order(idp: Idp) -> None:
    ausgabe = CliRunner().invoke(amt, ["anbieter", "pruefen"])
    assert ausgabe.exit_code == 0
    assert ausgabe.output.splitlines() == [f"{name}: in Ordnung" for name in idp.dienst.personen]


def test_who_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def niemand(_: str) -> anmeldung.AnmeldungGescheitert:
        return anmeldung.AnmeldungGescheitert("anbieter_nicht_erreichbar", "zu_langsam")

    monkeypatch.setattr(anmeldung, "pruefe_anbieter", niemand)
    ausgabe = CliRunner().invoke(amt, ["anbieter", "pruefen"])
    assert ausgabe.exit_code == 1
    assert "bundid: anbieter_nicht_erreichbar (zu_langsam)" in ausgabe.output
