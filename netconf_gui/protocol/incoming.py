"""From the payload of one message to its tree, while it arrives.

Lives here: `Assembler`, which parses small messages at once and feeds large ones to the parser piece by piece, so
that a large message is never held as bytes; limits of size; the head kept for records.  Does not live here: framing
and what messages mean.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from netconf_gui.errors import MessageTooLarge, ProtocolError
from netconf_gui.protocol.framing import Limits
from netconf_gui.protocol.profiles import STANDARD, Profile
from netconf_gui.protocol.repairs import Mender
from netconf_gui.protocol.xml import malformed, new_parser, parse_with, scan_prolog

_START_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")


class Message(NamedTuple):
    """One whole message: its root element or what was wrong, its size in bytes and its first bytes.

    `notes` say what had to be repaired before it could be read; `head` is what really came.
    """

    root: etree._Element | None
    error: ProtocolError | None
    size: int
    head: bytes
    notes: tuple[str, ...] = ()


class Assembler:
    """Takes the pieces of messages, one message after the other, and gives each one when it is complete.

    A fault (not well-formed, DOCTYPE, too large) spoils its own message only: the rest of it is skipped.
    """

    def __init__(self, limits: Limits) -> None:
        self.profile = STANDARD
        self.size_limit: int | None = limits.message_size
        self._head_limit = limits.wire_head
        self._feed_from = limits.feed_from
        self._prolog_size = limits.prolog_size
        self._parser = new_parser()
        self._reset()

    @property
    def profile(self) -> Profile:
        """Whose repairs are applied; a new one counts from the next message on."""
        return self._profile

    @profile.setter
    def profile(self, profile: Profile) -> None:
        self._profile = profile
        self._mender = Mender(profile.repairs)

    def _reset(self) -> None:
        self._size = 0
        self._head = bytearray()
        self._waiting: list[bytes] = []  # not yet given to the parser
        self._feeding: etree.XMLParser | None = None
        self._error: ProtocolError | None = None

    @property
    def size(self) -> int:
        """Bytes so far of a message that is not complete."""
        return self._size

    def add(self, data: bytes, end: bool) -> Message | None:
        """One more piece; returns the message when `end` is true."""
        if end and not self._size:
            return self._whole(data)
        self._size += len(data)
        if len(self._head) < self._head_limit:
            self._head += data[: self._head_limit - len(self._head)]
        if self._error is None:
            try:
                self._take(data)
            except ProtocolError as error:
                self._spoil(error)
        return self._finish() if end else None

    def _whole(self, data: bytes) -> Message:
        """The usual case: a small message in one piece."""
        head, size = data[: self._head_limit], len(data)
        try:
            self._check_size(size)
            if self._mender.of_pieces:
                data = self._mender.piece(data)
            return Message(self._parse(data), None, size, head, self._noted())
        except ProtocolError as error:
            return Message(None, error, size, head, self._noted())

    def _noted(self) -> tuple[str, ...]:
        notes = self._mender.notes
        if not notes:
            return ()
        self._mender.notes = []
        return tuple(notes)

    def _check_size(self, size: int) -> None:
        if self.size_limit is not None and size > self.size_limit:
            raise MessageTooLarge(
                f"A message is larger than the limit of {self.size_limit:,} bytes; it was not read.",
                advice="Raise the limit in the settings, or ask for less with a filter.",
            )

    def _spoil(self, error: ProtocolError) -> None:
        self._error = error
        self._waiting = []
        self._feeding = None

    def _take(self, data: bytes) -> None:
        self._check_size(self._size)
        if self._mender.of_pieces:
            data = self._mender.piece(data)
        if self._feeding is not None:
            self._feed(data)
            return
        self._waiting.append(data)
        if self._size > self._feed_from and not self._mender.of_messages:
            self._begin_feeding()

    def _begin_feeding(self) -> None:
        """The message is large: give what has arrived to a parser, once the root's start tag is whole."""
        data = b"".join(self._waiting)
        self._waiting = [data]
        prolog = scan_prolog(data, complete=False, limit=self._prolog_size)
        if prolog is None:
            return
        begin = prolog.begin
        if self._mender.of_tags:
            tag = _START_TAG.match(data, prolog.root)
            if tag is None and len(data) - prolog.root < self._prolog_size:
                return
            if tag is not None:
                data = data[begin : prolog.root] + self._mender.tag(tag.group()) + data[tag.end() :]
                begin = 0
        self._waiting = []
        self._feeding = new_parser()
        self._feed(data[begin:] if begin else data)

    def _feed(self, data: bytes) -> None:
        assert self._feeding is not None
        try:
            self._feeding.feed(data)
        except etree.XMLSyntaxError as error:
            raise malformed(error) from None

    def _parse(self, data: bytes) -> etree._Element:
        if self._mender.of_messages:
            data = self._mender.message(data)
        if self._mender.of_tags:
            prolog = scan_prolog(data, limit=self._prolog_size)
            tag = _START_TAG.match(data, prolog.root) if prolog else None
            if prolog and tag:
                data = data[: prolog.root] + self._mender.tag(tag.group()) + data[tag.end() :]
        return parse_with(self._parser, data)

    def _finish(self) -> Message:
        root: etree._Element | None = None
        if self._error is None:
            try:
                root = self._close()
            except ProtocolError as error:
                self._error = error
        message = Message(root, self._error, self._size, bytes(self._head), self._noted())
        self._reset()
        return message

    def _close(self) -> etree._Element:
        if self._feeding is None:
            return self._parse(b"".join(self._waiting))
        try:
            return self._feeding.close()
        except etree.XMLSyntaxError as error:
            raise malformed(error) from None


def is_blank(message: Message) -> bool:
    """Whether a message is white space only: some devices send an extra delimiter."""
    return message.size == len(message.head) and not message.head.strip()
