"""The bottom dock: one tab strip over a stack of panes, without a second head; it can be folded to the strip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QSizePolicy, QStackedWidget, QTabBar, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, fix_height, named, row, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES


class NoTitle(QWidget):
    """A title bar that takes no room: the tab strip is the head."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "bottomTitle", "no title")

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class BottomDock(QDockWidget):
    """Panes by key; `add()` them in the order of their tabs."""

    shown = Signal(str)

    def __init__(self) -> None:
        super().__init__("Bottom")
        named(self, "bottomDock", "Problems, apply, activity and wire")
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.setTitleBarWidget(NoTitle())
        self._keys: list[str] = []
        self._icons: list[str] = []
        body = named(QWidget(), "bottomBody", "Bottom panes", role="pane")
        layout = column(body)
        strip = named(QWidget(), "bottomStrip", "Bottom panes", role="strip")
        fix_height(strip, SIZES.pane_head)
        line = row(strip, margins=(0, 0, 8, 0))
        self.tabs = named(QTabBar(), "bottomTabs", "Bottom panes", role="bottom")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stack = named(QStackedWidget(), "bottomStack", "Bottom panes")
        self.stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.fold_button = tool_button("Hide the bottom panes", "foldBottomButton", icon="down", role="chrome")
        self.fold_button.clicked.connect(self.hide)
        line.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        line.addWidget(self.fold_button)
        layout.addWidget(strip)
        layout.addWidget(self.stack, 1)
        self.setWidget(body)
        self.setMinimumHeight(theme().px(88))
        self.tabs.currentChanged.connect(self._chosen)
        self.tabs.tabBarClicked.connect(self._chosen)
        theme().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(600), theme().px(SIZES.pane_head + 150))

    def add(self, key: str, title: str, icon: str, pane: QWidget) -> None:
        self._keys.append(key)
        self._icons.append(icon)
        self.stack.addWidget(pane)
        at = self.tabs.addTab(icons.icon(icon), title)
        self.tabs.setAccessibleTabName(at, title)

    def choose(self, key: str) -> None:
        """Show the pane of that key, and the dock if it is hidden."""
        self.show()
        self.tabs.setCurrentIndex(self._keys.index(key))

    @property
    def current(self) -> str:
        return self._keys[self.tabs.currentIndex()]

    def set_title(self, key: str, title: str) -> None:
        at = self._keys.index(key)
        self.tabs.setTabText(at, title)
        self.tabs.setAccessibleTabName(at, title)

    def _chosen(self, at: int) -> None:
        if at >= 0:
            self.stack.setCurrentIndex(at)
            self.shown.emit(self._keys[at])

    def _restyle(self) -> None:
        for at, icon in enumerate(self._icons):
            self.tabs.setTabIcon(at, icons.icon(icon))
