"""Which notifications somebody wants to see, or to be pointed to.

Lives here: `Matcher` (a filter that is ready to be asked), `EventView` (the rows of a store that match, made in the
background and kept up to date), and `RuleBook` (colour and desktop notes by rules).  Does not live here: filters and
rules as data (`workspace.event_rules`), keeping events (`event_store`).
"""

from __future__ import annotations

import copy
import re
import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.xml import local_name, parse
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event, Severity
from netconf_gui.workspace.event_rules import EventFilter, EventRule

# a name test without a prefix, or with one: not a function, not an axis, not a word within quotes
_NAMES = re.compile(
    r"(?P<quoted>\"[^\"]*\"|'[^']*')"
    r"|(?P<variable>\$[\w.-]+)"
    r"|(?P<name>(?:[A-Za-z_][\w.-]*:(?!:))?[A-Za-z_][\w.-]*)(?!\s*\(|\s*::|[\w.-]|:)"
    r"|(?P<word>[A-Za-z_][\w.-]*)"
    r"|(?P<other>[^\w]|\d+(?:\.\d+)?)",
)
_OPERATORS = ("and", "or", "div", "mod")
_OPERAND_ENDS = (")", "]", ".", "*")
_PLAIN = re.compile(r"[ !#-\[\]-~]+\Z")  # what JSON and XML write as it is, and case-folds bytewise


def by_local_names(expression: str) -> str:
    """An XPath expression in which names mean nodes of that local name, whatever their namespace or prefix."""
    out: list[str] = []
    before = ""  # the last token that is not blank
    for match in _NAMES.finditer(expression):
        text = match.group()
        if match.lastgroup == "name" and before != "@" and not (text in _OPERATORS and _is_operand(before)):
            out.append(f"*[local-name()='{text.rpartition(':')[2]}']")
        else:
            out.append(text)
        before = text if text.strip() else before
    return "".join(out)


def _is_operand(token: str) -> bool:
    """Whether an operator may follow."""
    return bool(token) and (token in _OPERAND_ENDS or token[-1] in "\"'" or token[-1].isalnum() or token[-1] in "_-")


class Matcher:
    """A filter, compiled.  Raises `ConfigError` where its XPath cannot be understood.  Not thread-safe."""

    def __init__(self, wanted: EventFilter) -> None:
        self.wanted = wanted
        self._text = wanted.text.casefold()
        self._needle = wanted.text.lower().encode() if _PLAIN.match(wanted.text) and wanted.text.isascii() else b""
        self._path = _plain_path(wanted.path)
        self._rank = _rank(wanted.severity)
        self._xpath: etree.XPath | None = None
        if wanted.xpath:
            try:
                self._xpath = etree.XPath(by_local_names(wanted.xpath))
            except etree.XPathSyntaxError as error:
                raise ConfigError(f"The XPath expression {wanted.xpath!r} cannot be understood: {error}.") from None

    @property
    def contains(self) -> bytes:
        """What any event that matches has somewhere, in lower case; b"" if that cannot be told."""
        return self._needle

    def __call__(self, event: Event) -> bool:
        wanted = self.wanted
        if self._rank and event.severity.rank < self._rank:
            return False
        if wanted.device and event.device != wanted.device:
            return False
        if wanted.stream and event.stream != wanted.stream:
            return False
        if wanted.name and event.name != wanted.name:
            return False
        if wanted.kind and event.kind.value != wanted.kind:
            return False
        if self._path and not _plain_path(event.path).startswith(self._path):
            return False
        if self._text and not self._has_text(event):
            return False
        return self._xpath is None or self._holds(event)

    def _has_text(self, event: Event) -> bool:
        for text in (event.text, event.name, event.path, event.time, event.device, event.stream, event.module):
            if self._text in text.casefold():
                return True
        if not event.xml:
            return False
        if self._needle and self._needle not in event.xml.lower():
            return False
        return self._text in event.xml.decode("utf-8", "replace").casefold()

    def _holds(self, event: Event) -> bool:
        if not event.xml or self._xpath is None:
            return False
        try:
            root = parse(event.xml)
            inside = [child for child in root if isinstance(child.tag, str) and local_name(child) != "eventTime"]
            # a copy, for the event to be the top: /name is the notification of that name
            return bool(inside) and bool(self._xpath(copy.deepcopy(inside[0])))
        except (etree.XPathError, MalformedMessage):
            return False


