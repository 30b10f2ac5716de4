"""Only paths on this host are gone to."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.konto.ziel import sicheres_ziel


@pytest.mark.parametrize(
    "ziel", ["/", "/konto", "/konto?a=1&b=%2F", "/a/b#c", "/@boese.example", "/.well-known/x"]
)
def test_a_path_is_kept(ziel: str) -> None:
    assert sicheres_ziel(ziel) == ziel


@pytest.mark.parametrize(
    "ziel",
    [
        None,
        "",
        "konto",
        "//boese.example",
        "///boese.example",
        "/\\boese.example",
        "\\\\boese.example",
        "/\t/boese.example",
        "/\n/boese.example",
        " //boese.example",
        "https://boese.example",
        "javascript:alert(1)",
        "/konto\r\nSet-Cookie: a=b",
        "/ä",
        "/a b",
        "/" + "a" * 1000,
        "http:/boese.example",
        "?next=//boese.example",
    ],
)
def test_anything_else_leads_to_the_start(ziel: str | None) -> None:
    assert sicheres_ziel(ziel) == "/"


@given(st.text(alphabet=st.sampled_from("/\\:@.?#%ab\t\n\r 0"), max_size=12))
def test_no_target_leaves_the_host(ziel: str) -> None:
    assert urlsplit(urljoin("https://amt.example/anmelden", sicheres_ziel(ziel))).netloc == "amt.example"
