"""Actions on the structure of a document: copy, cut and paste nodes, rename an entry, move it to an end of its list.

Part of a document pane's node actions (`document_actions`), which puts them into its menus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from netconf_gui.config import editing
from netconf_gui.gui import node_edits
from netconf_gui.gui.editors.rename_dialog import RenameDialog
from netconf_gui.gui.forms import action
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.node_clipboard import NodeClipboard
from netconf_gui.gui.tree_dragging import refusal
from netconf_gui.yang.schema import NodeKind

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


class StructureActions(QObject):
    """Makes the actions and does them; `edit` are all of them for menus."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane.tree)
        self.setObjectName("structureActions")
        self._pane = pane
        self.clipboard = NodeClipboard(pane)
        self.rename = action(pane, "Re&name entry…", "renameAction", icon="rename", shortcut="Shift+F2")
        self.cut = action(pane, "Cu&t", "cutNodeAction", icon="cut", shortcut="Ctrl+X", tip="Cut nodes")
        self.copy = action(pane, "&Copy", "copyNodeAction", icon="copy", shortcut="Ctrl+C", tip="Copy nodes as XML")
        self.paste = action(pane, "&Paste", "pasteNodeAction", icon="paste", shortcut="Ctrl+V", tip="Paste nodes")
        self.up = action(pane, "Move &up", "moveUpAction", icon="move-up", shortcut="Alt+Up")
        self.down = action(pane, "Move &down", "moveDownAction", icon="move-down", shortcut="Alt+Down")
        self.first = action(pane, "Move to the &first place", "moveFirstAction", icon="first", shortcut="Alt+Shift+Up")
        self.last = action(pane, "Move to the &last place", "moveLastAction", icon="last", shortcut="Alt+Shift+Down")
        self.moves = [self.up, self.down, self.first, self.last]
        self.clip = [self.cut, self.copy, self.paste]
        self.edit = [self.rename, *self.clip, *self.moves]
        self.rename.triggered.connect(lambda: self.rename_at(pane.row))
        self.cut.triggered.connect(lambda: self.clipboard.cut())
        self.copy.triggered.connect(lambda: self.clipboard.copy())
        self.paste.triggered.connect(lambda: self.clipboard.paste())
        self.up.triggered.connect(lambda: self._step(up=True))
        self.down.triggered.connect(lambda: self._step(up=False))
        self.first.triggered.connect(lambda: self._to_end(first=True))
        self.last.triggered.connect(lambda: self._to_end(first=False))
        pane.tree.dropped.connect(self._dropped)
        pane.tree.content_wanted.connect(pane.structure.edit_content)

    def update_state(self, row: Row | None) -> None:
        """Enable what can be done to a row."""
        free = not self._pane.context.read_only
        self.rename.setEnabled(free and can_rename(row))
        self.copy.setEnabled(row is not None and row.kind is not RowKind.ROOT)
        self.cut.setEnabled(free and node_edits.can_delete(row))
        self.paste.setEnabled(free)
        # an entry that cannot be moved says why when it is tried
        is_entry = row is not None and row.kind is RowKind.ENTRY and not row.removed
        for one in self.moves:
            one.setEnabled(free and is_entry)

    def fill_menu(self, menu: QMenu) -> None:
        """The part of the context menu that is about structure."""
        menu.addSeparator()
        menu.addActions(self.clip)
        if self.up.isEnabled() and not refusal(self._pane.row):
            menu.addSeparator()
            menu.addActions(self.moves)

    def rename_at(self, row: Row | None) -> None:
        """Ask for other keys of an entry."""
        entry = row.own_element if row is not None else None
        if not can_rename(row) or row is None or entry is None or row.node is None:
            return
        pane = self._pane
        dialog = RenameDialog(pane.document, entry, row.node, pane, manager=pane.manager, context=pane.context)
        dialog.accepted.connect(lambda: pane.show_element(entry) if entry.getparent() is not None else None)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # order

    def _may_move(self, row: Row | None) -> bool:
        words = refusal(row)
        if words:
            self._pane.tree.say(words)
        return not words

    def _step(self, *, up: bool) -> None:
        pane, row = self._pane, self._pane.row
        if row is not None and self._may_move(row):
            pane.guard(lambda: node_edits.move(pane.document, row, up=up))

    def _to_end(self, *, first: bool) -> None:
        pane, row = self._pane, self._pane.row
        element = row.own_element if row is not None else None
        parent = element.getparent() if element is not None else None
        if row is None or element is None or parent is None or not self._may_move(row):
            return
        other = next(parent.iterchildren(str(element.tag), reversed=not first), None)
        if other is None or other is element:
            return
        if first:
            pane.guard(lambda: editing.move_entry(pane.document, element, before=other))
        else:
            pane.guard(lambda: editing.move_entry(pane.document, element, after=other))
        pane.show_element(element)

    def _dropped(self, row: object, other: object, before: bool) -> None:
        pane = self._pane
        element = row.own_element if isinstance(row, Row) else None
        if element is None or not isinstance(row, Row) or not self._may_move(row):
            return
        place = {"before": other} if before else {"after": other}
        pane.guard(lambda: editing.move_entry(pane.document, element, **place))  # type: ignore[arg-type]
        pane.show_element(element)


def can_rename(row: Row | None) -> bool:
    """Whether the row is an entry with keys of the configuration."""
    return (
        row is not None
        and row.kind is RowKind.ENTRY
        and not row.removed
        and row.node is not None
        and row.node.kind is NodeKind.LIST
        and row.node.config
        and bool(row.node.keys)
    )
