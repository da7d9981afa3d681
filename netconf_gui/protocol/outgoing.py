"""Requests as a particular server wants them written: the same content, in a form that it takes.

Lives here: `adapted` (prefixes, default-operation, the filter that a reading must have) and `in_ascii`.  Does not live
here: which server wants what (`profile_data`), building requests (`operations`).

Only the standard's reading and editing operations are touched; what else is sent goes as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.xml import NS_BASE, NS_XML, child_named, local_name, namespace_of, new_element, qn, serialize

_Declare: TypeAlias = Callable[[str, str], None]

_READING = frozenset({"get", "get-config"})
_WRITTEN_ANEW = frozenset({"get", "get-config", "get-data", "edit-config", "edit-data", "copy-config", "validate"})
_PREFIXED = re.compile(rb"<[A-Za-z_][\w.-]*:|\s[A-Za-z_][\w.-]*:operation\s*=")
_IN_VALUE = re.compile(r"([A-Za-z_][\w.-]*):")


def adapted(operation: Operation, profile: Profile) -> Operation:
    """The operation as the server of this profile wants it; the same object where that is as it is."""
    if profile.default_operation != "none" and operation.name == "edit-config":
        wished = f"<default-operation>{profile.default_operation}</default-operation>".encode()
        text = operation.text.replace(b"<default-operation>none</default-operation>", wished, 1)
        operation = Operation(operation.name, text)
    if profile.filter_roots and operation.name in _READING:
        operation = _filtered(operation, profile.filter_roots)
    wanted = profile.plain_elements or profile.operation_prefix
    if wanted and operation.name in _WRITTEN_ANEW and _PREFIXED.search(operation.text):
        writer = _Writer(operation.element, plain=profile.plain_elements, prefix=profile.operation_prefix)
        operation = Operation(operation.name, writer.text)
    return operation


def in_ascii(text: bytes) -> bytes:
    """The same XML with character references for all that is not ASCII."""
    return text if text.isascii() else text.decode("utf-8").encode("ascii", "xmlcharrefreplace")


def _filtered(operation: Operation, roots: tuple[str, ...]) -> Operation:
    """A reading without a filter gets one that names the roots."""
    if b"filter" in operation.text and child_named(operation.element, "filter") is not None:
        return operation
    node = operation.element
    holder = new_element(qn(NS_BASE, "filter"), {None: NS_BASE}, {"type": "subtree"})
    for root in roots:
        etree.SubElement(holder, root, nsmap={None: etree.QName(root).namespace})  # type: ignore[dict-item]
    source = child_named(node, "source")
    node.insert(0 if source is None else node.index(source) + 1, holder)
    return Operation(operation.name, serialize(node))


class _Writer:
    """The text of an element with prefixes chosen anew; those that values use keep their names."""

    def __init__(self, root: etree._Element, *, plain: bool, prefix: str) -> None:
        self._plain = plain
        self._prefix = prefix
        self._in_values = {
            found
            for element in root.iter(etree.Element)
            for text in (element.text, *element.attrib.values())
            if text and ":" in text
            for found in _IN_VALUE.findall(str(text))
        }
        self._out: list[str] = []
        self._element(root, {})
        self.text = "".join(self._out).encode("utf-8")

    def _element(self, element: etree._Element, scope: Mapping[str, str]) -> None:
        scope = dict(scope)
        declared: list[str] = []
        namespace = namespace_of(element)

        def declare(prefix: str, uri: str) -> None:
            if scope.get(prefix, "") != uri:
                scope[prefix] = uri
                declared.append(f" xmlns:{prefix}={quoteattr(uri)}" if prefix else f" xmlns={quoteattr(uri)}")

        name = local_name(element)
        if element.prefix and not self._plain:
            declare(element.prefix, namespace)
            name = f"{element.prefix}:{name}"
        else:
            declare("", namespace)
        for prefix, uri in element.nsmap.items():
            if prefix and prefix in self._in_values:
                declare(prefix, uri)
        if self._prefix and namespace == NS_BASE and local_name(element) == "config":
            declare(self._prefix, NS_BASE)
        attributes = "".join(
            f" {self._attribute(str(key), element, declare)}={quoteattr(str(value))}"
            for key, value in element.attrib.items()
        )
        self._out.append(f"<{name}{''.join(declared)}{attributes}")
        children = [child for child in element if isinstance(child.tag, str)]
        text = element.text or ""
        if not children and not text:
            self._out.append("/>")
            return
        self._out.append(f">{escape(text)}")
        for child in children:
            self._element(child, scope)
            self._out.append(escape(child.tail or ""))
        self._out.append(f"</{name}>")

    def _attribute(self, key: str, element: etree._Element, declare: _Declare) -> str:
        parts = etree.QName(key)
        if not parts.namespace:
            return parts.localname
        if parts.namespace == NS_XML:
            return f"xml:{parts.localname}"
        known = next((prefix for prefix, uri in element.nsmap.items() if prefix and uri == parts.namespace), "ns")
        prefix = self._prefix if self._prefix and parts.namespace == NS_BASE else known
        declare(prefix, parts.namespace)
        return f"{prefix}:{parts.localname}"
