"""Subscriptions of a device behind SSH: begun, changed, ended, lost and brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.demo.event_tools import NS_EVENTS, NS_SUBSCRIPTIONS
from netconf_gui.errors import CapabilityMissing, ConfigError, ConnectFailed, RpcFailed, SessionClosed
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import parse
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event, EventKind
from netconf_gui.services.subscribing import Subscribing, Subscription, SubscriptionState, Terms
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from tests.services.conftest import Box, eventually

DEMO = "urn:netconf-gui:demo"


class Watch:
    """A `Subscribing` with its store, and the ways to look at both."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.store = EventStore()
        self.opened: list[Session] = []
        self.reachable = True
        self.subscribing = Subscribing("box", self.store, self._connect)

    def _connect(self, _cancel: CancelToken | None) -> Session:
        if not self.reachable:
            raise ConnectFailed("nobody answers")
        self.opened.append(self.box.connect())
        return self.opened[-1]

    def attach(self, session: Session | None = None) -> Session:
        session = session or self.box.connect()
        self.subscribing.attach(session, schema=self.box.device.model.schema)
        return session

    def events(self, *kinds: EventKind) -> list[Event]:
        wanted = kinds or (EventKind.NOTIFICATION,)
        return [event for event in self.store.rows(0, 100_000) if event.kind in wanted]

    def names(self, *kinds: EventKind) -> list[str]:
        return [event.name for event in self.events(*kinds)]

    def wait(self, count: int, *kinds: EventKind) -> list[Event]:
        assert eventually(lambda: len(self.events(*kinds)) >= count), self.names(*EventKind)
        return self.events(*kinds)

    def emit(self, count: int = 1, text: str = "x") -> None:
        """Events, from a session of somebody else."""
        session = self.box.connect()
        session.call(
            operations.custom(
                parse(
                    f'<emit-events xmlns="{NS_EVENTS}"><count>{count}</count><text>{text}</text></emit-events>'.encode()
                )
            )
        )
        session.abort()

    def tool(self, name: str, namespace: str = NS_SUBSCRIPTIONS, inside: str = "<all/>") -> None:
        session = self.box.connect()
        session.call(operations.custom(parse(f'<{name} xmlns="{namespace}">{inside}</{name}>'.encode())))
        session.abort()

    def close(self) -> None:
        self.subscribing.close()
        self.store.close()


@pytest.fixture
def watch_of(box_of: Callable[..., Box]) -> Iterator[Callable[[str], Watch]]:
    made: list[Watch] = []

    def make(kind: str = "standard") -> Watch:
        made.append(Watch(box_of(kind)))
        return made[-1]

    yield make
    for watch in made:
        watch.close()


@pytest.fixture
def watch(watch_of: Callable[[str], Watch]) -> Watch:
    return watch_of("standard")


ONLY_TESTS = f'<test-event xmlns="{NS_EVENTS}"/>'.encode()


def only_tests(**more: object) -> Terms:
    return Terms(stream="NETCONF", subtree=ONLY_TESTS, **more)  # type: ignore[arg-type]


def texts(events: list[Event]) -> list[str]:
    return [event.text.rpartition("text ")[2] for event in events]


def test_what_a_device_offers_and_its_streams(watch: Watch) -> None:
    watch.attach()
    offer = watch.subscribing.offer
    assert offer.create and offer.interleave and offer.dynamic and offer.push and offer.on_change and offer.replay
    (stream,) = watch.subscribing.streams()
    assert stream.name == "NETCONF" and stream.replay and stream.replay_from


@pytest.mark.parametrize("newer", [True, False])
def test_events_come_on_the_device_session(watch: Watch, newer: bool) -> None:
    session = watch.attach()
    subscription = watch.subscribing.start(only_tests(), prefer_dynamic=newer)
    assert subscription.state is SubscriptionState.ACTIVE
    assert not subscription.own_session and not watch.opened and subscription.dynamic is newer
    watch.emit(3, "hello")
    events = watch.wait(3)
    assert texts(events) == ["hello"] * 3
    assert events[0].module == "netconf-gui-demo-events" and events[0].stream == "NETCONF" and events[0].device == "box"
    assert datastores.get_config(session, "running") is not None, "the session goes on"
    watch.subscribing.stop(subscription)
    assert subscription.state is SubscriptionState.ENDED
    watch.emit()
    assert len(watch.events()) == 3


