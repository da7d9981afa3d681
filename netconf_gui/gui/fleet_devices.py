"""The first step of a fleet: which devices take part, by name, by group, or by a table of parameters.

Lives here: the step's widget.  Does not live here: reading tables and the order of devices (`services.fleet_members`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from netconf_gui.errors import AppError
from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Notice, SearchField
from netconf_gui.services.files import read_text
from netconf_gui.services.fleet_members import Member, members_of, ordered, read_table
from netconf_gui.workspace.inventory import Device, InventoryStore

TABLE_SIZE = 16 * 1024 * 1024  # bytes of a table
UNGROUPED = "Without a group"
FROM_TABLE = "Only in the table"
_KEY = Qt.ItemDataRole.UserRole


class FleetDevices(QWidget):
    """A tree of groups and devices with boxes; `changed` when other ones are chosen."""

    changed = Signal()

    def __init__(self, inventory: InventoryStore, others: Callable[[], Sequence[Device]] = tuple) -> None:
        """`others`: devices that the inventory does not have."""
        super().__init__()
        named(self, "fleetDevices", "Devices", role="pane")
        self._inventory = inventory
        self._others = others
        self._table: dict[str, Member] = {}
        self._table_name = ""
        self._filling = False
        self._devices: dict[str, Device] = {}
        layout = column(self, margins=(20, 16, 20, 12), spacing=10)
        layout.addWidget(label("Which devices take part", "fleetDevicesTitle", kind="title"))
        layout.addWidget(
            label(
                "Choose devices or whole groups. A table (CSV) names devices in a column “device”, and gives each of "
                "them the values of its variables in the others.",
                "fleetDevicesHint",
                kind="secondary",
                wrap=True,
            )
        )
        layout.addWidget(self._build_bar())
        self.notice = Notice("fleetDevicesNotice")
        layout.addWidget(self.notice)
        self.tree = named(QTreeWidget(), "fleetDeviceTree", "Devices of the fleet")
        self._set_up_tree()
        layout.addWidget(self.tree, 1)
        self.count = label("", "fleetDevicesCount", kind="label")
        layout.addWidget(self.count)
        self.refresh()

    def _build_bar(self) -> QWidget:
        bar = named(QWidget(), "fleetDevicesBar", "Devices")
        line = row(bar, spacing=8)
        self.filter = SearchField("fleetDeviceFilter", "Filter devices")
        self.filter.textChanged.connect(self._filter)
        self.all = push_button("Choose all", "fleetAllButton")
        self.all.clicked.connect(lambda: self._check_all(True))
        self.none = push_button("Choose none", "fleetNoneButton")
        self.none.clicked.connect(lambda: self._check_all(False))
        self.table_button = push_button("Read a table…", "fleetTableButton", icon="table")
        self.table_button.clicked.connect(self._choose_table)
        line.addWidget(self.filter, 1)
        for button in (self.all, self.none, self.table_button):
            line.addWidget(button)
        return bar

    def _set_up_tree(self) -> None:
        self.tree.setHeaderLabels(["Device", "Address", "Variables"])
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setObjectName("fleetDeviceHeader")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(True)
        for section, width in ((0, 260), (1, 240)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, theme().px(width))
        self.tree.itemChanged.connect(self._item_changed)

    # ------------------------------------------------------------------------------------------------- choosing

    def refresh(self) -> None:
        """Show the inventory as it is now; what is chosen stays chosen."""
        chosen = {member.key for member in self.members()}
        self._filling = True
        self.tree.clear()
        self._devices = {device.id: device for device in (*self._inventory.devices, *self._others())}
        extra = [member.device for key, member in self._table.items() if key not in self._devices]
        groups: dict[str, list[Device]] = {}
        for device in sorted(self._devices.values(), key=lambda one: one.name.casefold()):
            groups.setdefault(device.group or UNGROUPED, []).append(device)
        if extra:
            groups[FROM_TABLE] = extra
        for name in sorted(groups, key=lambda one: (one in (UNGROUPED, FROM_TABLE), one.casefold())):
            self._add_group(name, groups[name], chosen)
        self.tree.expandAll()
        self._filling = False
        self._filter(self.filter.text())
        self._say_count()

    def _add_group(self, name: str, devices: list[Device], chosen: set[str]) -> None:
        top = _item(self.tree, (name, "", ""), "group")
        top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        for device in devices:
            key = Member(device).key
            self._devices[key] = device
            item = _item(top, (device.name, device.address, self._words(key)), "device")
            item.setData(0, _KEY, key)
            item.setCheckState(0, Qt.CheckState.Checked if key in chosen else Qt.CheckState.Unchecked)

    def _words(self, key: str) -> str:
        member = self._table.get(key)
        return "" if member is None else ", ".join(f"{name} = {value}" for name, value in member.variables.items())

    def _items(self) -> list[QTreeWidgetItem]:
        return [child for top in self._tops() for child in _children(top)]

    def _tops(self) -> list[QTreeWidgetItem]:
        return _children(self.tree.invisibleRootItem())

    def members(self) -> tuple[Member, ...]:
        """The chosen devices with their variables, as the tree shows them."""
        found = []
        for item in self._items():
            key = item.data(0, _KEY)
            if item.checkState(0) == Qt.CheckState.Checked and key in self._devices:
                found.append(self._table.get(key) or Member(self._devices[key]))
        return tuple(found)

    def chosen(self) -> tuple[Member, ...]:
        """The chosen devices in the order in which they are locked; raises `ConfigError` where that cannot be."""
        return ordered(self.members())

    def choose(self, keys: Mapping[str, object] | set[str]) -> None:
        """Choose just these devices."""
        self._filling = True
        for item in self._items():
            on = item.data(0, _KEY) in keys
            item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self._filling = False
        self._say_count()
        self.changed.emit()

    def _check_all(self, on: bool) -> None:
        visible = {item.data(0, _KEY) for item in self._items() if not item.isHidden()}
        before = {member.key for member in self.members()}
        self.choose(before | visible if on else before - visible)

    def _item_changed(self, item: QTreeWidgetItem, _column: int) -> None:
        if not self._filling and item.data(0, _KEY):
            self._say_count()
            self.changed.emit()

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for top in self._tops():
            group = wanted in top.text(0).casefold()
            shown = 0
            for child in _children(top):
                words = f"{child.text(0)} {child.text(1)} {child.text(2)}".casefold()
                child.setHidden(not (group or wanted in words))
                shown += not child.isHidden()
            top.setHidden(not shown)

    def _say_count(self) -> None:
        members = self.members()
        words = count_words(len(members), "device") + " chosen"
        if self._table:
            lines = sum(1 for member in members if member.key in self._table)
            words += f", {lines} of them with values from {self._table_name}"
        self.count.setText(words if self._devices else "There are no devices yet. Add some in the Devices pane.")

    # -------------------------------------------------------------------------------------------------- the table

    def _choose_table(self) -> None:
        chooser = named(
            QFileDialog(self, "Read a table of devices", str(Path.home()), "Tables (*.csv *.tsv *.txt);;All files (*)"),
            "fleetTableDialog",
            "Read a table of devices",
        )
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.read_table(Path(name)))
        chooser.open()

    def read_table(self, path: Path) -> bool:
        """Take a table: its devices are chosen, with their values; False, and a notice, if it cannot be used."""
        try:
            members = members_of(read_table(read_text(path, TABLE_SIZE), name=path.name), self._inventory)
        except AppError as error:
            self.notice.say("error", error.full_text())
            return False
        self._table = {member.key: member for member in members}
        self._table_name = path.name
        names = sorted({name for member in members for name in member.variables})
        told = f", variables {', '.join(names)}" if names else ", no variables"
        self.notice.say("info", f"{path.name}: {count_words(len(members), 'device')}{told}.")
        self.refresh()
        self.choose(set(self._table))
        return True


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = [item.child(at) for at in range(item.childCount())]
    return [child for child in found if child is not None]


def _item(parent: QTreeWidget | QTreeWidgetItem, texts: tuple[str, ...], icon: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem(parent, list(texts))
    item.setSizeHint(0, QSize(0, theme().px(SIZES.row)))
    item.setIcon(0, icons.icon(icon))
    for at, text in enumerate(texts):
        item.setToolTip(at, text)
    item.setCheckState(0, Qt.CheckState.Unchecked)
    return item
