"""Subscriptions as pure builders: what is asked for, and the operations that ask (RFC 5277, RFC 8639, RFC 8641).

Lives here: `Terms` and the elements inside `<rpc>`.  Does not live here: whether the device can do it, sending
(`session.subscriptions`, `session.dynamic_subscriptions`), other operations (`operations`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from netconf_gui.errors import ConfigError
from netconf_gui.protocol.operations import Operation, create_subscription
from netconf_gui.protocol.xml import NS_DATASTORES, add_element, local_name, new_element, parse, qn, serialize, splice

NS_SUBSCRIBED = "urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"
NS_PUSH = "urn:ietf:params:xml:ns:yang:ietf-yang-push"
CHANGES = ("create", "delete", "insert", "move", "replace")  # what can be left out of an on-change subscription

_STANDARD = frozenset({"running", "candidate", "startup", "intended", "operational", "factory-default"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a subscription is about: an event stream, or (YANG push) a datastore.

    `subtree` is the text of the filter's content, one node or several, in XML; `namespaces` are the prefixes of
    `xpath`; `filter_name` is a filter that the device has in its configuration.  `start` (for a replay) and `stop` are
    RFC 3339 times.  Of a datastore: `period` in seconds asks for all of it again and again, `on_change` for changes,
    at most one report in `dampening` seconds.
    """

    stream: str = ""
    datastore: str = ""
    subtree: bytes = b""
    xpath: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()
    filter_name: str = ""
    start: str = ""
    stop: str = ""
    period: float | None = None
    anchor: str = ""
    on_change: bool = False
    dampening: float = 0.0
    sync_on_start: bool = True
    excluded: tuple[str, ...] = ()

    @property
    def push(self) -> bool:
        """Whether it is about a datastore."""
        return bool(self.datastore)

    @property
    def subject(self) -> str:
        """The stream or the datastore, for people."""
        return self.datastore or self.stream or "NETCONF"

    def checked(self) -> Terms:
        """The terms themselves; raises `ConfigError` for what contradicts itself."""
        if sum(map(bool, (self.subtree, self.xpath, self.filter_name))) > 1:
            raise ConfigError("A filter is either a subtree, an XPath expression, or one that the device has by name.")
        if self.stream and self.datastore:
            raise ConfigError("A subscription is either to a stream or to a datastore.")
        if self.push and (self.period is None) == (not self.on_change):
            raise ConfigError("A subscription to a datastore is either periodic or on change.")
        if not self.push and (self.period is not None or self.on_change):
            raise ConfigError("Only a subscription to a datastore can be periodic or on change.")
        if self.push and self.start:
            raise ConfigError("There is no replay of a datastore, only of a stream.")
        if self.period is not None and not 0.01 <= self.period <= 42949672:
            raise ConfigError(f"The period is {self.period:g} s. Allowed: 0.01 to 42949672 s.")
        if not 0 <= self.dampening <= 42949672:
            raise ConfigError(f"The dampening period is {self.dampening:g} s. Allowed: 0 to 42949672 s.")
        for name in self.excluded:
            if name not in CHANGES:
                raise ConfigError(f"{name!r} is no kind of change. There are: {', '.join(CHANGES)}.")
        self.filter_nodes()
        return self

    def filter_nodes(self) -> list[etree._Element]:
        """The nodes of the subtree filter, parsed anew; raises `MalformedMessage`."""
        if not self.subtree:
            return []
        root = parse(b"<filter>" + self.subtree + b"</filter>")
        inside = [child for child in root if isinstance(child.tag, str)]
        if len(inside) == 1 and local_name(inside[0]) == "filter":
            inside = [child for child in inside[0] if isinstance(child.tag, str)]
        return inside


def create(terms: Terms) -> Operation:
    """RFC 5277's create-subscription on these terms; raises `ConfigError` for what it cannot say."""
    terms = terms.checked()
    if terms.push or terms.filter_name:
        raise ConfigError(
            "The device's older kind of subscription (RFC 5277) knows neither datastores nor named filters."
        )
    if terms.stop and not terms.start:
        raise ConfigError(
            "A stop time needs a start time with this device, whose subscriptions are of the older kind (RFC 5277).",
            advice="Give a start time too: the past is sent from then on, and what comes until the stop time.",
        )
    return create_subscription(
        terms.stream or None,
        terms.filter_nodes() or None,
        xpath=terms.xpath or None,
        namespaces=dict(terms.namespaces),
        start=terms.start or None,
        stop=terms.stop or None,
    )


