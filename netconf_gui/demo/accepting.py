"""A listening socket of the demo device: one thread that accepts, and a way to stop it that works on every system.

Does not live here: what is done with a connection (`server`, `tls`).
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable

from netconf_gui.errors import ConnectFailed

LOOPBACK = "127.0.0.1"


class Acceptor:
    """Calls `serve(socket, host)` for each connection, on the accepting thread: it must not take long."""

    def __init__(self, port: int, serve: Callable[[socket.socket, str], object]) -> None:
        """Listens at once on the loopback interface, 0: on any free port; raises `ConnectFailed`."""
        self._serve = serve
        try:
            self._listener = socket.create_server((LOOPBACK, port), backlog=64)
        except OSError as error:
            raise ConnectFailed(f"The demo device cannot listen on port {port}: {error}.") from None
        self._listener.setblocking(False)
        self._wake_read, self._wake_write = socket.socketpair()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-acceptor", daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Accept nothing more; waits for the thread that long."""
        self._stopping.set()
        self._wake_write.send(b"x")
        if self._thread.is_alive():
            self._thread.join(seconds)
        for open_socket in (self._listener, self._wake_read, self._wake_write):
            open_socket.close()

    def _run(self) -> None:
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
                client.setblocking(True)
                self._serve(client, str(address[0]))
