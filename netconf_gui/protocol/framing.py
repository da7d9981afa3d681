"""Where one message ends and the next begins: end-of-message and chunked framing (RFC 6242, sections 4.2, 4.3).

Lives here: incremental decoders that take any split of the same bytes, the encoders, and `Limits`.  Does not live
here: XML, hellos, who uses which framing when (`connection`).

A decoder gives `Frame`s: a piece of one message's payload and whether the message ends with it.  It never holds
more than the beginning of a delimiter or of a chunk header, so memory does not grow with the message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from netconf_gui.errors import FramingError

EOM = b"]]>]]>"
MAX_CHUNK = 4_294_967_295  # RFC 6242: chunk-size is at most 2^32 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit on what a peer may send, in bytes; None means without limit."""

    message_size: int | None = 1 << 30
    hello_size: int | None = 16 << 20
    chunk_header_size: int = 13  # LF HASH, ten digits, LF
    wire_head: int = 65536  # how much of each message is kept for the wire record
    prolog_size: int = 65536  # before the root element, and its start tag: declaration, comments, attributes
    feed_from: int = 65536  # messages larger than this are parsed while they arrive


class Frame(NamedTuple):
    """A piece of a message; `end` says that the message is complete with it."""

    data: bytes
    end: bool


class Decoder(Protocol):
    """What both framings have in common."""

    def feed(self, data: bytes) -> list[Frame]:
        """Decode more bytes.  Raises `FramingError` when nothing could be decoded before the fault."""

    @property
    def inside(self) -> bool:
        """Whether the end of the input now would cut a message."""


class EomDecoder:
    """Messages that end with `]]>]]>`, which may be split anywhere."""

    def __init__(self) -> None:
        self._held = b""  # the longest end of the input that may begin a delimiter
        self._inside = False

    @property
    def inside(self) -> bool:
        return self._inside or bool(self._held)

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        data = self._with_held(data)
        begin = 0
        while (end := data.find(EOM, begin)) >= 0:
            frames.append(Frame(data[begin:end], True))
            self._inside = False
            begin = end + len(EOM)
        frame = self._begin(data[begin:] if begin else data)
        if frame is not None:
            frames.append(frame)
        return frames

    def feed_one(self, data: bytes) -> tuple[Frame | None, bytes | None]:
        """Decode up to the end of one message.

        Returns its frame (None if there is nothing to give yet) and the bytes after the delimiter, which have not
        been looked at: the framing may change there.  They are None while the message has not ended.
        """
        data = self._with_held(data)
        end = data.find(EOM)
        if end >= 0:
            self._inside = False
            return Frame(data[:end], True), data[end + len(EOM) :]
        return self._begin(data), None

    def _with_held(self, data: bytes) -> bytes:
        if self._held:
            data = self._held + data
            self._held = b""
        return data

    def _begin(self, data: bytes) -> Frame | None:
        """What there is of a message whose delimiter has not come."""
        held = _overlap(data)
        if held:
            self._held = data[-held:]
            data = data[:-held]
        if not data:
            return None
        self._inside = True
        return Frame(data, False)


def _overlap(data: bytes) -> int:
    """How many bytes at the end of `data` may be the beginning of a delimiter."""
    for size in range(min(len(EOM) - 1, len(data)), 0, -1):
        if data.endswith(EOM[:size]):
            return size
    return 0


class _In(IntEnum):
    """Where in chunked framing the next byte stands."""

    GAP = 0  # before the first chunk of a message
    CHUNK_LF = 1  # after a chunk's data
    HASH = 2
    FIRST_LF = 3  # as HASH, before a message's first chunk
    KIND = 4  # a digit or the second hash
    FIRST_KIND = 5
    DIGITS = 6
    END = 7  # the line feed after ##
    DATA = 8
    DONE = 9


_LF, _HASH, _ZERO, _DIGIT, _BLANK, _OTHER = range(6)
_CLASS = [_OTHER] * 256
for _byte in b"123456789":
    _CLASS[_byte] = _DIGIT
for _byte in b" \t\r":
    _CLASS[_byte] = _BLANK
_CLASS[0x0A], _CLASS[0x23], _CLASS[0x30] = _LF, _HASH, _ZERO

