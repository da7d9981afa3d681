"""Copy, cut and paste of whole subtrees through the clipboard: within a document, between documents and devices.

The clipboard gets XML twice: as text for other programs, and under a type of its own, which is preferred.  Large texts
are read where they are needed, not when the clipboard changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config import editing
from netconf_gui.config.paste_check import Probe
from netconf_gui.config.pasting import Clash, Paste, copied_text, paste, prepare, read_pasted, rename_piece
from netconf_gui.errors import ConfigError
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.paste_dialog import NEW_KEY, PasteDialog
from netconf_gui.gui.tasks import Report
from netconf_gui.yang.problem import Problem

if TYPE_CHECKING:
    from netconf_gui.gui.models.rows import Row
    from netconf_gui.gui.panes.document import DocumentPane

MIME = "application/x-netconf-gui-nodes+xml"
SCHEMA_MIME = "application/x-netconf-gui-schema"  # the key of the modules that the nodes fit
MOST = 20_000  # nodes that are copied one by one
PATIENCE = 10.0  # seconds for the engine; without its word what is wrong is found by the check afterwards


class NodeClipboard(QObject):
    """What one document pane does with the clipboard."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane.tree)
        self.setObjectName("nodeClipboard")
        self._pane = pane

    def copy(self) -> bool:
        """Put the selected nodes with all below them into the clipboard; False if there are none."""
        found = self._elements()
        if len(found) > MOST:
            self._pane.error.emit(
                ConfigError(
                    f"{len(found):,} nodes are too many to copy one by one.", advice="Copy the node above them."
                )
            )
            return False
        if not found:
            return False
        text = copied_text(found)
        data = QMimeData()
        data.setData(MIME, text.encode())
        data.setText(text)
        if self._pane.context.key and self._pane.document.schema is not None:
            data.setData(SCHEMA_MIME, self._pane.context.key.encode())
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def cut(self) -> None:
        """Copy, then delete."""
        found = [element for element in self._elements() if not self._is_key(element)]
        if found and self.copy():
            self._pane.guard(lambda: editing.remove_all(self._pane.document, found))

    def paste(self) -> None:
        """Put what the clipboard has where the cursor is; ask first where there is something to decide."""
        self._pane.guard(self._paste)

    def _elements(self) -> list[etree._Element]:
        rows = self._pane.tree.selected_rows()
        found: list[etree._Element] = []
        for row in rows:
            found.extend(_of_row(self._pane, row))
        inside = set(found)
        return [one for one in found if not any(above in inside for above in one.iterancestors())]

    def _is_key(self, element: etree._Element) -> bool:
        node = self._pane.document.schema_node(element)
        return node is not None and node.is_key

    def _paste(self) -> None:
        pane = self._pane
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not (data.hasFormat(MIME) or data.hasText()):
            raise ConfigError("The clipboard is empty.", advice="Copy a node first.")
        text = bytes(data.data(MIME).data()).decode("utf-8", "replace") if data.hasFormat(MIME) else data.text()
        row = pane.row or pane.model.root
        chosen = row.element if row.element is not None and not row.removed else pane.document.root
        plan = prepare(pane.document, chosen, read_pasted(text))
        known = bytes(data.data(SCHEMA_MIME).data()).decode() if data.hasFormat(SCHEMA_MIME) else ""
        if plan.pieces and pane.context.engine is not None and pane.context.key and known != pane.context.key:
            self._judge(plan)
        else:
            self._offer(plan)

    def _judge(self, plan: Paste) -> None:
        """Have the engine look at the values first: they come from another schema, or from nobody knows where."""
        pane = self._pane
        engine, key, probe = pane.context.engine, pane.context.key, Probe(pane.document, plan)
        data = probe.data()
        assert engine is not None and key

        def work(cancel: CancelToken, _report: Report) -> tuple[Problem, ...]:
            return engine.validate(key, data, content="edit", limit=500, cancel=cancel, deadline=PATIENCE)

        def judged(found: tuple[Problem, ...]) -> None:
            if isValid(self):
                probe.take_out([(problem.path, problem.message) for problem in found if problem.is_error])
                pane.guard(lambda: self._offer(plan))

        task = pane.manager.run(work, title="Check what is pasted", quiet=True)
        task.done.connect(judged)
        task.failed.connect(lambda _error: pane.guard(lambda: self._offer(plan)) if isValid(self) else None)

    def _offer(self, plan: Paste) -> None:
        """Paste, after asking where there is something to decide or to tell."""
        pane = self._pane
        if plan.pieces and not plan.misfits and not any(piece.clashes for piece in plan.pieces):
            self._do(plan, Clash.MERGE)
            return
        where = pane.document.path_of(plan.parent).name or "the document"
        dialog = PasteDialog(plan, where, lambda answer: self._answered(plan, answer), pane)
        _delete_on_close(dialog)
        dialog.open()

    def _answered(self, plan: Paste, answer: str) -> None:
        if answer != NEW_KEY:
            self._pane.guard(lambda: self._do(plan, Clash(answer)))
            return
        pane, piece = self._pane, plan.pieces[0]
        if piece.node is None:
            return

        def make(values: dict[str, str]) -> None:
            rename_piece(pane.document, piece, values)
            piece.there = None
            self._do(plan, Clash.MERGE)

        dialog = EntryDialog(
            pane.document, plan.parent, piece.node, make, pane, verb="Paste", manager=pane.manager, context=pane.context
        )
        _delete_on_close(dialog)
        dialog.open()

    def _do(self, plan: Paste, clash: Clash) -> None:
        pane = self._pane
        if plan.parent is not pane.document.root and plan.parent.getparent() is None:
            raise ConfigError("The place to paste into is no longer there.", advice="Choose another one.")
        if paste(pane.document, plan, clash) is not None:
            pane.show_last_change()


def _delete_on_close(dialog: PasteDialog | EntryDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)


def _of_row(pane: DocumentPane, row: Row) -> list[etree._Element]:
    """The elements that a row stands for: itself, or all entries of a group."""
    if row.own_element is not None:
        return [] if row.own_element is pane.document.root else [row.own_element]
    if row.tag and row.element is not None and row.high > row.low:
        return pane.model.outline.entries_of(row).part(row.low, row.high)
    return []
