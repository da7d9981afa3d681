"""Looking for a text in a review: among the differences of the tree, or in the lines of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.diff_export import shown_path, shown_values
from netconf_gui.gui.forms import fix_height, label, named, row, tool_button
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import SearchField
from netconf_gui.services.change import masked

if TYPE_CHECKING:
    from netconf_gui.gui.panes.diff import DiffPane


class DiffFind(QWidget):
    """Object name `diffFind`: hidden until `start`; Return and Shift+Return go on, Esc ends it."""

    def __init__(self, pane: DiffPane) -> None:
        super().__init__()
        named(self, "diffFind", "Find in the review", role="bar")
        fix_height(self, SIZES.bar)
        self._pane = pane
        line = row(self, margins=(12, 0, 8, 0), spacing=4)
        self.field = SearchField("diffFindField", "Find in the review")
        self.words = label("", "diffFindWords", kind="label")
        up = tool_button("Previous hit", "diffFindPrevious", icon="up")
        down = tool_button("Next hit", "diffFindNext", icon="down")
        close = tool_button("End the search", "diffFindClose", icon="close")
        up.clicked.connect(lambda: self.step(-1))
        down.clicked.connect(lambda: self.step(1))
        close.clicked.connect(self.end)
        line.addWidget(self.field, 1)
        for widget in (self.words, up, down, close):
            line.addWidget(widget)
        self.field.textChanged.connect(lambda _text: self.words.setText(""))
        self.hide()

    def start(self) -> None:
        """Show the field, with the cursor in it."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def end(self) -> None:
        """Hide it; the cursor goes back to what was looked through."""
        self.hide()
        self._pane.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def step(self, by: int) -> None:
        """Go to the next or previous hit; from the last one to the first."""
        wanted = self.field.text().strip().casefold()
        if not wanted:
            return
        pane = self._pane
        if pane.modes.current == "tree":
            found = pane.model.changes
            hits = [number for number, entry in enumerate(found) if wanted in _words(entry)]
            at = pane.at
        else:
            hits = pane.text.rows.hits(wanted)
            at = pane.text.rows.line_at(pane.text.current, last=by > 0)
        if not hits:
            self.words.setText("Nothing found")
            return
        later = [number for number in hits if number > at] if by > 0 else [number for number in hits if number < at]
        hit = (later or hits)[0 if by > 0 else -1]
        self.words.setText(f"{hits.index(hit) + 1:,} of {len(hits):,}")
        if pane.modes.current == "tree":
            pane.tree.show_change(hit)
        else:
            pane.text.show_line(hit)


def _words(entry: DiffEntry) -> str:
    """What of a difference can be found; never a secret."""
    old, new = shown_values(entry, masked)
    return f"{shown_path(entry.path, masked).short()} {old or ''} {new or ''} {entry.kind}".casefold()
