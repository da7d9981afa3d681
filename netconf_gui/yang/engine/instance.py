"""Instance data in XML before libyang sees it: unwrapped, without attributes, without what no module describes.

Lives here: what is done to the text, and paths of elements as people read them.  The tree is the worker's own copy,
it may be changed.  Does not live here: judging the content (`structure`, `data`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from netconf_gui.protocol.xml import NS_BASE, NS_NMDA, NS_XML, parse
from netconf_gui.yang.engine.outline import ANYDATA, ANYXML, LEAF_LIST, LIST, Outline, OutlineNode
from netconf_gui.yang.problem import Problem

Element = etree._Element

_WRAPPERS = {"config", "data"}
_WRAPPER_NAMESPACES = {"", NS_BASE, NS_NMDA}
_DECLARED = re.compile(rb"""xmlns(?::[^\s=]+)?\s*=\s*(?:"([^"]*)"|'([^']*)')""")

SCHEMA_MISSING = "schema missing"


def split(tag: object) -> tuple[str, str]:
    """(namespace, local name) of an element's tag."""
    namespace, bracket, name = str(tag).rpartition("}")
    return (namespace[1:] if bracket else "", name)


def is_element(node: Element) -> bool:
    """False for comments and processing instructions."""
    return isinstance(node.tag, str)


class Instance:
    """One document: its top-level elements, and the notes that were made on the way.

    Raises MalformedMessage if the text is not well-formed XML.
    """

    def __init__(self, data: bytes, outline: Outline) -> None:
        self._outline = outline
        self.root = parse(data)
        self.notes: list[Problem] = []
        namespace, name = split(self.root.tag)
        # a bare node is not put into a wrapper: lxml drops declarations that only values use when it moves elements
        self._wrapped = name in _WRAPPERS and namespace in _WRAPPER_NAMESPACES
        self._root_removed = False
        self.thinned: set[str] = set()
        """Paths of what had children in unknown namespaces."""
        declared = {(double or single).decode("utf-8", "replace") for double, single in _DECLARED.findall(data)}
        etree.strip_tags(self.root, etree.Comment, etree.ProcessingInstruction)
        # metadata is not part of the data, and libyang refuses what it does not know
        etree.strip_attributes(self.root, "{}*", *(f"{{{namespace}}}*" for namespace in (NS_XML, *declared)))
        self._prune(declared)
        self._prune_mounted()

    @property
    def tops(self) -> list[Element]:
        """The top-level data elements."""
        if self._wrapped:
            return list(elements(self.root))
        return [] if self._root_removed else [self.root]

    def is_wrapper(self, element: Element) -> bool:
        """True for the element around the top-level ones."""
        return self._wrapped and element is self.root

    def text(self) -> bytes:
        """The top-level elements as text, each with the namespaces in scope."""
        return b"".join(etree.tostring(top, with_tail=False) for top in self.tops)

    def _prune(self, declared: set[str]) -> None:
        """Take out subtrees of namespaces that no implemented module has; one note for each namespace."""
        unknown = declared - set(self._outline.module_of) - {NS_BASE, NS_NMDA, ""}
        for namespace in sorted(unknown):
            found = [item for item in self.root.iter(f"{{{namespace}}}*") if not self._is_opaque(item)]
            if not found:
                continue
            path = self.path(found[0])
            text = f"Nothing is known about {namespace}: its part of the configuration is not checked."
            self.notes.append(Problem("warning", path, text, source=SCHEMA_MISSING, line=line_of(found[0])))
            for item in found:
                parent = item.getparent()
                if parent is not None and not self.is_wrapper(parent):
                    self.thinned.add(self.path(parent))
                self.remove(item)

    def _prune_mounted(self) -> None:
        """Take out what a mount point holds beside what the schema has there; one note for all of it."""
        names = self._outline.mount_points
        told = False
        for element in list(self.root.iter()) if names else ():
            node = self.node(element) if is_element(element) and split(element.tag)[1] in names else None
            if node is None:
                continue
            known = self._outline.children(node)
            for child in [child for child in elements(element) if split(child.tag) not in known]:
                if not told:
                    told = True
                    text = "This is mounted from another schema, which is not known: it is not checked."
                    path = self.path(child)
                    self.notes.append(Problem("warning", path, text, source=SCHEMA_MISSING, line=line_of(child)))
                self.thinned.add(self.path(element))
                self.remove(child)

    def _is_opaque(self, element: Element) -> bool:
        """True inside anydata and anyxml, where anything may be."""
        node: OutlineNode | None = None
        for ancestor in self.chain(element)[:-1]:
            node = self._outline.children(node).get(split(ancestor.tag))
            if node is None:
                return False
            if node.kind in (ANYDATA, ANYXML):
                return True
        return False

    def remove(self, element: Element) -> None:
        """Take an element out of the tree."""
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
        else:
            self._root_removed = True

    def chain(self, element: Element) -> list[Element]:
        """The element's ancestors from the top-level one down, and itself."""
        found = [element, *element.iterancestors()]
        return (found[:-1] if self._wrapped else found)[::-1]

    def node(self, element: Element) -> OutlineNode | None:
        """What the schema has for an element."""
        found: OutlineNode | None = None
        for item in self.chain(element):
            found = self._outline.children(found).get(split(item.tag))
            if found is None:
                return None
        return found

    def path(self, element: Element) -> str:
        """``/mod:a/list[key='value']/leaf``; a namespace that no module has stands in braces."""
        node: OutlineNode | None = None
        known = True
        steps: list[str] = []
        namespace_before: str | None = None
        for item in self.chain(element):
            namespace, name = split(item.tag)
            node = self._outline.children(node).get((namespace, name)) if known else None
            known = node is not None
            prefix = ""
            if namespace != namespace_before:
                module = self._outline.module_of.get(namespace)
                prefix = f"{module}:" if module else f"{{{namespace}}}"
            namespace_before = namespace
            steps.append(f"{prefix}{name}{predicates(node, item)}")
        return "/" + "/".join(steps)


def line_of(element: Element) -> int:
    """The line in the text that was parsed; 0 if not known."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def predicates(node: OutlineNode | None, element: Element) -> str:
    """A list entry's keys as ``[name='value']`` or its position, if it lacks some; a leaf-list's ``[.='value']``."""
    if node is not None and node.kind == LEAF_LIST:
        return f"[.={quoted((element.text or '').strip())}]"
    if node is None or node.kind != LIST:
        return ""
    values = {split(child.tag): child.text or "" for child in reversed(element) if is_element(child)}
    keys = [(key, values.get((node.namespace, key))) for key in node.keys]
    if not keys or any(value is None for _, value in keys):
        return f"[{1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))}]"
    return "".join(f"[{key}={quoted(value or '')}]" for key, value in keys)


def quoted(value: str) -> str:
    """A value in the quotes that it does not hold itself."""
    return f'"{value}"' if "'" in value else f"'{value}'"


def elements(parents: Iterable[Element]) -> Iterator[Element]:
    """Those of the nodes that are elements."""
    return (item for item in parents if is_element(item))
