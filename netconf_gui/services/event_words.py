"""A notification in a short line of words, with how urgent it is and what it is about.

Lives here: `Teller`.  The notifications of NETCONF itself (RFC 5277, 6470, 8639, 8641) have words of their own
(`event_sentences`); any other is told by its schema, or by its names where there is none.  Does not live here: keeping
events, what windows show of them.

Secrets are masked in all words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, split_tag
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.xml import local_name, namespace_of
from netconf_gui.services import event_sentences
from netconf_gui.services.event_sentences import plain_path
from netconf_gui.services.notifications import Severity
from netconf_gui.session.redact import MASK, is_secret_name, mask_text
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_MOST_LEAFS = 6
_MOST_LETTERS = 200
_SEVERITY_LEAFS = ("perceived-severity", "alarm-severity", "severity", "perceivedSeverity", "level")
_ABOUT_LEAFS = ("resource", "target", "object", "path", "source", "alarm-object")
_WORST_WORDS = ("down", "fail", "failed", "failure", "critical", "fatal", "error", "lost", "denied", "unreachable")
_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "emergency": Severity.CRITICAL,
    "alert": Severity.CRITICAL,
    "fatal": Severity.CRITICAL,
    "major": Severity.MAJOR,
    "error": Severity.MAJOR,
    "minor": Severity.MINOR,
    "warning": Severity.WARNING,
    "warn": Severity.WARNING,
    "cleared": Severity.CLEARED,
    "clear": Severity.CLEARED,
    "info": Severity.INFORMATION,
    "informational": Severity.INFORMATION,
    "notice": Severity.INFORMATION,
    "debug": Severity.INFORMATION,
    "indeterminate": Severity.WARNING,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a line in a list says of a notification."""

    name: str
    module: str
    text: str
    severity: Severity = Severity.INFORMATION
    path: str = ""
    state: bool = False  # it is about the subscription, not about the device


