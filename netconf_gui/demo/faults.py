"""Misbehaviour by script: what the device shall do wrong, to which operation, and how often.

Lives here: the `Fault` record, its JSON form and the counting.  Does not live here: the misbehaving itself
(`conversation` for bytes and connections, `device` for what is answered).

A script is a JSON list of objects with the fields of `Fault`, for example::

    [{"operation": "commit", "action": "drop", "when": "after"},
     {"operation": "get-config", "action": "delay", "seconds": 2.5, "count": 3},
     {"operation": "hello", "action": "wrong-hello", "kind": "no-session-id"}]
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from netconf_gui.errors import ConfigError

EVERY = "*"


class Action(StrEnum):
    """What goes wrong."""

    DROP = "drop"  # the connection ends: before the operation is done, or after it, without a reply
    DELAY = "delay"  # `seconds` pass: before the operation is done, or between it and its reply
    NEVER_REPLY = "never-reply"  # not done and not answered (before), or done and not answered (after)
    TRUNCATE = "truncate"  # done; half of the reply is sent, then the connection ends
    GARBAGE = "garbage"  # done; bytes that are no NETCONF message are sent instead of the reply
    HUGE_REPLY = "huge-reply"  # done; the reply is padded to `size` octets
    WRONG_FRAMING = "wrong-framing"  # done; the reply has the framing that was not agreed upon
    NO_MESSAGE_ID = "no-message-id"  # done; the reply lacks the message-id
    WRONG_MESSAGE_ID = "wrong-message-id"  # done; the reply has a message-id that nobody used
    WRONG_HELLO = "wrong-hello"  # operation "hello": see HELLO_KINDS
    LIE = "lie"  # answered with ok, and not done
    RPC_ERROR = "rpc-error"  # not done (before) or done (after), and answered with an rpc-error
    NORMALISE = "normalise"  # done, then the value at `path` becomes `value` in the datastore; None removes the node


HELLO_KINDS: tuple[str, ...] = (
    "no-session-id",
    "no-namespace",
    "prefixed",
    "garbage",
    "never",
    "not-hello",
    "no-capabilities",
    "doctype",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    `operation` is the rpc's name, ``hello``, or ``*`` for every rpc.  The first `skip` occurrences go well, the next
    `count` go wrong (0: all of them).  `when` is ``before`` or ``after`` the operation is carried out; actions that
    have only one meaning ignore it.
    """

    operation: str
    action: Action
    when: str = "before"
    skip: int = 0
    count: int = 1
    seconds: float = 0.0
    size: int = 10_000_000  # octets of a huge reply
    kind: str = ""  # of a wrong hello
    path: str = ""  # normalise: steps of local names, e.g. /interfaces/interface[name='eth1']/description
    value: str | None = None
    tag: str = "operation-failed"
    severity: str = "error"
    app_tag: str | None = None
    error_path: str | None = None
    message: str = "The demo device was told to fail."

    @classmethod
    def from_json(cls, data: object) -> Fault:
        """Raises `ConfigError` that names the field that is wrong."""
        if not isinstance(data, dict):
            raise ConfigError("A fault is a JSON object with at least the fields operation and action.")
        known = {item.name for item in fields(cls)}
        for name in data:
            if name not in known:
                raise ConfigError(f"A fault has no field {name!r}. It has: {', '.join(sorted(known))}.")
        for name in ("operation", "action"):
            if not isinstance(data.get(name), str):
                raise ConfigError(f"The field {name} of a fault is missing or not text.")
        values = cast("dict[str, Any]", data)
        try:
            action = Action(values["action"])
        except ValueError:
            raise ConfigError(f"{values['action']!r} is no fault. There are: {', '.join(Action)}.") from None
        return cls(**{**values, "action": action}).checked()

    def checked(self) -> Fault:
        """The fault itself; raises `ConfigError` for values that mean nothing."""
        if self.when not in ("before", "after"):
            raise ConfigError(f"The field when of a fault is {self.when!r}. Allowed: before, after.")
        if self.action is Action.WRONG_HELLO and self.kind not in HELLO_KINDS:
            raise ConfigError(f"{self.kind!r} is no kind of wrong hello. There are: {', '.join(HELLO_KINDS)}.")
        if min(self.skip, self.count, self.seconds, self.size) < 0:
            raise ConfigError("The numbers in a fault are not negative.")
        return self


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0

    def strikes(self) -> bool:
        self.seen += 1
        turn = self.seen - self.fault.skip
        return turn > 0 and (self.fault.count == 0 or turn <= self.fault.count)


@dataclass(slots=True)
class Faults:
    """A script that is being played; thread-safe."""

    script: Sequence[Fault] = ()
    struck: list[Fault] = field(default_factory=list)  # those that went off, in order, for tests
    _armed: list[_Armed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._armed = [_Armed(fault.checked()) for fault in self.script]

    @classmethod
    def from_json(cls, text: str) -> Faults:
        """Raises `ConfigError`."""
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"The fault script is not JSON: {error}.", line=error.lineno, column=error.colno
            ) from None
        if not isinstance(data, list):
            raise ConfigError("The fault script is not a JSON list.")
        return cls([Fault.from_json(item) for item in data])

    @classmethod
    def from_file(cls, path: Path) -> Faults:
        """Raises `ConfigError`, also when the file cannot be read."""
        try:
            return cls.from_json(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"The fault script {path} cannot be read: {error}.") from None

    def arm(self, *more: Fault) -> None:
        """Add faults while the device runs."""
        with self._lock:
            self._armed.extend(_Armed(fault.checked()) for fault in more)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def take(self, operation: str) -> Strike:
        """What goes wrong this time; counts the occurrence."""
        with self._lock:
            hits = [
                armed.fault
                for armed in self._armed
                if armed.fault.operation in (operation, EVERY)
                and (operation != "hello" or armed.fault.operation == operation)
                and armed.strikes()
            ]
            self.struck.extend(hits)
        return Strike(hits)


class Strike:
    """The faults that befall one message."""

    def __init__(self, hits: Iterable[Fault] = ()) -> None:
        self._hits = tuple(hits)

    def __bool__(self) -> bool:
        return bool(self._hits)

    def get(self, action: Action, when: str | None = None) -> Fault | None:
        """The first fault of that kind; `when` None takes either."""
        for fault in self._hits:
            if fault.action is action and when in (None, fault.when):
                return fault
        return None
