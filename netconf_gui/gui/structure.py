"""Choices and containers with presence in a document pane: selectors, and the question before something is lost.

Does not live here: the commands (`config.choices`, `config.editing`), other things done to nodes (`document_actions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from netconf_gui.config import editing
from netconf_gui.config.binding import elements
from netconf_gui.config.choices import cases, choices_of, is_default_case, lost_by, take_case
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.editors.any_dialog import AnyDialog
from netconf_gui.gui.editors.cases import CaseEdit, Option
from netconf_gui.gui.models.looks import is_presence, shown_value
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.document_places import row_below
from netconf_gui.yang.schema import SchemaNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from netconf_gui.gui.panes.document import DocumentPane

ON, OFF = "on", "off"
NO_CASE = ""
MOST_TOLD = 12  # nodes named before something is deleted


class Structure(QObject):
    """What one document pane does about choices and containers with presence."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane.tree)
        self.setObjectName("structure")
        self._pane = pane
        self.question: Question | None = None

    # selectors

    def cell_editor(self, row: Row, parent: QWidget) -> CaseEdit | None:
        """The selector in the tree; None for rows that have none."""
        if row.kind is RowKind.CHOICE and row.node is not None:
            return self.case_selector(row.node, row.element, parent).open_at_once()
        if is_presence(row):
            here = ON if row.own_element is not None else OFF
            options = [(ON, ON, "The container is there"), (OFF, OFF, "The container is not there")]
            return CaseEdit(here, options, "Presence", parent).open_at_once()
        return None

    def case_selector(
        self, choice: SchemaNode, element: etree._Element | None, parent: QWidget | None = None
    ) -> CaseEdit:
        """A selector of a choice's cases, the default one and the one in force marked."""
        schema = self._pane.document.schema
        active = self._pane.model.outline.case_of(choice, element)
        options: list[Option] = []
        if not choice.mandatory or active is None:
            options.append((NO_CASE, "none", "Take what is set away"))
        for case in cases(schema, choice) if schema is not None else ():
            words = f"{case.name} (default)" if is_default_case(choice, case) else case.name
            options.append((str(case.id), words, " ".join(case.description.split())[:300]))
        now = str(active.id) if active is not None else NO_CASE
        return CaseEdit(now, options, f"Case of {choice.name}", parent)

    def choices_at(self, row: Row) -> list[tuple[SchemaNode, etree._Element | None]]:
        """The choices that a row's node is in, or is, with the element they are in; the outermost first."""
        schema, node = self._pane.document.schema, row.node
        if schema is None or node is None or row.removed or row.kind in (RowKind.BUCKET, RowKind.ROOT):
            return []
        element = row.element
        if row.kind in (RowKind.NODE, RowKind.ENTRY):
            element = element.getparent() if element is not None else None
        found = [(choice, element) for choice, _ in choices_of(schema, node) if choice.config]
        return [*found, (node, element)] if row.kind is RowKind.CHOICE else found

    def commit(self, row: Row, text: str) -> bool:
        """Do what a selector in the tree says; False if the row has none."""
        if row.kind is RowKind.CHOICE and row.node is not None:
            self.choose(row.node, row.element, text)
            return True
        if is_presence(row):
            self.set_presence(row, on=text == ON)
            return True
        return False

    # choices

    def choose(self, choice: SchemaNode, element: etree._Element | None, key: str) -> None:
        """Take the case of that key, after asking if that deletes something."""
        pane, schema = self._pane, self._pane.document.schema
        if schema is None or element is None:
            return
        case = next((one for one in cases(schema, choice) if str(one.id) == key), None)
        if case is None and key != NO_CASE:
            return
        active = pane.model.outline.case_of(choice, element)
        if (active.id if active is not None else None) == (case.id if case is not None else None):
            return
        lost = lost_by(schema, element, choice, case)

        def go_on() -> None:
            if pane.guard(lambda: take_case(pane.document, element, choice, case)):
                self._show_case(choice, element, case)

        title = f"Switch {choice.name} to {case.name}?" if case is not None else f"Clear {choice.name}?"
        self._ask_first(title, lost, "Switch" if case is not None else "Clear", go_on)

    def _show_case(self, choice: SchemaNode, element: etree._Element, case: SchemaNode | None) -> None:
        """Put the cursor where the case's first value is to be given."""
        pane, schema = self._pane, self._pane.document.schema
        if schema is None or (element is not pane.document.root and element.getparent() is None):
            return
        above = pane.model.root if element is pane.document.root else pane.model.row_of(element)
        if above is None:
            return
        pane.view_bar.unset.setChecked(True)
        pane.view_bar.only.setChecked(False)
        row = None
        for outer, taken in (*choices_of(schema, choice), (choice, case)):
            # the cases around it are in force as well, as long as nothing of them is set
            row = _choice_row(pane, above, outer)
            if row is None:
                return
            pane.model.take_case(row, taken.id if taken is not None else None)
        if row is None:
            return
        target = row
        if case is not None:
            inside = [case] if case.is_data else [child for child in schema.children(case) if child.config]
            wanted = sorted(inside, key=lambda node: not node.mandatory)
            found = row_below(pane.model, row.parent or above, wanted[0]) if wanted else None
            target = found or row
        pane.tree.show_row(target)

    # presence

    def set_presence(self, row: Row, *, on: bool) -> None:
        """Make a container with presence, or take it away after asking if it holds something."""
        pane, node, element = self._pane, row.node, row.element
        if node is None or element is None or on == (row.own_element is not None):
            return
        if on:
            if pane.guard(lambda: editing.create_container(pane.document, element, node)):
                pane.show_last_change()
            return
        inside = list(elements(element))
        self._ask_first(
            f"Take {node.name} away?",
            inside,
            "Take away",
            lambda: pane.guard(lambda: editing.remove(pane.document, element)),
        )

    # other content

    def edit_content(self, row: Row) -> None:
        """Open the editor of what is inside an anydata or anyxml node, there or not."""
        pane, node = self._pane, row.node
        element = row.own_element
        parent = element.getparent() if element is not None else row.element
        if node is None or parent is None or not node.config or row.removed or pane.context.read_only:
            return
        self.ask_content(parent, node, element)

    def ask_content(self, parent: etree._Element, node: SchemaNode, element: etree._Element | None = None) -> None:
        """As `edit_content`, by the element above."""
        pane = self._pane
        dialog = AnyDialog(node, element, lambda xml: editing.set_any(pane.document, parent, node, xml), pane)
        dialog.accepted.connect(pane.show_last_change)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # asking

    def before_adding(self, parent: etree._Element, node: SchemaNode, go_on: Callable[[], object]) -> None:
        """Do what adds `node`, after asking if that ends another case with data."""
        schema = self._pane.document.schema
        pairs = choices_of(schema, node) if schema is not None else []
        lost = lost_by(schema, parent, *pairs[-1]) if schema is not None and pairs else []
        choice, case = pairs[0] if pairs else (node, node)
        self._ask_first(f"Switch {choice.name} to {case.name}?", lost, "Switch", go_on)

    def _ask_first(self, title: str, lost: list[etree._Element], verb: str, go_on: Callable[[], object]) -> None:
        """Say what will be deleted and go on if that is wanted; with nothing to lose, at once."""
        if self._pane.context.read_only or not lost:
            go_on()
            return
        text = f"{lost_words(self._pane, lost)}\n\nUndo brings it back."
        asked = Question(
            self._pane,
            title,
            text,
            [Choice("keep", "Keep"), Choice("switch", f"{verb} and delete", "danger")],
            icon="warning",
            ink="warning",
            object_name="loseQuestion",
        )
        asked.answered.connect(lambda key: go_on() if key == "switch" else self._pane.tree.viewport().update())
        self.question = asked
        asked.destroyed.connect(self._forget)
        asked.open()

    def _forget(self) -> None:
        self.question = None


