"""What the delegates of tree and table share: a paint that cannot end the process, and editing in place.

Lives here: `EditingDelegate`.  Does not live here: what a cell looks like (`tree_delegate`, `list_table_delegate`).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from netconf_gui.gui import error_report

Index = QModelIndex | QPersistentModelIndex
EditorMaker = Callable[[QWidget, Index], QWidget | None]


class EditingDelegate(QStyledItemDelegate):
    """Draws by `draw_cell`; an error while painting is reported and the plain text drawn."""

    def __init__(self, parent: QWidget, make_editor: EditorMaker | None = None) -> None:
        super().__init__(parent)
        self._make_editor = make_editor

    def draw_cell(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> bool:
        """Draw the cell; False if the model gives nothing to draw it from."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        try:
            if not self.draw_cell(painter, option, index):
                self._draw_plain(painter, option, index)
        except Exception as error:  # noqa: BLE001 - an exception that leaves paint() ends the process
            error_report.from_painting(error)
            self._draw_plain(painter, option, index)
        finally:
            painter.restore()

    @staticmethod
    def _draw_plain(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignVCenter, str(index.data() or ""))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        made = self._make_editor(parent, index) if self._make_editor is not None else None
        if made is None:
            return super().createEditor(parent, option, index)
        made.setAutoFillBackground(True)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The editor knows its value already."""

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        text = getattr(editor, "changed_text", None)
        value = text() if callable(text) else None
        if value is not None:
            model.setData(index, value, Qt.ItemDataRole.EditRole)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """A choice that opened its list has not lost the focus for good."""
        if event.type() is QEvent.Type.FocusOut and getattr(editor, "popup_open", False):
            return False
        return super().eventFilter(editor, event)
