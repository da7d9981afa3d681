"""One NETCONF session as a client: requests out, replies to those who wait for them.

Lives here: hello exchange over a stream, several outstanding requests, time-outs, cancel, notifications to
listeners, the end of a session.  Does not live here: bytes and messages (`protocol`), the reader thread
(`transport`), typed operations (`datastores`, `schemas`, `subscriptions`).

Nothing polls: the stream's reader thread completes the futures.  Callbacks run on that thread (`on_closed` on the
one that ends the session): they must be quick, must not raise, and must not wait for a reply.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Self, TypeVar

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AppError,
    Cancelled,
    ConfigError,
    ConnectFailed,
    ConnectionLost,
    RpcTimeout,
    SessionClosed,
)
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.connection import (
    CLOSED_AT_ONCE,
    Connection,
    Event,
    Failed,
    Framing,
    HelloReceived,
    NotificationReceived,
    ReplyReceived,
    Role,
)
from netconf_gui.protocol.framing import EOM, Limits
from netconf_gui.protocol.hello import CLIENT_CAPABILITIES, Hello
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.outgoing import adapted
from netconf_gui.protocol.profiles import Choice, Profile, decide
from netconf_gui.protocol.replies import Matcher, Notification, Reply
from netconf_gui.session.continuing import whole
from netconf_gui.session.gate import WriteGate
from netconf_gui.session.listeners import Listeners
from netconf_gui.session.wire import WireRecord
from netconf_gui.transport.stream import Stream

T = TypeVar("T")
_SUBSCRIBING = frozenset({"create-subscription", "establish-subscription"})


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Times in seconds.  `rpc_timeout` counts while nothing of a reply arrives; None waits for ever."""

    rpc_timeout: float | None = 60.0
    hello_timeout: float | None = 30.0
    limits: Limits = field(default_factory=Limits)
    wire_head: int = 65536  # bytes of each message sent that are kept for the record
    wire_capacity: int = 2000  # messages
    wire_characters: int = 8 << 20  # of text in all
    capabilities: tuple[str, ...] = CLIENT_CAPABILITIES
    framing: Framing = ""  # forced, whatever the hellos say
    profile: str = ""  # the name of one, whatever the hello shows
    quirks: tuple[str, ...] = ()  # "name" on, "-name" off, on top of the profile


@dataclass(slots=True)
class _Pending:
    message_id: str
    operation: str
    future: Future[Reply]
    written: bool = False


