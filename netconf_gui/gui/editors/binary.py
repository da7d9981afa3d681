"""The editor of binary values: as hex or base64, from a file and into one; the length counts octets.

The value of the editor is always base64, as it stands in the document (RFC 7950, section 9.8).
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from netconf_gui.gui.forms import column, label, named, push_button, row, set_property
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Segments
from netconf_gui.yang.datatypes import binary

MOST_LOADED = 1024 * 1024
"""Octets that are taken from a file: what a device should hold in one leaf is far smaller."""

MOST_SHOWN = 4096  # octets; more are told, not shown
LINES = 4
_HEX = re.compile(r"([0-9a-fA-F]{2})*", re.ASCII)
_HEX_FILLERS = re.compile(r"0[xX]|[\s:,.-]")


def as_hex(data: bytes) -> str:
    """Octets in hex, by groups of two."""
    return data.hex(" ", -2)


def from_hex(text: str) -> bytes | None:
    """Octets of a text in hex; blanks, colons, points, hyphens and ``0x`` may stand between."""
    plain = _HEX_FILLERS.sub("", text)
    return bytes.fromhex(plain) if _HEX.fullmatch(plain) else None


class _Field(QPlainTextEdit):
    """Where the octets are written; Return commits, Escape reverts."""

    left = Signal()
    entered = Signal()
    escaped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class BinaryEdit(QWidget):
    """Hex or base64 in a field, *Load…* and *Save…* below."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._before = text
        self._value = text
        self._filling = False
        self._locked = False
        layout = column(self, spacing=4)
        self.forms = Segments("binaryForm", "Written as", [("hex", "Hex", ""), ("base64", "Base64", "")])
        self.length = label("", "binarySize", kind="hint")
        head = row(spacing=8)
        head.addWidget(self.forms)
        head.addStretch(1)
        head.addWidget(self.length)
        layout.addLayout(head)
        self.field = named(_Field(), "valueEditorField", "Octets", role="field")
        self.field.viewport().setObjectName("valueEditorView")
        self.field.viewport().setAccessibleName("Octets")
        self.field.setFont(theme().mono())
        self.field.setTabChangesFocus(True)
        self.field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * LINES + theme().px(14))
        layout.addWidget(self.field)
        self.load = push_button("Load…", "binaryLoad", icon="open")
        self.load.setToolTip(f"Take the content of a file of at most {MOST_LOADED // 1024:,} KiB")
        self.save = push_button("Save…", "binarySave", icon="save")
        foot = row(spacing=8)
        for button in (self.load, self.save):
            button.setProperty("compact", True)
            foot.addWidget(button)
        foot.addStretch(1)
        layout.addLayout(foot)
        self.setFocusProxy(self.field)
        self.own_problem = ""
        self._fill()
        self.forms.chosen.connect(lambda _form: self._fill())
        self.field.textChanged.connect(self._typed)
        self.field.entered.connect(self._finish)
        self.field.left.connect(self._finish)
        self.field.escaped.connect(self.revert)
        self.load.clicked.connect(self._load)
        self.save.clicked.connect(self._save)

    # value

    def value(self) -> str:
        return self._value

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = text
        if text != self._value or self.own_problem:
            self._value = text
            self._fill()

    def changed_text(self) -> str | None:
        """The value if it is another than at the start."""
        return self._value if self._value != self._before else None

    def revert(self) -> None:
        """Bring back the value it started with."""
        self._value = self._before
        self._fill()
        self.edited.emit(self._value)

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        self._locked = on
        self.load.setEnabled(not on)
        self.field.setReadOnly(on or self._too_long)
        set_property(self.field, "locked", on)

    @property
    def _too_long(self) -> bool:
        return len(self._value) > MOST_SHOWN * 4 // 3 + 4

    # showing

    def _fill(self) -> None:
        data = binary(self._value)
        self.own_problem = ""
        if data is None and self.forms.current == "hex":
            self.forms.choose("base64")  # what is no base64 can only be shown as it is
            return
        self._filling = True
        if self._too_long:
            start = (data or b"")[:16].hex(" ")
            self.field.setPlainText(f"{start} …\nToo long to be shown; save it to a file.")
        elif data is not None and self.forms.current == "hex":
            self.field.setPlainText(as_hex(data))
        else:
            self.field.setPlainText(self._value)
        self._filling = False
        self.field.setReadOnly(self._locked or self._too_long)
        self.save.setEnabled(bool(data))
        self._count(data)

    def _count(self, data: bytes | None) -> None:
        if data is None:
            self.length.setText("")
        else:
            self.length.setText("1 octet" if len(data) == 1 else f"{len(data):,} octets")

    def _typed(self) -> None:
        if self._filling:
            return
        text = self.field.toPlainText()
        if self.forms.current == "hex":
            data = from_hex(text)
            if data is None:
                self.own_problem = "not hex. Allowed: pairs of 0 to 9 and a to f."
                self.length.setText("")
                self.edited.emit(self._value)
                return
            self._value = base64.b64encode(data).decode()
        else:
            self._value = "".join(text.split())
            data = binary(self._value)
        self.own_problem = ""
        self._count(data)
        self.save.setEnabled(bool(data))
        self.edited.emit(self._value)

    def _finish(self) -> None:
        text = self.changed_text()
        if text is not None and not self.own_problem:
            self._before = text
            self.committed.emit(text)

    # files

    def _load(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.window(), "Load binary value")
        if name:
            self.load_file(Path(name))

    def load_file(self, path: Path) -> None:
        """Take a file's content; what is wrong with the file is told as this editor's problem."""
        try:
            size = path.stat().st_size
            if size > MOST_LOADED:
                self.own_problem = (
                    f"unchanged. {path.name} has {size:,} octets; files of at most {MOST_LOADED:,} can be loaded."
                )
                self.edited.emit(self._value)
                return
            data = path.read_bytes()
        except OSError as error:
            self.own_problem = f"unchanged. {path.name} cannot be read: {error.strerror or error}."
            self.edited.emit(self._value)
            return
        self._value = base64.b64encode(data).decode()
        self._fill()
        self.edited.emit(self._value)
        self._finish()

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self.window(), "Save binary value")
        data = binary(self._value)
        if not name or data is None:
            return
        try:
            Path(name).write_bytes(data)
        except OSError as error:
            self.own_problem = f"unchanged. {Path(name).name} cannot be written: {error.strerror or error}."
            self.edited.emit(self._value)
