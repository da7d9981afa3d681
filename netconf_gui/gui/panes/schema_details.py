"""What is known about the chosen node, module or identity, as a page whose links can be followed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QWidget

from netconf_gui.gui.forms import column, named, push_button, row, tool_button
from netconf_gui.gui.theme import theme


class SchemaDetails(QWidget):
    """`followed(link)`: a link of the page, as `schema_words` writes them.

    The buttons over the page act on a node; who shows a page says which of them are offered.
    """

    followed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "schemaDetails", "Details", role="pane")
        layout = column(self)
        self.buttons = named(QWidget(), "schemaNodeButtons", "What to do with this node", role="pane")
        # they give way, see fit_words
        self.buttons.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = row(self.buttons, margins=(12, 8, 12, 0), spacing=8)
        self.instances = push_button("Show instances", "showInstancesButton", icon="search")
        self.make = push_button("Create here", "createHereButton", icon="add")
        self.filter = push_button("Use in filter", "useInFilterButton", icon="filter")
        self.send = push_button("Send…", "sendOperationButton", icon="apply")
        self._words = {
            self.instances: ("Show instances", "Instances"),
            self.make: ("Create here", "Create"),
            self.filter: ("Use in filter", "Filter"),
            self.send: ("Send…", "Send…"),
        }
        for button, words in self._words.items():
            button.setProperty("compact", True)
            button.setToolTip(words[0])
            line.addWidget(button)
        line.addStretch(1)
        self.copy_path = tool_button("Copy path", "copySchemaPathButton", icon="copy")
        line.addWidget(self.copy_path)
        layout.addWidget(self.buttons)
        self.page = named(QTextBrowser(), "schemaPage", "Details")
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.anchorClicked.connect(self._clicked)
        layout.addWidget(self.page, 1)
        self.setFocusProxy(self.page)
        self._write: Callable[[], str] | None = None
        theme().changed.connect(self._render)
        theme().changed.connect(self.fit_words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_words()

    def fit_words(self) -> None:
        """Where there is little room the buttons say less, then nothing."""
        for size in range(3):
            for button, words in self._words.items():
                button.setText((*words, "")[size])
            shown = [button for button in self._words if not button.isHidden()]
            needed = sum(button.sizeHint().width() for button in shown) + self.copy_path.sizeHint().width()
            if needed + theme().px(24 + 8 * (len(shown) + 1)) <= self.width():
                return

    def show_page(self, write: Callable[[], str], title: str) -> None:
        """Show what `write` gives; it is asked again when the theme changes."""
        self._write = write
        self.page.setAccessibleDescription(title)
        self._render()

    def _render(self) -> None:
        if self._write is None:
            return
        self.page.document().setDocumentMargin(theme().px(12))
        self.page.document().setDefaultFont(theme().font())
        self.page.setHtml(self._write())

    def _clicked(self, url: QUrl) -> None:
        self.followed.emit(url.toString())
