"""What a subscription to a datastore has told so far, as one tree (RFC 8641).

Lives here: `PushedTree`: the last whole contents, with every change since applied to it.  Does not live here: the
subscription (`subscribing`), carrying out patches (`config.patching`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lxml import etree

from netconf_gui.config.patching import apply_patch
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, child_named, new_element, parse, qn, serialize, splice
from netconf_gui.yang.schema import Schema


class PushedTree:
    """Thread-safe.  `problem` says why it is not what the device holds; "" while it is."""

    def __init__(self, schema: Schema | None = None) -> None:
        self._schema = schema
        self._lock = threading.Lock()
        self._root: etree._Element | None = None
        self._text: bytes | None = b""
        self.problem = "Nothing has been sent yet."
        self.time = ""  # eventTime of what it shows
        self.changes = 0  # edits since the contents were sent whole
        self.version = 0  # grows with every change
        self.on_change: Callable[[], None] = lambda: None  # called on the thread that hears the device

    @property
    def xml(self) -> bytes:
        """A `<data>` element with what is known, b"" while nothing is."""
        with self._lock:
            if self._text is None:
                self._text = serialize(self._root) if self._root is not None else b""
            return self._text

    def update(self, event: etree._Element, time: str) -> None:
        """A push-update: all of it."""
        contents = child_named(event, "datastore-contents")
        holder = new_element(qn(NS_BASE, "data"), {None: NS_BASE})
        nodes = [child for child in contents if isinstance(child.tag, str)] if contents is not None else []
        root = parse(splice(holder, holder, nodes))
        incomplete = child_named(event, "incomplete-update") is not None
        with self._lock:
            self._root, self._text = root, None
            self.problem = "The device could not send all of it." if incomplete else ""
            self.changes = 0
            self.time = time
            self.version += 1
        self.on_change()

    def change(self, event: etree._Element, time: str) -> bool:
        """A push-change-update; False where it does not fit, `problem` says why: all of it has to be sent again."""
        changes = child_named(event, "datastore-changes")
        patch = child_named(changes, "yang-patch") if changes is not None else None
        if patch is None:
            return True
        with self._lock:
            root = self._root
            if root is None:
                # without sync-on-start changes come before there is anything that they could be applied to
                root = new_element(qn(NS_BASE, "data"), {None: NS_BASE})
            try:
                root = apply_patch(root, patch, self._schema)
            except ConfigError as error:
                self.problem = error.message
                fits = False
            else:
                fits = True
                self._root, self._text = root, None
                self.changes += sum(1 for child in patch if isinstance(child.tag, str)) - 1
                self.time = time
                if child_named(event, "incomplete-update") is not None:
                    self.problem = "The device could not send all changes."
            self.version += 1
        self.on_change()
        return fits

    def outdate(self, reason: str) -> None:
        """It is not known any more whether this is what the device holds."""
        with self._lock:
            self.problem = reason
            self.version += 1
        self.on_change()
