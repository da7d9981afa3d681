"""The page of call home: whether calls are taken, who called, and what may be decided about callers that are not known.

Lives here: what is shown and asked for.  Does not live here: doing it (`gui/callhome`), listening
(`services.callhome`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QStackedWidget, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row, tool_button
from netconf_gui.gui.models.plain_table import Line
from netconf_gui.gui.panes.device_page_parts import TablePart
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Notice
from netconf_gui.services.callhome import Call, CallState

HEADERS = ("Caller", "What became of it", "From", "Over", "Last call", "Calls", "Shows")
WIDTHS = (190, 190, 170, 56, 88, 56, 220)
STATES = {
    CallState.WAITING: ("Waits for you", "warning"),
    CallState.GONE: ("Hung up", "text2"),
    CallState.KNOWN: ("Known", "success"),
    CallState.REFUSED: ("Refused", "text2"),
    CallState.FAILED: ("Not connected", "error"),
}
UNDECIDED = (CallState.WAITING, CallState.GONE, CallState.REFUSED)
NOBODY = "Nobody has called yet. Have devices call this computer at the ports above."
OFF = (
    "Calls are not taken",
    "Devices behind a firewall or with changing addresses can connect to this computer themselves (RFC 8071). Known "
    "ones are recognised by their host key or certificate; whoever is not known waits until you decide.",
)


class CallHomePage(QWidget):
    """Object name `callHomePage`; every signal asks for something that a person wants."""

    listen_wanted = Signal(bool)
    settings_wanted = Signal()
    accept_wanted = Signal(object)  # a Call: as a new device
    known_wanted = Signal(object)  # as a device that is listed already
    reject_wanted = Signal(object, bool)  # for good
    refused_wanted = Signal()  # the list of those that were
    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "callHomePage", "Call home", role="pane")
        self._listening = False
        self._build_actions()
        layout = column(self)
        layout.addWidget(self._bar())
        self.notice = Notice("callHomeNotice")
        layout.addWidget(self.notice)
        self.callers = TablePart(
            "callers", "Callers", HEADERS, WIDTHS, mono=(2,),
            buttons=[self.accept_action, self.known_action, self.reject_action, self.refuse_action, self.clear_action],
        )  # fmt: skip
        self.empty = EmptyState("callHomeEmpty", "call-home", *OFF)
        self.empty.add_button("Take calls", "takeCallsButton", lambda: self.listen_wanted.emit(True), icon="call-home")
        self._stack = named(QStackedWidget(), "callHomeStack", "Callers")
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.callers)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._details())
        self.callers.current_changed.connect(self._moved)
        self.callers.activated.connect(lambda _line: self._accept())
        self.callers.menu_wanted.connect(self._menu)
        self.show_calls({}, (), (), 0)

    # ------------------------------------------------------------------------------------------------ building

    def _build_actions(self) -> None:
        def make(text: str, name: str, icon: str, tip: str, keys: str = "") -> QAction:
            made = action(self, text, name, icon=icon, shortcut=keys or None, tip=tip)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(made)
            return made

        self.accept_action = make("&Accept as a device…", "acceptCallerAction", "confirm", "It becomes a device")
        self.known_action = make(
            "It is a device I &know…", "knownCallerAction", "device", "Its key or certificate is another one now"
        )
        self.reject_action = make("&Reject", "rejectCallerAction", "close", "Hang up; asked again at its next call")
        self.refuse_action = make(
            "Refuse for &good", "refuseCallerAction", "stop", "Hang up now and whenever it calls", "Shift+Del"
        )
        self.clear_action = make("C&lear", "clearCallersAction", "unset", "Drop the callers that do not wait")
        self.accept_action.triggered.connect(lambda: self._accept())
        self.known_action.triggered.connect(lambda: self._with_call(self.known_wanted.emit))
        self.reject_action.triggered.connect(lambda: self._with_call(lambda call: self.reject_wanted.emit(call, False)))
        self.refuse_action.triggered.connect(lambda: self._with_call(lambda call: self.reject_wanted.emit(call, True)))
        self.clear_action.triggered.connect(lambda: self.clear_wanted.emit())

    def _bar(self) -> QWidget:
        bar = named(QFrame(), "callHomeBar", "Whether calls are taken", role="bar")
        fix_height(bar, SIZES.bar)
        inside = row(bar, margins=(12, 0, 8, 0), spacing=8)
        self._light = named(QLabel(), "callHomeLight", "State")
        self.said = ElidedLabel("callHomeState")
        self.switch = push_button("Take calls", "callHomeSwitch", icon="call-home")
        self.refused_button = tool_button("Callers that were refused for good", "refusedCallersButton", text="Refused…")
        self.refused_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.settings_button = tool_button(
            "Ports, addresses and your certificate", "callHomeSettingsButton", icon="settings", text="Settings…"
        )
        self.settings_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        inside.addWidget(self._light)
        inside.addWidget(self.said, 1)
        inside.addWidget(self.refused_button)
        inside.addWidget(self.settings_button)
        inside.addWidget(self.switch)
        self.switch.clicked.connect(lambda: self.listen_wanted.emit(not self._listening))
        self.settings_button.clicked.connect(lambda: self.settings_wanted.emit())
        self.refused_button.clicked.connect(lambda: self.refused_wanted.emit())
        return bar

    def _details(self) -> QWidget:
        self._box = named(QFrame(), "callerDetails", "About the caller", role="foot")
        inside = column(self._box, margins=(12, 8, 12, 8), spacing=4)
        self.fingerprint = label("", "callerFingerprint", wrap=True)
        self.fingerprint.setProperty("mono", True)
        self.about = label("", "callerText", kind="secondary", wrap=True)
        for part in (self.fingerprint, self.about):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inside.addWidget(part)
        return self._box

    # ------------------------------------------------------------------------------------------------ what is shown

    def show_calls(
        self, ports: Mapping[str, int], families: Sequence[str], calls: Sequence[Call], turned_away: int
    ) -> None:
        """The state of things; called after every change."""
        self._listening = bool(ports)
        self.said.setText(state_words(ports, families))
        self.said.setAccessibleName(self.said.text())
        icons.bind(self._light, "success" if ports else "nothing", "success" if ports else "text3")
        self.switch.setText("Take no more calls" if ports else "Take calls")
        icons.bind(self.switch, "stop" if ports else "call-home")
        self._stack.setCurrentWidget(self.callers if ports or calls else self.empty)
        self.callers.show_lines([_line(call) for call in calls], NOBODY)
        many = f"{turned_away} call{'s were' if turned_away != 1 else ' was'} turned away: too many at a time."
        self.notice.say("warning", many if turned_away else "")
        self._calls = {call.number: call for call in calls}
        self._moved()

    @property
    def current(self) -> Call | None:
        """The caller under the cursor."""
        number = self.callers.current()
        return self._calls.get(number) if isinstance(number, int) else None

    def _moved(self) -> None:
        call = self.current
        undecided = call is not None and call.state in UNDECIDED and bool(call.fingerprint)
        for act in (self.accept_action, self.known_action, self.refuse_action):
            act.setEnabled(undecided)
        self.reject_action.setEnabled(call is not None and call.state is CallState.WAITING)
        self.clear_action.setEnabled(any(one.state is not CallState.WAITING for one in self._calls.values()))
        self._box.setVisible(call is not None)
        if call is not None:
            shown = fingerprint_words(call)
            self.fingerprint.setText(shown)
            self.fingerprint.setAccessibleName(shown or "no fingerprint")
            self.fingerprint.setVisible(bool(shown))
            self.about.setText(about_words(call))
            self.about.setAccessibleName(self.about.text())

    def _accept(self) -> None:
        if self.accept_action.isEnabled():
            self._with_call(self.accept_wanted.emit)

    def _with_call(self, do: object) -> None:
        call = self.current
        if call is not None and callable(do):
            do(call)

    def _menu(self, spot: QPoint) -> None:
        menu = named(QMenu(self), "callerMenuPopup", "Caller")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.accept_action, self.known_action])
        menu.addSeparator()
        menu.addActions([self.reject_action, self.refuse_action])
        menu.popup(spot)


def state_words(ports: Mapping[str, int], families: Sequence[str] = ()) -> str:
    """Where calls are taken, in a few words."""
    if not ports:
        return "Calls are not taken."
    where = " and ".join(f"{port} ({way.upper()})" for way, port in sorted(ports.items()))
    how = f", over {' and '.join(families)}" if families else ""
    return f"Calls are taken at port{'s' if len(ports) > 1 else ''} {where}{how}."


def fingerprint_words(call: Call) -> str:
    """What people compare."""
    if call.certificate is not None:
        return f"SHA-256 {call.fingerprint}"
    return f"{call.key.key_type} {call.fingerprint}" if call.key is not None else ""


def about_words(call: Call) -> str:
    """What is known of a caller, in sentences."""
    text = call.text
    if call.certificate is not None:
        shown = call.certificate
        names = f" for {', '.join(shown.names)}" if shown.names else ""
        text += f" Its certificate{names} is by {shown.issuer}, valid {shown.valid}."
    if call.state in (CallState.WAITING, CallState.GONE):
        text += " Compare the fingerprint with the one the device shows before you accept it."
    return text.strip()


def _line(call: Call) -> Line:
    words, ink = STATES[call.state]
    when = time.strftime("%H:%M:%S", time.localtime(call.at))
    known = call.device_name or ("Not known" if call.fingerprint else "Not found out")
    texts = (known, words, f"{call.host}", call.way.upper(), when, str(call.count), call.who)
    return Line(
        texts, call.number, ink=ink if call.state in (CallState.WAITING, CallState.FAILED) else "", tip=call.text
    )
