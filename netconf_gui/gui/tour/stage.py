"""What the tour acts with: it finds widgets by name, clicks and types with real events, waits, and takes pictures.

Nothing here knows the steps; they are in `tour.py`.  Every action raises `TourFailed`, in words, when what it needs
is not there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QTreeView, QWidget

from netconf_gui.gui.theme import theme

Found = TypeVar("Found", bound=QWidget)
PATIENCE = 30.0  # seconds; the first load compiles all modules


class TourFailed(Exception):
    """A step did not show what it should."""


def pause(milliseconds: int) -> None:
    """Let the program work for a while.

    Not `QTest.qWait`: it keeps Python's lock while it waits, so every other thread stands still meanwhile.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Stage:
    """The window on show; `shots` are the pictures taken so far."""

    def __init__(self, window: QWidget, folder: Path) -> None:
        self.window = window
        self.folder = folder
        self.shots: list[Path] = []

    # ------------------------------------------------------------------------------------------------- looking

    def wait(self, condition: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
        """Let the program work until `condition()` holds."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise TourFailed(f"After {seconds:g} s there was still not: {what}.")
            pause(20)

    def settle(self) -> None:
        """Let what was started by the last event be drawn."""
        pause(120)

    def come_to_front(self) -> None:
        """Have the keyboard, as a person's window has."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow, "the window has the keyboard", seconds=10)

    def maybe(self, kind: type[Found], name: str) -> Found | None:
        """The visible widget of that object name, in the window or in a dialog over it."""
        roots = [*(one for one in QApplication.topLevelWidgets() if one.isVisible()), self.window]
        for root in roots:
            if isinstance(root, kind) and root.objectName() == name and root.isVisible():
                return root
            for child in root.findChildren(kind, name):
                if child.isVisible():
                    return child
        return None

    def find(self, kind: type[Found], name: str, *, seconds: float = PATIENCE) -> Found:
        """The visible widget of that name, waited for."""
        self.wait(lambda: self.maybe(kind, name), f"{name} on the screen", seconds=seconds)
        found = self.maybe(kind, name)
        assert found is not None
        return found

    def expect(self, holds: object, what: str) -> None:
        """Fail unless `holds`."""
        if not holds:
            raise TourFailed(f"Expected, but not so: {what}.")

    # -------------------------------------------------------------------------------------------------- acting

    def click(self, name: str, kind: type[QWidget] = QWidget) -> None:
        """Click the widget of that name, once it can be clicked."""
        widget = self.find(kind, name)
        self.wait(widget.isEnabled, f"{name} can be clicked")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    def click_at(self, widget: QWidget, where: QPoint) -> None:
        """Click a spot of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
        self.settle()

    def keys(self, widget: QWidget, text: str) -> None:
        """Type a text into a widget."""
        QTest.keyClicks(widget, text)

    def key(self, widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press one key."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(widget, key, held)
        self.settle()

    def replace_text(self, widget: QWidget, text: str) -> None:
        """Select everything in a field and type over it."""
        self.key(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.keys(widget, text)

    def click_row(self, view: QAbstractItemView, index: QModelIndex, *, double: bool = False) -> None:
        """Click a row, scrolled into sight."""
        view.scrollTo(index)
        self.settle()
        spot = view.visualRect(index)
        where = QPoint(min(spot.left() + 40, spot.right()), spot.center().y())
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
        if double:
            QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
        self.settle()

    def walk(self, view: QTreeView, names: Sequence[str], column: int) -> QModelIndex:
        """Open the tree along `names` with the keyboard, and leave the cursor on the last."""
        above = QModelIndex()
        for name in names:
            self.wait(
                lambda above=above, name=name: _child(view, above, name, column).isValid(),  # type: ignore[misc]
                f"{name} in the tree",
                seconds=10,
            )
            here = _child(view, above, name, column)
            self.click_row(view, here)
            if name is not names[-1] and not view.isExpanded(here.siblingAtColumn(0)):
                self.key(view, Qt.Key.Key_Right)
            above = here.siblingAtColumn(0)
        return view.currentIndex()

    # ------------------------------------------------------------------------------------------------ pictures

    def shot(self, title: str) -> None:
        """A picture of the window, with the dialog over it, as NN-title.png."""
        self.settle()
        picture = self.window.grab()
        ratio = picture.devicePixelRatio()
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                self._lay_over(picture, dialog)
        path = self.folder / f"{len(self.shots) + 1:02}-{title}.png"
        picture.setDevicePixelRatio(ratio)
        if not picture.save(str(path)):
            raise TourFailed(f"{path} could not be written.")
        self.shots.append(path)

    def _lay_over(self, picture: QPixmap, dialog: QDialog) -> None:
        """The dialog in the middle of the darkened window, as a window manager would show it."""
        painter = QPainter(picture)
        shade = theme().color("text" if not theme().tokens.dark else "sunken")
        shade.setAlphaF(0.35)
        painter.fillRect(self.window.rect(), shade)
        at = self.window.rect().center() - dialog.rect().center()
        painter.setPen(theme().color("line2"))
        painter.drawPixmap(at, dialog.grab())
        painter.drawRect(dialog.rect().translated(at).adjusted(-1, -1, 0, 0))
        painter.end()


def _child(view: QTreeView, above: QModelIndex, name: str, column: int) -> QModelIndex:
    """The row of that name below `above`; buckets of long lists are looked into."""
    model = view.model()
    for row in range(model.rowCount(above)):
        index = model.index(row, column, above)
        if str(index.data() or "") == name:
            return index
    return QModelIndex()
