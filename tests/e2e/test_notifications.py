"""Notifications of netconfd: streams, live events, filters, replay with start and stop, coming back; the command line.

An independent peer: yuma123 wrote RFC 5277, RFC 6470 and the streams by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.cli.main import main
from netconf_gui.protocol.xml import parse
from netconf_gui.services import outdated
from netconf_gui.services.connect import connect
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event, EventKind
from netconf_gui.services.subscribing import Subscribing, Subscription, SubscriptionState, Terms
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.workspace import Workspace
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import Netconfd

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]

WAIT = 30.0
SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


class Watch:
    """A `Subscribing` at netconfd, and somebody else who works there."""

    def __init__(self, server: Netconfd, workspace: Workspace) -> None:
        self.server, self.workspace = server, workspace
        self.sessions: list[Session] = []
        self.store = EventStore()
        self.subscribing = Subscribing("netconfd", self.store, lambda cancel: self.session())
        self.main = self.session()
        self.subscribing.attach(self.main)

    def session(self) -> Session:
        made = connect(device_of(self.server, key=True), Person(), self.workspace)
        self.sessions.append(made)
        return made

    def change(self, hostname: str) -> Session:
        """A commit by somebody else; the session stays open."""
        other = self.session()
        content = f'<system xmlns="{SYSTEM}"><contact>{hostname}</contact></system>'
        datastores.edit_config(other, "candidate", parse(content.encode()))
        datastores.commit(other)
        return other

    def events(self, name: str = "", kind: EventKind = EventKind.NOTIFICATION) -> list[Event]:
        found = [event for event in self.store.rows(0, 10_000) if event.kind is kind]
        return [event for event in found if not name or event.name == name]

    def wait(self, condition: Callable[[], object], what: str = "") -> None:
        until = time.monotonic() + WAIT
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < until, (what, [event.text for event in self.store.rows(0, 100)])
            pause.wait(0.02)

    def close(self) -> None:
        self.subscribing.close()
        for session in self.sessions:
            session.abort()
        self.store.close()


@pytest.fixture
def watch(candidate_server: Netconfd, workspace: Workspace) -> Iterator[Watch]:
    made = Watch(candidate_server, workspace)
    yield made
    made.close()


CHANGES = (
    b'<netconf-config-change xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"/>'
    b'<sysConfigChange xmlns="http://netconfcentral.org/ns/yuma-system"/>'
)


def test_streams_and_what_it_offers(watch: Watch) -> None:
    offer = watch.subscribing.offer
    assert offer.create and offer.interleave and not offer.dynamic and not offer.push
    (stream,) = [one for one in watch.subscribing.streams() if one.name == "NETCONF"]
    assert stream.replay and stream.replay_from
    assert watch.subscribing.listed() == ()


def test_live_events_in_words(watch: Watch) -> None:
    subscription = watch.subscribing.start(Terms(stream="NETCONF"))
    assert subscription.state is SubscriptionState.ACTIVE and not subscription.own_session
    other = watch.change("in words")

    def changes() -> list[Event]:
        return [event for event in watch.events() if "changed running" in event.text]

    watch.wait(changes)
    (event, *_) = changes()
    assert event.text.startswith(f"user {watch.server.user} changed running: /system")
    assert f"session {other.session_id}" in event.text and event.path.startswith("/system")
    starts = [event.text for event in watch.events() if "began a session" in event.text]
    assert any(f"session {other.session_id}" in text for text in starts)
    assert datastores.get_config(watch.main, "running") is not None, "interleave: the session goes on"


def test_a_subtree_filter(watch: Watch) -> None:
    # an XPath filter ends netconfd 2.13: an assertion of its own in agt_acm_val_read_allowed, for every event
    watch.subscribing.start(Terms(stream="NETCONF", subtree=CHANGES))
    watch.change("filtered")
    watch.wait(lambda: [event for event in watch.events() if "changed running" in event.text])
    assert {event.name for event in watch.events()} <= {"netconf-config-change", "sysConfigChange"}


def moment(seconds: float = 0.0) -> str:
    return datetime.fromtimestamp(time.time() + seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def test_replay_with_start_and_stop(watch: Watch) -> None:
    watch.change("of the past")
    changed = time.time()
    watch.wait(lambda: time.time() > changed + 2)  # its times have no fractions
    subscription = watch.subscribing.start(Terms(stream="NETCONF", start=moment(-20), stop=moment(-1)))
    watch.wait(lambda: subscription.state is SubscriptionState.ENDED)
    assert [event for event in watch.events() if "changed running" in event.text and event.replayed]
    assert {event.name for event in watch.events(kind=EventKind.STATE)} == {"replayComplete", "notificationComplete"}


def test_replay_and_then_live(watch: Watch) -> None:
    watch.change("before")
    subscription = watch.subscribing.start(Terms(stream="NETCONF", subtree=CHANGES, start=moment(-20)))
    watch.wait(lambda: watch.events(kind=EventKind.STATE))
    past = len(watch.events())
    assert past and all(event.replayed for event in watch.events()) and not subscription.replaying
    watch.change("after")
    watch.wait(lambda: len(watch.events()) > past)
    assert not watch.events()[-1].replayed


def lose(watch: Watch, subscription: Subscription) -> None:
    watch.main.abort()
    watch.wait(lambda: subscription.state is SubscriptionState.LOST)


def test_what_was_missed_comes_after_a_reconnect(watch: Watch) -> None:
    subscription = watch.subscribing.start(Terms(stream="NETCONF", subtree=CHANGES))
    watch.change("seen")
    watch.wait(lambda: watch.events())
    seen = len(watch.events())
    lose(watch, subscription)
    watch.change("missed")
    watch.main = watch.session()
    watch.subscribing.attach(watch.main)
    watch.wait(lambda: len(watch.events()) > seen)
    watch.wait(lambda: not subscription.replaying)
    watch.change("after")
    watch.wait(lambda: not watch.events()[-1].replayed)
    xml = [event.xml for event in watch.events()]
    assert len(xml) == len(set(xml)), "nothing came twice"
    assert watch.events(kind=EventKind.GAP) == []


def test_a_second_subscription_has_a_session_of_its_own(watch: Watch) -> None:
    watch.subscribing.start(Terms(stream="NETCONF"))
    second = watch.subscribing.start(Terms(stream="NETCONF", subtree=CHANGES))
    assert second.own_session
    watch.subscribing.stop(second)
    assert watch.sessions[-1].closed


def test_documents_are_told_of_changes_beside_a_subscription(watch: Watch) -> None:
    watch.subscribing.start(Terms(stream="NETCONF"))
    heard: list[outdated.ConfigChange] = []

    def beside(cancel: CancelToken | None) -> Session:
        return watch.session()

    stop = outdated.follow(watch.main, heard.append, connect=beside)
    assert stop is not None
    watch.change("for documents")
    watch.wait(lambda: heard)
    stop()


def test_the_command(candidate_server: Netconfd, workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    server = candidate_server
    target = f"ssh://{server.user}@127.0.0.1:{server.port}"
    words = ["--identity", str(server.key), "--known-hosts", str(server.known_hosts)]
    assert main(["listen", target, "--list", *words]) == 0
    assert "stream NETCONF" in capfd.readouterr().out
    status = main(["listen", target, "--start", "1h", "--stop", moment(-1), *words])
    found = capfd.readouterr()
    assert status == 0, found.err
    assert "began a session" in found.out and "stop time" in found.err
