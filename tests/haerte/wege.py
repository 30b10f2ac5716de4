"""Every route that takes a body, and hostile bodies of each kind for it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from tests.haerte.conftest import LANG

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
TEILE: Final = "multipart/form-data; boundary=x"
_KIB: Final = 1024
# A little less than any body may have.
_VOLL: Final = 60 * _KIB

TEXTE: Final[Mapping[str, str]] = {
    "NUL": "a\x00b",
    "right to left": "\u202erehcS",
    "homoglyphs": "Саfé",
    "not NFC": "Scha\u0308re",
    "beyond DIN 91379": "\U0001f600\ufffe\u2028",
    "overlong": "x" * _VOLL,
    "overlong, of marks": "a" + "\u0301" * (_VOLL // 2),
    "lines": "\n" * _VOLL,
    "spaces": " " * _VOLL + "x",
    "digits": "9" * 5000,
    "foreign digits": "٠٥٧٧٤٠٣٢",
    "markup": "<script>alert(1)</script>{{7*7}}${7*7}%s%n",
    "path": "../../../../etc/passwd",
    "SQL": "' OR 1=1;--",
}
"""Values for a field of text."""


@dataclass(frozen=True)
class Koerper:
    """A body; made when it is sent."""

    name: str
    medientyp: str
    inhalt: Callable[[], bytes]


def _gewaehlt(felder: tuple[str, ...], nummer: int) -> tuple[str, ...]:
    """All of them in the long form, else one: with the next value it is another's turn."""
    return felder if LANG else (felder[nummer % len(felder)],)


def grosse_json_koerper(feld: str) -> Iterator[Koerper]:
    """JSON of two megabytes, wrong as such or in `feld`."""
    namen = json.dumps(dict.fromkeys(map(str, range(180_000)), 1)).encode()
    roh: dict[str, bytes] = {
        "10^5 names": namen,
        "10^5 arrays": b"[" * 100_000 + b"]" * 100_000,
        "10^5 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        f"{feld}: 10^5 names": b'{"%s":%s}' % (feld.encode(), namen),
        f"{feld}: 10^5 entries": b'{"%s":{"a":[%s0]}}' % (feld.encode(), b"0," * 900_000),
        f"{feld}: 10^5 wrong entries": b'{"%s":{"a":[%s{}]}}' % (feld.encode(), b'{"a":1},' * 200_000),
        f"{feld}: long text": b'{"%s":{"a":"%s"}}' % (feld.encode(), b"x" * 2_000_000),
        f"{feld}: marks": b'{"%s":{"a":"%s"}}' % (feld.encode(), "\u0301".encode() * 900_000),
        f"{feld}: long name": b'{"%s":{"%s":1}}' % (feld.encode(), b"x" * 2_000_000),
    }
    for name, inhalt in roh.items():
        yield Koerper(f"large, {name}", JSON, lambda inhalt=inhalt: inhalt)  # type: ignore[misc]


