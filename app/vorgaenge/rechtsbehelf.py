"""Which remedy there is against a refusal: one month, where, and how (§ 58 VwGO, § 66 SGG).

In Nordrhein-Westfalen an action lies at once (§ 110 JustG NRW), in matters of the Sozialgesetzbuch an
objection comes first (§§ 78, 84 SGG). Which court: § 17 JustG NRW.
"""

from collections.abc import Mapping
from typing import Final

from app.vorgaenge.verfahren import Rechtsweg

# First five digits of the AGS: the city or the district.
_GERICHTE: Final[Mapping[str, tuple[str, ...]]] = {
    "Aachen": ("05334", "05358", "05366", "05370"),
    "Arnsberg": ("05914", "05915", "05954", "05958", "05962", "05966", "05970", "05974"),
    "Düsseldorf": (
        *("05111", "05112", "05114", "05116", "05117", "05119", "05120", "05122", "05124"),
        *("05154", "05158", "05162", "05166", "05170"),
    ),
    "Gelsenkirchen": ("05512", "05513", "05562", "05911", "05913", "05916", "05978", "05113"),
    "Köln": ("05314", "05315", "05316", "05362", "05374", "05378", "05382"),
    "Minden": ("05711", "05754", "05758", "05762", "05766", "05770", "05774"),
    "Münster": ("05515", "05554", "05558", "05566", "05570"),
}
_NACH_KREIS: Final = {kreis: ort for ort, kreise in _GERICHTE.items() for kreis in kreise}


def verwaltungsgericht(ags: str) -> str:
    """Seat of the administrative court for a town of Nordrhein-Westfalen."""
    return _NACH_KREIS[ags[:5]]


def rechtsbehelf(rechtsweg: Rechtsweg, *, ags: str, behoerde: str) -> str:
    """The paragraph for the letter, which is given to the applicant by way of the account."""
    if rechtsweg == "sozial":
        return (
            "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch erhoben werden: "
            f"bei der Behörde {behoerde}, schriftlich, in elektronischer Form nach § 36a Abs. 2 des Ersten "
            "Buches Sozialgesetzbuch oder zur Niederschrift."
        )
    ort = verwaltungsgericht(ags)
    return (
        "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Klage beim Verwaltungsgericht "
        f"{ort} in {ort} erhoben werden."
    )
