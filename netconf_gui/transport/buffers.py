"""Faster parts for paramiko, put in where it lets them be chosen: reading packets, and handing data to the reader.

Measured on many small replies: paramiko's own ask the kernel four times a packet (two polls, two reads), and wake the
reading thread through a condition made of Python.  Does not live here: anything about SSH itself.
"""

from __future__ import annotations

import errno
import queue
import socket
import time

from paramiko.buffered_pipe import PipeTimeout
from paramiko.packet import NeedRekeyException, Packetizer

RECEIVE_SIZE = 1 << 17  # octets asked of the kernel at once


def shut(sock: socket.socket) -> None:
    """Close a socket so that threads that connect, read or write with it come back at once."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # not connected, or the other side was first
    sock.close()


class ReadAhead(Packetizer):
    """Takes all that has arrived in one call and cuts packets out of it."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._sock = sock
        self._ahead = b""
        self._at = 0  # where the unread part of `_ahead` begins
        self._handshake_done = False
        self.write_timeout: float | None = None  # seconds without progress after which writing ends; None: never
        self.gave_up = False  # writing has ended that way

    def write_all(self, out: bytes) -> None:  # type: ignore[override]
        """Send it all; raises `EOFError`, and `TimeoutError` (then closed: part of a packet may have gone)."""
        self._Packetizer__keepalive_last = time.time()  # what counts is when something was last written
        view, since = memoryview(out), time.monotonic()
        while view:
            try:
                sent = self._sock.send(view)
            except TimeoutError:
                self._still_patient(since)
                continue
            except OSError as error:
                raise EOFError from error
            if not sent:
                raise EOFError
            view, since = view[sent:], time.monotonic()

    def _still_patient(self, since: float) -> None:
        if self.closed:
            raise EOFError
        if self.write_timeout is not None and time.monotonic() - since >= self.write_timeout:
            self.gave_up = True
            self.close()
            raise TimeoutError(errno.ETIMEDOUT, "nothing could be written")

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:
        """Exactly `n` octets; raises `EOFError`, `OSError`, `NeedRekeyException` (only before the first octet)."""
        start = self._at
        if len(self._ahead) - start < n:
            self._fill(n, check_rekey)
            start = 0
        self._at = start + n
        return self._ahead[start : self._at]

    def readline(self, timeout: float) -> str:
        """A line of the greeting, before any packet; raises `EOFError`, `OSError`, `TimeoutError`."""
        while b"\n" not in self._ahead[self._at :]:
            self._ahead = self._ahead[self._at :] + self._read_timeout(timeout)  # type: ignore[attr-defined]
            self._at = 0
        end = self._ahead.index(b"\n", self._at)
        line = self._ahead[self._at : end]
        self._at = end + 1
        return line.removesuffix(b"\r").decode("utf-8")

    def start_handshake(self, timeout: float) -> None:
        """Start the handshake's timer, whose thread would hold the process at exit."""
        self._handshake_done = False
        super().start_handshake(timeout)
        if self.closed:
            self.complete_handshake()

    def complete_handshake(self) -> None:
        """Stop the handshake's timer; the library asks for this after every packet."""
        if not self._handshake_done:
            self._handshake_done = True
            super().complete_handshake()

    def close(self) -> None:
        """Closing alone would not wake a thread that waits for data."""
        if isinstance(self._sock, socket.socket):
            shut(self._sock)
        super().close()

    def _fill(self, n: int, check_rekey: bool) -> None:
        pieces = [self._ahead[self._at :]]
        have = len(pieces[0])
        while have < n:
            data = self._receive(check_rekey and not have)
            pieces.append(data)
            have += len(data)
        self._ahead, self._at = b"".join(pieces), 0

    def _receive(self, check_rekey: bool) -> bytes:
        while True:
            if self.handshake_timed_out():
                raise EOFError
            try:
                data = self._sock.recv(RECEIVE_SIZE)
            except TimeoutError:
                pass
            except OSError as error:
                if self.closed:
                    raise EOFError from error
                if error.errno != errno.EAGAIN:
                    raise
            else:
                if not data:
                    raise EOFError
                return data
            if self.closed:
                raise EOFError
            if check_rekey and self.need_rekey():
                raise NeedRekeyException
            self._check_keepalive()  # type: ignore[attr-defined]


class Inbox:
    """What has come on a channel, for one reading thread; takes the place of paramiko's `BufferedPipe`."""

    def __init__(self) -> None:
        self._pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # b"" at the end
        self._rest = b""

    def feed(self, data: bytes) -> None:
        self._pieces.put(data)

    def read(self, nbytes: int, timeout: float | None = None) -> bytes:
        """At most `nbytes`, b"" at the end; raises `PipeTimeout` after `timeout` seconds."""
        data = self._rest
        if not data:
            try:
                data = (
                    self._pieces.get(timeout=timeout) if timeout is None or timeout > 0 else self._pieces.get_nowait()
                )
            except queue.Empty:
                raise PipeTimeout from None
            if not data:
                self._pieces.put(b"")
                return b""
        if len(data) < nbytes and not self._pieces.empty():
            data = self._more(data, nbytes)
        self._rest = data[nbytes:]
        return data[:nbytes] if self._rest else data

    def _more(self, data: bytes, nbytes: int) -> bytes:
        """All that is there already, up to about `nbytes`."""
        pieces, size = [data], len(data)
        while size < nbytes and not self._pieces.empty():
            piece = self._pieces.get()
            if not piece:
                self._pieces.put(b"")
                break
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)

    def read_ready(self) -> bool:
        return bool(self._rest) or not self._pieces.empty()

    def close(self) -> None:
        self._pieces.put(b"")

    def __len__(self) -> int:
        return len(self._rest) + self._pieces.qsize()
