"""A browser in two words, for the list of one's sessions; nothing else of its description is kept."""

from typing import Final

# The first that fits: every browser claims to be several others.
_BROWSER: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEM: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def geraet(user_agent: str) -> str:
    """ "Firefox, Windows"; empty for what is not known."""
    worte = (
        next((wort for zeichen, wort in tabelle if zeichen in user_agent), None)
        for tabelle in (_BROWSER, _SYSTEM)
    )
    return ", ".join(wort for wort in worte if wort)
