"""Asks for other keys of a list entry, and tells which leafs point to it and would have to follow."""

from __future__ import annotations

from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QListWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.config.references import Reference, find_references
from netconf_gui.config.renaming import rename_entry
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.forms import label, named
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.yang.schema import SchemaNode

MOST_SHOWN = 200  # references in the list


class RenameDialog(EntryDialog):
    """As `EntryDialog` with the keys as they are; the leafs that point to the entry are looked for meanwhile."""

    def __init__(
        self,
        document: Document,
        entry: etree._Element,
        node: SchemaNode,
        parent: QWidget,
        *,
        manager: TaskManager,
        context: DocumentContext,
    ) -> None:
        self.references: list[Reference] | None = None
        above = entry.getparent()
        assert above is not None
        super().__init__(
            document, above, node, self._rename, parent, verb="Rename", manager=manager, context=context, entry=entry
        )
        self.setObjectName("renameDialog")
        self._look(manager)

    def _add_more(self, inside: QVBoxLayout) -> None:
        hint = "For the device this is a deletion and a new entry with the same content."
        inside.addWidget(label(hint, "renameHint", kind="hint", wrap=True))
        self.found = label("Looking for references to this entry…", "renameReferences", kind="caption", wrap=True)
        self.follow = named(QCheckBox("Change them too"), "renameFollow", "Change the references too")
        self.follow.setChecked(True)
        self.list = named(QListWidget(), "renameReferenceList", "References to this entry")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.list.setFont(theme().mono())
        for widget in (self.found, self.list, self.follow):
            inside.addWidget(widget)
        self.list.hide()
        self.follow.hide()

    @property
    def ready(self) -> bool:
        """Renaming before the references are known could break them."""
        return self.references is not None and any(
            subject.text != editor.value() for subject, editor in self._fields.values()
        )

    def _look(self, manager: TaskManager) -> None:
        document, entry = self._document, self._entry
        assert entry is not None
        recipe, at, schema = document.recipe(), document.path_of(entry), document.schema

        def work(_cancel: CancelToken, _report: Report) -> list[Reference]:
            twin = recipe.make(schema)
            found = twin.find(at)
            return [] if found is None else find_references(twin.root, found, twin.binder)

        task = manager.run(work, title="Look for references", quiet=True)
        task.done.connect(self._take)
        task.failed.connect(self._failed)

    def _take(self, found: list[Reference]) -> None:
        if not isValid(self):
            return  # closed meanwhile
        self.references = found
        if found:
            verb = "points" if len(found) == 1 else "point"
            self.found.setText(f"{count_words(len(found), 'leaf', 'leafs')} {verb} to this entry:")
            self.list.addItems([str(one.path) for one in found[:MOST_SHOWN]])
            rows = min(6, self.list.count())
            self.list.setFixedHeight(rows * theme().row_height + theme().px(8))
        else:
            self.found.setText("No leaf points to this entry.")
        self.list.setVisible(bool(found))
        self.follow.setVisible(bool(found))
        self._show_problem()

    def _failed(self, _error: object) -> None:
        if not isValid(self):
            return
        self.references = []
        self.found.setText("References to this entry could not be looked for; they stay as they are.")
        self._show_problem()

    def _rename(self, values: dict[str, str]) -> object:
        assert self._entry is not None
        follow = (self.references or []) if self.follow.isChecked() else []
        return rename_entry(self._document, self._entry, values, references=follow)
