"""The state of a device in a tab: a tree that is read again and again, and a plot of numbers pinned from it.

Lives here: what is asked for, when, and what becomes of the answer.  Does not live here: sessions and lanes (`Source`
is what gives them), tabs and menus (`gui.operational_views`), pace and filters (`services.watch`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QStackedWidget, QWidget
from shiboken6 import isValid

from netconf_gui.config.live import LiveDocument
from netconf_gui.config.path import InstancePath, find
from netconf_gui.errors import AppError, Cancelled, ConfigError
from netconf_gui.gui.forms import action, column, fix_height, named, row
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.operational_bar import OperationalBar
from netconf_gui.gui.panes.operational_plot import PlotPanel
from netconf_gui.gui.panes.operational_tree import StateTree
from netconf_gui.gui.tasks import Task, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState
from netconf_gui.services.load import LoadedSchema
from netconf_gui.services.series import Series, kind_of, number
from netconf_gui.services.watch import Pacer, Reading
from netconf_gui.yang.schema import Schema

EVERYTHING = "Everything"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reading; for the first one of a subtree also the document made of it by the job."""

    reading: Reading
    document: LiveDocument | None = None
    schema: LoadedSchema | None = None


class Source(Protocol):
    """The device that is asked."""

    @property
    def connected(self) -> bool: ...

    @property
    def schema(self) -> Schema | None: ...

    @property
    def has_origins(self) -> bool: ...

    origin: str

    def read(self, paths: Sequence[InstancePath], *, whole: bool, quiet: bool) -> Task | None:
        """Start a reading (its result is an `Answer`); `whole`: with a document.  None if there is no session."""


