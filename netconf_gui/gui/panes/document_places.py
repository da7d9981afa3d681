"""Places in a document: finding them by path or by search, and telling where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject

from netconf_gui.config.document import Document
from netconf_gui.config.error_path import from_error_path
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.errors import ConfigError
from netconf_gui.gui import node_edits
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.panes.config_tree_view import Opened
from netconf_gui.gui.panes.document_bar import Crumb
from netconf_gui.yang.schema import SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


MOST_OPENED = 300  # hits whose rows are opened when only hits are shown


class Finder(QObject):
    """Shows the hits of a document pane's search in its tree and counts them in its bar."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane.search)
        self.setObjectName("finder")
        self._pane = pane
        self._search = pane.search
        self._search.found.connect(self._show_hits)
        self._opened: Opened | None = None  # rows that were open before only hits were shown

    def connect_results(self) -> None:
        """Have the list under the views show this search."""
        results = self._pane.results
        results.follow(self._search)
        results.filter.setChecked(False)

    def step(self, forward: bool) -> None:
        """Show the next or previous hit."""
        self._show(self._search.step(forward))

    def choose(self, number: int) -> None:
        """Show one of the hits."""
        self._show(self._search.choose(number))

    def show_only(self, on: bool) -> None:
        """Show nothing but hits in the tree, or all again."""
        model, tree = self._pane.model, self._pane.tree
        if on and self._opened is None:
            self._opened = tree.opened()
        model.set_hits(self._search.hits or None if on else None)
        if not on and self._opened is not None:
            opened, self._opened = self._opened, None
            tree.open_again(opened)
        if on and len(self._search.hits) <= MOST_OPENED:
            for hit in self._search.hits:
                row = model.row_of(hit)
                if row is not None:
                    tree.open_to(row)
        current = self._search.hits[self._search.current] if self._search.current >= 0 else None
        self._show(current)

    def _show_hits(self) -> None:
        search, results = self._search, self._pane.results
        first = search.hits and search.current < 0
        self._show(search.step() if first else None)
        self._pane.show_results(bool(search.text))
        if results.filter.isChecked() and not search.searching:
            if search.text:
                self.show_only(True)
            else:
                results.filter.setChecked(False)

    def _show(self, hit: etree._Element | None) -> None:
        row = self._pane.model.row_of(hit) if hit is not None else None
        if row is not None:
            self._pane.tree.show_row(row)
        found = self._search
        self._pane.path_bar.show_count(len(found.hits), found.current, searching=found.searching, error=found.error)
        self._pane.results.show_current()


def locate(document: Document, path: str) -> etree._Element | None:
    """The element at a path as problems and devices write it, or the nearest one above it."""
    try:
        found = document.find(InstancePath.parse(path, document.schema))
        if found is not None:
            return found
    except ConfigError:
        pass
    return from_error_path(path, None, document.root, document.binder) if path else None


def path_of_row(document: Document, row: Row | None) -> InstancePath | None:
    """The path of a row's node, there or not."""
    if row is None:
        return None
    if row.own_element is not None:
        return path_of(row.own_element, document.binder)
    base = path_of(row.element, document.binder) if row.element is not None else InstancePath()
    return node_edits.path_below(base, document, row)


def row_below(model: ConfigTreeModel, row: Row, node: SchemaNode) -> Row | None:
    """The row that stands for a schema node below `row`, choices and cases on the way included."""
    above = model.index_of(row)
    for number in range(model.rowCount(above)):
        child = model.row_at(model.index(number, 0, above))
        if child is None:
            continue
        if child.node == node:
            return child
        found = row_below(model, child, node) if child.kind in (RowKind.CHOICE, RowKind.CASE) else None
        if found is not None:
            return found
    return None


def crumbs(pane: DocumentPane, row: Row | None) -> list[Crumb]:
    """The way from the document down to a row."""
    found: list[Crumb] = [(pane.context.device_name or pane.context.title, None)]
    chain: list[Row] = []
    while row is not None and row.kind is not RowKind.ROOT:
        chain.append(row)
        row = row.parent
    for one in reversed(chain):
        if one.kind not in (RowKind.BUCKET, RowKind.CHOICE, RowKind.CASE):
            found.append((pane.model.looks.of(one).name, one.own_element))
    return found


def go_to_crumb(pane: DocumentPane, element: object) -> None:
    """Show the element of a crumb; the first crumb leads to the top."""
    if isinstance(element, etree._Element):
        pane.show_element(element)
    else:
        pane.tree.scrollToTop()
        pane.tree.setFocus()
