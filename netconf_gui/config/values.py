"""When two values mean the same: texts of leafs brought to one form that no prefix and no notation changes.

Lives here: `canonical_value(element, scope)` with prefixes resolved to ``{namespace}name`` (identityref, RFC 7950,
section 9.10; instance-identifier, section 9.13), and the namespaces a value's prefixes need.  Does not live here: the
canonical forms of the plain types (`yang.datatypes`), checks of values (the engine).

Without a type a text that looks like ``prefix:name`` with a prefix that is declared is taken for an identity; all
others are compared as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from lxml import etree

from netconf_gui.config.binding import Binder, Scope, elements
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.datatypes import canonical
from netconf_gui.yang.schema import SchemaNode, TypeInfo

Namespaces = Mapping[str | None, str]

_QNAME = re.compile(r"\s*([A-Za-z_][\w.-]*):([A-Za-z_][\w.-]*)\s*\Z")
_NAME = re.compile(r"\s*[A-Za-z_][\w.-]*\s*\Z")
_CLARK = re.compile(r"\{([^{}]*)\}([A-Za-z_][\w.-]*)\Z")
_HOLD = "held-by-a-value"
# names in an instance-identifier or path; quoted texts are matched first so that nothing in them is touched
_PATH_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|([A-Za-z_][\w.-]*):(?=[A-Za-z_])")


def value_types(info: TypeInfo | None) -> frozenset[str]:
    """The built-in types that a value may have, unions and leafrefs followed."""
    if info is None:
        return frozenset()
    if info.base == "union":
        return frozenset().union(*(value_types(member) for member in info.union)) if info.union else frozenset()
    if info.base == "leafref" and info.target is not None:
        return value_types(info.target)
    return frozenset({info.base})


def canonical_value(element: etree._Element, scope: Scope) -> str:
    """The element's text in the form in which equal values are equal texts, namespaces in Clark notation."""
    text = element.text or ""
    if not isinstance(scope, SchemaNode) or scope.type is None:
        return _resolved_qname(text, element) if ":" in text else text
    return canonical_text(text, scope.type, element)


def canonical_text(text: str, info: TypeInfo, element: etree._Element) -> str:
    """As `canonical_value`, for a text in the namespaces that are in scope at `element`."""
    base = info.base
    if base == "string":
        return text
    if base in ("leafref", "union"):
        types = value_types(info)
        if "identityref" not in types and "instance-identifier" not in types:
            return canonical(info, text)
        if "identityref" in types and (":" in text or _names_identity(text, info)):
            resolved = _identity(text, element)
            if resolved is not None:
                return resolved
        return _resolved_path(text, element) if "instance-identifier" in types and "/" in text else text
    if base == "identityref":
        return _identity(text, element) or text
    if base == "instance-identifier":
        return _resolved_path(text.strip(), element)
    return canonical(info, text)


def _names_identity(text: str, info: TypeInfo) -> bool:
    name = text.strip()
    members = [info, *info.union]
    if info.target is not None:
        members += [info.target, *info.target.union]
    return any(identity.rpartition(":")[2] == name for member in members for identity in member.identities)


def _identity(text: str, element: etree._Element) -> str | None:
    match = _QNAME.match(text)
    if match:
        namespace = element.nsmap.get(match.group(1))
        return None if namespace is None else f"{{{namespace}}}{match.group(2)}"
    if _NAME.match(text):
        # without a prefix the default namespace counts
        return f"{{{element.nsmap.get(None, '')}}}{text.strip()}"
    return None


def _resolved_qname(text: str, element: etree._Element) -> str:
    match = _QNAME.match(text)
    if match:
        namespace = element.nsmap.get(match.group(1))
        if namespace is not None:
            return f"{{{namespace}}}{match.group(2)}"
    return text


def _resolved_path(text: str, element: etree._Element) -> str:
    nsmap = element.nsmap

    def name(match: re.Match[str]) -> str:
        prefix = match.group(1)
        if prefix is None:
            quoted = match.group(0)
            return f"'{quoted[1:-1]}'" if "'" not in quoted[1:-1] else quoted
        return f"{{{nsmap[prefix]}}}" if prefix in nsmap else match.group(0)

    return _PATH_NAME.sub(name, text)


