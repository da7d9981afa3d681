"""The operations that a device offers, as a list to choose from, and the request that each begins with.

Lives here: `Operation`, `catalogue`, finding the operation of a request that somebody wrote, which ones can do harm.
Does not live here: sending (`console_sending`), the text people type (`console_text`), the form (`config` and `gui`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.binding import elements
from netconf_gui.config.operation_input import chain_of, holds_configuration, input_of
from netconf_gui.config.path import InstancePath, Step
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, NS_NMDA, NS_YANG, add_element, local_name, namespace_of, qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode, TypeInfo

MOST_LOOKED_AT = 500  # parameters of one operation

_KNOWN_DANGERS = {
    "kill-session": "It ends the session of somebody else at once: what that session has not committed is lost.",
    "close-session": "It ends the session of this program with the device.",
    "delete-config": "It deletes a whole datastore.",
    "copy-config": "It replaces a whole datastore.",
    "edit-config": "It changes the configuration directly: without review, and not kept in the history.",
    "edit-data": "It changes the configuration directly: without review, and not kept in the history.",
    "commit": "It makes what lies in candidate the running configuration, whoever put it there.",
    "cancel-commit": "It takes back a commit that waits for its confirmation.",
    "discard-changes": "It throws away what lies in candidate, whoever put it there.",
}
_DANGEROUS_WORD = re.compile(
    r"(?:^|[-_.])(factory|reset|reboot|restart|reload|shutdown|halt|power|poweroff|erase|wipe|format|delete|remove|"
    r"install|upgrade|downgrade|rollback|kill|destroy|zeroize|switchover)(?=$|[-_.])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One rpc, or one action of the data tree.

    `schema` and `key` are those of the modules that describe it: the device's, or the standard ones.
    """

    node: SchemaNode
    schema: Schema
    key: str | None

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def is_action(self) -> bool:
        return self.node.kind is NodeKind.ACTION

    @property
    def id(self) -> str:
        """The path in the schema, by which it is found again on any device that has the module."""
        return self.node.path

    @property
    def title(self) -> str:
        """``module:name``; of an action the path of its node too."""
        return self.id if self.is_action else self.id.lstrip("/")

    @property
    def where(self) -> str:
        """The schema path of the node that an action belongs to; "" for an rpc."""
        return self.id.rpartition("/")[0] if self.is_action else ""

    @property
    def danger(self) -> str:
        """What it can destroy, as a sentence; "" for nothing that is known."""
        return danger_of(self.node.namespace, self.name, writes=self._writes)

    @property
    def _writes(self) -> bool:
        return any(holds_configuration(one) for one in parameters(self.schema, self.node))

    @property
    def looks_outside(self) -> bool:
        """Whether its references and conditions, or its node, are in the configuration of the device."""
        if self.is_action:
            return True
        return any(_looks_outside(one) for one in parameters(self.schema, self.node))


def danger_of(namespace: str, name: str, *, writes: bool = False) -> str:
    """What an operation of that name can destroy, as a sentence; "" for nothing that is known."""
    if namespace in (NS_BASE, NS_NMDA):
        return _KNOWN_DANGERS.get(name, "")
    if _DANGEROUS_WORD.search(name):
        return f"By its name, {name} can interrupt or delete something on the device."
    return "It writes a configuration directly: without review, and not kept in the history." if writes else ""


def catalogue(sets: Iterable[tuple[Schema, str | None]]) -> tuple[Operation, ...]:
    """All operations of some sets of modules, each once (the first set counts), by module and name; rpcs first."""
    found: dict[str, Operation] = {}
    for schema, key in sets:
        for node in (*schema.rpcs(), *schema.actions()):
            if node.status != "obsolete":
                found.setdefault(node.path, Operation(node, schema, key))
    return tuple(sorted(found.values(), key=lambda one: (one.node.module, one.is_action, one.id)))


def parameters(schema: Schema, operation: SchemaNode) -> Iterator[SchemaNode]:
    """The nodes of an operation's input, so many at most."""
    start = input_of(schema, operation)
    waiting, seen = ([start] if start is not None else []), 0
    while waiting and seen < MOST_LOOKED_AT:
        at = waiting.pop()
        yield at
        seen += 1
        if not at.is_term:
            waiting.extend(schema.children(at))


def _looks_outside(node: SchemaNode) -> bool:
    expressions = (*(must.xpath for must in node.musts), *node.whens)
    return _refers(node.type) or any("/" in one and not one.startswith("..") for one in expressions)


def _refers(info: TypeInfo | None) -> bool:
    if info is None:
        return False
    if info.base == "instance-identifier":
        return info.require_instance
    if info.base == "leafref":
        return info.require_instance and info.leafref_path.startswith("/")
    return any(map(_refers, info.union))


