"""What a person wants to be pointed to among notifications, and the filters they keep: plain data in a file.

Lives here: `EventFilter`, `EventRule`, and `EventRules`, the file.  Does not live here: what they match
(`services.event_search`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

LIMIT = 200
COLOURS = ("", "red", "orange", "yellow", "green", "blue", "grey")


@dataclass(frozen=True, slots=True)
class EventFilter:
    """All of what is given must hold; what is empty says nothing.

    `text` is looked for in words, names, paths and XML, whatever the case.  `xpath` is true of the event: an XPath 1.0
    expression whose names may leave out prefixes, or have module names as prefixes.  `path` is the beginning of the
    path that the event is about.  `severity` is the least urgent one that is meant.
    """

    text: str = ""
    xpath: str = ""
    path: str = ""
    severity: str = ""
    device: str = ""
    stream: str = ""
    name: str = ""  # of the notification
    kind: str = ""  # who says it: `services.notifications.EventKind`

    @property
    def empty(self) -> bool:
        return self == EventFilter()


@dataclass(frozen=True, slots=True)
class EventRule:
    """Events that `match` are shown in a colour (one of `COLOURS`, "" for none) or told on the desktop, or both."""

    title: str
    match: EventFilter = field(default_factory=EventFilter)
    colour: str = "orange"
    notify: bool = False
    active: bool = True


class EventRules:
    """The rules of one file, in their order: the first that matches decides the colour.  Thread-safe.

    A file that cannot be read is an empty one, `problem` says why, and it is not overwritten until somebody changes
    the rules.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: WorkspaceError | None = None
        self._lock = threading.Lock()
        self._rules = self._read()

    @property
    def rules(self) -> tuple[EventRule, ...]:
        with self._lock:
            return self._rules

    def put(self, rules: Iterable[EventRule]) -> None:
        """Keep these instead; raises `WorkspaceError`."""
        with self._lock:
            self._rules = tuple(rules)[:LIMIT]
            private_folder(self.path.parent)
            data = json.dumps([asdict(rule) for rule in self._rules], indent=1, ensure_ascii=False)
            write_atomically(self.path, data.encode() + b"\n")
            self.problem = None

    def _read(self) -> tuple[EventRule, ...]:
        try:
            data = read_or_none(self.path)
            raw = json.loads(data) if data else []
        except WorkspaceError as error:
            self.problem = error
            return ()
        except ValueError as error:
            self.problem = WorkspaceError(
                f"The rules for notifications in {self.path} cannot be read: {error}.",
                state="No rule is at work.",
                advice="Make new rules, which replaces the file, or mend it by hand.",
            )
            return ()
        entries = raw if isinstance(raw, list) else []
        return tuple(rule for rule in map(_rule, entries) if rule is not None)[:LIMIT]


def _rule(entry: Any) -> EventRule | None:
    """A rule of the file; None for what is none."""
    if not isinstance(entry, dict) or not isinstance(entry.get("title"), str):
        return None
    given = entry.get("match")
    known = {item.name for item in fields(EventFilter)}
    match = {name: value for name, value in given.items() if name in known} if isinstance(given, dict) else {}
    if not all(isinstance(value, str) for value in match.values()):
        return None
    colour = entry.get("colour", "")
    return EventRule(
        title=entry["title"],
        match=EventFilter(**match),
        colour=colour if colour in COLOURS else "",
        notify=entry.get("notify") is True,
        active=entry.get("active", True) is True,
    )
