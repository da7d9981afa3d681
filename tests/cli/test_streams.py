"""Where commands write: full disks, readers that leave, closed and odd streams.  In processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import netconf_gui.cli.hello
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from tests.cli.conftest import Run
from tests.services.conftest import PASSWORD, WAIT, Box

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a POSIX shell here")

A = "<config xmlns='urn:ietf:params:xml:ns:netconf:base:1.0'><a xmlns='urn:a'>été</a></config>"
EDIT = '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system>'


@pytest.fixture
def two(tmp_path: Path) -> str:
    (tmp_path / "a.xml").write_text(A, encoding="utf-8")
    (tmp_path / "b.xml").write_text(A.replace("été", "hiver"), encoding="utf-8")
    return f"{tmp_path}/a.xml {tmp_path}/b.xml"


def shell(words: str, environ: dict[str, str] | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A shell line in which CLI stands for the program."""
    line = words.replace("CLI", f"{sys.executable} -m netconf_gui.cli.main")
    # what is held back in buffers is a part of what can go wrong
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        ["/bin/sh", "-c", line], input=stdin, capture_output=True, timeout=WAIT, env={**usual, **(environ or {})}
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"Exception ignored" not in done.stderr, done.stderr
    return done


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("options", ["", "--json", "--format text"])
def test_a_full_disk_is_said_and_is_not_success(two: str, options: str) -> None:
    done = shell(f"CLI diff {two} {options} > /dev/full")
    assert done.returncode == 2
    assert b"standard output cannot be written: No space left on device" in done.stderr


def test_a_reader_that_leaves_changes_nothing(two: str) -> None:
    done = shell(f"{{ CLI diff {two}; echo status $? >&2; }} | true")
    assert b"status 1" in done.stderr
    assert b"Error" not in done.stderr


@pytest.mark.parametrize("closing", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed(two: str, closing: str) -> None:
    done = shell(f"CLI diff {two} {closing}")
    assert done.returncode == 1
    if ">&-" not in closing.split():
        assert "été → hiver" in done.stdout.decode()


def test_a_closed_stdin_is_an_empty_one(two: str) -> None:
    assert "+ /a:a  été" in shell(f"CLI diff - {two.split()[0]} <&-").stdout.decode()
    assert b"stdin is empty" in shell("CLI hello ssh://u@192.0.2.1 --password-stdin <&-").stderr


@pytest.mark.parametrize("environ", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_data_is_utf8_whatever_the_locale(two: str, environ: dict[str, str]) -> None:
    environ = {"PYTHONCOERCECLOCALE": "0", **environ}
    assert "été → hiver" in shell(f"CLI diff {two}", environ).stdout.decode("utf-8")
    assert "été" in shell(f"CLI diff {two} --json", environ).stdout.decode("utf-8")


def test_an_apply_goes_on_when_nobody_listens(box: Box, tmp_path: Path) -> None:
    edit = tmp_path / "edit.xml"
    edit.write_text(EDIT)
    words = f"apply {edit} {box.server.url} --password-stdin --accept-host-key {box.server.host_key_fingerprint}"
    done = shell(f"{{ CLI {words}; echo $? > {tmp_path}/status; }} 2>&1 | true", stdin=f"{PASSWORD}\n".encode())
    assert done.returncode == 0
    assert (tmp_path / "status").read_text() == "0\n"
    assert box.leaf("system/hostname") == "box-2"
    box.assert_clean()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_how_an_apply_ended_is_said_where_it_can_be(box: Box, tmp_path: Path) -> None:
    edit = tmp_path / "edit.xml"
    edit.write_text(EDIT)
    words = f"apply {edit} {box.server.url} --password-stdin --accept-host-key {box.server.host_key_fingerprint}"
    done = shell(f"CLI {words} > /dev/full", stdin=f"{PASSWORD}\n".encode())
    assert b"applied: 1 edit applied" in done.stderr
    assert done.returncode == 2


def test_a_fault_of_the_program_is_a_sentence(run: Run, program_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(command: Command) -> Status:
        raise ZeroDivisionError("hunter" + str(len("of")))

    monkeypatch.setattr(netconf_gui.cli.hello, "run", broken)
    done = run("hello", "--file", "x")
    assert done.status == 5
    assert "a fault of its own" in done.err
    assert "Traceback" not in done.err
    log = next(program_home.rglob("netconf_gui.log")).read_text()
    assert "ZeroDivisionError" in log
    assert "hunter2" not in log


def test_a_home_that_cannot_be_written_is_no_reason_not_to_compare(two: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = shell(f"CLI diff {two}", {"NETCONF_GUI_HOME": f"{tmp_path}/file/home"})
    assert done.returncode == 1, done.stderr
