"""The TLS page of the device dialog: your certificate and key, who vouches for the device, the accepted certificate.

Passphrases are no part of it: they are asked for when the key is used, and remembered as the person chooses then.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from netconf_gui.gui.dialogs.certificate import fingerprint_lines
from netconf_gui.gui.form_rows import FormRows, hint, say
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.transport.tls_certificate import normal_fingerprint
from netconf_gui.workspace.inventory import Device

_FILES = (
    # field of Device, title, what choosing is called, what stands in the empty field
    ("certificate", "Your certificate", "Choose a client certificate", "PEM or PKCS#12 (.p12, .pfx)"),
    ("private_key", "Its key", "Choose a private key", "in the same file"),
    ("ca_file", "CA file", "Choose a CA file", "the authorities this computer trusts"),
)
_HINTS = {
    "private_key": "A passphrase is asked for when the key is used. It is kept in the keyring, for the session, or "
    "not at all.",
    "ca_file": "Whoever is in this file vouches for the device: an authority, or the device's own certificate.",
}
_NAME_HINT = "Whom the device's certificate has to name, if that is not the address."
_NO_PIN = "None. If the device's certificate cannot be verified, you are shown it and asked."
_PIN_HINT = "This certificate alone is accepted. With another one the connection is refused."


class TlsPage(QWidget):
    """Object name `tlsPage`; `values()` are fields of `Device`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "tlsPage", "TLS")
        layout = column(self, spacing=0)
        form = FormRows()
        self.fields: dict[str, QLineEdit] = {}
        for name, title, chooser, placeholder in _FILES:
            line, field = self._file_line(name, title, chooser, placeholder)
            extra = [hint(_HINTS[name], f"{name}Hint")] if name in _HINTS else []
            form.add(title, name, line, *extra, buddy=field)
        self.server_name = named(QLineEdit(), "serverNameField", "Name in its certificate")
        self.server_name.setPlaceholderText("the address")
        form.add("Name", "serverName", self.server_name, hint(_NAME_HINT, "serverNameHint"), buddy=self.server_name)
        self._pinned = ""
        self.pin = label("", "pinnedValue", wrap=True)
        self.pin_hint = hint("", "pinnedHint")
        self.forget = push_button("&Forget it", "forgetPinButton", icon="delete")
        self.forget.setToolTip("Accept this certificate no longer; takes effect when the device is saved")
        self.forget.clicked.connect(lambda: self._show_pin(""))
        line = named(QWidget(), "pinnedLine", "Accepted certificate")
        fields = row(line, spacing=8)
        fields.addWidget(self.pin, 1)
        fields.addWidget(self.forget)
        form.add("Accepted", "pinned", line, self.pin_hint)
        layout.addLayout(form)
        layout.addStretch(1)
        self._show_pin("")

    def show(self, device: Device | None = None) -> None:
        """Fill the fields from a device; without one it is what every widget's `show` is."""
        if device is None:
            super().show()
            return
        for name, field in self.fields.items():
            field.setText(str(getattr(device, name)))
        self.server_name.setText(device.server_name)
        self._show_pin(normal_fingerprint(device.pinned_certificate))

    def values(self) -> dict[str, object]:
        """The fields of `Device` that the page holds."""
        files: dict[str, object] = {name: field.text().strip() for name, field in self.fields.items()}
        return {**files, "server_name": self.server_name.text().strip(), "pinned_certificate": self._pinned}

    def problem(self) -> str:
        """What is wrong, in a sentence; empty when all is right."""
        files = {name: field.text().strip() for name, field in self.fields.items()}
        if files["private_key"] and not files["certificate"]:
            return "A key is named without a certificate. Choose the certificate that belongs to it."
        for name, title, _, _ in _FILES:
            if files[name] and not Path(files[name]).expanduser().is_file():
                return f"{title}: there is no file {files[name]}."
        if any(character.isspace() for character in self.server_name.text().strip()):
            return "The name in the certificate has a space in it. Enter one host name or address."
        return ""

    def _file_line(self, name: str, title: str, chooser: str, placeholder: str) -> tuple[QWidget, QLineEdit]:
        line = named(QWidget(), f"{name}Line", title)
        fields: QHBoxLayout = row(line, spacing=8)
        field = named(QLineEdit(), f"{name}Field", title)
        field.setPlaceholderText(placeholder)
        browse = push_button("Browse…", f"{name}Browse", icon="open")
        browse.setAccessibleName(chooser)
        browse.setAutoDefault(False)
        browse.clicked.connect(partial(self._browse, name, chooser))
        fields.addWidget(field, 1)
        fields.addWidget(browse)
        self.fields[name] = field
        return line, field

    def _browse(self, name: str, title: str, _checked: bool = False) -> None:
        chooser = QFileDialog(self, title)
        chooser.setObjectName(f"{name}Dialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.fields[name].setText)
        chooser.open()

    def _show_pin(self, fingerprint: str) -> None:
        self._pinned = fingerprint
        self.pin.setText(fingerprint_lines(fingerprint) if fingerprint else _NO_PIN)
        self.pin.setProperty("mono", bool(fingerprint))
        self.pin.setAccessibleName(f"Accepted certificate: {fingerprint or 'none'}")
        self.forget.setVisible(bool(fingerprint))
        say(self.pin_hint, _PIN_HINT if fingerprint else "")
