"""What became of a request: one result a device, its output as a tree and as XML, errors in words, the whole message.

Lives here: showing results and how far they are.  Does not live here: sending (`gui.console`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QWidget

from netconf_gui.config.document import Document
from netconf_gui.config.operation_input import RequestDocument
from netconf_gui.errors import AppError, Cancelled, RpcError
from netconf_gui.gui import icons
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.forms import column, fix_height, named, push_button, row
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.huge_text import HugeText
from netconf_gui.gui.panes.nacm_lines import WhyLine
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.rows import Index, Role, RowTree
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Segments
from netconf_gui.services.console_sending import Sent, error_details, error_words

SEARCHED = 5000  # bytes of a reply that is worth searching
TICK = 200  # ms between two looks at the clock
EDITOR_LIMIT = 1_000_000  # bytes of a message: more is shown by lines
_NO_INDEX = QModelIndex()


@dataclass(eq=False)
class Result:
    """One request to one device: under way while there is neither `sent` nor `error`."""

    device_id: str
    device: str
    operation: str = ""  # its name
    started: float = field(default_factory=time.monotonic)
    received: int = 0  # bytes of the reply so far
    sent: Sent | None = None
    error: BaseException | None = None
    document: Document | None = None  # the output
    ended: float | None = None

    @property
    def running(self) -> bool:
        return self.sent is None and self.error is None

    @property
    def ok(self) -> bool:
        return self.sent is not None and self.sent.ok

    @property
    def seconds(self) -> float:
        if self.sent is not None:
            return self.sent.seconds
        return (self.ended or time.monotonic()) - self.started

    @property
    def icon(self) -> tuple[str, str]:
        """Name and ink."""
        if self.running:
            return "timer", "accent_text"
        if self.ok:
            return ("warning", "warning") if self.sent is not None and self.sent.warnings else ("success", "success")
        return ("stop", "text2") if isinstance(self.error, Cancelled) else ("error", "error")

    @property
    def words(self) -> str:
        """How it stands, in one line."""
        if self.running:
            got = f", {size_words(self.received)} received" if self.received else ""
            return f"Waiting for the answer: {self.seconds:.0f} s{got}"
        if self.sent is not None:
            return f"{self.sent.summary} · {self.seconds:.2f} s · {size_words(self.sent.size)}"
        if isinstance(self.error, Cancelled):
            return f"Stopped after {self.seconds:.1f} s. {self.error.state}".strip()
        return self.error.full_text() if isinstance(self.error, AppError) else str(self.error)


def size_words(count: int) -> str:
    """ "812 bytes", "1.4 MB"."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


class _Rows(QAbstractItemModel):
    """A flat list; a subclass says what an item looks like."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: list[Any] = []

    def show(self, items: Sequence[Any]) -> None:
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def tell(self) -> None:
        """The items say something else now."""
        if self.items:
            self.dataChanged.emit(self.createIndex(0, 0), self.createIndex(len(self.items) - 1, 0))

    def item_at(self, index: Index) -> Any:
        return self.items[index.row()] if index.isValid() and index.row() < len(self.items) else None

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        inside = not parent.isValid() and column == 0 and 0 <= row < len(self.items)
        return self.createIndex(row, 0) if inside else QModelIndex()

    def parent(self, child: Index = _NO_INDEX) -> Any:
        return QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1


class DevicesModel(_Rows):
    """Results by device."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.item_at(index)
        if not isinstance(one, Result):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return one.device
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon(*one.icon)
        if role == Role.SIDE:
            return f"{one.seconds:.0f} s" if one.running else f"{one.seconds:.2f} s" if one.sent else "failed"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{one.device}: {one.words}"
        return None


