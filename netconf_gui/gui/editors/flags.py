"""The editor of few bits: a box each, in the order of their positions."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from netconf_gui.gui.forms import column, label, named
from netconf_gui.yang.schema import TypeInfo


class FlagsEdit(QWidget):
    """The bits of a value as check boxes; Up and Down go from box to box, Space sets and clears."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, value: str, info: TypeInfo, *, default: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._unknown: list[str] = []
        self._boxes: dict[str, QCheckBox] = {}
        self._before = value
        self._locked = False
        layout = column(self, spacing=4)
        if default:
            layout.addWidget(label(f"default {default}", "flagsDefault", kind="hint"))
        for bit in sorted(info.bits, key=lambda one: one.value):
            box = named(QCheckBox(bit.name), f"bit_{bit.name}", bit.name)
            words = " ".join(bit.description.split())
            box.setToolTip(words)
            box.setAccessibleDescription(words)
            box.clicked.connect(self._finish)
            self._boxes[bit.name] = box
            layout.addWidget(box)
        if self._boxes:
            self.setFocusProxy(next(iter(self._boxes.values())))
        self.set_value(value)

    def value(self) -> str:
        return " ".join([name for name, box in self._boxes.items() if box.isChecked()] + self._unknown)

    def set_value(self, text: str) -> None:
        """Show another value; names that are no bits of the type are kept until one is changed."""
        self._before = text
        names = text.split()
        self._unknown = [name for name in names if name not in self._boxes]
        for name, box in self._boxes.items():
            box.setChecked(name in names)

    def changed_text(self) -> str | None:
        """Nothing: each click is a commit."""
        return None

    def revert(self) -> None:
        """Bring back the value it started with."""
        self.set_value(self._before)

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        self._locked = on
        for box in self._boxes.values():
            box.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, on)
            box.setEnabled(not on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            boxes = list(self._boxes.values())
            at = next((number for number, box in enumerate(boxes) if box.hasFocus()), 0)
            aim = at + (1 if event.key() == Qt.Key.Key_Down else -1)
            if 0 <= aim < len(boxes):
                boxes[aim].setFocus(Qt.FocusReason.TabFocusReason)
            event.accept()
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        self._unknown = []
        self._before = self.value()
        self.edited.emit(self._before)
        self.committed.emit(self._before)
