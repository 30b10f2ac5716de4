"""Which network addresses this house connects to.

Whoever connects to a name that others have chosen resolves it once, asks here, and connects to the address
that was asked about: a name server that answers differently the second time (DNS rebinding) finds nobody.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Netz = IPv4Network | IPv6Network
Aufloeser = Callable[[str, int], Awaitable[Sequence[str]]]


async def loese_auf(name: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system's resolver gives them. Raises `OSError`."""
    schleife = asyncio.get_running_loop()
    treffer = await schleife.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(eintrag[4][0]) for eintrag in treffer))


def ist_erlaubt(adresse: str, netze: Sequence[Netz] = ()) -> bool:
    """True for public unicast addresses and for those in `netze`."""
    try:
        ip = ip_address(adresse)
    except ValueError:
        return False
    # ::ffff:127.0.0.1 is 127.0.0.1, and the operating system connects to it; so do the other ways to wrap it.
    if isinstance(ip, IPv6Address):
        eingepackt = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if eingepackt is not None:
            return ist_erlaubt(str(eingepackt), netze)
        if ip.scope_id is not None:
            return False
    if any(ip in netz for netz in netze if netz.version == ip.version):
        return True
    return ip.is_global and not ip.is_multicast and (isinstance(ip, IPv4Address) or _oeffentlich(ip))


# All that is given out for public unicast (RFC 4291). Beside it lie the ways to wrap private addresses, NAT64
# of one's own (64:ff9b:1::/48) among them, and old site-local ones; Python calls several of them global.
_GLOBAL = IPv6Network("2000::/3")
_DOKUMENTATION = IPv6Network("3fff::/20")


def _oeffentlich(ip: IPv6Address) -> bool:
    return ip in _GLOBAL and ip not in _DOKUMENTATION
