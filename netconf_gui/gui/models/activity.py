"""The model of the Activity pane: background work, newest first, with its progress and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Slot

from netconf_gui.errors import AppError
from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role
from netconf_gui.gui.tasks import Task, TaskManager, TaskState

COLUMNS = ("Started", "Work", "Progress", "State")
KEPT = 200
WORDS = {
    TaskState.WAITING: "waiting",
    TaskState.RUNNING: "running",
    TaskState.STOPPING: "stopping…",
    TaskState.DONE: "done",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "stopped",
}
PICTURES = {
    TaskState.DONE: ("success", "success"),
    TaskState.FAILED: ("error", "error"),
    TaskState.CANCELLED: ("stop", "text2"),
}


@dataclass
class Line:
    """What is kept of a task; the task itself goes when it has ended."""

    number: int
    title: str
    subject: str
    started: float
    task: Task | None
    state: TaskState
    text: str = ""
    fraction: float | None = None
    ended: float | None = None

    def seconds(self) -> float:
        return (self.ended or time.time()) - self.started


class ActivityModel(FlatTable):
    """Follows a TaskManager; quiet tasks are not listed."""

    headers = COLUMNS

    def __init__(self, manager: TaskManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        manager.added.connect(self._added)

    def task(self, index: Index) -> Task | None:
        """The running task of a row."""
        return self._lines[index.row()].task if index.isValid() else None

    def line_text(self, index: Index) -> str:
        """A row in words, to copy."""
        line = self._lines[index.row()]
        return f"{line.title}: {WORDS[line.state]}. {line.text}".strip()

    def clear_ended(self) -> None:
        self.beginResetModel()
        self._lines = [line for line in self._lines if line.task is not None]
        self.endResetModel()

    @Slot(object)
    def _added(self, task: Task) -> None:
        if task.quiet:
            return
        line = Line(task.number, task.title, task.subject, task.started_at, task, task.state)
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._lines.insert(0, line)
        self.endInsertRows()
        task.changed.connect(self._changed)
        if len(self._lines) > KEPT and self._lines[-1].task is None:
            last = len(self._lines) - 1
            self.beginRemoveRows(QModelIndex(), last, last)
            self._lines.pop()
            self.endRemoveRows()

    @Slot()
    def _changed(self) -> None:
        task = self.sender()
        for row, line in enumerate(self._lines):
            if line.task is task and isinstance(task, Task):
                _copy(task, line)
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
                return

    def size(self) -> int:
        return len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._lines[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Role.FRACTION and column == 2 and line.state in (TaskState.RUNNING, TaskState.STOPPING):
            return -1.0 if line.fraction is None else line.fraction
        if role == Qt.ItemDataRole.DecorationRole and column == 3 and line.state in PICTURES:
            return icons.icon(*PICTURES[line.state])
        if role == Role.MONO:
            return column == 0
        if role == Role.INK:
            return "text2" if column == 0 else "error" if column == 3 and line.state is TaskState.FAILED else None
        if role == Role.SIDE and column == 1:
            return line.subject
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.line_text(index)
        return None

    def _text(self, line: Line, column: int) -> str:
        if column == 0:
            return time.strftime("%H:%M:%S", time.localtime(line.started))
        if column == 1:
            return line.title
        if column == 2:
            return f"{line.seconds():.1f} s" if line.task is None else ""
        if line.state is TaskState.FAILED or (line.text and line.task is not None):
            return line.text
        return WORDS[line.state]


def _copy(task: Task, line: Line) -> None:
    line.state, line.fraction, line.ended = task.state, task.fraction, task.ended_at
    line.text = task.text
    if task.state is TaskState.FAILED:
        line.text = task.error.message if isinstance(task.error, AppError) else "failed unexpectedly"
    if task.ended:
        line.task = None
