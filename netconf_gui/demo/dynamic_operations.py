"""establish-, modify-, delete-, kill- and resync-subscription (RFC 8639, RFC 8640, RFC 8641): checks and refusals.

Does not live here: the table of subscriptions (`dynamic`), what they send (`stream`, `push`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from netconf_gui.config import filters
from netconf_gui.demo import nacm, parameters
from netconf_gui.demo.answer import OK, Answer
from netconf_gui.demo.clock import date_and_time, parse_date_and_time
from netconf_gui.demo.datastores import RUNNING, STARTUP
from netconf_gui.demo.device import Device
from netconf_gui.demo.dynamic import Dynamic
from netconf_gui.demo.nmda import INTENDED, OPERATIONAL, datastore_tree
from netconf_gui.demo.nodes import clone, top
from netconf_gui.demo.push import Feed
from netconf_gui.demo.replies import RefusedError, bad_element, missing_element, not_supported
from netconf_gui.demo.selection import event_filter
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.demo.stream import Select, nothing
from netconf_gui.demo.subscribing import STREAM
from netconf_gui.errors import ConfigError, RpcError
from netconf_gui.protocol.subscription_operations import NS_PUSH, NS_SUBSCRIBED, Terms
from netconf_gui.protocol.xml import NS_BASE, add_element, new_element, parse, qn, serialize, splice
from netconf_gui.session.dynamic_subscriptions import terms_of

SHORTEST = 0.05  # seconds; the device refuses periods below, and suggests this one
_ON_CHANGE = (RUNNING, INTENDED)
_MODULES = {"sn": "ietf-subscribed-notifications", "yp": "ietf-yang-push"}


def establish(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8639, section 2.4.2."""
    _offered(device)
    if device.stream.subscribed(session):
        raise not_supported("This session has a subscription of RFC 5277; use another session (RFC 8640, section 4).")
    terms = _terms(device, operation)
    start, stop = _time(terms.start, "replay-start-time"), _time(terms.stop, "stop-time")
    now = device.clock.now()
    if start is not None and not device.kind.replay:
        raise _error("sn:replay-unsupported", "operation-not-supported", "This device cannot replay events.")
    if start is not None and start > now:
        raise bad_element("replay-start-time", "replay-start-time is in the future.")
    if stop is not None and stop <= (now if start is None else start):
        raise bad_element("stop-time", "stop-time is in the past.")
    output = [top(NS_SUBSCRIBED, "id")]
    if terms.push:
        read = _reader(device, session, terms)
        made = device.dynamic.new(session, terms)
        begin = _begin_feed(device, made, read, stop)
    else:
        select = event_filter(device, _stream_filter(device, terms))
        made = device.dynamic.new(session, terms)
        begin = _begin_stream(device, made, select, start, stop)
        if start is not None and start < device.stream.replays_from:
            output.append(top(NS_SUBSCRIBED, "replay-start-time-revision"))
            output[-1].text = date_and_time(device.stream.replays_from)
    output[0].text = str(made.number)
    _follow_filter(device, made)
    return Answer(output, afterwards=device.guarded(begin))