# (where, class of byte) -> where; what is not here is a framing error.  White space before a message is let pass:
# some devices send a line feed after the hello's delimiter or after each message.
_NEXT: dict[tuple[int, int], _In] = {
    (_In.GAP, _LF): _In.FIRST_LF,
    (_In.GAP, _BLANK): _In.GAP,
    (_In.FIRST_LF, _LF): _In.FIRST_LF,
    (_In.FIRST_LF, _BLANK): _In.GAP,
    (_In.FIRST_LF, _HASH): _In.FIRST_KIND,
    (_In.FIRST_KIND, _DIGIT): _In.DIGITS,
    (_In.CHUNK_LF, _LF): _In.HASH,
    (_In.HASH, _HASH): _In.KIND,
    (_In.KIND, _DIGIT): _In.DIGITS,
    (_In.KIND, _HASH): _In.END,
    (_In.DIGITS, _DIGIT): _In.DIGITS,
    (_In.DIGITS, _ZERO): _In.DIGITS,
    (_In.DIGITS, _LF): _In.DATA,
    (_In.END, _LF): _In.DONE,
}
_EXPECTED = {
    _In.GAP: "a line feed and '#' that begin a chunk",
    _In.FIRST_LF: "'#' that begins a chunk",
    _In.FIRST_KIND: "a chunk size",
    _In.CHUNK_LF: "a line feed after a chunk",
    _In.HASH: "'#' after a chunk",
    _In.KIND: "a chunk size or the end of chunks",
    _In.DIGITS: "a digit or a line feed in a chunk header",
    _In.END: "a line feed at the end of chunks",
}
_AFTER_CHUNK = frozenset({_In.CHUNK_LF, _In.HASH, _In.KIND, _In.DIGITS, _In.END})
# the whole header at once, where it lies in one piece
_FIRST_HEADER = re.compile(rb"\n#([1-9][0-9]{0,9})\n")
_HEADER = re.compile(rb"\n#(?:([1-9][0-9]{0,9})|#)\n")
_LAST = b"\n##\n"
_CONTINUING = bytes(range(0x80, 0xC0))  # octets that continue a character of UTF-8


