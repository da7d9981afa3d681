"""The RPC and action console: operations at the left, the request as form or text, below it what came back.

Lives here: how the parts stand together, and the actions.  Does not live here: the parts (`console_side`,
`console_form`, `console_results`), devices and sending (`gui.console`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QToolButton, QWidget

from netconf_gui.gui.forms import action, column, fix_height, named, push_button, row, tool_button
from netconf_gui.gui.panes.console_form import JudgeOf, RequestForm
from netconf_gui.gui.panes.console_results import ResultsView
from netconf_gui.gui.panes.console_side import ConsoleSide
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, Segments
from netconf_gui.workspace.console_history import ConsoleHistory
from netconf_gui.yang.check import Engine


class ConsolePane(QWidget):
    """A page of the document tabs; object name `rpcConsole`.

    `send_wanted`, `stop_wanted`, `keep_wanted` (a favourite), `targets_wanted(menu)`: fill the menu of devices.
    """

    send_wanted = Signal()
    stop_wanted = Signal()
    keep_wanted = Signal()
    targets_wanted = Signal(object)

    def __init__(
        self,
        device_id: str,
        device: str,
        manager: TaskManager,
        engine: Engine,
        judge_of: JudgeOf,
        history: ConsoleHistory,
    ) -> None:
        super().__init__()
        named(self, "rpcConsole", f"RPC console of {device}", role="pane")
        self.device_id = device_id
        self.device = device
        self.side = ConsoleSide(history, device_id)
        self.form = RequestForm(manager, engine, judge_of)
        self.results = ResultsView(manager)
        self.blank = EmptyState(
            "consoleBlank", "console", "Choose an operation", "Rpcs and actions of the device are at the left."
        )
        self._build_actions()
        layout = column(self)
        layout.addWidget(self._bar())
        self._right = named(QStackedWidget(), "consoleStack", "Request and result")
        self._right.addWidget(self.blank)
        self._right.addWidget(self._request_and_result())
        across = named(QSplitter(Qt.Orientation.Horizontal), "consoleSplitter", "Operations and request")
        across.setHandleWidth(theme().px(4))
        across.setChildrenCollapsible(False)
        across.addWidget(self.side)
        across.addWidget(self._right)
        across.setSizes([theme().px(250), theme().px(640)])
        across.setStretchFactor(1, 1)
        layout.addWidget(across, 1)
        self._connect()
        self.setFocusProxy(self.side.search)

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "consoleBar", "Request", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.modes = Segments("requestMode", "Form or raw XML", (("form", "Form", "tree"), ("raw", "Raw XML", "xml")))
        self.targets = tool_button("The devices to send to", "consoleTargets", icon="device", text="Device")
        self.targets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.targets_menu = named(QMenu(self), "consoleTargetsMenu", "Devices")
        self.targets.setMenu(self.targets_menu)
        self.star = tool_button("Keep this request as a favourite", "consoleKeepButton", icon="favourite")
        self.star.clicked.connect(self.keep_action.trigger)
        self.send_button = push_button("Send", "consoleSendButton", icon="apply", role="primary")
        self.send_button.setToolTip(self.send_action.toolTip())
        self.send_button.clicked.connect(self.send_action.trigger)
        line.addWidget(self.modes)
        line.addStretch(1)
        for widget in (self.targets, self.star, self.send_button):
            line.addWidget(widget)
        return bar

    def _request_and_result(self) -> QWidget:
        down = named(QSplitter(Qt.Orientation.Vertical), "requestResultSplitter", "Request and result")
        down.setHandleWidth(theme().px(4))
        down.setChildrenCollapsible(False)
        down.addWidget(self.form)
        down.addWidget(self.results)
        down.setSizes([theme().px(300), theme().px(250)])
        down.setStretchFactor(0, 1)
        return down

    def _build_actions(self) -> None:
        def make(text: str, name: str, icon: str, keys: str, do: Callable[[], object]) -> QAction:
            made = action(self, text, name, icon=icon, shortcut=QKeySequence(keys).toString())
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda _on=False: do())
            self.addAction(made)
            return made

        send, raw, keep = self.send_wanted.emit, self._toggle_raw, self.keep_wanted.emit
        find, choose, past = self.side.find, self._show_targets, self._show_history
        self.send_action = make("&Send the request", "consoleSendAction", "apply", "Ctrl+Alt+S", send)
        self.raw_action = make("&Raw XML or form", "consoleRawAction", "xml", "Ctrl+Alt+X", raw)
        self.keep_action = make("&Keep as favourite…", "consoleKeepAction", "favourite", "Ctrl+Alt+K", keep)
        self.search_action = make("Find an &operation", "consoleFindAction", "search", "Ctrl+Alt+L", find)
        self.targets_action = make("Choose &devices…", "consoleTargetsAction", "device", "Ctrl+Alt+D", choose)
        self.history_action = make("&History of requests", "consoleHistoryAction", "snapshot", "Ctrl+Alt+H", past)

    def _connect(self) -> None:
        self.modes.chosen.connect(lambda key: self.form.set_raw(key == "raw"))
        self.form.raw_toggled.connect(lambda on: self.modes.choose("raw" if on else "form"))
        self.results.stop_wanted.connect(self.stop_wanted)
        self.targets_menu.aboutToShow.connect(lambda: self.targets_wanted.emit(self.targets_menu))

    # what others ask

    @property
    def pane(self) -> DocumentPane:
        """The request as a document, for what follows the document in front."""
        return self.form.pane

    @property
    def busy(self) -> str:
        """What keeps the tab open, for who closes it."""
        return "A request" if any(one.running for one in self.results.results) else ""

    def edit_actions(self) -> Sequence[QAction]:
        return (
            self.send_action, self.targets_action, self.raw_action, self.keep_action, self.search_action,
            self.history_action, *self.pane.edit_actions(),
        )  # fmt: skip

    def view_actions(self) -> Sequence[QAction]:
        return self.pane.view_actions()

    def show_request(self) -> None:
        """There is something to send: show it rather than what to do."""
        self._right.setCurrentIndex(1)

    def say_targets(self, names: Sequence[str]) -> None:
        """The devices that the request goes to."""
        text = names[0] if len(names) == 1 else f"{len(names)} devices" if names else "No device"
        self.targets.setText(text)
        self.targets.setToolTip("Sent to " + ", ".join(names) if names else "Choose the devices to send to")
        self.targets.setAccessibleName(f"The devices to send to: {', '.join(names) or 'none'}")

    def set_sendable(self, why_not: str) -> None:
        """Whether the request can be sent; in words why not."""
        for one in (self.send_button, self.send_action):
            one.setEnabled(not why_not)
            one.setToolTip(why_not or "Send the request (Ctrl+Alt+S)")

    def close_pane(self) -> None:
        """The tab is closed: stop timers and checks."""
        self.form.pane.close_pane()
        self.results.close_view()

    def _toggle_raw(self) -> None:
        self.form.set_raw(not self.form.raw)

    def _show_targets(self) -> None:
        self.targets.showMenu()

    def _show_history(self) -> None:
        self.side.modes.choose("history")
        self.side.focus_list()
