"""Values set in a document pane: by the editors of its tree, and by others that have one.

Lives here: what stands between an editor and the document (choices that end, leafs of type empty).  Does not live here:
the editors (`gui.editors`), what can be done to a node by menu (`document_actions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from netconf_gui.gui import node_edits
from netconf_gui.gui.editors.factory import make_cell_editor as make_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.models.rows import Row
from netconf_gui.gui.rows import Index

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


def commit(pane: DocumentPane, subject: Subject, text: str) -> bool:
    """Set a value; a leaf of type empty is set by "set" and taken away by "not set"."""
    if subject.info is not None and subject.info.base == "empty":
        element = subject.element
        if text == "not set" and element is not None:
            row = pane.model.row_of(element)
            return row is not None and pane.guard(lambda: node_edits.delete(pane.document, row))
        return text != "set" or _commit(pane, subject, "")
    return _commit(pane, subject, text)


def _commit(pane: DocumentPane, subject: Subject, text: str) -> bool:
    """Set it, after asking if that ends another case of a choice."""
    if subject.element is not None or subject.node is None:
        return pane.guard(lambda: subject.commit(text))
    done = [True]
    pane.structure.before_adding(
        subject.parent, subject.node, lambda: done.append(pane.guard(lambda: subject.commit(text)))
    )
    return done[-1]


def make_cell_editor(pane: DocumentPane, parent: QWidget, index: Index) -> QWidget | None:
    """The editor of a cell of the tree; None where nothing can be edited."""
    row = pane.model.row_at(index)
    subject = node_edits.subject_of(pane.document, row)
    if pane.context.read_only or row is None:
        return None
    if subject is None:
        selector = pane.structure.cell_editor(row, parent)
        if selector is not None:
            selector.committed.connect(lambda _key: pane.tree.finish_editor(selector))
        return selector
    editor = make_editor(subject, parent)
    editor.committed.connect(lambda _text: pane.tree.finish_editor(editor))  # type: ignore[attr-defined]
    return editor


def edit_from_tree(pane: DocumentPane, row: object, text: str) -> None:
    """What an editor of the tree committed."""
    if isinstance(row, Row) and pane.structure.commit(row, text):
        return
    subject = node_edits.subject_of(pane.document, row if isinstance(row, Row) else None)
    if subject is not None:
        pane.commit(subject, text)