class OperationalView(QWidget):
    """Object name `operationalView`.  `told(text)` for the status bar, `failed(error)` for what a person must see."""

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, source: Source, manager: TaskManager, name: str) -> None:
        super().__init__()
        named(self, "operationalView", f"State of {name}", role="pane")
        self.name = name
        self._source = source
        self.pace = Pacer()
        self.pace.looked_at = False
        self._subject = InstancePath()
        self._task: Task | None = None
        self._asked_by_hand = False
        self._error = ""
        self._read_at: float | None = None
        self._seconds = 0.0
        self._pins: dict[str, InstancePath] = {}
        self._outstanding: list[Task] = []
        self.document: LiveDocument | None = None
        self.model: ConfigTreeModel | None = None
        self.tree: StateTree | None = None
        self.plot = PlotPanel(manager)
        self.plot.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._due)
        self._build()
        self._build_actions()
        self.set_connected()
        # a tab that is closed takes its question with it
        self.destroyed.connect(partial(_cancel, self._outstanding))

    def _build(self) -> None:
        layout = column(self)
        layout.addWidget(self._bar())
        self._splitter = named(QSplitter(Qt.Orientation.Vertical), "operationalSplitter", "State and plot")
        self._splitter.setHandleWidth(theme().px(4))
        self._splitter.setChildrenCollapsible(False)
        self._stack = named(QStackedWidget(), "operationalStack", "State")
        self.empty = EmptyState("operationalEmpty", "activity", "Nothing read yet", "")
        self._stack.addWidget(self.empty)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self.plot)
        self._splitter.setSizes([520, 260])
        layout.addWidget(self._splitter, 1)
        foot = named(QFrame(), "operationalFoot", "Last reading", role="foot")
        fix_height(foot, SIZES.status)
        inside = row(foot, margins=(12, 0, 12, 0), spacing=12)
        self.state = ElidedLabel("operationalState")
        self.state.setProperty("kind", "hint")
        inside.addWidget(self.state, 1)
        layout.addWidget(foot)
        self.plot.told.connect(self.told)
        self.plot.failed.connect(self.failed)

    def _bar(self) -> QWidget:
        bar = self.bar = OperationalBar()
        self.subtree, self.interval, self.origin = bar.subtree, bar.interval, bar.origin
        self.refresh_button, self.pin_button, self.stop_button = bar.refresh, bar.pin, bar.stop
        bar.path_chosen.connect(self._subtree_chosen)
        bar.origin_chosen.connect(self._origin_chosen)
        bar.interval_chosen.connect(self._interval_chosen)
        bar.refresh.clicked.connect(self.refresh)
        bar.stop.clicked.connect(self.stop)
        bar.pin.clicked.connect(self.pin_current)
        return bar

    def _build_actions(self) -> None:
        self.refresh_action = action(self, "&Refresh", "stateRefreshAction", icon="refresh", shortcut="F5")
        self.pin_action = action(self, "&Pin to plot", "statePinAction", icon="pin", shortcut="Ctrl+P")
        self.only_action = action(self, "Read &only this", "stateOnlyAction", icon="filter")
        self.copy_action = action(self, "&Copy path", "stateCopyPathAction", icon="copy", shortcut="Ctrl+C")
        self.value_action = action(self, "Copy &value", "stateCopyValueAction", icon="copy")
        self.refresh_action.triggered.connect(self.refresh)
        self.pin_action.triggered.connect(self.pin_current)
        self.only_action.triggered.connect(self._read_only_this)
        self.copy_action.triggered.connect(lambda: copy_text(str(self._current_path() or "")))
        self.value_action.triggered.connect(self._copy_value)
        self.refresh_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(self.refresh_action)

    # what is read

    @property
    def subject(self) -> InstancePath:
        """The part that is read; an empty path is everything."""
        return self._subject

    def show_path(self, path: InstancePath) -> None:
        """Read this part from now on."""
        self._subject = path
        self.subtree.setEditText(str(path) if path.steps else EVERYTHING)
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        """What is shown is of another part."""
        self.stop()
        self._show_document(None)
        self._read_at = None

    def _subtree_chosen(self) -> None:
        text = self.subtree.currentText().strip()
        try:
            path = InstancePath() if text in ("", "/", EVERYTHING) else InstancePath.parse(text, self._source.schema)
        except ConfigError as error:
            self._say_error(error.full_text())
            return
        if path != self._subject or (self.document is None and self._task is None):
            self.show_path(path)

    def _offer_subtrees(self) -> None:
        if self.subtree.count():
            return
        schema = self._source.schema
        tops = schema.roots() if schema is not None else ()
        text = self.subtree.currentText() or EVERYTHING
        self.subtree.addItem(EVERYTHING)
        self.subtree.addItems(sorted(node.path for node in tops if node.is_data)[:500])
        self.subtree.setEditText(text)

    def _origin_chosen(self) -> None:
        """Only values that come from there are read from now on; state has no origin and stays."""
        self._source.origin = str(self.origin.currentData())
        self._forget()
        self.refresh()

    def _interval_chosen(self) -> None:
        self.pace.interval = self.interval.currentData()
        self.pace.failures = 0
        self._schedule()
        self._say()

    # reading

    def refresh(self) -> None:
        """Read the whole part now."""
        if self._task is not None and self._asked_by_hand:
            return
        self.stop()
        self._ask((self._subject,) if self._subject.steps else (), by_hand=True)

    def stop(self) -> None:
        """Withdraw the question that is outstanding."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self.pace.given_up()
            self._say()

    def _ask(self, paths: Sequence[InstancePath], *, by_hand: bool) -> None:
        if not self._source.connected:
            self._say()
            return
        whole = self.document is None
        task = self._source.read(paths, whole=whole, quiet=not by_hand)
        if task is None:
            return
        self._task, self._asked_by_hand = task, by_hand
        self._outstanding[:] = [task]
        self.pace.asked(time.monotonic())
        task.done.connect(lambda answer: self._answered(task, answer) if isValid(self) else None)
        task.failed.connect(lambda error: self._failed(task, error) if isValid(self) else None)
        self._say()

    def _due(self) -> None:
        """It is time: what is in sight is read, and what is pinned."""
        if self.pace.due_in(time.monotonic()) is None or not self._source.connected:
            return
        if self.document is None or self.tree is None:
            self.refresh()
            return
        wanted = [*self.tree.visible_leafs(), *self._pinned()]
        if wanted:
            self._ask(wanted, by_hand=False)
        else:
            self.pace.asked(time.monotonic())
            self.pace.given_up()
            self._schedule()

    def _pinned(self) -> list[InstancePath]:
        return [self._pins[one.path] for one in self.plot.series]

    def _answered(self, task: Task, answer: Answer) -> None:
        if task is not self._task:
            return
        self._task = None
        self.pace.answered()
        self._error = ""
        reading = answer.reading
        self._read_at, self._seconds = reading.at, reading.seconds
        if answer.document is not None:
            opened = self.tree.opened() if self.tree is not None else None
            self._show_document(answer.document)
            if opened is not None and self.tree is not None:
                self.tree.open_again(opened)
        elif self.document is not None and self.tree is not None:
            self.tree.light(self.document.take(reading.root, reading.paths))
        self._sample(reading)
        self._schedule()
        self._say()

    def _failed(self, task: Task, error: BaseException) -> None:
        if task is not self._task:
            return
        self._task = None
        if isinstance(error, Cancelled):
            self.pace.given_up()
        else:
            self.pace.failed()
            self._say_error(error.full_text() if isinstance(error, AppError) else "The reading failed unexpectedly.")
        self._schedule()
        self._say()

    def _schedule(self) -> None:
        wait = self.pace.due_in(time.monotonic())
        if wait is None or not self._source.connected:
            self._timer.stop()
        else:
            self._timer.start(max(1, round(wait * 1000)))

    def set_connected(self) -> None:
        """The session came or went."""
        if self._source.connected:
            self._error = ""
            self.pace.failures = 0
            self._offer_subtrees()
            self.origin.setVisible(self._source.has_origins)
            if self.document is None and self.isVisible() and self._task is None:
                self.refresh()
        else:
            self.stop()
        self._schedule()
        self._say()

    # what is shown

    def _show_document(self, document: LiveDocument | None) -> None:
        if self.tree is not None and self.model is not None:
            self._stack.removeWidget(self.tree)
            self.model.close()
            self.tree.deleteLater()
            self.model.deleteLater()
        self.document, self.model, self.tree = document, None, None
        if document is None:
            return
        self.model = ConfigTreeModel(document, self)
        self.tree = StateTree(self.model)
        self.tree.menu_wanted.connect(self._menu)
        self.tree.current_row.connect(lambda _row: self._update_actions())
        self.pin_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.tree.addActions([self.pin_action, self.copy_action])
        self._stack.addWidget(self.tree)
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.tree)
            self.tree.open_first_levels()
            self._open_subject()
        else:
            self.empty.say("Nothing is there", f"{self.name} has neither configuration nor state in this part.")
        self.setFocusProxy(self.tree)
        self._update_actions()

    def _open_subject(self) -> None:
        """Open the way to the part that was asked for."""
        element = self.document.find(self._subject) if self.document is not None and self._subject.steps else None
        row_there = self.model.row_of(element) if self.model is not None and element is not None else None
        if row_there is not None and self.tree is not None and self.model is not None:
            self.tree.show_row(row_there)
            self.tree.expand(self.model.index_of(row_there))

    def _say(self) -> None:
        words: list[str] = []
        if self._read_at is not None:
            words.append(
                time.strftime("Read at %H:%M:%S", time.localtime(self._read_at)) + f" in {self._seconds:.2f} s"
            )
        if not self._source.connected:
            words.append(f"{self.name} is not connected" + (", this is what it said last" if words else ""))
        elif self._task is not None:
            words.append("reading…")
        if self._error and self._source.connected:
            delay = self.pace.delay
            words.append(
                self._error + (f" Trying again in {delay:g} s." if delay is not None and self._task is None else "")
            )
        elif self.pace.delay is not None and self._source.connected:
            words.append(f"what is in sight every {self.pace.delay:g} s")
        text = " · ".join(words)
        self.state.setText(text[:1].upper() + text[1:])
        self.state.setAccessibleName(text or "nothing read")
        self.refresh_button.setEnabled(self._source.connected)
        self.stop_button.setEnabled(self._task is not None)
        if self.document is None:
            if not self._source.connected:
                self.empty.say(f"{self.name} is not connected", "Connect it: its state is read then.")
            elif self._error:
                self.empty.say("Nothing could be read", self._error)
            else:
                self.empty.say("Reading…" if self._task is not None else "Nothing read yet", "Press F5 to read.")
            self._stack.setCurrentWidget(self.empty)

    def _say_error(self, text: str) -> None:
        self._error = text
        self._say()

    # the cursor

    def _current_path(self) -> InstancePath | None:
        return self.tree.path_of(self.tree.row) if self.tree is not None else None

    def _update_actions(self) -> None:
        row_here = self.tree.row if self.tree is not None else None
        can_pin = row_here is not None and row_here.own_element is not None and row_here.is_term
        can_pin = can_pin and row_here is not None and kind_of(row_here.node) is not None
        for one in (self.pin_button, self.pin_action):
            one.setEnabled(can_pin)
        there = row_here is not None and row_here.own_element is not None
        for act in (self.only_action, self.copy_action):
            act.setEnabled(there)
        self.value_action.setEnabled(there and row_here is not None and row_here.is_term)

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        if self.tree is None:
            return
        if index.isValid():
            self.tree.setCurrentIndex(index)
        self._update_actions()
        menu = named(QMenu(self), "stateMenu", "What to do with this node")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.pin_action, self.only_action])
        menu.addSeparator()
        menu.addActions([self.value_action, self.copy_action])
        menu.addSeparator()
        menu.addAction(self.refresh_action)
        menu.popup(spot)

    def _read_only_this(self) -> None:
        path = self._current_path()
        if path is not None:
            self.show_path(path)

    def _copy_value(self) -> None:
        element = self.tree.row.own_element if self.tree is not None and self.tree.row is not None else None
        if element is not None:
            copy_text(element.text or "")

    # the plot

    def pin_current(self) -> None:
        """Draw the number at the cursor over time."""
        row_here, path = (self.tree.row if self.tree is not None else None), self._current_path()
        kind = kind_of(row_here.node) if row_here is not None else None
        element = row_here.own_element if row_here is not None else None
        if path is None or kind is None or element is None:
            return
        names = [value for step in path.steps for _, value in step.keys]
        series = Series(str(path), " ".join([*names, path.name]), kind)
        if self._read_at is not None:
            series.add(self._read_at, number(element.text))
        self._pins[series.path] = path
        self.plot.setVisible(True)
        self.plot.pin(series)

    def _sample(self, reading: Reading) -> None:
        if not self.plot.series or self.document is None:
            return
        for one, path in zip(self.plot.series, self._pinned(), strict=True):
            asked = not reading.paths or any(path.startswith(part) for part in reading.paths)
            if asked:
                leaf = find(reading.root, path, self.document.binder)
                one.add(reading.at, None if leaf is None else number(leaf.text))
        self.plot.refresh()

    # being seen

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pace.looked_at = True
        if self.document is None and self._task is None and self._source.connected:
            self.refresh()
        self._schedule()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.pace.looked_at = False
        if not self._asked_by_hand:
            self.stop()
        self._schedule()

    def close_view(self) -> None:
        """Ask nothing any more."""
        self._timer.stop()
        self.pace.interval = None
        self.stop()
        if self.model is not None:
            self.model.close()


def _cancel(tasks: Sequence[Task], _gone: object = None) -> None:
    for task in tasks:
        if isValid(task):
            task.cancel()
