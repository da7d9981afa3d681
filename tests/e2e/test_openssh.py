"""The system's ssh against a real OpenSSH server in front of netconfd: old algorithms, certificates, ProxyCommand."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.errors import AuthenticationFailed, ConnectFailed, HostKeyChanged, NoCommonAlgorithm
from netconf_gui.protocol import operations
from netconf_gui.services.connect import connect
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace
from tests.e2e.conftest import Person, device_of
from tests.e2e.doors import OLD_ONLY, Door, listens
from tests.e2e.netconfd import Netconfd, free_port, program
from tests.transport.proxies import ProxyServer

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]


@pytest.fixture
def door(candidate_server: Netconfd, tmp_path: Path) -> Callable[..., AbstractContextManager[Door]]:
    return lambda *lines, **options: Door(candidate_server, tmp_path / "door", lines, **options)


def device(door: Door, *, key: bool = True, **values: object) -> Device:
    whole = device_of(door.server, key=key)
    return replace(whole, port=door.port, transport="openssh", **values)  # type: ignore[arg-type]


def works(session: Session) -> None:
    """Requests are answered, a large one too, and the end is polite."""
    session.call(operations.get_config("running"))
    session.call(
        operations.get_config("running", filter_xml=etree.fromstring(f"<x xmlns='urn:x'>{'<y/>' * 60000}</x>"))
    )
    session.close()
    assert session.error is None


def test_a_password_and_an_unknown_key(candidate_server: Netconfd, workspace: Workspace) -> None:
    person = Person(password=candidate_server.password)
    plain = replace(device_of(candidate_server), transport="openssh")
    works(connect(plain, person, workspace))
    assert [key.fingerprint for key in person.keys] == [candidate_server.fingerprint()]
    assert len(person.requests) == 1
    works(connect(plain, person, workspace))
    assert len(person.keys) == 1


def test_both_ways_over_ssh_agree_about_host_keys(candidate_server: Netconfd, workspace: Workspace) -> None:
    """What was trusted with one is known to the other, and what changed is refused by both."""
    person = Person()
    plain = device_of(candidate_server, key=True)
    works(connect(plain, person, workspace))
    works(connect(replace(plain, transport="openssh"), person, workspace))
    assert len(person.keys) == 1
    file = workspace.locations.known_hosts_file
    kind, _, blob = (candidate_server.folder / "client_key.pub").read_text().partition(" ")
    file.write_text(f"[127.0.0.1]:{candidate_server.port} {kind} {blob.split()[0]}\n")
    for transport in ("ssh", "openssh"):
        with pytest.raises(HostKeyChanged):
            connect(replace(plain, transport=transport), person, workspace)


def test_a_server_with_old_algorithms_only(door, workspace: Workspace) -> None:
    with door(*OLD_ONLY, host_key="rsa") as server:
        for transport in ("ssh", "openssh"):
            with pytest.raises(NoCommonAlgorithm) as refused:
                connect(replace(device(server, key=False), transport=transport), Person(), workspace)
            assert refused.value.old
            assert "diffie-hellman-group14-sha1" in refused.value.message
            assert "allow old algorithms for this device alone" in refused.value.advice
        person = Person(password=server.password)
        allowed = replace(device(server, key=False), transport="ssh", old_algorithms=True)
        works(connect(allowed, person, workspace))
        assert [key.key_type for key in person.keys] == ["ssh-rsa"]


@pytest.mark.parametrize("kex", ["diffie-hellman-group1-sha1", "diffie-hellman-group-exchange-sha1"])
@pytest.mark.parametrize("cipher", ["3des-cbc", "aes256-cbc"])
def test_each_old_algorithm(door, workspace: Workspace, kex: str, cipher: str) -> None:
    lines = (f"KexAlgorithms {kex}", "HostKeyAlgorithms ssh-rsa", f"Ciphers {cipher}", "MACs hmac-sha1-96")
    with door(*lines, host_key="rsa") as server:
        works(connect(device(server, old_algorithms=True), Person(), workspace))


def test_a_user_certificate(door, candidate_server: Netconfd, workspace: Workspace, tmp_path: Path) -> None:
    """The server knows the authority only, no key."""
    authority, key = candidate_server.folder / "authority", tmp_path / "user"  # the server reads it as its user
    for path in (authority, key):
        _keygen("-q", "-t", "ed25519", "-N", "", "-f", path)
    _keygen("-q", "-s", authority, "-I", "e2e", "-n", "netconf", f"{key}.pub")
    with door(f"TrustedUserCAKeys {authority}.pub", "AuthorizedKeysFile none") as server:
        certified = replace(device(server), identity_files=(str(key),))
        works(connect(certified, Person(), workspace))
        shutil.move(tmp_path / "user-cert.pub", tmp_path / "elsewhere")
        with pytest.raises(AuthenticationFailed):
            connect(certified, Person(), workspace)


def _keygen(*words: object) -> None:
    subprocess.run([program("ssh-keygen"), *map(str, words)], check=True, capture_output=True)


def test_a_proxy_command_of_the_ssh_config(
    candidate_server: Netconfd, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    socat = f"{program('socat')} - TCP:127.0.0.1:{candidate_server.port}"
    (tmp_path / ".ssh" / "config").write_text(f"Host behind\n ProxyCommand {socat}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    person = Person()
    behind = replace(device_of(candidate_server, key=True), host="behind", port=830, transport="openssh")
    works(connect(behind, person, workspace))
    assert [(key.host, key.port) for key in person.keys] == [("behind", 830)]


def test_a_jump_host_of_the_ssh_config_is_asked_about_too(
    door, candidate_server: Netconfd, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ssh connects to it by another ssh, which asks its questions here as well."""
    (tmp_path / ".ssh").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    with door() as jump:
        (tmp_path / ".ssh" / "config").write_text(
            f"Host jump\n HostName 127.0.0.1\n Port {jump.port}\n User {jump.user}\n IdentityFile {jump.key}\n"
            f" UserKnownHostsFile {tmp_path}/of_the_jump\nHost behind\n HostName 127.0.0.1\n ProxyJump jump\n"
        )
        behind = replace(device_of(candidate_server, key=True), host="behind", transport="openssh")
        person = Person()
        works(connect(behind, person, workspace))
        assert [key.port for key in person.keys] == [jump.port, candidate_server.port]
        assert {key.fingerprint for key in person.keys} == {candidate_server.fingerprint()}
        distrusting = Person(trust=False)
        (tmp_path / "of_the_jump").unlink()
        with pytest.raises(ConnectFailed):
            connect(behind, distrusting, workspace)
        assert [key.port for key in distrusting.keys] == [jump.port]