# ------------------------------------------------------------------------------------------------------- requests


def new_request(operation: Operation, instance: InstancePath | None = None) -> etree._Element:
    """The request without parameters in a wrapper; of an action at the instance of its node, if one is given.

    Keys that are not known yet are empty.
    """
    root = codec.empty()
    node = operation.node
    if not operation.is_action:
        add_element(root, qn(node.namespace, node.name), nsmap={None: node.namespace})
        return root
    at = add_element(root, qn(NS_YANG, "action"), nsmap={None: NS_YANG})
    steps = () if instance is None else instance.steps
    for number, level in enumerate(chain_of(operation.schema, node)):
        at = add_element(at, qn(level.namespace, level.name), nsmap={None: level.namespace})
        known = dict(steps[number].keys) if number < len(steps) and steps[number].name == level.name else {}
        for key in level.keys:
            add_element(at, qn(level.namespace, key), known.get(key) or None)
    add_element(at, qn(node.namespace, node.name), nsmap={None: node.namespace})
    return root


def operation_element(root: etree._Element) -> etree._Element | None:
    """The element of the one request in a wrapper; None if there is none or several."""
    tops = list(elements(root))
    return tops[0] if len(tops) == 1 else None


def innermost(root: etree._Element, operation: Operation) -> etree._Element | None:
    """The element whose children are the parameters."""
    at = operation_element(root)
    if at is None or not operation.is_action:
        return at
    for level in (*chain_of(operation.schema, operation.node), operation.node):
        at = None if at is None else at.find(qn(level.namespace, level.name))
    return at


def instance_of(root: etree._Element, operation: Operation) -> InstancePath:
    """The node that an action in a request belongs to."""
    steps: list[Step] = []
    at = operation_element(root)
    for level in chain_of(operation.schema, operation.node):
        at = None if at is None else at.find(qn(level.namespace, level.name))
        if at is None:
            break
        keys = tuple((key, at.findtext(qn(level.namespace, key)) or "") for key in level.keys)
        steps.append(Step(level.namespace, level.name, keys))
    return InstancePath(tuple(steps), _modules(operation))


def instances(root: etree._Element, operation: Operation, limit: int = 500) -> list[InstancePath]:
    """The nodes of a configuration that an action can be called on, in document order."""
    found: list[InstancePath] = []
    chain, modules = chain_of(operation.schema, operation.node), _modules(operation)

    def walk(at: etree._Element, depth: int, steps: tuple[Step, ...]) -> None:
        if len(found) >= limit:
            return
        if depth == len(chain):
            found.append(InstancePath(steps, modules))
            return
        level = chain[depth]
        for child in at.iterchildren(qn(level.namespace, level.name)):
            keys = tuple((key, child.findtext(qn(level.namespace, key)) or "") for key in level.keys)
            walk(child, depth + 1, (*steps, Step(level.namespace, level.name, keys)))

    walk(root, 0, ())
    return found


def _modules(operation: Operation) -> dict[str, str]:
    return {level.namespace: level.module for level in chain_of(operation.schema, operation.node)}


def find_operation(offered: Sequence[Operation], request: etree._Element) -> Operation | None:
    """The operation that a request (the element inside `<rpc>`) calls; None where no module has it."""
    if request.tag != qn(NS_YANG, "action"):
        wanted = (namespace_of(request), local_name(request))
        return next((one for one in offered if not one.is_action and _name(one) == wanted), None)
    actions = {(_name(one), one.where): one for one in offered if one.is_action}
    for element in request.iter(etree.Element):
        wanted = (namespace_of(element), local_name(element))
        for (name, _), one in actions.items():
            if name == wanted and _stands_in(element, request, one):
                return one
    return None


def _name(operation: Operation) -> tuple[str, str]:
    return operation.node.namespace, operation.node.name


def _stands_in(element: etree._Element, request: etree._Element, operation: Operation) -> bool:
    """Whether the elements around an action's element are those of its node."""
    at = element.getparent()
    for level in reversed(chain_of(operation.schema, operation.node)):
        if at is None or at is request or at.tag != qn(level.namespace, level.name):
            return False
        at = at.getparent()
    return at is request


def the_request(root: etree._Element) -> etree._Element:
    """The one request in a wrapper; raises `ConfigError` in words if there is none or several."""
    found = operation_element(root)
    if found is None:
        many = len(list(elements(root)))
        text = "There is no operation to send." if not many else f"One operation is sent at a time, not {many}."
        raise ConfigError(text, state="Nothing was sent.")
    return found
