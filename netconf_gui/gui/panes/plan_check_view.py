"""What became of an edit-config that was edited by hand: what a server would refuse and where, or where it leads."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from netconf_gui.config.summary import summary
from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, named, push_button, row
from netconf_gui.gui.models.diff_tree import DiffTreeModel
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.diff_tree_view import DiffTreeView
from netconf_gui.gui.review_check import CheckedEdit, Refusal
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme

LINE = Qt.ItemDataRole.UserRole + 60
ROWS = 6  # rows of a list that are seen at once


class PlanCheckView(QWidget):
    """Hidden while there is nothing to list; `line_wanted(line)`, `adopt_wanted()`."""

    line_wanted = Signal(int)
    adopt_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "planCheck", "What the edited text leads to")
        layout = column(self, spacing=6)
        self.refusals = RowTree("planErrors", "What the device would refuse")
        self.refusals.setHeaderHidden(True)
        named(self.refusals.header(), "planErrorsHeader", "Columns")
        self.refusals.setRootIsDecorated(False)
        self._errors = QStandardItemModel(self)
        self._errors.setObjectName("planErrorsModel")
        self.refusals.setModel(self._errors)
        self.refusals.activated_index.connect(self._wanted)
        self.refusals.clicked.connect(self._wanted)
        self.model = DiffTreeModel(self)
        self.model.headers = ["", "Node", "Draft", "Edited by hand"]
        self.tree = DiffTreeView(self.model, "planLeft", "Where it leads elsewhere than to the draft")
        self.adopt = push_button("Make it the draft", "planAdoptButton", icon="draft")
        self.adopt.setToolTip("The document becomes what the edited text leads to: one step to undo")
        self.adopt.clicked.connect(self.adopt_wanted)
        buttons = row(spacing=8)
        buttons.addWidget(self.adopt)
        buttons.addStretch(1)
        layout.addWidget(self.refusals)
        layout.addWidget(self.tree)
        layout.addLayout(buttons)
        theme().changed.connect(self._fit)
        self._fit()
        self.clear()

    def _fit(self) -> None:
        rows = min(ROWS, max(1, self._errors.rowCount()))
        for view, most in ((self.refusals, rows), (self.tree, ROWS)):
            # they give way where there is little room: the text above is what is worked on
            view.setMinimumHeight(theme().row_height * min(most, 3) + theme().px(2))
            view.setMaximumHeight(theme().row_height * most + theme().px(2))

    def clear(self) -> None:
        """Nothing to say."""
        self.hide()

    def show_check(self, checked: CheckedEdit) -> tuple[str, str]:
        """List what is to be listed; returns the kind and the words of the line above."""
        self._errors.clear()
        for refusal in checked.refusals:
            self._errors.appendRow(_item(refusal))
        self._fit()
        self.refusals.setVisible(bool(checked.refusals))
        other = checked.state == "other" and checked.left is not None
        if checked.left is not None and other:
            self.model.show(checked.left)
        self.tree.setVisible(other)
        self.adopt.setVisible(other)
        self.setVisible(other or bool(checked.refusals))
        kind, words = _words(checked)
        return kind, " ".join((words, *checked.notes))

    def _wanted(self, index: QModelIndex) -> None:
        line = index.data(LINE)
        if isinstance(line, int) and line > 0:
            self.line_wanted.emit(line)


def _item(refusal: Refusal) -> QStandardItem:
    error = refusal.error
    place = f"Line {refusal.line}: " if refusal.line else ""
    item = QStandardItem(icons.icon("error", "error"), f"{place}{error.message or error.tag} ({error.tag})")
    item.setData(refusal.line, LINE)
    item.setToolTip(str(error))
    item.setEditable(False)
    return item


def _words(checked: CheckedEdit) -> tuple[str, str]:
    if checked.state == "broken":
        place = f"Line {checked.line}, column {checked.column}: " if checked.line else ""
        return "error", f"It cannot be read. {place}{checked.words}"
    if checked.state == "refused":
        count = count_words(len(checked.refusals), "error")
        return "error", f"Dry run: refused, {count}. Choose one to go to its line."
    if checked.state == "nothing":
        differs = " The draft differs from that." if checked.left is not None else ""
        return "warning", f"Dry run: it changes nothing on the device.{differs}"
    if checked.state == "same" or checked.left is None:
        return "success", "Dry run: the result equals the draft."
    count = count_words(len(checked.left), "difference")
    return "warning", f"Dry run: it leads to something else than the draft, {count}. {summary(checked.left, 200)}"