def lost_words(pane: DocumentPane, lost: list[etree._Element]) -> str:
    """ "This deletes 3 nodes:" and a line for each of the first ones."""
    lines = []
    for one in lost[:MOST_TOLD]:
        node = pane.document.schema_node(one)
        name = etree.QName(one).localname
        inside = sum(1 for _ in one.iterdescendants(etree.Element))
        if inside:
            lines.append(f"{name} with {count_words(inside, 'node')} inside")
        elif node is not None and node.is_term and one.text:
            lines.append(f"{name}: {shown_value(one, node)}")
        else:
            lines.append(name)
    if len(lost) > MOST_TOLD:
        lines.append(f"and {len(lost) - MOST_TOLD:,} more")
    total = sum(1 + sum(1 for _ in one.iterdescendants(etree.Element)) for one in lost)
    return f"This deletes {count_words(total, 'node')}:\n" + "\n".join(f"• {line}" for line in lines)


def _choice_row(pane: DocumentPane, above: Row, choice: SchemaNode) -> Row | None:
    """The row of a choice below `above`, through containers, choices and cases that are not there."""
    model, schema = pane.model, pane.document.schema
    around: set[int] = set()
    at = schema.parent(choice) if schema is not None else None
    while schema is not None and at is not None:
        around.add(at.id)
        at = schema.parent(at)
    stack = [above]
    while stack:
        index = model.index_of(stack.pop())
        for number in range(min(model.rowCount(index), 2000)):
            child = model.row_at(model.index(number, 0, index))
            if child is None or child.node is None:
                continue
            if child.node == choice:
                return child
            if child.node.id in around and child.kind in (RowKind.CHOICE, RowKind.CASE, RowKind.UNSET):
                stack.append(child)
    return None
