"""The list of notifications with its filters, and the one under the cursor.

Lives here: the bar, the table beside the details, what is done with chosen rows.  Does not live here: where events come
from and how filters are worked through (`gui/notifications_filtering`), the other pages of the pane.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QMenu, QSplitter, QStackedWidget, QToolButton, QWidget

from netconf_gui.gui.forms import action, column, fix_width, named, row, tool_button
from netconf_gui.gui.models.notifications import EventModel, as_line
from netconf_gui.gui.panes.notifications_details import EventDetails
from netconf_gui.gui.panes.notifications_table import EventTable
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, SearchField
from netconf_gui.services.notifications import Event, EventKind, Severity
from netconf_gui.workspace.event_rules import EventFilter

ANY = ""
_WAIT = 250  # ms after the last key before the text is looked for
_MOST_COPIED = 10_000  # rows
SEVERITIES = (
    ("Any severity", ANY),
    ("Warning and above", Severity.WARNING.value),
    ("Minor and above", Severity.MINOR.value),
    ("Major and above", Severity.MAJOR.value),
    ("Critical", Severity.CRITICAL.value),
)
KINDS = (
    ("All kinds", ANY),
    ("Notifications", EventKind.NOTIFICATION.value),
    ("States of subscriptions", EventKind.STATE.value),
    ("Gaps", EventKind.GAP.value),
    ("Notes of the program", EventKind.NOTE.value),
)


class EventsPage(QWidget):
    """`filter_changed(EventFilter)`; the other signals say what a person wants done."""

    filter_changed = Signal(object)
    pause_changed = Signal(bool)
    jump_wanted = Signal(object)  # an Event
    rule_wanted = Signal(object)  # an Event
    subscribe_wanted = Signal()
    export_wanted = Signal()
    clear_wanted = Signal()
    event_chosen = Signal(object)  # an Event or None

    def __init__(self, model: EventModel) -> None:
        super().__init__()
        named(self, "notificationEvents", "Notifications", role="pane")
        self.model = model
        self.waiting = 0  # that came while the list stood still
        self._asked = EventFilter()
        self._name = ""  # of a notification, by "only such ones"
        self._typing = QTimer(self, singleShot=True, interval=_WAIT)
        self._typing.timeout.connect(self._tell_filter)
        self._build_actions()
        self.table = EventTable(model)
        self.details = EventDetails()
        self._build()
        self.table.activated_row.connect(lambda _row: self._jump())
        self.table.menu_wanted.connect(self._menu)
        self.table.current_changed.connect(self._moved)
        self.table.selectionModel().selectionChanged.connect(lambda _now, _old: self._selected())
        model.modelReset.connect(self._moved)
        self.table.following_changed.connect(self.follow_action.setChecked)
        self.follow_action.toggled.connect(self.table.follow)
        self.say()

    # ---- building

    def _build_actions(self) -> None:
        def make(text: str, name: str, icon: str, keys: str = "", tip: str = "", *, checkable: bool = False) -> QAction:
            made = action(self, text, name, icon=icon, shortcut=keys or None, tip=tip, checkable=checkable)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(made)
            return made

        self.follow_action = make(
            "&Follow", "notificationsFollowAction", "last", tip="Scroll to what comes (End)", checkable=True
        )
        self.follow_action.setChecked(True)
        self.pause_action = make(
            "&Pause",
            "notificationsPauseAction",
            "pause",
            tip="Let the list stand still; nothing is lost",
            checkable=True,
        )
        self.jump_action = make("&Go to the node", "notificationJumpAction", "tree", tip="Go to the node it is about")
        self.copy_action = make("&Copy", "notificationCopyAction", "copy")
        self.copy_xml_action = make("Copy &XML", "notificationCopyXmlAction", "xml")
        self.copy_path_action = make("Copy p&ath", "notificationCopyPathAction", "copy")
        self.rule_action = make("Make a &rule from this…", "notificationRuleAction", "filter")
        self.only_action = make("&Only such ones", "notificationOnlyAction", "filter", tip="Filter by device and name")
        self.export_action = make("&Export what is shown…", "notificationsExportAction", "export")
        self.clear_action = make("C&lear…", "notificationsClearAction", "delete")
        self.reset_action = make("Show &all", "notificationsResetAction", "close", tip="Take all filters away")
        self.pause_action.toggled.connect(self._paused)
        self.jump_action.triggered.connect(self._jump)
        self.copy_action.triggered.connect(self.copy)
        self.copy_xml_action.triggered.connect(lambda: _to_clipboard(self.details.copied()))
        self.copy_path_action.triggered.connect(lambda: _to_clipboard(event.path if (event := self.current) else ""))
        self.rule_action.triggered.connect(self._make_rule)
        self.only_action.triggered.connect(self._only_such)
        self.export_action.triggered.connect(self.export_wanted)
        self.clear_action.triggered.connect(self.clear_wanted)
        self.reset_action.triggered.connect(self.reset)

    def _build(self) -> None:
        self.bar = self._bar()  # the pane has it beside the choice of its pages
        layout = column(self)
        self._split = named(QSplitter(Qt.Orientation.Horizontal), "notificationsSplitter", "List and details")
        self._split.setHandleWidth(theme().px(4))
        self._split.setChildrenCollapsible(False)
        self.empty = EmptyState("notificationsEmpty", "notification", "No notifications yet", "")
        self.empty.add_button("Subscribe…", "notificationsSubscribeEmpty", self.subscribe_wanted.emit, icon="add")
        self.nothing = EmptyState(
            "notificationsNothing", "filter", "Nothing matches", "No notification passes the filter."
        )
        self._stack = named(QStackedWidget(), "notificationsStack", "Notifications")
        for page in (self.empty, self.nothing, self.table):
            self._stack.addWidget(page)
        self._split.addWidget(self._stack)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([theme().px(860), theme().px(280)])
        layout.addWidget(self._split, 1)

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "notificationsBar", "What is shown")
        line = row(bar, spacing=6)
        self.search = SearchField("notificationsSearch", "Filter by text")
        self.search.setMinimumWidth(theme().px(96))
        self.search.setMaximumWidth(theme().px(240))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.device = self._choice("notificationsDevice", "Device", (("All devices", ANY),), 106)
        self.severity = self._choice("notificationsSeverity", "Severity", SEVERITIES, 112)
        self.stream = self._choice("notificationsStream", "Stream", (("All streams", ANY),), 106)
        self.kind = self._choice("notificationsKind", "Kind", KINDS, 92)
        line.addWidget(self.search, 2)
        self.combos = (self.device, self.severity, self.stream, self.kind)
        for combo in self.combos:
            line.addWidget(combo)
        self.filter_button = tool_button(
            "Filter by device, severity, stream, kind", "notificationsFilter", icon="filter"
        )
        self.filter_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.filter_button.clicked.connect(self._offer_filters)
        self.filter_button.hide()
        line.addWidget(self.filter_button)
        self.reset_button = self._button(self.reset_action)
        line.addWidget(self.reset_button)
        self.said = ElidedLabel("notificationsSaid")
        self.said.setProperty("kind", "hint")
        self.said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.said, 1)
        for act in (self.follow_action, self.pause_action, self.export_action, self.clear_action):
            line.addWidget(self._button(act))
        self.subscribe_button = tool_button("Subscribe…", "notificationsSubscribe", icon="add", text="Subscribe…")
        self.subscribe_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.subscribe_button.clicked.connect(self.subscribe_wanted)
        line.addWidget(self.subscribe_button)
        return bar

    def _choice(self, name: str, words: str, options: Iterable[tuple[str, str]], width: int) -> QComboBox:
        combo = named(QComboBox(), name, words)
        popup = named(combo.view(), f"{name}List", words).parentWidget()
        if popup is not None:
            named(popup, f"{name}Popup", words)
        for text, value in options:
            combo.addItem(text, value)
        fix_width(combo, width)
        combo.currentIndexChanged.connect(lambda _at: self._tell_filter())
        return combo

    @staticmethod
    def _button(act: QAction) -> QToolButton:
        button = tool_button(act.toolTip(), f"{act.objectName()}Button")
        button.setDefaultAction(act)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(act.text().replace("&", "").rstrip("…"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # ---- the filter

    @property
    def wanted(self) -> EventFilter:
        """What the fields say."""
        return EventFilter(
            text=self.search.text().strip(),
            severity=str(self.severity.currentData() or ""),
            device=str(self.device.currentData() or ""),
            stream=str(self.stream.currentData() or ""),
            name=self._name,
            kind=str(self.kind.currentData() or ""),
        )

    def offer(self, devices: Iterable[str], streams: Iterable[str]) -> None:
        """What can be chosen; choices stay."""
        for combo, names in ((self.device, devices), (self.stream, streams)):
            known = {combo.itemData(at) for at in range(combo.count())}
            for name in sorted(set(names) - known, key=str.casefold):
                combo.addItem(name, name)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room, one button stands for the four choices."""
        self.filter_button.setVisible(narrow)
        for combo in self.combos:
            combo.setVisible(not narrow)

    def filter_menu(self) -> QMenu:
        """The four choices as a menu."""
        menu = named(QMenu(self), "notificationsFilterMenu", "Filter")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for combo in self.combos:
            inside = named(QMenu(combo.accessibleName(), menu), f"{combo.objectName()}Menu", combo.accessibleName())
            menu.addMenu(inside)
            for at in range(combo.count()):
                entry = inside.addAction(combo.itemText(at))
                entry.setObjectName(f"{combo.objectName()}Choice")
                entry.setCheckable(True)
                entry.setChecked(at == combo.currentIndex())
                entry.triggered.connect(partial(self._pick, combo, at))
        return menu

    @staticmethod
    def _pick(combo: QComboBox, at: int, _on: bool = False) -> None:
        combo.setCurrentIndex(at)

    def _offer_filters(self) -> None:
        self.filter_menu().popup(self.filter_button.mapToGlobal(self.filter_button.rect().bottomLeft()))

    def reset(self) -> None:
        """Take all filters away."""
        self._name = ""
        self.search.clear()
        for combo in (self.device, self.severity, self.stream, self.kind):
            combo.setCurrentIndex(0)
        self._tell_filter()

    def _only_such(self) -> None:
        event = self.current
        if event is None:
            return
        self._name = event.name
        self.offer([event.device], [event.stream])
        self.device.setCurrentIndex(max(0, self.device.findData(event.device)))
        self._tell_filter()

    def _tell_filter(self) -> None:
        self._typing.stop()
        wanted = self.wanted
        if wanted != self._asked:
            self._asked = wanted
            self.filter_changed.emit(wanted)
            self.say()

    # ---- what is shown

    @property
    def current(self) -> Event | None:
        """The event under the cursor."""
        index = self.table.currentIndex()
        return self.model.event_at(index.row()) if index.isValid() else None

    @property
    def paused(self) -> bool:
        return bool(self.pause_action.isChecked())

    def came(self, new: int) -> None:
        """So many rows are new."""
        if new and self.table.following:
            self.table.to_end()

    def say(self, *, searching: str = "") -> None:
        """How many there are, and what is behind them."""
        store, shown = self.model.store, self.model.size()
        total = len(store)
        words = [f"{total:,} kept" if self._asked.empty else f"{shown:,} of {total:,}"]
        if self._name:
            words.insert(0, f"only {self._name}")
        if searching:
            words.append(searching)
        if store.on_disk:
            words.append(f"{store.on_disk / 1e6:,.0f} MB on disk")
        if store.dropped:
            words.append(f"{store.dropped:,} older dropped")
        if self.waiting:
            words.append(f"{self.waiting:,} more while paused")
        text = " · ".join(words) if total else ""
        self.said.setText(text)
        self.said.setAccessibleName(text or "no notifications")
        self.reset_action.setEnabled(not self._asked.empty)
        self.export_action.setEnabled(bool(shown))
        self.clear_action.setEnabled(bool(total))
        page = self.table if shown else self.nothing if total and not searching else self.empty
        if not shown and total:
            page = self.nothing
            title = "Looking…" if searching else "Nothing matches"
            self.nothing.say(title, searching or "No notification passes the filter.")
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            if page is self.table and self.table.following:
                self.table.to_end()
            self._moved()

    def say_empty(self, title: str, text: str) -> None:
        """What the empty list says."""
        self.empty.say(title, text)

    def _moved(self, _row: int = -1) -> None:
        event = self.current if self.model.size() else None
        self.jump_action.setEnabled(event is not None and bool(event.path))
        self.copy_path_action.setEnabled(event is not None and bool(event.path))
        for act in (self.rule_action, self.only_action):
            act.setEnabled(event is not None)
        self.copy_action.setEnabled(self.table.selectionModel().hasSelection())
        self.copy_xml_action.setEnabled(event is not None and bool(event.xml))
        self.event_chosen.emit(event)

    def _selected(self) -> None:
        self.copy_action.setEnabled(self.table.selectionModel().hasSelection())

    def _paused(self, on: bool) -> None:
        self.pause_changed.emit(on)
        self.say()

    # ---- what is done

    def _jump(self) -> None:
        event = self.current
        if event is not None and event.path:
            self.jump_wanted.emit(event)

    def _make_rule(self) -> None:
        event = self.current
        if event is not None:
            self.rule_wanted.emit(event)

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, one a line."""
        rows = self.table.rows_chosen()[:_MOST_COPIED]
        events = [self.model.event_at(at) for at in rows]
        _to_clipboard("\n".join(as_line(event) for event in events if event is not None))

    def _menu(self, spot: QPoint) -> None:
        menu = named(QMenu(self), "notificationMenu", "What to do with this notification")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.jump_action, self.only_action, self.rule_action])
        menu.addSeparator()
        menu.addActions([self.copy_action, self.copy_xml_action, self.copy_path_action])
        menu.addSeparator()
        menu.addActions([self.export_action, self.clear_action])
        menu.popup(spot)


def _to_clipboard(text: str) -> None:
    if text:
        QGuiApplication.clipboard().setText(text)
