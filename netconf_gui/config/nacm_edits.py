"""Groups and rules of `/nacm` changed in a document: each wish is one ordinary command, which can be undone.

Lives here: making the commands.  Does not live here: what rules mean (`nacm`), reading them (`nacm_reading`).
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.document import Change, Document
from netconf_gui.config.edits import Edit, Group, InsertNode, RemoveNode, ReplaceNode
from netconf_gui.config.nacm import NS_NACM, OPERATIONS, Rule
from netconf_gui.config.nacm_reading import find_nacm, path_steps
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import qn


def find_list(document: Document, name: str) -> etree._Element | None:
    """The rule list of that name."""
    return _entry(find_nacm(document.root), "rule-list", name)


def find_rule(document: Document, rule_list: str, name: str) -> etree._Element | None:
    """The rule of that name in a rule list."""
    return _entry(find_list(document, rule_list), "rule", name)


def find_group(document: Document, name: str) -> etree._Element | None:
    """The group of that name."""
    top = find_nacm(document.root)
    return _entry(None if top is None else top.find(qn(NS_NACM, "groups")), "group", name)


def put_group(document: Document, old: str, name: str, users: Sequence[str]) -> Change:
    """A new group (`old` is ""), or other members or another name for one."""
    _check_name(name, "group")
    if name != old and find_group(document, name) is not None:
        raise ConfigError(f"There is already a group {name}.")
    xml = f"<group{_NS}>{_leaf('name', name)}{_leafs('user-name', users)}</group>"
    there = find_group(document, old) if old else None
    if there is not None:
        return document.apply(Group((ReplaceNode(document.path_of(there), xml),), f"change group {name}"))
    top = find_nacm(document.root)
    groups = None if top is None else top.find(qn(NS_NACM, "groups"))
    if groups is not None:
        edit: Edit = InsertNode(document.path_of(groups), xml)
    elif top is not None:
        edit = InsertNode(document.path_of(top), f"<groups{_NS}>{xml}</groups>")
    else:
        edit = InsertNode(InstancePath(), f"<nacm{_NS}><groups>{xml}</groups></nacm>")
    return document.apply(Group((edit,), f"add group {name}"))


def put_list(document: Document, old: str, name: str, groups: Sequence[str]) -> Change:
    """A new rule list at the end (`old` is ""), or other groups for one, whose name stays."""
    _check_name(name, "rule list")
    there = find_list(document, old) if old else None
    if there is not None:
        path = document.path_of(there)
        gone = [RemoveNode(document.path_of(leaf)) for leaf in there.iterchildren(qn(NS_NACM, "group"))]
        made = [
            InsertNode(path, f"<group{_NS}>{escape(one)}</group>", at) for at, one in enumerate(_distinct(groups), 1)
        ]
        return document.apply(Group((*gone, *made), f"change rule list {old}"))
    if find_list(document, name) is not None:
        raise ConfigError(f"There is already a rule list {name}.")
    xml = f"<rule-list{_NS}>{_leaf('name', name)}{_leafs('group', groups)}</rule-list>"
    top = find_nacm(document.root)
    edit = (
        InsertNode(document.path_of(top), xml)
        if top is not None
        else InsertNode(InstancePath(), f"<nacm{_NS}>{xml}</nacm>")
    )
    return document.apply(Group((edit,), f"add rule list {name}"))


def put_rule(document: Document, rule_list: str, old: str, rule: Rule) -> Change:
    """A new rule at the end of a list (`old` is ""), or another form of one; module names are the prefixes of its path.

    Raises `ConfigError` where the path is not understood, or a name is taken.
    """
    _check_name(rule.name, "rule")
    holder = find_list(document, rule_list)
    if holder is None:
        raise ConfigError(f"There is no rule list {rule_list}.")
    if rule.name != old and find_rule(document, rule_list, rule.name) is not None:
        raise ConfigError(f"There is already a rule {rule.name} in {rule_list}.")
    there = find_rule(document, rule_list, old) if old else None
    xml = rule_xml(document, rule, there)
    if there is None:
        return document.apply(Group((InsertNode(document.path_of(holder), xml),), f"add rule {rule.name}"))
    return document.apply(Group((ReplaceNode(document.path_of(there), xml),), f"change rule {rule.name}"))


def rule_xml(document: Document, rule: Rule, there: etree._Element | None = None) -> str:
    """A rule as XML; `there` is the one that it replaces, whose prefixes its path may use."""
    about = ""
    if rule.rpc:
        about = _leaf("rpc-name", rule.rpc)
    elif rule.notification:
        about = _leaf("notification-name", rule.notification)
    elif rule.path:
        scope = None if there is None else there.find(qn(NS_NACM, "path"))
        about = _path_leaf(document, rule.path, scope)
    everything = rule.operations == frozenset(OPERATIONS)
    operations = "*" if everything else " ".join(name for name in OPERATIONS if name in rule.operations)
    if not operations:
        raise ConfigError("Choose at least one kind of access.")
    return (
        f"<rule{_NS}>{_leaf('name', rule.name)}{_leaf('module-name', rule.module or '*')}{about}"
        f"{_leaf('access-operations', operations)}{_leaf('action', rule.action)}"
        f"{_leaf('comment', rule.comment) if rule.comment else ''}</rule>"
    )


def remove(document: Document, element: etree._Element) -> Change:
    """A group, a rule list with its rules, or a rule goes."""
    return editing.remove(document, element)


def move(document: Document, element: etree._Element, by: int) -> Change | None:
    """A rule among the rules of its list, or a rule list among the others: one place up (-1) or down (1)."""
    tag = str(element.tag)
    other = next(element.itersiblings(tag, preceding=by < 0), None)
    if other is None:
        return None
    if by < 0:
        return editing.move_entry(document, element, before=other)
    return editing.move_entry(document, element, after=other)


_NS = f' xmlns="{NS_NACM}"'


def _path_leaf(document: Document, text: str, scope: etree._Element | None) -> str:
    steps = path_steps(text, scope, document.schema)
    known = {prefix: uri for prefix, uri in scope.nsmap.items() if prefix} if scope is not None else {}
    declared = dict(known)
    for step in steps:
        module = document.schema.module_for_namespace(step.namespace) if document.schema is not None else None
        if module is not None:
            declared.setdefault(module.name, step.namespace)
    used = {prefix: uri for prefix, uri in declared.items() if f"{prefix}:" in text and uri is not None}
    names = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in used.items())
    return f"<path{names}>{escape(_prefixed(text))}</path>"


def _prefixed(text: str) -> str:
    """The path with a prefix at every name, as an instance-identifier in XML needs (RFC 7950, section 9.13.2)."""
    parts: list[str] = []
    prefix, quote, name, at_name, inside = "", "", "", False, False
    for letter in text + " ":
        if quote:
            parts.append(letter)
            quote = "" if letter == quote else quote
            continue
        if at_name and (letter.isalnum() or letter in "_-.:"):
            name += letter
            continue
        if at_name:
            at_name = False
            if ":" in name:
                if not inside:
                    prefix = name.partition(":")[0]
            elif name and prefix and not name[0].isdigit() and name != ".":
                name = f"{prefix}:{name}"
            parts.append(name)
            name = ""
        parts.append(letter)
        if letter in "'\"":
            quote = letter
        elif letter in "/[":
            at_name, inside = True, letter == "["
        elif letter == "]":
            inside = False
    return "".join(parts).rstrip()


def _entry(parent: etree._Element | None, tag: str, name: str) -> etree._Element | None:
    if parent is None:
        return None
    for child in parent.iterchildren(qn(NS_NACM, tag)):
        if (child.findtext(qn(NS_NACM, "name")) or "").strip() == name:
            return child
    return None


def _leaf(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>"


def _leafs(name: str, values: Sequence[str]) -> str:
    return "".join(_leaf(name, value) for value in _distinct(values))


def _distinct(values: Sequence[str]) -> list[str]:
    return [value for value in dict.fromkeys(one.strip() for one in values) if value]


def _check_name(name: str, what: str) -> None:
    if not name.strip():
        raise ConfigError(f"Give the {what} a name.")