def _plain_path(text: str) -> str:
    """Without prefixes, for comparing what different devices and people write."""
    return re.sub(r"(?<![\w'\"=.-])[A-Za-z_][\w.-]*:(?=[A-Za-z_])", "", text).replace('"', "'")


def _rank(name: str) -> int:
    try:
        return Severity(name).rank
    except ValueError:
        return 0


class EventView:
    """The events of a store that match a filter, by row.  `extend` does the work; the rest is quick and thread-safe.

    Only one thread may extend at a time; another call returns at once with False.
    """

    def __init__(self, store: EventStore, wanted: EventFilter) -> None:
        self.store = store
        self.wanted = wanted
        self._matches = Matcher(wanted)
        self._numbers = array("Q")
        self._lock = threading.Lock()
        self._working = threading.Lock()
        self._gone = 0  # of `_numbers`, those that the store dropped
        self.scanned = store.first  # the number of the first event that has not been looked at

    def __len__(self) -> int:
        with self._lock:
            self._drop()
            return len(self._numbers) - self._gone

    def rows(self, start: int, count: int) -> list[Event]:
        """The matching events of rows `start` to `start + count - 1`, as far as they are found."""
        return self.store.numbered(self.numbers(start, count))

    def numbers(self, start: int, count: int) -> list[int]:
        """The same, as numbers in the store."""
        with self._lock:
            self._drop()
            begin = self._gone + max(0, start)
            return list(self._numbers[begin : begin + max(0, count)])

    def row_of(self, number: int) -> int | None:
        """The row of an event; None where it does not match, or has not been looked at."""
        with self._lock:
            self._drop()
            at = bisect_left(self._numbers, number, lo=self._gone)
            return at - self._gone if at < len(self._numbers) and self._numbers[at] == number else None

    @property
    def complete(self) -> bool:
        """Whether all events have been looked at."""
        return self.scanned >= self.store.first + len(self.store)

    def extend(self, cancel: CancelToken | None = None, report: Callable[[int, int], object] | None = None) -> bool:
        """Look at what has not been looked at; `report(done, total)` now and then.  Raises `Cancelled`."""
        if not self._working.acquire(blocking=False):
            return False
        try:
            for begin, end, events in self.store.scan(self.scanned, contains=self._matches.contains, cancel=cancel):
                found = [begin + at for at, event in enumerate(events) if self._matches(event)]
                with self._lock:
                    self._numbers.extend(found)
                    self.scanned = end
                if report is not None:
                    report(end - self.store.first, len(self.store))
            return True
        finally:
            self._working.release()

    def _drop(self) -> None:
        if self._gone < len(self._numbers) and self._numbers[self._gone] < self.store.first:
            self._gone = bisect_left(self._numbers, self.store.first, lo=self._gone)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of an event."""

    colour: str = ""
    notify: bool = False
    rule: str = ""  # the title of the first that matched


NOTHING = Judgement()


class RuleBook:
    """Rules, compiled; those whose XPath cannot be understood are left out and named in `broken`.  Thread-safe."""

    def __init__(self, rules: Iterable[EventRule]) -> None:
        self.broken: list[tuple[EventRule, ConfigError]] = []
        self._lock = threading.Lock()
        self._rules: list[tuple[EventRule, Matcher]] = []
        for rule in rules:
            if rule.active and not rule.match.empty:
                try:
                    self._rules.append((rule, Matcher(rule.match)))
                except ConfigError as error:
                    self.broken.append((rule, error))

    def judge(self, event: Event) -> Judgement:
        """The colour of the first rule that has one, and whether any wants it told."""
        if not self._rules:
            return NOTHING
        colour, title, notify = "", "", False
        with self._lock:
            for rule, matches in self._rules:
                says_more = (not colour and rule.colour) or (not notify and rule.notify)
                if says_more and matches(event):
                    title = title or rule.title
                    colour = colour or rule.colour
                    notify = notify or rule.notify
        return Judgement(colour, notify, title) if title else NOTHING
