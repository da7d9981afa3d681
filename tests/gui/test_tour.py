"""The tour as a person runs it: exit status 0 and a picture of every step.  (In a real window: `test_real_window`.)"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from netconf_gui.gui.tour.stage import pause

ROOT = Path(__file__).resolve().parents[2]
STEPS = (
    "first-start",
    "host-key",
    "configuration",
    "edited",
    "review",
    "applied",
    "wire",
    "problem",
    "table",
    "tree-and-text",
    "schema-browser",
    "state",
    "conflicts",
    "history",
    "apply-options",
    "guard",
    "fleet-change",
    "fleet-preview",
    "fleet-run",
    "device-page",
    "intended",
    "console",
    "subscribe",
    "notifications",
    "cli-document",
    "cli-review",
    "nacm",
    "filter",
    "disconnected",
)


def visit(folder: Path, theme: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netconf_gui", "--tour", str(folder), "--theme", theme],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )


def check(folder: Path, theme: str) -> None:
    done = visit(folder, theme)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    pictures = sorted(folder.glob("*.png"))
    assert [picture.stem[3:] for picture in pictures] == list(STEPS)
    for picture in pictures:
        image = QImage(str(picture))
        assert image.width() >= 1366 and image.height() >= 740
        corner = image.pixelColor(4, image.height() // 2).lightness()
        assert corner < 80 if theme == "dark" else corner > 60, picture.name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_tour_shows_what_it_should(tmp_path: Path, theme: str) -> None:
    check(tmp_path / "tour", theme)


def test_other_threads_work_while_the_tour_waits(qapp: object) -> None:
    steps, over = 0, threading.Event()

    def count() -> None:
        nonlocal steps
        while not over.wait(0.001):
            steps += 1

    counter = threading.Thread(target=count)
    counter.start()
    pause(300)
    over.set()
    counter.join()
    assert steps > 10
