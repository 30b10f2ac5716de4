"""Machines of one network as network namespaces of this one: cut off without a word, and back again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

NETZ = "10.213.7"
ZENTRALE = f"{NETZ}.1"
"""Where the database and the clients are."""


def fehlt() -> str | None:
    """Why this machine cannot do it; None if it can."""
    if os.geteuid() != 0:
        return "needs root"
    if shutil.which("ip") is None:
        return "needs iproute2"
    probe = f"amt{os.getpid()}probe"
    ergebnis = subprocess.run(["ip", "netns", "add", probe], check=False, capture_output=True, text=True)
    if ergebnis.returncode != 0:
        return f"no network namespaces here: {ergebnis.stderr.strip()}"
    _ip("netns", "del", probe)
    return None


def _ip(*argumente: str, streng: bool = True) -> None:
    subprocess.run(["ip", *argumente], check=streng, capture_output=True, text=True)


@dataclass(frozen=True)
class Maschine:
    """One namespace with one address."""

    name: str
    adresse: str
    kabel: str
    bruecke: str

    @property
    def davor(self) -> tuple[str, ...]:
        """What to write in front of a command to run it there."""
        return ("ip", "netns", "exec", self.name)

    def trenne(self) -> None:
        """From now on every packet from and to it is dropped; nobody is told."""
        _ip("link", "set", self.kabel, "nomaster")

    def verbinde(self) -> None:
        """End of `trenne`."""
        _ip("link", "set", self.kabel, "master", self.bruecke)


@dataclass
class Netz:
    """A bridge and the machines on it."""

    bruecke: str
    maschinen: list[Maschine] = field(default_factory=list)

    def maschine(self) -> Maschine:
        """One machine more."""
        nummer = len(self.maschinen)
        name = f"{self.bruecke}n{nummer}"
        kabel, innen = f"{self.bruecke}k{nummer}", f"{self.bruecke}i{nummer}"
        neu = Maschine(name, f"{NETZ}.{10 + nummer}", kabel, self.bruecke)
        self.maschinen.append(neu)
        _ip("netns", "add", name)
        _ip("link", "add", kabel, "type", "veth", "peer", "name", innen)
        _ip("link", "set", innen, "netns", name)
        _ip("link", "set", kabel, "master", self.bruecke, "up")
        for befehl in (
            ("addr", "add", f"{neu.adresse}/24", "dev", innen),
            ("link", "set", innen, "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", name, *befehl)
        return neu


@contextmanager
def netz() -> Iterator[Netz]:
    """A network that is gone afterwards, whatever happens."""
    # Names of interfaces end at 15 characters.
    offen = Netz(f"amt{os.getpid() % 100000}")
    _ip("link", "add", offen.bruecke, "type", "bridge")
    try:
        _ip("addr", "add", f"{ZENTRALE}/24", "dev", offen.bruecke)
        _ip("link", "set", offen.bruecke, "up")
        yield offen
    finally:
        for maschine in offen.maschinen:
            _ip("link", "del", maschine.kabel, streng=False)
            _ip("netns", "del", maschine.name, streng=False)
        _ip("link", "del", offen.bruecke, streng=False)
