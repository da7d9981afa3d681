"""One subscription as the program knows it: what it is about, how it stands, what came last.

Lives here: `Subscription`, `SubscriptionState`, and telling what came before from what is new (`Seen`).  Does not live
here: asking devices (`subscribing`), hearing them (`subscribing_line`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import StrEnum

from netconf_gui.protocol.subscription_operations import Terms
from netconf_gui.services.notifications import seconds
from netconf_gui.services.pushing import PushedTree

_numbers = itertools.count(1)
_MOST_ALIKE = 10_000  # events of one moment that are told apart


class SubscriptionState(StrEnum):
    """How a subscription stands."""

    STARTING = "starting"
    ACTIVE = "active"
    SUSPENDED = "suspended"  # by the device, which says when it goes on
    LOST = "lost"  # its session is gone; it comes back with the device
    REFUSED = "refused"  # the device did not take it, or not again
    ENDED = "ended"  # by the person, its stop time, or the device


class Seen:
    """Which events of the past came before: by time, and those of the latest moment by content."""

    def __init__(self) -> None:
        self.last = ""  # the latest eventTime, as the device wrote it
        self._at: float | None = None
        self._alike: set[int] = set()

    def note(self, time: str, content: bytes) -> None:
        """An event came."""
        at = seconds(time)
        if at is None or (self._at is not None and at < self._at):
            return
        if at != self._at:
            self._at, self.last = at, time
            self._alike.clear()
        if len(self._alike) < _MOST_ALIKE:
            self._alike.add(hash(content))

    def has(self, time: str, content: bytes) -> bool:
        """Whether this one came before."""
        at = seconds(time)
        if at is None or self._at is None or at > self._at:
            return False
        return at < self._at or hash(content) in self._alike


@dataclass(eq=False, slots=True)
class Subscription:
    """Changed by the service alone, on any thread; `number` is ours, `remote` the device's (RFC 8639)."""

    terms: Terms
    device: str
    dynamic: bool
    number: int = field(default_factory=lambda: next(_numbers))
    state: SubscriptionState = SubscriptionState.STARTING
    reason: str = ""  # why it stands so, a sentence; "" where there is nothing to say
    remote: int | None = None
    own_session: bool = False  # it has a session beside the device's
    replaying: bool = False  # what comes is of the past
    events: int = 0
    seen: Seen = field(default_factory=Seen)
    began: float = 0.0  # time.time()
    lost_at: float | None = None
    resuming: bool = False  # what came before is sent once more, and left out
    pushed: PushedTree | None = None  # of a datastore: what has been told so far

    @property
    def alive(self) -> bool:
        """Whether more may come, now or after the device is back."""
        return self.state not in (SubscriptionState.REFUSED, SubscriptionState.ENDED)

    @property
    def title(self) -> str:
        """What it is about, for people: "NETCONF", "running, on change"."""
        terms = self.terms
        words = [terms.subject]
        if terms.period is not None:
            words.append(f"every {terms.period:g} s")
        if terms.on_change:
            words.append("on change")
        if terms.xpath or terms.subtree or terms.filter_name:
            words.append("filtered")
        return ", ".join(words)