@pytest.mark.parametrize("transport", ["ssh", "openssh"])
def test_through_a_proxy_and_a_real_jump_host(door, workspace: Workspace, transport: str) -> None:
    with door() as jump, ProxyServer(kind="http") as proxy:
        server = jump.server
        whole = replace(
            device_of(server, key=True), transport=transport, proxy=proxy.url,
            proxy_jump=f"{jump.user}@127.0.0.1:{jump.port}",
        )  # fmt: skip
        works(connect(whole, Person(), workspace))
        assert proxy.asked == [("127.0.0.1", jump.port)]


@pytest.fixture
def socks(door, tmp_path: Path) -> Iterator[str]:
    """A SOCKS proxy that we have not written: dynamic forwarding of OpenSSH."""
    port = free_port()
    with door() as server:
        command = [
            program("ssh"), "-N", "-D", f"127.0.0.1:{port}", "-F", "none", "-i", str(server.key),
            "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={tmp_path}/of_the_proxy",
            "-o", "ExitOnForwardFailure=yes", "-p", str(server.port), f"{server.user}@127.0.0.1",
        ]  # fmt: skip
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(300):
                if listens(port) or running.poll() is not None:
                    break
                time.sleep(0.05)
            yield f"socks5://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(10)


@pytest.mark.parametrize("transport", ["ssh", "openssh"])
def test_through_a_socks_proxy_of_openssh(
    socks: str, candidate_server: Netconfd, workspace: Workspace, transport: str
) -> None:
    whole = replace(device_of(candidate_server, key=True), transport=transport, proxy=socks)
    works(connect(whole, Person(), workspace))
    gone = replace(whole, port=free_port())
    with pytest.raises(ConnectFailed, match="SOCKS proxy"):
        connect(gone, Person(), workspace)


def test_the_child_ends_with_the_server(fragile_server: Netconfd, workspace: Workspace) -> None:
    session = connect(replace(device_of(fragile_server, key=True), transport="openssh"), Person(), workspace)
    fragile_server.kill_netconfd()
    with pytest.raises(Exception, match=r"ended|closed"):
        session.call(operations.get_config("running"))
    assert session.stream._child.gone.wait(30)  # type: ignore[attr-defined]
