"""A twin of a document on another thread, kept equal by the same commands.

Lives here: `Replica`.  The thread that owns the document feeds commands, which costs nothing however large it is; the
other one makes the twin, performs them, and has the text.  Does not live here: threads, or what the text is for.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from netconf_gui.config.document import Document, Recipe, Snapshot
from netconf_gui.config.edits import Edit
from netconf_gui.yang.schema import Schema


class Replica:
    """Made from a document's recipe; `feed` is called by the document's thread, `snapshot` by one other."""

    def __init__(self, recipe: Recipe, schema: Schema | None) -> None:
        self._recipe = recipe
        self._schema = schema
        self._lock = threading.Lock()
        self._waiting: list[Edit] = []
        self.revision = len(recipe.edits)
        """The revision of the document up to which commands were fed."""
        self._document: Document | None = None

    def feed(self, edits: Sequence[Edit]) -> None:
        """The commands that the document performed since."""
        with self._lock:
            self._waiting.extend(edits)
            self.revision += len(edits)

    def snapshot(self) -> Snapshot:
        """The document as it was when it was fed last.

        Raises `ConfigError` if the twin cannot follow (it is not to be used any more then).
        """
        with self._lock:
            edits, self._waiting = self._waiting, []
            revision = self.revision
        if self._document is None:
            self._document = self._recipe.make(self._schema)
        for edit in edits:
            self._document.apply(edit)
        return Snapshot(self._document.snapshot().data, revision)
