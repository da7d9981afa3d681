"""F6 and Shift+F6: the keyboard goes from pane to pane of the window, and back to where it was in each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDockWidget, QScrollArea, QWidget


class PaneWalk(QObject):
    """Steps through `areas` in their order; those that are hidden or empty are left out."""

    def __init__(self, parent: QObject, areas: Sequence[QWidget]) -> None:
        super().__init__(parent)
        self.setObjectName("paneWalk")
        self._areas = tuple(areas)

    def step(self, by: int) -> None:
        """Give the keyboard to the next (1) or previous (-1) pane that can take it."""
        focus = QApplication.focusWidget()
        at = next((n for n, area in enumerate(self._areas) if focus is not None and area.isAncestorOf(focus)), 0)
        for number in range(1, len(self._areas) + 1):
            target = _target(self._areas[(at + by * number) % len(self._areas)])
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return


def _target(area: QWidget) -> QWidget | None:
    """What takes the keys in an area: what had them last, else a list, else a field, else whatever can."""
    if not area.isVisible():
        return None
    inside_dock = area.widget() if isinstance(area, QDockWidget) else None
    area = inside_dock if inside_dock is not None else area  # not the buttons of its head
    last = area.focusWidget()
    if last is not None and last is not area and _takes(last, area, Qt.FocusPolicy.TabFocus):
        return last
    inside = area.findChildren(QWidget)
    lists = [one for one in inside if isinstance(one, QAbstractItemView)]
    fields = [one for one in inside if not isinstance(one, QScrollArea)]
    strong, tab = Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.TabFocus
    tries = ((lists, strong), (fields, strong), (inside, tab))
    return next((one for some, policy in tries for one in some if _takes(one, area, policy)), None)


def _takes(one: QWidget, area: QWidget, policy: Qt.FocusPolicy) -> bool:
    wanted = one.focusPolicy() & policy
    return one.isVisible() and one.isEnabled() and wanted == policy
