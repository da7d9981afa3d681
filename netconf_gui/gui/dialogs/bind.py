"""Which device a document goes to, and what becomes of what the device has."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from netconf_gui.gui._generated.ui_bind import Ui_BindDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.forms import push_button
from netconf_gui.services.bind import Bringing


class BindDialog(FormDialog):
    """Object name `bindDialog`; `chosen(device id, how)` when a person goes on."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None, title: str, devices: Sequence[tuple[str, str, bool]]) -> None:
        """`devices`: (id, name, whether it is connected)."""
        super().__init__(Ui_BindDialog, parent)
        self.set_head(
            "connect",
            "accent_text",
            "Bind to a device",
            f"{title} is brought into the device's configuration as a draft. "
            "Nothing is sent before you review and apply.",
        )
        for device_id, name, connected in devices:
            self.ui.deviceBox.addItem(name if connected else f"{name} (not connected)", device_id)
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        go = push_button("Compare", "compareButton", role="primary")
        go.setDefault(True)
        go.clicked.connect(self.accept)
        self.ui.bodyLayout.addStretch(1)
        self.ui.footLayout.addStretch(1)
        self.ui.footLayout.addWidget(cancel)
        self.ui.footLayout.addWidget(go)
        self.accepted.connect(self._tell)
        self.ui.deviceBox.setFocus()

    def _tell(self) -> None:
        how = Bringing.REPLACE if self.ui.replaceChoice.isChecked() else Bringing.MERGE
        self.chosen.emit(str(self.ui.deviceBox.currentData()), how)
