"""The program as a process: it starts, answers TERM by closing in order, and checks itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netconf_gui.gui_main import main

SOON = 60  # seconds, on a busy machine


def start(*arguments: str, home: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "NETCONF_GUI_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-m", "netconf_gui", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_term_closes_the_window_in_order(tmp_path: Path) -> None:
    process = start(home=tmp_path / "home")
    geometry = tmp_path / "home" / "state" / "window.ini"
    log = tmp_path / "home" / "state" / "log" / "netconf_gui.log"
    until = time.monotonic() + SOON
    while not (log.exists() and "window is shown" in log.read_text("utf-8")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "the window was not shown"
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _out, err = process.communicate(timeout=SOON)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert geometry.exists(), "the layout was saved on the way out"


def test_unknown_options_are_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--no-such-option"])
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_home_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way", "utf-8")
    monkeypatch.setenv("NETCONF_GUI_HOME", str(blocker / "home"))
    assert main([]) == 3
    assert str(blocker) in capsys.readouterr().err


def test_self_test_passes(tmp_path: Path) -> None:
    process = start("--self-test", home=tmp_path / "home")
    out, err = process.communicate(timeout=SOON * 2)
    assert process.returncode == 0, out + err
    assert "FAILED" not in out and out.count("ok ") == 5
