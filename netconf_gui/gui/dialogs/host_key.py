"""The host key dialog: an unknown key is asked about, a changed or revoked one is refused in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from netconf_gui.errors import HostKey
from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_host_key import Ui_HostKeyDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.theme import theme

TYPES = {
    "ssh-ed25519": "ED25519",
    "ssh-rsa": "RSA",
    "ssh-dss": "DSA",
    "ecdsa-sha2-nistp256": "ECDSA, 256 bits",
    "ecdsa-sha2-nistp384": "ECDSA, 384 bits",
    "ecdsa-sha2-nistp521": "ECDSA, 521 bits",
}


class HostKeyDialog(FormDialog):
    """Object name `hostKeyDialog`; `decided(trust)` once.  A changed key (then there are `known` ones) can only be
    refused, and so can a revoked one."""

    decided = Signal(bool)

    def __init__(
        self,
        parent: QWidget | None,
        key: HostKey,
        device: str = "",
        known: Sequence[HostKey] = (),
        *,
        revoked: bool = False,
    ) -> None:
        super().__init__(Ui_HostKeyDialog, parent)
        self._trusted = False
        self._key = key
        name = device or key.host
        refused = revoked or bool(known)
        ui = self.ui
        if refused:
            self._refuse(name, known, revoked=revoked)
        else:
            self.set_head(
                "host-key", "warning", f"Is this really {name}?", "This computer has never seen the key of this host."
            )
        ui.hostValue.setText(f"{key.host}, port {key.port}")
        ui.typeValue.setText(_type(key))
        ui.offeredValue.setText(key.fingerprint)
        for part in (ui.knownLabel, ui.knownValue):
            part.setVisible(bool(known))
        for part in (ui.trustButton, ui.storeLabel):
            part.setVisible(not refused)
        ui.refuseButton.setText("Close" if refused else "Do &not connect")
        ui.refuseButton.setFocus()
        icons.bind(ui.copyButton, "copy")
        ui.copyButton.clicked.connect(self._copy)
        ui.refuseButton.clicked.connect(self.reject)
        ui.trustButton.clicked.connect(self._trust)
        self.finished.connect(self._finished)
        self.resize(theme().px(560), self.sizeHint().height())

    def _refuse(self, name: str, known: Sequence[HostKey], *, revoked: bool) -> None:
        """The words about a key that nobody is asked about."""
        ui = self.ui
        title, heading = (
            ("Host key revoked", f"The key of {name} was revoked")
            if revoked
            else ("Host key changed", f"The key of {name} has changed")
        )
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.set_head("warning", "error", heading, "The connection was refused. Nothing was sent.")
        ui.adviceLabel.setText(
            "The key is marked @revoked in a known_hosts file: whoever holds it may not be the device. Ask whoever "
            "runs the device for its new key before you connect."
            if revoked
            else "Either the device was reinstalled or got a new key, or someone is between you and it. Ask whoever "
            "runs the device. If the new key is right, remove the old one from the known_hosts file and connect "
            "again."
        )
        ui.adviceLabel.setAccessibleName(ui.adviceLabel.text())
        ui.offeredLabel.setText("Offered now")
        ui.knownValue.setText("\n".join(f"{one.fingerprint}  ({_type(one)})" for one in known))

    def _trust(self) -> None:
        self._trusted = True
        self.accept()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._key.fingerprint)

    def _finished(self) -> None:
        self.decided.emit(self._trusted)


def _type(key: HostKey) -> str:
    return TYPES.get(key.key_type, key.key_type)
