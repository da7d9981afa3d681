"""The page of one device: what it is, what it can do, who is connected, what is locked; read again and again.

Lives here: the parts of the page and when it is to be read (`read_wanted`).  Does not live here: reading and doing
(`gui/device_pages`), words (`gui/device_words`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QSplitter, QStackedWidget, QWidget

from netconf_gui.gui import device_words as words
from netconf_gui.gui.device_words import Held
from netconf_gui.gui.forms import action, column, fix_height, named, row, tool_button
from netconf_gui.gui.panes.device_page_parts import FactSheet, TablePart
from netconf_gui.gui.panes.long_text import LongText
from netconf_gui.gui.panes.operational_bar import INTERVALS
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Notice, Segments
from netconf_gui.services.monitoring import DeviceState, LockState, SchemaState, SessionState
from netconf_gui.services.watch import Pacer
from netconf_gui.session.session import Session
from netconf_gui.session.subscriptions import EventStream
from netconf_gui.workspace.inventory import Device

PARTS = (
    ("overview", "Overview", "info"),
    ("datastores", "Datastores", "datastore"),
    ("sessions", "Sessions", "sessions"),
    ("capabilities", "Capabilities", "list"),
    ("streams", "Streams", "notification"),
    ("schemas", "Schemas", "schema"),
)


class DevicePage(QWidget):
    """Object name `devicePage`; `read_wanted` when it is time, the others when a person asks for something."""

    read_wanted = Signal()
    open_wanted = Signal(str)  # a datastore
    kill_wanted = Signal(object)  # a SessionState
    release_wanted = Signal(object)  # a LockState with a lock_id
    subscribe_wanted = Signal(str)  # a stream
    schema_wanted = Signal(object, bool)  # a SchemaState; to be saved
    moved = Signal()  # another row or part
    access_wanted = Signal()

    def __init__(self, device_id: str, name: str, operations: Sequence[QAction]) -> None:
        super().__init__()
        named(self, "devicePage", f"Device {name}", role="pane")
        self.device_id, self.name = device_id, name
        self.state: DeviceState | None = None
        self.pace = Pacer()
        self.pace.looked_at = False
        self._reading = False
        self._connected = False
        self._error = ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._due)
        self._build_actions()
        self._build(operations)
        self.set_connected(None, None, 0, ())

    # ------------------------------------------------------------------------------------------------ building

    def _build_actions(self) -> None:
        def make(text: str, name: str, icon: str, keys: str = "") -> QAction:
            made = action(self, text, name, icon=icon, shortcut=keys or None)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(made)
            return made

        self.refresh_action = make("&Refresh", "devicePageRefreshAction", "refresh", "F5")
        self.open_action = make("&Open the document", "devicePageOpenAction", "tree")
        self.open_action.setIconText("Open")
        self.release_action = make("&Release the partial lock", "devicePageReleaseAction", "unlocked")
        self.release_action.setIconText("Release part")
        self.kill_action = make("&End the session…", "devicePageKillAction", "disconnect", "Shift+Del")
        self.subscribe_action = make("S&ubscribe…", "devicePageSubscribeAction", "notification")
        self.subscribe_action.triggered.connect(self._subscribe)
        self.show_schema = make("Show the &text", "devicePageSchemaAction", "file")
        self.save_schema = make("&Save the text…", "devicePageSaveSchemaAction", "save")
        self.refresh_action.triggered.connect(self.refresh)
        self.open_action.triggered.connect(self._open)
        self.release_action.triggered.connect(self._release)
        self.kill_action.triggered.connect(self._kill)
        self.show_schema.triggered.connect(lambda: self._want_schema(save=False))
        self.save_schema.triggered.connect(lambda: self._want_schema(save=True))

    def _build(self, operations: Sequence[QAction]) -> None:
        layout = column(self)
        layout.addWidget(self._bar())
        self.notice = Notice("devicePageNotice")
        layout.addWidget(self.notice)
        self._stack = named(QStackedWidget(), "devicePageStack", "What is known of the device")
        self.empty = EmptyState("devicePageEmpty", "device", "Not connected", "")
        self.facts = FactSheet()
        self.datastores = TablePart(
            "datastores", "Datastores", words.DATASTORE_HEADERS, (132, 262, 128, 184), mono=(0,),
            buttons=[self.open_action, *operations, self.release_action],
        )  # fmt: skip
        self.sessions = TablePart(
            "sessions", "Sessions", words.SESSION_HEADERS, (128, 80, 104, 76, 144, 72, 56, 92), mono=(0,),
            buttons=[self.kill_action],
        )  # fmt: skip
        self.capabilities = TablePart("capabilities", "Capabilities", words.CAPABILITY_HEADERS, (136, 64, 470))
        self.streams = TablePart(
            "streams", "Streams", words.STREAM_HEADERS, (150, 64, 150), mono=(0,), buttons=[self.subscribe_action]
        )
        self.schemas = TablePart(
            "schemas", "Schemas", words.SCHEMA_HEADERS, (250, 96, 64), mono=(0, 3),
            buttons=[self.show_schema, self.save_schema], searched=True,
        )  # fmt: skip
        self.schema_text = LongText("deviceSchemaText", "Text of the schema", numbers=True)
        self.schema_text.hide()
        split = named(QSplitter(Qt.Orientation.Vertical), "deviceSchemaSplitter", "Schemas and text")
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme().px(4))
        split.addWidget(self.schemas)
        split.addWidget(self.schema_text)
        self._pages: dict[str, QWidget] = {
            "overview": self.facts,
            "datastores": self.datastores,
            "sessions": self.sessions,
            "capabilities": self.capabilities,
            "streams": self.streams,
            "schemas": split,
        }
        for page in (self.empty, *self._pages.values()):
            self._stack.addWidget(page)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._foot())
        for part in (self.datastores, self.sessions, self.capabilities, self.streams, self.schemas):
            part.current_changed.connect(self._moved)
        self.streams.activated.connect(lambda _line: self._subscribe())
        self.streams.menu_wanted.connect(lambda spot: self._menu(self.streams, spot))
        self.datastores.activated.connect(lambda _line: self._open())
        self.schemas.activated.connect(lambda _line: self._want_schema(save=False))
        self.datastores.menu_wanted.connect(lambda spot: self._menu(self.datastores, spot))
        self.sessions.menu_wanted.connect(lambda spot: self._menu(self.sessions, spot))
        self.schemas.menu_wanted.connect(lambda spot: self._menu(self.schemas, spot))

    def _bar(self) -> QWidget:
        bar = named(QFrame(), "devicePageBar", "What is shown and when it is read", role="bar")
        fix_height(bar, SIZES.bar)
        inside = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.parts = Segments("devicePageParts", "What is shown", PARTS)
        self.parts.set_style(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._bar_room = inside
        self.interval = named(QComboBox(), "devicePageInterval", "How often it is read")
        for text, seconds in INTERVALS:
            self.interval.addItem(text, seconds)
        self.refresh_button = tool_button("Read it all now (F5)", "devicePageRefresh", icon="refresh", text="Refresh")
        self.refresh_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        inside.addWidget(self.parts)
        inside.addStretch(1)
        self.access_button = tool_button(
            "Who may do what here (Ctrl+8)", "devicePageAccess", icon="guard", text="Access"
        )
        self.access_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.access_button.clicked.connect(self.access_wanted)
        inside.addWidget(self.access_button)
        inside.addWidget(self.interval)
        inside.addWidget(self.refresh_button)
        self.parts.chosen.connect(lambda _key: self._show_part())
        self.parts.chosen.connect(lambda _key: self._fit())
        self.interval.currentIndexChanged.connect(lambda _at: self._interval_chosen())
        self.refresh_button.clicked.connect(self.refresh)
        return bar

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words where there is room for them, else icons: for the refresh, then for all parts but the chosen one."""
        style = Qt.ToolButtonStyle
        both, words_only, icons = style.ToolButtonTextBesideIcon, style.ToolButtonTextOnly, style.ToolButtonIconOnly
        for parts, chosen, others in (
            (words_only, words_only, both), (words_only, words_only, icons), (icons, both, both), (icons, both, icons),
            (icons, icons, icons),
        ):  # fmt: skip
            self.parts.set_style(parts, chosen)
            for button in (self.access_button, self.refresh_button):
                button.setToolButtonStyle(others)
            self._bar_room.invalidate()
            if self._bar_room.sizeHint().width() <= self.width():
                break

    def _foot(self) -> QWidget:
        foot = named(QFrame(), "devicePageFoot", "Last reading", role="foot")
        fix_height(foot, SIZES.status)
        inside = row(foot, margins=(12, 0, 12, 0))
        self.said = ElidedLabel("devicePageState")
        self.said.setProperty("kind", "hint")
        inside.addWidget(self.said, 1)
        return foot

    # ------------------------------------------------------------------------------------------------ what is shown

    def set_connected(
        self, device: Device | None, session: Session | None, modules: int, datastores: Sequence[str]
    ) -> None:
        """The session came, went, or is another one."""
        came = session is not None and not self._connected
        self._connected = session is not None
        if session is not None and device is not None:
            self._tell(device, session, modules, datastores)
        else:
            self._reading = False
            self.pace.given_up()
        if came:
            self._error = ""
            if self.isVisible():
                self.refresh()
        self._say()
        self._show_part()
        self._schedule()

    def show_state(
        self, state: DeviceState, device: Device, session: Session, modules: int, datastores: Sequence[str]
    ) -> None:
        """A reading has arrived."""
        self.state, self._reading, self._error = state, False, ""
        self.pace.answered()
        self._tell(device, session, modules, datastores)
        self.notice.say("info", " ".join(state.notes))
        self._say()
        self._schedule()

    def show_failure(self, text: str, *, cancelled: bool = False) -> None:
        """A reading came to nothing."""
        self._reading = False
        if cancelled:
            self.pace.given_up()
        else:
            self.pace.failed()
            self._error = text
        self._say()
        self._schedule()

    def _tell(self, device: Device, session: Session, modules: int, datastores: Sequence[str]) -> None:
        state = self.state
        self.facts.show_facts(list(words.facts(device, session, state, modules)))
        self.datastores.show_lines(list(words.datastore_lines(datastores, state)))
        self.capabilities.show_lines(list(words.capability_lines(session.capabilities)))
        if state is not None:
            self.sessions.show_lines(list(words.session_lines(state)), "The device does not list its sessions.")
            self.streams.show_lines(list(words.stream_lines(state)), "The device lists no streams of notifications.")
            self.schemas.show_lines(list(words.schema_lines(state)), "The device lists no schemas.")
        self._moved()

    def show_schema_text(self, name: str, text: str) -> None:
        """The text of a schema, below the list."""
        self.schema_text.setAccessibleName(f"Text of {name}")
        self.schema_text.show_text(text)
        self.schema_text.show()

    def _show_part(self) -> None:
        shown = self._connected or self.state is not None
        page = self._pages[self.parts.current] if shown else self.empty
        self._stack.setCurrentWidget(page)
        part = page if isinstance(page, TablePart) else self.schemas if page is self._pages["schemas"] else None
        self.setFocusProxy(part.view if part is not None else self.facts)
        self._moved()

    def choose(self, part: str) -> None:
        """Show one of `PARTS`."""
        self.parts.choose(part)

    def _say(self) -> None:
        said: list[str] = []
        if self.state is not None:
            said.append(time.strftime("Read at %H:%M:%S", time.localtime(self.state.at)))
        if not self._connected:
            said.append(f"{self.name} is not connected" + (", this is what it said last" if said else ""))
        elif self._reading:
            said.append("reading…")
        elif self._error:
            said.append(self._error)
        if self._connected and self.pace.delay is not None:
            said.append(f"again every {self.pace.delay:g} s")
        text = " · ".join(said)
        self.said.setText(text[:1].upper() + text[1:])
        self.said.setAccessibleName(text or "nothing read")
        self.refresh_button.setEnabled(self._connected)
        self.refresh_action.setEnabled(self._connected)
        self.empty.say(f"{self.name} is not connected", "Connect it (Ctrl+K): what it tells of itself is shown here.")

    # ------------------------------------------------------------------------------------------------ when it is read

    def refresh(self) -> None:
        """Ask for a reading now."""
        if not self._connected or self._reading:
            return
        self._reading = True
        self.pace.asked(time.monotonic())
        self._say()
        self.read_wanted.emit()

    def _interval_chosen(self) -> None:
        self.pace.interval = self.interval.currentData()
        self.pace.failures = 0
        self._say()
        self._schedule()

    def _due(self) -> None:
        if self.pace.due_in(time.monotonic()) is not None:
            self.refresh()

    def _schedule(self) -> None:
        wait = self.pace.due_in(time.monotonic())
        if wait is None or not self._connected:
            self._timer.stop()
        else:
            self._timer.start(max(1, round(wait * 1000)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pace.looked_at = True
        if self.state is None:
            self.refresh()
        self._schedule()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.pace.looked_at = False
        self._schedule()

    # ------------------------------------------------------------------------------------------------ what is chosen

    @property
    def datastore(self) -> str:
        """The datastore under the cursor, while datastores are shown."""
        held = self.datastores.current() if self.parts.current == "datastores" else None
        return held.datastore if isinstance(held, Held) else ""

    def _lock(self) -> LockState | None:
        held = self.datastores.current()
        return held.lock if isinstance(held, Held) else None

    def _moved(self) -> None:
        lock, session, schema = self._lock(), self.sessions.current(), self.schemas.current()
        mine = self.state.session(lock.session_id) if self.state is not None and lock is not None else None
        self.open_action.setEnabled(self._connected and self.datastores.current() is not None)
        self.release_action.setEnabled(self._connected and mine is not None and mine.ours)
        self.subscribe_action.setEnabled(self._connected and self.streams.current() is not None)
        ends = isinstance(session, SessionState) and not session.ours
        self.kill_action.setEnabled(self._connected and ends)
        for one in (self.show_schema, self.save_schema):
            one.setEnabled(self._connected and isinstance(schema, SchemaState) and schema.fetchable)
        self.moved.emit()

    def _open(self) -> None:
        held = self.datastores.current()
        if isinstance(held, Held) and self._connected:
            self.open_wanted.emit(held.datastore)

    def _subscribe(self) -> None:
        stream = self.streams.current()
        if isinstance(stream, EventStream) and self._connected:
            self.subscribe_wanted.emit(stream.name)

    def _release(self) -> None:
        lock = self._lock()
        if lock is not None:
            self.release_wanted.emit(lock)

    def _kill(self) -> None:
        session = self.sessions.current()
        if isinstance(session, SessionState):
            self.kill_wanted.emit(session)

    def _want_schema(self, *, save: bool) -> None:
        schema = self.schemas.current()
        if isinstance(schema, SchemaState) and schema.fetchable and self._connected:
            self.schema_wanted.emit(schema, save)

    def _menu(self, part: TablePart, spot: QPoint) -> None:
        menu = named(QMenu(self), "devicePageMenu", "What to do with this row")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([*part.actions_, self.refresh_action])
        menu.popup(spot)

    def close_page(self) -> None:
        """Ask for nothing any more."""
        self._timer.stop()
        self.pace.interval = None
