"""Somebody in front of a window of Chromium, who reads what is on a page and does what it says.

Nothing here knows a name or an id of the program's: questions are found by their words, pages by headings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

Antworten = Mapping[str, str]
"""What is answered to the questions of a page, by the words of the question."""
_HOECHSTENS_SEITEN = 30
_FRIST = 30_000


@dataclass(frozen=True)
class Worte:
    """What the buttons say in one language."""

    weiter: str = "Weiter"
    pruefen: str = "Prüfen und absenden"
    gelesen: str = "Ich habe alles gelesen"
    senden: str = "Jetzt absenden"
    angekommen: str = "Ihr Antrag ist angekommen"


DEUTSCH = Worte()
ENGLISCH = Worte(
    "Continue", "Check and send", "I have read everything", "Send now", "Your application has arrived"
)
LEICHT = Worte(pruefen="Alles lesen und senden", senden="Jetzt senden", angekommen="Ihr Antrag ist beim Amt")


class Mensch:
    """One person, one window."""

    def __init__(self, seite: Page, worte: Worte = DEUTSCH) -> None:
        self.seite = seite
        self.worte = worte

    async def drueckt(self, name: str) -> None:
        """Press the button, or follow the link, that says so."""
        knopf = self.seite.get_by_role("button", name=name, exact=True)
        verweis = self.seite.get_by_role("link", name=name)
        await knopf.or_(verweis).first.wait_for()
        await (knopf if await knopf.count() else verweis).first.click()

    async def meldet_sich_an(self, anbieter: str, person: str) -> None:
        """On our page choose the login service, on its page oneself."""
        await self.seite.get_by_role("button", name=re.compile(anbieter)).click()
        await self.seite.get_by_role("button", name=re.compile(re.escape(person))).click()

    async def liest(self, satz: str) -> None:
        """The sentence is on the page."""
        await expect(self.seite.get_by_text(satz).first).to_be_visible(timeout=_FRIST)

    async def fuellt_aus(self, seiten: Mapping[str, Antworten]) -> None:
        """Answer page after page until all is shown to be read; `seiten` by the heading of each."""
        for _ in range(_HOECHSTENS_SEITEN):
            ueberschrift = await self.seite.get_by_role("heading", level=1).inner_text()
            if ueberschrift == self.worte.pruefen:
                return
            await self.antwortet(seiten.get(ueberschrift, {}))
            async with self.seite.expect_navigation():
                await self.seite.get_by_role("button", name=self.worte.weiter, exact=True).last.click()
        raise AssertionError(await self.seite.locator("main").inner_text())

    async def sendet(self) -> None:
        """Confirm that all was read, send it, see that it has arrived."""
        await self.seite.get_by_label(self.worte.gelesen).check()
        await self.drueckt(self.worte.senden)
        await expect(self.seite.get_by_role("heading", level=1)).to_have_text(
            self.worte.angekommen, timeout=_FRIST
        )

    async def antwortet(self, antworten: Antworten) -> None:
        """Answer those of the questions that are on the page."""
        for frage, antwort in antworten.items():
            await self._gibt(frage, antwort)

    async def _gibt(self, frage: str, antwort: str) -> None:
        feld = await self._feld(frage)
        if feld is None:
            gruppe = self.seite.get_by_role("group", name=_so(frage))
            if await gruppe.count():
                await gruppe.get_by_label(antwort, exact=True).check()
            return
        if await feld.evaluate("feld => feld.tagName") == "SELECT":
            await feld.select_option(label=antwort)
        elif await feld.is_editable():
            await feld.fill(antwort)

    async def _feld(self, frage: str) -> Locator | None:
        """The field with this label; None where the answers are to be chosen among, or nothing is asked."""
        for rolle in ("textbox", "combobox", "spinbutton"):
            feld = self.seite.get_by_role(rolle, name=_so(frage))
            if await feld.count():
                return feld.first
        return None


def _so(frage: str) -> re.Pattern[str]:
    """The question, whether it has to be answered or not."""
    return re.compile(rf"^{re.escape(frage)}( \(.*\))?$")
