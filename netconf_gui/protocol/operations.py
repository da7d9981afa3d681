"""Every operation as a pure builder: arguments in, `Operation` out, nothing sent (RFC 6241 section 7 and others).

Lives here: the elements inside `<rpc>` and the `<rpc>` around them.  Does not live here: whether the peer can do
an operation (capabilities), sending (sessions), the content of an edit (`config`).

Elements that are handed in are written out at once: the caller's tree stays as it is, and may change afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from xml.sax.saxutils import quoteattr

from lxml import etree

from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import (
    DECLARATION,
    NS_BASE,
    NS_COMPARE,
    NS_DATASTORES,
    NS_MONITORING,
    NS_NMDA,
    NS_NOTIF,
    NS_ORIGIN,
    NS_PRIVATE_CANDIDATE,
    NS_WITH_DEFAULTS,
    add_element,
    local_name,
    new_element,
    parse,
    qn,
    serialize,
    splice,
)

_RPC_OPEN = DECLARATION + b'<rpc xmlns="' + NS_BASE.encode("ascii") + b'" message-id='
_STANDARD_DATASTORES = frozenset({"running", "candidate", "startup", "intended", "operational"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, ready to be sent: its name (for people and records) and the text of the child of `<rpc>`."""

    name: str
    text: bytes

    @property
    def element(self) -> etree._Element:
        """The operation as a tree of the caller's own, parsed anew each time."""
        return parse(self.text)


def rpc(message_id: str, operation: Operation) -> bytes:
    """The whole `<rpc>` text, without framing (RFC 6241, section 4.1)."""
    quoted = f'"{message_id}"' if message_id.isalnum() else quoteattr(message_id)
    return b"%b%b>%b</rpc>" % (_RPC_OPEN, quoted.encode(), operation.text)


@lru_cache(maxsize=64)
def _bare(name: str) -> Operation:
    return _made(name, _operation(name))


Given: TypeAlias = "etree._Element | Sequence[etree._Element]"


class _Content(NamedTuple):
    """Nodes of the caller and the element that they belong into."""

    holder: etree._Element
    nodes: list[etree._Element]


def _made(name: str, node: etree._Element, content: _Content | None = None) -> Operation:
    if content is None:
        return Operation(name, serialize(node))
    return Operation(name, splice(node, content.holder, content.nodes))


def _operation(name: str, namespace: str = NS_BASE) -> etree._Element:
    return new_element(qn(namespace, name), {None: namespace})


def _leaf(parent: etree._Element, name: str, value: object, namespace: str | None = None) -> etree._Element:
    leaf = etree.SubElement(parent, qn(namespace if namespace is not None else _ns(parent), name))
    if value is not None:
        leaf.text = str(value)
    return leaf


