"""Subscriptions with a number of their own: RFC 8639 over NETCONF (RFC 8640), and YANG push (RFC 8641).

Lives here: what a device offers of it, establish, modify, delete, kill, resync, and the list of all subscriptions of a
device, configured ones included.  Does not live here: RFC 5277 (`subscriptions`), what comes of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import CapabilityMissing, MalformedMessage, RpcFailed
from netconf_gui.protocol import subscription_operations as builders
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.replies import Notification, Reply
from netconf_gui.protocol.subscription_operations import NS_PUSH, NS_SUBSCRIBED, Terms
from netconf_gui.protocol.xml import child_named, local_name, namespace_of, new_element, parse, qn, serialize
from netconf_gui.session.datastores import get, get_data
from netconf_gui.session.schemas import list_modules
from netconf_gui.session.session import Session
from netconf_gui.session.yanglib import ModuleRef

SUBSCRIBED = "ietf-subscribed-notifications"
PUSH = "ietf-yang-push"


@dataclass(frozen=True, slots=True)
class Offer:
    """What kinds of subscriptions a device takes."""

    create: bool = False  # RFC 5277
    interleave: bool = False  # other requests on the same session
    dynamic: bool = False  # RFC 8639
    push: bool = False  # RFC 8641
    on_change: bool = False  # of it
    replay: bool = False  # RFC 8639's feature; RFC 5277 tells it of each stream
    configured: bool = False  # subscriptions as configuration

    @property
    def anything(self) -> bool:
        return self.create or self.dynamic

    @property
    def reason(self) -> str:
        """Why there is nothing; "" if there is something."""
        if self.anything:
            return ""
        return "The device announces neither the capability notification (RFC 5277) nor the module " + SUBSCRIBED + "."


def offer(session: Session, modules: Iterable[ModuleRef] | None = None, *, cancel: CancelToken | None = None) -> Offer:
    """What the device takes; `modules` are its modules if they are known, else they are asked for."""
    able = session.capabilities
    refs = list_modules(session, cancel=cancel).refs if modules is None else modules
    found = {ref.name: ref for ref in refs if ref.implemented and ref.name in (SUBSCRIBED, PUSH)}
    # YANG 1.1 modules are in no hello, but devices name these all the same
    features = {
        name: set(found[name].features or ()) if found.get(name) is not None else _announced(session, name)
        for name in (SUBSCRIBED, PUSH)
    }
    dynamic = SUBSCRIBED in found or able.module(SUBSCRIBED) is not None or able.has(NS_SUBSCRIBED)
    push = dynamic and (PUSH in found or able.module(PUSH) is not None or able.has(NS_PUSH))
    return Offer(
        create=able.notification,
        interleave=able.interleave,
        dynamic=dynamic,
        push=push,
        on_change=push and "on-change" in features[PUSH],
        replay=dynamic and "replay" in features[SUBSCRIBED],
        configured=dynamic and "configured" in features[SUBSCRIBED],
    )


def _announced(session: Session, name: str) -> set[str]:
    module = session.capabilities.module(name)
    return set(module.features) if module is not None else set()


@dataclass(frozen=True, slots=True)
class Established:
    """The device's number of a subscription; `replay_from` where its replay begins later than was asked for."""

    number: int
    replay_from: str = ""


