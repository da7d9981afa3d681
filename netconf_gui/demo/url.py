"""The demo device's own files, which the operations name by `file:` URLs (RFC 6241, section 8.8).

They are kept in memory, so nothing of the machine that the device runs on can be read or written by them.  Lives here:
names, contents, limits.  Does not live here: the operations (`editing`).
"""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.demo.replies import RefusedError, invalid_value, refused
from netconf_gui.errors import MalformedMessage
from netconf_gui.protocol.xml import NS_BASE, parse, qn, serialize

MOST_FILES = 100
MOST_BYTES = 64 * 1024 * 1024  # of all files together

_URL = re.compile(r"file:///([A-Za-z0-9][A-Za-z0-9._-]{0,99})")


def is_url(text: str) -> bool:
    """Whether a source or target is a URL and not the name of a datastore."""
    return ":" in text


class Files:
    """Configurations by file name; not thread-safe, the device's lock guards them."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._contents))

    def read(self, url: str) -> etree._Element:
        """The `<config>` element that a file holds; raises `RefusedError`."""
        text = self._contents.get(_name(url))
        if text is None:
            raise _not_there(url)
        try:
            root = parse(text)
        except MalformedMessage as error:  # only what this device wrote is here
            raise refused("operation-failed", f"The file {url} cannot be read: {error.message}") from None
        if root.tag != qn(NS_BASE, "config"):
            raise refused("operation-failed", f"The file {url} holds no config element.")
        return root

    def write(self, url: str, tree: etree._Element) -> None:
        """Make or replace a file; raises `RefusedError`."""
        name, text = _name(url), serialize(tree)
        others = sum(len(content) for key, content in self._contents.items() if key != name)
        if len(self._contents) >= MOST_FILES and name not in self._contents:
            raise refused("resource-denied", f"The device keeps at most {MOST_FILES} files.")
        if others + len(text) > MOST_BYTES:
            raise refused("resource-denied", "The device has no room for this file.")
        self._contents[name] = text

    def delete(self, url: str) -> None:
        """Remove a file; raises `RefusedError` if it is not there."""
        if self._contents.pop(_name(url), None) is None:
            raise _not_there(url)


def _name(url: str) -> str:
    found = _URL.fullmatch(url)
    if found is None:
        raise invalid_value(f"The URL {url!r} is none of this device. It has file:///name, without folders.", "url")
    return found.group(1)


def _not_there(url: str) -> RefusedError:
    return refused("data-missing", f"There is no file {url}.")
