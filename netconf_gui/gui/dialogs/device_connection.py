"""The first page of the device dialog: what the device is called, where it is, and the way to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.form_rows import FormRows, hint, say
from netconf_gui.gui.forms import column, fix_width, hline, label, named, roomy, row
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Segments
from netconf_gui.transport.old_algorithms import OLD_WARNING
from netconf_gui.transport.tls import TLS_PORT
from netconf_gui.workspace.device import proxy_problem
from netconf_gui.workspace.inventory import Device

LABELS = 92  # px: the left side of every form of the dialog
TRANSPORTS = (("ssh", "SSH", ""), ("openssh", "The system's ssh", ""), ("tls", "TLS", ""))
TRANSPORT_HINTS = {
    "ssh": "This program's own.",
    "openssh": "The OpenSSH that is installed here: for FIDO keys, Kerberos, certificates, and a ProxyCommand of "
    "~/.ssh/config. Host keys and passwords are asked for here all the same.",
    "tls": "RFC 7589: you sign in with a certificate, on the page TLS.",
}
ADDRESS_HINT = "A name, an address, or a Host of ~/.ssh/config. Empty port: the one there, else 830."
ADDRESS_HINT_TLS = f"A name or an address. An empty port: {TLS_PORT}."
CALL_HINT = "It connects to this computer (RFC 8071), and is recognised by its host key or certificate."
WAY_HINT = "Jump hosts as [user@]host[:port], proxies as socks5:// or http://; several with commas."
OLD_HINT = "SHA-1 key exchange, ssh-rsa, CBC, by the system's ssh: for what offers nothing else."


class ConnectionPage(QWidget):
    """Object name `connectionPage`; `values()` are fields of `Device`; `transport_changed` when it is another one."""

    transport_changed = Signal(str)

    def __init__(self, groups: Sequence[str] = ()) -> None:
        super().__init__()
        named(self, "connectionPage", "Connection")
        layout = column(self, spacing=12)
        layout.addLayout(self._who(groups))
        layout.addWidget(hline("wayLine"))
        layout.addLayout(self._way())
        layout.addStretch(1)
        self.transport.chosen.connect(self._follow)
        self.old.clicked.connect(self._warn)
        self._follow(self.transport.current)

    def _who(self, groups: Sequence[str]) -> FormRows:
        form = FormRows()
        form.setColumnMinimumWidth(0, theme().px(LABELS))
        self.name = named(QLineEdit(), "nameField", "Name")
        self.name.setPlaceholderText("the address")
        form.add("&Name", "name", self.name, buddy=self.name)
        self.address = named(QLineEdit(), "addressField", "Address")
        self.address.setProperty("mono", True)
        self.port = named(QLineEdit(), "portField", "Port")
        self.port.setProperty("mono", True)
        self.port.setValidator(QIntValidator(1, 65535, self))
        fix_width(self.port, 116)
        words = label("&Port", "portLabel", kind="label")
        words.setBuddy(self.port)
        line = named(QWidget(), "addressLine", "Address and port")
        fields = row(line, spacing=12)
        fields.addWidget(self.address, 1)
        fields.addWidget(words)
        fields.addWidget(self.port)
        self.address_hint = hint(ADDRESS_HINT, "addressHint")
        form.add("&Address", "address", line, self.address_hint, buddy=self.address)
        self.user = named(QLineEdit(), "userField", "User")
        self.user.setPlaceholderText("as in ~/.ssh/config")
        self._user_row = form.add("&User", "user", self.user, buddy=self.user)
        self.group = named(QComboBox(), "groupField", "Group")
        self.group.setEditable(True)
        self.group.addItems(["", *groups])
        editor: QLineEdit | None = self.group.lineEdit()
        if editor is not None:
            named(editor, "groupEdit", "Group").setPlaceholderText("none")
        roomy(self.group)
        form.add("&Group", "group", self.group, buddy=self.group)
        return form

    def _way(self) -> FormRows:
        form = FormRows()
        form.setColumnMinimumWidth(0, theme().px(LABELS))
        self.transport = Segments("transportChoice", "Connected by", TRANSPORTS)
        self.transport_hint = hint("", "transportHint")
        form.add("Connected by", "transport", self.transport, self.transport_hint)
        self.proxy = named(QLineEdit(), "proxyField", "Proxy")
        self.proxy.setProperty("mono", True)
        self.proxy.setPlaceholderText("none")
        self._proxy_row = form.add("Pro&xy", "proxy", self.proxy, buddy=self.proxy)
        self.jump = named(QLineEdit(), "jumpField", "Jump host")
        self.jump.setProperty("mono", True)
        self.jump.setPlaceholderText("none")
        self._jump_row = form.add("&Jump host", "jump", self.jump, hint(WAY_HINT, "wayHint"), buddy=self.jump)
        self.old = named(QCheckBox("Allow old algorithms for this device"), "oldAlgorithmsField", "Old algorithms")
        self._old_row = form.add("Algorithms", "oldAlgorithms", self.old, hint(OLD_HINT, "oldHint"))
        self.calls = named(QCheckBox("The device calls this computer"), "callHomeField", "Call home")
        form.add("Call home", "callHome", self.calls, hint(CALL_HINT, "callHint"))
        return form

    # ---- the page of a dialog

    def show(self, device: Device | None = None) -> None:
        """Fill the fields from a device; without one it is what every widget's `show` is."""
        if device is None:
            super().show()
            return
        self.name.setText(device.name)
        self.address.setText(device.host)
        self.port.setText(str(device.port) if device.port else "")
        self.user.setText(device.username)
        self.group.setCurrentText(device.group)
        self.proxy.setText(device.proxy)
        self.jump.setText(device.proxy_jump)
        self.old.setChecked(device.old_algorithms)
        self.calls.setChecked(device.call_home)
        self.transport.choose(device.transport)

    def values(self) -> dict[str, object]:
        """The fields of `Device` that the page holds; the name falls back to the address."""
        host = self.address.text().strip().strip("[]")
        by_tls = self.transport.current == "tls"
        return {
            "name": self.name.text().strip() or host,
            "host": host,
            "port": int(self.port.text() or (TLS_PORT if by_tls else 0)),  # 0: as the ssh config says, else 830
            "username": "" if by_tls else self.user.text().strip(),
            "group": self.group.currentText().strip(),
            "transport": self.transport.current,
            "proxy": self.proxy.text().strip(),
            "proxy_jump": self.jump.text().strip(),
            "old_algorithms": self.old.isChecked() and not by_tls,
            "call_home": self.calls.isChecked(),
        }

    def wrong(self, taken: set[str]) -> tuple[str, QLineEdit] | None:
        """What is wrong in words, and the field; None when all is right.  `taken`: names of others, casefolded."""
        name, host = self.name.text().strip(), self.address.text().strip()
        if not host:
            return "The address is empty. Enter a host name, an IP address or a Host of ~/.ssh/config.", self.address
        if any(character.isspace() for character in host):
            return f"The address {host} has a space in it. Enter one host only.", self.address
        if (name or host).casefold() in taken:
            return f"A device named {name or host} exists. Choose another name.", self.name
        if self.port.text() and not self.port.hasAcceptableInput():
            return f"Port is {self.port.text()}. Allowed: 1 to 65535.", self.port
        if problem := proxy_problem(self.proxy.text().strip()):
            return problem, self.proxy
        return None

    # ---- what follows what

    def _follow(self, transport: str) -> None:
        by_tls = transport == "tls"
        for part in (*self._user_row, *self._old_row):
            part.setVisible(not by_tls)
        self.port.setPlaceholderText(str(TLS_PORT) if by_tls else "config or 830")
        say(self.address_hint, ADDRESS_HINT_TLS if by_tls else ADDRESS_HINT)
        say(self.transport_hint, TRANSPORT_HINTS[transport])
        self.transport_changed.emit(transport)

    def _warn(self, on: bool) -> None:
        """A person ticked it: say plainly what that means, and have them say it again."""
        if not on:
            return
        question = ask_for_old_algorithms(self, self.name.text().strip() or self.address.text().strip())
        question.answered.connect(lambda key: self.old.setChecked(key == "allow"))


def ask_for_old_algorithms(parent: QWidget, device: str) -> Question:
    """The warning; answers "allow" when the person wants them all the same."""
    question = Question(
        parent,
        f"Allow old algorithms for {device or 'this device'}?",
        OLD_WARNING,
        [Choice("refuse", "Do not allow", "primary"), Choice("allow", "Allow for this device", "danger")],
        icon="warning",
        ink="warning",
        object_name="oldAlgorithmsQuestion",
    )
    question.open()
    return question