def test_two_streams_are_told_apart_by_sessions(watch: Watch) -> None:
    watch.attach()
    one = watch.subscribing.start(only_tests())
    two = watch.subscribing.start(Terms(stream="NETCONF", xpath="/d:port-state-changed", namespaces=(("d", DEMO),)))
    assert not one.own_session and two.own_session
    watch.emit()
    watch.wait(1)
    assert (one.events, two.events) == (1, 0)
    watch.subscribing.stop(two)
    assert watch.opened[0].closed


def test_without_interleave_a_session_of_its_own(watch_of: Callable[[str], Watch]) -> None:
    watch = watch_of("no-interleave")
    session = watch.attach()
    subscription = watch.subscribing.start(only_tests())
    assert subscription.own_session and not subscription.dynamic
    watch.emit(2)
    watch.wait(2)
    assert datastores.get_config(session, "running") is not None
    watch.subscribing.stop(subscription)
    assert watch.opened[0].closed and not session.closed


def test_replay_and_a_stop_time(watch: Watch) -> None:
    watch.emit(2, "past")
    watch.attach()
    subscription = watch.subscribing.start(
        only_tests(start="2020-01-01T00:00:00Z", stop="2020-01-02T00:00:00Z"), prefer_dynamic=False
    )
    assert eventually(lambda: subscription.state is SubscriptionState.ENDED)
    again = watch.subscribing.start(only_tests(start="2020-01-01T00:00:00Z"))
    events = watch.wait(2)
    assert all(event.replayed for event in events)
    assert eventually(lambda: not again.replaying)
    watch.emit(1, "now")
    assert not watch.wait(3)[2].replayed


def test_modify_and_kill(watch: Watch) -> None:
    watch.attach()
    subscription = watch.subscribing.start(Terms(stream="NETCONF", xpath="/d:none", namespaces=(("d", DEMO),)))
    watch.subscribing.modify(subscription, Terms(subtree=ONLY_TESTS))
    watch.emit()
    watch.wait(1)
    (listed,) = watch.subscribing.listed()
    assert listed.number == subscription.remote and not listed.configured and listed.terms.subtree
    watch.subscribing.kill(listed.number)
    assert eventually(lambda: subscription.state is SubscriptionState.ENDED)
    assert "unknown" in subscription.reason
    with pytest.raises(RpcFailed):
        watch.subscribing.kill(listed.number)
    with pytest.raises(SessionClosed):
        watch.subscribing.modify(subscription, only_tests())


def test_the_device_suspends_resumes_and_ends(watch: Watch) -> None:
    watch.attach()
    subscription = watch.subscribing.start(only_tests())
    watch.tool("suspend-subscriptions")
    assert eventually(lambda: subscription.state is SubscriptionState.SUSPENDED)
    watch.tool("resume-subscriptions")
    assert eventually(lambda: subscription.state is SubscriptionState.ACTIVE)
    watch.tool("terminate-subscriptions")
    assert eventually(lambda: subscription.state is SubscriptionState.ENDED)
    assert "stream" in subscription.reason
    assert watch.names(EventKind.STATE) == [
        "subscription-suspended",
        "subscription-resumed",
        "subscription-terminated",
    ]
    watch.subscribing.forget(subscription)
    assert watch.subscribing.subscriptions == ()


# ---- datastores


def vlan(session: Session, number: int, name: str) -> None:
    content = f'<vlans xmlns="{DEMO}"><vlan><id>{number}</id><name>{name}</name></vlan></vlans>'
    datastores.edit_config(session, "running", parse(content.encode()))


def vlans(**more: object) -> Terms:
    subtree = f'<vlans xmlns="{DEMO}"/>'.encode()
    return Terms(datastore="running", subtree=subtree, **more)  # type: ignore[arg-type]


