"""What happened during an apply, line by line: time, stage, words, and the node a line is about."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role

HEADERS = ("Time", "Stage", "What happened")
PATH = Qt.ItemDataRole.UserRole + 52


@dataclass(frozen=True, slots=True)
class LogLine:
    """`icon` is success, info, warning, error or timer (running); `path` leads to a node."""

    when: float  # seconds since the epoch
    stage: str
    text: str
    icon: str = "info"
    path: str = ""


class ApplyLogModel(FlatTable):
    """Lines in the order in which things happened."""

    headers = HEADERS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("applyLogModel")
        self.lines: list[LogLine] = []

    def clear(self) -> None:
        self.beginResetModel()
        self.lines = []
        self.endResetModel()

    def show(self, lines: list[LogLine]) -> None:
        """Other lines; those that are only more than before are put at the end."""
        if self.lines and lines[: len(self.lines)] == self.lines:
            self.beginInsertRows(QModelIndex(), len(self.lines), len(lines) - 1)
            self.lines = list(lines)
            self.endInsertRows()
            return
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def add(self, stage: str, text: str, icon: str = "info", path: str = "", *, at: int | None = None) -> None:
        """Append a line as of now, or insert one with the time of the line before it."""
        at = len(self.lines) if at is None else at
        when = time.time() if at == len(self.lines) or at == 0 else self.lines[at - 1].when
        self.beginInsertRows(QModelIndex(), at, at)
        self.lines.insert(at, LogLine(when, stage, text, icon, path))
        self.endInsertRows()

    def size(self) -> int:
        return len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            when = datetime.fromtimestamp(line.when)
            return (f"{when:%H:%M:%S}.{when.microsecond // 100_000}", line.stage, line.text)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 2:
            return f"{line.text}\n{line.path}" if line.path else line.text
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 1:
            ink = line.icon if line.icon in ("success", "info", "warning", "error") else "text2"
            return icons.icon(line.icon, ink)
        if role == Role.MONO:
            return index.column() == 0
        if role == PATH:
            return line.path
        return None
