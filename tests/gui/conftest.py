"""What GUI tests share: a watchdog over the GUI thread, the theme, and a clean end of what a test leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netconf_gui.gui import error_report
from netconf_gui.gui.theme import theme

# the whole window and a demo device, for those tests that want them
from tests.gui.program_fixtures import model, program, server, workspace
from tests.gui.watchdog import LIMIT, Watchdog

__all__ = ["model", "program", "server", "workspace"]


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[Watchdog]:
    """Fails the test when the GUI thread stayed in one frame of our code for a second, and prints its stack."""
    dog = Watchdog()
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
