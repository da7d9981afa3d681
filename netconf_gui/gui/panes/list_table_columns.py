"""Which columns of a list a table shows: what is remembered of each list, and the dialog to choose.

What is remembered is per list (of the schema, not per device) and lasts as long as the program runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from netconf_gui.config.table import Column
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.node_words import count_words, term_label
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import SearchField

Tags = tuple[str, ...]


@dataclass(slots=True)
class Layout:
    """Columns by their tags, and widths in px that a person has given them."""

    shown: tuple[Tags, ...] = ()
    widths: dict[Tags, int] = field(default_factory=dict)


class Memory:
    """Layouts by schema path of the list."""

    def __init__(self) -> None:
        self._layouts: dict[str, Layout] = {}

    def of(self, path: str) -> Layout:
        return self._layouts.setdefault(path, Layout())

    def clear(self) -> None:
        self._layouts.clear()


memory = Memory()
"""That of the running program."""


class ColumnDialog(QDialog):
    """A list to tick with a search field; `changed(columns)` after every tick.  Keys are always shown."""

    changed = Signal(object)

    def __init__(
        self, columns: Sequence[Column], shown: Iterable[Column], usual: Sequence[Column], parent: QWidget
    ) -> None:
        super().__init__(parent)
        named(self, "columnDialog", "Columns")
        self.setWindowTitle("Columns")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(theme().px(420))
        self.resize(theme().px(460), theme().px(520))
        self._columns = tuple(columns)
        self._usual = frozenset(usual)
        layout = column(self)
        body = named(QWidget(), "columnDialogBody", "Columns", role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 12), spacing=8)
        inside.addWidget(label("Columns", "columnDialogTitle", kind="title"))
        self.search = SearchField("columnSearch", "Filter columns")
        self.search.textChanged.connect(self._filter)
        inside.addWidget(self.search)
        self.list = named(QListWidget(), "columnList", "Columns to show")
        self.list.setUniformItemSizes(True)
        self._fill(frozenset(shown))
        self.list.itemChanged.connect(lambda _item: self._tell())
        inside.addWidget(self.list, 1)
        self.count = label("", "columnCount", kind="hint")
        inside.addWidget(self.count)
        layout.addWidget(body, 1)
        layout.addWidget(self._foot())
        self._say()
        self.search.setFocus()

    def _fill(self, shown: frozenset[Column]) -> None:
        for one in self._columns:
            kind = term_label(one.info) if one.info is not None else ""
            words = {"leaf-list": f"all values, {kind}", "list": "number of entries"}.get(one.kind, kind)
            state = ", state" if one.node is not None and not one.node.config else ""
            text = one.path.replace("/", " / ") or one.label
            item = QListWidgetItem(f"{text}    {words}{state}")
            item.setToolTip(" ".join(one.node.description.split())[:300] if one.node is not None else "")
            flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            item.setSizeHint(QSize(0, theme().row_height))
            item.setFlags(flags if one.is_key else flags | Qt.ItemFlag.ItemIsEnabled)
            item.setCheckState(Qt.CheckState.Checked if one.is_key or one in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)

    def _foot(self) -> QWidget:
        foot = named(QWidget(), "columnDialogFoot", "Buttons", role="dialog-foot")
        layout = row(foot, margins=(20, 12, 20, 12), spacing=8)
        usual = push_button("Usual columns", "columnUsual")
        usual.clicked.connect(lambda: self._choose(self._usual))
        every = push_button("All that are listed", "columnAll")
        every.clicked.connect(self._choose_listed)
        done = push_button("Done", "columnDone", role="primary")
        done.clicked.connect(self.accept)
        for button in (usual, every):
            button.setAutoDefault(False)
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(done)
        return foot

    @property
    def chosen(self) -> tuple[Column, ...]:
        """What is ticked, in the schema's order."""
        ticked = Qt.CheckState.Checked
        return tuple(one for at, one in enumerate(self._columns) if self.list.item(at).checkState() is ticked)

    def _choose(self, wanted: frozenset[Column]) -> None:
        self.list.blockSignals(True)
        for at, one in enumerate(self._columns):
            on = one.is_key or one in wanted
            self.list.item(at).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self.list.viewport().update()
        self._tell()

    def _choose_listed(self) -> None:
        listed = {one for at, one in enumerate(self._columns) if not self.list.item(at).isHidden()}
        self._choose(frozenset(listed | set(self.chosen)))

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for at, one in enumerate(self._columns):
            name = f"{one.path} {one.label}".casefold()
            self.list.item(at).setHidden(not all(word in name for word in words))
        self._say()

    def _tell(self) -> None:
        self._say()
        self.changed.emit(self.chosen)

    def _say(self) -> None:
        listed = sum(1 for at in range(len(self._columns)) if not self.list.item(at).isHidden())
        every = count_words(len(self._columns), "column")
        self.count.setText(f"{len(self.chosen):,} of {every} shown, {listed:,} listed")
        self.count.setAccessibleName(self.count.text())
