"""The page of the device dialog that says how a person signs in over SSH."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from netconf_gui.gui.dialogs.device_connection import LABELS
from netconf_gui.gui.form_rows import FormRows, hint, say
from netconf_gui.gui.forms import column, named, push_button, row
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Segments
from netconf_gui.workspace.inventory import Device

SIGN_IN = (("agent", "Agent", ""), ("key", "Key file", ""), ("password", "Password", ""))
HINTS = {
    "agent": "Keys of the running SSH agent are offered, then a password is asked for.",
    "key": "Only this key is offered. Its passphrase is asked for when it has one.",
    "password": "Asked for when you connect. It is kept in the keyring, for the session, or not at all.",
}
OPENSSH_HINTS = {
    "agent": "What ssh finds: the agent's keys, keys on FIDO tokens, Kerberos, certificates. Then a password is asked "
    "for.",
    "key": "This key, and the certificate beside it (its name with -cert.pub). A key on a FIDO token wants a touch.",
}


class SignInPage(QWidget):
    """Object name `signInPage`; `values()` are fields of `Device`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "signInPage", "Sign in")
        layout = column(self, spacing=0)
        form = FormRows()
        form.setColumnMinimumWidth(0, theme().px(LABELS))
        self.way = Segments("signInChoice", "Sign in with", SIGN_IN)
        self.hint = hint("", "signInHint")
        form.add("Sign in with", "signIn", self.way, self.hint)
        self.key = named(QLineEdit(), "keyField", "Key file")
        self.key.setProperty("mono", True)
        self.key.setPlaceholderText("~/.ssh/id_ed25519")
        browse = push_button("&Browse…", "browseButton", icon="open")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        line = named(QWidget(), "keyRow", "Key file")
        fields = row(line, spacing=8)
        fields.addWidget(self.key, 1)
        fields.addWidget(browse)
        self._key_row = form.add("Key file", "key", line, buddy=self.key)
        layout.addLayout(form)
        layout.addStretch(1)
        self._transport = "ssh"
        self.way.chosen.connect(self._follow)
        self._follow(self.way.current)

    def follow_transport(self, transport: str) -> None:
        """The system's ssh finds more than ours."""
        self._transport = transport
        self._follow(self.way.current)

    def show(self, device: Device | None = None) -> None:
        """Fill the fields from a device; without one it is what every widget's `show` is."""
        if device is None:
            super().show()
            return
        self.key.setText(device.identity_files[0] if device.identity_files else "")
        self.way.choose("key" if device.identity_files else "agent" if device.use_agent else "password")

    def values(self) -> dict[str, object]:
        """The fields of `Device` that the page holds."""
        way = self.way.current
        return {
            "use_agent": way == "agent",
            "identity_files": (self.key.text().strip(),) if way == "key" else (),
        }

    def problem(self) -> str:
        """What is wrong, in a sentence; empty when all is right."""
        if self.way.current == "key" and not self.key.text().strip():
            return "No key file is named. Choose one, or sign in another way."
        return ""

    def _follow(self, way: str) -> None:
        for part in self._key_row:
            part.setVisible(way == "key")
        words = OPENSSH_HINTS if self._transport == "openssh" else HINTS
        say(self.hint, words.get(way, HINTS[way]))

    def _browse(self) -> None:
        chooser = QFileDialog(self, "Choose a private key")
        chooser.setObjectName("keyFileDialog")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.key.setText)
        chooser.open()
