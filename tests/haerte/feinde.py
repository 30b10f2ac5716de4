"""Hostile requests: bodies that exhaust parsers, deceive about their encoding, or mean two things at once."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.app.gewerbe.anzeigen import anmeldung
from tests.xoev import nachrichten

ANZEIGEN: Final = "/api/v1/gewerbeanzeigen"
XML: Final = "application/xml"
JSON: Final = "application/json"
_MIB: Final = 1024 * 1024
_NACHRICHT: Final = nachrichten.friseur()
_DOCTYPE: Final = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'


@dataclass(frozen=True)
class Feind:
    """One request and what may be answered. `inhalt` is made when it is sent: some are large."""

    name: str
    inhalt: Callable[[], bytes]
    status: tuple[int, ...]
    code: str
    medientyp: str = XML
    kopf: dict[str, str] = field(default_factory=dict)


def _xml(name: str, inhalt: Callable[[], bytes] | bytes | str) -> Feind:
    if isinstance(inhalt, str):
        inhalt = inhalt.encode()
    roh = inhalt
    return Feind(name, roh if callable(roh) else lambda: roh, (422,), "anzeige_fehlerhaft")


def _json(name: str, inhalt: Callable[[], bytes] | bytes | str, status: int = 400) -> Feind:
    code = {400: "json_nicht_lesbar", 422: "anzeige_fehlerhaft"}[status]
    if isinstance(inhalt, str):
        inhalt = inhalt.encode()
    roh = inhalt
    return Feind(name, roh if callable(roh) else lambda: roh, (status,), code, JSON)


def _in_nachricht(alt: bytes, neu: bytes) -> bytes:
    assert alt in _NACHRICHT
    return _NACHRICHT.replace(alt, neu, 1)


def _lachen() -> bytes:
    stufen = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    return f'<!DOCTYPE l [<!ENTITY a "ha">{stufen}]><l>&j;</l>'.encode()


def _anzeige(**anders: Any) -> bytes:
    return json.dumps(anmeldung(**anders)).encode()


def _tief(art: str) -> bytes:
    return b'{"a":' * 100_000 + b"1" + b"}" * 100_000 if art == "objekt" else b"[" * 100_000 + b"]" * 100_000


def xml_feinde() -> Iterator[Feind]:
    """Messages."""
    yield _xml("external entity", _DOCTYPE)
    yield _xml("parameter entity", '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]><a/>')
    yield _xml("external subset", '<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:9/a.dtd"><a/>')
    yield _xml("default attribute", '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>')
    yield _xml("doctype behind comments", "<!--x-->" * 1000 + _DOCTYPE)
    yield _xml(
        "xinclude",
        '<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd" parse="text"/></a>',
    )
    yield _xml(
        "xinclude in a message",
        _in_nachricht(
            b"<xga:satz>",
            b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><xga:satz>',
        ),
    )
    yield _xml("stylesheet", b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/"?><a/>')
    yield _xml(
        "schema location",
        '<a xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="u http://127.0.0.1:9/"/>',
    )
    yield _xml("billion laughs", _lachen)
    yield _xml(
        "quadratic blow-up",
        lambda: b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 100_000 + b'">]><a>' + b"&x;" * 100_000 + b"</a>",
    )
    for kodierung in (
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "utf-7",
        "cp037",
    ):
        erklaert = f"<?xml version='1.0' encoding='{kodierung}'?>{_DOCTYPE}"
        yield _xml(f"doctype in {kodierung}", erklaert.encode(kodierung))
        yield _xml(f"{kodierung} declared, UTF-8 sent", f"<?xml version='1.0' encoding='{kodierung}'?><a/>")
        if kodierung != "utf-7":  # whose letters are ASCII: a message of other words
            yield _xml(f"message in {kodierung}", _NACHRICHT.decode().encode(kodierung, "replace"))
    for name in ("utf-8utf-7", "x" * 10_000, "", "UTF-8\x00", "ebcdic-cp-us", "shift_jis", "gb18030"):
        yield _xml(f"encoding {name[:12]!r}", f"<?xml version='1.0' encoding='{name}'?><a/>")
    yield _xml("two marks", b"\xef\xbb\xbf\xef\xbb\xbf<a/>")
    yield _xml("mark inside", b"<a>\xef\xbb\xbf</a>")
    yield _xml("UTF-16 mark before UTF-8", b"\xff\xfe<a/>")
    yield _xml("overlong <", b"<a>\xc0\xbc/a>")
    yield _xml("overlong NUL", b"<a>\xc0\x80</a>")
    yield _xml("surrogate in UTF-8", b"<a>\xed\xa0\x80</a>")
    yield _xml("beyond Unicode", b"<a>\xf4\x90\x80\x80</a>")
    yield _xml("NUL", b"<a>\x00</a>")
    yield _xml("NUL as reference", b"<a>&#0;</a>")
    yield _xml("surrogate as reference", b"<a>&#xD800;</a>")
    yield _xml("huge reference", b"<a>&#" + b"9" * 100_000 + b";</a>")
    yield _xml("10^5 levels", lambda: b"<a>" * 100_000 + b"</a>" * 100_000)
    yield _xml("10^5 levels, unclosed", lambda: b"<a>" * 100_000)
    yield _xml("10^5 attributes", lambda: b"<a " + b" ".join(b'b%d="x"' % i for i in range(100_000)) + b"/>")
    yield _xml(
        "10^5 name spaces",
        lambda: b"<a " + b" ".join(b'xmlns:n%d="u%d"' % (i, i) for i in range(100_000)) + b"/>",
    )
    yield _xml("10^5 children", lambda: b"<a>" + b"<b/>" * 100_000 + b"</a>")
    yield _xml("10^6 children", lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>")
    yield _xml("10^6 comments", lambda: b"<a>" + b"<!---->" * 1_000_000 + b"</a>")
    fast = 10 * _MIB - 100
    yield _xml("10 MB text", lambda: b"<a>" + b"x" * fast + b"</a>")
    yield _xml("10 MB of references", lambda: b"<a>" + b"&#65;" * (fast // 5) + b"</a>")
    yield _xml("10 MB cdata", lambda: b"<a><![CDATA[" + b"x" * fast + b"]]></a>")
    yield _xml("10 MB attribute", lambda: b'<a b="' + b"x" * fast + b'"/>')
    yield _xml("10 MB name", lambda: b"<" + b"x" * fast + b"/>")
    yield _xml("10 MB comment", lambda: b"<!--" + b"x" * fast + b"--><a/>")
    yield _xml("10 MB instruction", lambda: b"<?p " + b"x" * fast + b"?><a/>")
    yield _xml("10 MB name space", lambda: b'<a xmlns="' + b"x" * fast + b'"/>')
    yield _xml("10 MB white space", lambda: b" " * fast + b"<a/>")
    yield _xml("10 MB of <", lambda: b"<" * fast)
    yield _xml("10 MB of open comments", lambda: b"<!--" * (fast // 4))
    yield _xml("10 MB of nothing", lambda: b"\x00" * fast)
    yield _xml("homoglyphs", _in_nachricht(b"Schere", "Sсhеrе".encode()))
    yield _xml("homoglyph in a tag", _NACHRICHT.replace(b"xga:satz", "xga:sаtz".encode()))
    yield _xml("not NFC", _in_nachricht(b"Schere", "Scha\u0308re".encode()))
    yield _xml("overlong name", _in_nachricht(b"Schere", b"x" * 90_000))
    yield _xml("right to left", _in_nachricht(b"Schere", "\u202eerehcS".encode()))
    yield _xml("400 faults", _NACHRICHT.replace(b"<xga:satz>", b"<xga:satz>" + b"<x/>" * 400))
    yield _xml("200 notices with faults", _viele_saetze)
    yield _xml("empty", b"")
    yield _xml("JSON instead", _anzeige())


def _viele_saetze() -> bytes:
    beginn, ende = _NACHRICHT.index(b"<xga:satz>"), _NACHRICHT.index(b"</xga:satz>") + len(b"</xga:satz>")
    satz = _NACHRICHT[beginn:ende].replace(b"<xga:familienname>", b"<xga:nachname>")
    return _NACHRICHT[:beginn] + satz * 200 + _NACHRICHT[ende:]


def json_feinde() -> Iterator[Feind]:
    """Notices."""
    yield _json("10^5 arrays", lambda: _tief("liste"))
    yield _json("10^5 objects", lambda: _tief("objekt"))
    yield _json("doubled name", b'{"form":"A1","form":"A3"}')
    yield _json("doubled name inside", _anzeige().replace(b'"strasse"', b'"ort":"x","strasse"', 1))
    yield _json("doubled name, escaped", b'{"form":"A1","f\\u006frm":"A3"}')
    for zahl in ("NaN", "Infinity", "-Infinity"):
        yield _json(zahl, f'{{"form":{zahl}}}')
    yield _json("10^5 digits", b'{"form":' + b"9" * 100_000 + b"}")
    yield _json("1e999999", b'{"form":1e999999}', 422)
    yield _json("lone surrogate", b'{"form":"\\ud800"}')
    yield _json("lone surrogate as name", b'{"\\udfff":1}')
    yield _json("surrogate in UTF-8", b'{"form":"\xed\xa0\x80"}')
    yield _json("overlong UTF-8", b'{"form":"\xc0\xbc"}')
    for kodierung in ("utf-16", "utf-16-le", "utf-32", "utf-32-be"):
        yield _json(kodierung, _anzeige().decode().encode(kodierung))
    yield _json("mark", b"\xef\xbb\xbf" + _anzeige())
    yield _json("two values", _anzeige() * 2)
    yield _json("comment", b"/**/" + _anzeige())
    yield _json("empty", b"")
    yield _json("XML instead", b"<a/>")
    yield _json("10 MB text", lambda: _anzeige(grund="x" * 10 * _MIB)[: 10 * _MIB], 400)
    yield _json("10 MB name", lambda: b'{"' + b"x" * (10 * _MIB - 100) + b'":1}', 422)
    yield _json("10^6 names", lambda: json.dumps(dict.fromkeys(map(str, range(500_000)))).encode(), 422)
    yield _json("10^6 persons", lambda: _anzeige(personen=[{}] * 1_000_000), 422)
    yield _json("10^5 persons with faults", lambda: _anzeige(personen=[{"a": 1, "b": 2}] * 100_000), 422)
    yield _json("NUL", _anzeige(betriebsstaette={"anschrift": {"strasse": "a\x00b"}}), 422)
    yield _json("homoglyphs", _anzeige(betrieb={"rechtsform": "180", "geschaeftsbezeichnung": "Саfé"}), 422)
    yield _json("unnamed fields", _anzeige(__proto__={"a": 1}, constructor=1), 422)
    yield _json("foreign digits", _anzeige(gemeinde="٠٥٧٧٤٠٣٢"), 422)
    for wert in (b"null", b"1", b'"A1"', b"[]", b"{}", b"true"):
        yield _json(f"only {wert.decode()}", wert, 422)


def huellen_feinde() -> Iterator[Feind]:
    """What is wrong is around the body."""
    bombe = gzip.compress(b"<a>" + bytes(100 * _MIB))
    for packart, inhalt in (
        ("gzip", bombe),
        ("deflate", zlib.compress(bytes(100 * _MIB))),
        ("br", b"\x0b"),
        ("gzip, gzip", bombe),
        ("identity, gzip", bombe),
        ("x" * 1000, b"<a/>"),
    ):
        yield Feind(
            f"packed: {packart[:20]}",
            lambda inhalt=inhalt: inhalt,  # type: ignore[misc]
            (415,),
            "medientyp_unbekannt",
            XML,
            {"Content-Encoding": packart},
        )
    for art in (
        *("", "text/plain", "application/octet-stream", "multipart/form-data; boundary=x", "*/*", "xml", ";"),
        *(
            "application/x-www-form-urlencoded",
            "application/json5",
            "application/xml+",
            "x" * 5000,
            "\xe4/\xfc",
        ),
    ):
        yield Feind(f"content type {art[:20]!r}", lambda: b"<a/>", (415,), "medientyp_unbekannt", art)
    for art in ("application/xml; charset=utf-16", "APPLICATION/XML;charset=utf-7", "text/xml; charset=\xff"):
        yield Feind(f"charset {art!r}", lambda: b"<a/>", (422,), "anzeige_fehlerhaft", art)
    for schluessel in ("", "x" * 256, "\xfc", "a\tb"):
        yield Feind(
            f"key {schluessel[:10]!r}",
            _anzeige,
            (400,),
            "idempotency_key_ungueltig",
            JSON,
            {"Idempotency-Key": schluessel},
        )


def wege() -> Iterator[tuple[str, str, str, tuple[int, ...]]]:
    """(client, method, path, status): odd paths, ids and parameters."""
    for kennung in (
        *("0", "-1", "null", "%00", "%FF", "..%2f..%2fetc%2fpasswd", "' OR 1=1--", "x" * 8000, "%C0%AF"),
        *("00000000-0000-0000-0000-000000000000", "{00000000000000000000000000000000}", "%F0%9F%9A%80"),
    ):
        for wer, weg in (
            ("einreichen", f"{ANZEIGEN}/{kennung}"),
            ("einreichen", f"{ANZEIGEN}/{kennung}/bescheinigungen/{kennung}"),
            ("sachbearbeitung", f"/api/v1/vorgaenge/{kennung}"),
            ("sachbearbeitung", f"/api/v1/vorgaenge/{kennung}/akte"),
            ("postfach", f"/api/v1/postfach/sendungen/{kennung}/nachricht"),
        ):
            yield wer, "GET", weg, (404, 422)
        yield "einreichen", "GET", f"/pruefcode/{kennung}", (404,)
        yield "einreichen", "GET", f"/static/{kennung}", (404,)
        yield "einreichen", "GET", f"{ANZEIGEN}/schema/{kennung}", (404, 422)
    for frage in (
        *("nach=-1", "nach=1e3", f"nach={'9' * 30}", "nach=%00", "nach=1&nach=x", "anzahl=0", "anzahl=1001"),
        *("anzahl=٣", "alle=vielleicht", "nach=", f"nach={'9' * 5000}", "anzahl=NaN"),
    ):
        yield "postfach", "GET", f"/api/v1/postfach/sendungen?{frage}", (422,)
    for frage in ("zustand=x", "zustand=%00", "nach=1", "anzahl=201", f"nach={'x' * 5000}"):
        yield "sachbearbeitung", "GET", f"/api/v1/vorgaenge?{frage}", (422,)
    for frage in (
        *("von=0.0", "bis=1", "von=0001-01-01T00:00:00%2B14:00", "bis=9999-12-31T23:59:59-14:00"),
        *("stelle=%00", "von=2026-11-20", "von=%00", "auswahl=%00", f"stelle={'x' * 201}", "nach=%00"),
    ):
        yield "verwaltung", "GET", f"/api/v1/verwaltung/sendungen?{frage}", (422,)
    yield "einreichen", "GET", "/pruefcode?code=" + "x" * 5000, (422,)
    yield "einreichen", "GET", "/pruefcode?code=%00", (404,)
    for methode in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "GET", "ERFUNDEN"):
        yield "einreichen", methode, ANZEIGEN, (400, 404, 405)
    for weg in (
        "//",
        "/.env",
        "/api/v1/../../etc/passwd",
        "/%2e%2e/",
        "/*",
        "/api/v1/gewerbeanzeigen/",
        "/\\",
    ):
        yield "einreichen", "GET", weg, (200, 307, 404)
