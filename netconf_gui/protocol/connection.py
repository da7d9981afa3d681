"""The NETCONF state machine without I/O: bytes in, events out; messages in, framed bytes out (RFC 6241, RFC 6242).

Lives here: hello exchange, choice of framing, kinds of messages, as client or as server.  Does not live here:
sockets and threads (`transport`), matching replies to requests (`session`, with `replies.Matcher`), what a server
does with a request (`demo`).

`feed` never raises for what the peer sends.  A fault is the event `Failed`; events before it in the same bytes are
given first, so any split of the same bytes gives the same events.  A fatal fault ends the connection; after any
other one the connection goes on with the next message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from lxml import etree

from netconf_gui.errors import ConnectionLost, FramingError, MalformedMessage, ProtocolError, SessionClosed
from netconf_gui.protocol import framing
from netconf_gui.protocol.capabilities import BASE11, Capabilities
from netconf_gui.protocol.framing import ChunkedDecoder, Decoder, EomDecoder, Limits
from netconf_gui.protocol.hello import Hello, build_hello, parse_hello
from netconf_gui.protocol.incoming import Assembler, Message, is_blank
from netconf_gui.protocol.outgoing import in_ascii
from netconf_gui.protocol.profiles import Profile, before_hello, choose
from netconf_gui.protocol.replies import (
    Notification,
    Reply,
    message_id_of,
    oddities,
    parse_notification,
    parse_reply,
)
from netconf_gui.protocol.xml import local_name


class Role(StrEnum):
    CLIENT = "client"
    SERVER = "server"


Framing: TypeAlias = str  # "", "eom" or "chunked"


class State(StrEnum):
    """NEW: nothing sent. HELLO: ours is sent. OPEN: both were exchanged. ENDED: by a fatal fault or by the end."""

    NEW = "new"
    HELLO = "hello"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """The peer's hello; from the next byte on the framing is as negotiated."""

    hello: Hello
    size: int
    head: bytes
    notes: tuple[str, ...] = ()  # what was repaired or let pass


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """Client role: a reply; which request it answers is for `replies.Matcher`."""

    reply: Reply
    size: int
    head: bytes
    notes: tuple[str, ...] = ()  # what was repaired or let pass


@dataclass(frozen=True, slots=True)
class NotificationReceived:
    """Client role: a notification."""

    notification: Notification
    size: int
    head: bytes
    notes: tuple[str, ...] = ()  # what was repaired or let pass


@dataclass(frozen=True, slots=True)
class RpcReceived:
    """Server role: a request.  `attributes` (Clark names, message-id included) are to be echoed in the reply."""

    message_id: str | None
    attributes: dict[str, str]
    element: etree._Element  # the <rpc>
    size: int
    head: bytes

    @property
    def operation(self) -> etree._Element | None:
        """The first element inside `<rpc>`; None if it is empty."""
        return next((child for child in self.element if isinstance(child.tag, str)), None)


@dataclass(frozen=True, slots=True)
class Failed:
    """The peer sent something that cannot be.

    `kind` and `message_id` are what could be read of the message in spite of it ('' and None if nothing).
    """

    error: ProtocolError | ConnectionLost
    fatal: bool
    kind: str = ""
    message_id: str | None = None
    size: int = 0
    head: bytes = b""


Event: TypeAlias = HelloReceived | ReplyReceived | NotificationReceived | RpcReceived | Failed

