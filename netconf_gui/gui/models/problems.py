"""The findings of a document as a table model: what is wrong, where, and who found it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role
from netconf_gui.yang.problem import Problem

HEADERS = ("Problem", "Where", "Found by")
PATH = Qt.ItemDataRole.UserRole + 50
_FOUND_BY = {
    "": "Live check",
    "yang": "Live check",
    "libyang": "Live check",
    "xml": "XML text",
    "device": "The device",
    "schema missing": "No schema",
    "not checked": "Not checked",
}


class ProblemsModel(FlatTable):
    """Errors first, then warnings, each in the order they were found in."""

    headers = HEADERS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problemsModel")
        self.problems: list[Problem] = []
        self.stale = False

    def show(self, problems: tuple[Problem, ...]) -> bool:
        """Show these findings; False if they are the same."""
        ordered = sorted(problems, key=lambda problem: not problem.is_error)
        if ordered == self.problems:
            return False
        self.beginResetModel()
        self.problems = ordered
        self.endResetModel()
        return True

    def set_stale(self, stale: bool) -> None:
        """Whether the findings are as of before the last edit: they are dimmed then."""
        if stale != self.stale:
            self.stale = stale
            if self.problems:
                last = self.index(len(self.problems) - 1, len(HEADERS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)

    def problem_at(self, index: Index) -> Problem | None:
        """The finding of a row."""
        return self.problems[index.row()] if index.isValid() and index.row() < len(self.problems) else None

    def size(self) -> int:
        return len(self.problems)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.problems):
            return None
        problem = self.problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (problem.message, where(problem), found_by(problem))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            tag = f" (error-app-tag {problem.app_tag})" if problem.app_tag else ""
            return (f"{problem.message}{tag}", where(problem), found_by(problem))[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            kind = "error" if problem.is_error else "warning"
            return icons.icon(kind, "text3" if self.stale else kind)
        if role == Role.MONO:
            return index.column() == 1
        if role == Role.INK and (self.stale or index.column() > 0):
            return "text3" if self.stale else "text2"
        if role == PATH:
            return problem.path
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return f"{'Error' if problem.is_error else 'Warning'}: {problem.message}"
        return None


def where(problem: Problem) -> str:
    """The path, or the line of the text."""
    if problem.path:
        return problem.path
    return f"line {problem.line}, column {problem.column}" if problem.line else "the whole document"


def found_by(problem: Problem) -> str:
    return _FOUND_BY.get(problem.source, problem.source)