class ErrorsModel(_Rows):
    """rpc-errors and warnings."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.item_at(index)
        if not isinstance(one, RpcError):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return error_words(one)
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon("warning", "warning") if one.is_warning else icons.icon("error", "error")
        if role == Role.SIDE:
            return error_details(one)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{error_words(one)}\n{error_details(one)}"
        return None


class ResultsView(QWidget):
    """Hidden until something was sent.

    `stop_wanted`: what runs is to be given up.  `error_chosen(number)`: show its node in the form.
    """

    stop_wanted = Signal()
    error_chosen = Signal(int)

    def __init__(self, manager: TaskManager) -> None:
        super().__init__()
        named(self, "consoleResults", "Result", role="pane")
        self.results: list[Result] = []
        self.shown: Result | None = None
        self._showing: tuple[object, ...] = ()
        layout = column(self)
        layout.addWidget(self._bar())
        self.why = WhyLine()
        # why a request was denied, and whether there is a rule to show; set by who knows rights
        self.explain: Callable[[Result], tuple[str, bool]] = lambda _result: ("", False)
        layout.addWidget(self.why)
        self._split = named(QSplitter(Qt.Orientation.Horizontal), "resultSplitter", "Devices and result")
        self._split.setHandleWidth(theme().px(4))
        self._split.setChildrenCollapsible(False)
        self.devices_model = DevicesModel(self)
        self.devices = self._list("resultDevices", "Devices")
        self.devices.setModel(self.devices_model)
        self.devices.setMinimumWidth(theme().px(150))
        self._split.addWidget(self.devices)
        self._split.addWidget(self._pages(manager))
        self._split.setStretchFactor(1, 1)
        layout.addWidget(self._split, 1)
        self.devices.selectionModel().currentChanged.connect(lambda index, _old: self._choose(index))
        self.errors.activated_index.connect(lambda index: self.error_chosen.emit(index.row()))
        self.errors.clicked.connect(lambda index: self.error_chosen.emit(index.row()))
        self.views.chosen.connect(lambda _key: self._show_page())
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self.tell)
        self.show_results([])

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "resultBar", "How it stands", role="bar")
        fix_height(bar, SIZES.bar)
        line = row(bar, margins=(12, 0, 8, 0), spacing=8)
        self.icon = named(QLabel(), "resultIcon", "state")
        self.words = ElidedLabel("resultWords", "")
        choices = (("output", "Output", "tree"), ("errors", "Errors", "error"), ("message", "Message", "xml"))
        self.views = Segments("resultViews", "What is shown of the reply", choices)
        self.stop = push_button("Stop", "consoleStopButton", icon="stop")
        self.stop.setProperty("compact", True)
        self.stop.setToolTip("Wait no longer; what the device does with the request is not known then (Esc)")
        self.stop.clicked.connect(self.stop_wanted)
        line.addWidget(self.icon)
        line.addWidget(self.words, 1)
        line.addWidget(self.stop)
        line.addWidget(self.views)
        return bar

    @staticmethod
    def _list(name: str, words: str) -> RowTree:
        view = RowTree(name, words)
        view.setHeaderHidden(True)
        view.setRootIsDecorated(False)
        named(view.header(), f"{name}Header", "Columns")
        return view

    def _pages(self, manager: TaskManager) -> QWidget:
        self.empty = EmptyState(
            "resultEmpty", "apply", "Nothing was sent yet", "Fill in the form and send it: the answer shows here."
        )
        self.output = DocumentPane(
            RequestDocument(b""), manager, context=DocumentContext(name="Output", read_only=True)
        )
        self.output.view_bar.only.hide()
        self.output.view_bar.unset.hide()
        named(self.output, "resultOutput", "Output")
        self.errors_model = ErrorsModel(self)
        self.errors = self._list("resultErrors", "Errors")
        self.errors.setModel(self.errors_model)
        self.message = XmlEditor("resultMessage", "The whole reply, XML")
        self.message.setReadOnly(True)
        self.huge = HugeText("resultHuge", "The whole reply, XML")
        self._stack = named(QStackedWidget(), "resultStack", "Result")
        for page in (self.empty, self.output, self.errors, self.message, self.huge):
            self._stack.addWidget(page)
        return self._stack

    # what is shown

    def show_results(self, results: Sequence[Result]) -> None:
        """Results that have begun; `tell` when they go on."""
        self.results = list(results)
        self.devices_model.show(self.results)
        self.devices.setVisible(len(self.results) > 1)
        self.shown = self.results[0] if self.results else None
        self.setVisible(bool(self.results))  # until then the form has all the room
        if self.results:
            self.devices.setCurrentIndex(self.devices_model.index(0, 0))
            self._tick.start()
        self.tell()

    def tell(self) -> None:
        """Look at the results again."""
        if not any(one.running for one in self.results):
            self._tick.stop()
        self.devices_model.tell()
        self._say()

    def _choose(self, index: QModelIndex) -> None:
        found = self.devices_model.item_at(index)
        if isinstance(found, Result) and found is not self.shown:
            self.shown = found
            self._say()

    def _say(self) -> None:
        one = self.shown
        self.stop.setVisible(any(item.running for item in self.results))
        if one is None:
            self.words.setText("")
            self.icon.clear()
            self.views.hide()
            self._stack.setCurrentWidget(self.empty)
            return
        icons.bind(self.icon, one.icon[0], one.icon[1], size=16)
        text = f"{one.operation}: {one.words}" if len(self.results) == 1 else f"{one.device}: {one.words}"
        if self.words.text() != text:
            self.words.setText(text)
            self.words.setAccessibleName(text)
        state = (one, one.running)
        if state != self._showing:
            self._showing = state
            self._show_result(one)

    def _show_result(self, one: Result) -> None:
        sent = one.sent
        words, rule = self.explain(one)
        self.why.say(words, rule=rule)
        self.views.setVisible(sent is not None)
        if sent is None:
            title = "Waiting for the answer" if one.running else "There is no answer"
            words = "Stop gives up waiting." if one.running else one.words
            self.empty.say(title, words)
            self._stack.setCurrentWidget(self.empty)
            return
        complaints = (*sent.errors, *sent.warnings)
        self.errors_model.show(complaints)
        self.views.button("errors").setVisible(bool(complaints))
        self.views.button("output").setVisible(not sent.errors or sent.has_output)
        if one.document is not None:
            context = DocumentContext(name="Output", read_only=True)
            self.output.show_document(one.document, context)
            self.output.path_bar.setVisible(sent.size > SEARCHED)
            if self.output.model.rowCount() <= 50:
                self.output.tree.expandToDepth(2)
        self.views.choose("errors" if sent.errors else "output")
        self._show_page()

    def _show_page(self) -> None:
        one = self.shown
        if one is None or one.sent is None:
            return
        view = self.views.current
        if view == "errors":
            self._stack.setCurrentWidget(self.errors)
        elif view == "message":
            self._show_message(one.sent)
        elif one.document is not None and one.sent.has_output:
            self._stack.setCurrentWidget(self.output)
        else:
            self.empty.say("Done", "The device says ok; this operation has no output.")
            self._stack.setCurrentWidget(self.empty)

    def _show_message(self, sent: Sent) -> None:
        if len(sent.reply) > EDITOR_LIMIT:
            self.huge.set_data(sent.reply)
            self._stack.setCurrentWidget(self.huge)
            return
        self.message.set_text(sent.reply.decode("utf-8", "replace"))
        self._stack.setCurrentWidget(self.message)

    def close_view(self) -> None:
        self._tick.stop()
        self.output.close_pane()
