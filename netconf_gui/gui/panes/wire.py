"""The Wire pane: the messages of the current device's session, one by one, and the text of the chosen one.

What is shown comes redacted from `session.wire`; nothing is unmasked here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from netconf_gui.gui.forms import column, named, row, tool_button
from netconf_gui.gui.models.wire import WireModel, indented
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.tasks import Mailbox
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import EmptyState
from netconf_gui.gui.xml_highlighter import XmlHighlighter

if TYPE_CHECKING:
    from netconf_gui.session.wire import WireRecord


class WirePane(QWidget):
    """A list of messages beside the text of one; object name of the list is `wireView`."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()
        named(self, "wirePane", "Wire", role="pane")
        self._mailbox = mailbox
        self._record: WireRecord | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self.model = WireModel(self)
        self.view = RowTree("wireView", "Messages")
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        header = self.view.header()
        header.setObjectName("wireHeader")
        header.setAccessibleName("Message columns")
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, theme().px(92))
        header.resizeSection(2, theme().px(80))
        self.text = named(QPlainTextEdit(), "wireText", "Text of the message")
        self.text.setProperty("mono", True)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(theme().px(8))
        self._highlighter = XmlHighlighter(self.text.document())
        self.copy_button = tool_button("Copy the message", "copyWireButton", icon="copy")
        self.copy_button.clicked.connect(self._copy)
        self._empty = EmptyState(
            "wireEmpty", "wire", "No session", "Connect to a device to see its messages. Passwords are masked."
        )
        self._stack = named(QStackedWidget(), "wireStack", "Wire")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._split())
        column(self).addWidget(self._stack)
        self.view.selectionModel().currentChanged.connect(self._show)
        # a burst of messages is shown in one go
        self._later = QTimer(self, interval=100, singleShot=True)
        self._later.timeout.connect(self._refresh)

    def _split(self) -> QSplitter:
        split = named(QSplitter(Qt.Orientation.Horizontal), "wireSplitter", "Messages and text")
        split.setHandleWidth(theme().px(4))
        right = named(QWidget(), "wireRight", "Message", role="pane")
        layout = row(right)
        layout.addWidget(self.text, 1)
        side = QVBoxLayout()
        side.setContentsMargins(4, 4, 4, 4)
        side.addWidget(self.copy_button)
        side.addStretch(1)
        layout.addLayout(side)
        split.addWidget(self.view)
        split.addWidget(right)
        split.setSizes([theme().px(460), theme().px(440)])
        split.setChildrenCollapsible(False)
        return split

    def show_record(self, record: WireRecord | None) -> None:
        """Show a session's record and follow it; None: no session."""
        if record is self._record:
            return
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._record = record
        self.text.clear()
        if record is not None:
            mailbox, wake = self._mailbox, self._wake
            self._unsubscribe = record.subscribe(lambda _entry: mailbox.post(wake))
        self._refresh()

    def _wake(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _refresh(self) -> None:
        entries = list(self._record.entries()) if self._record is not None else []
        bar = self.view.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        self.model.show_entries(entries)
        self._stack.setCurrentIndex(1 if self._record is not None else 0)
        if at_end:
            self.view.scrollToBottom()

    def _show(self, index: QModelIndex) -> None:
        entry = self.model.entry(index)
        if entry is None:
            self.text.clear()
            return
        note = f"{entry.note}\n\n" if entry.note else ""
        self.text.setPlainText(note + indented(entry.text))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
