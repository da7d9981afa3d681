"""The program as people run it: a process of its own, a real window and its manager, keys from outside.

Run under a virtual screen (`dev.py test` does so a second time); skipped offscreen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.timeout(180),
    pytest.mark.skipif(
        os.environ.get("QT_QPA_PLATFORM") != "xcb" or not os.environ.get("DISPLAY"),
        reason="xvfb: needs a real screen, `dev.py test` runs it a second time",
    ),
]


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> object:
    """Wait for something outside this process; there is no signal to wait on."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def xdotool(*words: str) -> str:
    return subprocess.run(["xdotool", *words], capture_output=True, text=True, timeout=30).stdout.strip()


def active_title() -> str:
    return xdotool("getactivewindow", "getwindowname")


def children(pid: int) -> list[int]:
    """All processes below `pid`, as /proc tells."""
    direct = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == pid:
            direct.append(int(stat.parent.name))
    return direct + [grandchild for child in direct for grandchild in children(child)]


@pytest.fixture
def program(program_home: Path) -> Iterator[subprocess.Popen[bytes]]:
    if not shutil.which("xdotool"):
        pytest.skip("xvfb: xdotool is not installed")
    command = [sys.executable, "-m", "netconf_gui", "--demo"]
    with (program_home / "stderr").open("wb") as stderr:
        process = subprocess.Popen(command, stderr=stderr)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_the_tour_in_a_real_window(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netconf_gui", "--tour", str(tmp_path / "tour")],
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shots = sorted((tmp_path / "tour").glob("*.png"))
    assert len(shots) >= 8
    assert all(shot.stat().st_size > 10_000 for shot in shots)


def test_keys_from_outside_connect_and_close(program: subprocess.Popen[bytes], program_home: Path) -> None:
    until(lambda: "host key" in active_title().lower(), "the question about the demo device's key")
    known = program_home / "netconf_gui" / "config" / "known_hosts"
    assert not known.exists(), "nothing is trusted before somebody says so"
    xdotool("key", "alt+t")
    until(known.exists, "the key is remembered")
    until(lambda: "candidate" in active_title(), "the window that shows the candidate datastore")
    below = children(program.pid)
    assert below, "the demo device and the engine are processes of their own"

    xdotool("key", "alt+F4")
    assert program.wait(20) == 0
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), "no process is left behind", 10)
    assert (program_home / "stderr").read_text() == ""


def test_term_ends_it_in_order(program: subprocess.Popen[bytes], program_home: Path) -> None:
    until(lambda: "host key" in active_title().lower(), "the question about the demo device's key")
    below = children(program.pid)
    program.terminate()
    assert program.wait(20) == 0
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), "no process is left behind", 10)
