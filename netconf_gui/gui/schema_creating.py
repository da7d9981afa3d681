"""Creating a node that was chosen in the schema, with the parents it needs: asks for entries that are in doubt."""

from __future__ import annotations

from lxml import etree
from PySide6.QtCore import Qt

from netconf_gui.config import editing
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow, fit_to_rows
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.document_places import row_below
from netconf_gui.gui.schema_instances import data_chain
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

MOST = 1000  # entries that a person can choose from


def can_create(node: SchemaNode | None) -> bool:
    """Whether instances of the node can be made in a configuration."""
    return node is not None and node.is_data and node.config and node.status != "obsolete"


def create_here(pane: DocumentPane, node: SchemaNode) -> None:
    """Make an instance of `node` in the document, or show the one that is there; asks where it must."""
    schema = pane.document.schema
    if schema is None:
        return
    if node.is_key:
        # a key comes with its entry
        node = schema.data_parent(node) or node
    _Creating(pane, schema, node).go()


class _Creating:
    """One wish on its way down from the top of the document."""

    def __init__(self, pane: DocumentPane, schema: Schema, node: SchemaNode) -> None:
        self._pane = pane
        self._schema = schema
        self._node = node
        self._chain = data_chain(schema, node)
        self._chosen: dict[int, etree._Element] = {}

    def go(self) -> None:
        """Down to where it belongs; stops where a person must say which entry is meant."""
        parent: etree._Element = self._pane.document.root
        missing: list[SchemaNode] = []
        for step in self._chain[:-1]:
            if step.kind is NodeKind.LIST:
                entry = None if missing else self._entry(parent, step)
                if entry is None:
                    self._ask_entry(parent, step, bool(missing))
                    return
                parent = entry
                continue
            found = None if missing else parent.find(qn(step.namespace, step.name))
            if found is None:
                missing.append(step)
            else:
                parent = found
        self._make(parent, missing)

    def _entry(self, parent: etree._Element, step: SchemaNode) -> etree._Element | None:
        """The entry that is meant without a doubt: the one chosen, the one under the cursor, or the only one."""
        if step.id in self._chosen:
            return self._chosen[step.id]
        entries = list(parent.iterchildren(qn(step.namespace, step.name)))
        if len(entries) == 1:
            return entries[0]
        row = self._pane.row
        at = row.element if row is not None else None
        while at is not None:
            if at in entries:
                return at
            at = at.getparent()
        return None

    def _ask_entry(self, parent: etree._Element, step: SchemaNode, missing: bool) -> None:
        entries = [] if missing else list(parent.iterchildren(qn(step.namespace, step.name)))[:MOST]
        if not entries:
            self._new_entry(parent, step)
            return
        rows = [ListRow((self._label(entry),), entry, "list") for entry in entries]
        choices = [Choice("cancel", "Cancel"), Choice("new", "New entry…"), Choice("use", "Create there", "primary")]
        dialog = ListDialog(
            self._pane,
            "chooseEntryDialog",
            f"Create {self._node.name}",
            f"In which {step.name}?",
            ("Entry",),
            rows,
            choices,
            icon="list",
            accept_key="use",
        )
        fit_to_rows(dialog, len(rows))

        def answered(key: str) -> None:
            if key == "use" and dialog.current is not None:
                self._chosen[step.id] = dialog.current  # type: ignore[assignment]
                self.go()
            elif key == "new":
                self._new_entry(parent, step)

        dialog.answered.connect(answered)
        dialog.open()

    def _label(self, entry: etree._Element) -> str:
        step = self._pane.document.path_of(entry).steps[-1]
        return ", ".join(value for _, value in step.keys) or f"{step.name} {step.position or 1}"

    def _new_entry(self, parent: etree._Element, step: SchemaNode) -> None:
        """An entry on the way is made first; then the way goes on through it."""
        document = self._pane.document
        before = set(document.root.iter(qn(step.namespace, step.name)))
        dialog = EntryDialog(
            document, parent, step, lambda values: editing.create_entry(document, parent, step, values), self._pane
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def made() -> None:
            new = next((one for one in document.root.iter(qn(step.namespace, step.name)) if one not in before), None)
            if new is not None:
                self._chosen[step.id] = new
            if step is self._node:
                self._pane.show_last_change()
            else:
                self.go()

        dialog.accepted.connect(made)
        dialog.open()

    def _make(self, parent: etree._Element, missing: list[SchemaNode]) -> None:
        pane, node = self._pane, self._node
        if not missing and node.kind not in (NodeKind.LIST, NodeKind.LEAF_LIST):
            there = parent.find(qn(node.namespace, node.name))
            if there is not None:
                pane.show_element(there)
                return
        if node.kind is NodeKind.LIST:
            self._new_entry(parent, node)
            return
        row = pane.model.root if parent is pane.document.root else pane.model.row_of(parent)
        if row is None:
            return
        if node.kind is NodeKind.LEAF and missing:
            # the rows of what is not there yet lead to the leaf's editor
            pane.view_bar.unset.setChecked(True)
            pane.view_bar.only.setChecked(False)
            for step in missing:
                row = row_below(pane.model, row, step) or row
        pane.actions_.add_node(row, node)
