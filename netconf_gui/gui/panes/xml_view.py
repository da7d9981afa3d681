"""The XML view of a document: the same document as text.

Text that is well-formed becomes one undo step of the document, 400 ms after the last key; text that is not stays here,
is marked where it breaks, and never touches the document.
"""

from __future__ import annotations

from lxml import etree
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from netconf_gui.config.document import Change, Document
from netconf_gui.errors import ConfigError
from netconf_gui.gui import icons
from netconf_gui.gui.document_context import EDIT_LIMIT
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.panes.document_views import SideView
from netconf_gui.gui.panes.huge_text import HugeText
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xml_text import document_text, fault_words, lines_of
from netconf_gui.yang.problem import Problem

PAUSE = 400  # ms after the last key
MARKED = 2_000_000  # bytes: below, changed lines are tinted


class BrokenBanner(QFrame):
    """Tells where the text is broken, and that nothing was lost."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "brokenXmlBanner", "The XML is broken", role="notice")
        self.setProperty("state", "error")
        layout = row(self, margins=(12, 8, 8, 8), spacing=10)
        self._icon = named(QLabel(), "brokenXmlIcon", "error")
        icons.bind(self._icon, "error", "error")
        words = QWidget()
        named(words, "brokenXmlWords", "What is wrong")
        lines = column(words, spacing=1)
        self.where = label("", "brokenXmlText", kind="head", wrap=True)
        lines.addWidget(self.where)
        lines.addWidget(label("The tree keeps showing the last good text.", "brokenXmlState", kind="hint", wrap=True))
        self.go = push_button("Go to line", "brokenXmlGo")
        self.undo = push_button("Undo", "brokenXmlUndo")
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(words, 1)
        layout.addWidget(self.go)
        layout.addWidget(self.undo)
        self.hide()

    def say(self, error: ConfigError) -> None:
        """Show where and what."""
        place = f"Line {error.line}, column {error.column}: " if error.line else ""
        self.where.setText(place + fault_words(error))
        self.setAccessibleName(self.where.text())
        self.go.setText(f"Go to line {error.line}" if error.line else "Go to line")
        self.go.setEnabled(error.line > 0)
        self.show()


class XmlView(SideView):
    """Shows and edits one document as text."""

    def __init__(self, document: Document, *, read_only: bool = False, edit_limit: int = EDIT_LIMIT) -> None:
        """`edit_limit` in bytes: longer text is read only."""
        super().__init__()
        named(self, "xmlView", "XML", role="pane")
        self._document = document
        self._read_only = read_only
        self._edit_limit = edit_limit
        self._shown_revision = -1  # of the document that the text says
        self._writing = False
        self.error: ConfigError | None = None
        self.editor = XmlEditor("xmlEditor", "XML of the configuration")
        self.editor.setReadOnly(read_only)
        self.huge = HugeText("xmlHuge", "XML of the configuration, read only")
        self.banner = BrokenBanner()
        self._stack = named(QStackedWidget(), "xmlStack", "XML")
        self._stack.addWidget(self.editor)
        self._stack.addWidget(self.huge)
        layout = column(self)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.banner)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.take_text)
        self.editor.textChanged.connect(self._typed)
        self.editor.undo_wanted.connect(self._undo)
        self.banner.go.clicked.connect(self._go_to_fault)
        self.banner.undo.clicked.connect(self.restore)
        self._unsubscribe = document.subscribe(self._on_change)
        theme().changed.connect(self._mark_changes)

    @property
    def broken(self) -> bool:
        """Whether the text is not the document's, because it is not well-formed."""
        return self.error is not None

    @property
    def pending(self) -> bool:
        """Whether something was typed that the document does not know yet."""
        return self._timer.isActive()

    @property
    def holds_text(self) -> bool:
        return self.broken or self.pending

    @property
    def fault(self) -> Problem | None:
        if self.error is None:
            return None
        message = f"The XML text is broken: {self.banner.where.text()}"
        return Problem("error", "", message, "", "xml", self.error.line, self.error.column)

    def show_fault(self) -> None:
        self.banner.go.click()

    def typed_text(self) -> str:
        return self.editor.toPlainText() if self.holds_text else ""

    def put_text(self, text: str) -> None:
        self.bring_up()
        self.editor.setPlainText(text)

    def focus_target(self) -> QWidget:
        return self.editor

    def close_view(self) -> None:
        self._timer.stop()
        self._unsubscribe()

    # document -> text

    def bring_up(self) -> None:
        """Show the document as it is now, unless there is text that it does not know."""
        if self.broken or self.pending or self._shown_revision == self._document.revision:
            return
        self._write(document_text(self._document))

    def restore(self) -> None:
        """Back to the last good text."""
        self._timer.stop()
        self._set_error(None)
        self._write(document_text(self._document))
        self.editor.setFocus()

    def show_element(self, element: etree._Element) -> None:
        """Bring the node's first line into sight."""
        if self.broken or self.pending or self._stack.currentWidget() is self.huge:
            return
        text = self.editor.toPlainText().encode()
        if len(text) <= MARKED:
            line = lines_of(text, [element], self._document.root).get(element)
            if line:
                self.editor.show_line(line)

    def _write(self, text: bytes) -> None:
        self._shown_revision = self._document.revision
        if len(text) > self._edit_limit:
            self.huge.set_data(text)
            self._stack.setCurrentWidget(self.huge)
            return
        self._stack.setCurrentWidget(self.editor)
        self._writing = True
        self.editor.set_text(text.decode("utf-8"))
        self._writing = False
        self._mark_changes()

    def _mark_changes(self) -> None:
        """Tint the lines of what differs from the base."""
        if self.broken or self._stack.currentWidget() is self.huge or not self.isVisible():
            return
        entries = [entry for entry in self._document.diff().entries if entry.element_new is not None]
        text = self.editor.toPlainText().encode() if entries else b""
        if not entries or len(text) > MARKED or len(entries) > 2000:
            self.editor.set_tints({})
            return
        states = {entry.element_new: entry.kind for entry in entries if entry.element_new is not None}
        lines = lines_of(text, states, self._document.root)
        tints: dict[int, str] = {}
        for element, line in lines.items():
            length = 1 + _last_line(element)
            tints.update(dict.fromkeys(range(line, line + length), states[element]))
        self.editor.set_tints(tints)

    def _on_change(self, change: Change) -> None:
        if change.more or self._writing:
            return
        if self.isVisible() and not self.broken and not self.pending:
            self.bring_up()

    # text -> document

    def _typed(self) -> None:
        if not self._writing and not self._read_only:
            self._timer.start()

    def take_text(self) -> bool:
        """Make what was typed the document's, if it is well-formed; True if it is."""
        self._timer.stop()
        text = self.editor.toPlainText().encode()
        self._writing = True
        try:
            self._document.replace_text(text)
        except ConfigError as error:
            self._set_error(error)
            return False
        finally:
            self._writing = False
        self._shown_revision = self._document.revision
        self._set_error(None)
        self._mark_changes()
        return True

    def _set_error(self, error: ConfigError | None) -> None:
        self.error = error
        if error is None:
            self.banner.hide()
            self.editor.set_wave(0, 0)
        else:
            self.banner.say(error)
            self.editor.set_tints({error.line: "error"} if error.line else {})
            self.editor.set_wave(error.line, error.column)
        self.fault_changed.emit()

    def _go_to_fault(self) -> None:
        if self.error is not None and self.error.line:
            self.editor.go_to(self.error.line, self.error.column)
            self.editor.setFocus()

    def _undo(self, redo: bool) -> None:
        """The text's own undo while the document does not know the text, else the document's."""
        if self.broken or self.pending:
            if redo:
                self.editor.redo()
            else:
                self.editor.undo()
        else:
            self.undo_wanted.emit(redo)


def _last_line(element: etree._Element) -> int:
    """How many lines below its first one an indented element takes."""
    if next(element.iterchildren(etree.Element), None) is None:
        return (element.text or "").count("\n")
    return 1 + sum(1 + _last_line(child) for child in element.iterchildren(etree.Element))
