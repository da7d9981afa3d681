"""What all tests share: a home of their own, and skips that cannot hide when the servers are required."""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# windows of tests stay off the screen unless a screen is asked for
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REQUIRED = os.environ.get("REQUIRE_SERVERS") == "1"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

# the skips that are allowed where the real servers are required: (part of the test's id, why)
ALLOWED_SKIPS = (
    ("shared", "material beside the checkout, not in it"),
    ("ipv6", "a machine without IPv6 on loopback"),
    ("git is not installed", "a checkout without git"),
    ("xvfb", "runs a second time, under a virtual screen"),
)

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
settings.register_profile("all", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=400)
settings.load_profile("all" if os.environ.get("RUN_ALL") else "default")

# a folder where `dev.py test` reads what failed, which test runs now, and where it stands when it does not end
STATE = Path(os.environ["TEST_STATE"]) if "TEST_STATE" in os.environ else None
# seconds after a test's own limit, which does not reach it while it is in a library
ENDS_LATE = float(os.environ.get("ENDS_LATE", "60"))


@pytest.fixture(autouse=True)
def program_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No test reads or writes the settings, keys or caches of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("NETCONF_GUI_HOME", str(home / "netconf_gui"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    yield home


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        text = f"{item.nodeid} {reason}".lower()
        if not any(mark in text for mark, _why in ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"skipped, though REQUIRE_SERVERS is set: {reason}"
    if report.failed and STATE is not None:
        with (STATE / "failed").open("a", encoding="utf-8") as lines:
            lines.write(item.nodeid + "\n")
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Go on behind the test at which an earlier run ended."""
    after = os.environ.get("TESTS_AFTER")
    places = [place for place, item in enumerate(items) if item.nodeid == after]
    if places:
        passed, items[:] = items[: places[0] + 1], items[places[0] + 1 :]
        config.hook.pytest_deselected(items=passed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """End the process, with the stack of every thread, when a test does not end; its own limit cannot reach Qt."""
    if STATE is None:
        return (yield)
    (STATE / "running").write_text(item.nodeid, encoding="utf-8")
    mark = item.get_closest_marker("timeout")
    limit = float(mark.args[0] if mark is not None and mark.args else item.config.getini("timeout"))
    with (STATE / "stack").open("w", encoding="utf-8") as stack:
        faulthandler.dump_traceback_later(limit + ENDS_LATE, exit=True, file=stack)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()


def pytest_configure(config: pytest.Config) -> None:
    """Cycles are collected between tests, on this thread: see gui/garbage.py for what happens on another."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish() -> None:
    """A look at what is new after every test, at everything now and then."""
    garbage = sys.modules.get("netconf_gui.gui.garbage")
    if garbage is not None:
        garbage.drop_left()
    young, middle, old = gc.get_count()
    if young > 5000:
        gc.collect(2 if old > 5 else 1 if middle > 5 else 0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing on the clipboard, and no word of a test that runs."""
    qt = sys.modules.get("PySide6.QtGui")
    if qt is not None and qt.QGuiApplication.instance() is not None:
        # an object made in Python must not be taken apart after Python has ended
        qt.QGuiApplication.clipboard().clear()
    if STATE is not None:
        (STATE / "running").unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and not REQUIRED:
        terminalreporter.write_line(
            f"{len(skipped)} skipped (reasons above): most need the real servers that .ci/run installs and starts."
        )
