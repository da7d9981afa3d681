"""What GUI tests share: a watchdog over the GUI thread, the theme, and a clean end of what a test leaves."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from netconf_gui.gui import error_report
from netconf_gui.gui.theme import theme

# the whole window and a demo device, for those tests that want them
from tests.gui.program_fixtures import model, program, server, workspace

__all__ = ["model", "program", "server", "workspace"]

OURS = str(Path(__file__).resolve().parents[2] / "netconf_gui")
# the tour waits in an event loop of its own: standing there is not standing still
WAITING = str(Path(OURS, "gui", "tour"))
LIMIT = 1.0  # seconds in one and the same frame of our code
STEP = 0.05


class Watchdog(threading.Thread):
    """Samples the GUI thread's stack; remembers the stack when our innermost frame stays the same for a second.

    A frame is "the same" while the frame object and its last instruction are: a loop that makes progress in another
    frame of ours is seen there, one that blocks in C or in a library is seen in our frame that called it.
    """

    def __init__(self, watched: int, limit: float = LIMIT) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._watched = watched
        self._limit = limit
        self._over = threading.Event()
        self.stall: str | None = None
        self.longest = 0.0

    def run(self) -> None:
        same: tuple[int, int] | None = None
        since = time.monotonic()
        while not self._over.wait(STEP):
            frame = self._our_frame()
            key = (id(frame), frame.f_lasti) if frame is not None else None
            now = time.monotonic()
            if key is None or key != same:
                same, since = key, now
                continue
            self.longest = max(self.longest, now - since)
            if now - since >= self._limit and self.stall is None:
                stack = sys._current_frames().get(self._watched)
                self.stall = "".join(traceback.format_stack(stack)) if stack else "(no stack)"

    def _our_frame(self) -> FrameType | None:
        frame = sys._current_frames().get(self._watched)
        while frame is not None and not frame.f_code.co_filename.startswith(OURS):
            frame = frame.f_back
        return None if frame is not None and frame.f_code.co_filename.startswith(WAITING) else frame

    def end(self) -> None:
        self._over.set()
        self.join()


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[Watchdog]:
    """Fails the test when the GUI thread stayed in one frame of our code for a second, and prints its stack."""
    dog = Watchdog(threading.get_ident())
    dog.start()
    yield dog
    dog.end()
    if dog.stall is not None:
        pytest.fail(f"the GUI thread stood still for {LIMIT:g} s here:\n{dog.stall}")


@pytest.fixture(autouse=True)
def no_unexpected_errors() -> Iterator[None]:
    """Nothing may have been caught by the paint guard or the last-resort hook."""
    error_report.collector.reports.clear()
    yield
    reports = list(error_report.collector.reports)
    error_report.collector.show_with(None)
    assert not reports, "\n\n".join(report.details for report in reports)


@pytest.fixture(autouse=True)
def light_theme(request: pytest.FixtureRequest) -> None:
    """Widgets are dressed as in the program; tests without Qt are left alone."""
    if "qtbot" in request.fixturenames or "qapp" in request.fixturenames:
        request.getfixturevalue("qapp")
        theme().apply("light", font_px=13)
