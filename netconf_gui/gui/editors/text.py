"""Editors that are one line of text: plain text, and numbers of any size with steps."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QSpinBox, QWidget

from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme
from netconf_gui.session.redact import is_secret_name
from netconf_gui.yang.datatypes import INTEGERS, decimal, integer
from netconf_gui.yang.schema import TypeInfo


class TextEdit(QLineEdit):
    """Text of any type; `committed(text)` on Enter or when the focus goes and the text is another."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str, *, hint: str = "", secret: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        named(self, "valueEditor", "Value")
        self.setFont(theme().mono())
        self.setPlaceholderText(hint)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self._before = text
        self.textEdited.connect(self.edited)
        self.editingFinished.connect(self._finish)

    def value(self) -> str:
        return self.text()

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = text
        if self.text() != text:
            self.setText(text)

    def changed_text(self) -> str | None:
        """The text if it is another than at the start."""
        return self.text() if self.text() != self._before else None

    def _finish(self) -> None:
        text = self.changed_text()
        if text is not None and not self.property("cell"):
            self._before = text
            self.committed.emit(text)


class NumberEdit(QSpinBox):
    """A whole or decimal number of any size; anything can be typed, steps stay within the type's ranges.

    Only the looks are QSpinBox's: its own value is an int of 32 bits and not used, the text is the value.
    """

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str, info: TypeInfo, parent: QWidget | None = None) -> None:
        self._text = text
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._info = info
        self._before = text
        line = self.lineEdit()
        line.setObjectName("valueEditorLine")
        line.setAccessibleName("Value")
        line.setFont(theme().mono())
        line.setText(text)
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
        unit = Decimal(1) if self._info.base in INTEGERS else Decimal(1).scaleb(-self._info.fraction_digits)
        self._show(self._written(self._inside(number + steps * unit, up=steps > 0)))

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


def is_secret(name: str) -> bool:
    """Whether values of that name are shown as dots."""
    return is_secret_name(name)
