"""The tree of a device's state: read-only, and what changed a moment ago is lit for a moment."""

from __future__ import annotations

import time
from collections.abc import Iterable

from lxml import etree
from PySide6.QtCore import QModelIndex, QPoint, QRect, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from netconf_gui.config.path import InstancePath
from netconf_gui.gui.forms import named
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.panes.config_tree_view import ConfigTreeView
from netconf_gui.gui.rows import Index
from netconf_gui.gui.theme import theme

LIT = 1.4  # seconds that a changed value is lit
MOST = 400  # rows that count as visible


class StateTree(ConfigTreeView):
    """Shows the model of a `LiveDocument`; nothing in it is edited or dragged."""

    def __init__(self, model: ConfigTreeModel) -> None:
        super().__init__(model)
        named(self, "stateTree", "State of the device")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(False)
        self.setAcceptDrops(False)
        self._lit: dict[etree._Element, float] = {}
        self._fading = QTimer(self)
        self._fading.setInterval(100)
        self._fading.timeout.connect(self._fade)

    def edit_value(self) -> bool:
        """State is not edited."""
        return False

    def light(self, leafs: Iterable[etree._Element]) -> None:
        """Light the rows of these leafs for a moment."""
        until = time.monotonic() + LIT
        self._lit.update(dict.fromkeys(leafs, until))
        if self._lit:
            self._fading.start()
            self.viewport().update()

    @property
    def lit(self) -> frozenset[etree._Element]:
        """Leafs that are lit at present."""
        return frozenset(self._lit)

    def _fade(self) -> None:
        now = time.monotonic()
        self._lit = {leaf: until for leaf, until in self._lit.items() if until > now}
        if not self._lit:
            self._fading.stop()
        self.viewport().update()

    def _light_of(self, index: Index) -> float:
        """How bright a row is lit: 1 at first, 0 for not at all."""
        row = self._model.row_at(index) if self._lit else None
        element = row.own_element if row is not None else None
        until = self._lit.get(element) if element is not None else None
        return 0.0 if until is None else max(0.0, min(1.0, (until - time.monotonic()) / LIT))

    def row_fill(self, index: Index) -> QColor | None:
        found, light = super().row_fill(index), self._light_of(index)
        if found is not None or not light:
            return found
        tint = theme().color("changed_tint")
        tint.setAlphaF(light)
        return tint

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().drawRow(painter, option, index)
        if self._light_of(index):
            # also on a row that is selected
            bar = QRect(0, option.rect.top(), theme().px(3), option.rect.height())
            painter.fillRect(bar, theme().color("changed"))

    def visible_leafs(self) -> list[InstancePath]:
        """The paths of the leafs that are in sight."""
        found: list[InstancePath] = []
        index: QModelIndex = self.indexAt(QPoint(2, 1))
        bottom = self.viewport().height()
        for _ in range(MOST):
            if not index.isValid() or self.visualRect(index).top() > bottom:
                break
            row = self._model.row_at(index)
            if row is not None and row.is_term and row.own_element is not None and row.kind is not RowKind.UNSET:
                found.append(self._model.document.path_of(row.own_element))
            index = self.indexBelow(index)
        return found

    def path_of(self, row: Row | None) -> InstancePath | None:
        """The path of a row's node."""
        element = row.own_element if row is not None else None
        return None if element is None else self._model.document.path_of(element)