class Teller:
    """Finds words for the notifications of one device.  Not thread-safe: one for each session's reader."""

    def __init__(self, schema: Schema | None = None) -> None:
        self._schema = schema
        self._binder = Binder(schema)
        self._defined = (
            {(node.namespace, node.name): node for node in schema.notifications()} if schema is not None else {}
        )
        self._sentences = event_sentences.Sentences()

    def tell(self, notification: Notification) -> Told:
        """Words for one; never fails, whatever the device sent."""
        event = notification.event
        if event is None:
            return Told("notification", "", "a notification without content", Severity.WARNING)
        event, scope, above = self._meant(event)
        namespace, name = namespace_of(event), local_name(event)
        module = self._binder.module_name(namespace) if namespace else ""
        known = self._sentences.tell(event, notification.event_time)
        if known is not None:
            return Told(name, module, _short(known.text), known.severity, known.path, known.state)
        return self._any(event, scope, name, module, above)

    def _meant(self, event: etree._Element) -> tuple[etree._Element, Scope, str]:
        """The notification itself and the path of the node it belongs to (RFC 7950, section 7.16.2)."""
        found = self._defined.get((namespace_of(event), local_name(event)))
        if found is not None or self._schema is None:
            return event, found if found is not None else Region.UNKNOWN, ""
        at, path = event, ""
        scope = self._binder.child_scope(Region.TOP, str(event.tag))
        while isinstance(scope, SchemaNode) and scope.kind is not NodeKind.NOTIFICATION:
            path += "/" + local_name(at) + _keys(at, scope)
            keys = set(scope.keys)
            inside = [child for child in elements(at) if local_name(child) not in keys]
            if len(inside) != 1:
                break
            tied = self._child(scope, inside[0])
            if tied is None:
                break
            at, scope = inside[0], tied
        if isinstance(scope, SchemaNode) and scope.kind is NodeKind.NOTIFICATION:
            return at, scope, path
        return event, Region.UNKNOWN, ""

    def _child(self, scope: SchemaNode, element: etree._Element) -> SchemaNode | None:
        assert self._schema is not None
        wanted = split_tag(str(element.tag))
        for node in self._schema.children(scope):
            if node.kind is NodeKind.NOTIFICATION and (node.namespace, node.name) == wanted:
                return node
        return self._schema.data_child(scope, *wanted)

    def _any(self, event: etree._Element, scope: Scope, name: str, module: str, above: str) -> Told:
        leafs = list(self._leafs(event, scope))
        words: list[str] = []
        severity, path = Severity.INFORMATION, above
        said = False
        for leaf, inside in leafs:
            leaf_name, value = local_name(leaf), " ".join((leaf.text or "").split())
            if not said and leaf_name in _SEVERITY_LEAFS and value.lower().rpartition(":")[2] in _SEVERITIES:
                severity, said = _SEVERITIES[value.lower().rpartition(":")[2]], True
            if not path and self._is_path(leaf_name, value, inside):
                path = plain_path(value)
        if not said:
            severity = _guessed(name, leafs)
        for leaf, inside in leafs[:_MOST_LEAFS]:
            words.append(_shown(leaf, inside))
        more = f", and {len(leafs) - _MOST_LEAFS} more values" if len(leafs) > _MOST_LEAFS else ""
        where = f" of {above}" if above else ""
        text = name.replace("-", " ").replace("_", " ") + where
        return Told(name, module, _short(f"{text}: {', '.join(words)}{more}" if words else text), severity, path)

    def _leafs(self, event: etree._Element, scope: Scope) -> Iterator[tuple[etree._Element, Scope]]:
        """Leafs with their schema nodes, those with values, as the device sent them."""
        for child in elements(event):
            inner = self._inner_scope(scope, child)
            if next(elements(child), None) is not None:
                yield from self._leafs(child, inner)
            elif isinstance(inner, SchemaNode) and inner.is_inner:
                continue
            else:
                yield child, inner

    def _inner_scope(self, scope: Scope, child: etree._Element) -> Scope:
        if not isinstance(scope, SchemaNode) or self._schema is None:
            return Region.UNKNOWN
        return self._schema.data_child(scope, *split_tag(str(child.tag))) or Region.UNKNOWN

    @staticmethod
    def _is_path(name: str, value: str, scope: Scope) -> bool:
        if isinstance(scope, SchemaNode) and scope.type is not None and scope.type.base == "instance-identifier":
            return True
        return name in _ABOUT_LEAFS and value.startswith("/")


def _shown(leaf: etree._Element, scope: Scope) -> str:
    """A leaf in words: "interface eth6", "up", "no carrier"."""
    name, value = local_name(leaf), " ".join((leaf.text or "").split())
    words = name.replace("-", " ").replace("_", " ")
    if is_secret_name(name):
        return f"{words} {MASK}"
    kind = scope.type.base if isinstance(scope, SchemaNode) and scope.type is not None else ""
    if kind == "empty" or (not value and not kind):
        return words
    if kind == "boolean" and value in ("true", "false"):
        return words if value == "true" else f"not {words}"
    if kind == "identityref" or re.fullmatch(r"[A-Za-z_][\w.-]*:[A-Za-z_][\w.-]*", value):
        value = value.rpartition(":")[2] if kind in ("identityref", "") else value
    if kind == "instance-identifier" or value.startswith("/"):
        value = plain_path(value)
    units = f" {scope.units}" if isinstance(scope, SchemaNode) and scope.units else ""
    return f"{words} {mask_text(value)}{units}" if value else words


def _guessed(name: str, leafs: list[tuple[etree._Element, Scope]]) -> Severity:
    """Bad news by its words: a name or a state that says so."""
    words = set(re.split(r"[-_]", name.lower()))
    for leaf, _ in leafs:
        if local_name(leaf).endswith(("status", "state", "event", "result", "reason")):
            words.add((leaf.text or "").strip().lower())
    return Severity.WARNING if words & set(_WORST_WORDS) else Severity.INFORMATION


def _keys(element: etree._Element, scope: SchemaNode) -> str:
    found = ""
    for name in scope.keys:
        for child in elements(element):
            if local_name(child) == name:
                value = MASK if is_secret_name(name) else (child.text or "").strip()
                found += f"[{name}='{value}']"
    return found


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