def test_changes_of_a_datastore_become_its_tree(watch: Watch) -> None:
    session = watch.attach()
    subscription = watch.subscribing.start(vlans(on_change=True))
    tree = subscription.pushed
    assert tree is not None and eventually(lambda: not tree.problem)
    vlan(session, 99, "seen")
    assert eventually(lambda: b"<name>seen</name>" in tree.xml)
    vlan(session, 99, "again")
    assert eventually(lambda: b"<name>again</name>" in tree.xml)
    assert tree.changes == 2 and not tree.problem
    event = watch.wait(3)[-1]
    assert event.name == "push-change-update" and "vlans/vlan=99/name replaced" in event.text
    watch.subscribing.stop(subscription)
    assert tree.problem


def test_a_change_that_does_not_fit_has_all_of_it_sent(watch: Watch) -> None:
    session = watch.attach()
    subscription = watch.subscribing.start(vlans(on_change=True))
    tree = subscription.pushed
    assert tree is not None and eventually(lambda: not tree.problem)
    vlan(session, 99, "seen")
    assert eventually(lambda: tree.changes == 1)
    whole = '<push-update><datastore-contents><vlans xmlns="urn:netconf-gui:demo"/></datastore-contents></push-update>'
    tree.update(parse(whole.encode()), "")  # as if the device and the program had lost step
    vlan(session, 99, "again")
    assert eventually(lambda: b"<name>again</name>" in tree.xml and tree.changes == 0)


def test_periodic(watch: Watch) -> None:
    watch.attach()
    subscription = watch.subscribing.start(vlans(period=0.05))
    events = watch.wait(3)
    assert {event.name for event in events} == {"push-update"} and events[0].stream == "running"
    watch.subscribing.stop(subscription)


def test_what_the_device_does_not_take(watch: Watch) -> None:
    watch.attach()
    with pytest.raises(RpcFailed, match=r"suggests: a period of 0\.05 s"):
        watch.subscribing.start(vlans(period=0.01))
    with pytest.raises(ConfigError, match="periodic or on change"):
        watch.subscribing.start(vlans())
    assert watch.subscribing.subscriptions == ()


def test_a_device_without_anything(watch_of: Callable[[str], Watch]) -> None:
    watch = watch_of("minimal")
    watch.attach()
    with pytest.raises(CapabilityMissing, match="neither"):
        watch.subscribing.start(only_tests())
    assert watch.subscribing.offer.reason and watch.subscribing.listed() == ()


def test_an_older_device_cannot_push(watch_of: Callable[[str], Watch]) -> None:
    watch = watch_of("no-interleave")
    watch.attach()
    with pytest.raises(CapabilityMissing, match="ietf-yang-push"):
        watch.subscribing.start(vlans(on_change=True))
    with pytest.raises(ConfigError, match="start time"):
        watch.subscribing.start(only_tests(stop="2030-01-01T00:00:00Z"))


# ---- lost and found


def lose(watch: Watch, subscription: Subscription, session: Session) -> None:
    session.abort()
    assert eventually(lambda: subscription.state is SubscriptionState.LOST)


@pytest.mark.parametrize("newer", [True, False])
def test_what_was_missed_is_replayed_and_nothing_comes_twice(watch: Watch, newer: bool) -> None:
    session = watch.attach()
    subscription = watch.subscribing.start(only_tests(), prefer_dynamic=newer)
    watch.emit(3, "before")
    watch.wait(3)
    lose(watch, subscription, session)
    watch.emit(3, "missed")
    watch.attach()
    assert subscription.state is SubscriptionState.ACTIVE
    watch.emit(1, "after")
    assert texts(watch.wait(7)) == ["before"] * 3 + ["missed"] * 3 + ["after"]
    assert watch.events(EventKind.GAP) == []
    assert len(watch.events(EventKind.NOTE)) == 2, "lost, and back"


def test_a_gap_is_marked_where_the_device_cannot_replay(watch_of: Callable[[str], Watch]) -> None:
    watch = watch_of("no-replay")
    session = watch.attach()
    subscription = watch.subscribing.start(only_tests())
    watch.emit(1, "before")
    (event,) = watch.wait(1)
    lose(watch, subscription, session)
    watch.emit(1, "missed")
    watch.attach()
    watch.emit(1, "after")
    assert texts(watch.wait(2)) == ["before", "after"]
    (gap,) = watch.events(EventKind.GAP)
    assert event.time in gap.text and "cannot replay" in gap.text


