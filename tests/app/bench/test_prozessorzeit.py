"""Processor time is that of the named processes and of those below them, alive or not."""

import os
import subprocess
import sys

from app.bench.prozessorzeit import elternprozess, prozessorzeit

_RECHNE = "import time; ende = time.process_time() + 0.3\nwhile time.process_time() < ende: pass\n"


def test_time_of_a_child_counts_for_its_parent() -> None:
    kind = subprocess.Popen(
        [sys.executable, "-c", f"{_RECHNE}print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert kind.stdout
        vorher = prozessorzeit({"wir": [os.getpid()]})
        assert elternprozess(kind.pid) == os.getpid()
        kind.stdout.readline()
        nachher = prozessorzeit({"wir": [os.getpid()], "kind": [kind.pid], "niemand": [2**22 + 1]})
        assert nachher["wir"] - vorher["wir"] > 0.1
        assert 0.2 < nachher["kind"] <= nachher["wir"]
        assert nachher["niemand"] == 0
    finally:
        kind.communicate(b"\n")
    assert prozessorzeit({"wir": [os.getpid()]})["wir"] >= nachher["wir"]
