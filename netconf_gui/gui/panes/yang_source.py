"""The YANG text of a module: coloured, and every name in it leads to its definition (F12, Ctrl+click)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QMenu, QTextEdit, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.gui.forms import action, column, fix_height, named, row, tool_button
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.panes.long_text import LongText
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, Notice
from netconf_gui.gui.yang_highlighter import Span, YangHighlighter, scan
from netconf_gui.yang.source_index import Place, Reference, SourceIndex


@dataclass(frozen=True, slots=True)
class _Read:
    """What a worker brings back."""

    index: SourceIndex
    spans: list[list[Span]]
    place: Place | None


class SourceText(LongText):
    """The text; `jump_wanted(position)` when a name should be followed."""

    jump_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__("yangSource", "YANG source", numbers=True)
        self.index: SourceIndex | None = None
        self.highlighter = YangHighlighter(self.document())
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.show_visible())
        self.follow = action(self, "Go to &definition", "goToDefinitionAction", icon="arrow", shortcut="F12")
        self.follow.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.follow.triggered.connect(lambda: self.jump_wanted.emit(self.place_in_text(self.textCursor())))
        self.addAction(self.follow)
        theme().changed.connect(self._mark_nothing)

    def show_index(self, index: SourceIndex, spans: list[list[Span]]) -> None:
        """Show another module's text."""
        self.index = index
        self.highlighter.set_lines(spans)
        self.show_text(index.text)
        self.show_visible()

    def show_visible(self) -> None:
        first = self.firstVisibleBlock().blockNumber()
        self.highlighter.show(first, first + self.viewport().height() // max(1, self.fontMetrics().lineSpacing()) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_visible()

    # places: the document counts in UTF-16, the index in characters

    def place_in_text(self, cursor: QTextCursor) -> int:
        """The cursor as a place of the text."""
        index = self.index
        if index is None:
            return 0
        at = cursor.position()
        if index.text.isascii():
            return at
        return len(index.text.encode("utf-16-le")[: at * 2].decode("utf-16-le", "ignore"))

    def place_in_document(self, at: int) -> int:
        """A place of the text as the document counts."""
        index = self.index
        if index is None or index.text.isascii():
            return at
        return len(index.text[:at].encode("utf-16-le")) // 2

    def select(self, place: Place) -> None:
        """Show a definition with its name selected."""
        self.go_to(self.place_in_document(place.start), self.place_in_document(place.end))
        self.show_visible()

    # following names

    def reference_at(self, spot: QPoint) -> Reference | None:
        """The name under the mouse."""
        index = self.index
        return None if index is None else index.reference_at(self.place_in_text(self.cursorForPosition(spot)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._mark(self.reference_at(event.position().toPoint()))
        else:
            self._mark_nothing()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.button() == Qt.MouseButton.LeftButton and held and not self.textCursor().hasSelection():
            self.jump_wanted.emit(self.place_in_text(self.cursorForPosition(event.position().toPoint())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mark_nothing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.follow.trigger()
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse and not self.textCursor().hasSelection():
            self.setTextCursor(self.cursorForPosition(event.pos()))
        menu = named(QMenu(self), "yangSourceMenu", "What to do with this text")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        index = self.index
        can = index is not None and index.reference_at(self.place_in_text(self.textCursor())) is not None
        follow = action(menu, "Go to &definition", "followAction", icon="arrow")
        follow.setEnabled(can)
        follow.triggered.connect(self.follow.trigger)
        copy = action(menu, "&Copy", "copySourceAction", icon="copy")
        copy.setEnabled(self.textCursor().hasSelection())
        copy.triggered.connect(self.copy)
        menu.addActions([follow, copy])
        menu.popup(event.globalPos())

    def _mark(self, reference: Reference | None) -> None:
        if reference is None:
            self._mark_nothing()
            return
        selection = QTextEdit.ExtraSelection()
        selection.format.setFontUnderline(True)
        selection.format.setForeground(theme().color("accent_text"))
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.place_in_document(reference.start))
        cursor.setPosition(self.place_in_document(reference.end), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        self.setExtraSelections([selection])
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def _mark_nothing(self) -> None:
        if self.extraSelections():
            self.setExtraSelections([])
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)


class YangSource(QWidget):
    """Shows the text of a module of a subject; `arrived(Place)` when another place is shown, for the history."""

    arrived = Signal(object)

    def __init__(self, subject: SchemaSubject, manager: TaskManager) -> None:
        super().__init__()
        named(self, "yangSourcePane", "YANG source", role="pane")
        self._subject = subject
        self._latest = Latest(manager, self, "Read YANG text")
        self._latest.failed.connect(self._say)
        self.shown = ""
        layout = column(self)
        bar = named(QWidget(), "yangSourceBar", "Source", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(12, 0, 8, 0), spacing=4)
        self.name = ElidedLabel("yangSourceName")
        self.go = tool_button("Go to the definition of the name at the cursor (F12)", "goToDefinition", icon="arrow",
                              text="Definition")  # fmt: skip
        line.addWidget(self.name, 1)
        line.addWidget(self.go)
        layout.addWidget(bar)
        self.notice = Notice("yangSourceNotice")
        layout.addWidget(self.notice)
        self.text = SourceText()
        self.go.clicked.connect(self.text.follow.trigger)
        self.text.jump_wanted.connect(self.follow)
        layout.addWidget(self.text, 1)
        self.setFocusProxy(self.text)

    def show_module(self, name: str) -> None:
        """Show a module or submodule from its beginning, unless it is shown already."""
        if self.shown != name:
            self._read(lambda: (name, None))

    def show_node(self, path: str, module: str) -> None:
        """Show where a schema node is written, or its module."""
        self._read(lambda: self._found(self._subject.sources.find_node(path), module))

    def show_definition(self, kind: str, module: str, name: str) -> None:
        """Show a typedef, grouping, identity …"""
        self._read(lambda: self._found(self._subject.sources.find_definition(kind, module, name), module))

    def show_place(self, place: Place) -> None:
        """Show a place again."""
        self._read(lambda: (place.module, place))

    def follow(self, position: int) -> None:
        """Go to the definition of the name at a place of the text."""
        index = self.text.index
        reference = index.reference_at(position) if index is not None else None
        if index is None or reference is None:
            self.notice.say("info", "There is no name here that is defined elsewhere.")
            return
        here = self.text.index

        def where() -> tuple[str, Place | None]:
            assert here is not None
            found = self._subject.sources.resolve(here, reference)
            if found is None:
                told = f"{reference.prefix}:{reference.name}" if reference.prefix else reference.name
                raise SchemaError(f"The definition of {told} is not among the modules of {self._subject.title}.")
            return found.module, found

        self._read(where)

    @staticmethod
    def _found(place: Place | None, module: str) -> tuple[str, Place | None]:
        return (module, None) if place is None else (place.module, place)

    def _read(self, where: object) -> None:
        subject, shown = self._subject, self.text.index

        def work(cancel: CancelToken, _report: Report) -> _Read:
            assert callable(where)
            name, place = where()
            cancel.check()
            index = subject.sources.index(name)
            if index is None:
                raise SchemaError(f"The YANG text of {name} is not at hand.")
            spans = [] if shown is index else scan(index.text)
            return _Read(index, spans, place)

        self._latest.run(work, self._show)

    def _show(self, read: _Read) -> None:
        index = read.index
        if self.text.index is not index:
            self.text.show_index(index, read.spans)
            self.shown = index.name
            self.name.setText(f"{index.name}.yang" + (f" of {index.belongs_to}" if index.belongs_to else ""))
            self.name.setAccessibleName(index.name)
        self.notice.say("warning", index.error.message if index.error is not None else "")
        place = read.place or index.place(index.root)
        if read.place is not None:
            self.text.select(read.place)
        self.arrived.emit(place)

    def _say(self, error: object) -> None:
        self.notice.say("warning", error.message if isinstance(error, SchemaError) else str(error))
