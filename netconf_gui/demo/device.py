"""The demo device itself: datastores, locks, sessions, event stream, under one lock.

Lives here: what all operations share, the end of a session with everything it undoes, and what is announced when
running changes.  Does not live here: the operations (`dispatch` finds them), bytes (`conversation`), sockets
(`server`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lxml import etree

from netconf_gui.demo import events
from netconf_gui.demo.access import Role
from netconf_gui.demo.clock import Clock, SystemClock
from netconf_gui.demo.commit import ConfirmedCommits
from netconf_gui.demo.datastores import CANDIDATE, Datastores
from netconf_gui.demo.dynamic import DynamicSubscriptions
from netconf_gui.demo.locks import Locks
from netconf_gui.demo.model import Model
from netconf_gui.demo.nacm_rules import Access
from netconf_gui.demo.operational import Operational
from netconf_gui.demo.partial_locks import PartialLocks
from netconf_gui.demo.personality import Personality, personality
from netconf_gui.demo.sessions import DeviceSession, SessionTable
from netconf_gui.demo.stream import EventStream
from netconf_gui.demo.url import Files
from netconf_gui.protocol.capabilities import PRIVATE_CANDIDATE, Capabilities


class Device:
    """One device.  Every public method may be called on any thread."""

    def __init__(self, model: Model, *, kind: Personality | None = None, clock: Clock | None = None) -> None:
        self.model = model
        self.kind = kind or personality("standard")
        self.clock: Clock = clock or SystemClock()
        self.lock = threading.RLock()
        self.rules = Access(model.schema) if self.kind.nacm else None
        self.locks = Locks()
        self.partial_locks = PartialLocks()
        self.files = Files()
        self.datastores = Datastores(
            model.initial,
            candidate=self.kind.candidate,
            startup=self.kind.startup,
            on_running=self._running_changed,
            schema=model.schema,
        )
        self.commits = ConfirmedCommits(self.datastores, self.clock, self.guarded, self._announce_commit)
        self.sessions = SessionTable(self.clock.now())
        self.stream = EventStream(self.clock, self.guarded, self.sessions.count_notification)
        self.stream.allowed = self._hears
        self.dynamic = DynamicSubscriptions(self.stream)
        self.operational = Operational(self.clock)
        self.memory: dict[str, int] = {}  # of habits, under the lock
        self.told: dict[str, str] = {}  # the words that came with the latest commit, on devices that take such
        self._acting: DeviceSession | None = None

    @property
    def capabilities(self) -> tuple[str, ...]:
        """All URIs of the hello."""
        return self.kind.capabilities() + self.model.capabilities

    def guarded(self, work: Callable[[], None]) -> Callable[[], None]:
        """`work`, done under the device's lock: for alarms, which go off on threads of their own."""

        def run() -> None:
            with self.lock:
                work()

        return run

    # ---- sessions

    def connect(
        self, username: str, role: Role, host: str, *, send: Callable[[bytes], None], drop: Callable[[], None]
    ) -> DeviceSession:
        """A client authenticated and opened the subsystem."""
        with self.lock:
            return self.sessions.open(username, role, host, self.clock.now(), send=send, drop=drop)

    def greeted(self, session: DeviceSession, theirs: Capabilities) -> None:
        """The client's hello was understood."""
        with self.lock:
            session.private = self.kind.private_candidate and theirs.has(PRIVATE_CANDIDATE[0])
            self.stream.publish(events.session_start(session))

    def disconnect(self, session: DeviceSession, reason: str, killed_by: int | None = None) -> None:
        """End a session, whatever the reason (RFC 6470 names them); a second call does nothing.

        Its locks are released, a candidate that it had locked is discarded (RFC 6241, section 8.3.5.2), its
        confirmed commit without persist is rolled back.
        """
        with self.lock:
            if not self.sessions.remove(session):
                return
            self.sessions.count_end(reason)
            self.stream.unsubscribe(session)
            self.dynamic.unsubscribe(session)
            freed = self.locks.release_all(session.session_id)
            self.partial_locks.release_all(session.session_id)
            if CANDIDATE in freed:
                self.datastores.discard()
            self.datastores.forget(session.session_id)
            self.commits.session_ended(session.session_id)
            self.stream.publish(events.session_end(session, reason, killed_by))

    def acting(self, session: DeviceSession | None) -> None:
        """Who is named in notifications about changes of running, and whose candidate is meant; None: the device."""
        self._acting = session
        self.datastores.use(session.session_id if session is not None and session.private else None)

    def restart(self) -> None:
        """A power cycle as clients see it: all sessions drop, running is what startup holds."""
        with self.lock:
            leaving = list(self.sessions)
            for session in leaving:
                self.disconnect(session, "other")
            self.datastores.restart()
        for session in leaving:
            session.drop()

    def stop(self) -> None:
        """Disarm all alarms and drop all sessions."""
        with self.lock:
            self.commits.stop()
            self.stream.stop()
            self.dynamic.stop()
            leaving = list(self.sessions)
        for session in leaving:
            session.drop()

    def check_partial_locks(self, session: DeviceSession, after: etree._Element) -> None:
        """Raise `RefusedError` if running may not become this because of what other sessions locked of it."""
        self.partial_locks.check(session.session_id, self.datastores.running, after, self.model.schema)

    def _hears(self, session: DeviceSession, event: etree._Element) -> bool:
        return self.rules is None or self.rules.hears(self.datastores.running, session.username, event)

    # ---- what happens by itself

    def _running_changed(self, before: etree._Element, after: etree._Element) -> None:
        for event in events.running_changed(self._acting, before, after, self.model.schema):
            self.stream.publish(event)
        self.dynamic.changed()

    def _announce_commit(self, event: str, session_id: int | None, timeout: int | None) -> None:
        session = self.sessions.get(session_id) if session_id is not None else None
        self.stream.publish(events.confirmed_commit(session, event, timeout))
