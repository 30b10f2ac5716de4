"""Become a server that dies with its parent: drop to an ordinary uid, ask for a death signal, exec.

Run as a script in a fresh interpreter (``python -I -S kindprozess.py PARENT UID GID PROGRAM ARGS...``):
code between fork and exec of a threaded process may deadlock, a new single-threaded process may not.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def werde(elternprozess: int, uid: int, gid: int, befehl: list[str]) -> None:
    """Replace this process by `befehl`; it gets SIGINT (PostgreSQL: fast shutdown) when the parent dies."""
    os.umask(0o077)
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # A background shell job inherits an ignored SIGINT, which would swallow an early death signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Only now: a change of credentials clears the death signal.
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != elternprozess:
        sys.exit(1)
    os.execv(befehl[0], befehl)  # noqa: S606 the whole purpose; the program is our own PostgreSQL


if __name__ == "__main__":
    werde(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
