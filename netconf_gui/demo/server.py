"""The SSH front of the demo device: listens on the loopback interface, authenticates, hands channels over.

Lives here: sockets and SSH connections.  Does not live here: NETCONF (`channel`, `conversation`), who may log in
(`users`).
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import paramiko

from netconf_gui.demo.accepting import LOOPBACK, Acceptor
from netconf_gui.demo.access import Role
from netconf_gui.demo.channel import ServedChannel
from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Faults
from netconf_gui.demo.hostkey import load_or_create
from netconf_gui.demo.nacm_rules import TECHNICIAN
from netconf_gui.demo.personality import personality
from netconf_gui.demo.users import OPERATOR, Gate, User, standard_users

WINDOW = 16 * 1024 * 1024  # octets a client may send ahead
STOP_SECONDS = 2.0


class _Transport(paramiko.Transport):
    """One SSH connection; says when it is over."""

    def __init__(self, client: socket.socket, over: threading.Event) -> None:
        super().__init__(client, default_window_size=WINDOW)
        self._ended = over

    def run(self) -> None:
        try:
            super().run()
        finally:
            # the library closes it only where somebody asks for that
            self.sock.close()
            self._ended.set()


class DemoServer:
    """Serves one `Device` over SSH.

    `authorized_keys` are public keys in base 64 that let the user `demo` in.  The host key is read from, or made in,
    the file `host_key`.
    """

    def __init__(
        self,
        device: Device | CiscoDevice,
        *,
        host_key: Path,
        port: int = 0,
        password: str = "demo",  # noqa: S107  the password of a device that exists to be looked at, loopback only
        authorized_keys: Iterable[str] = (),
        faults: Faults | None = None,
    ) -> None:
        self.device = device
        self.faults = faults or Faults()
        self._key = load_or_create(host_key)
        self._users = standard_users(password, frozenset(authorized_keys))
        if isinstance(device, Device) and device.kind.nacm:
            self._users[TECHNICIAN] = User(Role.OPERATOR, password)
        self._wanted_port = port
        self._acceptor: Acceptor | None = None
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._transports: set[paramiko.Transport] = set()
        self._channels: dict[ServedChannel, paramiko.Transport] = {}

    @property
    def port(self) -> int:
        """The TCP port; known once the server is started."""
        assert self._acceptor is not None
        return self._acceptor.port

    @property
    def url(self) -> str:
        return f"ssh://{OPERATOR}@{LOOPBACK}:{self.port}"

    @property
    def host_key_fingerprint(self) -> str:
        """``SHA256:…`` as OpenSSH prints it."""
        return str(self._key.fingerprint)

    @property
    def host_key(self) -> paramiko.PKey:
        return self._key

    def start(self) -> DemoServer:
        """Listen; raises `ConnectFailed` if the port cannot be had."""
        self._acceptor = Acceptor(self._wanted_port, self.serve)
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """End all sessions and threads, within two seconds."""
        if self._stopping.is_set():
            return
        deadline = time.monotonic() + STOP_SECONDS
        self._stopping.set()
        if self._acceptor is not None:
            self._acceptor.stop(STOP_SECONDS)
        self.device.stop()
        with self._guard:
            transports = tuple(self._transports)
            channels = tuple(self._channels)
        for transport in transports:
            transport.close()
            transport.sock.close()
        for channel in channels:
            channel.join(max(0.0, deadline - time.monotonic()))
        for transport in transports:
            transport.join(max(0.0, deadline - time.monotonic()))

    def __enter__(self) -> DemoServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- connections

    def serve(self, client: socket.socket, host: str) -> threading.Event:
        """Serve a connected client on threads of its own; the event is set when that is over."""
        over = threading.Event()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = _Transport(client, over)
        transport.add_server_key(self._key)
        transport.name = "demo-ssh"
        kind = self.device.kind if isinstance(self.device, Device) else personality("standard")
        gate = Gate(
            self._users,
            lambda channel: self._open(transport, channel, host),
            subsystem=kind.subsystem,
            ways_in=kind.ways_in,
        )
        with self._guard:
            self._transports = {item for item in self._transports if item.is_alive()}
            self._transports.add(transport)
        try:
            transport.start_server(event=threading.Event(), server=gate)
        except (OSError, paramiko.SSHException):
            client.close()
            over.set()
        return over

    def _open(self, transport: paramiko.Transport, channel: paramiko.Channel, host: str) -> None:
        username = transport.get_username() or ""

        def ended(politely: bool) -> None:
            with self._guard:
                self._channels.pop(served, None)
                last = transport not in self._channels.values()
            # after close-session the connection is the client's to end: it may still be reading the reply
            if last and not politely:
                transport.close()

        served = ServedChannel(
            channel,
            self.device,
            username,
            self._users[username].role,
            host,
            faults=self.faults,
            stopping=self._stopping,
            on_end=ended,
        )
        with self._guard:
            self._channels[served] = transport
        served.start()
