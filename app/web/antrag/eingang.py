"""What a page of a draft sends: read once, and kept where its session has ended meanwhile."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from fastapi import Depends, Request

from app.db.sitzung import transaktion
from app.konto import ablage
from app.konto.cookies import sitzungskeks
from app.problems import Problem
from app.web.antrag.offen import Antragsteller, Offen
from app.web.antrag.weg import PRUEFEN
from app.web.besuch import Besuch, besuch
from app.web.formulare import mehrfach

_EIGENES = "_"
"""Begins the names of what is no answer; no path of a form does."""
_HOECHSTE_FASSUNG = 10**9


@dataclass(frozen=True, slots=True)
class Eingabe:
    """The answers of a page by path, and what is to be done with them."""

    felder: Mapping[str, Sequence[str]]
    tun: str
    fassung: int
    """Of the draft that the page was made from."""
    von: str
    """Where to go on to in place of the next page."""

    def eine(self, name: str) -> str:
        """The one value of a field; empty without one."""
        return next(iter(self.felder.get(name, ())), "")

    @property
    def leer(self) -> bool:
        """Whether nothing was answered."""
        return not any(
            wert.strip()
            for name, werte in self.felder.items()
            if not name.startswith(_EIGENES)
            for wert in werte
        )


def eingabe_aus(felder: Mapping[str, Sequence[str]]) -> Eingabe:
    """What a form holds."""

    def eine(name: str) -> str:
        return next(iter(felder.get(name, ())), "")

    fassung = eine("_fassung")
    return Eingabe(
        MappingProxyType(dict(felder)),
        eine("_tun") or "weiter",
        int(fassung) if fassung.isdecimal() and len(fassung) < 10 else _HOECHSTE_FASSUNG,
        PRUEFEN if eine("_von") == PRUEFEN else "",
    )


async def bewahrt(anfrage: Request, besuch: Annotated[Besuch, Depends(besuch)]) -> None:
    """What somebody has typed for so long that the session ended is kept until they are back."""
    if besuch.angemeldet is not None:
        return
    felder: Mapping[str, Sequence[str]] = {}
    with suppress(Problem):
        felder = await mehrfach(anfrage)
    if felder:
        async with transaktion() as session:
            anfrage.state.bewahrt = await ablage.lege_ab(
                session,
                browser=besuch.browser.geheimnis,
                sitzung=sitzungskeks(anfrage),
                pfad=anfrage.url.path,
                felder=felder,
            )


async def wieder_da(offen: Offen) -> Eingabe | None:
    """What was kept of this page for this browser."""
    felder = await ablage.lies(
        offen.session, browser=offen.besuch.browser.geheimnis, pfad=offen.besuch.anfrage.url.path
    )
    return eingabe_aus(felder) if felder is not None else None


async def raeume(offen: Offen, eingabe: Eingabe) -> None:
    """Nothing is kept of a page any more that has been saved now."""
    if eingabe.eine("_wieder"):
        await ablage.raeume(
            offen.session, browser=offen.besuch.browser.geheimnis, pfad=offen.besuch.anfrage.url.path
        )


async def eingabe(
    _: Annotated[None, Depends(bewahrt)],
    __: Antragsteller,
    felder: Annotated[Mapping[str, Sequence[str]], Depends(mehrfach)],
) -> Eingabe:
    """The form of the request, of somebody who may send it."""
    return eingabe_aus(felder)


Eingegeben = Annotated[Eingabe, Depends(eingabe)]