CLOSED_AT_ONCE = (
    "A device that has as many sessions as it takes, or that does not permit this address, closes like this too: old "
    "Cisco IOS takes 4 unless netconf max-sessions says 5 to 16, and may have an access list (netconf ssh acl)."
)
"""What may be behind a connection that ends before the device has said anything."""

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rpc-reply|notification|rpc|hello)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)")
_ID = re.compile(rb"\smessage-id\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Connection:
    """One end of a NETCONF session.

    `capabilities` are the URIs to announce; `session_id` only as server.  `profile` None: chosen by the peer's
    hello, or the one of the name `forced`, with `quirks` switched in it (`profiles.decide`).  `framing` empty: as
    both hellos say (RFC 6242, section 4.1); "eom" does not announce base:1.1, "chunked" is for a peer that frames
    so without saying it.
    """

    def __init__(
        self,
        role: Role,
        capabilities: Sequence[str],
        *,
        session_id: int | None = None,
        limits: Limits | None = None,
        profile: Profile | None = None,
        framing: Framing = "",
        forced: str = "",
        quirks: Sequence[str] = (),
    ) -> None:
        self.role = role
        self._framing = framing
        self.limits = limits or Limits()
        self.state = State.NEW
        self.peer: Hello | None = None
        self.base11 = False
        self.own = Capabilities([uri for uri in capabilities if framing != "eom" or uri != BASE11])
        self._session_id = session_id
        self._profile = profile
        self._decoder: Decoder = EomDecoder()
        self._assembler = Assembler(self.limits)
        self._forced, self._quirks = forced, tuple(quirks)
        self._assembler.profile = profile or before_hello(forced, quirks)
        self._assembler.size_limit = self.limits.hello_size

    @property
    def profile(self) -> Profile:
        """What is known of the peer; before its hello was read, what is reckoned with in hellos."""
        return self._assembler.profile

    @property
    def receiving(self) -> int:
        """Bytes that have arrived of a message that is not complete yet."""
        return self._assembler.size

    def start(self) -> bytes:
        """The hello to send at once, framed."""
        if self.state is not State.NEW:
            raise SessionClosed("The hello was sent already.")
        self.state = State.HELLO
        return framing.eom(build_hello(self.own.uris, self._session_id))

    def send(self, xml: bytes) -> bytes:
        """Frame one message as negotiated.  Raises `SessionClosed` unless both hellos were exchanged."""
        if self.state is not State.OPEN:
            raise SessionClosed("Nothing can be sent: the hello exchange is not complete, or the session has ended.")
        if self._in_characters:
            xml = in_ascii(xml)  # as many characters as octets
        return framing.chunked(xml) if self.base11 else framing.eom(xml)

    @property
    def _in_characters(self) -> bool:
        """Whether the peer counts chunks in characters."""
        return isinstance(self._decoder, ChunkedDecoder) and self._decoder.characters

    def feed(self, data: bytes) -> list[Event]:
        """Events of more bytes from the peer; nothing after a fatal fault."""
        events: list[Event] = []
        rest: bytes | None = data
        while rest and not self.peer and self.state is not State.ENDED:
            rest = self._feed_hello(rest, events)
        if not rest or self.state is State.ENDED:
            return events
        decoder = self._decoder
        try:
            for piece, end in decoder.feed(rest):
                self._piece(piece, end, events)
            if isinstance(decoder, ChunkedDecoder) and decoder.error is not None:
                raise decoder.error
        except FramingError as error:
            self._fatal(error, events)
        return events

    def _feed_hello(self, data: bytes, events: list[Event]) -> bytes | None:
        assert isinstance(self._decoder, EomDecoder)
        frame, rest = self._decoder.feed_one(data)
        if frame is not None:
            self._piece(frame.data, frame.end, events)
        return rest

    def feed_eof(self) -> list[Event]:
        """The peer sends nothing more: `Failed` if that cuts a message or the hello exchange, else no event."""
        events: list[Event] = []
        if self.state is State.ENDED:
            return events
        if self.peer is None:
            self._fatal(
                ConnectionLost(
                    "The connection ended before the device said hello.",
                    advice=f"Check that NETCONF is enabled on the device and that the port is right. {CLOSED_AT_ONCE}",
                ),
                events,
            )
        elif self._decoder.inside:
            self._fatal(ConnectionLost("The connection ended in the middle of a message."), events)
        self.state = State.ENDED
        return events

    # ---- one message

    def _piece(self, piece: bytes, end: bool, events: list[Event]) -> None:
        message = self._assembler.add(piece, end)
        if message is None or (message.error is not None and is_blank(message)):
            return
        if message.error is not None:
            self._fault(message.error, message, events)
            return
        assert message.root is not None
        handler = _HANDLERS.get((self.role, self.state, local_name(message.root)))
        try:
            if handler is None:
                raise self._unexpected(message.root)
            events.append(handler(self, message, message.root))
        except ProtocolError as error:
            self._fault(error, message, events)

    def _unexpected(self, root: etree._Element) -> MalformedMessage:
        name = local_name(root)
        if self.peer is None:
            return MalformedMessage(
                f"The {_other(self.role)} began with <{name}> instead of <hello>.",
                advice="Check that the address and port lead to a NETCONF server.",
            )
        return MalformedMessage(f"The {_other(self.role)} sent <{name}>, which has no place here.")

    def _fault(self, error: ProtocolError, message: Message, events: list[Event]) -> None:
        fatal = self.peer is None
        kind, message_id = _glimpse(message.head)
        events.append(Failed(error, fatal, kind, message_id, message.size, message.head))
        if fatal:
            self.state = State.ENDED

    def _fatal(self, error: ProtocolError | ConnectionLost, events: list[Event]) -> None:
        self.state = State.ENDED
        events.append(Failed(error, True))

    def _on_hello(self, message: Message, root: etree._Element) -> Event:
        hello = parse_hello(root)
        if self.role is Role.CLIENT and hello.session_id is None:
            raise MalformedMessage(
                "The device's hello has no session-id, which RFC 6241 requires of a server.",
                state="Nothing was changed on the device.",
                advice="Check that the address and port lead to the device's NETCONF server, and update its software.",
            )
        if self.role is Role.SERVER and hello.session_id is not None:
            raise MalformedMessage("The client's hello has a session-id, which RFC 6241 forbids.")
        self.peer = hello
        self.state = State.OPEN
        self._assembler.profile = self._profile or choose(hello, self._forced, self._quirks)
        self._assembler.size_limit = self.limits.message_size
        if self._framing == "chunked" or (hello.capabilities.base11 and BASE11 in self.own.uris):
            self.base11 = True
            self._decoder = ChunkedDecoder(self.limits, characters=self.profile.characters)
        return HelloReceived(hello, message.size, message.head, (*message.notes, *hello.notes))

    def _on_reply(self, message: Message, root: etree._Element) -> Event:
        reply = parse_reply(root, message.size, nested=self.profile.nested_errors)
        return ReplyReceived(reply, message.size, message.head, (*self._noted(message), *oddities(reply)))

    def _on_notification(self, message: Message, root: etree._Element) -> Event:
        return NotificationReceived(parse_notification(root), message.size, message.head, self._noted(message))

    def _noted(self, message: Message) -> tuple[str, ...]:
        """What had to be put right, in the framing too."""
        decoder = self._decoder
        if not isinstance(decoder, ChunkedDecoder) or not decoder.noted:
            return message.notes
        decoder.noted = False
        return (*message.notes, "Its chunk sizes count characters instead of octets.")

    def _on_rpc(self, message: Message, root: etree._Element) -> Event:
        attributes = {str(name): str(value) for name, value in root.attrib.items()}
        return RpcReceived(message_id_of(root), attributes, root, message.size, message.head)


_Handler: TypeAlias = Callable[[Connection, Message, etree._Element], Event]

# what each side may hear when; everything else is a fault.  Names are matched in any namespace: some devices send
# hellos and replies without one.
_HANDLERS: dict[tuple[Role, State, str], _Handler] = {
    (Role.CLIENT, State.HELLO, "hello"): Connection._on_hello,
    (Role.CLIENT, State.OPEN, "rpc-reply"): Connection._on_reply,
    (Role.CLIENT, State.OPEN, "notification"): Connection._on_notification,
    (Role.SERVER, State.HELLO, "hello"): Connection._on_hello,
    (Role.SERVER, State.OPEN, "rpc"): Connection._on_rpc,
}


def _other(role: Role) -> str:
    return "device" if role is Role.CLIENT else "client"


def _glimpse(head: bytes) -> tuple[str, str | None]:
    """Kind and message-id of a message that could not be read."""
    root = _ROOT.search(head[:4096])
    if root is None:
        return "", None
    found = _ID.search(root.group(2))
    message_id = (found.group(1) or found.group(2) or b"").decode("utf-8", "replace") if found else None
    return root.group(1).decode("ascii"), message_id
