"""The device's end of its NETCONF sessions: who is connected, and what each has sent.

Lives here: `DeviceSession` and the table of them.  Does not live here: sockets (`server`), datastore locks
(`datastores`), subscriptions (`notifications`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from netconf_gui.demo.access import Role


@dataclass(slots=True)
class Counters:
    """RFC 6022, section 2.1.5: kept for each session, and for the whole device."""

    in_rpcs: int = 0
    in_bad_rpcs: int = 0
    out_rpc_errors: int = 0
    out_notifications: int = 0


@dataclass(slots=True, eq=False)
class DeviceSession:
    """One session.  `send` takes a whole message; `drop` ends the connection; both may be called on any thread."""

    session_id: int
    username: str
    role: Role
    source_host: str
    login_time: float  # seconds since the epoch
    send: Callable[[bytes], None]
    drop: Callable[[], None]
    counters: Counters
    private: bool = False  # has a candidate of its own
    closing: bool = False  # answered a close-session: nothing more is read


class SessionTable:
    """All open sessions, and the next session-id; not thread-safe, the device's lock guards it."""

    def __init__(self, started: float) -> None:
        self.started = started  # seconds since the epoch
        self.totals = Counters()
        self.in_sessions = 0
        self.in_bad_hellos = 0
        self.dropped_sessions = 0
        self._sessions: dict[int, DeviceSession] = {}
        self._next = 1

    def __iter__(self) -> Iterator[DeviceSession]:
        return iter(tuple(self._sessions.values()))

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, session_id: int) -> DeviceSession | None:
        return self._sessions.get(session_id)

    def open(
        self,
        username: str,
        role: Role,
        source_host: str,
        now: float,
        *,
        send: Callable[[bytes], None],
        drop: Callable[[], None],
    ) -> DeviceSession:
        """Enter a new session; ids are never used twice while the device runs."""
        session = DeviceSession(self._next, username, role, source_host, now, send, drop, Counters())
        self._next += 1
        self.in_sessions += 1
        self._sessions[session.session_id] = session
        return session

    def remove(self, session: DeviceSession) -> bool:
        """Take the session out; False if it was not there any more."""
        return self._sessions.pop(session.session_id, None) is not None

    def count_end(self, reason: str) -> None:
        """Count a session's end; reasons are those of RFC 6470, section 2.2."""
        if reason == "bad-hello":
            self.in_bad_hellos += 1
        elif reason not in ("closed", "killed"):
            self.dropped_sessions += 1

    def count_rpc(self, session: DeviceSession) -> None:
        session.counters.in_rpcs += 1
        self.totals.in_rpcs += 1

    def count_bad_rpc(self, session: DeviceSession) -> None:
        session.counters.in_bad_rpcs += 1
        self.totals.in_bad_rpcs += 1

    def count_error(self, session: DeviceSession) -> None:
        session.counters.out_rpc_errors += 1
        self.totals.out_rpc_errors += 1

    def count_notification(self, session: DeviceSession) -> None:
        session.counters.out_notifications += 1
        self.totals.out_notifications += 1
