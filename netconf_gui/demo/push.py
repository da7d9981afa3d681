"""One subscription to a datastore: all of it at intervals, or what changes in it (RFC 8641).

Lives here: `Feed`.  Does not live here: the operations and what is selected (`dynamic_operations`), to whom it goes
(`dynamic`).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from netconf_gui.config.diff import diff
from netconf_gui.config.yang_patch import NS_PATCH, yang_patch
from netconf_gui.demo.clock import Clock, parse_date_and_time
from netconf_gui.demo.nodes import inner, leaf
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.subscription_operations import NS_PUSH, Terms
from netconf_gui.protocol.xml import child_named, local_name, new_element, parse, qn, splice
from netconf_gui.yang.schema import Schema


class Feed:
    """Not thread-safe, the device's lock guards it: `guard` takes it for alarms.

    `read()` gives what is selected of the datastore now, as a new tree; `send(event)` sends an event.
    """

    def __init__(
        self,
        number: int,
        terms: Terms,
        read: Callable[[], etree._Element],
        send: Callable[[etree._Element], None],
        *,
        schema: Schema | None,
        clock: Clock,
        guard: Callable[[Callable[[], None]], Callable[[], None]],
    ) -> None:
        self.terms = terms
        self.read = read
        self._number = number
        self._send = send
        self._schema = schema
        self._clock = clock
        self._guard = guard
        self._sent: etree._Element | None = None  # what the subscriber knows
        self._patches = 0
        self._dirty = False
        self._damped = False
        self._paused = False
        self._disarm: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """The reply is on its way."""
        if self.terms.on_change:
            if self.terms.sync_on_start:
                self.whole()
            else:
                self._sent = self.read()
        else:
            self._schedule(first=True)

    def whole(self) -> None:
        """Send all of it."""
        tree = self.read()
        event = self._event("push-update")
        contents = inner(event, "datastore-contents")
        self._send(parse(splice(event, contents, list(tree))))
        self._sent = tree
        self._dirty = False

    def changed(self) -> None:
        """The datastore may be another one."""
        if self._paused or not self.terms.on_change:
            return
        if self._damped:
            self._dirty = True
            return
        self._send_changes()

    def modify(self, terms: Terms, read: Callable[[], etree._Element]) -> None:
        """Other terms from now on; what is selected is sent anew."""
        self._disarm()
        self.terms, self.read, self._damped = terms, read, False
        if terms.on_change:
            self.whole()
        else:
            self._schedule(first=True)

    def pause(self) -> None:
        self._paused = True
        self._disarm()

    def resume(self) -> None:
        """Go on: with what changed meanwhile, or the next interval."""
        self._paused = self._damped = False
        if self.terms.on_change:
            self._send_changes()
        else:
            self._schedule(first=True)

    def stop(self) -> None:
        self._disarm()

    # ---- inside

    def _event(self, name: str) -> etree._Element:
        event = new_element(qn(NS_PUSH, name), {None: NS_PUSH})
        leaf(event, "id", self._number)
        return event

    def _schedule(self, *, first: bool) -> None:
        period = self.terms.period or 1.0
        wait = 0.0 if first else period
        if first and self.terms.anchor:
            wait = (parse_date_and_time(self.terms.anchor) - self._clock.now()) % period
        if first and wait == 0.0:
            self._tick()
        else:
            self._disarm = self._clock.call_later(wait, self._guard(self._tick))

    def _tick(self) -> None:
        if not self._paused:
            self.whole()
            self._schedule(first=False)

    def _send_changes(self) -> None:
        self._dirty = False
        before, now = self._sent, self.read()
        if before is None:
            before = new_element(str(now.tag), dict(now.nsmap))
        event = self._change_event(before, now)
        self._sent = now
        if event is None:
            return
        self._send(event)
        if self.terms.dampening:
            self._damped = True
            self._disarm = self._clock.call_later(self.terms.dampening, self._guard(self._dampening_over))

    def _dampening_over(self) -> None:
        self._damped = False
        if self._dirty and not self._paused:
            self._send_changes()

    def _change_event(self, before: etree._Element, now: etree._Element) -> etree._Element | None:
        """push-change-update; push-update where a change has no name; None where nothing changed."""
        difference = diff(before, now, self._schema)
        if not difference:
            return None
        try:
            text = yang_patch(difference, str(self._patches), source_values=False)
        except ConfigError:
            event = self._event("push-update")
            return parse(splice(event, inner(event, "datastore-contents"), list(now)))
        # the nodes of the patch belong to the module that uses them (RFC 7950, section 7.13)
        patch = parse(text.replace(NS_PATCH.encode(), NS_PUSH.encode()))
        for edit in [child for child in patch if local_name(child) == "edit"]:
            operation = child_named(edit, "operation")
            if operation is not None and operation.text in self.terms.excluded:
                patch.remove(edit)
        if not any(local_name(child) == "edit" for child in patch):
            return None
        self._patches += 1
        event = self._event("push-change-update")
        return parse(splice(event, inner(event, "datastore-changes"), [patch]))
