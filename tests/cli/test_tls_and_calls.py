"""Commands over TLS, and commands that wait until the device calls."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.cli.running import Command
from netconf_gui.demo.callhome import CallHome
from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.device import Device
from netconf_gui.demo.model import Model
from netconf_gui.demo.tls import TlsFront
from netconf_gui.workspace.inventory import new_device
from netconf_gui.workspace.workspace import Workspace
from tests.certificates import PASSPHRASE, Authority
from tests.cli.conftest import Run
from tests.services.conftest import PASSWORD, Box

HOST = "127.0.0.1"
OTHER = "SHA256:" + ":".join(["AB"] * 32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    TlsFiles.load_or_create(made)
    return made


@pytest.fixture
def front(model_of: Callable[[str], Model], folder: Path) -> Iterator[TlsFront]:
    with TlsFront(Device(model_of("standard")), TlsFiles.load_or_create(folder)) as made:
        yield made


def options(folder: Path, user: str = "demo") -> list[str]:
    return ["--cert", str(folder / f"{user}.pem"), "--ca", str(folder / "ca.pem")]


def test_hello_over_tls(run: Run, front: TlsFront, folder: Path) -> None:
    done = run("hello", front.url, *options(folder), "--json")
    assert done.status == 0, done.err
    assert done.json["session_id"] > 0


def test_a_certificate_that_is_not_trusted_says_what_to_add(run: Run, front: TlsFront, folder: Path) -> None:
    done = run("hello", front.url, "--cert", folder / "demo.pem")
    assert done.status == 3
    assert "does not trust its issuer, CN=Demo device authority" in done.err
    (option,) = [word for word in done.err.split() if word.startswith("SHA256:")]
    accepted = run("hello", front.url, "--cert", folder / "demo.pem", "--accept-certificate", option.rstrip("."))
    assert accepted.status == 0, accepted.err


def test_an_accepted_certificate_is_kept_with_the_device_and_another_is_refused(
    run: Run, front: TlsFront, folder: Path
) -> None:
    home = Workspace.open()
    device = new_device("pe1", HOST, port=front.port, transport="tls", certificate=str(folder / "demo.pem"))
    home.inventory.put(device)
    assert run("hello", "pe1").status == 3
    shown = f"SHA256:{front.certificate_fingerprint.lower()}"
    assert run("hello", "pe1", "--accept-certificate", shown).status == 0
    assert run("hello", "pe1").status == 0
    known = Workspace.open().inventory
    stored = known.named("pe1")
    assert stored is not None
    assert stored.pinned_certificate == front.certificate_fingerprint
    known.put(replace(stored, pinned_certificate=OTHER.removeprefix("SHA256:")))
    done = run("hello", "pe1", "--accept-certificate", shown)
    assert done.status == 3
    assert "has changed" in done.err


def test_without_a_certificate_the_device_lets_nobody_in(run: Run, front: TlsFront, folder: Path) -> None:
    done = run("hello", front.url, "--ca", folder / "ca.pem")
    assert done.status == 3
    assert "client certificate" in done.err
    assert "--cert" in done.err
    done = run("hello", front.url, "--ca", folder / "ca.pem", "--cert", folder / "nobody.pem")
    assert done.status == 2
    assert "--cert: there is no file" in done.err


def test_a_locked_key_takes_its_passphrase_from_stdin(
    run: Run, model_of: Callable[[str], Model], folder: Path, tmp_path: Path
) -> None:
    authority = Authority("People")
    files = TlsFiles(folder / "device.pem", folder / "device.pem", Path(authority.write(tmp_path / "people.pem")))
    locked = authority.client("demo").write_pkcs12(tmp_path / "me.p12", PASSPHRASE)
    with TlsFront(Device(model_of("standard")), files) as front:
        words = ["hello", front.url, "--ca", folder / "ca.pem", "--cert", locked]
        done = run(*words, "--password-stdin", stdin=PASSPHRASE + "\n")
        assert done.status == 0, done.err
        done = run(*words)
        assert done.status == 3
        assert "passphrase" in done.err


def test_options_that_mean_nothing_are_refused(run: Run, box: Box, folder: Path) -> None:
    assert run("hello", box.server.url, *options(folder)).status == 2
    assert run("hello", "tls://h", "--accept-certificate", "SHA256:AB").status == 2
    assert run("hello", box.server.url, "--call-home", "70000").status == 2


# ---- call home


@pytest.fixture
def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def calling() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_command_waits_until_the_device_calls(run: Run, box: Box, calling: ExitStack, free_port: int) -> None:
    calling.enter_context(CallHome(HOST, free_port, box.server.serve, pause=0.05))
    words = ["hello", "ssh://demo@pe1.example", "--call-home", free_port, "--call-home-address", HOST]
    done = run(
        *words, "--json", "--password-stdin", "--accept-host-key", box.server.host_key_fingerprint,
        stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert done.json["session_id"] > 0
    assert f"Waiting for demo@pe1.example:830 to call at port {free_port}." in done.err


def test_others_who_call_are_refused_and_told(run: Run, box: Box, calling: ExitStack, free_port: int) -> None:
    calling.enter_context(CallHome(HOST, free_port, box.server.serve, pause=0.05))
    words = ["hello", "ssh://demo@pe1.example", "--call-home", free_port, "--call-home-address", HOST]
    done = run(*words, "--call-home-wait", "2")
    assert done.status == 3
    assert "called and was refused: ssh-ed25519" in done.err
    assert f"--accept-host-key {box.server.host_key_fingerprint}" in done.err
    assert "has not called within 2 seconds" in done.err
    assert len(box.server.device.sessions) == 0


def test_an_apply_over_a_call_takes_its_second_session_from_the_next_one(
    run: Run, box: Box, calling: ExitStack, free_port: int, tmp_path: Path
) -> None:
    calling.enter_context(CallHome(HOST, free_port, box.server.serve, pause=0.05))
    change = tmp_path / "change.xml"
    change.write_text('<vlans xmlns="urn:netconf-gui:demo"><vlan><id>99</id><name>called</name></vlan></vlans>')
    done = run(
        "apply", change, "ssh://demo@pe1.example", "--call-home", free_port, "--call-home-address", HOST,
        "--confirmed", "30", "--password-stdin", "--accept-host-key", box.server.host_key_fingerprint,
        stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert "a second session cannot be asked for" in done.err
    assert b"called" in box.read()


def test_a_command_is_called_over_tls(
    run: Run, front: TlsFront, folder: Path, calling: ExitStack, free_port: int
) -> None:
    calling.enter_context(CallHome(HOST, free_port, front.serve, pause=0.05))
    words = ["hello", "tls://localhost", "--call-home", free_port, "--call-home-address", HOST, "--json"]
    done = run(*words, *options(folder))
    assert done.status == 0, done.err
    assert done.json["session_id"] > 0


def test_what_runs_beside_a_command_ends_with_it() -> None:
    order: list[int] = []
    command = Command(None, None)  # type: ignore[arg-type]
    command.at_end(lambda: order.append(1))
    command.at_end(lambda: order.append(2))
    command.close()
    command.close()
    assert order == [2, 1]
