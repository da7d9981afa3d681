"""A dialog around a list: rows with columns, buttons that name the act; choosing schemas, drafts, what does not fit.

`ListDialog` is made from rows; it knows nothing about what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidgetItem, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_list import Ui_ListDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.forms import push_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: its texts, an icon's name, and what it stands for; `checked` None: it has no box."""

    texts: tuple[str, ...]
    value: object
    icon: str = ""
    checked: bool | None = None


class ListDialog(FormDialog):
    """`answered(key)` once with the key of the button, "" when dismissed; `values` are the chosen or checked ones."""

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        object_name: str,
        title: str,
        text: str,
        columns: Sequence[str],
        rows: Sequence[ListRow],
        choices: Sequence[Choice],
        *,
        icon: str = "question",
        ink: str = "accent_text",
        accept_key: str = "",
    ) -> None:
        """`accept_key`: what a double click or Return on a row answers; "" for lists that are only read."""
        super().__init__(Ui_ListDialog, parent)
        self.setObjectName(object_name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.set_head(icon, ink, title, text)
        self._answer = ""
        self._accept_key = accept_key
        self.list = self.ui.itemList
        self.list.setAccessibleName(title)
        self.list.setHeaderLabels(list(columns))
        self.list.setHeaderHidden(len(columns) == 1)
        header = self.list.header()
        header.setObjectName(f"{object_name}Header")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(False)
        for at in range(len(columns)):
            mode = QHeaderView.ResizeMode.Stretch if at == 0 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(at, mode)
        for one in rows:
            self.add_row(one)
        self.buttons = {}
        self.ui.footLayout.addStretch(1)
        for choice in choices:
            button = push_button(choice.text, f"{choice.key}Button", role=choice.role)
            button.setDefault(choice.role == "primary")
            button.clicked.connect(lambda _on=False, key=choice.key: self.answer(key))
            self.ui.footLayout.addWidget(button)
            self.buttons[choice.key] = button
        if self.list.topLevelItemCount():
            self.list.setCurrentItem(self.list.topLevelItem(0))
        self.list.itemActivated.connect(self._activated)
        self.finished.connect(lambda _code: self.answered.emit(self._answer))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_row(self, one: ListRow, *, first: bool = False) -> QTreeWidgetItem:
        """Put a row at the end, or first."""
        item = QTreeWidgetItem(list(one.texts))
        item.setSizeHint(0, QSize(0, theme().px(SIZES.row)))
        item.setData(0, Qt.ItemDataRole.UserRole, one.value)
        if one.icon:
            item.setIcon(0, icons.icon(one.icon))
        if one.checked is not None:
            item.setCheckState(0, Qt.CheckState.Checked if one.checked else Qt.CheckState.Unchecked)
        for at in range(len(one.texts)):
            item.setToolTip(at, one.texts[at])
        self.list.insertTopLevelItem(0 if first else self.list.topLevelItemCount(), item)
        return item

    def add_side_button(self, text: str, object_name: str, icon: str = "") -> QWidget:
        """A button at the left of the foot that does not end the dialog."""
        button = push_button(text, object_name, icon=icon)
        self.ui.footLayout.insertWidget(0, button)
        return button

    @property
    def current(self) -> object:
        """What the current row stands for; None without one."""
        item = self.list.currentItem()
        return None if item is None else item.data(0, Qt.ItemDataRole.UserRole)

    @property
    def checked(self) -> list[object]:
        """What the checked rows stand for."""
        items = [self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount())]
        return [one.data(0, Qt.ItemDataRole.UserRole) for one in items if one.checkState(0) == Qt.CheckState.Checked]

    def answer(self, key: str) -> None:
        self._answer = key
        self.accept()

    def _activated(self, _item: QTreeWidgetItem) -> None:
        if self._accept_key:
            self.answer(self._accept_key)


def fit_to_rows(dialog: ListDialog, count: int) -> None:
    """As high as that many rows need, within reason."""
    rows = min(max(count, 4), 14)
    dialog.list.setMinimumHeight(theme().px(26 * (rows + 1)))
