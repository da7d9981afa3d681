"""What an editor edits: one leaf or leaf-list value of a document, there already or not.

Lives here: the value as editors show it, what it can be chosen from, and the command that sets it.  Does not live
here: widgets.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.document import Change, Document
from netconf_gui.config.values import canonical_value, clark, value_types
from netconf_gui.errors import ConfigError
from netconf_gui.yang.datatypes import quick_check
from netconf_gui.yang.schema import NodeKind, SchemaNode, TypeInfo

MOST_CHOICES = 2000  # values of a leafref that are offered


@dataclass(frozen=True, slots=True)
class Subject:
    """`element` is None where nothing is set; `parent` is then the nearest element above it that exists."""

    document: Document
    node: SchemaNode | None
    element: etree._Element | None
    parent: etree._Element

    @property
    def name(self) -> str:
        if self.node is not None:
            return self.node.name
        return "" if self.element is None else etree.QName(self.element).localname

    @property
    def info(self) -> TypeInfo | None:
        """The type; None where no schema tells."""
        return self.node.type if self.node is not None else None

    @property
    def text(self) -> str:
        """The value with module names as prefixes of identities; "" where nothing is set."""
        return "" if self.element is None else self._portable(self.element)

    @property
    def base_text(self) -> str | None:
        """The value in the base; None where it has none."""
        before = None if self.element is None else self.document.base_element(self.element)
        return None if before is None else self._portable(before)

    def _portable(self, element: etree._Element) -> str:
        text = element.text or ""
        if self.node is None or "identityref" not in value_types(self.info):
            return text
        identity = clark(canonical_value(element, self.node))
        if identity is None:
            return text
        return f"{self.document.binder.module_name(identity[0])}:{identity[1]}"

    def choices(self) -> list[str]:
        """What a leafref can point to in this document as it is; nothing for other types."""
        info = self.info
        if info is None or info.base != "leafref" or not info.leafref_path:
            return []
        return targets(self, info.leafref_path)

    def quick_problem(self, text: str) -> str:
        """What is wrong with a text as far as its type alone tells, as a sentence; "" if nothing."""
        if self.info is None:
            return ""
        words = quick_check(self.info, text, prefixes=None)
        return self.sentence(words) if words else ""

    def sentence(self, words: str) -> str:
        """A finding in the house's words: "prefix-length is 33. Allowed: 0 to 32." """
        return f"{self.name} is {words}"

    def commit(self, text: str) -> Change | None:
        """Set the value by one command; None if it is there already.  Raises `ConfigError`."""
        if self.element is not None:
            if self.text == text:
                return None
            return editing.set_text(self.document, self.element, text)
        if self.node is None:
            raise ConfigError("Without a schema only existing values can be edited here.")
        if self.node.kind is NodeKind.LEAF_LIST:
            return editing.add_leaf_list_value(self.document, self.parent, self.node, text)
        return editing.set_leaf(self.document, self.parent, self.node, text)


def targets(subject: Subject, path: str) -> list[str]:
    """Values at the end of a leafref's path (RFC 7950, section 9.9); predicates are not applied, so it may be more."""
    steps = [step for step in _without_predicates(path).split("/") if step not in ("", ".")]
    if path.strip().startswith("/"):
        nodes = [subject.document.root]
    else:
        start = _above(subject, sum(1 for step in steps if step == ".."))
        nodes = [] if start is None else [start]
        steps = [step for step in steps if step != ".."]
    for step in steps:
        name = f"{{*}}{step.rpartition(':')[2]}"
        nodes = [child for node in nodes for child in node.iterchildren(name)]
        if len(nodes) > 50 * MOST_CHOICES:
            return []
    return list(dict.fromkeys(node.text or "" for node in nodes))[:MOST_CHOICES]


def _above(subject: Subject, ups: int) -> etree._Element | None:
    """The element `ups` levels above the leaf, which may not be there, nor its parent."""
    if subject.element is not None:
        at: etree._Element | None = subject.element
    else:
        at = subject.parent
        schema, node = subject.document.schema, subject.node
        here = subject.document.schema_node(subject.parent)
        while schema is not None and node is not None and node != here:
            node = schema.data_parent(node)
            ups -= 1
        if ups < 0:
            return None
    for _ in range(ups):
        at = at.getparent() if at is not None else None
    return at


def _without_predicates(path: str) -> str:
    plain, depth = [], 0
    for letter in path:
        depth += letter == "["
        if depth == 0:
            plain.append(letter)
        depth -= letter == "]"
    return "".join(plain)
