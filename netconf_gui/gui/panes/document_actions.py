"""The actions on the current node of a document: menu entries, shortcuts and the context menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QPlainTextEdit, QWidget

from netconf_gui.config import editing
from netconf_gui.gui import fixing, icons, node_edits
from netconf_gui.gui.editors.entry_dialog import EntryDialog, Maker
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.panes.document_views import VIEWS
from netconf_gui.gui.panes.structure_actions import StructureActions
from netconf_gui.gui.rule_words import condition_sentence, rule_words
from netconf_gui.yang.schema import NodeKind, SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


class NodeActions(QObject):
    """Acts on the row under the cursor of one document pane; `update_state` greys what makes no sense there."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane)
        self.setObjectName("nodeActions")
        self._pane = pane
        self._build_edit()
        self._build_view()
        for one in (*self.edit, *self.view):
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        pane.addActions(self.view)
        # the node under the cursor of a table or text can be repaired as well
        pane.addAction(self.fix)
        pane.tree.addActions([one for one in self.edit if one is not self.fix])

    def _build_edit(self) -> None:
        pane = self._pane
        self.edit_value = action(pane, "&Edit value", "editValueAction", icon="edit", shortcut="F2")
        self.add = action(pane, "&Add…", "addNodeAction", icon="add", shortcut="Ins")
        self.duplicate = action(pane, "D&uplicate entry…", "duplicateAction", icon="duplicate", shortcut="Ctrl+Shift+D")
        self.delete = action(pane, "&Delete", "deleteNodeAction", icon="delete", shortcut="Del")
        self.revert = action(pane, "&Revert to what was fetched", "revertNodeAction", icon="undo")
        self.revert.setShortcut("Alt+Backspace")
        self.structure = StructureActions(pane)
        self.fix = action(pane, "&Fix problem", "fixNodeAction", icon="fix", shortcut="Ctrl+.")
        self.copy_path = action(pane, "Copy pat&h", "copyPathAction", icon="copy", shortcut="Ctrl+Shift+C")
        self.copy_xpath = action(pane, "Copy &XPath", "copyXPathAction", icon="copy", shortcut="Ctrl+Alt+C")
        self.edit_value.triggered.connect(lambda: pane.tree.edit_value())
        self.add.triggered.connect(lambda: self.add_at(pane.row))
        self.duplicate.triggered.connect(lambda: self.duplicate_at(pane.row))
        self.delete.triggered.connect(self._delete)
        self.revert.triggered.connect(lambda: self._do(node_edits.revert))
        self.fix.triggered.connect(self._fix)
        self.copy_path.triggered.connect(lambda: copy_text(pane.path_text()))
        self.copy_xpath.triggered.connect(lambda: copy_text(pane.xpath_text()))
        self.edit = [
            self.edit_value, self.add, self.duplicate, self.delete, self.revert, *self.structure.edit, self.fix,
            self.copy_path, self.copy_xpath,
        ]  # fmt: skip

    def _build_view(self) -> None:
        pane = self._pane
        self.as_tree = action(pane, "&Tree", "viewTreeAction", icon="tree", shortcut="Alt+1")
        sides = {
            kind.key: action(
                pane, f"&{kind.title}", f"view{kind.key.title()}Action", icon=kind.icon, shortcut=kind.shortcut
            )
            for kind in VIEWS
        }
        self.as_both = action(pane, "&Both side by side", "viewBothAction", icon="columns", shortcut="Alt+5")
        self.only = action(
            pane, "&Changes only", "changesOnlyAction", icon="filter", shortcut="Ctrl+Shift+O", checkable=True
        )
        self.unset = action(
            pane, "Show &unset", "showUnsetAction", icon="show-unset", shortcut="Ctrl+U", checkable=True
        )
        self.expand = action(pane, "E&xpand below", "expandAction", icon="expand", shortcut="Ctrl+Shift+Right")
        self.collapse = action(pane, "C&ollapse all", "collapseAction", icon="collapse", shortcut="Ctrl+Shift+Left")
        self.next_hit = action(pane, "&Next hit", "nextHitAction", icon="down", shortcut="F3")
        self.previous_hit = action(pane, "&Previous hit", "previousHitAction", icon="up", shortcut="Shift+F3")
        self.in_text = action(pane, "Show in te&xt", "showInTextAction", icon="xml", shortcut="Shift+F12")
        self.in_text.triggered.connect(pane.show_in_text)
        for view, one in (("tree", self.as_tree), *sides.items(), ("both", self.as_both)):
            one.triggered.connect(lambda _checked=False, chosen=view: pane.set_view(chosen))
        self.expand.triggered.connect(self._expand)
        self.collapse.triggered.connect(pane.tree.collapseAll)
        self.next_hit.triggered.connect(lambda: pane.step_search(True))
        self.previous_hit.triggered.connect(lambda: pane.step_search(False))
        self.view = [
            self.as_tree, *sides.values(), self.as_both, self.only, self.unset, self.expand, self.collapse,
            self.in_text, self.next_hit, self.previous_hit,
        ]  # fmt: skip

    def update_state(self) -> None:
        """Enable what can be done to the current row."""
        pane, row = self._pane, self._pane.row
        free = not pane.context.read_only
        document = pane.document
        self.edit_value.setEnabled(free and row is not None and (pane.model.is_editable(row) or is_any(row)))
        self.add.setEnabled(free and bool(node_edits.addable(document, row or pane.model.root)))
        is_entry = row is not None and row.kind is RowKind.ENTRY and not row.is_term and not row.removed
        self.duplicate.setEnabled(
            free and is_entry and row is not None and row.node is not None and bool(row.node.keys)
        )
        self.delete.setEnabled(free and (node_edits.can_delete(row) or len(pane.tree.selected_rows()) > 1))
        self.revert.setEnabled(free and node_edits.can_revert(document, row))
        self.structure.update_state(row)
        self.fix.setEnabled(fixing.can_fix(pane, fixing.problems_at(pane, self._here())))
        for one in (self.copy_path, self.copy_xpath):
            one.setEnabled(row is not None)
        in_tree = pane.view in ("tree", "both")
        if not in_tree:
            # what is not seen is not edited: the views have actions of their own
            for one in (self.edit_value, self.add, self.duplicate, self.delete, self.revert, *self.structure.edit):
                one.setEnabled(False)
        for one in (self.only, self.unset, self.collapse):
            one.setEnabled(in_tree)
        self.expand.setEnabled(in_tree and row is not None)
        self.in_text.setEnabled(row is not None)

    def show_menu(self, spot: QPoint) -> None:
        """The context menu of the current row, at a point of the screen."""
        self.update_state()
        menu = named(QMenu(self._pane), "nodeMenu", "What to do with this node")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fixes = fixing.fixes_of(self._pane, fixing.problems_at(self._pane, self._here()))
        if fixes:
            fixing.fill_menu(menu, self._pane, fixes)
            menu.addSeparator()
        if self.edit_value.isEnabled():
            menu.addAction(self.edit_value)
        row = self._pane.row or self._pane.model.root
        offered = node_edits.addable(self._pane.document, row) if self.add.isEnabled() else []
        if len(offered) > 1:
            menu.addMenu(self._add_menu(row, offered, menu))
        elif offered:
            menu.addAction(self.add)
        # what cannot be done here only makes the menu long
        some = (self.duplicate, self.structure.rename, self.delete, self.revert)
        menu.addActions([one for one in some if one.isEnabled()])
        self.structure.fill_menu(menu)
        menu.addSeparator()
        menu.addActions([self.copy_path, self.copy_xpath, self.in_text, *self._pane.more_actions])
        menu.addSeparator()
        menu.addActions([self.expand, self.collapse])
        menu.popup(spot)

    def _add_menu(self, row: Row, offered: list[SchemaNode], parent: QMenu) -> QMenu:
        menu = named(QMenu("Add", parent), "addMenu", "Add a node")
        menu.setToolTipsVisible(True)
        icons.bind(menu.menuAction(), "add")
        for node in offered:
            condition = self._pane.conditions.false_condition(row, node)
            kind = "presence" if node.presence else str(node.kind).replace("anyxml", "anydata")
            why = f" (only when {rule_words(condition) or condition})" if condition else ""
            picture = icons.node_icon("when-false" if condition else kind, "text3" if condition else "text2")
            made = menu.addAction(picture, f"{node.name}{why}".replace("&", "&&"))
            made.setObjectName(f"add_{node.name}")
            made.setToolTip(condition_sentence(condition, there=False) if condition else node.name)
            made.setEnabled(not condition and not (node.kind is NodeKind.LIST and not node.keys))
            made.triggered.connect(lambda _checked=False, chosen=node: self.add_node(row, chosen))
        return menu

    # doing

    def add_at(self, row: Row | None) -> None:
        """Add what can be added at a row: at once if there is but one thing, else by a menu."""
        row = row or self._pane.model.root
        offered = node_edits.addable(self._pane.document, row)
        if len(offered) == 1:
            self.add_node(row, offered[0])
        elif offered:
            self._add_menu(row, offered, QMenu(self._pane)).popup(self._spot())

    def add_node(self, row: Row, node: SchemaNode) -> None:
        """Add an instance of `node` at `row`, asking for what it cannot be without, and before another case ends."""
        pane, parent = self._pane, row.element
        if row.kind is RowKind.ENTRY and row.is_term and parent is not None:
            parent = parent.getparent()
        if parent is None:
            return
        condition = pane.conditions.false_condition(row, node)
        if condition:
            pane.tree.say(condition_sentence(condition, there=False))
            return
        pane.structure.before_adding(parent, node, lambda: self._add(row, parent, node))

    def _add(self, row: Row, parent: etree._Element, node: SchemaNode) -> None:
        pane, document = self._pane, self._pane.document
        if node.kind is NodeKind.LEAF and node.type is not None and node.type.base == "empty":
            # there is no value to ask for
            if pane.guard(lambda: editing.set_leaf(document, parent, node, "")):
                pane.show_last_change()
        elif node.kind is NodeKind.LEAF:
            pane.edit_unset(row, node)
        elif node.kind is NodeKind.LIST:
            self._ask(parent, node, lambda values: editing.create_entry(document, parent, node, values))
        elif node.kind is NodeKind.LEAF_LIST:
            self._ask(
                parent, node, lambda values: editing.add_leaf_list_value(document, parent, node, values[node.name])
            )
        elif node.kind is not NodeKind.CONTAINER:
            pane.structure.ask_content(parent, node)
        elif node.presence:
            if pane.guard(lambda: editing.create_container(document, parent, node)):
                pane.show_last_change()
        else:
            # by itself it means nothing: what is in it is shown, and the first value makes it
            pane.show_unset(row, node)

    def duplicate_at(self, row: Row | None) -> None:
        """A copy of a list entry under another key."""
        entry = row.own_element if row is not None else None
        if row is None or entry is None or row.node is None:
            return
        parent = entry.getparent()
        if parent is not None:
            document = self._pane.document
            self._ask(
                parent,
                row.node,
                lambda values: editing.duplicate_entry(document, entry, values),
                verb="Duplicate",
            )

    def _ask(self, parent: etree._Element, node: SchemaNode, make: Maker, *, verb: str = "Add") -> None:
        pane = self._pane
        dialog = EntryDialog(
            pane.document, parent, node, make, pane, verb=verb, manager=pane.manager, context=pane.context
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(pane.show_last_change)
        dialog.open()

    def _do(self, what: object) -> None:
        row = self._pane.row
        if row is not None and callable(what):
            self._pane.guard(lambda: what(self._pane.document, row))

    def _delete(self) -> None:
        """Delete the selected nodes as one step; keys and what is gone already are left out."""
        pane = self._pane
        rows = [row for row in pane.tree.selected_rows() if node_edits.can_delete(row)]
        if len(rows) == 1:
            pane.guard(lambda: node_edits.delete(pane.document, rows[0]))
        elif rows:
            found = [row.own_element for row in rows if row.own_element is not None]
            pane.guard(lambda: editing.remove_all(pane.document, found))

    def _here(self) -> etree._Element | None:
        """The element under the cursor, as far as findings are about it."""
        shown = self._pane.side.shown
        here = shown.element_here() if shown is not None else None
        if here is not None:
            return here
        row = self._pane.row
        return row.own_element if row is not None and not row.removed else None

    def _fix(self) -> None:
        fixing.offer(self._pane, fixing.problems_at(self._pane, self._here()), self._pane, self._spot())

    def _spot(self) -> QPoint:
        """Where a menu about the cursor's place opens, on the screen."""
        focus: QWidget | None = QApplication.focusWidget()
        if focus is None or not self._pane.isAncestorOf(focus):
            tree = self._pane.tree
            focus = tree if tree.isVisible() else None
        if isinstance(focus, QAbstractItemView):
            return focus.viewport().mapToGlobal(focus.visualRect(focus.currentIndex()).bottomLeft())
        if isinstance(focus, QPlainTextEdit):
            return focus.viewport().mapToGlobal(focus.cursorRect().bottomLeft())
        return QCursor.pos()

    def _expand(self) -> None:
        index = self._pane.tree.currentIndex().siblingAtColumn(0)
        if index.isValid():
            self._pane.tree.expandRecursively(index, 3)


def is_any(row: Row) -> bool:
    """Whether the row is an anydata or anyxml node of the configuration, there or not."""
    node = row.node
    return node is not None and node.config and not row.removed and node.kind in (NodeKind.ANYDATA, NodeKind.ANYXML)


def copy_text(text: str) -> None:
    """Put a text into the clipboard, without the break points that labels need."""
    QGuiApplication.clipboard().setText(text.replace("\u200b", ""))
