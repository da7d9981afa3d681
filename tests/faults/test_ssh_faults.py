"""Faults over real SSH: our whole stack against the demo device on a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import (
    AuthenticationFailed,
    ConnectionLost,
    FramingError,
    HostKeyUnknown,
    RpcTimeout,
    SessionClosed,
)
from netconf_gui.session import datastores
from netconf_gui.session.session import Session, SessionSettings
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.ssh import SshTarget, connect

DEMO = "urn:netconf-gui:demo"


class Accept:
    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.seen: list[str] = []

    def unknown(self, key, notes=()):
        self.seen.append(key.fingerprint)
        return self.answer


class Password:
    def __init__(self, text: str) -> None:
        self.text = text

    def password(self, user, host, port, attempt):
        return self.text if attempt == 1 else None

    def passphrase(self, key_file, attempt):
        return None

    def interactive(self, user, host, title, instructions, prompts):
        return None


@pytest.fixture
def server(model: Model, tmp_path: Path) -> Iterator[DemoServer]:
    with DemoServer(Device(model), host_key=tmp_path / "key", password="right") as running:
        yield running


def target(server: DemoServer) -> SshTarget:
    return SshTarget("127.0.0.1", port=server.port, username="demo", use_agent=False, default_keys=False)


def open_session(server: DemoServer, folder: Path, timeout: float = 30.0) -> Session:
    stream = connect(target(server), Accept(), Password("right"), known_hosts=KnownHosts(folder / "known_hosts", []))
    return Session.open(stream, settings=SessionSettings(rpc_timeout=timeout))


def vlan() -> etree._Element:
    return etree.fromstring(f'<vlans xmlns="{DEMO}"><vlan><id>99</id><name>fresh</name></vlan></vlans>')


def running(server: DemoServer) -> bool:
    return b"<name>fresh</name>" in etree.tostring(server.device.datastores.running)


def test_the_key_shown_is_the_servers(server, tmp_path):
    decider = Accept(False)
    with pytest.raises(HostKeyUnknown) as caught:
        connect(target(server), decider, Password("right"), known_hosts=KnownHosts(tmp_path / "known_hosts", []))
    assert decider.seen == [server.host_key_fingerprint] == [caught.value.key.fingerprint]


def test_a_wrong_password(server, tmp_path):
    with pytest.raises(AuthenticationFailed):
        connect(target(server), Accept(), Password("wrong"), known_hosts=KnownHosts(tmp_path / "known_hosts", []))


def test_edit_and_commit(server, tmp_path):
    with open_session(server, tmp_path) as session:
        datastores.lock(session, "candidate")
        datastores.edit_config(session, "candidate", vlan())
        datastores.validate(session)
        datastores.commit(session)
        datastores.unlock(session, "candidate")
    assert running(server)


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_the_connection_breaks_around_the_commit(server, tmp_path, when, done):
    server.faults.arm(Fault("commit", Action.DROP, when))
    with open_session(server, tmp_path) as session:
        datastores.edit_config(session, "candidate", vlan())
        with pytest.raises(ConnectionLost):
            datastores.commit(session)
    assert running(server) is done


def test_the_server_stops_under_a_session(server, tmp_path):
    with open_session(server, tmp_path) as session:
        ended = threading.Event()
        session.on_closed(lambda _error: ended.set())
        server.stop()
        assert ended.wait(20)
        assert isinstance(session.error, ConnectionLost)
        with pytest.raises(SessionClosed):
            datastores.get_config(session)


def test_half_a_reply(server, tmp_path):
    server.faults.arm(Fault("get-config", Action.TRUNCATE))
    with open_session(server, tmp_path) as session, pytest.raises(ConnectionLost):
        datastores.get_config(session)


def test_the_wrong_framing(server, tmp_path):
    server.faults.arm(Fault("get-config", Action.WRONG_FRAMING))
    with open_session(server, tmp_path) as session, pytest.raises(FramingError):
        datastores.get_config(session)


def test_a_delay_longer_than_the_patience(server, tmp_path):
    server.faults.arm(Fault("get-config", Action.DELAY, seconds=3600))
    with open_session(server, tmp_path, timeout=0.3) as session:
        with pytest.raises(RpcTimeout):
            datastores.get_config(session)
        server.stop()  # ends the delay
