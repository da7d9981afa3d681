"""Two datastores of a device side by side: what differs, as a tree and as text.

Lives here: the page and which two are chosen (`read_wanted`).  Does not live here: reading and comparing
(`gui/datastore_differences`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QStackedWidget, QWidget

from netconf_gui.config.diff import Diff
from netconf_gui.gui.forms import action, column, fix_height, label, named, row, tool_button
from netconf_gui.gui.models.diff_outline import DiffMarks
from netconf_gui.gui.models.diff_text import TextRows
from netconf_gui.gui.models.diff_tree import DiffTreeModel
from netconf_gui.gui.panes.diff_text_view import DiffTextView
from netconf_gui.gui.panes.diff_tree_view import DiffTreeView
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Segments


@dataclass(frozen=True)
class Compared:
    """What a worker brings back: the differences that lead from one datastore to the other."""

    old: str
    new: str
    difference: Diff
    marks: DiffMarks
    text: TextRows
    at: float  # seconds since the epoch
    summary: str = ""


class DatastoreDifference(QWidget):
    """Object name `datastoreDifference`; `read_wanted(old, new)` when these two are to be compared."""

    read_wanted = Signal(str, str)

    def __init__(self, device_id: str, name: str, datastores: Sequence[str], pair: tuple[str, str]) -> None:
        super().__init__()
        named(self, "datastoreDifference", f"Datastores of {name} compared", role="pane")
        self.device_id, self.name = device_id, name
        self.compared: Compared | None = None
        layout = column(self)
        layout.addWidget(self._bar(datastores, pair))
        self.model = DiffTreeModel(self)
        self.tree = DiffTreeView(self.model, "datastoreDifferenceTree", "Differences")
        self.text = DiffTextView("datastoreDifferenceText", "Differences as text")
        self.empty = EmptyState("datastoreDifferenceEmpty", "diff", "Comparing…", "")
        self._stack = named(QStackedWidget(), "datastoreDifferenceStack", "Differences")
        for part in (self.empty, self.tree, self.text):
            self._stack.addWidget(part)
        layout.addWidget(self._stack, 1)
        foot = named(QFrame(), "datastoreDifferenceFoot", "What was compared", role="foot")
        fix_height(foot, SIZES.status)
        inside = row(foot, margins=(12, 0, 12, 0))
        self.said = ElidedLabel("datastoreDifferenceState")
        self.said.setProperty("kind", "hint")
        inside.addWidget(self.said, 1)
        layout.addWidget(foot)
        self.refresh_action = action(
            self, "&Refresh", "datastoreDifferenceRefreshAction", icon="refresh", shortcut="F5"
        )
        self.refresh_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.refresh_action.triggered.connect(self.refresh)
        self.addAction(self.refresh_action)
        self.setFocusProxy(self.tree)

    def _bar(self, datastores: Sequence[str], pair: tuple[str, str]) -> QWidget:
        bar = named(QFrame(), "datastoreDifferenceBar", "What is compared", role="bar")
        fix_height(bar, SIZES.bar)
        inside = row(bar, margins=(12, 0, 8, 0), spacing=8)
        self.old = named(QComboBox(), "differenceOld", "From datastore")
        self.new = named(QComboBox(), "differenceNew", "To datastore")
        for combo, chosen in zip((self.old, self.new), pair, strict=True):
            combo.addItems([one.capitalize() for one in datastores])
            combo.setCurrentIndex(max(0, list(datastores).index(chosen)) if chosen in datastores else 0)
            combo.activated.connect(lambda _at: self.refresh())
        self.modes = Segments(
            "differenceModes", "How differences are shown", (("tree", "Tree", ""), ("text", "Text", ""))
        )
        self.modes.chosen.connect(lambda _key: self._show())
        refresh = tool_button("Compare again (F5)", "differenceRefresh", icon="refresh", text="Refresh")
        refresh.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        refresh.clicked.connect(self.refresh)
        inside.addWidget(label("What leads from", "differenceFrom", kind="label"))
        inside.addWidget(self.old)
        inside.addWidget(label("to", "differenceTo", kind="label"))
        inside.addWidget(self.new)
        inside.addStretch(1)
        inside.addWidget(self.modes)
        inside.addWidget(refresh)
        return bar

    @property
    def pair(self) -> tuple[str, str]:
        """The two datastores that are chosen."""
        return self.old.currentText().lower(), self.new.currentText().lower()

    def refresh(self) -> None:
        """Read both and compare them."""
        old, new = self.pair
        if old == new:
            self.compared = None
            self._tell("The same datastore twice", "Choose two different datastores.")
            return
        self._tell("Comparing…", f"{old.capitalize()} and {new} of {self.name} are read.")
        self.read_wanted.emit(old, new)

    def show_compared(self, compared: Compared) -> None:
        """A comparison has arrived; one of another pair is not shown."""
        if (compared.old, compared.new) != self.pair:
            return
        self.compared = compared
        self.model.headers[2], self.model.headers[3] = compared.old.capitalize(), compared.new.capitalize()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 2, 3)
        self.model.show(compared.difference, compared.marks)
        self.text.show_rows(compared.text)
        clock = time.strftime("%H:%M:%S", time.localtime(compared.at))
        self.said.setText(f"{compared.summary} Read at {clock}")
        self.said.setAccessibleName(self.said.text())
        self._show()

    def show_failure(self, text: str) -> None:
        """There is no comparison: say why."""
        self.compared = None
        self._tell("Nothing could be compared", text)

    def _tell(self, title: str, text: str) -> None:
        self.empty.say(title, text)
        self.said.setText("")
        self._stack.setCurrentWidget(self.empty)

    def _show(self) -> None:
        if self.compared is None:
            return
        if not self.compared.difference.entries:
            old, new = self.pair
            self.empty.say("No differences", f"{old.capitalize()} and {new} hold the same configuration.")
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self.tree if self.modes.current == "tree" else self.text)
