"""Which modules describe a document: sets of devices, of folders, and the standard ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.forms import named
from netconf_gui.workspace.schema_sets import SchemaSet, SetKind

ICONS = {SetKind.DEVICE: "device", SetKind.FOLDER: "group", SetKind.SHIPPED: "schema"}
WORDS = {SetKind.DEVICE: "last seen on the device", SetKind.SHIPPED: "comes with the program"}


class SchemaChoiceDialog(ListDialog):
    """Object name `schemaChoiceDialog`; `chosen` is the set when the answer is "use"."""

    def __init__(self, parent: QWidget | None, title: str, text: str, act: str, sets: Sequence[SchemaSet]) -> None:
        """`act`: the words on the button."""
        super().__init__(
            parent,
            "schemaChoiceDialog",
            title,
            text,
            ("Modules", "From", "Number", "Last used"),
            [_row(one) for one in sets],
            [Choice("cancel", "Cancel"), Choice("use", act, "primary")],
            icon="tree",
            accept_key="use",
        )
        self.resize(self.width(), self.sizeHint().height())
        self.folder_button = self.add_side_button("Choose a folder…", "chooseFolderButton", "open")
        self.folder_button.clicked.connect(self._ask_folder)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> SchemaSet | None:
        found = self.current
        return found if isinstance(found, SchemaSet) else None

    def _ask_folder(self) -> None:
        chooser = named(QFileDialog(self, "Folder of YANG modules"), "schemaFolderDialog", "Folder of YANG modules")
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(self.add_folder)
        chooser.open()

    def add_folder(self, folder: str) -> None:
        """Offer a folder, and choose it."""
        path = Path(folder).absolute()
        item = self.add_row(_row(SchemaSet(SetKind.FOLDER, str(path), path.name or str(path), "")), first=True)
        self.list.setCurrentItem(item)
        self.buttons["use"].setFocus()


def _row(one: SchemaSet) -> ListRow:
    where = WORDS.get(one.kind, one.where)
    count = f"{one.modules:,}" if one.modules else ""
    seen = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.seen)) if one.seen else ""
    return ListRow((one.title, where, count, seen), one, ICONS[one.kind])