def value_prefixes(element: etree._Element) -> dict[str, str]:
    """Prefix → namespace of the prefixes that the element's own text may use and that are in scope there."""
    text = element.text or ""
    if ":" not in text:
        return {}
    found: dict[str, str] = {}
    nsmap = element.nsmap
    for match in _PATH_NAME.finditer(text):
        prefix = match.group(1)
        if prefix is not None and prefix in nsmap:
            found[prefix] = nsmap[prefix]
    return found


def clark(value: str) -> tuple[str, str] | None:
    """Namespace and name of a value in Clark notation, or None."""
    match = _CLARK.match(value)
    return (match.group(1), match.group(2)) if match else None


def prefix_for(element: etree._Element, namespace: str, wish: str) -> str | Literal[False] | None:
    """The prefix for a namespace in scope at `element`: `wish` if it fits, None for the default one, False for none."""
    nsmap = element.nsmap
    if nsmap.get(wish) == namespace:
        return wish
    for prefix, other in nsmap.items():
        if other == namespace and prefix is not None:
            return prefix
    return None if nsmap.get(None) == namespace else False


def rename_prefixes(value: str, renamed: Mapping[str, str | None]) -> str:
    """The value with prefixes replaced, texts in quotes left alone; None drops the prefix."""
    if not renamed:
        return value

    def name(match: re.Match[str]) -> str:
        prefix = match.group(1)
        if prefix is None or prefix not in renamed:
            return match.group(0)
        new = renamed[prefix]
        return "" if new is None else f"{new}:"

    return _PATH_NAME.sub(name, value)


Meant = list[tuple[etree._Element, dict[str | None, str]]]
"""Leafs and what the prefixes in their values mean; None is the default namespace of an identity without prefix."""


def prefixed_values(element: etree._Element, scope: Scope, binder: Binder) -> Meant:
    """Every leaf in a subtree whose value depends on namespaces in scope."""
    found: Meant = []
    stack: list[tuple[etree._Element, Scope]] = [(element, scope)]
    while stack:
        at, known = stack.pop()
        children = list(elements(at))
        stack.extend((child, binder.child_scope(known, str(child.tag))) for child in children)
        if not children:
            used = used_prefixes(at, known)
            if used:
                found.append((at, used))
    return found


def used_prefixes(leaf: etree._Element, scope: Scope) -> dict[str | None, str]:
    """The prefixes that the meaning of a leaf's value depends on, with their namespaces."""
    text = leaf.text or ""
    if isinstance(scope, SchemaNode):
        types = value_types(scope.type)
        if not types & {"identityref", "instance-identifier"}:
            return {}
        if "identityref" in types and _NAME.match(text):
            default = leaf.nsmap.get(None)
            named = scope.type is not None and (scope.type.base == "identityref" or _names_identity(text, scope.type))
            return {None: default} if default is not None and named else {}
    elif not _QNAME.match(text):
        return {}
    return dict(value_prefixes(leaf).items())


def hold_prefixes(meant: Meant) -> None:
    """Tie each leaf to the namespaces of its value by an attribute, before it goes elsewhere."""
    for leaf, used in meant:
        for namespace in used.values():
            leaf.set(qn(namespace, _HOLD), "")


def release_prefixes(meant: Meant) -> None:
    """Undo `hold_prefixes`, and rewrite values whose prefixes no longer mean what they did."""
    for leaf, used in meant:
        for namespace in set(used.values()):
            del leaf.attrib[qn(namespace, _HOLD)]
        nsmap = leaf.nsmap
        renamed: dict[str, str | None] = {}
        for prefix, namespace in used.items():
            if nsmap.get(prefix) == namespace:
                continue
            known = prefix_for(leaf, namespace, prefix or "")
            if prefix is None and known:
                leaf.text = f"{known}:{(leaf.text or '').strip()}"
            elif prefix is not None and known is not False:
                renamed[prefix] = known
        leaf.text = rename_prefixes(leaf.text or "", renamed) or None
