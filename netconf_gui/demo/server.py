"""The SSH front of the demo device: listens on the loopback interface, authenticates, hands channels over.

Lives here: sockets and SSH connections.  Does not live here: NETCONF (`channel`, `conversation`), who may log in
(`users`).
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import paramiko

from netconf_gui.demo.channel import ServedChannel
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Faults
from netconf_gui.demo.hostkey import load_or_create
from netconf_gui.demo.users import OPERATOR, Gate, standard_users
from netconf_gui.errors import ConnectFailed

LOOPBACK = "127.0.0.1"
WINDOW = 16 * 1024 * 1024  # octets a client may send ahead
STOP_SECONDS = 2.0


class DemoServer:
    """Serves one `Device` over SSH.

    `authorized_keys` are public keys in base 64 that let the user `demo` in.  The host key is read from, or made in,
    the file `host_key`.
    """

    def __init__(
        self,
        device: Device,
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
        self._wanted_port = port
        self._listener: socket.socket | None = None
        self._wake_read, self._wake_write = socket.socketpair()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._transports: set[paramiko.Transport] = set()
        self._channels: set[ServedChannel] = set()
        self._acceptor = threading.Thread(target=self._accept, name="demo-acceptor", daemon=True)

    @property
    def port(self) -> int:
        """The TCP port; known once the server is started."""
        assert self._listener is not None
        return int(self._listener.getsockname()[1])

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
        try:
            self._listener = socket.create_server((LOOPBACK, self._wanted_port), backlog=64)
        except OSError as error:
            self._wake_read.close()
            self._wake_write.close()
            raise ConnectFailed(f"The demo device cannot listen on port {self._wanted_port}: {error}.") from None
        self._listener.setblocking(False)
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """End all sessions and threads, within two seconds."""
        if self._stopping.is_set():
            return
        deadline = time.monotonic() + STOP_SECONDS
        self._stopping.set()
        self._wake_write.send(b"x")
        if self._acceptor.is_alive():
            self._acceptor.join(STOP_SECONDS)
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
        for open_socket in (self._listener, self._wake_read, self._wake_write):
            if open_socket is not None:
                open_socket.close()

    def __enter__(self) -> DemoServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- connections

    def _accept(self) -> None:
        assert self._listener is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            while not self._stopping.is_set():
                selector.select()
                if self._stopping.is_set():
                    return
                try:
                    client, address = self._listener.accept()
                except OSError:
                    continue  # the client went away between select and accept
                self._serve(client, str(address[0]))

    def _serve(self, client: socket.socket, host: str) -> None:
        client.setblocking(True)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(client, default_window_size=WINDOW)
        transport.add_server_key(self._key)
        transport.name = "demo-ssh"
        gate = Gate(self._users, lambda channel: self._open(transport, channel, host))
        with self._guard:
            self._transports = {item for item in self._transports if item.is_alive()}
            self._transports.add(transport)
        try:
            transport.start_server(event=threading.Event(), server=gate)
        except (OSError, paramiko.SSHException):
            client.close()

    def _open(self, transport: paramiko.Transport, channel: paramiko.Channel, host: str) -> None:
        username = transport.get_username() or ""

        def ended(politely: bool) -> None:
            with self._guard:
                self._channels.discard(served)
                last = not any(item.transport is transport for item in self._channels)
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
            self._channels.add(served)
        served.start()
