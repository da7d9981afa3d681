"""Subscriptions as a person asks for them: the dialog, the list of all of them, and the tabs of pushed datastores.

Lives here: which device and which node is meant, and what becomes of the answers.  Does not live here: the form
(`dialogs/subscribe`), keeping subscriptions alive (`notifications_devices`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.dialogs.subscribe import Known, SubscribeDialog, offered_notifications
from netconf_gui.gui.notifications_devices import NotifyingDevices
from netconf_gui.gui.notifications_push import PushView
from netconf_gui.gui.panes.document_places import path_of_row
from netconf_gui.gui.panes.notifications import NotificationsPane
from netconf_gui.gui.panes.notifications_subscriptions import Shown, about
from netconf_gui.services.subscribing import Subscribing, Subscription, Terms
from netconf_gui.session.dynamic_subscriptions import ListedSubscription

if TYPE_CHECKING:
    from netconf_gui.config.path import InstancePath
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link

_NMDA = ("operational", "intended")
_PATH = "/ietf-subscribed-notifications:subscriptions/subscription[id='{}']"


class SubscriptionWishes(QObject):
    """Does what the Subscriptions page and *Subscribe…* ask for."""

    def __init__(self, program: Program, devices: NotifyingDevices, pane: NotificationsPane) -> None:
        super().__init__(program.window)
        self._program = program
        self._devices = devices
        self._pane = pane
        self._page = pane.subscriptions
        self._listed: dict[str, tuple[ListedSubscription, ...]] = {}
        self._views: dict[int, PushView] = {}  # by `Subscription.number`
        self._page.wanted.connect(self._do)
        self._page.refresh_wanted.connect(self.refresh)
        devices.changed.connect(self._changed)
        pane.page_changed.connect(lambda key: self.refresh() if key == "subscriptions" else None)

    # ------------------------------------------------------------------------------------------------ beginning

    def ask(self, device_id: str, stream: str = "", one: Subscription | None = None) -> SubscribeDialog | None:
        """The form for a subscription of a device; None if it is not connected."""
        link = self._program.connections.link(device_id)
        if link is None or not link.connected:
            name = link.device.name if link is not None else "The device"
            self._program.window.status.tell(f"{name} is not connected: connect it (Ctrl+K), then subscribe.")
            return None
        dialog = SubscribeDialog(self._program.window, link.device.name, stream=stream, one=one)
        dialog.wanted.connect(partial(self._begin, dialog, device_id, one))
        dialog.open()
        picked, datastores = self._picked(device_id), self._datastores(link)
        kept = self._program.filters.kept.of(device_id)
        schema, alone = self._devices.schema(device_id), self._devices.alone(device_id)

        def work(subscribing: Subscribing, cancel: CancelToken) -> Known:
            offer = subscribing.offer
            streams = subscribing.streams(cancel=cancel) if offer.anything else ()
            notifications = tuple(offered_notifications(schema))
            return Known(offer, streams, datastores, schema, picked, alone, notifications, kept)

        task = self._devices.run(device_id, f"Ask {link.device.name} for its streams", work, quiet=True)
        if task is not None:
            task.done.connect(lambda known: dialog.show_known(known) if isValid(dialog) else None)
            task.failed.connect(lambda error: dialog.failed(_words(error)) if isValid(dialog) else None)
        return dialog

    def _picked(self, device_id: str) -> InstancePath | None:
        """The node under the cursor of the document in front."""
        pane = self._program.documents.current
        if pane is None or pane.context.device_id != device_id:
            return None
        return path_of_row(pane.document, pane.row)

    @staticmethod
    def _datastores(link: Link) -> tuple[str, ...]:
        nmda = link.session is not None and link.session.capabilities.nmda
        return (*(_NMDA[:1] if nmda else ()), *link.datastores, *(_NMDA[1:] if nmda else ()))

    def _begin(
        self, dialog: SubscribeDialog, device_id: str, one: Subscription | None, terms: Terms, newer: bool | None
    ) -> None:
        def work(subscribing: Subscribing, cancel: CancelToken) -> Subscription:
            if one is not None:
                subscribing.modify(one, terms, cancel=cancel)
                return one
            return subscribing.start(terms, prefer_dynamic=newer, cancel=cancel)

        verb = "Change a subscription of" if one is not None else "Subscribe to"
        title = f"{verb} {dialog_name(self._program, device_id)}"
        task = self._devices.run(device_id, title, work, attended=True)
        if task is None:
            dialog.refused("The device is not connected any more.")
            return
        task.done.connect(lambda made: self._begun(dialog, device_id, made, new=one is None))
        task.failed.connect(lambda error: dialog.refused(_words(error)) if isValid(dialog) else None)

    def _begun(self, dialog: SubscribeDialog, device_id: str, made: Subscription, *, new: bool) -> None:
        if isValid(dialog):
            dialog.done_well()
        self._program.window.bottom.choose("notifications")
        self._changed(device_id)
        if new and made.pushed is not None:
            self._show_tree(device_id, made)
        what = "Subscribed to" if new else "Changed the subscription to"
        self._program.window.status.tell(f"{what} {about(made.terms)} of {made.device}.")

    # ------------------------------------------------------------------------------------------------ the list

    def refresh(self) -> None:
        """Ask all devices that are connected for their subscriptions."""
        self._say()
        for link in self._program.connections.links:
            if link.connected:
                self._read(link.device.id)

    def _read(self, device_id: str) -> None:
        def work(subscribing: Subscribing, cancel: CancelToken) -> tuple[ListedSubscription, ...]:
            return subscribing.listed(cancel=cancel)

        title = f"Read the subscriptions of {dialog_name(self._program, device_id)}"
        task = self._devices.run(device_id, title, work, quiet=True)
        if task is not None:
            task.done.connect(lambda found: self._read_done(device_id, found))
            task.failed.connect(lambda _error: self._read_done(device_id, ()))

    def _read_done(self, device_id: str, found: tuple[ListedSubscription, ...]) -> None:
        self._listed[device_id] = found
        self._say()

    def _changed(self, device_id: str) -> None:
        self._say()
        for view in tuple(self._views.values()):
            if isValid(view):
                view.say()

    def say(self) -> None:
        """Show what is known by now: counts of events grow."""
        if self._pane.current == "subscriptions":
            self._say()

    def _say(self) -> None:
        shown: list[Shown] = []
        known = dict(self._devices.all)
        for link in self._program.connections.links:
            device_id, name = link.device.id, link.device.name
            subscribing = known.get(device_id)
            own = subscribing.subscriptions if subscribing is not None else ()
            shown += [Shown(device_id, name, own=one) for one in own]
            ours = {one.remote for one in own if one.alive}
            if link.connected:
                listed = self._listed.get(device_id, ())
                shown += [Shown(device_id, name, listed=one) for one in listed if one.number not in ours]
        self._page.show_subscriptions(shown)

    # ------------------------------------------------------------------------------------------------ with one of them

    def _do(self, what: str, one: Shown) -> None:
        if what == "tree" and one.own is not None:
            self._show_tree(one.device_id, one.own)
        elif what == "modify" and one.own is not None:
            self.ask(one.device_id, one=one.own)
        elif what == "kill":
            self._ask_to_kill(one)
        elif what == "configuration" and one.number is not None:
            self._open_configuration(one)
        elif what == "forget" and one.own is not None:
            subscribing = self._devices.of(one.device_id)
            if subscribing is not None:
                subscribing.forget(one.own)
            self._say()
        elif what in ("stop", "resync") and one.own is not None:
            self._stop_or_resync(what, one, one.own)

    def _stop_or_resync(self, what: str, one: Shown, own: Subscription) -> None:
        def work(subscribing: Subscribing, cancel: CancelToken) -> None:
            if what == "stop":
                subscribing.stop(own, cancel=cancel)
            else:
                subscribing.resync(own, cancel=cancel)

        title = f"{'Stop' if what == 'stop' else 'Send anew'}: {own.title} of {one.device}"
        task = self._devices.run(one.device_id, title, work)
        subscribing = self._devices.of(one.device_id)
        if task is None and what == "stop" and subscribing is not None:
            subscribing.stop(own)  # its session is gone: nothing is sent
            self._say()
        if task is not None:
            task.failed.connect(lambda error: self._program.show_error(error, doing=title))
            task.finished.connect(lambda: self._changed(one.device_id))

    def _ask_to_kill(self, one: Shown) -> None:
        whose = "this program" if one.own is not None else "somebody else"
        question = Question(
            self._program.window,
            f"Kill subscription {one.number} of {one.device}?",
            f"It is of {whose}, to {about(one.terms)}. Nothing more is sent to its subscriber, who is told so.",
            [Choice("keep", "Keep"), Choice("kill", "Kill", "danger")],
            icon="disconnect",
            object_name="killSubscriptionQuestion",
        )
        question.answered.connect(lambda key: self._kill(one) if key == "kill" else None)
        question.open()

    def _kill(self, one: Shown) -> None:
        number = one.number

        def work(subscribing: Subscribing, cancel: CancelToken) -> tuple[ListedSubscription, ...]:
            if number is not None:
                subscribing.kill(number, cancel=cancel)
            return subscribing.listed(cancel=cancel)

        task = self._devices.run(one.device_id, f"Kill subscription {number} of {one.device}", work)
        if task is not None:
            task.done.connect(lambda found: self._read_done(one.device_id, found))
            task.failed.connect(lambda error: self._program.show_error(error, doing="ending the subscription"))

    def _open_configuration(self, one: Shown) -> None:
        """A configured subscription is edited as what it is: configuration."""
        documents = self._program.documents
        link = self._program.connections.link(one.device_id)
        datastore = (link.editable if link is not None else "") or "running"
        path = _PATH.format(one.number)
        pane = documents.of_device(one.device_id, datastore)
        if pane is not None:
            documents.jump(pane, path)
            return

        def opened(made: object) -> None:
            found = documents.of_device(one.device_id, datastore)
            if found is made and found is not None:
                documents.pane_added.disconnect(opened)
                documents.jump(found, path)

        documents.pane_added.connect(opened)
        documents.open_device(one.device_id, datastore)

    def _show_tree(self, device_id: str, own: Subscription) -> PushView | None:
        """The tab of what a datastore's subscription reports."""
        if own.pushed is None:
            return None
        tabs, there = self._program.window.documents, self._views.get(own.number)
        if there is not None and isValid(there) and tabs.indexOf(there) >= 0:
            tabs.setCurrentWidget(there)
            return there
        view = PushView(own, self._devices.schema(device_id), self._program.tasks, self._program.tasks.mailbox.post)
        self._views[own.number] = view
        view.destroyed.connect(partial(_release, own))
        tabs.add_page(view, f"{own.device} {own.terms.subject}", "notification", tip=f"Reported: {about(own.terms)}")
        view.setFocus()
        return view

    def view(self, own: Subscription) -> PushView | None:
        """The tab of a subscription, if it is open."""
        found = self._views.get(own.number)
        return found if found is not None and isValid(found) else None


def dialog_name(program: Program, device_id: str) -> str:
    """The device's name."""
    link = program.connections.link(device_id)
    return link.device.name if link is not None else "the device"


def _release(own: Subscription, _gone: object = None) -> None:
    if own.pushed is not None:
        own.pushed.on_change = lambda: None


def _words(error: BaseException) -> str:
    if isinstance(error, Cancelled):
        return "It was stopped."
    return error.full_text() if isinstance(error, AppError) else f"Something unexpected happened: {error}"
