"""Where devices may call, and which certificate they are shown: the settings of call home."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QSpinBox, QWidget

from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import FormRows, hint, number
from netconf_gui.gui.forms import named, push_button, row
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice
from netconf_gui.workspace.settings import CallHomeSettings


class CallHomeDialog(FormDialog):
    """Object name `callHomeDialog`; `accepted_settings(CallHomeSettings)` when all fields are right."""

    accepted_settings = Signal(object)

    def __init__(self, parent: QWidget | None, settings: CallHomeSettings) -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("callHomeDialog")
        self.setWindowTitle("Call home")
        self.setAccessibleName("Settings of call home")
        self._settings = settings
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self.set_head("call-home", "text2", "Call home", "Where devices may connect to this computer (RFC 8071).")
        form = FormRows()
        self.at_start = named(QCheckBox("as soon as the window is there"), "callHomeAtStart", "Take calls at start")
        self.at_start.setChecked(settings.listen)
        form.add("Take calls", "callHomeStart", self.at_start)
        self.ssh, self.ssh_port = self._door(form, "ssh", "SSH", settings.ssh, settings.ssh_port)
        self.tls, self.tls_port = self._door(form, "tls", "TLS", settings.tls, settings.tls_port)
        self.address = self._field(form, "Address", "callHomeAddress", settings.address, "all, IPv4 and IPv6",
                                   "Take calls at this address of the computer only.")  # fmt: skip
        self.certificate = self._file(form, "Certificate", "callHomeCertificate", settings.certificate)
        self.private_key = self._file(form, "Its key", "callHomeKey", settings.private_key, "in the same file")
        text = (
            "Shown over TLS to callers that you accept, where their device has no certificate of yours of its own. "
            "Nobody sees it before."
        )
        form.addWidget(hint(text, "callHomeCertificateHint"), form.rowCount(), 1)
        self.notice = Notice("callHomeDialogNotice")
        self.ui.bodyLayout.insertLayout(1, form)
        self.ui.bodyLayout.insertWidget(2, self.notice)
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        save = push_button("&Save", "saveButton", role="primary")
        save.setDefault(True)
        save.clicked.connect(self._save)
        self.ui.footLayout.addWidget(cancel)
        self.ui.footLayout.addWidget(save)
        self.resize(theme().px(560), self.sizeHint().height())

    def settings(self) -> CallHomeSettings:
        """What the fields say."""
        return replace(
            self._settings,
            listen=self.at_start.isChecked(),
            ssh=self.ssh.isChecked(),
            ssh_port=self.ssh_port.value(),
            tls=self.tls.isChecked(),
            tls_port=self.tls_port.value(),
            address=self.address.text().strip().strip("[]"),
            certificate=self.certificate.text().strip(),
            private_key=self.private_key.text().strip(),
        )

    def problem(self) -> str:
        """What is wrong, in a sentence; empty when all is right."""
        wanted = self.settings()
        if not (wanted.ssh or wanted.tls):
            return "Neither SSH nor TLS is chosen. Choose at least one of them."
        if wanted.ssh and wanted.tls and wanted.ssh_port == wanted.tls_port:
            return "SSH and TLS have the same port. Choose different ones."
        if wanted.address:
            try:
                ipaddress.ip_address(wanted.address.partition("%")[0])
            except ValueError:
                return f"{wanted.address} is no address. Enter an IPv4 or IPv6 address of this computer, or none."
        if wanted.private_key and not wanted.certificate:
            return "A key is named without a certificate. Choose the certificate that belongs to it."
        for name in (wanted.certificate, wanted.private_key):
            if name and not Path(name).expanduser().is_file():
                return f"There is no file {name}."
        return ""

    def _save(self) -> None:
        problem = self.problem()
        self.notice.say("error", problem)
        if not problem:
            self.accepted_settings.emit(self.settings())
            self.accept()

    def _door(self, form: FormRows, key: str, title: str, on: bool, port: int) -> tuple[QCheckBox, QSpinBox]:
        line = named(QWidget(), f"{key}DoorLine", f"Calls over {title}")
        fields = row(line, spacing=8)
        box = named(QCheckBox(f"Over {title}, at port"), f"{key}DoorField", f"Take calls over {title}")
        box.setChecked(on)
        value = number(f"{key}DoorPort", f"Port of {title}", 1, 65535, port)
        value.setEnabled(on)
        box.toggled.connect(value.setEnabled)
        fields.addWidget(box)
        fields.addWidget(value)
        fields.addStretch(1)
        form.add("", f"{key}Door", line)
        return box, value

    def _field(
        self, form: FormRows, title: str, name: str, text: str, placeholder: str, explained: str = ""
    ) -> QLineEdit:
        field = named(QLineEdit(text), f"{name}Field", title)
        field.setPlaceholderText(placeholder)
        form.add(title, name, field, *([hint(explained, f"{name}Hint")] if explained else []), buddy=field)
        return field

    def _file(self, form: FormRows, title: str, name: str, text: str, placeholder: str = "none") -> QLineEdit:
        line = named(QWidget(), f"{name}Line", title)
        fields = row(line, spacing=8)
        field = named(QLineEdit(text), f"{name}Field", title)
        field.setPlaceholderText(placeholder)
        browse = push_button("Browse…", f"{name}Browse", icon="open")
        browse.setAutoDefault(False)
        browse.setAccessibleName(f"Choose a file: {title.lower()}")
        browse.clicked.connect(partial(self._browse, field, name))
        fields.addWidget(field, 1)
        fields.addWidget(browse)
        form.add(title, name, line, buddy=field)
        return field

    def _browse(self, field: QLineEdit, name: str, _checked: bool = False) -> None:
        chooser = QFileDialog(self, "Choose a file")
        chooser.setObjectName(f"{name}Dialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(field.setText)
        chooser.open()