def modify(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8639, section 2.4.3."""
    found = _own(device, session, operation, "sn:no-such-subscription")
    terms = _terms(device, operation, found.terms)
    stop = _time(terms.stop, "stop-time")
    if stop is not None and stop <= device.clock.now():
        raise bad_element("stop-time", "stop-time is in the past.")
    if found.feed is not None:
        feed, read = found.feed, _reader(device, session, terms)

        def renew() -> None:
            device.dynamic.activate(found)
            feed.modify(terms, read)
            _end_at(device, found, stop)
    else:
        select = event_filter(device, _stream_filter(device, terms))

        def renew() -> None:
            device.dynamic.activate(found)
            if found.subscriber is not None:
                found.subscriber.select = select
                device.stream.until(found.subscriber, stop)

    found.terms = terms
    _follow_filter(device, found)
    return Answer(afterwards=device.guarded(renew))


def delete(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8639, section 2.4.4."""
    device.dynamic.drop(_own(device, session, operation, "sn:no-such-subscription"))
    return OK


def kill(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8639, section 2.4.5: the subscriber is told."""
    found = device.dynamic.get(_number(device, operation))
    if found is None:
        raise _error("sn:no-such-subscription", "invalid-value", "There is no such subscription.")
    device.dynamic.terminate(found, "no-such-subscription")
    return OK


def resync(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8641, section 4.4.4."""
    found = _own(device, session, operation, "yp:no-such-subscription-resync", NS_PUSH)
    feed = found.feed
    if feed is None or not found.terms.on_change:
        raise _error("yp:no-such-subscription-resync", "invalid-value", "It is no subscription to changes.")
    return Answer(afterwards=device.guarded(feed.whole))


NAMES = {
    qn(NS_SUBSCRIBED, "establish-subscription"): establish,
    qn(NS_SUBSCRIBED, "modify-subscription"): modify,
    qn(NS_SUBSCRIBED, "delete-subscription"): delete,
    qn(NS_SUBSCRIBED, "kill-subscription"): kill,
    qn(NS_PUSH, "resync-subscription"): resync,
}


# ---- parameters


def _offered(device: Device) -> None:
    if not device.kind.subscriptions:
        raise not_supported("This device has no dynamic subscriptions.")


def _number(device: Device, operation: etree._Element, namespace: str = NS_SUBSCRIBED) -> int:
    _offered(device)
    text = parameters.required_text(operation, "id", namespace)
    return int(text) if text.isdecimal() else 0


def _own(
    device: Device, session: DeviceSession, operation: etree._Element, reason: str, namespace: str = NS_SUBSCRIBED
) -> Dynamic:
    found = device.dynamic.get(_number(device, operation, namespace))
    if found is None or found.session is not session:
        raise _error(reason, "invalid-value", "This session has no such subscription.")
    return found


def _terms(device: Device, operation: etree._Element, before: Terms | None = None) -> Terms:
    """What is asked for; of a modification, what is not said stays as it was."""
    terms = terms_of(operation)
    if before is not None:
        terms = _completed(terms, before)
    if terms.push and terms.stream:
        raise bad_element("stream", "A subscription is to a stream or to a datastore.")
    if terms.push and terms.datastore not in (RUNNING, STARTUP, INTENDED, OPERATIONAL):
        raise _error("yp:datastore-not-subscribable", "invalid-value", f"{terms.datastore} cannot be subscribed to.")
    if not terms.push and not terms.stream:
        raise missing_element("stream", "establish-subscription")
    if not terms.push and terms.stream != STREAM:
        raise _error("sn:stream-unavailable", "invalid-value", f"There is no event stream {terms.stream}.")
    if terms.on_change and terms.datastore not in _ON_CHANGE:
        reason = f"Changes of {terms.datastore} are not reported; ask for it at intervals."
        raise _error("yp:on-change-unsupported", "operation-not-supported", reason)
    if terms.period is not None and terms.period < SHORTEST:
        hint = {"period-hint": str(round(SHORTEST * 100))}
        raise _error("yp:period-unsupported", "invalid-value", "The period is too short.", hint)
    try:
        return terms.checked()
    except ConfigError as error:
        raise bad_element("establish-subscription", error.message) from None


def _completed(terms: Terms, before: Terms) -> Terms:
    filtered = terms.xpath or terms.subtree or terms.filter_name
    source = terms if filtered else before
    triggered = terms.period is not None or terms.on_change
    trigger = terms if triggered else before
    return replace(
        before,
        xpath=source.xpath,
        subtree=source.subtree,
        namespaces=source.namespaces,
        filter_name=source.filter_name,
        stop=terms.stop or before.stop,
        period=trigger.period,
        anchor=trigger.anchor,
        on_change=trigger.on_change,
        dampening=trigger.dampening,
    )


def _time(text: str, name: str) -> float | None:
    try:
        return parse_date_and_time(text) if text else None
    except ValueError:
        raise bad_element(name, f"{name} is {text!r}, which is no date and time.") from None


def _error(reason: str, tag: str, message: str, hints: dict[str, str] | None = None) -> RefusedError:
    """RFC 8640, section 7: the reason is the app-tag, with its module; hints are structured data."""
    prefix, _, name = reason.partition(":")
    info = b""
    if hints:
        root = new_element(qn(NS_BASE, "error-info"), {None: NS_BASE})
        holder = add_element(
            root, qn(NS_PUSH, "establish-subscription-datastore-error-info"), nsmap={None: NS_PUSH, "yp": NS_PUSH}
        )
        add_element(holder, qn(NS_PUSH, "reason"), reason)
        for hint, value in hints.items():
            add_element(holder, qn(NS_PUSH, hint), value)
        info = serialize(root)
    error = RpcError(
        type="application", tag=tag, app_tag=f"{_MODULES[prefix]}:{name}", message=message, message_lang="en",
        info_xml=info,
    )  # fmt: skip
    return RefusedError(error)


# ---- filters


def _stream_filter(device: Device, terms: Terms) -> etree._Element | None:
    """The filter in the form of RFC 5277; that of a name is in running."""
    return filter_element(named_filter(device, terms) if terms.filter_name else terms)


def named_filter(device: Device, terms: Terms) -> Terms:
    """The terms with the filter that they name; raises `RefusedError` where there is none."""
    wanted = ("selection-filter", "filter-id") if terms.push else ("stream-filter", "name")
    namespace = NS_PUSH if terms.push else NS_SUBSCRIBED
    holder = device.datastores.running.find(qn(NS_SUBSCRIBED, "filters"))
    for entry in holder.iterfind(qn(namespace, wanted[0])) if holder is not None else ():
        if (entry.findtext(qn(namespace, wanted[1])) or "").strip() == terms.filter_name:
            found = terms_of(clone(entry))
            return replace(terms, xpath=found.xpath, subtree=found.subtree, namespaces=found.namespaces)
    raise _error("sn:filter-unavailable", "invalid-value", f"There is no filter {terms.filter_name}.")


def filter_element(terms: Terms) -> etree._Element | None:
    """`<filter>` as RFC 6241 has it; None for everything."""
    if terms.xpath:
        element = new_element(qn(NS_BASE, "filter"), {None: NS_BASE, **dict(terms.namespaces)})
        element.set("type", "xpath")
        element.set("select", terms.xpath)
        return element
    if terms.subtree:
        element = new_element(qn(NS_BASE, "filter"), {None: NS_BASE})
        return parse(splice(element, element, terms.filter_nodes()))
    return None


def _reader(device: Device, session: DeviceSession, terms: Terms) -> Callable[[], etree._Element]:
    """Reads what is selected of the datastore; raises `RefusedError` for a filter that means nothing."""
    named = named_filter(device, terms) if terms.filter_name else terms

    def read() -> etree._Element:
        tree = datastore_tree(device, terms.datastore)
        nacm.hide(device, session, tree)
        if named.xpath:
            return filters.apply_xpath(tree, named.xpath, dict(named.namespaces), device.model.schema)
        wanted = filter_element(named)
        return tree if wanted is None else filters.apply_subtree(tree, wanted, device.model.schema)

    try:
        read()
    except ConfigError as error:
        raise _error("sn:filter-unsupported", "invalid-value", error.message) from None
    return read


# ---- beginning and ending


def _begin_stream(
    device: Device, made: Dynamic, select: Select, start: float | None, stop: float | None
) -> Callable[[], None]:
    def begin() -> None:
        if device.dynamic.get(made.number) is made:
            made.subscriber = device.stream.subscribe(
                made.session, select, start, stop, number=made.number, ended=lambda: device.dynamic.drop(made)
            )

    return begin


def _begin_feed(
    device: Device, made: Dynamic, read: Callable[[], etree._Element], stop: float | None
) -> Callable[[], None]:
    def begin() -> None:
        if device.dynamic.get(made.number) is not made:
            return
        made.feed = Feed(
            made.number,
            made.terms,
            read,
            lambda event: device.dynamic.send(made, event),
            schema=device.model.schema,
            clock=device.clock,
            guard=device.guarded,
        )
        made.feed.begin()
        _end_at(device, made, stop)

    return begin


def _end_at(device: Device, made: Dynamic, stop: float | None) -> None:
    """Have a subscription to a datastore end at its stop time."""
    made.disarm()
    if stop is not None:
        seconds = max(0.0, stop - device.clock.now())

        def over() -> None:
            if device.dynamic.get(made.number) is made:
                device.dynamic.complete(made)

        made.disarm = device.clock.call_later(seconds, device.guarded(over))


def _follow_filter(device: Device, subscription: Dynamic) -> None:
    """A filter that is referred to may become another one, or go (RFC 8639, section 2.7.2)."""
    terms = subscription.terms
    if not terms.filter_name:
        subscription.look_again = nothing
        return
    known = named_filter(device, terms)

    def look_again() -> None:
        nonlocal known
        try:
            now = named_filter(device, terms)
        except RefusedError:
            device.dynamic.terminate(subscription, "filter-unavailable")
            return
        if now == known:
            return
        known = now
        device.dynamic.modified(subscription)
        if subscription.subscriber is not None:
            subscription.subscriber.select = event_filter(device, filter_element(now))
        if subscription.feed is not None:
            subscription.feed.modify(terms, _reader(device, subscription.session, terms))

    subscription.look_again = look_again