class ChunkedDecoder:
    """Messages in chunks, each with its size before it.  White space between messages is let pass.

    With `characters` sizes count characters of UTF-8 instead of octets, as some devices have it.  That is also
    noticed: where a chunk holds characters of several octets and what follows it is no header, and from then on.
    `noted` is set when it made a difference; who says so takes it back.
    """

    def __init__(self, limits: Limits | None = None, *, characters: bool = False) -> None:
        self.characters = characters
        self.noted = False
        self._continuing = 0  # octets of the current chunk that continue a character
        self._since = b""  # what was taken for a header after the current chunk
        self._header_limit = (limits or Limits()).chunk_header_size
        self._where = _In.GAP
        self._left = 0  # bytes of the current chunk still to come
        self._size = 0
        self._header = 0  # bytes of the current header so far
        self._error: FramingError | None = None

    @property
    def inside(self) -> bool:
        return self._where not in (_In.GAP, _In.FIRST_LF)

    def feed(self, data: bytes) -> list[Frame]:
        if self._error is not None:
            raise self._error
        frames: list[Frame] = []
        pieces: list[bytes] = []
        try:
            self._decode(data, frames, pieces)
        except FramingError as error:
            self._error = error
            if not frames and not pieces:
                raise
        if pieces:
            frames.append(Frame(_joined(pieces), False))
        return frames

    @property
    def error(self) -> FramingError | None:
        """The fault that follows the frames given so far; every later `feed` raises it."""
        return self._error

    def _decode(self, data: bytes, frames: list[Frame], pieces: list[bytes]) -> None:
        at, end = 0, len(data)
        while at < end:
            if self._where is _In.DATA:
                at += self._take(data[at : at + self._left], pieces)
                continue
            if self._where is _In.GAP:
                usual = _FIRST_HEADER.match(data, at)
                if usual is not None and usual.end() - at <= self._header_limit:
                    begin = usual.end()
                    stop = begin + int(usual[1])
                    if data.startswith(_LAST, stop) and stop - begin <= MAX_CHUNK:
                        # nearly every small message: one chunk, all here
                        frames.append(Frame(data[begin:stop], True))
                        at = stop + len(_LAST)
                        continue
            quick = self._quick_header(data, at)
            at = quick if quick else self._step(data, at, pieces)
            if self._where is _In.DONE:
                frames.append(Frame(_joined(pieces), True))
                pieces.clear()
                self._where = _In.GAP
                self._header = 0

    def _take(self, piece: bytes, pieces: list[bytes]) -> int:
        """One more piece of a chunk; returns its size in octets."""
        pieces.append(piece)
        continuing = 0 if piece.isascii() else len(piece) - len(piece.translate(None, _CONTINUING))
        self._continuing += continuing
        self._left -= len(piece) - (continuing if self.characters else 0)
        if not self._left:
            self._where = _In.CHUNK_LF
            self._header = 0
            self._since = b""
        return len(piece)

    def _quick_header(self, data: bytes, at: int) -> int:
        """Read a header that lies whole in `data`; 0 if it does not, or is wrong: then byte by byte."""
        if self._where is _In.CHUNK_LF:
            match = _HEADER.match(data, at)
        elif self._where is _In.GAP:
            match = _FIRST_HEADER.match(data, at)
        else:
            return 0
        if match is None or match.end() - at > self._header_limit:
            return 0
        digits = match.group(1)
        if digits is None:
            self._where = _In.DONE
        else:
            self._begin_chunk(int(digits))
        return match.end()

    def _step(self, data: bytes, at: int, pieces: list[bytes]) -> int:
        """One byte of a header through the table; returns where the next one is."""
        byte, before = data[at], self._where
        if before is _In.CHUNK_LF and self.characters and 0x80 <= byte < 0xC0:
            self.noted = True
            pieces.append(data[at : at + 1])  # the rest of the chunk's last character
            return at + 1
        after = _NEXT.get((before, _CLASS[byte]))
        if after is None and self._in_characters(before, byte, pieces):
            return at
        if after is None:
            raise FramingError(
                f"Wrong chunked framing: {bytes((byte,))!r} where {_EXPECTED[before]} should be.",
                advice="The device or something on the way damages the byte stream; the session cannot go on.",
            )
        if before in _AFTER_CHUNK:
            self._since += data[at : at + 1]
        if after in (_In.GAP, _In.FIRST_LF):
            self._header = 1
        else:
            self._header += 1
            if self._header > self._header_limit:
                raise FramingError(f"A chunk header is longer than the limit of {self._header_limit} bytes.")
        if after is _In.DIGITS:
            self._size = (0 if before is not _In.DIGITS else self._size) * 10 + byte - 0x30
        if after is _In.DATA:
            self._begin_chunk(self._size)
        else:
            self._where = after
        return at + 1

    def _in_characters(self, where: _In, byte: int, pieces: list[bytes]) -> bool:
        """Whether the chunk goes on where its size in octets ends, since the size counts characters."""
        left = self._continuing - len(self._since)
        cut = where is _In.CHUNK_LF and 0x80 <= byte < 0xC0  # its last character is not complete
        if self.characters or where not in _AFTER_CHUNK or not (left > 0 or cut):
            return False
        self.characters = self.noted = True
        if self._since:
            pieces.append(self._since)
        self._left, self._where = left, _In.DATA if left else where
        return True

    def _begin_chunk(self, size: int) -> None:
        if size > MAX_CHUNK:
            raise FramingError(f"A chunk says it has {size:,} bytes; RFC 6242 allows {MAX_CHUNK:,}.")
        if self.characters and self._continuing:
            self.noted = True
        self._left = size
        self._continuing = 0
        self._where = _In.DATA


def _joined(pieces: list[bytes]) -> bytes:
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def eom(message: bytes) -> bytes:
    """Frame a message with the end-of-message delimiter.  Raises `FramingError` if it contains the delimiter."""
    if EOM in message:
        raise FramingError(
            "The message contains ']]>]]>', which end-of-message framing cannot carry.",
            advice="Remove the sequence from comments and CDATA sections.",
        )
    return message + EOM


def chunked(message: bytes, chunk_size: int = MAX_CHUNK) -> bytes:
    """Frame a message in chunks of at most `chunk_size` bytes; an empty one cannot be framed (RFC 6242)."""
    if not message:
        raise FramingError("An empty message cannot be sent in chunked framing.")
    if len(message) <= chunk_size:
        return b"\n#%d\n%b\n##\n" % (len(message), message)
    parts: list[bytes] = []
    for at in range(0, len(message), chunk_size):
        piece = message[at : at + chunk_size]
        parts += (b"\n#%d\n" % len(piece), piece)
    parts.append(b"\n##\n")
    return b"".join(parts)
