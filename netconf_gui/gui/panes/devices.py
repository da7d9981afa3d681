"""The Devices pane: the tree of groups and devices, a filter, and an empty state that tells what to do.

It shows what it is given and tells what a person wants by signals; connecting is done elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from netconf_gui.gui.forms import column, named
from netconf_gui.gui.models.device_tree import DeviceTreeModel, Entry
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, SearchField


class DevicesPane(QWidget):
    """Object name of the tree is `deviceTree`."""

    selected = Signal(str)  # device id, empty for none
    open_wanted = Signal(str, str)  # device id, datastore or ""
    history_wanted = Signal(str)  # device id
    page_wanted = Signal(str)  # device id
    menu_wanted = Signal(str, str, QPoint)  # device id, datastore or "", where on the screen
    add_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "devicesPane", "Devices", role="pane")
        self.model = DeviceTreeModel(self)
        self._filtered = QSortFilterProxyModel(self)
        self._filtered.setSourceModel(self.model)
        self._filtered.setRecursiveFilteringEnabled(True)
        self._filtered.setAutoAcceptChildRows(True)
        self._filtered.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = SearchField("deviceFilter", "Filter devices")
        self.filter.textChanged.connect(self._filter)
        self.view = RowTree("deviceTree", "Devices", row_height=SIZES.device_row)
        self.view.setModel(self._filtered)
        self.view.setHeaderHidden(True)
        self.view.header().setObjectName("deviceTreeHeader")
        self.view.header().setAccessibleName("Device column")
        self.view.header().setStretchLastSection(True)
        self.view.selectionModel().currentChanged.connect(self._current)
        self.view.activated_index.connect(self._activated)
        self.view.menu_wanted.connect(self._menu)
        self._empty = EmptyState(
            "devicesEmpty", "device", "No devices yet", "Add one, or try the demo device from the start page."
        )
        self._empty.add_button("Add a device…", "addFirstDeviceButton", self.add_wanted.emit, icon="add")
        self._stack = named(QStackedWidget(), "devicesStack", "Devices")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list())
        column(self).addWidget(self._stack)

    def _list(self) -> QWidget:
        page = named(QWidget(), "devicesPage", "Devices", role="pane")
        layout = column(page)
        head = QVBoxLayout()
        head.setContentsMargins(theme().px(8), 0, theme().px(8), theme().px(8))
        head.addWidget(self.filter)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)
        return page

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Bring the tree in line; new groups and connected devices are opened."""
        known = {entry.key for entry in self._top_entries()}
        self.model.show_entries(entries)
        self._stack.setCurrentIndex(1 if entries else 0)
        for entry in entries:
            if entry.kind == "group" and entry.key not in known:
                self.view.expand(self._filtered.mapFromSource(self.model.find(entry.key)))

    def expand_device(self, device_id: str) -> None:
        """Open the device's row so that its datastores are seen."""
        self.view.expand(self._filtered.mapFromSource(self.model.find(device_id)))

    def select(self, device_id: str, datastore: str = "") -> None:
        keys = (device_id, datastore) if datastore else (device_id,)
        index = self._filtered.mapFromSource(self.model.find(*keys))
        if index.isValid():
            self.view.setCurrentIndex(index)

    def current(self) -> tuple[str, str]:
        """(device id, datastore) of the current row; empty texts where there is none."""
        return self._what(self.view.currentIndex())

    def _top_entries(self) -> list[Entry]:
        rows = range(self.model.rowCount())
        found = [self.model.entry(self.model.index(row, 0)) for row in rows]
        return [entry for entry in found if entry is not None]

    def _what(self, index: QModelIndex) -> tuple[str, str]:
        source = self._filtered.mapToSource(index)
        entry = self.model.entry(source)
        if entry is None:
            return "", ""
        return self.model.device_id(source), entry.key if entry.kind == "datastore" else ""

    def _filter(self, text: str) -> None:
        self._filtered.setFilterFixedString(text)
        if text:
            self.view.expandAll()

    def _current(self, index: QModelIndex) -> None:
        self.selected.emit(self._what(index)[0])

    def _activated(self, index: QModelIndex) -> None:
        device_id, datastore = self._what(index)
        entry = self.model.entry(self._filtered.mapToSource(index))
        if entry is not None and entry.kind == "history":
            self.history_wanted.emit(device_id)
        elif entry is not None and entry.kind == "page":
            self.page_wanted.emit(device_id)
        elif device_id:
            self.open_wanted.emit(device_id, datastore)

    def _menu(self, index: QModelIndex, where: QPoint) -> None:
        device_id, datastore = self._what(index)
        self.menu_wanted.emit(device_id, datastore, where)
