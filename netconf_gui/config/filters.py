"""Which part of a tree a filter selects: subtree filters (RFC 6241, section 6) and XPath (section 8.9).

Lives here: both kinds, on instance data.  Pure: they answer with a new tree.  Does not live here: the absolute paths of
an expression in a tree with a wrapper (`xpath_text`), filters of editors and views.

Where a schema is given, the keys of every list entry that is only partly selected are selected too, as servers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.values import canonical_value
from netconf_gui.config.xpath_text import below_wrapper
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import local_name, namespace_of, new_element, parse, qn, splice
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode


def apply_subtree(root: etree._Element, given: etree._Element, schema: Schema | None = None) -> etree._Element:
    """What the `<filter>` element `given` selects of the children of `root`; an empty filter selects nothing.

    Values are compared in canonical form where the schema knows them.  A filter node without a namespace matches in
    every namespace.
    """
    wishes = list(elements(given))
    tops = [child for child in elements(root) if any(_names(wish, child) for wish in wishes)]
    tree = _with_children(root, tops)
    choice = _Choice(schema)
    for child in elements(tree):
        scope = choice.binder.child_scope(Region.TOP, str(child.tag))
        for wish in wishes:
            if _names(wish, child):
                choice.take(wish, child, scope)
    choice.prune(tree)
    return tree


def apply_xpath(
    root: etree._Element, expression: str, namespaces: Mapping[str, str], schema: Schema | None = None
) -> etree._Element:
    """The nodes that an XPath 1.0 expression selects, with everything inside and above them.

    `/` in the expression is what is above the children of `root`.  Raises `ConfigError` for an expression that cannot
    be evaluated or does not select nodes.
    """
    tree = _with_children(root, list(elements(root)))
    choice = _Choice(schema)
    for node in nodes_at(tree, expression, namespaces):
        if node is tree:
            return tree
        choice.take_whole(node)
    choice.prune(tree)
    return tree


def nodes_at(root: etree._Element, expression: str, namespaces: Mapping[str, str]) -> list[etree._Element]:
    """The elements that an XPath 1.0 expression selects, of a text or an attribute the one that holds it.

    `/` in the expression is what is above the children of `root`, which itself stands for it.  Raises `ConfigError` as
    `apply_xpath` does.
    """
    try:
        found = root.xpath(below_wrapper(expression), namespaces=dict(namespaces))
    except (etree.XPathError, ValueError) as error:
        raise ConfigError(f"The XPath expression {expression!r} cannot be evaluated: {error}.") from None
    if not isinstance(found, list):
        raise ConfigError(f"The XPath expression {expression!r} gives a value, not nodes.")
    nodes = (item if isinstance(item, etree._Element) else _holder(item) for item in found)
    return [node for node in nodes if node is not None]


def _holder(item: object) -> etree._Element | None:
    """The element of a text or attribute that an expression selected."""
    above = getattr(item, "getparent", None)
    found = above() if above is not None else None
    return found if isinstance(found, etree._Element) else None


def _with_children(root: etree._Element, children: Iterable[etree._Element]) -> etree._Element:
    """A new tree with the root's name and those children, every prefix kept."""
    nsmap: dict[str | None, str] = dict(root.nsmap.items())
    holder = new_element(str(root.tag), nsmap)
    return parse(splice(holder, holder, children))


def _names(wish: etree._Element, data: etree._Element) -> bool:
    return local_name(wish) == local_name(data) and namespace_of(wish) in ("", namespace_of(data))


class _Choice:
    """The elements of one tree that are selected: whole, or as the frame of something selected."""

    def __init__(self, schema: Schema | None) -> None:
        self.binder = Binder(schema)
        self._whole: dict[etree._Element, bool] = {}

    def take(self, wish: etree._Element, data: etree._Element, scope: Scope) -> bool:
        """Select what `wish` asks for in `data`, an element of its name; False if that is nothing."""
        if any(data.get(name) != value for name, value in wish.attrib.items()):
            return False
        below = list(elements(wish))
        if not below:
            if not self._content_matches(wish, data, scope):
                return False
            self._whole[data] = True
            return True
        matched: list[etree._Element] = []
        others: list[etree._Element] = []
        for part in below:
            if not _is_content_match(part):
                others.append(part)
                continue
            hits = self._hits(part, data, scope)
            if not hits:
                return False
            matched += hits
        if not others:
            self._whole[data] = True
            return True
        if not self._take_inside(others, data, scope) and not matched:
            return False
        for leaf in matched:
            self._whole[leaf] = True
        self._frame(data, scope)
        return True

    def _take_inside(self, wishes: list[etree._Element], data: etree._Element, scope: Scope) -> bool:
        taken = False
        for child in elements(data):
            inner = self.binder.child_scope(scope, str(child.tag))
            for wish in wishes:
                if _names(wish, child) and self.take(wish, child, inner):
                    taken = True
        return taken

    def _hits(self, part: etree._Element, data: etree._Element, scope: Scope) -> list[etree._Element]:
        return [
            child
            for child in elements(data)
            if _names(part, child)
            and self._content_matches(part, child, self.binder.child_scope(scope, str(child.tag)))
        ]

    @staticmethod
    def _content_matches(part: etree._Element, data: etree._Element, scope: Scope) -> bool:
        """A filter leaf without text selects; one with text compares."""
        text = (part.text or "").strip()
        if not text:
            return True
        if len(data):
            return False
        return text == (data.text or "").strip() or canonical_value(part, scope) == canonical_value(data, scope)

    def take_whole(self, node: etree._Element) -> None:
        """Select an element with everything in it, and the frame above it."""
        self._whole[node] = True
        above = node.getparent()
        while above is not None and above.getparent() is not None:
            self._frame(above, self.binder.scope(above))
            above = above.getparent()

    def _frame(self, data: etree._Element, scope: Scope) -> None:
        self._whole.setdefault(data, False)
        if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LIST:
            for name in scope.keys:
                key = data.find(qn(scope.namespace, name))
                if key is not None:
                    self._whole[key] = True

    def prune(self, parent: etree._Element) -> None:
        """Remove, in place, what is not selected."""
        for child in list(parent):
            whole = self._whole.get(child)
            if whole is None:
                parent.remove(child)
            elif not whole:
                self.prune(child)


def _is_content_match(part: etree._Element) -> bool:
    return len(part) == 0 and bool((part.text or "").strip())
