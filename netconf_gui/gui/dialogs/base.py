"""What all dialogs share: a form from `ui/`, a head with an icon, and never a nested event loop.

Dialogs are opened with `open()` and tell by signals; `exec()` is not used, so that nothing waits inside a handler.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QPlainTextEdit, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import roomy
from netconf_gui.gui.theme import theme


class FormDialog(QDialog):
    """A dialog made from a generated form class; `ui` holds its widgets by their names in the form."""

    def __init__(self, form: type[Any], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.ui: Any = form()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        for name in ("dialogBody", "dialogFoot"):
            part = self.findChild(QWidget, name)
            if part is not None:
                part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        if theme().factor != 1.0:
            self.resize(self.size() * theme().factor)
        for combo in self.findChildren(QComboBox):
            roomy(combo)
        for text in self.findChildren(QPlainTextEdit):
            text.setTabChangesFocus(True)

    def event(self, event: QEvent) -> bool:
        """Qt does not count wrapped lines in a window's least height: the dialog grows until all text is seen."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            layout = self.layout()
            wanted = layout.totalHeightForWidth(self.width()) if layout is not None else -1
            room = self.screen().availableGeometry().height()
            if self.isVisible() and min(wanted, room) > self.height():
                self.resize(self.width(), min(wanted, room))
        return done

    def set_head(self, icon: str, ink: str, title: str, subtitle: str) -> None:
        """Fill the form's head: icon, title and the line below it."""
        head: QLabel = self.ui.headIcon
        icons.bind(head, icon, ink, size=28)
        head.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.ui.titleLabel.setText(title)
        self.ui.titleLabel.setAccessibleName(title)
        self.ui.subtitleLabel.setText(subtitle)
        self.ui.subtitleLabel.setAccessibleName(subtitle)
        self.ui.subtitleLabel.setVisible(bool(subtitle))
