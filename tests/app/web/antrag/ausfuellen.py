"""Filling in a service's form as a person does: page by page, answering what is asked."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.app.antraege import dateien

Antwort = str | Sequence[str]
Antworten = Mapping[str, Antwort]
"""By the name of the question. In a long list a code is looked for, or ``suche:word`` and the first taken."""

_HOECHSTENS_SEITEN = 80


async def beantworte(seite: Page, antworten: Antworten) -> None:
    """Answer those of the questions that are on the page."""
    for name, antwort in antworten.items():
        for eine in [antwort] if isinstance(antwort, str) else antwort:
            await _gib(seite, name, eine)


async def _gib(seite: Page, name: str, antwort: str) -> None:
    feld = seite.locator(f'[name="{name}"]')
    if await seite.locator(f'[name="_suche.{name}"]').count():
        await _suche(seite, name, antwort)
        return
    if not await feld.count():
        return
    if await feld.first.get_attribute("type") in {"radio", "checkbox"}:
        await seite.locator(f'[name="{name}"][value="{antwort}"]').check()
    elif await seite.locator(f'select[name="{name}"]').count():
        await feld.select_option(antwort)
    elif await feld.get_attribute("readonly") is None:
        await feld.fill(antwort)


async def _suche(seite: Page, name: str, antwort: str) -> None:
    wort = antwort.removeprefix("suche:")
    eines = f'[value="{wort}"]' if wort == antwort else ':not([id*="gewaehlt"])'
    if await seite.locator(f'[name="{name}"]{eines}:checked').count():
        return
    await seite.fill(f'[name="_suche.{name}"]', wort)
    await seite.locator(f'button[value="suche:{name}"]').click()
    await seite.locator(f'[name="{name}"]{eines}').first.check()


async def weiter(seite: Page) -> None:
    """Press the button that goes on."""
    await seite.locator('main button.kern-btn[name="_tun"][value="weiter"]').click()


async def fuelle_aus(
    seite: Page,
    antworten: Antworten,
    eintraege: Mapping[str, Sequence[Antworten]] | None = None,
    *,
    je_seite: Callable[[str], Awaitable[Any]] | None = None,
    ordner: Path | None = None,
) -> None:
    """From the first page of a draft to the one that shows everything before it is sent.

    `eintraege`: by the step that lists them. `je_seite` is called once on each page, with its name.
    `ordner`: where the files to upload are written.
    """
    gesehen: set[str] = set()
    for _ in range(_HOECHSTENS_SEITEN):
        schritt, eintrag = _ort(seite)
        if je_seite is not None and (name := f"{schritt}{'-eintrag' if eintrag else ''}") not in gesehen:
            gesehen.add(name)
            await je_seite(name)
        if schritt == "pruefen":
            return
        if schritt == "nachweise":
            await _lade_hoch(seite, ordner or Path())
        elif eintrag:
            await beantworte(seite, (eintraege or {})[schritt][eintrag - 1])
        elif await seite.locator("#liste").count():
            da = await seite.locator(".eintraege > li").count()
            if da < len((eintraege or {}).get(schritt, ())):
                await seite.locator('button[value="hinzufuegen"]').click()
                continue
            unfertig = seite.locator(".eintraege > li:has(.kern-badge) button[value^=aendern]")
            if await unfertig.count():
                await unfertig.first.click()
                continue
        else:
            await beantworte(seite, antworten)
        await weiter(seite)
    raise AssertionError(f"the end was not reached: {seite.url}\n{await seite.locator('main').inner_text()}")


def _ort(seite: Page) -> tuple[str, int]:
    gefunden = re.search(r"/antrag/[0-9a-f-]{36}/(\w+)(?:/(\d+))?", seite.url)
    assert gefunden, seite.url
    return gefunden[1], int(gefunden[2] or 0)


async def _lade_hoch(seite: Page, ordner: Path) -> None:
    datei = ordner / "Nachweis.pdf"
    datei.write_bytes(dateien.pdf())
    while await (
        fehlt := seite.locator("section.nachweis:not(:has(.kern-label__optional)):not(:has(.anlagen))")
    ).count():
        await fehlt.first.locator("input[type=file]").set_input_files(datei)
        await fehlt.first.get_by_role("button").last.click()
        await seite.locator(".kern-alert--success, #fehler").wait_for()
