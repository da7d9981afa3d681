"""A request of the console on its way: sent over one session, watched while the reply arrives, told in the end.

Lives here: `send` and `Sent`, which nodes of a request the device complains about, and that in words.  Does not live
here: choosing and checking what is sent (`console`, `yang.check`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import elements
from netconf_gui.config.document import Document
from netconf_gui.config.error_path import from_error_path
from netconf_gui.errors import Cancelled, RpcError, RpcTimeout
from netconf_gui.protocol import operations
from netconf_gui.protocol.replies import Reply
from netconf_gui.protocol.xml import NS_BASE, local_name, parse, qn, serialize
from netconf_gui.services.events import Progress
from netconf_gui.session.session import Session
from netconf_gui.yang.problem import Problem

DEVICE = "device"
_OPEN = b'<nc:config xmlns:nc="' + NS_BASE.encode() + b'">'
_CLOSE = b"</nc:config>"

_WORDS = {
    "in-use": "The device needs something that is in use.",
    "invalid-value": "The device does not take this value.",
    "too-big": "The request or its answer is too large for the device.",
    "missing-attribute": "An attribute is missing.",
    "bad-attribute": "The value of an attribute is wrong.",
    "unknown-attribute": "The device does not know an attribute.",
    "missing-element": "Something that is needed is missing.",
    "bad-element": "The device does not take the value of an element.",
    "unknown-element": "The device does not know an element.",
    "unknown-namespace": "The device does not know a namespace.",
    "access-denied": "The device does not allow this to the user of the session.",
    "lock-denied": "Somebody else has the lock.",
    "resource-denied": "The device has not enough resources.",
    "rollback-failed": "The device could not take back what it had begun.",
    "data-exists": "This exists already.",
    "data-missing": "This does not exist.",
    "operation-not-supported": "The device does not support this operation.",
    "operation-failed": "The operation failed.",
    "malformed-message": "The device could not read the message.",
}
"""RFC 6241, appendix A, as sentences: said where the device itself gives no message."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one request.

    `reply` is the whole `<rpc-reply>`, indented; `content` what it holds, in a wrapper, errors and `<ok/>` left out.
    `seconds` from sending to the end of the reply, `size` the bytes of the reply.
    """

    reply: bytes
    content: bytes
    errors: tuple[RpcError, ...]
    warnings: tuple[RpcError, ...]
    seconds: float
    size: int

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def has_output(self) -> bool:
        return self.content != _OPEN + _CLOSE

    @property
    def summary(self) -> str:
        """In a few words: "answered", "refused: …"."""
        if self.errors:
            more = f", and {len(self.errors) - 1} more" if len(self.errors) > 1 else ""
            return f"Refused: {error_words(self.errors[0])}{more}"
        said = "Answered" if self.has_output else "Done"
        return f"{said}, with {len(self.warnings)} warnings" if self.warnings else said


def send(
    session: Session,
    request: bytes,
    *,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
    on_event: Callable[[Progress], object] | None = None,
) -> Sent:
    """Send one request (the element inside `<rpc>`) and wait for its reply; rpc-errors are part of what is told.

    `timeout` in seconds while nothing arrives, None for the session's own.  Raises `Cancelled` and `RpcTimeout` (the
    session can be used further), `ConnectionLost`, `SessionClosed`, `ConfigError`, `MalformedMessage`.
    """
    operation = operations.custom(parse(request))
    started = time.monotonic()
    stop_telling = _told(session, operation.name, on_event)
    seconds = session.settings.rpc_timeout if timeout is None else timeout
    try:
        future = session.submit(operation, cancel=cancel)
        remove = cancel.on_cancel(lambda: _give_up(future)) if cancel is not None else None
        try:
            reply = _wait(session, future, operation.name, seconds)
        finally:
            if remove is not None:
                remove()
    finally:
        stop_telling()
    return sent_of(reply, time.monotonic() - started)


def _told(session: Session, name: str, on_event: Callable[[Progress], object] | None) -> Callable[[], None]:
    if on_event is None:
        return lambda: None
    tell = on_event

    def arrived(size: int) -> None:
        tell(Progress(f"Receiving the answer to {name}", size, unit="bytes"))

    tell(Progress(f"Sending {name}", unit="bytes"))
    return session.on_progress(arrived)


def _give_up(future: Future[Reply]) -> None:
    future.cancel()


def _wait(session: Session, future: Future[Reply], name: str, seconds: float | None) -> Reply:
    """The reply whatever it says; one that is arriving is not timed out."""
    before = -1
    while True:
        try:
            return future.result(seconds)
        except CancelledError:
            raise Cancelled(state="Whether the device acted on the request is not known.") from None
        except TimeoutError:
            arrived = session.receiving
            if arrived and arrived != before:
                before = arrived
                continue
            future.cancel()
            raise RpcTimeout(
                f"The device did not answer {name} within {seconds:g} s.",
                state="Whether the device acted on it is not known.",
                advice="Allow more time in the settings of the device.",
            ) from None


def sent_of(reply: Reply, seconds: float) -> Sent:
    """A reply as the console tells it."""
    skipped = (qn(NS_BASE, "ok"), qn(NS_BASE, "rpc-error"))
    inside = [child for child in elements(reply.element) if child.tag not in skipped and local_name(child) != "ok"]
    content = _OPEN + b"".join(serialize(child) for child in inside) + _CLOSE
    text = serialize(reply.element, pretty=True)
    return Sent(text, content, reply.errors, reply.warnings, seconds, reply.size)


# --------------------------------------------------------------------------------------------------------- errors


def error_words(error: RpcError) -> str:
    """One rpc-error as a sentence: the device's message, else what its tag means."""
    message = " ".join((error.message or "").split())
    if not message:
        return _WORDS.get(error.tag, f"The device says {error.tag}.")
    return message if message.endswith((".", "!", "?")) else f"{message}."


def error_details(error: RpcError) -> str:
    """What the device says besides: tag, app-tag, path, and what is in error-info."""
    parts = [error.tag, *(part for part in (error.app_tag, error.path) if part)]
    parts += [f"{name}: {text}" for name, text in error.info if text]
    return " · ".join(parts)


def complaints(errors: Iterable[RpcError], document: Document) -> tuple[tuple[Problem, etree._Element | None], ...]:
    """Each error as a finding, and the element of the request that it is about, as far as that can be told."""
    return tuple((_finding(error, document), _place(error, document)) for error in errors)


def _finding(error: RpcError, document: Document) -> Problem:
    at = _place(error, document)
    path = str(document.path_of(at)) if at is not None else error.path or ""
    severity = "warning" if error.is_warning else "error"
    return Problem(severity, path, error_words(error), error.app_tag or "", DEVICE)


def _place(error: RpcError, document: Document) -> etree._Element | None:
    """By the error's path, else by the element that its error-info names; the operation itself if it has neither."""
    tops = list(elements(document.root))
    if len(tops) != 1:
        return None
    found = None
    if error.path:
        found = from_error_path(error.path, dict(error.path_namespaces), document.root, document.binder)
    if found is None or found is tops[0]:
        bad = next((text for name, text in error.info if name == "bad-element" and text), "")
        wanted = bad.strip().rpartition(":")[2]
        named = (one for one in tops[0].iter(etree.Element) if local_name(one) == wanted)
        found = next(named, found)
    return found if found is not None else tops[0]