def establish(
    session: Session, terms: Terms, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> Established:
    """Begin a subscription of this session; register `Session.on_notification` first.

    Raises `RpcFailed` (its words hold the device's hints), `MalformedMessage` for a reply without a number.
    """
    reply = _call(session, builders.establish(terms), timeout, cancel)
    number = _text(reply.element, "id")
    if not number.isdigit():
        raise MalformedMessage("The device's answer to establish-subscription holds no id of a subscription.")
    return Established(int(number), _text(reply.element, "replay-start-time-revision"))


def modify(
    session: Session, number: int, terms: Terms, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> None:
    """Other terms for a subscription of this session; raises `RpcFailed`, after which the old ones hold."""
    _call(session, builders.modify(number, terms), timeout, cancel)


def delete(session: Session, number: int, *, timeout: float | None = None, cancel: CancelToken | None = None) -> None:
    """End a subscription of this session; raises `RpcFailed`."""
    _call(session, builders.delete(number), timeout, cancel)


def kill(session: Session, number: int, *, timeout: float | None = None, cancel: CancelToken | None = None) -> None:
    """End a subscription of anybody; raises `RpcFailed`."""
    _call(session, builders.kill(number), timeout, cancel)


def resync(session: Session, number: int, *, timeout: float | None = None, cancel: CancelToken | None = None) -> None:
    """Have all of an on-change subscription's data sent now; raises `RpcFailed`."""
    _call(session, builders.resync(number), timeout, cancel)


def _call(session: Session, operation: Operation, timeout: float | None, cancel: CancelToken | None) -> Reply:
    try:
        return session.call(operation, timeout=timeout, cancel=cancel)
    except RpcFailed as error:
        hints = hints_of(error)
        if not hints:
            raise
        raise RpcFailed(f"{error.message} {hints}", error.errors, operation=error.operation) from None


def hints_of(error: RpcFailed) -> str:
    """What the device says would work instead (RFC 8639, section 2.4.6; RFC 8641, section 4.4), as a sentence."""
    words: list[str] = []
    for one in error.errors:
        for name, value in _hints(one.info_xml):
            if name == "period-hint" and value.isdigit():
                words.append(f"a period of {int(value) / 100:g} s")
            elif name == "filter-failure-hint":
                words.append(f"about the filter: {value}")
            elif name.endswith("-limit"):
                words.append(f"at most {value} {name.removesuffix('-limit').replace('-', ' ')}")
    return f"The device suggests: {'; '.join(words)}." if words else ""


def _hints(info: bytes) -> list[tuple[str, str]]:
    if not info:
        return []
    try:
        root = parse(info)
    except MalformedMessage:
        return []
    return [
        (local_name(leaf), (leaf.text or "").strip())
        for leaf in root.iter(etree.Element)
        if len(leaf) == 0 and (leaf.text or "").strip()
    ]


# ---- what there is


@dataclass(frozen=True, slots=True)
class ListedSubscription:
    """A subscription that the device has, whoever made it.  `xml` is all that the device says of it."""

    number: int
    terms: Terms
    configured: bool
    state: str = ""  # of a configured one: valid, invalid, concluded
    transport: str = ""
    purpose: str = ""
    receivers: tuple[tuple[str, str], ...] = ()  # name and state
    xml: bytes = b""


def list_subscriptions(
    session: Session, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> tuple[ListedSubscription, ...]:
    """All subscriptions of the device, configured and dynamic (RFC 8639, section 2.8)."""
    if not session.capabilities.nmda and not session.capabilities.has("notification"):
        raise CapabilityMissing("The device has no list of subscriptions.", SUBSCRIBED, state="Nothing was sent.")
    wanted = new_element(qn(NS_SUBSCRIBED, "subscriptions"), {None: NS_SUBSCRIBED})
    try:
        data = get(session, filter_xml=[wanted], timeout=timeout, cancel=cancel)
    except RpcFailed:
        if not session.capabilities.nmda:
            raise
        data = get_data(session, "operational", filter_xml=[wanted], timeout=timeout, cancel=cancel)
    holder = child_named(data, "subscriptions")
    return (
        tuple(_listed(entry) for entry in holder if local_name(entry) == "subscription") if holder is not None else ()
    )


def _listed(entry: etree._Element) -> ListedSubscription:
    number = _text(entry, "id")
    receivers = child_named(entry, "receivers")
    found = []
    for receiver in receivers if receivers is not None else ():
        if local_name(receiver) == "receiver":
            found.append((_text(receiver, "name"), _text(receiver, "state")))
    state = _text(entry, "configured-subscription-state")
    return ListedSubscription(
        number=int(number) if number.isdigit() else 0,
        terms=terms_of(entry),
        configured=bool(state) or bool(_text(entry, "transport")),
        state=state,
        transport=_text(entry, "transport").rpartition(":")[2],
        purpose=_text(entry, "purpose"),
        receivers=tuple(found),
        xml=serialize(entry),
    )


def terms_of(holder: etree._Element) -> Terms:
    """The terms that a list entry, or a notification about a subscription, says; what it leaves out is empty."""
    xpath = next((child for child in holder if local_name(child).endswith("-xpath-filter")), None)
    subtree = next((child for child in holder if local_name(child).endswith("-subtree-filter")), None)
    periodic, on_change = child_named(holder, "periodic"), child_named(holder, "on-change")
    period = _text(periodic, "period") if periodic is not None else ""
    dampening = _text(on_change, "dampening-period") if on_change is not None else ""
    excluded = (
        tuple((leaf.text or "").strip() for leaf in on_change if local_name(leaf) == "excluded-change")
        if on_change is not None
        else ()
    )
    return Terms(
        stream=_text(holder, "stream"),
        datastore=_text(holder, "datastore").rpartition(":")[2],
        subtree=b"".join(serialize(node) for node in subtree) if subtree is not None else b"",
        xpath=(xpath.text or "").strip() if xpath is not None else "",
        namespaces=tuple((prefix, uri) for prefix, uri in xpath.nsmap.items() if prefix) if xpath is not None else (),
        filter_name=_text(holder, "stream-filter-name") or _text(holder, "selection-filter-ref"),
        start=_text(holder, "replay-start-time"),
        stop=_text(holder, "stop-time"),
        period=int(period) / 100 if period.isdigit() else None,
        anchor=_text(periodic, "anchor-time") if periodic is not None else "",
        on_change=on_change is not None,
        dampening=int(dampening) / 100 if dampening.isdigit() else 0.0,
        sync_on_start=on_change is None or _text(on_change, "sync-on-start") != "false",
        excluded=excluded,
    )


# ---- what comes


def subscription_of(notification: Notification) -> int | None:
    """The number that a notification names: of a state change or of YANG push; None for events of streams."""
    event = notification.event
    if event is None or namespace_of(event) not in (NS_SUBSCRIBED, NS_PUSH):
        return None
    number = _text(event, "id")
    return int(number) if number.isdigit() else None


def _text(parent: etree._Element, name: str) -> str:
    found = child_named(parent, name)
    return (found.text or "").strip() if found is not None else ""
