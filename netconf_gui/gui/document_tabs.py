"""The tabs in the centre: one per document, review or start page; what they hold is told by the holder."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QTabBar, QTabWidget, QToolButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import action, fix_height, named, row, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

DIRTY = " •"
LEAST = 12  # characters of a title that stay when there are many; then the tabs scroll


class DocumentTabBar(QTabBar):
    """A middle click closes; titles are cut at their end, but never to less than says something."""

    def minimumTabSizeHint(self, index: int) -> QSize:
        full, least = self.tabSizeHint(index), super().minimumTabSizeHint(index)
        text, metrics = self.tabText(index), self.fontMetrics()
        spare = metrics.horizontalAdvance(text) - metrics.horizontalAdvance(text[:LEAST] + "…")
        return QSize(max(least.width(), full.width() - max(0, spare)), least.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and at >= 0:
            self.tabCloseRequested.emit(at)
            event.accept()
            return
        super().mouseReleaseEvent(event)


class DocumentTabs(QTabWidget):
    """Object name `documentTabs`; pages are added with their icon and told to close by signal."""

    page_changed = Signal(object)  # the current page, or None
    close_wanted = Signal(object)
    close_many_wanted = Signal(object)  # a list of pages

    def __init__(self) -> None:
        super().__init__()
        named(self, "documentTabs", "Documents")
        bar = named(DocumentTabBar(), "documentTabBar", "Documents")
        self.setTabBar(bar)
        bar.setDrawBase(False)
        bar.setExpanding(False)
        bar.setElideMode(Qt.TextElideMode.ElideRight)
        bar.setUsesScrollButtons(True)
        bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for left in bar.findChildren(QToolButton):
            left.setAccessibleName("Scroll tabs")
        self.setDocumentMode(True)
        self.setTabsClosable(True)
        self.setMovable(True)
        self._icons: dict[QWidget, str] = {}
        self.more_button = tool_button("What to do with tabs", "tabsMenuButton", icon="more", role="chrome")
        self.more_button.clicked.connect(self._menu)
        corner = named(QWidget(), "tabsCorner", "Tab tools", role="strip")
        line = row(corner, margins=(4, 0, 8, 0))
        line.addWidget(self.more_button)
        fix_height(corner, SIZES.tab - 4)
        self.setCornerWidget(corner, Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._changed)
        self.tabCloseRequested.connect(self._close_at)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._bar_menu)
        theme().changed.connect(self._restyle)

    def pages(self) -> list[QWidget]:
        found = [self.widget(at) for at in range(self.count())]
        return [page for page in found if page is not None]

    def add_page(self, page: QWidget, title: str, icon: str, *, tip: str = "") -> None:
        """Add and show a page."""
        self._icons[page] = icon
        at = self.addTab(page, icons.named(icon, "text2"), title)
        self.setTabToolTip(at, tip or title)
        self.tabBar().setAccessibleTabName(at, title)
        self._name_close_button(at, title)
        self.setCurrentIndex(at)

    def set_title(self, page: QWidget, title: str, *, dirty: bool = False) -> None:
        at = self.indexOf(page)
        wanted = title.replace("&", "&&") + (DIRTY if dirty else "")
        if at >= 0 and self.tabText(at) != wanted:
            self.setTabText(at, wanted)
            self.tabBar().setAccessibleTabName(at, f"{title}, changed" if dirty else title)
            self._name_close_button(at, title)

    def remove_page(self, page: QWidget) -> None:
        """Take the page out and delete it."""
        self._icons.pop(page, None)
        at = self.indexOf(page)
        if at >= 0:
            self.removeTab(at)
        page.deleteLater()

    def focus_page(self) -> None:
        """Give the keyboard to the page in front."""
        page = self.currentWidget()
        if page is not None:
            page.setFocus()

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) page, around the end."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + by) % self.count())

    def _name_close_button(self, at: int, title: str) -> None:
        for side in (QTabBar.ButtonPosition.RightSide, QTabBar.ButtonPosition.LeftSide):
            button = self.tabBar().tabButton(at, side)
            if button is not None:
                named(button, "closeTabButton", f"Close {title}")

    def _changed(self, at: int) -> None:
        self.page_changed.emit(self.widget(at) if at >= 0 else None)

    def _close_at(self, at: int) -> None:
        self.close_wanted.emit(self.widget(at))

    def _bar_menu(self, where: QPoint) -> None:
        at = self.tabBar().tabAt(where)
        if at >= 0:
            self._show_menu(self.widget(at), self.tabBar().mapToGlobal(where))

    def _menu(self) -> None:
        corner = self.more_button.mapToGlobal(self.more_button.rect().bottomLeft())
        self._show_menu(self.currentWidget(), corner)

    def _show_menu(self, page: QWidget | None, where: QPoint) -> None:
        if page is None:
            return
        menu = named(QMenu(self), "tabMenu", "Tab")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = action(menu, "Close", "closeThisTabAction", icon="close")
        close.triggered.connect(lambda: self.close_wanted.emit(page))
        others = action(menu, "Close others", "closeOtherTabsAction")
        rest = [one for one in self.pages() if one is not page]
        others.setEnabled(bool(rest))
        others.triggered.connect(lambda: self.close_many_wanted.emit(rest))
        everything = action(menu, "Close all", "closeAllTabsAction")
        everything.triggered.connect(lambda: self.close_many_wanted.emit(self.pages()))
        menu.addActions([close, others, everything])
        menu.popup(where)

    def _restyle(self) -> None:
        for page, icon in self._icons.items():
            self.setTabIcon(self.indexOf(page), icons.named(icon, "text2"))
