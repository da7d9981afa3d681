"""Conversations: what the peer says, what is heard of it, one line each.

talk = Talk.client()
talk.peer(hello(session_id=4))
talk.heard("hello 4")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from netconf_gui.protocol.connection import (
    Connection,
    Event,
    Failed,
    HelloReceived,
    NotificationReceived,
    ReplyReceived,
    Role,
    RpcReceived,
)
from netconf_gui.protocol.framing import Limits, chunked, eom
from netconf_gui.protocol.profiles import Profile
from netconf_gui.protocol.xml import NS_BASE, local_name

BASE10 = "urn:ietf:params:netconf:base:1.0"
BASE11 = "urn:ietf:params:netconf:base:1.1"


def hello(*uris: str, session_id: int | None = None, both: bool = True) -> bytes:
    """A hello's text as a person would write it; base capabilities first."""
    bases = (BASE10, BASE11) if both else (BASE10,)
    listed = "".join(f"<capability>{uri.replace('&', '&amp;')}</capability>" for uri in (*bases, *uris))
    number = f"<session-id>{session_id}</session-id>" if session_id is not None else ""
    return f'<hello xmlns="{NS_BASE}"><capabilities>{listed}</capabilities>{number}</hello>'.encode()


def ok(message_id: object, extra: str = "") -> bytes:
    return f'<rpc-reply xmlns="{NS_BASE}" message-id="{message_id}">{extra}<ok/></rpc-reply>'.encode()


def data(message_id: object, content: str) -> bytes:
    return f'<rpc-reply xmlns="{NS_BASE}" message-id="{message_id}"><data>{content}</data></rpc-reply>'.encode()


def event(name: str = "link-up", time: str = "2026-01-02T03:04:05Z") -> bytes:
    space = "urn:ietf:params:xml:ns:netconf:notification:1.0"
    return f'<notification xmlns="{space}"><eventTime>{time}</eventTime><{name} xmlns="urn:e"/></notification>'.encode()


def words(happened: Event) -> str:
    """An event in a few words."""
    if isinstance(happened, HelloReceived):
        return f"hello {happened.hello.session_id}"
    if isinstance(happened, NotificationReceived):
        found = happened.notification.event
        return f"notification {local_name(found)}" if found is not None else "notification"
    if isinstance(happened, RpcReceived):
        found = happened.operation
        return f"rpc {happened.message_id} {local_name(found) if found is not None else 'nothing'}"
    if isinstance(happened, Failed):
        return f"{'end' if happened.fatal else 'fault'} {type(happened.error).__name__}"
    assert isinstance(happened, ReplyReceived)
    reply = happened.reply
    said = [f"error {error.tag}" for error in reply.errors] + [f"warning {error.tag}" for error in reply.warnings]
    return " ".join([f"reply {reply.message_id}", "ok" if reply.ok else "failed", *said])


class Talk:
    """One side is a `Connection`; the other is the test."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sent = connection.start()
        self.events: list[Event] = []

    @classmethod
    def client(
        cls,
        *,
        capabilities: Sequence[str] = (BASE10, BASE11),
        limits: Limits | None = None,
        profile: Profile | None = None,
    ) -> Talk:
        return cls(Connection(Role.CLIENT, capabilities, limits=limits, profile=profile))

    @classmethod
    def server(cls, *, capabilities: Sequence[str] = (BASE10, BASE11), session_id: int = 1) -> Talk:
        return cls(Connection(Role.SERVER, capabilities, session_id=session_id))

    @classmethod
    def greeted(cls, *uris: str, both: bool = True, limits: Limits | None = None) -> Talk:
        """A client that has heard hello."""
        talk = cls.client(limits=limits)
        talk.peer(hello(*uris, session_id=4, both=both))
        talk.heard("hello 4")
        return talk

    def raw(self, *pieces: bytes) -> Talk:
        """Bytes arrive, piece by piece."""
        for piece in pieces:
            self.events += self.connection.feed(piece)
        return self

    def peer(self, *messages: bytes) -> Talk:
        """The peer sends whole messages, framed as negotiated."""
        for message in messages:
            self.raw(chunked(message) if self.connection.base11 else eom(message))
        return self

    def ends(self) -> Talk:
        self.events += self.connection.feed_eof()
        return self

    def heard(self, *expected: str) -> Event | None:
        """What happened since the last look, in words; returns the last event."""
        events, self.events = self.events, []
        assert [words(item) for item in events] == list(expected)
        return events[-1] if events else None


def cut(text: bytes, places: Iterable[int]) -> list[bytes]:
    """The same bytes in pieces that end at `places`."""
    marks = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[begin:end] for begin, end in pairwise(marks)]
