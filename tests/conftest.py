"""What all tests share: a home of their own, and skips that cannot hide when the servers are required."""

from __future__ import annotations

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

_failed: list[str] = []


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
    if report.failed:
        _failed.append(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell `dev.py test` what failed, so that it can look once more, and leave nothing on the clipboard."""
    qt = sys.modules.get("PySide6.QtGui")
    if qt is not None and qt.QGuiApplication.instance() is not None:
        # an object made in Python must not be taken apart after Python has ended
        qt.QGuiApplication.clipboard().clear()
    target = os.environ.get("FAILED_TESTS")
    if target and _failed:
        Path(target).write_text("\n".join(dict.fromkeys(_failed)), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and not REQUIRED:
        terminalreporter.write_line(
            f"{len(skipped)} skipped (reasons above): most need the real servers that .ci/run installs and starts."
        )
