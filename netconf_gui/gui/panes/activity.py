"""The Activity pane: what runs in the background, how far it is, and a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QMenu, QStackedWidget, QVBoxLayout, QWidget

from netconf_gui.gui.forms import action, column, named, push_button, row
from netconf_gui.gui.models.activity import ActivityModel
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.tasks import Task, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import EmptyState


class ActivityPane(QWidget):
    """A list of tasks; object name of the list is `activityView`."""

    def __init__(self, manager: TaskManager) -> None:
        super().__init__()
        named(self, "activityPane", "Activity", role="pane")
        self._manager = manager
        self.model = ActivityModel(manager, self)
        self.view = RowTree("activityView", "Background work")
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.menu_wanted.connect(self._menu)
        header = self.view.header()
        header.setObjectName("activityHeader")
        header.setAccessibleName("Activity columns")
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in enumerate((92, 320, 180)):
            header.resizeSection(section, theme().px(width))
        self.stop_button = push_button("Stop", "stopTaskButton", icon="stop")
        self.stop_button.setProperty("compact", True)
        self.stop_button.setToolTip("Stop the selected work (Esc stops what was started last)")
        self.stop_button.clicked.connect(self.stop_selected)
        self.clear_button = push_button("Clear ended", "clearActivityButton")
        self.clear_button.setProperty("compact", True)
        self.clear_button.clicked.connect(self._clear)
        self._stack = named(QStackedWidget(), "activityStack", "Activity")
        self._stack.addWidget(
            EmptyState("activityEmpty", "activity", "Nothing is running", "Connecting, loading and applying show here.")
        )
        self._stack.addWidget(self._list())
        column(self).addWidget(self._stack)
        # durations of running work tick once a second, only while there is some
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self.view.viewport().update)
        manager.added.connect(self._refresh)
        manager.finished.connect(self._refresh)
        self.view.selectionModel().selectionChanged.connect(self._refresh)
        self._refresh()

    def _list(self) -> QWidget:
        page = named(QWidget(), "activityPage", "Activity", role="pane")
        layout = row(page)
        layout.addWidget(self.view, 1)
        side = QVBoxLayout()
        side.setContentsMargins(theme().px(8), theme().px(4), theme().px(8), theme().px(4))
        side.addWidget(self.stop_button)
        side.addWidget(self.clear_button)
        side.addStretch(1)
        layout.addLayout(side)
        return page

    def selected(self) -> Task | None:
        """The running task that Stop would stop: the selected one, else the newest."""
        chosen = self.model.task(self.view.currentIndex()) if self.view.currentIndex().isValid() else None
        if chosen is not None:
            return chosen
        running = [task for task in self._manager.running if not task.quiet]
        return running[-1] if running else None

    def stop_selected(self) -> None:
        task = self.selected()
        if task is not None:
            task.cancel()

    def _clear(self) -> None:
        self.model.clear_ended()
        self._refresh()

    def _refresh(self) -> None:
        running = any(not task.quiet for task in self._manager.running)
        task = self.selected()
        self.stop_button.setEnabled(task is not None and task.cancellable)
        self._stack.setCurrentIndex(1 if self.model.rowCount() else 0)
        if running != self._tick.isActive():
            self._tick.start() if running else self._tick.stop()

    def _menu(self, index: QModelIndex, where: QPoint) -> None:
        if not index.isValid():
            return
        menu = named(QMenu(self), "activityMenu", "Activity")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stop = action(menu, "Stop", "stopTaskAction", icon="stop")
        task = self.model.task(index)
        stop.setEnabled(task is not None and task.cancellable)
        if task is not None:
            stop.triggered.connect(task.cancel)
        copy = action(menu, "Copy", "copyTaskAction", icon="copy")
        text = self.model.line_text(index)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(text))
        menu.addActions([stop, copy])
        menu.popup(where)
