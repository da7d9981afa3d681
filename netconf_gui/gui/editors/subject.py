"""What an editor edits: one leaf or leaf-list value of a document, there already or not.

Lives here: the value as editors show it, what it can be chosen from, and the command that sets it.  Does not live
here: widgets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import editing, leafref
from netconf_gui.config.document import Change, Document
from netconf_gui.config.path import InstancePath
from netconf_gui.config.values import canonical_value, clark, value_types
from netconf_gui.errors import ConfigError
from netconf_gui.yang.datatypes import quick_check, stored
from netconf_gui.yang.schema import NodeKind, SchemaNode, TypeInfo

MOST_CHOICES = 2000  # values of a leafref that are offered

_PREFIX = re.compile(r"([A-Za-z_][\w.-]*):")
_CLARK_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|\{([^{}]*)\}")


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
        """The value with module names as prefixes of identities and paths; "" where nothing is set."""
        return "" if self.element is None else portable_text(self.document, self.element, self.node)

    @property
    def base_text(self) -> str | None:
        """The value in the base; None where it has none."""
        before = None if self.element is None else self.document.base_element(self.element)
        return None if before is None else portable_text(self.document, before, self.node)

    @property
    def default(self) -> str:
        """The value that holds while nothing is set; "" if there is none, or for leaf-lists."""
        node = self.node
        return node.defaults[0] if node is not None and node.defaults and node.kind is NodeKind.LEAF else ""

    @property
    def context(self) -> leafref.Context:
        """Where a leafref's path starts."""
        return leafref.Context(self.document, self.node, self.element, self.parent)

    def choices(self) -> list[str]:
        """What a leafref can point to in this document as it is; nothing for other types."""
        path = leafref_path(self.info)
        if not path:
            return []
        found = leafref.targets(self.context, path).elements[: 2 * MOST_CHOICES]
        return list(dict.fromkeys(self.target_text(one) for one in found))[:MOST_CHOICES]

    def target_values(self) -> frozenset[str] | None:
        """All values that a leafref can have in this document; None if there are too many to look at."""
        found = leafref.targets(self.context, leafref_path(self.info))
        return frozenset(map(self.target_text, found.elements)) if found.complete else None

    def target_text(self, element: etree._Element) -> str:
        """The value of an element that a leafref points to."""
        if not value_types(self.info) & {"identityref", "instance-identifier"}:
            return element.text or ""
        return portable_text(self.document, element, self.document.schema_node(element))

    def target(self, value: str) -> etree._Element | None:
        """The element that a leafref of that value, or an instance-identifier, points to; None if it is not there."""
        if self.info is not None and self.info.base == "instance-identifier":
            try:
                return self.document.find(InstancePath.parse(value, self.document.schema))
            except ConfigError:
                return None
        path = leafref_path(self.info)
        if not path or not value:
            return None
        return leafref.find_target(self.context, path, value, self.target_text)

    def prefixes(self, text: str) -> dict[str | None, str]:
        """Namespaces of the module names that stand as prefixes in a text, where they mean something."""
        schema = self.document.schema
        if schema is None or ":" not in text or not value_types(self.info) & {"identityref", "instance-identifier"}:
            return {}
        found = {name: schema.module(name) for name in set(_PREFIX.findall(text))}
        return {name: module.namespace for name, module in found.items() if module is not None}

    def quick_problem(self, text: str) -> str:
        """What is wrong with a text as far as its type alone tells, as a sentence; "" if nothing."""
        if self.info is None:
            return ""
        words = quick_check(self.info, self.stored(text), prefixes=None)
        return self.sentence(words) if words else ""

    def sentence(self, words: str) -> str:
        """A finding in the house's words: "prefix-length is 33. Allowed: 0 to 32." """
        return f"{self.name} is {words}"

    def stored(self, text: str) -> str:
        """The text that a commit puts into the document: canonical (RFC 7950, section 9.1)."""
        return text if self.info is None else stored(self.info, text)

    def commit(self, text: str) -> Change | None:
        """Set the value by one command; None if it is there already.  Raises `ConfigError`."""
        text = self.stored(text)
        if self.element is not None:
            if self.text == text:
                return None
            return editing.set_text(self.document, self.element, text)
        if self.node is None:
            raise ConfigError("Without a schema only existing values can be edited here.")
        if self.node.kind is NodeKind.LEAF_LIST:
            return editing.add_leaf_list_value(self.document, self.parent, self.node, text)
        return editing.set_leaf(self.document, self.parent, self.node, text)


def leafref_path(info: TypeInfo | None) -> str:
    """The path of a leafref, or of the first one in a union; "" if there is none."""
    if info is None:
        return ""
    if info.base == "leafref":
        return info.leafref_path
    return next((path for path in map(leafref_path, info.union) if path), "")


def portable_text(document: Document, element: etree._Element, node: SchemaNode | None) -> str:
    """A leaf's value with module names for prefixes, which mean the same wherever it is put."""
    text = element.text or ""
    if node is None:
        return text
    types = value_types(node.type)
    if not types & {"identityref", "instance-identifier"}:
        return text
    resolved = canonical_value(element, node)
    identity = clark(resolved)
    name = document.binder.module_name
    if identity is not None:
        return f"{name(identity[0])}:{identity[1]}" if identity[0] else text
    if "instance-identifier" not in types:
        return text

    def named(match: re.Match[str]) -> str:
        return match[0] if match[1] is None else f"{name(match[1])}:"

    return _CLARK_NAME.sub(named, resolved)
