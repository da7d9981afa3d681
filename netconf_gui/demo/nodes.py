"""Small helpers to write instance data: containers, leafs, list entries."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from netconf_gui.protocol.xml import add_element, new_element, parse, qn, serialize


def clone(element: etree._Element) -> etree._Element:
    """A copy with every namespace declaration.

    lxml's own copies drop a prefix where its namespace has another one already, even if a value uses it.
    """
    return parse(serialize(element))


def top(namespace: str, name: str, prefixes: Mapping[str, str] | None = None) -> etree._Element:
    """A new top-level node; `prefixes` (prefix → namespace) are for values below."""
    nsmap: dict[str | None, str] = {None: namespace}
    for prefix, uri in (prefixes or {}).items():
        nsmap[prefix] = uri
    return new_element(qn(namespace, name), nsmap)


def inner(parent: etree._Element, name: str, namespace: str | None = None) -> etree._Element:
    """A new container or list entry; without namespace it has that of its parent."""
    if namespace is None:
        return add_element(parent, qn(namespace_of(parent), name))
    return add_element(parent, qn(namespace, name), nsmap={None: namespace})


def leaf(parent: etree._Element, name: str, value: object, namespace: str | None = None) -> etree._Element:
    """A new leaf; booleans are written as YANG does."""
    node = inner(parent, name, namespace)
    node.text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return node


def leafs(parent: etree._Element, values: Mapping[str, object], namespace: str | None = None) -> None:
    """Several leafs; those whose value is None are left out."""
    for name, value in values.items():
        if value is not None:
            leaf(parent, name, value, namespace)


def namespace_of(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")


def value_of(entry: etree._Element, name: str, default: str = "") -> str:
    """The text of a child in the entry's own namespace."""
    return (entry.findtext(qn(namespace_of(entry), name)) or default).strip()


def descend(root: etree._Element, namespace: str, *names: str) -> list[etree._Element]:
    """All elements at root/name/name… in one namespace."""
    return root.findall("/".join(qn(namespace, name) for name in names))


def container(root: etree._Element, namespace: str, name: str) -> etree._Element:
    """The top-level or inner container of that name, made if it is not there."""
    found = root.find(qn(namespace, name))
    return inner(root, name, namespace) if found is None else found
