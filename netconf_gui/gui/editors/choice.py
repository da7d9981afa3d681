"""Editors that offer what can be chosen: a list, a switch, a set of flags."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QCompleter, QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import column, named
from netconf_gui.gui.theme import theme
from netconf_gui.yang.schema import EnumItem

Choice = tuple[str, str, str]
"""The value, what is shown for it, and what a tooltip says."""


class ChoiceEdit(QComboBox):
    """A value out of a list; `open` lists take any text as well (leafref, union, identities of unknown modules)."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, value: str, choices: Sequence[Choice], *, free: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self.setFont(theme().mono())
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(14)
        self._before = value
        self.setEditable(free)
        for value_of, shown, tip in choices:
            self.addItem(shown, value_of)
            if tip:
                self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        view = self.view()
        assert view is not None
        named(view, "valueEditorList", "Choices")
        if free:
            self._set_up_line()
        self._show(value)
        self.activated.connect(self._finish)

    def _set_up_line(self) -> None:
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.lineEdit()
        assert line is not None
        line.setObjectName("valueEditorLine")
        line.setAccessibleName("Value")
        line.setFont(theme().mono())
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = completer.popup()
        assert popup is not None
        named(popup, "valueEditorHints", "Matching choices")
        completer.activated.connect(self._finish)
        self.setCompleter(completer)
        line.textEdited.connect(lambda _text: self.edited.emit(self.value()))
        line.editingFinished.connect(self._finish)

    def value(self) -> str:
        text = self.currentText()
        at = self.findText(text, Qt.MatchFlag.MatchExactly)
        return str(self.itemData(at)) if at >= 0 else text

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = text
        self._show(text)

    def changed_text(self) -> str | None:
        """The value if it is another than at the start."""
        return self.value() if self.value() != self._before else None

    def _show(self, value: str) -> None:
        at = self.findData(value)
        if at < 0 and not self.isEditable() and value:
            # not one of the choices: shown all the same, so that nothing is changed by looking at it
            self.insertItem(0, value, value)
            at = 0
        self.setCurrentIndex(at)
        if self.isEditable() and at < 0:
            self.setEditText(value)

    def _finish(self, *_: object) -> None:
        text = self.changed_text()
        if text is None:
            return
        if not self.property("cell"):  # in a cell the tree asks for the text after this
            self._before = text
        self.edited.emit(text)
        self.committed.emit(text)


class Switch(QAbstractButton):
    """On or off; `words` are the values that it stands for (the type empty: set, not set)."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(
        self, value: str, *, words: tuple[str, str] = ("false", "true"), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._words = words
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setChecked(value == words[1])
        self.setText(words[self.isChecked()])
        self.toggled.connect(lambda on: self.setText(self._words[on]))
        self.clicked.connect(self._finish)

    def value(self) -> str:
        return self._words[self.isChecked()]

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self.setChecked(text == self._words[1])

    def changed_text(self) -> str | None:
        return None

    def sizeHint(self) -> QSize:
        look = theme()
        text = max(self.fontMetrics().horizontalAdvance(word) for word in self._words)
        return QSize(look.px(34 + 8 + 4) + text, look.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._draw(painter)
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()

    def _draw(self, painter: QPainter) -> None:
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = look.px(18)
        track = QRect(look.px(2), (self.height() - height) // 2, look.px(32), height)
        on = self.isChecked()
        fill = "disabled" if not self.isEnabled() else "accent" if on else "surface"
        painter.setPen(QPen(look.color("accent" if on and self.isEnabled() else "control"), 1))
        painter.setBrush(look.color(fill))
        painter.drawRoundedRect(track, height / 2, height / 2)
        side = height - look.px(6)
        left = track.right() - side - look.px(2) if on else track.left() + look.px(3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("on_accent" if on else "text2"))
        painter.drawEllipse(left, track.top() + look.px(3), side, side)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("focus"), 2))
            painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), height / 2 + 1, height / 2 + 1)
        painter.setPen(look.color("text" if self.isEnabled() else "disabled"))
        painter.setFont(look.mono())
        rest = QRect(QPoint(track.right() + look.px(8), 0), QPoint(self.width(), self.height() - 1))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _finish(self) -> None:
        self.edited.emit(self.value())
        self.committed.emit(self.value())


class FlagsEdit(QWidget):
    """The bits of a value as check boxes; the value keeps the order of the type."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, value: str, bits: Sequence[EnumItem], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._unknown: list[str] = []
        self._boxes: dict[str, QCheckBox] = {}
        layout = column(self, spacing=4)
        for bit in bits:
            box = named(QCheckBox(bit.name), f"bit_{bit.name}", bit.name)
            box.setToolTip(bit.description)
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
        names = text.split()
        self._unknown = [name for name in names if name not in self._boxes]
        for name, box in self._boxes.items():
            box.setChecked(name in names)

    def changed_text(self) -> str | None:
        return None

    def _finish(self) -> None:
        self._unknown = []
        self.edited.emit(self.value())
        self.committed.emit(self.value())