def _ns(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def _datastore(parent: etree._Element, role: str, datastore: str) -> None:
    """`<target>`/`<source>` with a datastore, or a URL where the text has a scheme (RFC 6241, section 8.8)."""
    holder = etree.SubElement(parent, qn(NS_BASE, role))
    if "://" in datastore:
        _leaf(holder, "url", datastore)
    else:
        etree.SubElement(holder, qn(NS_BASE, datastore))


def _nmda_datastore(parent: etree._Element, datastore: str) -> None:
    """RFC 8526: an identityref; standard names get the prefix of ietf-datastores."""
    leaf = etree.SubElement(parent, qn(NS_NMDA, "datastore"), nsmap={"ds": NS_DATASTORES})
    leaf.text = f"ds:{datastore}" if datastore in _STANDARD_DATASTORES else datastore


def _filter(
    parent: etree._Element, subtree: Given | None, xpath: str | None, namespaces: Mapping[str, str] | None
) -> _Content | None:
    """`<filter>`, of either type; the content of a subtree filter is what is still to be written."""
    if subtree is not None and xpath is not None:
        raise ConfigError("A filter is either a subtree or an XPath expression, not both.")
    name = qn(_ns(parent), "filter")
    if xpath is not None:
        node = etree.SubElement(parent, name, nsmap=dict(namespaces or {}))
        node.set("type", "xpath")
        node.set("select", xpath)
    elif subtree is not None:
        node = etree.SubElement(parent, name)
        node.set("type", "subtree")
        return _Content(node, _nodes(subtree, "filter"))
    return None


def _config(parent: etree._Element, config: Given) -> _Content:
    return _Content(etree.SubElement(parent, qn(_ns(parent), "config")), _nodes(config, "config"))


def _nodes(given: Given, wrapper: str) -> list[etree._Element]:
    """The nodes; an element of the wrapper's own name stands for its children."""
    if not isinstance(given, etree._Element):
        return list(given)
    wrapped = local_name(given) == wrapper and _ns(given) in ("", NS_BASE, NS_NOTIF)
    return list(given) if wrapped else [given]


def _with_defaults(parent: etree._Element, mode: str | None) -> None:
    if mode is not None:
        add_element(parent, qn(NS_WITH_DEFAULTS, "with-defaults"), mode, {None: NS_WITH_DEFAULTS})


def get(
    filter_xml: Given | None = None,
    *,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    with_defaults: str | None = None,
) -> Operation:
    """RFC 6241, section 7.7: running configuration and state."""
    node = _operation("get")
    content = _filter(node, filter_xml, xpath, namespaces)
    _with_defaults(node, with_defaults)
    return _made("get", node, content)


def get_config(
    source: str = "running",
    filter_xml: Given | None = None,
    *,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    with_defaults: str | None = None,
) -> Operation:
    """RFC 6241, section 7.1; `filter_xml` is one node, several, or a `<filter>` element."""
    node = _operation("get-config")
    _datastore(node, "source", source)
    content = _filter(node, filter_xml, xpath, namespaces)
    _with_defaults(node, with_defaults)
    return _made("get-config", node, content)


def get_data(
    datastore: str = "operational",
    filter_xml: Given | None = None,
    *,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    config_filter: bool | None = None,
    max_depth: int | None = None,
    origins: Sequence[str] = (),
    with_origin: bool = False,
    with_defaults: str | None = None,
) -> Operation:
    """RFC 8526, section 3.1.1; `namespaces` are the prefixes of `xpath`, `origins` are names without prefix."""
    node = _operation("get-data", NS_NMDA)
    content: _Content | None = None
    _nmda_datastore(node, datastore)
    if xpath is not None:
        leaf = etree.SubElement(node, qn(NS_NMDA, "xpath-filter"), nsmap=dict(namespaces or {}))
        leaf.text = xpath
    elif filter_xml is not None:
        content = _Content(etree.SubElement(node, qn(NS_NMDA, "subtree-filter")), _nodes(filter_xml, "filter"))
    if config_filter is not None:
        _leaf(node, "config-filter", "true" if config_filter else "false")
    for origin in origins:
        leaf = etree.SubElement(node, qn(NS_NMDA, "origin-filter"), nsmap={"or": NS_ORIGIN})
        leaf.text = f"or:{origin}"
    if max_depth is not None:
        _leaf(node, "max-depth", max_depth)
    if with_origin:
        _leaf(node, "with-origin", None)
    if with_defaults is not None:
        _leaf(node, "with-defaults", with_defaults)
    return _made("get-data", node, content)


def compare(
    source: str,
    target: str,
    filter_xml: Given | None = None,
    *,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    everything: bool = False,
) -> Operation:
    """RFC 9144, section 4: what leads from one datastore to another; with `everything` also state is compared."""
    if filter_xml is not None and xpath is not None:
        raise ConfigError("A filter is either a subtree or an XPath expression, not both.")
    node = _operation("compare", NS_COMPARE)
    content: _Content | None = None
    for role, datastore in (("source", source), ("target", target)):
        leaf = etree.SubElement(node, qn(NS_COMPARE, role), nsmap={"ds": NS_DATASTORES})
        leaf.text = f"ds:{datastore}" if datastore in _STANDARD_DATASTORES else datastore
    if everything:
        _leaf(node, "all", None)
    if xpath is not None:
        leaf = etree.SubElement(node, qn(NS_COMPARE, "xpath-filter"), nsmap=dict(namespaces or {}))
        leaf.text = xpath
    elif filter_xml is not None:
        content = _Content(etree.SubElement(node, qn(NS_COMPARE, "subtree-filter")), _nodes(filter_xml, "filter"))
    return _made("compare", node, content)


def edit_config(
    target: str,
    config: Given | None,
    *,
    url: str | None = None,
    default_operation: str | None = None,
    test_option: str | None = None,
    error_option: str | None = None,
) -> Operation:
    """RFC 6241, section 7.2; `config` is a `<config>` element or its content, or None with `url`."""
    if (config is None) == (url is None):
        raise ConfigError("An edit-config has either a config or a url.")
    node = _operation("edit-config")
    _datastore(node, "target", target)
    for name, value in (
        ("default-operation", default_operation),
        ("test-option", test_option),
        ("error-option", error_option),
    ):
        if value is not None:
            _leaf(node, name, value)
    if config is not None:
        return _made("edit-config", node, _config(node, config))
    _leaf(node, "url", url)
    return _made("edit-config", node)


def edit_data(
    datastore: str,
    config: Given | None,
    *,
    url: str | None = None,
    default_operation: str | None = None,
) -> Operation:
    """RFC 8526, section 3.1.2; `config` is None with `url`."""
    if (config is None) == (url is None):
        raise ConfigError("An edit-data has either a config or a url.")
    node = _operation("edit-data", NS_NMDA)
    _nmda_datastore(node, datastore)
    if default_operation is not None:
        _leaf(node, "default-operation", default_operation)
    if config is not None:
        return _made("edit-data", node, _config(node, config))
    _leaf(node, "url", url)
    return _made("edit-data", node)


def copy_config(target: str, source: str | Given, *, with_defaults: str | None = None) -> Operation:
    """RFC 6241, section 7.3; `source` is a datastore, a URL or a whole configuration."""
    node = _operation("copy-config")
    content: _Content | None = None
    _datastore(node, "target", target)
    if isinstance(source, str):
        _datastore(node, "source", source)
    else:
        content = _config(etree.SubElement(node, qn(NS_BASE, "source")), source)
    _with_defaults(node, with_defaults)
    return _made("copy-config", node, content)


def delete_config(target: str) -> Operation:
    """RFC 6241, section 7.4."""
    return _on_target("delete-config", target)


def lock(target: str) -> Operation:
    """RFC 6241, section 7.5."""
    return _on_target("lock", target)


def unlock(target: str) -> Operation:
    """RFC 6241, section 7.6."""
    return _on_target("unlock", target)


@lru_cache(maxsize=64)
def _on_target(name: str, target: str) -> Operation:
    node = _operation(name)
    _datastore(node, "target", target)
    return _made(name, node)


def validate(source: str | Given) -> Operation:
    """RFC 6241, section 8.6.4.1; `source` is a datastore, a URL or a whole configuration."""
    node = _operation("validate")
    content: _Content | None = None
    if isinstance(source, str):
        _datastore(node, "source", source)
    else:
        content = _config(etree.SubElement(node, qn(NS_BASE, "source")), source)
    return _made("validate", node, content)


def commit(
    *,
    confirmed: bool = False,
    timeout: int | None = None,
    persist: str | None = None,
    persist_id: str | None = None,
) -> Operation:
    """RFC 6241, sections 8.3.4.1 and 8.4.5.1; `timeout` is in seconds."""
    node = _operation("commit")
    if confirmed:
        _leaf(node, "confirmed", None)
    for name, value in (("confirm-timeout", timeout), ("persist", persist), ("persist-id", persist_id)):
        if value is not None:
            _leaf(node, name, value)
    return _made("commit", node)


def cancel_commit(persist_id: str | None = None) -> Operation:
    """RFC 6241, section 8.4.4.1."""
    node = _operation("cancel-commit")
    if persist_id is not None:
        _leaf(node, "persist-id", persist_id)
    return _made("cancel-commit", node)


def discard_changes() -> Operation:
    """RFC 6241, section 8.3.4.2."""
    return _bare("discard-changes")


def update_candidate() -> Operation:
    """Bring the session's private candidate up to date with running, unless both changed the same nodes.

    `<update>` of draft-ietf-netconf-privcand.
    """
    node = _operation("update", NS_PRIVATE_CANDIDATE)
    _leaf(node, "resolution-mode", "revert-on-conflict")
    return _made("update", node)


def close_session() -> Operation:
    """RFC 6241, section 7.8."""
    return _bare("close-session")


def kill_session(session_id: int) -> Operation:
    """RFC 6241, section 7.9."""
    node = _operation("kill-session")
    _leaf(node, "session-id", session_id)
    return _made("kill-session", node)


def get_schema(identifier: str, version: str | None = None, format_: str | None = "yang") -> Operation:
    """RFC 6022, section 3.1; `version` is a revision, None asks for whichever there is."""
    node = _operation("get-schema", NS_MONITORING)
    _leaf(node, "identifier", identifier)
    if version is not None:
        _leaf(node, "version", version)
    if format_ is not None:
        _leaf(node, "format", format_)
    return _made("get-schema", node)


def create_subscription(
    stream: str | None = None,
    filter_xml: Given | None = None,
    *,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    start: str | None = None,
    stop: str | None = None,
) -> Operation:
    """RFC 5277, section 2.1.1; `start` and `stop` are RFC 3339 times."""
    node = _operation("create-subscription", NS_NOTIF)
    if stream is not None:
        _leaf(node, "stream", stream)
    content = _filter(node, filter_xml, xpath, namespaces)
    if start is not None:
        _leaf(node, "startTime", start)
    if stop is not None:
        _leaf(node, "stopTime", stop)
    return _made("create-subscription", node, content)


def custom(element: etree._Element) -> Operation:
    """Any operation: the element, or the one inside when it is a whole `<rpc>`.

    A YANG action comes as `<action xmlns="urn:ietf:params:xml:ns:yang:1">` (RFC 7950, section 7.15.2).
    Raises `ConfigError` if there is not exactly one operation.
    """
    if local_name(element) == "rpc":
        inside = [child for child in element if isinstance(child.tag, str)]
        if len(inside) != 1:
            raise ConfigError(f"An rpc holds exactly one operation; this one holds {len(inside)}.")
        element = inside[0]
    return Operation(local_name(element), serialize(element))
