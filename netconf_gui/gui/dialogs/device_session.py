"""The page of the device dialog about its sessions: times, framing, how many, coming back, whose candidate."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from netconf_gui.gui.dialogs.device_connection import LABELS
from netconf_gui.gui.form_rows import FormRows, hint, number
from netconf_gui.gui.forms import column, fix_width, hline, named, roomy, row
from netconf_gui.gui.theme import theme
from netconf_gui.workspace.device import MOST_SECONDS, MOST_SESSIONS
from netconf_gui.workspace.inventory import Device

FRAMINGS = (
    ("", "As both hellos say"),
    ("eom", "End-of-message marks, as NETCONF 1.0"),
    ("chunked", "Chunks, as NETCONF 1.1"),
)
KEEPALIVES = (("settings", "As in the settings"), ("none", "Never"), ("own", "Every"))
BACK = "Come back by itself when the connection is lost"
BACK_HINT = "Ever more slowly, up to once a minute. It asks for nothing; a refused sign-in ends it."
MOST_HINT = "Of this program; notifications and probes count too. Many old devices allow four."
PRIVATE_HINT = "Where the device has it, nobody else sees your edits."


class SessionPage(QWidget):
    """Object name `sessionPage`; `values()` are fields of `Device`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "sessionPage", "Session")
        layout = column(self, spacing=12)
        form = FormRows()
        form.setColumnMinimumWidth(0, theme().px(LABELS))
        self.connect_timeout = _seconds("connectTimeoutField", "Connecting, at most")
        form.add("Connecting", "connectTimeout", self.connect_timeout, hint("For each step.", "connectTimeoutHint"))
        self.rpc_timeout = _seconds("rpcTimeoutField", "Replies, at most")
        words = "While nothing of it arrives. What takes a device long, such as a commit, has its own."
        form.add("Replies", "rpcTimeout", self.rpc_timeout, hint(words, "rpcTimeoutHint"))
        self.keepalive = named(QComboBox(), "keepaliveChoice", "Signs of life")
        for key, text in KEEPALIVES:
            self.keepalive.addItem(text, key)
        roomy(self.keepalive)
        self.keepalive_every = number("keepaliveField", "Seconds between signs of life", 1, 86400, 30, unit="s")
        line = named(QWidget(), "keepaliveLine", "Signs of life")
        fields = row(line, spacing=8)
        fields.addWidget(self.keepalive, 1)
        fields.addWidget(self.keepalive_every)
        form.add("Signs of life", "keepalive", line, buddy=self.keepalive)
        self.most = number("maxSessionsField", "Most sessions at a time", 0, MOST_SESSIONS, 0)
        self.most.setSpecialValueText("no limit")
        form.add("Most sessions", "maxSessions", self.most, hint(MOST_HINT, "maxSessionsHint"), buddy=self.most)
        layout.addLayout(form)
        layout.addWidget(hline("sessionLine"))
        layout.addLayout(self._protocol())
        layout.addStretch(1)
        self.keepalive.currentIndexChanged.connect(self._follow)
        self._follow()

    def _protocol(self) -> FormRows:
        form = FormRows()
        form.setColumnMinimumWidth(0, theme().px(LABELS))
        self.framing = named(QComboBox(), "framingField", "Framing of messages")
        for key, text in FRAMINGS:
            self.framing.addItem(text, key)
        roomy(self.framing)
        form.add("Framing", "framing", self.framing, buddy=self.framing)
        self.subsystem = named(QLineEdit(), "subsystemField", "Subsystem of SSH")
        self.subsystem.setPlaceholderText("netconf")
        self.subsystem.setProperty("mono", True)
        self._subsystem_row = form.add("Subsystem", "subsystem", self.subsystem, buddy=self.subsystem)
        self.private = named(QCheckBox("Ask for a candidate of my own"), "privateCandidateField", "Private candidate")
        self.private.setToolTip("private-candidate 1.0 and Nokia's")
        form.add("Candidate", "privateCandidate", self.private, hint(PRIVATE_HINT, "privateCandidateHint"))
        self.back = named(QCheckBox(BACK), "reconnectField", BACK)
        form.add("After a loss", "reconnect", self.back, hint(BACK_HINT, "reconnectHint"))
        self.back.setChecked(True)
        return form

    def follow_transport(self, transport: str) -> None:
        """TLS has no subsystems."""
        for part in self._subsystem_row:
            part.setVisible(transport != "tls")

    def show(self, device: Device | None = None) -> None:
        """Fill the fields from a device; without one it is what every widget's `show` is."""
        if device is None:
            super().show()
            return
        self.connect_timeout.setValue(device.connect_timeout)
        self.rpc_timeout.setValue(device.rpc_timeout)
        kind = "none" if device.keepalive < 0 else "own" if device.keepalive else "settings"
        self.keepalive.setCurrentIndex(self.keepalive.findData(kind))
        if device.keepalive > 0:
            self.keepalive_every.setValue(max(1, round(device.keepalive)))
        self.most.setValue(device.max_sessions)
        self.framing.setCurrentIndex(self.framing.findData(device.framing))
        self.subsystem.setText("" if device.subsystem == "netconf" else device.subsystem)
        self.private.setChecked(device.private_candidate)
        self.back.setChecked(device.reconnect)

    def values(self) -> dict[str, object]:
        """The fields of `Device` that the page holds."""
        every = {"settings": 0.0, "none": -1.0, "own": float(self.keepalive_every.value())}
        return {
            "connect_timeout": self.connect_timeout.value(),
            "rpc_timeout": self.rpc_timeout.value(),
            "keepalive": every[self.keepalive.currentData()],
            "max_sessions": self.most.value(),
            "framing": self.framing.currentData(),
            "subsystem": self.subsystem.text().strip() or "netconf",
            "private_candidate": self.private.isChecked(),
            "reconnect": self.back.isChecked(),
        }

    def problem(self) -> str:
        """What is wrong, in a sentence; empty when all is right."""
        name = self.subsystem.text().strip()
        if any(character.isspace() for character in name):
            return f"The subsystem {name} has a space in it. Most devices call it netconf."
        return ""

    def _follow(self, _index: int = 0) -> None:
        self.keepalive_every.setVisible(self.keepalive.currentData() == "own")


class _Seconds(QDoubleSpinBox):
    """Whole seconds are written as such."""

    def textFromValue(self, value: float) -> str:
        return f"{value:g}"


def _seconds(name: str, title: str) -> QDoubleSpinBox:
    """A time; 0 leaves it to the settings."""
    made = named(_Seconds(), name, title)
    made.setRange(0.0, MOST_SECONDS)
    made.setDecimals(1)
    made.setSuffix(" s")
    made.setSpecialValueText("as in the settings")
    made.lineEdit().setTextMargins(theme().px(6), 0, 0, 0)
    fix_width(made, 172)
    return made
