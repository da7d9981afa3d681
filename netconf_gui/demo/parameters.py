"""The parameters of NETCONF operations, read strictly (RFC 6241, section 7).

Lives here: helpers that take one thing out of an operation's element or raise the rpc-error that its absence or form
deserves.  Does not live here: what the operations do.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from netconf_gui.demo.replies import bad_element, invalid_value, missing_element, not_supported, unknown_element
from netconf_gui.protocol.xml import NS_BASE, NS_DATASTORES, NS_NMDA, local_name, namespace_of, qn


def children(element: etree._Element) -> list[etree._Element]:
    """The child elements; comments and processing instructions are left out."""
    return list(element.iterchildren(tag=etree.Element))


def child(element: etree._Element, name: str, namespace: str = NS_BASE) -> etree._Element | None:
    return element.find(qn(namespace, name))


def text(element: etree._Element, name: str, namespace: str = NS_BASE) -> str | None:
    """The text of a child without surrounding white space; None if there is no such child."""
    found = child(element, name, namespace)
    return None if found is None else (found.text or "").strip()


def required_text(element: etree._Element, name: str, namespace: str = NS_BASE) -> str:
    """The text of a child; missing-element if it is not there."""
    found = text(element, name, namespace)
    if found is None:
        raise missing_element(name, local_name(element))
    return found


def flag(element: etree._Element, name: str, namespace: str = NS_BASE) -> bool:
    """Whether an empty leaf is there."""
    return child(element, name, namespace) is not None


def one_of(element: etree._Element, name: str, allowed: Iterable[str], default: str, namespace: str = NS_BASE) -> str:
    """The value of an enumeration leaf; invalid-value for others."""
    found = text(element, name, namespace)
    if found is None:
        return default
    choices = tuple(allowed)
    if found not in choices:
        raise invalid_value(f"{name} is {found!r}. Allowed: {', '.join(choices)}.", name)
    return found


def number(element: etree._Element, name: str, low: int, high: int, default: int, namespace: str = NS_BASE) -> int:
    """The value of a number leaf; invalid-value outside of `low` to `high`."""
    found = text(element, name, namespace)
    if found is None:
        return default
    if not (found.isascii() and found.isdigit() and low <= int(found) <= high):
        raise invalid_value(f"{name} is {found!r}. Allowed: {low} to {high}.", name)
    return int(found)


def datastore(element: etree._Element, role: str) -> str:
    """The datastore named in `<target>` or `<source>`, also in the way of NMDA (RFC 8526, section 3.2)."""
    found = _endpoint(element, role)
    if found.tag == qn(NS_BASE, "url"):
        raise not_supported(f"A URL cannot be the {role} of this operation.")
    return _name_of(found)


def datastore_or_url(element: etree._Element, role: str) -> str:
    """The name of a datastore, or a URL, in `<target>` or `<source>`."""
    found = _endpoint(element, role)
    return (found.text or "").strip() if found.tag == qn(NS_BASE, "url") else _name_of(found)


def source(element: etree._Element) -> tuple[str | None, etree._Element | None]:
    """`<source>`: either the name of a datastore or a URL, or a `<config>` element."""
    found = _endpoint(element, "source")
    if found.tag == qn(NS_BASE, "config"):
        return None, found
    return datastore_or_url(element, "source"), None


def identity(element: etree._Element, namespace: str, name: str) -> str:
    """The local name of an identity that a leaf holds; invalid-value if it is of another namespace."""
    prefix, _, local = (element.text or "").strip().rpartition(":")
    if element.nsmap.get(prefix or None) != namespace:
        raise invalid_value(f"{name} is {(element.text or '').strip()!r}, which this device does not know.", name)
    return local


def _name_of(found: etree._Element) -> str:
    if found.tag == qn(NS_NMDA, "datastore"):
        return identity(found, NS_DATASTORES, "datastore")
    return local_name(found)


def _endpoint(element: etree._Element, role: str) -> etree._Element:
    holder = child(element, role)
    if holder is None:
        raise missing_element(role, local_name(element))
    inside = children(holder)
    if not inside:
        raise missing_element("datastore", role)
    if len(inside) > 1:
        raise bad_element(local_name(inside[1]), f"More than one {role} is given.")
    if namespace_of(inside[0]) != NS_BASE and inside[0].tag != qn(NS_NMDA, "datastore"):
        raise unknown_element(local_name(inside[0]), role)
    return inside[0]


def only(element: etree._Element, allowed: Iterable[str], namespace: str = NS_BASE) -> None:
    """Raise unknown-element for a child that the operation does not have."""
    known = {qn(namespace, name) for name in allowed}
    for found in children(element):
        if found.tag not in known:
            raise unknown_element(local_name(found), local_name(element))
