"""Notifications in the window: the store, its pane, rules and notes, and the ways to subscribe.

Lives here: what ties the parts together; the list is brought up to date a few times a second, however much comes.  Does
not live here: subscriptions (`notifications_devices`, `notifications_subscribing`), the pages (`panes/notifications*`).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError
from netconf_gui.gui import notifications_export
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.dialogs.notification_rule import RuleDialog, rule_from
from netconf_gui.gui.models.notifications import EventModel
from netconf_gui.gui.notifications_devices import NotifyingDevices
from netconf_gui.gui.notifications_filtering import Filtering
from netconf_gui.gui.notifications_notes import Notes
from netconf_gui.gui.notifications_subscribing import SubscriptionWishes
from netconf_gui.gui.panes.notifications import NotificationsPane
from netconf_gui.gui.tasks import Report
from netconf_gui.services.event_search import RuleBook
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event
from netconf_gui.workspace.event_rules import EventFilter, EventRule

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

NOTE = 12_000  # ms that a note stands in the pane
REFRESH = 200  # ms between two looks at what came


class Notifications(QObject):
    """The Notifications pane and what is behind it."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("notifications")
        self._program = program
        limits = program.workspace.settings.notifications
        self.store = EventStore(memory=limits.memory, disk=limits.disk)
        self.model = EventModel(self.store, self)
        self.pane = NotificationsPane(self.model)
        self.filtering = Filtering(self.model, program.tasks, self)
        self.notes = Notes(program.tasks.mailbox.post, self)
        self.devices = NotifyingDevices(program, self.store, self._heard)
        self.wishes = SubscriptionWishes(program, self.devices, self.pane)
        self._names_lock = threading.Lock()
        self._devices_seen: set[str] = set()
        self._streams_seen: set[str] = set()
        self._searching = ""
        self._unseen = 0
        self._soon = QTimer(self, singleShot=True, interval=REFRESH)
        self._soon.timeout.connect(self._refresh)
        self._note_over = QTimer(self, singleShot=True, interval=NOTE)
        self._note_over.timeout.connect(lambda: self.pane.notice.say("info", ""))
        self._paused_at = 0
        self._stop_growth = self.store.on_growth(lambda: program.tasks.mailbox.post(self._grown))
        program.window.bottom.add("notifications", "Notifications", "notification", self.pane)
        self._connect()
        self._show_rules()
        self._follow()

    def _connect(self) -> None:
        program, events = self._program, self.pane.events
        actions = program.window.actions_
        actions.notifications.triggered.connect(lambda: self.show())
        actions.subscribe.triggered.connect(lambda: self.subscribe())
        events.filter_changed.connect(self._filter)
        events.pause_changed.connect(self._paused)
        events.jump_wanted.connect(self._jump)
        events.rule_wanted.connect(lambda event: self._edit_rule(-1, rule_from(event)))
        events.subscribe_wanted.connect(self.subscribe)
        events.export_wanted.connect(lambda: notifications_export.ask(program, self.store, events.wanted))
        events.clear_wanted.connect(self._ask_to_clear)
        events.event_chosen.connect(self._chosen)
        self.pane.subscriptions.subscribe_wanted.connect(self.subscribe)
        self.pane.rules.changed.connect(self._put_rules)
        self.pane.rules.edit_wanted.connect(self._edit_rule)
        self.filtering.progressed.connect(self._progressed)
        self.filtering.failed.connect(lambda error: program.show_error(error, doing="filtering the notifications"))
        self.notes.told.connect(self._told)
        self.notes.opened.connect(self.show)
        program.devices.selection_changed.connect(self._follow)
        program.connections.changed.connect(lambda _device: self._follow())
        program.window.bottom.shown.connect(lambda _key: self._say_title())
        self.devices.changed.connect(lambda _device: self._follow())

    # ------------------------------------------------------------------------------------------------ opening

    def show(self, page: str = "events") -> None:
        """The pane in front."""
        window = self._program.window
        window.give_bottom(300)
        window.bottom.choose("notifications")
        self.pane.choose(page)
        self.pane.setFocus()

    def subscribe(self, device_id: str = "", stream: str = "") -> None:
        """The form for a subscription: of this device, else of the selected one."""
        link = self._program.devices.selected
        wanted = device_id or (link.device.id if link is not None else "")
        if not wanted:
            self._program.window.status.tell("Select a device that is connected, then subscribe.")
            return
        self.wishes.ask(wanted, stream)

    def _follow(self) -> None:
        link = self._program.devices.selected
        connected = link is not None and link.connected
        self._program.window.actions_.subscribe.setEnabled(connected)
        running = any(one.alive for _id, found in self.devices.all for one in found.subscriptions)
        if running:
            self.pane.events.say_empty("No notifications yet", "What the device sends is listed here as it comes.")
        elif connected:
            self.pane.events.say_empty("No notifications", "Subscribe to a stream of events, or to a datastore.")
        else:
            self.pane.events.say_empty("No notifications", "Connect a device, then subscribe to what it tells.")
        button = self.pane.events.empty.findChild(QObject, "notificationsSubscribeEmpty")
        if button is not None:
            button.setProperty("enabled", connected)
        self.pane.events.subscribe_button.setEnabled(connected)

    # ------------------------------------------------------------------------------------------------ what comes

    def _heard(self, event: Event) -> None:
        """On the thread that hears the device: quick."""
        if event.device not in self._devices_seen or event.stream not in self._streams_seen:
            with self._names_lock:
                self._devices_seen = {*self._devices_seen, event.device}
                self._streams_seen = {*self._streams_seen, event.stream}
        self.notes.heard(event)

    def _grown(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _refresh(self) -> None:
        """Bring the list up to date."""
        self.store.settle()
        events = self.pane.events
        if events.paused:
            events.waiting = max(0, len(self.store) - self._paused_at)
        elif self.model.view is not None:
            self.filtering.go_on()
            events.came(self.model.refresh())
        else:
            events.came(self.model.refresh())
        events.offer(self._devices_seen, self._streams_seen)
        events.say(searching=self._searching)
        self.wishes.say()
        self._say_title()

    def _say_title(self) -> None:
        bottom = self._program.window.bottom
        seen = bottom.isVisible() and bottom.current == "notifications"
        total = self.store.first + len(self.store)
        if seen:
            self._unseen = total
        new = total - self._unseen
        bottom.set_title("notifications", f"Notifications  {new:,}" if new > 0 else "Notifications")

    def _paused(self, on: bool) -> None:
        self._paused_at = len(self.store)
        self.pane.events.waiting = 0
        if not on:
            self._refresh()

    # ------------------------------------------------------------------------------------------------ filters

    def _filter(self, wanted: EventFilter) -> None:
        self.filtering.set(wanted)
        self.pane.events.say(searching=self._searching)
        if self.pane.events.table.following:
            self.pane.events.table.to_end()

    def _progressed(self, words: str) -> None:
        self._searching = words
        if not words and self.filtering.busy:
            return
        self.pane.events.say(searching=words)
        if self.pane.events.table.following and not self.pane.events.paused:
            self.pane.events.table.to_end()

    # ------------------------------------------------------------------------------------------------ one event

    def _chosen(self, event: Event | None) -> None:
        schema = self.devices.schema(self.devices.id_of(event.device)) if event is not None else None
        self.pane.events.details.show_event(event, schema)

    def _jump(self, event: Event) -> None:
        """The node that an event is about, in an open document of its device."""
        device_id = self.devices.id_of(event.device)
        panes = [pane for pane in self._program.documents.panes if pane.context.device_id == device_id]
        if not panes:
            self._program.window.status.tell(f"No document of {event.device} is open: open one, then go to the node.")
            return
        current = self._program.documents.current
        pane = current if current in panes else panes[0]
        assert pane is not None
        if not self._program.documents.jump(pane, event.path):
            self._program.window.status.tell(f"{event.path} is not in {pane.context.title}.")

    def _ask_to_clear(self) -> None:
        count = len(self.store)
        question = Question(
            self._program.window,
            f"Clear {count:,} notifications?",
            "They are removed from this list, of all devices. Subscriptions go on, and devices are not asked anything.",
            [Choice("keep", "Keep"), Choice("clear", "Clear", "danger")],
            icon="delete",
            object_name="clearNotificationsQuestion",
        )
        question.answered.connect(lambda key: self.clear() if key == "clear" else None)
        question.open()

    def clear(self) -> None:
        """Forget all events; giving back what many of them take is done in the background."""
        self.filtering.set(EventFilter())
        store = self.store

        def work(_cancel: CancelToken, _report: Report) -> None:
            store.clear()

        self._program.tasks.run(work, title="Clear the notifications", quiet=True).done.connect(self._cleared)

    def _cleared(self, _nothing: object) -> None:
        self._paused_at = 0
        self.pane.events.waiting = 0
        self._filter(self.pane.events.wanted)
        self._refresh()

    # ------------------------------------------------------------------------------------------------ rules

    def _show_rules(self) -> None:
        kept = self._program.workspace.event_rules
        book = RuleBook(kept.rules)
        problems = [kept.problem.full_text()] if kept.problem is not None else []
        problems += [f"The rule “{rule.title}” is not at work: {error.message}" for rule, error in book.broken]
        self.pane.rules.show_rules(kept.rules, " ".join(problems))
        self.model.set_rules(book)
        self.pane.events.table.viewport().update()
        self.notes.set_rules(kept.rules)

    def _put_rules(self, rules: tuple[EventRule, ...]) -> None:
        try:
            self._program.workspace.event_rules.put(rules)
        except AppError as error:
            self._program.show_error(error, doing="keeping the rules")
        self._show_rules()

    def _edit_rule(self, at: int, rule: EventRule | None = None) -> None:
        rules = self._program.workspace.event_rules.rules
        shown = rule or (rules[at] if at >= 0 else EventRule(""))
        dialog = RuleDialog(self._program.window, shown, new=at < 0)
        dialog.accepted_rule.connect(lambda made: self._rule_made(at, made))
        dialog.open()

    def _rule_made(self, at: int, made: EventRule) -> None:
        rules = list(self._program.workspace.event_rules.rules)
        if at < 0:
            rules.append(made)
        else:
            rules[at] = made
        self._put_rules(tuple(rules))

    def _told(self, title: str, text: str) -> None:
        """There is no desktop to tell: the window says it."""
        self.pane.notice.say("info", f"{title}: {text}")
        self._program.window.status.tell(f"{title}: {text}")
        self._note_over.start()

    # ------------------------------------------------------------------------------------------------ the end

    def stop(self) -> None:
        """End all subscriptions and forget the events (blocking, a moment)."""
        self.devices.close()
        self._stop_growth()
        self.store.close()

    def close(self) -> None:
        """The window goes."""
        self._soon.stop()
        self._note_over.stop()
        self.notes.close()
