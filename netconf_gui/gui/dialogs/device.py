"""Add or edit a device: name, address, user, how to sign in, jump host, group; and a test of the connection.

The dialog makes a `Device`; storing, connecting and testing are done by who opened it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_add_device import Ui_AddDeviceDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import hint
from netconf_gui.gui.forms import column, fix_width, label, named, set_property
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice, Segments
from netconf_gui.workspace.inventory import CredentialPolicy, Device, new_device

SIGN_IN = (("agent", "Agent", ""), ("key", "Key file", ""), ("password", "Password", ""))
PRIVATE_HINT = "Where the device has it, nobody else sees your edits. It takes effect with the next connection."
HINTS = {
    "agent": "Keys of the running SSH agent are offered, then a password is asked for.",
    "key": "Only this key is offered. Its passphrase is asked for when it has one.",
    "password": "Asked for when you connect. It is kept in the keyring, for the session, or not at all.",
}


class DeviceDialog(FormDialog):
    """Object name `addDeviceDialog`; `accepted_device(Device)` when all fields are right."""

    accepted_device = Signal(object)
    test_wanted = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        *,
        device: Device | None = None,
        taken: Sequence[str] = (),
        groups: Sequence[str] = (),
        policy: CredentialPolicy = CredentialPolicy.ASK,
    ) -> None:
        """`device` to edit one; `taken`: names of the other devices."""
        super().__init__(Ui_AddDeviceDialog, parent)
        self._device = device
        self._taken = {name.casefold() for name in taken}
        self._policy = policy
        ui = self.ui
        self.sign_in = Segments("signInChoice", "Sign in with", SIGN_IN)
        ui.signInLayout.addWidget(self.sign_in)
        ui.signInLayout.addStretch(1)
        self.notice = Notice("deviceNotice")
        ui.noticeLayout.addWidget(self.notice)
        self.private = named(QCheckBox("Ask for a candidate of my own"), "privateCandidateField", "Private candidate")
        self.private.setToolTip("private-candidate 1.0 and Nokia's")
        self._add_candidate()
        fix_width(ui.portField, 116)
        ui.portField.setValidator(QIntValidator(1, 65535, self))
        ui.groupField.addItems(["", *groups])
        editor: QLineEdit | None = ui.groupField.lineEdit()
        if editor is not None:
            editor.setObjectName("groupEdit")
            editor.setAccessibleName("Group")
            editor.setPlaceholderText("none")
        icons.bind(ui.testButton, "activity")
        self.sign_in.chosen.connect(self._signing)
        ui.browseButton.clicked.connect(self._browse)
        ui.testButton.clicked.connect(self._test)
        ui.cancelButton.clicked.connect(self.reject)
        ui.acceptButton.clicked.connect(self._accept)
        if device is not None:
            self._show(device)
        self._signing(self.sign_in.current)
        ui.nameField.setFocus()
        self.resize(theme().px(600), self.sizeHint().height())

    def _add_candidate(self) -> None:
        """The last row of the form: whether the hello names the capability of private candidates."""
        form, at = self.ui.deviceForm, self.ui.deviceForm.rowCount()
        words = label("Candidate", "privateCandidateLabel", kind="label")
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        words.setBuddy(self.private)
        box = named(QWidget(), "privateCandidateBox", "Private candidate")
        lines = column(box, spacing=4)
        lines.addWidget(self.private)
        lines.addWidget(hint(PRIVATE_HINT, "privateCandidateHint"))
        form.addWidget(words, at, 0)
        form.addWidget(box, at, 1)

    def _show(self, device: Device) -> None:
        ui = self.ui
        self.setWindowTitle("Edit device")
        self.setAccessibleName("Edit device")
        ui.titleLabel.setText(f"Edit {device.name}")
        ui.acceptButton.setText("&Save")
        ui.nameField.setText(device.name)
        ui.addressField.setText(device.host)
        ui.portField.setText(str(device.port) if device.port else "")
        ui.userField.setText(device.username)
        ui.jumpField.setText(device.proxy_jump)
        ui.groupField.setCurrentText(device.group)
        self.private.setChecked(device.private_candidate)
        ui.keyField.setText(device.identity_files[0] if device.identity_files else "")
        self.sign_in.choose("key" if device.identity_files else "agent" if device.use_agent else "password")

    def _signing(self, way: str) -> None:
        self.ui.keyRow.setVisible(way == "key")
        self.ui.signInHint.setText(HINTS[way])

    def _browse(self) -> None:
        chooser = QFileDialog(self, "Choose a private key")
        chooser.setObjectName("keyFileDialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.ui.keyField.setText)
        chooser.open()

    def problem(self) -> tuple[str, QLineEdit] | None:
        """What is wrong with the fields, in words, and the field; None when all is right."""
        ui = self.ui
        name, host = ui.nameField.text().strip(), ui.addressField.text().strip()
        if not host:
            return "The address is empty. Enter a host name, an IP address or a Host of ~/.ssh/config.", ui.addressField
        if any(character.isspace() for character in host):
            return f"The address {host} has a space in it. Enter one host only.", ui.addressField
        if (name or host).casefold() in self._taken:
            return f"A device named {name or host} exists. Choose another name.", ui.nameField
        if ui.portField.text() and not ui.portField.hasAcceptableInput():
            return f"Port is {ui.portField.text()}. Allowed: 1 to 65535.", ui.portField
        if self.sign_in.current == "key" and not ui.keyField.text().strip():
            return "No key file is named. Choose one, or sign in another way.", ui.keyField
        return None

    def device(self) -> Device:
        """The device that the fields describe; the name falls back to the address."""
        ui = self.ui
        host = ui.addressField.text().strip().strip("[]")
        name = ui.nameField.text().strip() or host
        way = self.sign_in.current
        values = {
            "port": int(ui.portField.text() or 0),  # 0: as the ssh config says, else 830
            "username": ui.userField.text().strip(),
            "group": ui.groupField.currentText().strip(),
            "use_agent": way == "agent",
            "identity_files": (ui.keyField.text().strip(),) if way == "key" else (),
            "proxy_jump": ui.jumpField.text().strip(),
            "private_candidate": self.private.isChecked(),
        }
        if self._device is not None:
            return replace(self._device, name=name, host=host, **values)
        return new_device(name, host, credential_policy=self._policy, **values)

    def _check(self) -> bool:
        for field in (self.ui.nameField, self.ui.addressField, self.ui.portField, self.ui.keyField):
            set_property(field, "state", "")
        found = self.problem()
        if found is None:
            return True
        text, field = found
        set_property(field, "state", "error")
        field.setFocus()
        self.notice.say("error", text)
        return False

    def _accept(self) -> None:
        if self._check():
            self.accepted_device.emit(self.device())
            self.accept()

    def _test(self) -> None:
        if self._check():
            self.ui.testButton.setEnabled(False)
            self.notice.say("info", "Connecting…")
            self.test_wanted.emit(self.device())

    def show_test(self, ok: bool, text: str) -> None:
        """How the test went."""
        self.ui.testButton.setEnabled(True)
        self.notice.say("success" if ok else "error", text)
