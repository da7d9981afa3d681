"""What is put right in the bytes of a message before it is parsed, each repair under a name that profiles use.

Lives here: the repairs and `Mender`, which applies those of a profile and tells which of them did something.  Does
not live here: which device needs which (`profile_data`), parsing (`incoming`): what is not repaired here is refused
there.  A repair never guesses: it knows one form of wrong text and leaves everything else as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Scope = Literal["tag", "piece", "message"]


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair.  `note` is said in the wire view of a message that needed it.

    `scope` is what `run` gets: the start tag of the root element, any piece of the message (it must do the same
    however the bytes were cut), or the whole message, which then is held as bytes until it is complete.
    """

    name: str
    scope: Scope
    note: str
    run: Callable[[bytes], bytes]


_ATTRIBUTE = re.compile(rb"\s+([^\s=<>/\"']+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def drop_repeated_attributes(tag: bytes) -> bytes:
    """Keep the first of attributes (namespace declarations included) that a start tag has twice."""
    seen: set[bytes] = set()

    def keep(match: re.Match[bytes]) -> bytes:
        if match.group(1) in seen:
            return b""
        seen.add(match.group(1))
        return match.group(0)

    return _ATTRIBUTE.sub(keep, tag)


def drop_nul_bytes(piece: bytes) -> bytes:
    """XML has no NUL; some devices send the one that ends a C string."""
    return piece.replace(b"\x00", b"") if b"\x00" in piece else piece


_VALUE_AND_MORE = re.compile(rb"(=\s*(?:\"[^\"]*\"|'[^']*'))(?=[^\s/>?])")
_BACKSLASHED = re.compile(rb"=\s*(?:\\?\"\\?([^\"\\]*)\\?\"|\\?'\\?([^'\\]*)\\?')")
_OLD_BASE = re.compile(rb"(\sxmlns(?::[\w.-]+)?\s*=\s*[\"'])urn:ietf:params:netconf:base:1\.0(?=[\"'])")


def add_missing_blanks(tag: bytes) -> bytes:
    """Put a blank between an attribute's value and the next attribute where a start tag has none."""
    return _VALUE_AND_MORE.sub(rb"\1 ", tag)


def drop_backslashes(tag: bytes) -> bytes:
    """Take the backslashes away with which a start tag quotes its quotation marks, on either side of them."""
    if b"\\" not in tag:
        return tag
    return _BACKSLASHED.sub(lambda found: b'="' + (found.group(1) or found.group(2) or b"") + b'"', tag)


def correct_base_namespace(tag: bytes) -> bytes:
    """The capability's URI in place of the namespace (RFC 6241, section 3.1 and 8.1) becomes the namespace."""
    return _OLD_BASE.sub(rb"\1urn:ietf:params:xml:ns:netconf:base:1.0", tag)


REPAIRS: Mapping[str, Repair] = {
    item.name: item
    for item in (
        Repair(
            "drop-repeated-attributes",
            "tag",
            "Attributes that the message declares twice were read once.",
            drop_repeated_attributes,
        ),
        Repair(
            "add-missing-blanks",
            "tag",
            "A blank between two attributes was missing and was put there.",
            add_missing_blanks,
        ),
        Repair(
            "drop-backslashes",
            "tag",
            "Backslashes around the quotation marks of an attribute were left out.",
            drop_backslashes,
        ),
        Repair(
            "correct-base-namespace",
            "tag",
            "The namespace urn:ietf:params:netconf:base:1.0 was read as that of the base protocol.",
            correct_base_namespace,
        ),
        Repair("drop-nul-bytes", "piece", "NUL bytes in the message were left out.", drop_nul_bytes),
    )
}


class Mender:
    """The repairs of one profile, in its order.  `notes` says what they did since it was emptied."""

    def __init__(self, names: Sequence[str]) -> None:
        chosen = [REPAIRS[name] for name in names]
        self._tag = [item for item in chosen if item.scope == "tag"]
        self._piece = [item for item in chosen if item.scope == "piece"]
        self._message = [item for item in chosen if item.scope == "message"]
        self.notes: list[str] = []

    @property
    def of_tags(self) -> bool:
        """Whether the start tag of the root element is looked at."""
        return bool(self._tag)

    @property
    def of_pieces(self) -> bool:
        return bool(self._piece)

    @property
    def of_messages(self) -> bool:
        """Whether a message has to be there whole before it is parsed."""
        return bool(self._message)

    def tag(self, text: bytes) -> bytes:
        """The start tag of a root element, repaired."""
        return self._run(self._tag, text)

    def piece(self, data: bytes) -> bytes:
        """A piece of a message, repaired."""
        return self._run(self._piece, data)

    def message(self, data: bytes) -> bytes:
        """A whole message, repaired."""
        return self._run(self._message, data)

    def _run(self, repairs: Sequence[Repair], data: bytes) -> bytes:
        for item in repairs:
            repaired = item.run(data)
            if repaired != data:
                data = repaired
                if item.note not in self.notes:
                    self.notes.append(item.note)
        return data
