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
from netconf_gui.config.json_values import takes
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.datatypes import canonical
from netconf_gui.yang.schema import SchemaNode, TypeInfo
from netconf_gui.yang.wellknown import standard_kind

Namespaces = Mapping[str | None, str]

_QNAME = re.compile(r"\s*([A-Za-z_][\w.-]*):([A-Za-z_][\w.-]*)\s*\Z")
_NAME = re.compile(r"\s*[A-Za-z_][\w.-]*\s*\Z")
_CLARK = re.compile(r"\{([^{}]*)\}([A-Za-z_][\w.-]*)\Z")
_HOLD = "held-by-a-value"
# types of which two equal texts may mean different things
_WITH_NAMES = frozenset({"identityref", "instance-identifier", "leafref", "union"})
# names in an instance-identifier or path; quoted texts are matched first so that nothing in them is touched
_PATH_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|([A-Za-z_][\w.-]*):(?=[A-Za-z_])")
# a step, or one predicate, of an instance-identifier whose prefixes are resolved
_PATH_PART = re.compile(
    r"\s*/(?:\{[^{}]*\}|[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*\s*"
    r"|\[\s*(?:\d+|(?:\.|(?:\{[^{}]*\}|[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)\s*=\s*(?:\"[^\"]*\"|'[^']*'))\s*\]\s*"
)


def value_types(info: TypeInfo | None) -> frozenset[str]:
    """The built-in types that a value may have, unions and leafrefs followed."""
    if info is None:
        return frozenset()
    if info.base == "union":
        return frozenset().union(*(value_types(member) for member in info.union)) if info.union else frozenset()
    if info.base == "leafref" and info.target is not None:
        return value_types(info.target)
    return frozenset({info.base})


def may_use_prefixes(info: TypeInfo | None) -> bool:
    """Whether the meaning of values may depend on the namespaces around them."""
    if info is None:
        return False
    return info.base in _WITH_NAMES or (bool(info.typedefs) and is_xpath(info))


def is_xpath(info: TypeInfo) -> bool:
    """Whether values are XPath expressions (`yang:xpath1.0` of RFC 6991, and types made of it)."""
    if info.base == "string":
        return bool(info.typedefs) and any(name.endswith(":xpath1.0") for name in info.typedefs)
    return any(map(is_xpath, info.union))


def canonical_value(element: etree._Element, scope: Scope) -> str:
    """The element's text in the form in which equal values are equal texts, namespaces in Clark notation."""
    text = element.text or ""
    if not isinstance(scope, SchemaNode) or scope.type is None:
        return _resolved_qname(text, element) if ":" in text else text
    return canonical_text(text, scope.type, element)


def same_value(old: etree._Element, new: etree._Element, scope: SchemaNode) -> bool:
    """Leafs of equal meaning (RFC 7950, section 9)."""
    if old.text == new.text:
        if scope.type is not None and not may_use_prefixes(scope.type):
            return True
        # with all declarations in scope, which is quicker than to ask for those
        if etree.tostring(old, with_tail=False) == etree.tostring(new, with_tail=False):
            return True
    return canonical_value(old, scope) == canonical_value(new, scope)


def canonical_text(text: str, info: TypeInfo, element: etree._Element) -> str:
    """As `canonical_value`, for a text in the namespaces that are in scope at `element`."""
    base = info.base
    if base == "string" and info.typedefs and is_xpath(info):
        return _resolved_path(text, element.nsmap) if ":" in text else text
    if base == "leafref":
        return text if info.target is None else canonical_text(text, info.target, element)
    if base == "union" and not standard_kind(info):
        # the first member that takes the value decides (section 9.12)
        member = next((one for one in info.union if _takes(one, text, element)), None)
        return text if member is None else canonical_text(text, member, element)
    if base == "identityref":
        return _identity(text, element) or text
    if base == "instance-identifier":
        return _canonical_path(text, element.nsmap)
    return canonical(info, text)


def _takes(member: TypeInfo, text: str, element: etree._Element) -> bool:
    """Whether a member of a union takes a text, as far as that can be told without data."""
    if member.base == "union":
        return any(_takes(one, text, element) for one in member.union)
    if member.base == "leafref":
        return member.target is None or _takes(member.target, text, element)
    if member.base == "identityref":
        name = text.strip().rpartition(":")[2]
        names = [identity.rpartition(":")[2] for identity in member.identities]
        return _identity(text, element) is not None and (name in names or (not names and ":" in text))
    if member.base == "instance-identifier":
        nsmap = element.nsmap
        used = {match.group(1) for match in _PATH_NAME.finditer(text)} - {None}
        return text.lstrip().startswith("/") and all(prefix in nsmap for prefix in used)
    return takes(member, text, None)


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


def _resolved_path(text: str, nsmap: Namespaces) -> str:
    """A path or expression with the namespaces of its prefixes in Clark notation."""

    def name(match: re.Match[str]) -> str:
        prefix = match.group(1)
        if prefix is None:
            return match.group(0)
        return f"{{{nsmap[prefix]}}}" if prefix in nsmap else match.group(0)

    return _PATH_NAME.sub(name, text)


def _canonical_path(text: str, nsmap: Namespaces) -> str:
    """An instance-identifier (section 9.13): no white space, one kind of quotes, keys in the order of their names."""
    resolved = _resolved_path(text.strip(), nsmap)
    parts = _PATH_PART.findall(resolved)
    if "".join(parts) != resolved:
        return resolved  # no such path
    steps: list[str] = []
    for part in parts:
        if not part.startswith("["):
            steps.append(part.strip())
            continue
        name, equals, value = part.strip()[1:-1].partition("=")
        value = value.strip()
        if value[:1] == '"' and "'" not in value:
            value = f"'{value[1:-1]}'"
        steps.append(f"[{name.strip()}{equals}{value}]")
    for begin, end in _runs(steps):
        steps[begin:end] = sorted(steps[begin:end])
    return "".join(steps)


def _runs(steps: list[str]) -> list[tuple[int, int]]:
    """Where predicates follow each other."""
    found: list[tuple[int, int]] = []
    for place, step in enumerate(steps):
        if step.startswith("["):
            if found and found[-1][1] == place:
                found[-1] = (found[-1][0], place + 1)
            else:
                found.append((place, place + 1))
    return found


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
            return dict(value_prefixes(leaf).items()) if scope.type is not None and is_xpath(scope.type) else {}
        if "identityref" in types and _NAME.match(text):
            default = leaf.nsmap.get(None)
            named = scope.type is not None and (scope.type.base == "identityref" or _names_identity(text, scope.type))
            return {None: default} if default is not None and named else {}
    elif not (_QNAME.match(text) or text.startswith("/")):
        return {}  # neither an identity nor a path
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
            leaf.attrib.pop(qn(namespace, _HOLD), "")
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
