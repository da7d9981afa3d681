"""The demo device calls home (RFC 8071): it connects to a client, then serves it as if the client had connected.

Lives here: calling again and again.  Does not live here: what is served (`server`, `tls`).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType

from netconf_gui.errors import ConfigError

PAUSE = 5.0  # seconds between two calls
CONNECT_SECONDS = 10.0
STOP_SECONDS = 2.0

Serve = Callable[[socket.socket, str], threading.Event]


class CallHome:
    """Calls `host` at `port`, and once a call has ended or nobody answered, again after `pause` seconds.

    `serve(socket, host)` returns at once; its event is set when the connection is over.
    """

    def __init__(self, host: str, port: int, serve: Serve, *, pause: float = PAUSE) -> None:
        self._address = (host, port)
        self._serve = serve
        self._pause = pause
        self._stopping = threading.Event()
        self._over: threading.Event | None = None
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="demo-call-home", daemon=True)

    def __enter__(self) -> CallHome:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Call no more; a connection that is served is ended by who serves it."""
        with self._guard:
            self._stopping.set()
            if self._over is not None:
                self._over.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                client = socket.create_connection(self._address, CONNECT_SECONDS)
            except OSError:
                pass  # nobody listens there now
            else:
                client.settimeout(None)
                self._call(client)
            self._stopping.wait(self._pause)

    def _call(self, client: socket.socket) -> None:
        with self._guard:
            if self._stopping.is_set():
                client.close()
                return
            over = self._over = self._serve(client, self._address[0])
        over.wait()
        with self._guard:
            self._over = None


def address(text: str) -> tuple[str, int]:
    """The host and port of "host:port", an IPv6 address in brackets; raises `ConfigError`."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError(
            f"{text} is no address to call.", advice="Write host:port, an IPv6 address in brackets: [::1]:4334."
        )
    return host, int(port)