def establish(terms: Terms) -> Operation:
    """RFC 8639, section 2.4.2; RFC 8641, section 4.4.1."""
    terms = terms.checked()
    node = _operation("establish-subscription")
    holder, nodes = _target(node, terms)
    if not terms.push and terms.start:
        _leaf(node, "replay-start-time", terms.start)
    return _finished("establish-subscription", node, terms, holder, nodes, whole=True)


def modify(number: int, terms: Terms) -> Operation:
    """RFC 8639, section 2.4.3; RFC 8641, section 4.4.2.  Only filter, stop time, period and dampening can change."""
    terms = terms.checked()
    node = _operation("modify-subscription")
    _leaf(node, "id", str(number))
    if terms.push:
        holder, nodes = _target(node, terms)
    else:
        holder, nodes = _filter(node, terms, "stream")
    return _finished("modify-subscription", node, terms, holder, nodes, whole=False)


def delete(number: int) -> Operation:
    """RFC 8639, section 2.4.4: a subscription of this session."""
    return _on("delete-subscription", number)


def kill(number: int) -> Operation:
    """RFC 8639, section 2.4.5: a subscription of any session."""
    return _on("kill-subscription", number)


def resync(number: int) -> Operation:
    """RFC 8641, section 4.4.4: send all of the datastore now."""
    return _on("resync-subscription", number, NS_PUSH)


def _on(name: str, number: int, namespace: str = NS_SUBSCRIBED) -> Operation:
    node = _operation(name, namespace)
    add_element(node, qn(namespace, "id"), str(number))
    return Operation(name, serialize(node))


def _operation(name: str, namespace: str = NS_SUBSCRIBED) -> etree._Element:
    return new_element(qn(namespace, name), {None: namespace})


def _leaf(parent: etree._Element, name: str, text: str, namespace: str = NS_SUBSCRIBED) -> etree._Element:
    return add_element(parent, qn(namespace, name), text, {None: namespace})


_Held = tuple[etree._Element | None, list[etree._Element]]


def _target(node: etree._Element, terms: Terms) -> _Held:
    if terms.push:
        prefix = "ds" if terms.datastore in _STANDARD else None
        leaf = add_element(node, qn(NS_PUSH, "datastore"), nsmap={None: NS_PUSH, "ds": NS_DATASTORES})
        leaf.text = f"{prefix}:{terms.datastore}" if prefix else terms.datastore
        return _filter(node, terms, "datastore")
    found = _filter(node, terms, "stream")
    _leaf(node, "stream", terms.stream or "NETCONF")
    return found


def _filter(node: etree._Element, terms: Terms, what: str) -> _Held:
    """The filter; the nodes of a subtree filter are what is still to be written into the element returned."""
    namespace = NS_PUSH if what == "datastore" else NS_SUBSCRIBED
    if terms.filter_name:
        _leaf(
            node, "selection-filter-ref" if what == "datastore" else "stream-filter-name", terms.filter_name, namespace
        )
    elif terms.xpath:
        nsmap: dict[str | None, str] = {None: namespace, **dict(terms.namespaces)}
        add_element(node, qn(namespace, f"{what}-xpath-filter"), terms.xpath, nsmap)
    elif terms.subtree:
        holder = add_element(node, qn(namespace, f"{what}-subtree-filter"), nsmap={None: namespace})
        return holder, terms.filter_nodes()
    return None, []


def _finished(
    name: str,
    node: etree._Element,
    terms: Terms,
    holder: etree._Element | None,
    nodes: list[etree._Element],
    *,
    whole: bool,
) -> Operation:
    if terms.stop:
        _leaf(node, "stop-time", terms.stop)
    if terms.period is not None:
        periodic = add_element(node, qn(NS_PUSH, "periodic"), nsmap={None: NS_PUSH})
        _leaf(periodic, "period", str(round(terms.period * 100)), NS_PUSH)
        if terms.anchor:
            _leaf(periodic, "anchor-time", terms.anchor, NS_PUSH)
    if terms.on_change:
        change = add_element(node, qn(NS_PUSH, "on-change"), nsmap={None: NS_PUSH})
        if terms.dampening:
            _leaf(change, "dampening-period", str(round(terms.dampening * 100)), NS_PUSH)
        if whole and not terms.sync_on_start:
            _leaf(change, "sync-on-start", "false", NS_PUSH)
        for kind in terms.excluded if whole else ():
            _leaf(change, "excluded-change", kind, NS_PUSH)
    return Operation(name, serialize(node) if holder is None else splice(node, holder, nodes))
