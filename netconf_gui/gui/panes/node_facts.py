"""Facts about a node, as label and words: description, type, default, conditions, module."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from netconf_gui.config.binding import split_tag
from netconf_gui.config.choices import choices_of
from netconf_gui.config.document import Document
from netconf_gui.gui.forms import column, hline, label, named
from netconf_gui.gui.models.looks import shown_value
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.node_words import local, type_words
from netconf_gui.gui.rule_words import rule_words
from netconf_gui.gui.theme import theme
from netconf_gui.yang.module_kind import FROM_MIB, from_mib
from netconf_gui.yang.schema import NodeKind, SchemaNode

LONGEST = 1500  # characters of a description that are shown


@dataclass(frozen=True, slots=True)
class Fact:
    """One line; `mono`: a value or an expression."""

    name: str
    text: str
    mono: bool = False


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """All that is told of a node."""

    description: str
    lines: tuple[Fact, ...]


def facts_of(document: Document, row: Row) -> NodeFacts:
    """What the schema and the base say about the row's node."""
    node = row.node
    if node is None:
        namespace = split_tag(row.tag)[0]
        words = "The schema does not know this element: its module is missing or could not be compiled."
        return NodeFacts(words, (Fact("Namespace", namespace or "none", mono=True),))
    lines = [
        fact
        for fact in (*_type_facts(node), *_value_facts(document, row, node), *_rule_facts(document, node))
        if fact.text
    ]
    description = " ".join(node.description.split())
    if len(description) > LONGEST:
        description = description[:LONGEST] + "…"
    return NodeFacts(description, tuple(lines))


def _type_facts(node: SchemaNode) -> list[Fact]:
    if node.type is not None:
        facts = [Fact("Type", type_words(node.type))]
        if node.type.leafref_path:
            facts.append(Fact("Refers to", node.type.leafref_path, mono=True))
        return facts
    kind = str(node.kind)
    if node.kind is NodeKind.CONTAINER:
        kind = "container that means something by being there" if node.presence else "container"
    facts = [Fact("Type", kind)]
    if node.kind is NodeKind.CHOICE:
        facts.append(Fact("Default", node.defaults[0] if node.defaults else "none"))
    if node.kind in (NodeKind.CHOICE, NodeKind.ANYDATA, NodeKind.ANYXML):
        facts.append(Fact("Required", "yes" if node.mandatory else "no"))
    if node.keys:
        facts.append(Fact("Key", ", ".join(node.keys)))
    return facts


def _value_facts(document: Document, row: Row, node: SchemaNode) -> list[Fact]:
    facts = []
    element = row.own_element
    if document.has_base and node.kind is NodeKind.LEAF and row.kind in (RowKind.NODE, RowKind.UNSET):
        base = None
        if element is not None:
            base = element if row.removed else document.base_element(element)
        facts.append(
            Fact("On the device", "not set" if base is None else shown_value(base, node), mono=base is not None)
        )
    if node.is_term and node.config and not node.is_key:
        default = ", ".join(local(value) for value in node.defaults)
        facts.append(Fact("Default", default or "none", mono=bool(default)))
    if node.kind is NodeKind.LEAF and node.config:
        facts.append(Fact("Required", "yes, it is a key" if node.is_key else "yes" if node.mandatory else "no"))
    if node.kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
        facts.append(Fact("Entries", _bounds(node)))
        facts.append(Fact("Order", "yours" if node.ordered_by_user else "the device's"))
    return facts


def _bounds(node: SchemaNode) -> str:
    words = []
    if node.min_elements:
        words.append(f"at least {node.min_elements:,}")
    if node.max_elements is not None:
        words.append(f"at most {node.max_elements:,}")
    return ", ".join(words) or "any number"


def _rule_facts(document: Document, node: SchemaNode) -> list[Fact]:
    facts = [fact for when in _whens(document, node) for fact in _rule("Only when", when)]
    for must in node.musts:
        facts += _rule("Must", must.xpath)
        said = f"“{' '.join(must.message.split())}”" if must.message else ""
        tag = f"Error tag: {must.app_tag}" if must.app_tag else ""
        facts.append(Fact("Else", "\n".join(part for part in (said, tag) if part)))
    for names in node.unique:
        together = f"{', '.join(names[:-1])} and {names[-1]} together" if len(names) > 1 else names[0]
        facts.append(Fact("Unique", f"no two entries have the same {together}"))
    if not node.config:
        facts.append(Fact("Access", "read only: state of the device"))
    if from_mib(node.namespace, node.extensions):
        facts.append(Fact("Made from", FROM_MIB))
    facts.append(Fact("Status", node.status))
    revision = f" {node.revision}" if node.revision else ""
    facts.append(Fact("Module", f"{node.module}{revision}"))
    if node.reference:
        facts.append(Fact("Reference", " ".join(node.reference.split())[:200]))
    return facts


def _whens(document: Document, node: SchemaNode) -> list[str]:
    """The conditions of the node and of the choices and cases it is in, each once."""
    around = choices_of(document.schema, node) if document.schema is not None else []
    parts = [one for pair in around for one in pair if one.id != node.id]
    return list(dict.fromkeys(when for one in (node, *parts) for when in one.whens))


def _rule(name: str, expression: str) -> list[Fact]:
    """A condition in words where it can be said, and as the module writes it where it cannot."""
    words = rule_words(expression)
    return [Fact(name, words)] if words else [Fact(name, " ".join(expression.split()), mono=True)]


class Facts(QWidget):
    """Shows `NodeFacts`; labels are made anew for each node."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "nodeFacts", "Facts about the node")
        layout = column(self, spacing=8)
        self.head = label("Description", "descriptionCaption", kind="caption")
        self.description = label("", "nodeDescription", wrap=True)
        self.description.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._line = hline("nodeLine3")
        layout.addWidget(self.head)
        layout.addWidget(self.description)
        layout.addWidget(self._line)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        layout.addLayout(self._grid)
        self._labels: list[QLabel] = []
        self._shown: NodeFacts | None = None

    def show_facts(self, facts: NodeFacts) -> None:
        """Show these."""
        if facts == self._shown:
            return
        self._shown = facts
        told = bool(facts.description)
        for widget in (self.head, self.description, self._line):
            widget.setVisible(told)
        self.description.setText(facts.description)
        self.description.setAccessibleName(facts.description or "no description")
        for old in self._labels:
            old.hide()
            self._grid.removeWidget(old)
            old.deleteLater()
        self._labels = []
        self._grid.setHorizontalSpacing(theme().px(12))
        self._grid.setVerticalSpacing(theme().px(4))
        self._grid.setColumnMinimumWidth(0, theme().px(92))
        for number, fact in enumerate(facts.lines):
            self._add(number, fact)

    def _add(self, number: int, fact: Fact) -> None:
        name = label(fact.name, f"factName{number}", kind="label")
        text = label(fact.text, f"factText{number}", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setMinimumWidth(theme().px(60))
        if fact.mono:
            text.setFont(theme().mono())
            text.setText(fact.text.replace("/", "/\u200b"))
            text.setAccessibleName(fact.text)
        name.setBuddy(text)
        self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(text, number, 1)
        self._labels += [name, text]
        for made in (name, text):
            made.show()
