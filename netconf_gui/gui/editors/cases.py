"""A selector of few fixed things, for what is no value: the case of a choice, a container that is there or not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from netconf_gui.gui.forms import named

Option = tuple[str, str, str]
"""The key, what is shown for it, and what a tooltip says."""


class CaseEdit(QComboBox):
    """One of some options; `committed(key)` when a person chose another."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, current: str, options: Sequence[Option], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "caseEdit", name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(14)
        for key, shown, tip in options:
            self.addItem(shown, key)
            if tip:
                self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        view = self.view()
        assert view is not None
        named(view, "caseEditList", name)
        self._before = current
        self.setCurrentIndex(self.findData(current))
        self.activated.connect(self._finish)

    def value(self) -> str:
        return str(self.currentData() if self.currentIndex() >= 0 else "")

    def set_value(self, text: str) -> None:
        """Show another option, as if it had always been the one."""
        self._before = text
        self.setCurrentIndex(self.findData(text))

    def changed_text(self) -> str | None:
        """The key if it is another than at the start."""
        return self.value() if self.value() != self._before else None

    def open_at_once(self) -> CaseEdit:
        """As the editor of a cell: the list opens as soon as it stands in its place."""
        self.setProperty("cell", True)
        QTimer.singleShot(0, self, self.showPopup)
        return self

    @property
    def popup_open(self) -> bool:
        """Whether the focus is in the list that it opened."""
        view = self.view()
        return view is not None and view.isVisible()

    def _finish(self, *_: object) -> None:
        text = self.changed_text()
        if text is not None:
            if not self.property("cell"):
                self._before = text
            self.edited.emit(text)
        if text is not None or self.property("cell"):
            self.committed.emit(self.value())
