"""One NETCONF channel of the demo device: two threads between an SSH channel, or a TLS connection, and its
conversation.

The reader takes bytes from the channel and carries requests out; the writer sends what is queued, so that a client
that does not read stops nobody but itself.  Does not live here: the connection (`server`, `tls`).
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Protocol

import paramiko

from netconf_gui.demo.access import Role
from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.cisco_conversation import CiscoConversation
from netconf_gui.demo.conversation import Conversation
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Faults

READ_SIZE = 65536  # octets
LINGER_SECONDS = 1.0  # for what waits to be sent when the session ends
QUEUE_LIMIT = 10_000  # messages that wait for a client that does not read; it is dropped then

_GONE = (OSError, EOFError, paramiko.SSHException)  # what paramiko raises when the connection ends under a call


class Line(Protocol):
    """What carries the octets of one session; errors are `OSError`, `EOFError` or paramiko's."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...

    def close(self) -> None: ...


class ServedChannel:
    """Serves one channel until either side ends it; `on_end` is told whether that was by close-session."""

    def __init__(
        self,
        channel: Line,
        device: Device | CiscoDevice,
        username: str,
        role: Role,
        host: str,
        *,
        faults: Faults,
        stopping: threading.Event,
        on_end: Callable[[bool], None],
    ) -> None:
        self._channel = channel
        self._queue: queue.Queue[bytes | None] = queue.Queue(QUEUE_LIMIT)
        self._guard = threading.Lock()
        self._linger: threading.Timer | None = None
        self._finished = False
        self._on_end = on_end
        self._conversation = _conversation(
            device, username, role, host, output=self._output, hang_up=self._hang_up, wait=stopping.wait, faults=faults
        )
        number = self._conversation.session.session_id
        self._threads = (
            threading.Thread(target=self._read, name=f"demo-reader-{number}", daemon=True),
            threading.Thread(target=self._write, name=f"demo-writer-{number}", daemon=True),
        )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Wait for both threads, each at most so long."""
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(seconds)

    def _output(self, data: bytes) -> None:
        try:
            self._queue.put_nowait(data)
        except queue.Full:
            self._close()

    def _hang_up(self) -> None:
        """Close when everything that waits has been sent, or after a while if the client does not take it."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            self._close()
        else:
            with self._guard:
                if self._linger is None and not self._finished:
                    self._linger = threading.Timer(LINGER_SECONDS, self._close)
                    self._linger.daemon = True
                    self._linger.start()

    def _close(self) -> None:
        with contextlib.suppress(*_GONE):
            self._channel.close()

    def _read(self) -> None:
        try:
            self._conversation.start()
            while data := self._channel.recv(READ_SIZE):
                self._conversation.receive(data)
        except _GONE:
            pass  # which is what the end of this thread means
        finally:
            self._conversation.ended()
            self._hang_up()

    def _write(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                self._channel.sendall(data)
        except _GONE:
            pass  # as above
        finally:
            self._close()
            with self._guard:
                self._finished = True
                if self._linger is not None:
                    self._linger.cancel()
            self._on_end(self._conversation.session.closing)


def _conversation(
    device: Device | CiscoDevice,
    username: str,
    role: Role,
    host: str,
    *,
    output: Callable[[bytes], None],
    hang_up: Callable[[], None],
    wait: Callable[[float], bool],
    faults: Faults,
) -> Conversation | CiscoConversation:
    """The device's end of a session, by the kind of device."""
    if isinstance(device, CiscoDevice):
        return CiscoConversation(device, username, role, host, output=output, hang_up=hang_up, wait=wait, faults=faults)
    return Conversation(device, username, role, host, output=output, hang_up=hang_up, wait=wait, faults=faults)
