"""The editor of whole and decimal numbers of any size, with steps; no floating point anywhere."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox, QWidget

from netconf_gui.gui.forms import named, set_property
from netconf_gui.gui.theme import theme
from netconf_gui.yang.datatypes import INTEGERS, decimal, integer
from netconf_gui.yang.schema import TypeInfo


class NumberEdit(QSpinBox):
    """Anything can be typed; Up and Down (Page Up, Page Down: by ten) stay within the parts of the type's range.

    Only the looks are QSpinBox's: its own value is an int of 32 bits and not used, the text is the value.
    """

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str, info: TypeInfo, *, hint: str = "", parent: QWidget | None = None) -> None:
        self._text = text
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._info = info
        self._before = text
        self.setFont(theme().mono())
        line = self.lineEdit()
        line.setObjectName("valueEditorLine")
        line.setAccessibleName("Value")
        line.setFont(theme().mono())
        line.setText(text)
        line.setPlaceholderText(hint)
        line.setTextMargins(theme().px(6), 0, 0, 0)
        line.textChanged.connect(self._keep)
        line.textEdited.connect(self._typed)
        self.editingFinished.connect(self._finish)

    def _keep(self, text: str) -> None:
        self._text = text

    def _typed(self, text: str) -> None:
        # comes before textChanged
        self._text = text
        self.edited.emit(text)

    def textFromValue(self, value: int) -> str:
        return self._text

    def valueFromText(self, text: str) -> int:
        return 0

    @staticmethod
    def suits(info: TypeInfo) -> bool:
        """Whether the type is a number."""
        return info.base in INTEGERS or info.base == "decimal64"

    def value(self) -> str:  # type: ignore[override]
        return self._text

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = text
        if self.value() != text:
            self.lineEdit().setText(text)

    def changed_text(self) -> str | None:
        """The text if it is another than at the start."""
        return self.value() if self.value() != self._before else None

    def revert(self) -> None:
        """Bring back the value it started with."""
        self._show(self._before)
        self.lineEdit().selectAll()

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        self.setReadOnly(on)
        set_property(self, "locked", on)
        self.setButtonSymbols(
            QAbstractSpinBox.ButtonSymbols.NoButtons if on else QAbstractSpinBox.ButtonSymbols.UpDownArrows
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.changed_text() is not None:
            self.revert()
            event.accept()
            return
        super().keyPressEvent(event)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        if self.isReadOnly():
            return QAbstractSpinBox.StepEnabledFlag.StepNone
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        """The next number in that direction that the type allows."""
        number = self._number()
        if number is None:
            low = self._info.ranges[0][0] if self._info.ranges else "0"
            self._show(low)
            return
        self._show(self._written(self._inside(number + steps * self._unit(), up=steps > 0)))

    def _unit(self) -> Decimal:
        return Decimal(1) if self._info.base in INTEGERS else Decimal(1).scaleb(-self._info.fraction_digits)

    def _number(self) -> Decimal | None:
        if self._info.base in INTEGERS:
            whole = integer(self.value())
            return None if whole is None else Decimal(whole)
        return decimal(self.value())

    def _inside(self, number: Decimal, *, up: bool) -> Decimal:
        ranges = [(Decimal(low), Decimal(high)) for low, high in self._info.ranges]
        if not ranges or any(low <= number <= high for low, high in ranges):
            return number
        if up:
            return min((low for low, _ in ranges if low > number), default=ranges[-1][1])
        return max((high for _, high in ranges if high < number), default=ranges[0][0])

    def _written(self, number: Decimal) -> str:
        if self._info.base in INTEGERS:
            return str(int(number))
        return f"{number:.{self._info.fraction_digits}f}"

    def _show(self, text: str) -> None:
        self.lineEdit().setText(text)
        self.edited.emit(text)

    def _finish(self) -> None:
        text = self.changed_text()
        if text is not None and not self.property("cell"):
            self._before = text
            self.committed.emit(text)