class Session:
    """An open session; made by `open`.  All methods may be called from any thread."""

    def __init__(self, stream: Stream, settings: SessionSettings) -> None:
        self.stream = stream
        self.settings = settings
        self.wire = WireRecord(settings.wire_capacity, settings.wire_characters)
        self._connection = Connection(
            Role.CLIENT,
            settings.capabilities,
            limits=settings.limits,
            framing=settings.framing,
            forced=settings.profile,
            quirks=settings.quirks,
        )
        self._lock = threading.Lock()
        self._gate = WriteGate()
        self._matcher: Matcher[_Pending] = Matcher()
        self._last_id = 0
        self._greeting: Future[Hello] = Future()
        self._heard = 0.0  # monotonic time of the latest bytes
        self._closing = False
        self._closed = False
        self._end_error: AppError | None = None
        self._on_notification = Listeners()
        self._on_progress = Listeners()
        self._on_closed = Listeners()
        self.has_subscription = False  # of RFC 5277, of which there is one a session; set by who made it

    @classmethod
    def open(
        cls, stream: Stream, *, settings: SessionSettings | None = None, cancel: CancelToken | None = None
    ) -> Self:
        """Exchange hellos over a connected stream, which belongs to the session from here on.

        Raises `ConnectFailed` (no hello in time), `ConnectionLost`, `ProtocolError`, `Cancelled`; the stream is
        closed then.
        """
        session = cls(stream, settings or SessionSettings())
        session._greet(cancel)
        return session

    # ---- what is known

    @property
    def hello(self) -> Hello:
        """The device's hello."""
        return self._greeting.result(timeout=0)

    @property
    def session_id(self) -> int:
        """The number the device gave this session (RFC 6241, section 8.1)."""
        return self.hello.session_id or 0

    @property
    def capabilities(self) -> Capabilities:
        return self.hello.capabilities

    @property
    def profile(self) -> Profile:
        """What is known of this kind of server."""
        return self._connection.profile

    @property
    def profile_choice(self) -> Choice:
        """The profile, and why it is this one."""
        return decide(self.hello, self.settings.profile, self.settings.quirks)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def error(self) -> AppError | None:
        """Why the session ended; None while it has not, and when it was closed as asked."""
        return self._end_error

    @property
    def receiving(self) -> int:
        """Bytes that have arrived of a message that is not complete yet."""
        return self._connection.receiving

    # ---- listeners

    def on_notification(self, callback: Callable[[Notification], None]) -> Callable[[], None]:
        """Call back for each notification; returns the way to stop it."""
        return self._on_notification.add(callback)

    def on_progress(self, callback: Callable[[int], None]) -> Callable[[], None]:
        """Call back with the bytes so far while a large message arrives; returns the way to stop it."""
        return self._on_progress.add(callback)

    def on_closed(self, callback: Callable[[AppError | None], None]) -> Callable[[], None]:
        """Call back once when the session ends, with the reason or None; at once if it has ended."""
        with self._lock:
            closed = self._closed
            remove = (lambda: None) if closed else self._on_closed.add(callback)
        if closed:
            callback(self._end_error)
        return remove

    # ---- requests

    def submit(self, operation: Operation, *, cancel: CancelToken | None = None) -> Future[Reply]:
        """Send a request and return at once; the future gives the `Reply`, rpc-errors and all.

        Requests are sent in the order of the calls; several may be outstanding.  `Future.cancel()` means that
        nobody waits for the reply any more.  Raises `SessionClosed`, `ConnectionLost`, `Cancelled`.
        """
        pending = _Pending("", operation.name, Future())
        self._send(pending, operation, cancel)
        return pending.future

    def call(self, operation: Operation, *, timeout: float | None = None, cancel: CancelToken | None = None) -> Reply:
        """Send a request and wait for a reply without errors; warnings are in the reply.

        `timeout` in seconds, None for the setting.  Raises `RpcFailed` (with all errors), `RpcTimeout`,
        `SessionClosed`, `ConnectionLost`, `ProtocolError`, `Cancelled`.  After a time-out or a cancel the session
        can still be used: a late reply is dropped.
        """
        pending = _Pending("", operation.name, Future())
        remove = cancel.on_cancel(lambda: self._cancel(pending)) if cancel is not None else None
        try:
            self._send(pending, operation, cancel)
            reply = self._wait(pending, self.settings.rpc_timeout if timeout is None else timeout)
        finally:
            if remove is not None:
                remove()
        reply.raise_for_errors(operation.name)
        return whole(reply, self.profile, lambda more: self.call(more, timeout=timeout, cancel=cancel))

    def close(self, timeout: float = 2.0) -> None:
        """Say close-session, wait at most `timeout` seconds for the answer, then close the stream."""
        with self._lock:
            if self._closed or self._closing:
                return
            self._closing = True
        try:
            self.call(operations.close_session(), timeout=timeout)
        except AppError:
            pass  # closing goes on whatever the device says to it
        self._end(None)

    def abort(self) -> None:
        """Close the stream at once; those who wait for replies get `SessionClosed`."""
        self._closing = True
        self._end(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # ---- hello

    def _greet(self, cancel: CancelToken | None) -> None:
        remove = cancel.on_cancel(lambda: self._end(Cancelled())) if cancel is not None else None
        try:
            hello = self._connection.start()
            self._record_out(hello[: -len(EOM)], "hello", "", None)
            self.stream.start(self._data, self._stream_closed)
            self.stream.write(hello)
            theirs = self._greeting.result(self.settings.hello_timeout)
            theirs.capabilities.named_by_us = self.settings.capabilities
            if self.profile.settle:
                time.sleep(self.profile.settle)
        except TimeoutError:
            late = ConnectFailed(
                f"The device said no hello within {self.settings.hello_timeout:g} seconds.",
                state="Nothing was changed on the device.",
                advice="Check that the port leads to a NETCONF server, or allow more time in the settings.",
            )
            self._end(late)
            raise late from None
        except AppError as error:
            self._end(error)
            raise _closed_at_once(self._end_error or error) from None
        except BaseException:  # Ctrl+C: leave no connection behind
            self._end(None)
            raise
        finally:
            if remove is not None:
                remove()

    # ---- sending

    def _send(self, pending: _Pending, operation: Operation, cancel: CancelToken | None) -> None:
        self._gate.enter(cancel)
        try:
            with self._lock:
                if cancel is not None:
                    cancel.check()
                self._check_open()
                self._last_id += 1
                pending.message_id = message_id = str(self._last_id)
                self._matcher.add(message_id, pending)
            text = operations.rpc(message_id, adapted(operation, self.profile))
            self._check_size(pending.operation, len(text))
            framed = self._connection.send(text)
            self._record_out(text, "rpc", operation.name, message_id)
            self.stream.write(framed)
            pending.written = True
        except AppError as error:
            if pending.message_id and isinstance(error, ConnectionLost):
                self._end(error)
            self._forget(pending)
            if pending.message_id and cancel is not None and cancel.cancelled:
                raise Cancelled(state="The session was closed: the request was only partly sent.") from None
            raise
        finally:
            self._gate.leave()

    def _check_size(self, operation: str, size: int) -> None:
        limit = self.profile.max_message
        if limit and size > limit:
            raise ConfigError(
                f"The request {operation} has {size:,} bytes; the device takes messages of at most {limit:,}.",
                state="It was not sent.",
                advice="Change or ask for less at a time.",
            )

    def _check_open(self) -> None:
        if self._closed:
            raise SessionClosed(
                "The session has ended." if self._end_error is None else f"The session has ended: {self._end_error}",
                advice="Connect to the device again.",
            )

    def _record_out(self, text: bytes, kind: str, operation: str, message_id: str | None) -> None:
        head = text[: self.settings.wire_head]
        self.wire.add("out", head, len(text), kind, operation=operation, message_id=message_id)

    # ---- waiting

    def _wait(self, pending: _Pending, timeout: float | None) -> Reply:
        """The reply, or what came instead of it.  A reply that is arriving is not timed out."""
        left = timeout
        while True:
            try:
                return pending.future.result(left)
            except TimeoutError:
                assert timeout is not None
                idle = time.monotonic() - self._heard
                if self.receiving and idle < timeout:
                    left = timeout - idle
                    continue
                self._give_up(pending, self._late(pending, timeout))
                left = None

    def _late(self, pending: _Pending, timeout: float) -> RpcTimeout:
        return RpcTimeout(
            f"The device did not answer {pending.operation} within {timeout:g} seconds.",
            state="Whether the device acted on it is not known.",
            advice="Read the configuration again, or allow more time in the settings.",
        )

    def _forget(self, pending: _Pending) -> None:
        with self._lock:
            self._matcher.abandon(pending.message_id)

    def _give_up(self, pending: _Pending, error: AppError) -> None:
        """Nobody waits for this reply any more, unless it has come in this moment."""
        with self._lock:
            waiting = self._matcher.abandon(pending.message_id)
        if waiting is not None:
            _fail(waiting.future, error)

    def _cancel(self, pending: _Pending) -> None:
        if not pending.message_id or pending.future.done():
            return  # not begun (the sender sees the token), or answered already
        if pending.written:
            self._give_up(pending, Cancelled(state="Whether the device acted on the request is not known."))
        else:
            # a message that is half written cannot be taken back: nothing could follow it
            self._end(Cancelled("Cancelled while sending."))

    # ---- receiving (reader thread)

    def _data(self, data: bytes) -> None:
        self._heard = time.monotonic()
        for event in self._connection.feed(data):
            self._dispatch(event)
        receiving = self._connection.receiving
        if receiving:
            for callback in self._on_progress.all:
                callback(receiving)

    def _dispatch(self, event: Event) -> None:
        if isinstance(event, ReplyReceived):
            self._replied(event)
        elif isinstance(event, NotificationReceived):
            self.wire.add("in", event.head, event.size, "notification", note=self._noted(event))
            for callback in self._on_notification.all:
                callback(event.notification)
        elif isinstance(event, HelloReceived):
            self.wire.add("in", event.head, event.size, "hello", note=" ".join(event.notes))
            _complete(self._greeting, event.hello)
        elif isinstance(event, Failed):
            self._failed(event)

    def _noted(self, event: NotificationReceived) -> str:
        with self._lock:
            asked = next((item.operation for item in self._matcher.waiting if item.operation in _SUBSCRIBING), "")
        early = (f"It came before the reply to {asked}.",) if asked else ()
        return " ".join((*event.notes, *early))

    def _replied(self, event: ReplyReceived) -> None:
        reply = event.reply
        with self._lock:
            pending = self._matcher.take(reply.message_id)
        self.wire.add(
            "in",
            event.head,
            event.size,
            "rpc-reply",
            operation=pending.operation if pending else "",
            message_id=reply.message_id if reply.message_id is not None or pending is None else pending.message_id,
            note=" ".join((*event.notes, *_matched(reply, pending))),
        )
        if pending is not None:
            _complete(pending.future, reply)

    def _failed(self, event: Failed) -> None:
        """A fault of one message fails what it answers; the session ends only if nobody can tell what that is."""
        self.wire.add("in", event.head, event.size, event.kind, message_id=event.message_id, note=str(event.error))
        if event.fatal or event.kind not in ("rpc-reply", "notification"):
            self._end(event.error)
        elif event.kind == "rpc-reply":
            with self._lock:
                pending = self._matcher.take(event.message_id)
            if pending is not None:
                _fail(pending.future, event.error)

    def _stream_closed(self, error: AppError | None) -> None:
        for event in self._connection.feed_eof():
            if isinstance(event, Failed) and not self._closing:
                # the protocol knows what was cut, the stream perhaps why
                why = f" ({error.message.rstrip('.')})." if error is not None else "."
                error = ConnectionLost(event.error.message.rstrip(".") + why, advice=event.error.advice)
        if error is None and not self._closing:
            error = ConnectionLost(
                "The device ended the session.", advice="It may have restarted, or somebody killed the session."
            )
        self._end(None if self._closing else error)

    def _end(self, error: AppError | None) -> None:
        """The one way out; the first reason counts."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._end_error = error
            waiting = self._matcher.drain()
            callbacks = self._on_closed.all
        self.stream.close()
        reason = error or SessionClosed("The session was closed.")
        _fail(self._greeting, reason)
        for pending in waiting:
            _fail(pending.future, reason)
        for callback in callbacks:
            callback(error)


def _matched(reply: Reply, pending: _Pending | None) -> tuple[str, ...]:
    """What is to be said of how a reply found its request."""
    if pending is None:
        return ("Nobody waits for this reply.",)
    return () if reply.message_id is not None else ("It has no message-id: it answers the oldest request.",)


def _closed_at_once(error: AppError) -> AppError:
    """A connection that ends while hellos are exchanged, whoever noticed it first: what may be behind that is said."""
    if not isinstance(error, ConnectionLost) or CLOSED_AT_ONCE in error.advice:
        return error
    text = f"The connection ended before the device said hello ({error.message.rstrip('.')})."
    return ConnectionLost(text, state=error.state, advice=CLOSED_AT_ONCE)


def _complete(future: Future[T], result: T) -> None:
    """Set the result unless the future is done or its owner cancelled it."""
    try:
        future.set_result(result)
    except InvalidStateError:
        return


def _fail(future: Future[T], error: AppError) -> None:
    try:
        future.set_exception(error)
    except InvalidStateError:
        return
