"""The hits of a document's search as a list under its views: path and value; choosing one goes there.

Lives here: the list with its head.  Does not live here: the search (`tree_search`), the field (`document_bar`).
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QWidget

from netconf_gui.gui.forms import column, fix_height, label, named, row, set_property, tool_button
from netconf_gui.gui.models.search_hits import SearchHitsModel
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.tree_search import MOST, TreeSearch

ROWS = 5  # hits in sight


class SearchResults(QWidget):
    """`chosen(number)`: go to that hit.  `only_hits(on)`: show nothing else in the tree.  `closed`: put it away."""

    chosen = Signal(int)
    only_hits = Signal(bool)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "searchResults", "Search results", role="pane")
        self._search: TreeSearch | None = None
        self.words = label("", "searchWords", kind="label")
        self.filter = tool_button(
            "Show only hits in the tree", "searchOnlyHits", icon="filter", text="Only hits", checkable=True
        )
        self.close_button = tool_button("Close the list", "searchClose", icon="close")
        head = named(QWidget(), "searchHead", "Search results", role="bar")
        fix_height(head, SIZES.bar)
        line = row(head, margins=(12, 0, 8, 0), spacing=8)
        line.addWidget(self.words, 1)
        line.addWidget(self.filter)
        line.addWidget(self.close_button)
        self.model = SearchHitsModel(self)
        self.view = RowTree("searchHitsView", "Hits")
        self.view.setRootIsDecorated(False)
        self.view.setModel(self.model)
        layout = column(self)
        layout.addWidget(head)
        layout.addWidget(self.view)
        self.filter.toggled.connect(self.only_hits)
        self.close_button.clicked.connect(self.closed)
        self.view.clicked.connect(self._choose)
        self.view.activated_index.connect(self._choose)
        theme().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def _restyle(self) -> None:
        header = self.view.header()
        header.setObjectName("searchHeader")
        header.setAccessibleName("Columns")
        header.setFixedHeight(theme().px(SIZES.header))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._fit()

    def _fit(self) -> None:
        """As high as the hits, up to a few."""
        rows = max(1, min(ROWS, self.model.rowCount()))
        self.view.setFixedHeight(theme().px(SIZES.header + rows * SIZES.row + 4))

    def follow(self, search: TreeSearch) -> None:
        """Show the hits of this search from now on."""
        self._search = search
        self.model.show(search)
        search.found.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        search = self._search
        if search is None:
            return
        self.model.refresh()
        self._fit()
        count = len(search.hits)
        if search.error:
            words = search.error
        elif search.searching:
            words = f"Searching… {count_words(count, 'hit')} so far" if count else "Searching…"
        else:
            words = f"The first {MOST:,} hits" if count >= MOST else count_words(count, "hit")
        self.words.setText(words)
        self.words.setAccessibleName(words)
        self.words.setToolTip(words)
        set_property(self.words, "kind", "error" if search.error else "label")
        self.filter.setEnabled(count > 0 or self.filter.isChecked())
        self.view.setVisible(count > 0)

    def show_current(self) -> None:
        """Select the current hit."""
        if self._search is not None and 0 <= self._search.current < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(self._search.current, 0))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.row())
