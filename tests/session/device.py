"""A device at the other end of an in-memory stream, scripted by the test.

    device = Device()
    device.on("get-config", lambda rpc: device.data(rpc, "<a xmlns='urn:a'/>"))
    with device.session() as session: ...

What is not scripted is answered with `<ok/>`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from lxml import etree

from netconf_gui.errors import AppError, RpcError
from netconf_gui.protocol.connection import Connection, HelloReceived, Role, RpcReceived
from netconf_gui.protocol.replies import reply_data, reply_errors, reply_ok
from netconf_gui.protocol.xml import local_name, parse
from netconf_gui.session.session import Session, SessionSettings
from netconf_gui.transport.stream import Stream, stream_pair
from tests.protocol.talk import BASE10, BASE11

CAP = "urn:ietf:params:netconf:capability:"
FULL = (
    f"{CAP}candidate:1.0",
    f"{CAP}writable-running:1.0",
    f"{CAP}rollback-on-error:1.0",
    f"{CAP}validate:1.1",
    f"{CAP}confirmed-commit:1.1",
    f"{CAP}startup:1.0",
    f"{CAP}xpath:1.0",
    f"{CAP}notification:1.0",
    f"{CAP}with-defaults:1.0?basic-mode=explicit&also-supported=report-all",
)

Answer = Callable[[RpcReceived], bytes | None]


class Device:
    """Speaks NETCONF as a server; `received` are the names of the operations in order."""

    def __init__(self, *uris: str, bases: Sequence[str] = (BASE10, BASE11), greet: bool = True) -> None:
        self.stream: Stream
        self.client: Stream
        self.client, self.stream = stream_pair()
        self.received: list[str] = []
        self.closed = threading.Event()
        self.connection = Connection(Role.SERVER, [*bases, *uris], session_id=42)
        self._answers: dict[str, Answer] = {}
        self._changed = threading.Condition()
        self.stream.start(self._heard, self._ended)
        hello = self.connection.start()
        if greet:
            self.stream.write(hello)

    # ---- the script

    def on(self, operation: str, answer: Answer) -> None:
        """Answer this operation so; None: never."""
        self._answers[operation] = answer

    def silent(self, operation: str) -> None:
        self.on(operation, lambda rpc: None)

    def say(self, message: bytes) -> None:
        """Send a message unasked, once the client has said hello."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.connection.peer is not None, 10)
        self.stream.write(self.connection.send(message))

    @staticmethod
    def ok(rpc: RpcReceived, *warnings: RpcError) -> bytes:
        return reply_ok(rpc.message_id, rpc.attributes, warnings)

    @staticmethod
    def data(rpc: RpcReceived, content: str) -> bytes:
        holder = parse(f"<x>{content}</x>".encode())
        return reply_data(rpc.message_id, rpc.attributes, list(holder))

    @staticmethod
    def errors(rpc: RpcReceived, *errors: RpcError) -> bytes:
        return reply_errors(rpc.message_id, rpc.attributes, errors)

    def wait_for(self, *operations: str) -> None:
        """Until the device has heard these, in any order, in all."""
        with self._changed:
            assert self._changed.wait_for(lambda: sorted(self.received) == sorted(operations), 10), self.received

    # ---- the other end

    def session(self, **settings: object) -> Session:
        return Session.open(self.client, settings=SessionSettings(**settings))  # type: ignore[arg-type]

    def _heard(self, data: bytes) -> None:
        for event in self.connection.feed(data):
            if isinstance(event, HelloReceived):
                with self._changed:
                    self._changed.notify_all()
                continue
            assert isinstance(event, RpcReceived), event
            operation: etree._Element | None = event.operation
            name = local_name(operation) if operation is not None else ""
            answer = self._answers.get(name, self.ok)(event)
            if answer is not None:
                self.stream.write(self.connection.send(answer))
            with self._changed:
                self.received.append(name)
                self._changed.notify_all()

    def _ended(self, error: AppError | None) -> None:
        self.closed.set()
