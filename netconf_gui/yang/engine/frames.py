"""Frames between the window and a worker: a JSON header and binary parts, all with their lengths before them.

4 bytes   length of the header, big endian
header    JSON; its "parts" are the lengths of the parts that follow
parts     bytes
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

_LENGTH = struct.Struct("!I")
HEADER_LIMIT = 256 * 1024 * 1024
"""A longer header is a fault of the other side (something printed on stdout), not a message."""


class FrameError(Exception):
    """The stream ended inside a frame, or what came is not a frame."""


def write_frame(stream: BinaryIO, header: Mapping[str, Any], parts: Sequence[bytes] = ()) -> None:
    """Write one frame.  Raises OSError as the stream does."""
    text = json.dumps({**header, "parts": [len(part) for part in parts]}).encode()
    stream.write(_LENGTH.pack(len(text)) + text)
    for part in parts:
        stream.write(part)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next frame; None where the stream ends between frames.  Raises FrameError."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise FrameError("the stream ended inside a length")
    (length,) = _LENGTH.unpack(head)
    if length > HEADER_LIMIT:
        raise FrameError(f"a header of {length} bytes is announced")
    try:
        header = json.loads(_exactly(stream, length))
        lengths = header["parts"]
    except (ValueError, KeyError, TypeError) as error:
        raise FrameError(f"the header is not one: {error}") from error
    return header, [_exactly(stream, size) for size in lengths]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise FrameError(f"the stream ended {size - len(data)} bytes early")
    return data
