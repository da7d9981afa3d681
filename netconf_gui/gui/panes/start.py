"""The start page: three ways to begin, what was opened last, and keys worth knowing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QToolButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_start import Ui_StartPage
from netconf_gui.gui.forms import label, named, row, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Chip

KEYS = (
    ("Ctrl+Shift+P", "finds every action, device and node"),
    ("F1", "lists all keys"),
    ("Esc", "stops what is running"),
)
SHOWN = 6


class StartPage(QScrollArea):
    """What is seen first; the form `startPage` scrolls where there is little room."""

    demo_wanted = Signal()
    add_wanted = Signal()
    open_wanted = Signal()
    file_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.ui: Any = Ui_StartPage()
        form = QWidget()
        self.ui.setupUi(form)
        form.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        named(self, "startScroll", "Start")
        self.setWidget(form)
        self.setWidgetResizable(True)
        named(self.viewport(), "startViewport", "Start")
        for name in ("demo", "device", "open"):
            target = self.findChild(QLabel, f"{'add' if name == 'device' else name}Icon")
            if target is not None:
                icons.bind(target, name, "accent_text", size=24)
        for keys, text in KEYS:
            line = row(spacing=8)
            line.addWidget(Chip(f"key{keys.replace('+', '')}", keys))
            line.addWidget(label(text, f"know{keys.replace('+', '')}", kind="secondary"), 1)
            self.ui.knowListLayout.addLayout(line)
        self.ui.startDemoButton.clicked.connect(self.demo_wanted)
        self.ui.startAddButton.clicked.connect(self.add_wanted)
        self.ui.startOpenButton.clicked.connect(self.open_wanted)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.ui.logoLabel.setPixmap(icons.logo(theme().px(56), self.devicePixelRatioF()))
        self.ui.startContent.setMaximumWidth(theme().px(850))
        self.ui.startContent.setMinimumWidth(theme().px(620))

    def show_recent(self, files: Sequence[Path]) -> None:
        """List files; a click opens one."""
        layout = self.ui.recentListLayout
        while layout.count():
            old = layout.takeAt(0).widget()
            if old is not None:
                old.deleteLater()
        for position, path in enumerate(files[:SHOWN]):
            layout.addWidget(self._recent_button(position, path), 0, Qt.AlignmentFlag.AlignLeft)
        self.ui.recentEmpty.setVisible(not files)
        self._give_room()

    def _give_room(self) -> None:
        """Nested layouts with wrapped texts ask for too little height: give what they need at this width."""
        content, wide = self.ui.startContent, min(self.viewport().width() - 48, theme().px(850))
        content.layout().activate()
        content.setMinimumHeight(max(0, content.layout().heightForWidth(max(wide, theme().px(620)))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _recent_button(self, position: int, path: Path) -> QToolButton:
        button = tool_button(f"Open {path}", f"recent{position}", icon="file", text=path.name, role="link")
        button.clicked.connect(lambda: self.file_wanted.emit(str(path)))
        return button
