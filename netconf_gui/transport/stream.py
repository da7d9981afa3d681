"""What every transport gives to a session: bytes in on one reader thread, bytes out from any thread.

Lives here: the `Stream` protocol, the reader thread that all transports share, and an in-memory pair for tests.
Does not live here: anything that knows SSH (`ssh`).
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from netconf_gui.errors import AppError, ConnectionLost, HostKey

OnData = Callable[[bytes], None]
OnClosed = Callable[[AppError | None], None]

READ_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class PeerInfo:
    """Who is at the other end; `host_key` is None where the transport has none."""

    host: str
    port: int
    username: str
    host_key: HostKey | None = None
    description: str = ""  # e.g. the server's SSH version line
    certificate: str = ""  # the fingerprint of the server's certificate, where the transport has one

    @property
    def proof(self) -> str:
        """What the other end proved to be: the same proof, the same device; empty where nothing was proved."""
        return self.host_key.fingerprint if self.host_key is not None else self.certificate


class Stream(Protocol):
    """A connected, authenticated, reliable way to move bytes (RFC 6241, section 2.1)."""

    @property
    def peer(self) -> PeerInfo: ...

    def start(self, on_data: OnData, on_closed: OnClosed) -> None:
        """Start the reader thread.  `on_data` gets each piece as it comes; `on_closed` is called exactly once, at the
        end, with None when this side closed or the peer ended in an orderly way before anything was lost."""
        ...

    def write(self, data: bytes) -> None:
        """Hand `data` over whole; thread-safe, blocks under back-pressure; raises `ConnectionLost`."""
        ...

    def close(self) -> None:
        """End the connection; any thread, any number of times."""
        ...


class ReaderStream:
    """The part that streams share: one daemon thread that reads until the end, and exactly one `on_closed`.

    A subclass gives `_read` (blocks; b"" at the end; raises `ConnectionLost`), `_send` and `_shut`.
    """

    def __init__(self, peer: PeerInfo) -> None:
        self._peer = peer
        self._closed = threading.Event()
        self._write_lock = threading.Lock()
        self._started = False

    @property
    def peer(self) -> PeerInfo:
        return self._peer

    def start(self, on_data: OnData, on_closed: OnClosed) -> None:
        if self._started:
            raise RuntimeError("a stream is started once")
        self._started = True
        name = f"reader {self._peer.host}:{self._peer.port}"
        threading.Thread(target=self._run, args=(on_data, on_closed), name=name, daemon=True).start()

    def write(self, data: bytes) -> None:
        with self._write_lock:
            if self._closed.is_set():
                raise self._lost("The connection is closed.")
            self._send(data)

    def close(self) -> None:
        if not self._closed.is_set():
            self._closed.set()
            self._shut()

    def _run(self, on_data: OnData, on_closed: OnClosed) -> None:
        error: AppError | None = None
        try:
            while data := self._read():
                on_data(data)
            if not self._closed.is_set():
                reason = self._ended()
                error = self._lost(f"{self._peer.host} ended the connection{f': {reason}' if reason else ''}.")
        except AppError as lost:
            error = None if self._closed.is_set() else lost
        finally:
            self.close()
            on_closed(error)

    def _lost(self, text: str) -> ConnectionLost:
        return ConnectionLost(text, state="The draft is kept.", advice="Connect again.")

    def _ended(self) -> str:
        """What the other side said when it ended the connection, without a full stop."""
        return ""

    def _read(self) -> bytes:
        raise NotImplementedError

    def _send(self, data: bytes) -> None:
        raise NotImplementedError

    def _shut(self) -> None:
        raise NotImplementedError


class _Memory(ReaderStream):
    """One end of `stream_pair`."""

    def __init__(self, name: str) -> None:
        super().__init__(PeerInfo(host=name, port=0, username="test", description="in memory"))
        self._inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.other: _Memory

    def _read(self) -> bytes:
        return b"" if self._closed.is_set() else self._inbox.get()

    def _send(self, data: bytes) -> None:
        if self.other._closed.is_set():
            raise self._lost("The other end is closed.")
        if data:
            self.other._inbox.put(bytes(data))

    def _shut(self) -> None:
        self._inbox.put(b"")
        self.other._inbox.put(b"")


def stream_pair() -> tuple[Stream, Stream]:
    """Two connected in-memory streams: what one writes, the other reads, in pieces as written."""
    left, right = _Memory("left"), _Memory("right")
    left.other, right.other = right, left
    return left, right