@pytest.mark.parametrize("newer", [True, False])
def test_a_gap_is_marked_where_the_log_begins_later(watch: Watch, newer: bool) -> None:
    session = watch.attach()
    subscription = watch.subscribing.start(only_tests(), prefer_dynamic=newer)
    watch.emit(1, "before")
    watch.wait(1)
    lose(watch, subscription, session)
    watch.emit(1, "missed")
    watch.tool("forget-events", NS_EVENTS, "")
    watch.emit(1, "in the log")
    watch.attach()
    assert texts(watch.wait(2)) == ["before", "in the log"]
    assert len(watch.events(EventKind.GAP)) == 1


def test_an_own_session_that_is_lost_comes_back_alone(watch_of: Callable[[str], Watch]) -> None:
    watch = watch_of("no-interleave")
    watch.attach()
    subscription = watch.subscribing.start(only_tests())
    lose(watch, subscription, watch.opened[0])
    watch.subscribing.restore()
    assert subscription.state is SubscriptionState.ACTIVE and len(watch.opened) == 2
    watch.emit()
    watch.wait(1)


def test_a_datastore_comes_back_whole(watch: Watch) -> None:
    session = watch.attach()
    subscription = watch.subscribing.start(vlans(on_change=True))
    tree = subscription.pushed
    assert tree is not None and eventually(lambda: not tree.problem)
    lose(watch, subscription, session)
    assert tree.problem
    other = watch.box.connect()
    vlan(other, 99, "meanwhile")
    watch.attach()
    assert eventually(lambda: b"meanwhile" in tree.xml and not tree.problem)
    assert "sent anew" in watch.events(EventKind.GAP)[0].text


def test_what_cannot_be_asked_now_says_so(watch: Watch) -> None:
    session = watch.attach()
    older = watch.subscribing.start(only_tests(), prefer_dynamic=False)
    with pytest.raises(SessionClosed, match="older kind"):
        watch.subscribing.modify(older, only_tests())
    with pytest.raises(SessionClosed, match="older kind"):
        watch.subscribing.resync(older)
    lose(watch, older, session)
    with pytest.raises(SessionClosed, match="not connected"):
        watch.subscribing.streams()
    with pytest.raises(SessionClosed, match="has ended"):
        watch.subscribing.modify(older, only_tests())


def test_it_stays_lost_while_the_device_cannot_be_reached(watch_of: Callable[[str], Watch]) -> None:
    watch = watch_of("no-interleave")
    session = watch.attach()
    subscription = watch.subscribing.start(only_tests())
    lose(watch, subscription, watch.opened[0])
    session.abort()
    watch.reachable = False
    with pytest.raises(ConnectFailed):
        watch.subscribing.restore()
    assert subscription.state is SubscriptionState.LOST and subscription.alive and subscription.reason


def test_all_of_it_on_request_and_everything_ends_at_once(watch: Watch) -> None:
    watch.attach()
    subscription = watch.subscribing.start(vlans(on_change=True, sync_on_start=False))
    tree = subscription.pushed
    assert tree is not None and tree.problem and not tree.xml
    watch.subscribing.resync(subscription)
    assert eventually(lambda: bool(tree.xml) and not tree.problem)
    other = watch.subscribing.start(only_tests())
    watch.subscribing.detach()
    watch.subscribing.close()
    assert {subscription.state, other.state} == {SubscriptionState.ENDED}


def test_what_does_not_come_back_says_why(watch: Watch) -> None:
    session = watch.attach()
    filter_ = f'<filters xmlns="{SN}"><stream-filter><name>f</name>'
    wanted = f"<stream-subtree-filter>{ONLY_TESTS.decode()}</stream-subtree-filter></stream-filter></filters>"
    datastores.edit_config(session, "running", parse((filter_ + wanted).encode()))
    subscription = watch.subscribing.start(Terms(stream="NETCONF", filter_name="f"))
    lose(watch, subscription, session)
    other = watch.box.connect()
    gone = f'<filters xmlns="{SN}" xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"/>'
    datastores.edit_config(other, "running", parse(gone.encode()))
    watch.attach()
    assert subscription.state is SubscriptionState.REFUSED and "no filter f" in subscription.reason


SN = "urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"
