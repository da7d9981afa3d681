"""The bar over a text document: where one is, the search in it, what has changed."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from netconf_gui.gui.forms import fix_height, fix_width, label, named, row, tool_button
from netconf_gui.gui.panes.document_bar import FindField
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, ElidedLabel


class CliBar(QWidget):
    """Object name `cliBar`; `searched(text)`, `stepped(forward)`, `left()` from the search field."""

    searched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "cliBar", "Place and search", role="bar")
        fix_height(self, SIZES.bar)
        line = row(self, margins=(12, 0, 8, 0), spacing=8)
        self.place = ElidedLabel("cliPlace", "")
        self.search = FindField("cliSearch", "Search the text")
        self.search.setToolTip("Search the text; Enter and Shift+Enter step through the hits")
        fix_width(self.search, 200)
        self.count = label("", "cliSearchCount", kind="label")
        self.previous = tool_button("Previous hit (Shift+F3)", "cliSearchPrevious", icon="up")
        self.next = tool_button("Next hit (F3)", "cliSearchNext", icon="down")
        line.addWidget(self.place, 1)
        for widget in (self.search, self.count, self.previous, self.next):
            line.addWidget(widget)
        self.search.textChanged.connect(self.searched)
        self.show_hits(0, -1)

    def show_hits(self, hits: int, current: int) -> None:
        """ "3 of 17", "no hits"; nothing while nothing is searched for."""
        asked = bool(self.search.text())
        text = "no hits" if not hits else f"{current + 1} of {hits:,}" if current >= 0 else f"{hits:,} hits"
        for widget in (self.count, self.previous, self.next):
            widget.setVisible(asked)
        self.count.setText(text if asked else "")
        self.count.setAccessibleName(text if asked else "no search")
        for button in (self.previous, self.next):
            button.setEnabled(hits > 0)

    def show_place(self, words: str) -> None:
        self.place.setText(words)
        self.place.setAccessibleName(words or "no section")


class CliStateBar(QWidget):
    """Object name `cliStateBar`: filter of the sections, when it was fetched, how much has changed."""

    changes_only = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        named(self, "cliStateBar", "View", role="bar")
        fix_height(self, SIZES.bar)
        line = row(self, margins=(8, 0, 12, 0), spacing=8)
        self.only = tool_button(
            "Show only sections that differ from what was fetched",
            "cliChangesOnly",
            icon="filter",
            text="Changes only",
            checkable=True,
        )
        self.collapse = tool_button("Fold all sections", "cliFoldAll", icon="collapse")
        self.expand = tool_button("Unfold all sections", "cliUnfoldAll", icon="expand")
        self.fetched = label("", "cliFetched", kind="label")
        self.read_only = Chip("cliReadOnly", "", "plain")
        self.chip = Chip("cliChanges", "", "changed")
        for widget in (self.only, self.collapse, self.expand):
            line.addWidget(widget)
        line.addStretch(1)
        for last in (self.fetched, self.read_only, self.chip):
            line.addWidget(last)
        self.chip.hide()
        self.read_only.hide()
        self.only.toggled.connect(self.changes_only)

    def show_origin(self, fetched_at: float | None, read_only: str) -> None:
        words = time.strftime("Fetched %H:%M:%S", time.localtime(fetched_at)) if fetched_at else ""
        self.fetched.setText(words)
        self.fetched.setAccessibleName(words or "not fetched")
        self.read_only.show_text(read_only, "plain")

    def show_changes(self, count: int) -> None:
        self.chip.show_text(f"{count:,} change{'' if count == 1 else 's'}" if count else "", "changed")
