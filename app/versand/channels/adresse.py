"""From a receiver's host name to an address that may be connected to."""

from collections.abc import Sequence

from app.adressen import Aufloeser, Netz, ist_erlaubt
from app.versand.channels.basis import Zustellfehler


async def erlaubte_adresse(name: str, port: int, netze: Sequence[Netz], aufloeser: Aufloeser) -> str:
    """The first address of `name` that is public or lies in one of `netze`.

    Raises `Zustellfehler` ``name_unbekannt`` or ``adresse_verboten``.
    """
    try:
        adressen = await aufloeser(name, port)
    except (OSError, UnicodeError) as fehler:
        raise Zustellfehler(
            "name_unbekannt", "Der Name des Empfängers lässt sich nicht auflösen."
        ) from fehler
    for adresse in adressen:
        if ist_erlaubt(adresse, netze):
            return adresse
    raise Zustellfehler(
        "adresse_verboten", "Der Empfänger liegt in einem privaten Netz, das nicht freigegeben ist."
    )
