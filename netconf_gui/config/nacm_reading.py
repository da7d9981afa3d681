"""`/nacm` of a configuration as records (`nacm`).

Lives here: finding the container, and what each of its nodes means, with the prefixes of paths resolved where they are
written.  Does not live here: deciding.
"""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.config.nacm import NS_NACM, OPERATIONS, Nacm, Rule, RuleList
from netconf_gui.config.path import InstancePath, Step
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import Schema

NACM = qn(NS_NACM, "nacm")
_USER = re.compile(r"=\s*\$USER\s*\]")


def find_nacm(root: etree._Element) -> etree._Element | None:
    """The `/nacm` container of a configuration, or None; `root` is its wrapper."""
    return next(root.iterchildren(NACM), None)


def read_nacm(root: etree._Element, schema: Schema | None = None) -> Nacm | None:
    """The access control that a configuration holds, or None if it holds none; `root` is its wrapper."""
    top = find_nacm(root)
    if top is None:
        return None
    groups = top.find(qn(NS_NACM, "groups"))
    return Nacm(
        enabled=_text(top, "enable-nacm", "true") == "true",
        read_default=_text(top, "read-default", "permit"),
        write_default=_text(top, "write-default", "deny"),
        exec_default=_text(top, "exec-default", "permit"),
        external_groups=_text(top, "enable-external-groups", "true") == "true",
        groups=tuple((_text(group, "name"), _texts(group, "user-name")) for group in _all(groups, "group")),
        lists=tuple(
            RuleList(
                _text(one, "name"),
                _texts(one, "group"),
                tuple(read_rule(rule, schema) for rule in one.iterchildren(qn(NS_NACM, "rule"))),
            )
            for one in top.iterchildren(qn(NS_NACM, "rule-list"))
        ),
    )


def read_rule(element: etree._Element, schema: Schema | None = None) -> Rule:
    """One `<rule>`."""
    path = _text(element, "path")
    steps: tuple[Step, ...] | None = None
    problem = ""
    if path:
        leaf = element.find(qn(NS_NACM, "path"))
        try:
            steps = path_steps(path, leaf, schema)
        except ConfigError as error:
            problem = f"its path is not understood ({error.message})"
    said = _text(element, "access-operations", "*").split()
    return Rule(
        name=_text(element, "name"),
        action=_text(element, "action", "deny"),
        module=_text(element, "module-name", "*"),
        rpc=_text(element, "rpc-name"),
        notification=_text(element, "notification-name"),
        path=path,
        steps=steps,
        operations=frozenset(OPERATIONS) if "*" in said else frozenset(said),
        comment=_text(element, "comment"),
        problem=problem,
    )


def path_steps(text: str, scope: etree._Element | None, schema: Schema | None) -> tuple[Step, ...]:
    """The steps of a rule's path; prefixes are those in force at `scope`, else names of modules.

    Raises `ConfigError` if it is not understood.
    """
    prefixes = {prefix: uri for prefix, uri in scope.nsmap.items() if prefix} if scope is not None else {}

    def resolve(prefix: str) -> str | None:
        if prefix in prefixes:
            return prefixes[prefix]
        module = schema.module(prefix) if schema is not None else None
        return None if module is None else module.namespace

    return InstancePath.parse(_USER.sub("='$USER']", text), resolve).steps


def _all(parent: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if parent is None else list(parent.iterchildren(qn(NS_NACM, name)))


def _text(parent: etree._Element, name: str, default: str = "") -> str:
    leaf = parent.find(qn(NS_NACM, name))
    return default if leaf is None else (leaf.text or "").strip()


def _texts(parent: etree._Element, name: str) -> tuple[str, ...]:
    return tuple((leaf.text or "").strip() for leaf in parent.iterchildren(qn(NS_NACM, name)))
