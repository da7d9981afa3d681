"""Which nodes in sight may not be there: their `when` conditions, asked of the engine a moment after things changed.

Only rows that are seen are asked about, and what can be added at the current one.  One request is under way at a time;
what it says about an older revision is dropped and asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.choices import choices_of
from netconf_gui.config.document import Change
from netconf_gui.config.surroundings import Reach, surroundings
from netconf_gui.gui import node_edits
from netconf_gui.gui.models.looks import condition_place
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.yang.schema import NodeKind, SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

PAUSE = 150  # ms
MOST_ROWS = 200

Place = tuple[etree._Element | None, int]


@dataclass(frozen=True, slots=True)
class _Question:
    place: Place
    parent: etree._Element
    node: SchemaNode
    missing: int
    expressions: tuple[str, ...]


class ConditionWatch(QObject):
    """Keeps the model of a document pane told of conditions that are false; `changed` when they are others."""

    changed = Signal()

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane.tree)
        self.setObjectName("conditionWatch")
        self._pane = pane
        self._known: dict[Place, str] = {}  # of `_revision`; "" holds
        self._unknown: set[Place] = set()  # cannot be told at `_revision`
        self._revision = -1
        self._task: Task | None = None
        self._again = False
        self._open = True
        self._whens: dict[int, tuple[str, ...]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._ask)
        self._unsubscribe = pane.document.subscribe(self._on_change)
        tree, model = pane.tree, pane.model
        for signal in (tree.expanded, tree.collapsed, tree.verticalScrollBar().valueChanged, tree.current_row):
            signal.connect(self._later)
        for told in (model.rowsInserted, model.layoutChanged, model.replaced):
            told.connect(self._later)
        self._later()

    def close(self) -> None:
        """Ask no more."""
        self._open = False
        self._timer.stop()
        self._unsubscribe()

    @property
    def possible(self) -> bool:
        context = self._pane.context
        return context.engine is not None and bool(context.key) and self._pane.document.schema is not None

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._task is not None or self._timer.isActive()

    def false_condition(self, row: Row, node: SchemaNode) -> str:
        """The condition that forbids to add `node` at a row; "" if there is none that is known to be false."""
        place = (row.element, node.id)
        return self._pane.model.looks.conditions.get(place, "") or self._pane.model.looks.condition_of(row)

    def _later(self, *_: object) -> None:
        if self._open and self.possible and not self._timer.isActive():
            self._timer.start()

    def _on_change(self, change: Change) -> None:
        if not change.more and self._open:
            self._timer.stop()  # the pause begins with the last of several edits
            self._later()

    # asking

    def _ask(self) -> None:
        if not self._open:
            return
        if self._task is not None:
            # one at a time: the answer to this one would be dropped, and the engine is needed for values
            self._again = True
            return
        self._again = False
        document = self._pane.document
        if self._revision != document.revision:
            self._revision = document.revision
            self._unknown = set()
            self._known = {}
        wanted = {
            one.place: one
            for one in self._questions()
            if one.place not in self._known and one.place not in self._unknown
        }
        if not wanted:
            self._show()
            return
        questions = list(wanted.values())
        data, enough = surroundings(document, [(one.parent, one.missing, one.expressions) for one in questions])
        self._unknown.update(one.place for one, told in zip(questions, enough, strict=True) if not told)
        questions = [one for one, told in zip(questions, enough, strict=True) if told]
        asked = [(str(document.path_of(one.parent)), one.node.path) for one in questions]
        engine, key, revision = self._pane.context.engine, self._pane.context.key, document.revision
        of_request = self._pane.context.is_request
        assert engine is not None and key is not None

        def work(cancel: CancelToken, _report: Report) -> tuple[str | None, ...]:
            return engine.conditions(key, data, asked, of_request=of_request, cancel=cancel) if asked else ()

        task = self._pane.manager.run(work, title="Look at conditions", quiet=True)
        task.done.connect(lambda found: self._take(revision, questions, found))
        # without an answer nothing is greyed: the check of the whole document tells what is wrong
        task.finished.connect(self._answered)
        self._task = task

    def _answered(self) -> None:
        self._task = None
        if isValid(self) and self._open and (self._again or self._revision != self._pane.document.revision):
            self._later()

    def _take(self, revision: int, questions: Sequence[_Question], found: Sequence[str | None]) -> None:
        if not self._open or revision != self._pane.document.revision:
            return
        for one, condition in zip(questions, found, strict=True):
            if condition is None:
                self._unknown.add(one.place)
            else:
                self._known[one.place] = condition
        self._show()

    def _show(self) -> None:
        false = {place: condition for place, condition in self._known.items() if condition}
        if false != self._pane.model.looks.conditions:
            self._pane.model.set_conditions(false)
            self.changed.emit()

    # what is in sight

    def _questions(self) -> Iterator[_Question]:
        tree, model = self._pane.tree, self._pane.model
        index = tree.indexAt(tree.viewport().rect().topLeft())
        bottom = tree.viewport().rect().bottom()
        for _ in range(MOST_ROWS):
            if not index.isValid() or tree.visualRect(index).top() > bottom:
                break
            row = model.row_at(index)
            if row is not None:
                yield from self._of_row(row)
            index = tree.indexBelow(index)
        row = self._pane.row or model.root
        if row.element is not None and not row.removed:
            for node in node_edits.addable(self._pane.document, row):
                yield from self._question((row.element, node.id), row.element, node)

    def _of_row(self, row: Row) -> Iterator[_Question]:
        place, node = condition_place(row), row.node
        if place is None or node is None or row.removed or row.kind in (RowKind.ENTRY, RowKind.BUCKET):
            return
        parent = place[0]
        if parent is None or not node.config:
            return
        if row.kind in (RowKind.CHOICE, RowKind.CASE):
            # a choice has no instance: what it says is asked by a node in it
            inside = self._first_inside(node)
            if inside is not None and self._conditions(node):
                yield from self._question(place, parent, inside)
        else:
            yield from self._question(place, parent, node)

    def _question(self, place: Place, parent: etree._Element, node: SchemaNode) -> Iterator[_Question]:
        expressions = self._conditions(node)
        reach = Reach.of(expressions) if self._pane.context.is_request else None
        # what a request's conditions say about the configuration is told by its check
        if expressions and (reach is None or not reach.absolute):
            yield _Question(place, parent, node, self._missing(parent, node), expressions)

    def _conditions(self, node: SchemaNode) -> tuple[str, ...]:
        """All that has to hold: the node's own and those of the choices and cases it is in."""
        found = self._whens.get(node.id)
        if found is None:
            schema = self._pane.document.schema
            around = choices_of(schema, node) if schema is not None else []
            parts = [node, *(one for pair in around for one in pair if one.id != node.id)]
            found = self._whens[node.id] = tuple(when for one in parts for when in one.whens)
        return found

    def _first_inside(self, node: SchemaNode) -> SchemaNode | None:
        """A data node in a choice or case that says nothing itself, so that the answer is the choice's own."""
        schema = self._pane.document.schema
        for child in schema.children(node) if schema is not None else ():
            if child.kind in (NodeKind.CHOICE, NodeKind.CASE):
                if not child.whens:
                    found = self._first_inside(child)
                    if found is not None:
                        return found
            elif child.is_data and child.config and not child.whens:
                return child
        return None

    def _missing(self, parent: etree._Element, node: SchemaNode) -> int:
        """How many containers between are not there."""
        schema, here, count = self._pane.document.schema, self._pane.document.schema_node(parent), -1
        at: SchemaNode | None = node
        while schema is not None and at is not None and at != here:
            at = schema.data_parent(at)
            count += 1
        return max(0, count)
