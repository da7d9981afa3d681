"""Widgets that make do with the room there is: pages that scroll, buttons that go on in the next row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QScrollArea, QWidget

from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme


class ScrolledPage(QScrollArea):
    """As high as what it holds where there is room, else scrolled; never narrower than that."""

    def __init__(self, object_name: str, accessible_name: str, page: QWidget) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the fields in it take the keys
        self.setWidget(page)
        self._page = page

    def sizeHint(self) -> QSize:
        return self._page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._page.minimumSizeHint().width() + bar, theme().px(160))


class ButtonRows(QFrame):
    """Buttons in columns, as many in a row as have room with their whole text."""

    def __init__(self, object_name: str, accessible_name: str, buttons: Sequence[QWidget]) -> None:
        super().__init__()
        named(self, object_name, accessible_name, role="foot")
        self._buttons = list(buttons)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        edge = theme().px(6)
        self._grid.setContentsMargins(edge, edge, edge, edge)
        self._grid.setSpacing(theme().px(2))
        self._place(len(self._buttons))

    def minimumSizeHint(self) -> QSize:
        """One column is enough: the window may be as narrow as a person wants it."""
        widest = max(button.sizeHint().width() for button in self._buttons)
        margins = self._grid.contentsMargins()
        return QSize(widest + margins.left() + margins.right(), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self._fitting(event.size().width()))

    def _fitting(self, width: int) -> int:
        """How many columns have room, each as wide as its widest button."""
        margins, gap = self._grid.contentsMargins(), self._grid.horizontalSpacing()
        room = width - margins.left() - margins.right() + gap
        wide = [button.sizeHint().width() + gap for button in self._buttons]
        for columns in range(len(wide), 1, -1):
            if sum(max(wide[column::columns]) for column in range(columns)) <= room:
                return columns
        return 1

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._grid.setColumnStretch(self._columns, 0)
        self._columns = columns
        for at, button in enumerate(self._buttons):
            self._grid.addWidget(button, at // columns, at % columns, Qt.AlignmentFlag.AlignLeft)
        self._grid.setColumnStretch(columns, 1)
        self.updateGeometry()
