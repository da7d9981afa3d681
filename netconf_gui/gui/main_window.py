"""The main window: docks, document tabs, tool bar, menus and status bar put together, and its layout kept.

Nothing here talks to devices or files: controllers connect to `actions` and to the panes.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QPushButton, QSizePolicy, QToolBar, QToolButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.actions import Actions, Menus, make_actions
from netconf_gui.gui.document_tabs import DocumentTabs
from netconf_gui.gui.forms import fix_height, fix_width, icon_size, named, push_button, tool_button
from netconf_gui.gui.pane_walk import PaneWalk
from netconf_gui.gui.panes.bottom import BottomDock
from netconf_gui.gui.panes.devices import DevicesPane
from netconf_gui.gui.panes.guard_banner import GuardBanner
from netconf_gui.gui.search_box import WIDTHS, SearchBox
from netconf_gui.gui.status_bar import StatusBar
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import PaneHead

LAYOUT_VERSION = 1
DEVICES_WIDTH, NODE_WIDTH, BOTTOM_HEIGHT = 252, 308, 182
SMALL_DEVICES_WIDTH, SMALL_NODE_WIDTH, SMALL_BOTTOM_HEIGHT = 228, 288, 152


class MainWindow(QMainWindow):
    """Holds `actions`, `menus`, `devices`, `documents`, `bottom`, `status`; `close_wanted` asks before closing."""

    close_wanted = Signal()

    def __init__(self, node_pane: QWidget, geometry: QSettings) -> None:
        super().__init__()
        named(self, "mainWindow", "netconf_gui")
        self.setWindowTitle("netconf_gui")
        self.setWindowIcon(icons.app_icon())
        self._geometry = geometry
        self._may_close = False
        self._laid_out = False
        self._panes_wait = False
        self.actions_ = make_actions(self)
        self.actions_.stop.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.devices = DevicesPane()
        self.documents = DocumentTabs()
        self.node_pane = node_pane
        self.bottom = BottomDock()
        self.status = StatusBar()
        self.search = SearchBox()
        self.setCentralWidget(self.documents)
        self.setStatusBar(self.status)
        self._make_docks()
        panes = self._pane_actions()
        self.menus = Menus(self, self.actions_, panes)
        self.toolbar = self._make_toolbar(self.actions_)
        self.guard_banner = GuardBanner()
        self.addToolBarBreak()
        self.addToolBar(self.guard_banner)
        self._follow_width()
        walk = PaneWalk(self, (self.devices_dock, self.documents, self.node_dock, self.bottom, self.guard_banner))
        self.actions_.next_pane.triggered.connect(lambda: walk.step(1))
        self.actions_.previous_pane.triggered.connect(lambda: walk.step(-1))
        theme().changed.connect(self._restyle)
        self.actions_.reset_layout.triggered.connect(self.reset_layout)
        self.resize(1440, 900)
        self.setMinimumSize(900, 560)

    # ------------------------------------------------------------------------------------------------- docks

    def _make_docks(self) -> None:
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        head = PaneHead("devicesHead", "Devices")
        self.add_button = tool_button("Add a device", "addDeviceButton", icon="add")
        self.add_button.clicked.connect(self.actions_.add_device.trigger)
        head.add(self.add_button)
        self.devices_dock = self._side("devicesDock", "Devices", self.devices, head, 200)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.devices_dock)
        node_head = PaneHead("nodeHead", "Node")
        self.node_dock = self._side("nodeDock", "Node", self.node_pane, node_head, 264)
        close = tool_button("Hide the node pane", "hideNodeButton", icon="close")
        close.clicked.connect(self.node_dock.hide)
        node_head.add(close)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.node_dock)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.bottom)

    def _side(self, name: str, title: str, pane: QWidget, head: PaneHead, least: int) -> QDockWidget:
        dock = named(QDockWidget(title), name, title)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )
        dock.setTitleBarWidget(head)
        dock.setWidget(pane)
        pane.setMinimumWidth(theme().px(least))
        return dock

    def _pane_actions(self) -> list[QAction]:
        made = []
        for dock, text, keys in (
            (self.devices_dock, "&Devices", "Alt+6"),
            (self.node_dock, "&Node", "Alt+7"),
            (self.bottom, "&Bottom panes", "Alt+8"),
        ):
            toggle = dock.toggleViewAction()
            toggle.setObjectName(f"{dock.objectName()}Action")
            toggle.setText(text)
            toggle.setShortcut(keys)
            self.addAction(toggle)
            made.append(toggle)
        return made

    # ---------------------------------------------------------------------------------------------- tool bar

    def _make_toolbar(self, a: Actions) -> QToolBar:
        bar = named(QToolBar("Tools"), "toolBar", "Tools")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        fix_height(bar, SIZES.toolbar)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(icon_size(airy=True))
        self.addToolBar(bar)
        texts = {
            a.add_device: "Add device",
            a.connect: "Connect",
            a.disconnect: "Disconnect",
            a.refresh: "Refresh",
            a.validate: "Validate",
            a.show_diff: "Show diff",
        }
        for act, text in texts.items():
            act.setIconText(text)
        for group in ([a.add_device, a.connect, a.disconnect], [a.refresh, a.undo, a.redo], [a.validate, a.show_diff]):
            if bar.actions():
                line = bar.widgetForAction(bar.addSeparator())
                if line is not None:
                    named(line, "toolSeparator", "separator")
            for act in group:
                bar.addAction(act)
                self._dress_tool(bar, act, plain=act in (a.undo, a.redo))
        # one button at a time: what can be done with the selected device
        a.disconnect.setVisible(False)
        self.apply_button = self._make_review_button(a)
        bar.addWidget(self.apply_button)
        filler = named(QWidget(), "toolFiller", "filler")
        filler.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(filler)
        bar.addWidget(self.search)
        extension = bar.findChild(QToolButton, "qt_toolbar_ext_button")
        if extension is not None:
            extension.setAccessibleName("More tools")
        return bar

    def _dress_tool(self, bar: QToolBar, act: QAction, *, plain: bool) -> None:
        button = bar.widgetForAction(act)
        if isinstance(button, QToolButton):
            name = act.objectName().removesuffix("Action")
            named(button, f"{name}Button" if name != "addDevice" else "addDeviceTool", act.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if plain:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _make_review_button(self, a: Actions) -> QPushButton:
        button = push_button("Review and apply", "reviewButton", icon="apply", role="primary")
        button.setIconSize(icon_size())
        button.setEnabled(a.review.isEnabled())
        button.setToolTip(a.review.toolTip())
        button.clicked.connect(a.review.trigger)

        def follow() -> None:
            on = a.review.isEnabled()
            button.setEnabled(on)
            icons.bind(button, "apply", "on_accent" if on else "text2")

        a.review.enabledChanged.connect(follow)
        follow()
        return button

    def _follow_width(self) -> None:
        """Fit the tool bar again when it is shown, and when other buttons are in it."""
        self._fit_soon = QTimer(self, singleShot=True, interval=0)
        self._fit_soon.timeout.connect(self._fit_toolbar)
        for act in (self.actions_.connect, self.actions_.disconnect):
            act.visibleChanged.connect(self._fit_soon.start)

    def _fit_toolbar(self) -> None:
        """Where there is little room the search shrinks, then texts give way to icons; the main button stays."""
        a, bar = self.actions_, self.toolbar
        spare = [bar.widgetForAction(act) for act in (a.connect, a.disconnect, a.refresh, a.validate, a.show_diff)]
        for width, words in ((WIDTHS[0], True), (WIDTHS[1], True), (WIDTHS[2], True), (WIDTHS[2], False)):
            fix_width(self.search, width)
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
            for button in spare:
                if isinstance(button, QToolButton) and button.toolButtonStyle() != style:
                    button.setToolButtonStyle(style)
            inside = bar.layout()
            if inside is not None:
                inside.invalidate()
            if bar.sizeHint().width() <= self.width():
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_toolbar()

    def _restyle(self) -> None:
        self.toolbar.setIconSize(icon_size(airy=True))
        self.apply_button.setIconSize(icon_size())
        self._fit_toolbar()

    # ------------------------------------------------------------------------------------------------ layout

    def restore_layout(self) -> None:
        """As it was left, or the default for this screen."""
        state, shape = self._geometry.value("window/state"), self._geometry.value("window/geometry")
        if isinstance(shape, QByteArray) and self.restoreGeometry(shape) and isinstance(state, QByteArray):
            self._laid_out = self.restoreState(state, LAYOUT_VERSION)
            self.guard_banner.setVisible(bool(self.guard_banner.rows))
        if not self._laid_out:
            # nothing to show in them before there is a document
            self.node_dock.hide()
            self.bottom.hide()
            self._panes_wait = True

    def show_panes(self) -> None:
        """The first document is there: show the panes about it, unless a person has put them away."""
        if self._panes_wait:
            self._panes_wait = False
            self.node_dock.show()
            self.bottom.show()
            self._size_docks()

    def save_layout(self) -> None:
        self._geometry.setValue("window/geometry", self.saveGeometry())
        self._geometry.setValue("window/state", self.saveState(LAYOUT_VERSION))
        self._geometry.sync()

    def reset_layout(self) -> None:
        """All panes where they belong, in the sizes that fit the window."""
        for dock, area in (
            (self.devices_dock, Qt.DockWidgetArea.LeftDockWidgetArea),
            (self.node_dock, Qt.DockWidgetArea.RightDockWidgetArea),
            (self.bottom, Qt.DockWidgetArea.BottomDockWidgetArea),
        ):
            self.addDockWidget(area, dock)
            dock.show()
        self._size_docks()

    def _size_docks(self) -> None:
        small = self.width() <= 1366
        px = theme().px
        left, right = (SMALL_DEVICES_WIDTH, SMALL_NODE_WIDTH) if small else (DEVICES_WIDTH, NODE_WIDTH)
        self.resizeDocks([self.devices_dock, self.node_dock], [px(left), px(right)], Qt.Orientation.Horizontal)
        low = SMALL_BOTTOM_HEIGHT if small else BOTTOM_HEIGHT
        self.resizeDocks([self.bottom], [px(low)], Qt.Orientation.Vertical)

    def give_bottom(self, height: int) -> None:
        """Make the bottom dock at least `height` high (px at the base font size), as far as the window allows."""
        wanted = min(theme().px(height), self.height() // 2)
        self.bottom.show()
        if self.bottom.height() < wanted:
            self.resizeDocks([self.bottom], [wanted], Qt.Orientation.Vertical)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # only what is shown knows how wide it is
        self._fit_soon.start()
        if not self._laid_out:
            self._laid_out = True
            self._size_docks()

    # ------------------------------------------------------------------------------------------------ closing

    def let_close(self) -> None:
        """Everything is in order: close without asking."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            self.save_layout()
            event.accept()
            return
        event.ignore()
        self.close_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that no editor wanted stops what runs (as a shortcut it would be taken from editors)."""
        if event.key() == Qt.Key.Key_Escape and self.actions_.stop.isEnabled():
            self.actions_.stop.trigger()
            event.accept()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowTitleChange:
            self.setAccessibleName(self.windowTitle())