def json_koerper(felder: tuple[str, ...]) -> Iterator[Koerper]:
    """JSON that is none, too deep, too wide, or has in `felder` what does not belong there."""
    roh: dict[str, bytes] = {
        "empty": b"",
        "null": b"null",
        "a number": b"1",
        "an array": b"[]",
        "a string": b'"x"',
        "an object": b"{}",
        "NaN": b'{"a":NaN}',
        "doubled name": b'{"text":"a","text":"b","code":"a","code":"b"}',
        "lone surrogate as name": b'{"\\udfff":1}',
        "not UTF-8": b'{"text":"\xed\xa0\x80"}',
        "UTF-16": '{"text":"a"}'.encode("utf-16"),
        "UTF-32": '{"text":"a"}'.encode("utf-32"),
        "UTF-7": b"{+ACI-text+ACI-:1}",
        "mark": b'\xef\xbb\xbf{"text":"a"}',
        "two values": b"{}{}",
        "XML": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        "NUL": b"\x00" * _VOLL,
        "deep arrays": b"[" * (_VOLL // 2) + b"]" * (_VOLL // 2),
        "deep objects": b'{"a":' * (_VOLL // 6) + b"1" + b"}" * (_VOLL // 6),
        "wide": json.dumps(dict.fromkeys(map(str, range(6000)))).encode(),
    }
    for name, inhalt in roh.items():
        yield Koerper(name, JSON, lambda inhalt=inhalt: inhalt)  # type: ignore[misc]
    werte: dict[str, bytes] = {name: json.dumps(text).encode() for name, text in TEXTE.items()} | {
        "lone surrogate": b'"\\ud800"',
        "huge number": b"9" * 4000,
        "infinite number": b"1e999999",
        "fraction": b"0." + b"0" * 4000 + b"1",
        "deep": b"[" * 20_000 + b"]" * 20_000,
        "many": b"[" + b"null," * 9000 + b"null]",
        "unnamed": b'{"__proto__":{"a":1},"":[]}',
        "true": b"true",
        "null in it": b"null",
    }
    for nummer, (name, wert) in enumerate(werte.items()):
        for feld in _gewaehlt(felder, nummer):
            yield Koerper(
                f"{feld}: {name}",
                JSON,
                lambda feld=feld, wert=wert: b'{"%s":%s}' % (feld.encode(), wert),  # type: ignore[misc]
            )
        alle = b"{" + b",".join(b'"%s":%s' % (feld.encode(), wert) for feld in felder) + b"}"
        if len(felder) > 1 and len(alle) < 64 * _KIB:
            yield Koerper(f"all: {name}", JSON, lambda alle=alle: alle)  # type: ignore[misc]


def form_koerper(felder: tuple[str, ...], marke: str) -> Iterator[Koerper]:
    """Forms of pages; `marke`: the field that shows whose they are."""
    vorn = f"{marke}&".encode() if marke else b""
    roh: dict[str, bytes] = {
        "empty": b"",
        "fields without end": b"a=&" * (_VOLL // 3),
        "signs without end": b"&=" * (_VOLL // 2),
        "half escapes": b"text=%&code=%f&%=%zz",
        "no UTF-8": b"text=%ff%fe&code=%ed%a0%80&%ff=1",
        "overlong UTF-8": b"text=%c0%80%c0%af",
        "escapes only": b"%61" * (_VOLL // 3),
        "brackets": b"a" + b"[b]" * (_VOLL // 3) + b"=1",
        "semicolons": b"a;" * (_VOLL // 2),
        "raw bytes": bytes(range(256)) * 200,
    }
    for name, inhalt in roh.items():
        yield Koerper(name, FORM, lambda inhalt=inhalt: vorn + inhalt)  # type: ignore[misc]
    for nummer, (name, text) in enumerate(TEXTE.items()):
        for feld in _gewaehlt(felder, nummer):
            paar = {feld: text[: _VOLL // 6]}
            yield Koerper(f"{feld}: {name}", FORM, lambda paar=paar: vorn + urlencode(paar).encode())  # type: ignore[misc]
        kurz = dict.fromkeys(felder, text[:200])
        yield Koerper(f"all: {name}", FORM, lambda kurz=kurz: vorn + urlencode(kurz).encode())  # type: ignore[misc]
    yield Koerper("JSON", JSON, lambda: b'{"text":"a"}')
    yield Koerper("no type", "", lambda: vorn + b"text=a")
    yield Koerper("odd charset", f"{FORM}; charset=undefined", lambda: vorn + b"text=%ff")


def _teil(kopf: bytes, inhalt: bytes = b"x") -> bytes:
    return b"--x\r\n" + kopf + b"\r\n\r\n" + inhalt + b"\r\n"


def _datei(name: bytes, inhalt: bytes = b"%PDF-1.7", art: bytes = b"application/pdf") -> bytes:
    kopf = b'Content-Disposition: form-data; name="datei"; ' + name + b"\r\nContent-Type: " + art
    return _teil(kopf, inhalt)


_ENDE: Final = b"--x--\r\n"


def mehrteilige_koerper(felder: tuple[str, ...], marke: str, *, gross: bool) -> Iterator[Koerper]:
    """Forms with files; `marke`: the field that shows whose they are; `gross`: large ones are read here."""
    name, _, wert = marke.encode().partition(b"=")
    vorn = _teil(b'Content-Disposition: form-data; name="%s"' % name, wert) if marke else b""
    for einer in _mehrteilige(felder, gross=gross):
        yield replace(einer, inhalt=lambda einer=einer: vorn + einer.inhalt())  # type: ignore[misc]


def _mehrteilige(felder: tuple[str, ...], *, gross: bool) -> Iterator[Koerper]:
    feld = b'Content-Disposition: form-data; name="text"'
    text = _teil(feld, b"Hallo")
    roh: dict[str, Callable[[], bytes]] = {
        "empty": lambda: b"",
        "nothing in it": lambda: _ENDE,
        "unclosed": lambda: text[:-2],
        "unclosed head": lambda: b"--x\r\nContent-Disposition: form-data; name",
        "no disposition": lambda: _teil(b"X-A: b") + _ENDE,
        "no name": lambda: _teil(b"Content-Disposition: form-data") + _ENDE,
        "other disposition": lambda: _teil(b'Content-Disposition: attachment; name="text"') + _ENDE,
        "disposition no UTF-8": lambda: _teil(b'Content-Disposition: form-data; name="\xff\xfe"') + _ENDE,
        "name with NUL": lambda: _teil(b'Content-Disposition: form-data; name="te\x00xt"') + _ENDE,
        "long head": lambda: _teil(feld + b"\r\nX-A: " + b"y" * _VOLL) + _ENDE,
        "many heads": lambda: _teil(feld + b"\r\nX-A: y" * 7000) + _ENDE,
        "many fields": lambda: text * 700 + _ENDE,
        "many files": lambda: _datei(b'filename="a.pdf"') * 400 + _ENDE,
        "many names": lambda: _teil(feld + b'; name="text"' * 4000) + _ENDE,
        "quotes": lambda: _teil(b"Content-Disposition: form-data; name=" + b'"\\' * 20_000) + _ENDE,
        "parameters": lambda: _teil(b"Content-Disposition: form-data" + b";a" * 20_000) + _ENDE,
        "continued name": lambda: _teil(b"Content-Disposition: form-data; name*0=te; name*1=xt") + _ENDE,
        "file behind text": lambda: text + _datei(b'filename="a.pdf"') + _ENDE,
        "text as file": lambda: _teil(feld + b'; filename="a.txt"', b"Hallo") + _ENDE,
        "base64": lambda: _teil(feld + b"\r\nContent-Transfer-Encoding: base64", b"SGFsbG8=") + _ENDE,
        "charset of a part": lambda: (
            _teil(feld + b"\r\nContent-Type: text/plain; charset=utf-7", b"+AGE-") + _ENDE
        ),
        "almost boundaries": lambda: _teil(feld, b"\r\n--" * (_VOLL // 4)) + _ENDE,
        "starts of boundaries": lambda: _teil(feld, b"\r\n-" * (_VOLL // 3)) + _ENDE,
        "folded head": lambda: _teil(b"Content-Disposition: form-data;\r\n name=text") + _ENDE,
        "preamble": lambda: b"\r\n" * 20_000 + text + _ENDE,
        "behind the end": lambda: text + _ENDE + b"y" * _VOLL,
    }
    for name in (
        *(b'filename=""', b'filename="a\x00.pdf"', b'filename="../../etc/passwd"', b'filename="\xff.pdf"'),
        *(b'filename="CON.pdf"', b"filename*=UTF-8''%00.pdf", b"filename*=UTF-8''%ff", b"filename*=x"),
        *(b"filename*=idna'de'a", b"filename*=undefined''a.pdf", b'filename="' + b"x" * 40_000 + b'.pdf"'),
        *(b'filename="\\\\srv\\a.pdf"', b'filename="\xe2\x80\xaefdp.exe"', b'filename="\xed\xa0\x80.pdf"'),
        *(b"filename=\"a.pdf\"; filename*=utf-7''+AC8-", b'filename=".pdf"', b'filename="..."'),
    ):
        roh[f"{name[:30]!r}"] = lambda name=name: text + _datei(name) + _ENDE  # type: ignore[misc]
    for art in (
        b"",
        b"image/svg+xml",
        b"text/html",
        b"\xff",
        b"x" * 20_000,
        b"application/pdf; charset=undefined",
    ):
        roh[f"type {art[:20]!r}"] = lambda art=art: text + _datei(b'filename="a.pdf"', art=art) + _ENDE  # type: ignore[misc]
    if gross:
        fast = 10 * _KIB * _KIB - 4096
        roh |= {
            "10 MB of almost boundaries": lambda: (
                _datei(b'filename="a.pdf"', b"\r\n--" * (fast // 4)) + _ENDE
            ),
            "10 MB of line ends": lambda: _datei(b'filename="a.pdf"', b"\r\n" * (fast // 2)) + _ENDE,
            "10 MB of returns": lambda: _datei(b'filename="a.pdf"', b"\r" * fast) + _ENDE,
            "10 MB of nothing": lambda: _datei(b'filename="a.pdf"', bytes(fast)) + _ENDE,
            "10 MB of open PDF": lambda: (
                _datei(b'filename="a.pdf"', b"%PDF-1.7\n" + b"1 0 obj<<" * (fast // 9)) + _ENDE
            ),
            "10 MB of brackets": lambda: (
                _datei(b'filename="a.pdf"', b"%PDF-1.7\n1 0 obj" + b"[" * fast) + _ENDE
            ),
            "10 MB of PNG": lambda: (
                _datei(b'filename="a.png"', b"\x89PNG\r\n\x1a\n" + bytes(fast), b"image/png") + _ENDE
            ),
            "10 MB of text": lambda: _teil(feld, b"x" * fast) + _ENDE,
            "10 MB of small fields": lambda: text * (fast // len(text)) + _ENDE,
            "10 MB of heads": lambda: _teil(feld + b"\r\nX-A: y" * (fast // 8)) + _ENDE,
            "10 MB of one head": lambda: _teil(feld + b"\r\nX-A: " + b"y" * fast) + _ENDE,
            "10 MB behind the end": lambda: text + _ENDE + b"y" * fast,
            "10 MB before it": lambda: b"\r\n" * (fast // 2) + text + _ENDE,
        }
    for name_, inhalt in roh.items():
        yield Koerper(name_, TEILE, inhalt)
    for name_, wert in TEXTE.items():
        alle = b"".join(
            _teil(b'Content-Disposition: form-data; name="%s"' % eines.encode(), wert.encode()[: 2 * _KIB])
            for eines in felder
        )
        yield Koerper(f"all: {name_}", TEILE, lambda alle=alle: alle + _ENDE)  # type: ignore[misc]
        lang = _teil(feld, wert.encode()[:_VOLL])
        yield Koerper(f"text: {name_}", TEILE, lambda lang=lang: lang + _ENDE)  # type: ignore[misc]
    for grenze in ("", "; boundary=", '; boundary=""', f"; boundary={'y' * 20_000}", "; boundary=\xff"):
        yield Koerper(f"boundary {grenze[:20]!r}", f"multipart/form-data{grenze}", lambda: text + _ENDE)
    for zeichen in ("undefined", "idna", "punycode", "hex", "utf-16", "unicode_escape", "\xfc", "x" * 9000):
        yield Koerper(
            f"charset {zeichen[:20]!r}",
            f"{TEILE}; charset={zeichen}",
            lambda: _teil(feld, b"\xff\xfea\\ud800") + _ENDE,
        )
    yield Koerper("mixed", "multipart/mixed; boundary=x", lambda: text + _ENDE)
    yield Koerper("JSON", JSON, lambda: b"{}")
