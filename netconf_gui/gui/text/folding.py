"""Folding of a text by its nodes: what is folded, and hiding its lines.

Lives here: `Folding` for one editor.  Does not live here: which lines belong to a node (`outline`), the marks in the
margin (`panes.text_editor`).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit


class Folding(QObject):
    """Folded nodes are remembered by their first line, which moves with the text."""

    changed = Signal()

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self.setObjectName("folding")
        self._editor = editor
        self._ranges: Mapping[int, int] = {}
        self._folded: list[QTextCursor] = []

    @property
    def ranges(self) -> Mapping[int, int]:
        """First line → last line (from 0) of what can be folded."""
        return self._ranges

    def set_ranges(self, ranges: Mapping[int, int]) -> None:
        """The text is another: what is folded stays so where it still can be."""
        self._ranges = ranges
        if self._folded:
            self._apply()
        self.changed.emit()

    def folded(self) -> set[int]:
        """First lines of what is folded."""
        lines = {cursor.blockNumber() for cursor in self._folded}
        return {line for line in lines if line in self._ranges}

    def is_folded(self, line: int) -> bool:
        return line in self._ranges and any(cursor.blockNumber() == line for cursor in self._folded)

    def around(self, line: int) -> int | None:
        """The first line of the innermost node that a line is in; None if there is none."""
        best: int | None = None
        for first, last in self._ranges.items():
            if first <= line <= last and (best is None or first > best):
                best = first
        return best

    def toggle(self, line: int) -> None:
        self.set_folded(line, not self.is_folded(line))

    def set_folded(self, line: int, on: bool) -> None:
        """Fold or unfold the node that begins in a line."""
        if line not in self._ranges or self.is_folded(line) == on:
            return
        if on:
            self._folded.append(QTextCursor(self._editor.document().findBlockByNumber(line)))
        else:
            self._folded = [cursor for cursor in self._folded if cursor.blockNumber() != line]
        self._apply()
        self.changed.emit()

    def fold_all(self) -> None:
        """Fold every node that is not the outermost."""
        document = self._editor.document()
        outer = _outermost(self._ranges)
        lines = [line for line in self._ranges if line not in outer] or list(self._ranges)
        self._folded = [QTextCursor(document.findBlockByNumber(line)) for line in lines]
        self._apply()
        self.changed.emit()

    def unfold_all(self) -> None:
        if self._folded:
            self._folded = []
            self._apply()
            self.changed.emit()

    def reveal(self, line: int) -> None:
        """Unfold whatever hides a line."""
        hiding = {first for first in self.folded() if first < line <= self._ranges[first]}
        if hiding:
            self._folded = [cursor for cursor in self._folded if cursor.blockNumber() not in hiding]
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        """Show and hide lines as it is now."""
        hidden = 0
        self._folded = [cursor for cursor in self._folded if cursor.blockNumber() in self._ranges]
        folded = self.folded()
        document = self._editor.document()
        block: QTextBlock = document.begin()
        until = -1
        while block.isValid():
            line = block.blockNumber()
            visible = line > until
            if block.isVisible() != visible:
                block.setVisible(visible)
                block.setLineCount(1 if visible else 0)
            hidden += not visible
            if line in folded:
                until = max(until, self._ranges[line])
            block = block.next()
        layout = document.documentLayout()
        if isinstance(layout, QPlainTextDocumentLayout):
            layout.requestUpdate()
            layout.documentSizeChanged.emit(layout.documentSize())
        self._editor.viewport().update()


def _outermost(ranges: Mapping[int, int]) -> set[int]:
    found: set[int] = set()
    until = -1
    for first in sorted(ranges):
        if first > until:
            found.add(first)
            until = ranges[first]
    return found
