"""What follows when a device's description was changed: a session that still is as it was, and old algorithms allowed.

Lives here: offering to connect anew.  Does not live here: the dialog (`dialogs/device`), the list (`device_list`).
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.errors import AppError, NoCommonAlgorithm
from netconf_gui.gui.dialogs.device_connection import ask_for_old_algorithms
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.workspace.inventory import Device

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

# what a running session does not care about, or learns at once
_HARMLESS = {"id", "name", "group", "note", "credential_policy", "schema_folders", "reconnect", "max_sessions", "other"}


def needs_new_session(old: Device, new: Device) -> bool:
    """Whether a session that was opened as `old` is not what `new` asks for."""
    return any(
        getattr(old, item.name) != getattr(new, item.name) for item in fields(Device) if item.name not in _HARMLESS
    )


class DeviceChanges(QObject):
    """Asks what to do about it; one question at a time and device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        program.devices.edited.connect(self._edited)

    def _edited(self, old: Device, new: Device) -> None:
        link = self._program.connections.link(new.id)
        if link is None or not link.connected or not needs_new_session(old, new):
            return
        if self._program.applying.is_running(new.id):
            self._program.window.status.tell(f"The changes to {new.name} take effect with its next connection.")
            return
        question = Question(
            self._program.window,
            f"Connect to {new.name} anew?",
            "What you changed takes effect with a new session. Documents and drafts stay as they are; locks and "
            "subscriptions of the session that is open end with it.",
            [Choice("later", "Later"), Choice("reconnect", "Reconnect now", "primary")],
            icon="connect",
            object_name="reconnectNowQuestion",
        )
        question.answered.connect(
            lambda key: self._program.connections.reconnect_device(new.id) if key == "reconnect" else None
        )
        question.open()

    def offer_old_algorithms(self, device_id: str, error: BaseException) -> bool:
        """Whether the failure is one that old algorithms would help: then they are offered, with the warning."""
        device = self._program.workspace.inventory.device(device_id)
        if device is None or not (isinstance(error, NoCommonAlgorithm) and error.old):
            return False
        question = ask_for_old_algorithms(self._program.window, device.name)
        question.ui.detailsText.setPlainText(error.full_text())
        question.ui.subtitleLabel.setText(f"{error.message}\n\n{question.ui.subtitleLabel.text()}")
        question.answered.connect(lambda key: self._allow(device) if key == "allow" else None)
        return True

    def _allow(self, device: Device) -> None:
        known = self._program.workspace.inventory.device(device.id)
        if known is None:
            return
        try:
            self._program.connections.put(self._program.workspace.inventory.put(replace(known, old_algorithms=True)))
        except AppError as error:
            self._program.show_error(error, doing="saving the device")
            return
        self._program.connections.connect_device(device.id)
