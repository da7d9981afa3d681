"""Small composite widgets that several panes and dialogs use; no knowledge of devices or documents.

Chip (a count or state in a pill), Segments (exclusive buttons in a track), SearchField (also over a list), ElidedLabel,
EmptyState, Notice (a tinted line with an icon), PaneHead (title and buttons over a pane).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, fix_height, label, named, push_button, row, set_property, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES


class Chip(QLabel):
    """A word or count in a pill; `kind`: added removed changed moved warning info error plain."""

    def __init__(self, object_name: str, text: str = "", kind: str = "plain") -> None:
        super().__init__(text)
        named(self, object_name, text or object_name)
        self.setProperty("chip", kind)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_text(self, text: str, kind: str) -> None:
        """Show `text` as that kind; an empty text hides the chip."""
        self.setText(text)
        self.setAccessibleName(text or self.objectName())
        set_property(self, "chip", kind)
        self.setVisible(bool(text))


class Segments(QFrame):
    """Exclusive choices side by side; `chosen(key)` when a person or `choose()` changes the choice."""

    chosen = Signal(str)

    def __init__(self, object_name: str, accessible_name: str, choices: Sequence[tuple[str, str, str]]) -> None:
        """`choices`: (key, text, icon name or "") in order; the first is chosen."""
        super().__init__()
        named(self, object_name, accessible_name, role="segments")
        self._group = QButtonGroup(self)
        self._group.setObjectName(f"{object_name}Group")
        self._buttons: dict[str, QAbstractButton] = {}
        layout = row(self, margins=(2, 2, 2, 2), spacing=2)
        for key, text, icon in choices:
            button = tool_button(text, f"{object_name}_{key}", icon=icon, text=text, checkable=True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._buttons[choices[0][0]].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    @property
    def current(self) -> str:
        """The key of the choice."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QAbstractButton:
        return self._buttons[key]

    def set_style(self, style: Qt.ToolButtonStyle, chosen: Qt.ToolButtonStyle | None = None) -> None:
        """Words, icons or both (`chosen`: of the choice); the layout is brought up to date, and so is `sizeHint`."""
        for button in self._buttons.values():
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(chosen if chosen is not None and button.isChecked() else style)
                button.updateGeometry()
        own = self.layout()
        if own is not None:
            own.invalidate()

    def _toggled(self, button: QAbstractButton, on: bool) -> None:
        if on:
            self.chosen.emit(self.current)


class SearchField(QLineEdit):
    """A line edit with a magnifying glass and a clear button."""

    def __init__(self, object_name: str, placeholder: str) -> None:
        super().__init__()
        named(self, object_name, placeholder)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        self._glass = self.addAction(icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setObjectName(f"{object_name}Icon")
        icons.bind(self._glass, "search")


class ListSearchField(SearchField):
    """Down goes to the list (`down`), Escape empties."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.down.emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
        else:
            super().keyPressEvent(event)


class ElidedLabel(QLabel):
    """One line that gives way: its middle or end is elided instead of widening its pane."""

    def __init__(
        self, object_name: str, text: str = "", *, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(text)
        named(self, object_name, text or object_name)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(24), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(self.text() if cut else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        inside = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, inside.width())
        self.style().drawItemText(
            painter, inside, int(self.alignment()), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )
        painter.end()


class EmptyState(QWidget):
    """What an empty pane says: an icon, what is missing, what to do, and the buttons that do it."""

    def __init__(self, object_name: str, icon: str, title: str, text: str) -> None:
        super().__init__()
        named(self, object_name, title)
        self.icon = QLabel()
        named(self.icon, f"{object_name}Icon", title)
        icons.bind(self.icon, icon, "text3", size=24)
        self.icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label(title, f"{object_name}Title", kind="head", wrap=True)
        self.text = label(text, f"{object_name}Text", kind="secondary", wrap=True)
        self._layout = column(self, margins=(20, 8, 20, 8), spacing=4)
        self._layout.addStretch(2)
        for part in (self.icon, self.title, self.text):
            if isinstance(part, QLabel):
                part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._layout.addWidget(part)
        self._buttons = QVBoxLayout()
        self._buttons.setContentsMargins(0, theme().px(8), 0, 0)
        self._layout.addLayout(self._buttons)
        self._layout.addStretch(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = event.size().height()
        self.icon.setVisible(height >= theme().px(120))
        self.text.setVisible(height >= theme().px(56))  # below, one line is whole rather than two cut

    def say(self, title: str, text: str) -> None:
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleName(title)

    def add_button(self, text: str, object_name: str, clicked: Callable[[], object], *, icon: str = "") -> QPushButton:
        button = push_button(text, object_name, icon=icon)
        button.clicked.connect(lambda: clicked())
        self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button


class Notice(QFrame):
    """A tinted line with an icon that tells how something went; hidden while it has nothing to say."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        named(self, object_name, "notice", role="notice")
        layout = row(self, margins=(12, 8, 12, 8), spacing=8)
        self._icon = named(QLabel(), f"{object_name}Icon", "kind of notice")
        self._text = label("", f"{object_name}Text", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, kind: str, text: str) -> None:
        """Show `text`; `kind`: info success warning error; an empty text hides the notice."""
        self.setVisible(bool(text))
        self._text.setText(text)
        self.setAccessibleName(text or "notice")
        set_property(self, "state", kind)
        icons.bind(self._icon, kind, kind)


class PaneHead(QWidget):
    """The head of a side pane: its title, and flat buttons at the right."""

    def __init__(self, object_name: str, title: str) -> None:
        super().__init__()
        named(self, object_name, title, role="head")
        fix_height(self, SIZES.pane_head)
        self._layout = row(self, margins=(12, 0, 8, 0), spacing=4)
        self.title = label(title, f"{object_name}Title", kind="head")
        self._layout.addWidget(self.title)
        self._layout.addStretch(1)

    def add(self, widget: QWidget) -> None:
        self._layout.addWidget(widget)
