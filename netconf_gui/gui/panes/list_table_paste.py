"""What pasting a table would do, shown before it is done: which column is which, new and changed rows, what is wrong.

Lives here: the dialog and the model of its preview.  Does not live here: the plan (`config.table_paste`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QWidget
from shiboken6 import isValid

from netconf_gui.config.document import Document
from netconf_gui.config.edits import Edit, Group
from netconf_gui.config.table import Column
from netconf_gui.config.table_paste import (
    ColumnMap,
    PastePlan,
    PasteRow,
    as_group,
    guess_mapping,
    has_patterns,
    paste_edits,
    plan_paste,
)
from netconf_gui.config.table_places import Place
from netconf_gui.config.table_text import Rows
from netconf_gui.errors import ConfigError
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.models.list_table import AT_ONCE, CELL, SLICE, CellLook, Index
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.list_table_delegate import CellDelegate
from netconf_gui.gui.panes.list_table_view import PlainGrid
from netconf_gui.gui.tasks import Task
from netconf_gui.gui.theme import theme
from netconf_gui.yang.schema import NodeKind

KINDS = {"new": "new", "changed": "changed", "same": "no change", "invalid": "left out"}
ROW_STATES = {"new": "added"}
LEFT_OUT = "left out"
MOST_CHECKED = 2000  # values that the engine looks at

Checker = Callable[[Sequence[tuple[Column, str]]], Task]
"""Starts a check of values; its result is a sentence for each that is wrong, "" for the others."""


class PreviewModel(QAbstractTableModel):
    """Pasted rows with what becomes of each in the first column."""

    def __init__(self, rows: Rows, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("pastePreviewModel")
        self._texts = rows
        self.width = max((len(one) for one in rows), default=0)
        self.mapping = ColumnMap(())
        self.planned: list[PasteRow] = []

    def show_plan(self, mapping: ColumnMap, planned: list[PasteRow]) -> None:
        """Show these rows; the list may grow, see `grown`."""
        self.beginResetModel()
        self.mapping = mapping
        self.planned = planned
        self._known = len(planned)
        self.endResetModel()

    def grown(self) -> None:
        """More rows have been looked at."""
        if len(self.planned) > self._known:
            self.beginInsertRows(QModelIndex(), self._known, len(self.planned) - 1)
            self._known = len(self.planned)
            self.endInsertRows()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else getattr(self, "_known", 0)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.width + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(self.planned[section].number) if section < len(self.planned) else None
        if section == 0:
            return "What happens"
        target = self.target(section)
        return target.label if target is not None else LEFT_OUT

    def target(self, section: int) -> Column | None:
        """The column of the list that a column of the preview goes to."""
        at = section - 1
        return self.mapping.targets[at] if 0 <= at < len(self.mapping.targets) else None

    def problem(self, row: int, section: int) -> str:
        """What is wrong with a cell, or with the row as a whole in its first cell; "" if nothing."""
        planned = self.planned[row]
        if section == 0:
            return planned.problem
        target = self.target(section)
        return next((one.problem for one in planned.cells if one.column is target and one.problem), "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.planned):
            return None
        look = self._look(index.row(), index.column())
        if role == CELL:
            return look
        if role == Qt.ItemDataRole.DisplayRole:
            return look.text or look.ghost
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            was = "" if look.old is None else f"Now: {look.old}"
            words = [look.message, was] if role == Qt.ItemDataRole.ToolTipRole else [look.text, look.message, was]
            return "\n".join(word for word in words if word) or None
        return None

    def _look(self, row: int, section: int) -> CellLook:
        planned = self.planned[row]
        row_state = ROW_STATES.get(planned.kind, "same")
        problem = self.problem(row, section)
        severity = "error" if problem else ""
        if section == 0:
            return CellLook(
                KINDS[planned.kind], row_state=row_state, severity=severity, message=problem, read_only=True
            )
        texts = self._texts[planned.number - 1]
        text = texts[section - 1] if section <= len(texts) else ""
        target = self.target(section)
        if target is None:
            return CellLook(text, read_only=True)
        cell = next((one for one in planned.cells if one.column is target), None)
        changed = cell is not None and cell.changes and planned.kind == "changed" and not target.is_key
        old = cell.before if cell is not None and changed and cell.before is not None else None
        state = "changed" if changed else "same"
        return CellLook(text, "", old, state, row_state, severity, problem, target.numeric)


class PasteDialog(QDialog):
    """Shows what pasting `rows` would do; `apply(commands, plan)` when it is to be done."""

    def __init__(
        self,
        document: Document,
        place: Place,
        columns: Sequence[Column],
        displayed: Sequence[Column],
        rows: Rows,
        parent: QWidget,
        *,
        fallback: Sequence[etree._Element] = (),
        apply: Callable[[Group, PastePlan], object],
        check: Checker | None = None,
    ) -> None:
        super().__init__(parent)
        title = f"Paste into {place.name}"
        named(self, "pasteDialog", title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme().px(860), theme().px(560))
        self._document, self._place, self._columns = document, place, tuple(columns)
        self._rows, self._fallback = rows, fallback
        self._apply, self._check = apply, check
        self._known: dict[tuple[Column, str], str] = {}
        self._checking: Task | None = None
        self._mapping = guess_mapping(rows, columns, displayed)
        self._work: Iterator[object] = iter(())
        self._planned: list[PasteRow] = []
        self._edits: list[Edit] = []
        self._applying = False
        self.model = PreviewModel(rows, self)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(lambda: self._slice(SLICE))
        self._build(title)
        self._show_mapping()
        self.plan_again()

    def _build(self, title: str) -> None:
        layout = column(self)
        body = named(QWidget(), "pasteBody", title, role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 12), spacing=8)
        inside.addWidget(label(title, "pasteTitle", kind="title"))
        self.summary = label("", "pasteSummary", kind="secondary", wrap=True)
        inside.addWidget(self.summary)
        inside.addLayout(self._options())
        self.view = PlainGrid("pastePreview", "What is pasted")
        self.view.setModel(self.model)
        self.view.setItemDelegate(CellDelegate(self.view, self.view))
        self.view.setEditTriggers(PlainGrid.EditTrigger.NoEditTriggers)
        self.view.horizontalHeader().sectionClicked.connect(self._heading_clicked)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._say_problem())
        inside.addWidget(self.view, 1)
        below = row(spacing=8)
        self.problem = label("", "pasteProblem", kind="error", wrap=True)
        self.next = push_button("Next problem", "pasteNextProblem", icon="down")
        self.next.setAutoDefault(False)
        self.next.clicked.connect(self._next_problem)
        below.addWidget(self.problem, 1)
        below.addWidget(self.next)
        inside.addLayout(below)
        layout.addWidget(body, 1)
        layout.addWidget(self._foot())

    def _options(self) -> QHBoxLayout:
        line = row(spacing=8)
        self.source = named(QComboBox(), "pasteSource", "Pasted column")
        self.target = named(QComboBox(), "pasteTarget", "Column of the list")
        for box in (self.source, self.target):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(18)
            box.setMaxVisibleItems(16)
        self.target.addItem(LEFT_OUT, None)
        for number, one in enumerate(self._columns):
            if one.is_key or not one.read_only or (one.node is not None and one.node.kind is NodeKind.LEAF_LIST):
                self.target.addItem(one.label if one.path in ("", one.label) else f"{one.label}  ({one.path})", number)
        self.header = named(QCheckBox("First row has names"), "pasteHeader", "First row has names")
        self.header.setChecked(self._mapping.header)
        self.blanks = named(QCheckBox("Empty cells take values away"), "pasteBlanks", "Empty cells take values away")
        self.source.currentIndexChanged.connect(self._source_chosen)
        self.target.activated.connect(self._target_chosen)
        self.header.toggled.connect(self._header_toggled)
        self.blanks.toggled.connect(lambda _on: self.plan_again())
        line.addWidget(self.source)
        line.addWidget(label("goes to", "pasteGoesTo", kind="label"))
        line.addWidget(self.target)
        line.addSpacing(theme().px(12))
        line.addWidget(self.header)
        line.addWidget(self.blanks)
        line.addStretch(1)
        return line

    def _foot(self) -> QWidget:
        foot = named(QWidget(), "pasteFoot", "Buttons", role="dialog-foot")
        layout = row(foot, margins=(20, 12, 20, 12), spacing=8)
        layout.addStretch(1)
        cancel = push_button("Cancel", "pasteCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.button = push_button("Paste", "pasteButton", role="primary")
        self.button.setDefault(True)
        self.button.clicked.connect(self.accept)
        layout.addWidget(cancel)
        layout.addWidget(self.button)
        return foot

    # which column is which

    def _show_mapping(self) -> None:
        """Name the pasted columns; the one that was chosen stays chosen."""
        at = max(0, self.source.currentIndex())
        self.source.blockSignals(True)
        self.source.clear()
        first = self._rows[0] if self._rows else []
        for number in range(self.model.width):
            text = first[number].strip() if number < len(first) else ""
            self.source.addItem(f"{number + 1}: {text[:30]}" if text else f"Column {number + 1}")
        self.source.setCurrentIndex(min(at, self.source.count() - 1))
        self.source.blockSignals(False)
        self._source_chosen()

    def _source_chosen(self) -> None:
        at = self.source.currentIndex()
        target = self._mapping.targets[at] if 0 <= at < len(self._mapping.targets) else None
        number = self._columns.index(target) if target is not None else None
        self.target.setCurrentIndex(max(0, self.target.findData(number)))

    def _target_chosen(self) -> None:
        number = self.target.currentData()
        wanted = self._columns[number] if isinstance(number, int) else None
        targets = [None if one is wanted else one for one in self._mapping.targets]
        targets[self.source.currentIndex()] = wanted
        self._mapping = ColumnMap(tuple(targets), self.header.isChecked())
        self.plan_again()

    def _heading_clicked(self, section: int) -> None:
        if section > 0:
            self.source.setCurrentIndex(section - 1)
            self.target.setFocus()

    def _header_toggled(self, on: bool) -> None:
        self._mapping = ColumnMap(self._mapping.targets, on)
        self.plan_again()

    # the plan, in slices

    def plan_again(self) -> None:
        """Look at all rows again."""
        self._planned = []
        self._work = plan_paste(
            self._document, self._place, self._columns, self._rows, self._mapping,
            blanks_unset=self.blanks.isChecked(), fallback=self._fallback, known=self._known,
        )  # fmt: skip
        self._applying = False
        self.model.show_plan(self._mapping, self._planned)
        self._slice(AT_ONCE)

    @property
    def plan(self) -> PastePlan:
        is_values = self._place.node is not None and self._place.node.kind is NodeKind.LEAF_LIST
        keys = tuple(one for one in self._columns if one.is_key or (is_values and not one.tags))
        return PastePlan(self._place, keys, tuple(self._planned))

    @property
    def busy(self) -> bool:
        return self._timer.isActive()

    def _slice(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        try:
            for step in self._work:
                if isinstance(step, PasteRow):
                    self._planned.append(step)
                elif step is not None:
                    self._edits.append(step)  # type: ignore[arg-type]
                if time.perf_counter() > until:
                    self._timer.start()
                    self.model.grown()
                    self._say()
                    return
        except ConfigError as error:
            self._timer.stop()
            self._applying = False
            self.problem.setText(error.full_text())
            return
        self._timer.stop()
        self.model.grown()
        if self._applying:
            self._finish()
            return
        self.view.size_to_contents()
        self._check_values()
        self._say()
        self._say_problem()

    def _check_values(self) -> None:
        """Have the engine look at what types alone do not tell; the rows are looked at again if it finds something."""
        every = (one for planned in self._planned for one in planned.cells if one.text and not one.problem)
        asked = {(one.column, one.text) for one in every if has_patterns(one.column.info)}
        pairs = [pair for pair in asked if pair not in self._known][:MOST_CHECKED]
        if self._check is None or not pairs or self._checking is not None:
            return
        task = self._checking = self._check(pairs)
        task.done.connect(lambda found: self._checked(found) if isValid(self) else None)
        task.failed.connect(lambda _error: self._checked({}) if isValid(self) else None)

    def _checked(self, found: Mapping[tuple[Column, str], str]) -> None:
        self._checking = None
        self._known.update(found)
        if any(found.values()):
            self.plan_again()
        else:
            self._say()

    def _say(self) -> None:
        plan = self.plan
        counts = [
            f"{plan.count(kind):,} {words}"
            for kind, words in (("new", "new"), ("changed", "changed"), ("same", "without change"))
            if plan.count(kind)
        ]
        bad = plan.count("invalid")
        if bad:
            counts.append(f"{bad:,} left out, because something is wrong with {'it' if bad == 1 else 'them'}")
        words = f"{count_words(len(plan.rows), 'row')}: {', '.join(counts)}." if counts else "There are no rows."
        if self._checking is not None:
            words += " Checking the values…"
        if self.busy:
            words = f"Looking at row {len(plan.rows):,} of {len(self._rows):,}…"
        self.summary.setText(words)
        self.summary.setAccessibleName(words)
        count = plan.count("new") + plan.count("changed")
        self.button.setText(f"Paste {count_words(count, 'row')}" if count else "Nothing to paste")
        self.button.setEnabled(count > 0 and not self.busy and self._checking is None)
        self.next.setVisible(bad > 0)

    def _say_problem(self) -> None:
        """What is wrong at the cursor, else what is wrong first."""
        at = self.view.currentIndex()
        problem = self.model.problem(at.row(), at.column()) if at.isValid() and at.row() < len(self._planned) else ""
        if not problem:
            bad = next((one for one in self._planned if one.kind == "invalid"), None)
            problem = f"Row {bad.number}: {bad.problems[0]}" if bad is not None and bad.problems else ""
        self.problem.setText(problem)
        self.problem.setAccessibleName(problem or "no problem")

    def _next_problem(self) -> None:
        at = self.view.currentIndex()
        row_at, section_at = (at.row(), at.column()) if at.isValid() else (-1, self.model.width)
        for number in range(len(self._planned)):
            here = (row_at + number) % len(self._planned) if row_at >= 0 else number
            if self._planned[here].kind != "invalid":
                continue
            first = section_at + 1 if number == 0 and row_at >= 0 else 0
            found = next((at for at in range(first, self.model.width + 1) if self.model.problem(here, at)), -1)
            if found >= 0:
                self.view.setCurrentIndex(self.model.index(here, found))
                return
        if row_at >= 0:
            self.view.setCurrentIndex(QModelIndex())
            self._next_problem()

    # doing it

    def accept(self) -> None:
        """Make the commands in slices, and apply them as one step."""
        if not self.button.isEnabled() or self.busy:
            return
        self._edits = []
        self._applying = True
        self._work = paste_edits(self._document, self.plan)
        self.button.setEnabled(False)
        self._slice(AT_ONCE)

    def _finish(self) -> None:
        plan = self.plan
        super().accept()
        self._apply(as_group(self._edits, plan), plan)

    def reject(self) -> None:
        self._timer.stop()
        if self._checking is not None:
            self._checking.cancel()
        super().reject()
