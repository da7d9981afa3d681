"""A tree whose rows carry the tint and bar of what happened to them; the configuration and diff trees are such."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.looks import RowLook
from netconf_gui.gui.rows import Index, RowTree
from netconf_gui.gui.theme import theme

TINTED = frozenset({"added", "removed", "changed", "moved"})


class TintedTree(RowTree):
    """Asks the model's LOOK role for the state of a row."""

    def row_fill(self, index: Index) -> QColor | None:
        found = super().row_fill(index)
        if found is None:
            look = index.data(LOOK)
            if isinstance(look, RowLook) and look.state in TINTED:
                return theme().color(f"{look.state}_tint")
        return found

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().drawRow(painter, option, index)
        look = index.data(LOOK)
        if isinstance(look, RowLook) and look.state in TINTED:
            bar = QRect(0, option.rect.top(), theme().px(3), option.rect.height())
            painter.fillRect(bar, theme().color(look.state))
