"""What differs from the base, as the cells of a table ask for it; made once a revision of the document."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from netconf_gui.config.document import Document
from netconf_gui.config.path import path_of
from netconf_gui.config.table import Column, leaf_text


class TableMarks:
    """What differs from the base, by element; made once a revision, so that a cell asks without a walk."""

    def __init__(self, document: Document) -> None:
        self._states: dict[etree._Element, str] = {}
        self._olds: dict[etree._Element, etree._Element] = {}
        self._gone: dict[tuple[etree._Element, str], etree._Element] = {}
        self._groups: set[tuple[etree._Element, str]] = set()
        for entry in document.diff().entries:
            new, old = entry.element_new, entry.element_old
            if new is not None:
                self._states[new] = entry.kind
                above = new.getparent()
                if old is not None:
                    self._olds[new] = old
            else:
                above = entry.parent_new
                if above is not None and old is not None:
                    self._gone[above, str(old.tag)] = old
            one = new if new is not None else old
            if above is not None and one is not None:
                self._groups.add((above, str(one.tag)))

    def row_state(self, entry: etree._Element) -> str:
        found = self._states.get(entry)
        if found is not None or not self._states:
            return found or "same"
        at = entry.getparent()
        while at is not None:
            if self._states.get(at) == "added":
                return "added"
            at = at.getparent()
        return "same"

    def cell_state(self, entry: etree._Element, column: Column, leaf: etree._Element | None) -> tuple[str, str | None]:
        """same, added, removed or changed, and the value in the base where that is another."""
        if leaf is None:
            old = self._old_leaf(entry, column)
            return ("same", None) if old is None else ("removed", leaf_text(old, column))
        if column.kind != "leaf":
            above = leaf.getparent()
            return ("changed" if (above, str(leaf.tag)) in self._groups else "same"), None
        state = self._states.get(leaf)
        if state == "changed":
            before = self._olds.get(leaf)
            return state, None if before is None else leaf_text(before, column)
        at: etree._Element | None = leaf
        while at is not None and at is not entry:
            if self._states.get(at) == "added":
                return "added", None
            at = at.getparent()
        return "same", None

    def _old_leaf(self, entry: etree._Element, column: Column) -> etree._Element | None:
        """What stood in the base where nothing stands now."""
        if not self._gone or column.kind != "leaf":
            return None
        at = entry
        for depth, tag in enumerate(column.tags):
            below = next(at.iterchildren(tag), None)
            if below is not None:
                at = below
                continue
            old = self._gone.get((at, tag))
            for rest in column.tags[depth + 1 :]:
                old = next(old.iterchildren(rest), None) if old is not None else None
            return old
        return None


def merged(
    document: Document, rows: list[etree._Element], removed: Mapping[etree._Element, None]
) -> list[etree._Element]:
    """The entries with those of the base that are gone, each behind the entry it stood behind."""
    first = next(iter(removed), None)
    above = first.getparent() if first is not None else None
    if first is None or above is None:
        return rows
    behind: dict[etree._Element | None, list[etree._Element]] = {}
    last: etree._Element | None = None
    for one in above.iterchildren(str(first.tag)):
        if one in removed:
            behind.setdefault(last, []).append(one)
        else:
            last = one
    after: dict[etree._Element | None, list[etree._Element]] = {}
    for old, gone in behind.items():
        twin = None if old is None else document.find(path_of(old, document.binder))
        after.setdefault(twin, []).extend(gone)
    found = list(after.get(None, ()))
    for row in rows:
        found.append(row)
        if row in after:
            found += after[row]
    return found
