"""One notification as the program keeps and shows it, and how urgent it is.

Lives here: `Event`, `EventKind`, `Severity`.  Does not live here: making one from a message (`event_words`), keeping
many (`event_store`), asking devices for them (`subscribing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How urgent an event is; those of alarms are RFC 8632's."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WARNING = "warning"
    INFORMATION = "information"
    CLEARED = "cleared"

    @property
    def rank(self) -> int:
        """The higher the more urgent; 0 for what is over."""
        return _RANKS[self]


_RANKS = {
    Severity.CRITICAL: 5,
    Severity.MAJOR: 4,
    Severity.MINOR: 3,
    Severity.WARNING: 2,
    Severity.INFORMATION: 1,
    Severity.CLEARED: 0,
}


class EventKind(StrEnum):
    """Who says it."""

    NOTIFICATION = "notification"  # the device, about itself
    STATE = "state"  # the device, about the subscription (RFC 8639, section 2.7; replayComplete of RFC 5277)
    GAP = "gap"  # the program: what was sent meanwhile did not reach it
    NOTE = "note"  # the program: a subscription began, ended, came back


@dataclass(frozen=True, slots=True)
class Event:
    """One notification, as it came and in words.

    `xml` is the whole `<notification>` as the device sent it, secrets included; b"" where the program itself speaks.
    `text` has its secrets masked.  `path` is the node it is about, as text, "" where it names none.
    """

    time: str  # the eventTime as the device wrote it (RFC 3339); the program's own clock where the program speaks
    received: float  # seconds since the epoch
    device: str  # the device's name
    stream: str  # or, for YANG push, the datastore
    name: str  # of the notification, without prefix
    module: str
    text: str
    severity: Severity = Severity.INFORMATION
    xml: bytes = b""
    path: str = ""
    kind: EventKind = EventKind.NOTIFICATION
    subscription: int = 0  # `Subscription.number`
    replayed: bool = False  # of the past, sent because it was asked for

    @property
    def at(self) -> float | None:
        """The eventTime in seconds since the epoch; None where it cannot be read."""
        return seconds(self.time)


def seconds(text: str | None) -> float | None:
    """A yang:date-and-time in seconds since the epoch; None if it is none.  Without a zone it is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.timestamp() if moment.tzinfo is not None else moment.replace(tzinfo=_UTC).timestamp()


_UTC = datetime.fromisoformat("2000-01-01T00:00:00+00:00").tzinfo
