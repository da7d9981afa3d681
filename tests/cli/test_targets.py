"""TARGET on the command line: inventory names, ssh aliases, the demo device as a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netconf_gui.workspace.inventory import new_device
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.workspace.workspace import Workspace
from tests.cli.conftest import Run
from tests.services.conftest import WAIT, Box


def test_a_device_of_the_inventory(box: Box, on: Run) -> None:
    inventory = Workspace.open().inventory
    inventory.put(new_device("lab box", "127.0.0.1", port=box.server.port, username="demo", use_agent=False))
    done = on(box, "hello", "lab box", "--json")
    assert done.status == 0, done.err


def test_an_alias_of_the_ssh_config(box: Box, on: Run, program_home: Path) -> None:
    (program_home / ".ssh").mkdir(mode=0o700)
    config = f"Host lab\n  HostName 127.0.0.1\n  Port {box.server.port}\n  User demo\n"
    (program_home / ".ssh" / "config").write_text(config)
    done = on(box, "hello", "lab", "--json")
    assert done.status == 0, done.err
    assert on(box, "hello", "lob").status == 2


def test_an_ssh_config_that_is_switched_off_is_not_read(box: Box, on: Run, program_home: Path) -> None:
    (program_home / ".ssh").mkdir(mode=0o700)
    (program_home / ".ssh" / "config").write_text("Host lab\n  HostName 127.0.0.1\n")
    settings = Workspace.open().locations.settings_file
    settings.write_text("[connection]\nuse_ssh_config = false\n")
    assert on(box, "hello", "lab").status == 2


def test_broken_settings_are_said_and_defaults_used(box: Box, on: Run) -> None:
    settings = Workspace.open().locations.settings_file
    settings.write_text("nonsense\n")
    done = on(box, "hello", "BOX")
    assert done.status == 0
    assert f"{settings} cannot be read" in done.err


def test_values_that_are_not_allowed_and_devices_left_out_are_said_once(box: Box, on: Run) -> None:
    places = Workspace.open().locations
    places.settings_file.write_text("[connection]\nrpc_timeout = -1\n", encoding="utf-8")
    places.inventory_file.write_text('[[device]]\nname = "x"\nport = "many"\n', encoding="utf-8")
    done = on(box, "hello", "BOX")
    assert done.status == 0
    assert done.err.count("connection.rpc_timeout is -1") == 1
    assert done.err.count("Device 1: port is 'many'") == 1


def test_what_a_crash_left_owed_is_said_before_the_next_apply(box: Box, on: Run, tmp_path: Path) -> None:
    folder = JournalFolder(Workspace.open().locations.journal_folder)
    entry = folder.begin(device_id="", device_name="pe1", address="ops@pe1:830", datastore="candidate")
    entry.step("commit", ("check running",))
    entry.close(settled=False)
    file = tmp_path / "edit.xml"
    file.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system>')
    done = on(box, "apply", file, "BOX")
    assert done.status == 0, done.err
    assert "An apply to pe1 ended without a word at “commit”. Perhaps still to do: check running." in done.err
    assert len(folder.unfinished()) == 1  # another device's


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_the_demo_device_says_ready_and_ends_on_a_signal(program_home: Path) -> None:
    command = [sys.executable, "-m", "netconf_gui.cli.main", "demo-device"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"ready ssh://demo@127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT) == 0


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf"])
def test_a_timeout_that_cannot_be_is_usage(run: Run, tmp_path: Path, timeout: str) -> None:
    file = tmp_path / "get.xml"
    file.write_text("<get/>")
    done = run("rpc", file, "ssh://u@192.0.2.1", "--timeout", timeout)
    assert (done.status, "Allowed" in done.err) == (2, True)


def test_host_key_options_that_cannot_be_are_usage(run: Run, tmp_path: Path) -> None:
    done = run("hello", "ssh://u@192.0.2.1", "--accept-host-key", "SHA256:oops")
    assert (done.status, "not a fingerprint" in done.err) == (2, True)
    done = run("hello", "ssh://u@192.0.2.1", "--known-hosts", tmp_path / "none")
    assert (done.status, "cannot be read" in done.err) == (2, True)


def test_a_folder_of_modules_that_is_none_is_usage(run: Run, tmp_path: Path) -> None:
    assert run("schemas", "--from", tmp_path / "none").status == 2
    file = tmp_path / "a.xml"
    file.write_text("<config/>")
    assert run("diff", file, file, "--schemas", tmp_path / "none").status == 2
