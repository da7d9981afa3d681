"""The notification under the cursor: its nodes as a tree, and its XML; secrets masked in both.

Lives here: the two views and their choice.  Does not live here: the list (`notifications_events`).
"""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QStackedWidget, QWidget

from netconf_gui.gui.forms import column, fix_height, named, row
from netconf_gui.gui.models.notifications import KIND_WORDS, clock
from netconf_gui.gui.models.notifications_detail import DetailModel, details
from netconf_gui.gui.models.wire import indented
from netconf_gui.gui.panes.long_text import LongText
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Segments
from netconf_gui.services.notifications import Event
from netconf_gui.session.redact import redact
from netconf_gui.yang.schema import Schema

LARGE = 400_000  # bytes: more is shown cut off, and not as a tree


class EventDetails(QWidget):
    """Shows one event, or says that none is chosen."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "notificationDetails", "The notification", role="pane")
        self.event_shown: Event | None = None
        self._xml_of: Event | None = None
        layout = column(self)
        head = named(QWidget(), "notificationDetailsHead", "The notification", role="strip")
        fix_height(head, SIZES.bar)
        line = row(head, margins=(12, 0, 8, 0), spacing=8)
        self.title = ElidedLabel("notificationDetailsTitle")
        self.views = Segments("notificationDetailsViews", "How it is shown", (("tree", "Tree", ""), ("xml", "XML", "")))
        line.addWidget(self.title, 1)
        line.addWidget(self.views)
        layout.addWidget(head)
        self.model = DetailModel(self)
        self.tree = RowTree("notificationTree", "Nodes of the notification")
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        header = named(self.tree.header(), "notificationTreeHeader", "Columns")
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, theme().px(124))
        self.text = LongText("notificationXml", "XML of the notification")
        self.empty = EmptyState(
            "notificationDetailsEmpty", "nothing", "Nothing chosen", "Choose a row to see all of it."
        )
        self._stack = named(QStackedWidget(), "notificationDetailsStack", "The notification")
        for page in (self.empty, self.tree, self.text):
            self._stack.addWidget(page)
        layout.addWidget(self._stack, 1)
        self.views.chosen.connect(lambda _key: self._show())
        self.show_event(None, None)

    def show_event(self, event: Event | None, schema: Schema | None) -> None:
        """Show another one."""
        if event is not None and event is self.event_shown:
            return
        self.event_shown = event
        self._xml_of = None
        title = ""
        if event is not None:
            title = f"{clock(event)}  {event.device}  {event.name or KIND_WORDS[event.kind]}"
        self.title.setText(title)
        self.title.setAccessibleName(title or "nothing chosen")
        tops = details(event.xml, schema) if event is not None and 0 < len(event.xml) <= LARGE else []
        self.model.show(tops)
        if tops:
            self.tree.expandToDepth(3)
        self.views.setVisible(event is not None and bool(event.xml))
        self._show()

    def _show(self) -> None:
        event = self.event_shown
        if event is None:
            self.empty.say("Nothing chosen", "Choose a row to see all of it.")
            self._stack.setCurrentWidget(self.empty)
        elif not event.xml:
            self.empty.say(KIND_WORDS[event.kind].capitalize(), event.text)
            self._stack.setCurrentWidget(self.empty)
        elif self.views.current == "tree" and self.model.rowCount():
            self._stack.setCurrentWidget(self.tree)
        else:
            if self._xml_of is not event:
                self._xml_of = event
                cut = "\n… (cut off here; export it to see all of it)" if len(event.xml) > LARGE else ""
                self.text.show_text(indented(redact(event.xml[:LARGE])) + cut)
            self._stack.setCurrentWidget(self.text)

    def copied(self) -> str:
        """The notification as text: its XML, masked."""
        event = self.event_shown
        return "" if event is None else indented(redact(event.xml)) if event.xml else event.text
