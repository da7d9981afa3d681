"""How a device is reached is decided in one place, by what is set for it: transport, times, framing, sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netconf_gui.errors import AuthenticationFailed, Outcome, SessionLimit
from netconf_gui.protocol.capabilities import BASE11
from netconf_gui.services import slots
from netconf_gui.services.connect import ConnectOptions, connect, connection_settings, device_session_settings
from netconf_gui.services.events import StageEvent, StageState
from netconf_gui.transport import openssh, ssh
from netconf_gui.workspace.inventory import Device
from tests.services.conftest import Box, Person, eventually
from tests.services.deploying import HOSTNAME, QUICK, apply
from tests.transport.proxies import ProxyServer

CONFIRMED = replace(QUICK, confirm_seconds=120)


class Called(Exception):
    """Raised instead of connecting."""


@pytest.mark.parametrize(
    ("values", "way"),
    [
        ({}, "ssh"),
        ({"transport": "openssh"}, "openssh"),
        ({"old_algorithms": True}, "openssh"),
        ({"transport": "openssh", "old_algorithms": True}, "openssh"),
    ],
)
def test_the_transport_is_the_one_that_can(
    box: Box, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], way: str
) -> None:
    called: list[str] = []

    def instead(name: str) -> Any:
        def connect_instead(*_arguments: object, **options: Any) -> None:
            called.append(name)
            assert options.get("old_algorithms", False) is bool(values.get("old_algorithms"))
            raise Called

        return connect_instead

    monkeypatch.setattr(ssh, "connect", instead("ssh"))
    monkeypatch.setattr(openssh, "connect", instead("openssh"))
    with pytest.raises(Called):
        connect(box.entry(**values), Person(), box.workspace)
    assert called == [way]


def test_times_of_the_device_come_before_those_of_the_settings(box: Box) -> None:
    settings = box.workspace.settings
    plain = connection_settings(Device("", "a", "h"), settings)
    assert plain == settings.connection
    own = Device("", "a", "h", connect_timeout=1.5, rpc_timeout=7.0, keepalive=3.0)
    way = connection_settings(own, settings)
    assert (way.connect_timeout, way.rpc_timeout, way.keepalive) == (1.5, 7.0, 3.0)
    assert connection_settings(replace(own, keepalive=-1.0), settings).keepalive == 0.0
    assert device_session_settings(own, settings).rpc_timeout == 7.0


@pytest.mark.parametrize(("framing", "chunks"), [("", True), ("eom", False), ("chunked", True)])
def test_framing_can_be_forced(box: Box, framing: str, chunks: bool) -> None:
    session = box.connect_as(box.entry(framing=framing))
    assert session._connection.base11 is chunks
    assert (BASE11 in session._connection.own.uris) is (framing != "eom")
    session.close()
    assert session.error is None


def test_a_device_has_no_more_sessions_than_it_may(box: Box) -> None:
    entry = box.entry(max_sessions=2)
    first, second = box.connect_as(entry), box.connect_as(entry)
    assert not slots.room(entry)
    with pytest.raises(SessionLimit) as refused:
        box.connect_as(entry)
    assert "may have 2 sessions of this program at a time, and 2 are open" in refused.value.message
    second.close()
    assert slots.room(entry)
    box.connect_as(entry).close()
    first.close()
    assert slots.opened(entry) == 0


def test_what_does_not_become_a_session_takes_no_place(box: Box) -> None:
    entry = box.entry(max_sessions=1)
    options = ConnectOptions(password="wrong", accept_host_keys=(box.server.host_key_fingerprint,))
    with pytest.raises(AuthenticationFailed):
        connect(entry, Person(), box.workspace, options=options)
    assert slots.opened(entry) == 0
    session = box.connect_as(entry)
    session.abort()
    assert slots.opened(entry) == 0


def test_a_lost_session_gives_its_place_back(box: Box) -> None:
    entry = box.entry(max_sessions=1)
    session = box.connect_as(entry)
    box.server.stop()
    assert eventually(lambda: session.closed)
    assert slots.opened(entry) == 0


def test_other_devices_have_places_of_their_own(box: Box) -> None:
    entry = box.entry(max_sessions=1)
    box.connect_as(entry)
    assert slots.room(replace(entry, id="other"))
    assert not slots.room(entry)
    assert slots.room(replace(entry, max_sessions=0))


def test_a_guarded_commit_without_a_second_session_says_so(box: Box) -> None:
    entry = box.entry(max_sessions=1)
    events: list[StageEvent] = []
    report = apply(
        box, HOSTNAME, options=CONFIRMED, session=box.connect_as(entry), reconnect=lambda: box.connect_as(entry),
        on_event=lambda event: events.append(event) if isinstance(event, StageEvent) else None,
    )  # fmt: skip
    assert report.outcome is Outcome.APPLIED
    (probe,) = [event for event in events if event.stage == "probe" and event.state is not StageState.RUNNING]
    assert probe.state is StageState.WARNING
    assert "No new session was tried" in probe.text and "may have 1 session" in probe.text


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_a_whole_session_through_a_proxy_that_dies(box: Box, kind: str) -> None:
    with ProxyServer(kind=kind) as proxy:
        session = box.connect_as(box.entry(proxy=proxy.url))
        assert session.capabilities.candidate
        proxy.drop()
        assert eventually(lambda: session.closed)
        assert session.error is not None


def test_a_half_open_connection_is_noticed_by_its_silence(box: Box) -> None:
    """The other side is there no more, but nothing says so: keepalives without an answer end it."""
    with _Swallowing() as hole:
        session = box.connect_as(box.entry(proxy=hole.url, keepalive=0.2))
        link: Any = session.stream._link  # type: ignore[attr-defined]
        assert eventually(lambda: link._answers)  # who never answered is not expected to
        hole.swallow = True
        assert eventually(lambda: session.closed)
        assert session.error is not None
        assert "keepalive" in session.error.message


class _Swallowing(ProxyServer):
    """A proxy that can begin to swallow what it gets, both ways, without ending anything."""

    swallow = False

    def _relay(self, sock: Any, host: str, port: int) -> None:
        import socket

        through = socket.create_connection((host, port), 10)
        through.settimeout(None)
        self._sockets.append(through)
        self._start(self._pass, through, sock)
        self._pass(sock, through)

    def _pass(self, source: Any, sink: Any) -> None:
        try:
            while data := source.recv(65536):
                if not self.swallow:
                    sink.sendall(data)
        except OSError:
            pass
