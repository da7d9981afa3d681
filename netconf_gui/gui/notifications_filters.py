"""Filters of subscriptions, made from nodes that a person picked, and checked as they are typed.

Lives here: text from paths and schema nodes, prefixes by module names, what is wrong with a text.  Does not live here:
the fields (`dialogs/subscribe`), filters of the list (`services.event_search`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.subscription_operations import Terms
from netconf_gui.protocol.xml import add_element, namespace_of, new_element, qn, serialize
from netconf_gui.yang.schema import Schema, SchemaNode

_PREFIX = re.compile(r"(?<![\w.:$-])([A-Za-z_][\w.-]*):(?=[A-Za-z_*])")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def subtree_of(path: InstancePath) -> str:
    """A subtree filter for one node: keys as content to match (RFC 6241, section 6.2)."""
    top: etree._Element | None = None
    at: etree._Element | None = None
    for step in path.steps:
        tag = qn(step.namespace, step.name)
        nsmap: dict[str | None, str] = {None: step.namespace}
        if at is None:
            at = top = new_element(tag, nsmap)
        else:
            at = add_element(at, tag, nsmap=nsmap if step.namespace != namespace_of(at) else None)
        for name, value in step.keys:
            add_element(at, qn(step.namespace, name), value)
        if step.value is not None:
            at.text = step.value
    if top is None:
        return ""
    return serialize(top).decode()


def subtree_of_notification(node: SchemaNode) -> str:
    """A subtree filter for notifications of one name."""
    return serialize(new_element(qn(node.namespace, node.name), {None: node.namespace})).decode()


def namespaces_of(expression: str, schema: Schema | None, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Prefix to namespace for all prefixes of an XPath expression; they are module names or the modules' prefixes.

    Raises `ConfigError` for one that is neither.
    """
    found: dict[str, str] = {}
    for prefix in dict.fromkeys(_PREFIX.findall(_QUOTED.sub("''", expression))):
        namespace = (known or {}).get(prefix, "")
        for module in schema.modules if schema is not None and not namespace else ():
            if prefix in (module.name, module.prefix):
                namespace = module.namespace
                break
        if not namespace:
            raise ConfigError(f"The prefix {prefix} is not known. Use the names of modules as prefixes.")
        found[prefix] = namespace
    return found


def check(terms: Terms) -> str:
    """What is wrong with the terms, in words; "" if nothing is."""
    try:
        terms.checked()
    except MalformedMessage as error:
        return f"The subtree filter is not well-formed XML: {error.message}"
    except ConfigError as error:
        return error.full_text()
    if terms.subtree and not terms.filter_nodes():
        return "The subtree filter holds no element."
    if terms.xpath:
        try:
            etree.XPath(terms.xpath, namespaces=dict(terms.namespaces))
        except etree.XPathSyntaxError as error:
            return f"The XPath expression cannot be understood: {error}."
    return ""
