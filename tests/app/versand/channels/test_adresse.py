"""Which addresses may be connected to."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from app.adressen import ist_erlaubt, loese_auf
from app.versand.channels.adresse import erlaubte_adresse
from app.versand.channels.basis import Zustellfehler


@pytest.mark.parametrize("adresse", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_allowed(adresse: str) -> None:
    assert ist_erlaubt(adresse)


@pytest.mark.parametrize(
    "adresse",
    [
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        # Everything outside of 2000::/3: IPv4-compatible, translated, NAT64 of one's own, site-local, SRv6.
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fec0::1",
        "5f00::1",
        "4000::1",
        "3fff::1",
        "localhost",
        "",
        "0x7f000001",
    ],
)
def test_everything_else_is_refused(adresse: str) -> None:
    assert not ist_erlaubt(adresse)


def test_a_private_network_may_be_allowed_and_nothing_beside_it() -> None:
    netze = [ip_network("10.1.0.0/16")]
    assert ist_erlaubt("10.1.2.3", netze)
    assert ist_erlaubt("::ffff:10.1.2.3", netze)
    assert not ist_erlaubt("10.2.0.1", netze)
    assert not ist_erlaubt("127.0.0.1", netze)


async def test_the_first_allowed_address_is_taken() -> None:
    async def zwei(name: str, port: int) -> Sequence[str]:
        return ["10.0.0.1", "93.184.216.34"]

    assert await erlaubte_adresse("x.test", 443, (), zwei) == "93.184.216.34"


@pytest.mark.parametrize("name", ["gibt-es-nicht.invalid", "a" * 70 + ".test", "..", "\udc80.test"])
async def test_a_name_nobody_knows_is_a_fault_of_its_own(name: str) -> None:
    with pytest.raises(Zustellfehler) as fehler:
        await erlaubte_adresse(name, 443, (), loese_auf)
    assert fehler.value.code == "name_unbekannt"


async def test_numbers_are_resolved_like_names_and_refused_all_the_same() -> None:
    for schreibweise in (
        *("127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "::1", "::ffff:7f00:1"),
        *("localhost", "localhost.", "irgendwas.localhost"),
    ):
        with pytest.raises(Zustellfehler) as fehler:
            await erlaubte_adresse(schreibweise, 443, (), loese_auf)
        assert fehler.value.code in {"adresse_verboten", "name_unbekannt"}
