"""The subscriptions of each device in the window: made when they are wanted, brought back with the session, ended.

Lives here: one `Subscribing` a device, on its lane.  Does not live here: what a person asks for
(`notifications_subscribing`), the list of events (`notifications`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, SessionLimit
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services.connect import connect
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event
from netconf_gui.services.reconnect import Backoff, Unattended
from netconf_gui.services.subscribing import Subscribing, Subscription, SubscriptionState
from netconf_gui.session.session import Session
from netconf_gui.yang.schema import Schema

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link


class NotifyingDevices(QObject):
    """`changed(device id)` when a subscription of it stands otherwise."""

    changed = Signal(str)

    def __init__(self, program: Program, store: EventStore, heard: Callable[[Event], object]) -> None:
        super().__init__(program.window)
        self._program = program
        self._store = store
        self._heard = heard
        self._all: dict[str, Subscribing] = {}
        self._attached: dict[str, tuple[Session, Schema | None]] = {}
        self._tries: dict[str, int] = {}
        self._asks: dict[str, bool] = {}  # whether the job on the lane may ask a person
        self._closed = False
        self.backoff = Backoff()
        connections = program.connections
        connections.opened.connect(self._opened)
        connections.closed.connect(self._session_gone)
        connections.left.connect(self._left)
        connections.changed.connect(self._looked_at)

    # ---- what there is

    def of(self, device_id: str) -> Subscribing | None:
        """The subscriptions of a device, if any were asked for."""
        return self._all.get(device_id)

    @property
    def all(self) -> tuple[tuple[str, Subscribing], ...]:
        """Device ids with their subscriptions."""
        return tuple(self._all.items())

    def schema(self, device_id: str) -> Schema | None:
        """The device's schema, as far as it is known."""
        link = self._program.connections.link(device_id)
        return link.schema.schema if link is not None and link.schema is not None else None

    def id_of(self, name: str) -> str:
        """The device of that name; "" if there is none any more."""
        return next((link.device.id for link in self._program.connections.links if link.device.name == name), "")

    def alone(self, device_id: str) -> str:
        """Why there can be no session beside the device's own; "" if there can."""
        link = self._program.connections.link(device_id)
        if link is not None and link.device.call_home:
            return "The device calls this computer, so no second session can be opened beside the one it made."
        if link is not None and link.device.max_sessions == 1:
            return "The device allows one session only, and answers no requests beside events on it."
        return ""

    # ---- work on the lane

    def run(
        self,
        device_id: str,
        title: str,
        work: Callable[[Subscribing, CancelToken], object],
        *,
        quiet: bool = False,
        attended: bool = False,
    ) -> Task | None:
        """Do something with the subscriptions of a device that is connected; None if it is not.

        `attended`: a person is there, who can be asked to sign in where a session beside the device's is needed.
        """
        link = self._program.connections.link(device_id)
        if link is None or link.session is None or link.lane is None or self._closed:
            return None
        subscribing, session, schema = self._subscribing(link), link.session, self.schema(device_id)
        attached = self._attached.get(device_id)

        def job(cancel: CancelToken, _report: Report) -> object:
            self._asks[device_id] = attended
            if attached is None or attached[0] is not session or (attached[1] is None and schema is not None):
                subscribing.attach(session, schema=schema, cancel=cancel)
            return work(subscribing, cancel)

        task = self._program.tasks.run(job, title=title, lane=link.lane, quiet=quiet, subject=link.device.address)
        task.done.connect(lambda _result: self._attached.__setitem__(device_id, (session, schema)))
        return task

    def _subscribing(self, link: Link) -> Subscribing:
        device_id = link.device.id
        found = self._all.get(device_id)
        if found is None:
            post = self._program.tasks.mailbox.post
            found = self._all[device_id] = Subscribing(
                link.device.name,
                self._store,
                self._way_beside(device_id),
                told=lambda one: post(lambda: self._told(device_id, one)),
                heard=self._heard,
            )
        return found

    def _way_beside(self, device_id: str) -> Callable[[CancelToken | None], Session]:
        """How one more session is opened: a person is asked only for what they have just begun."""
        connections, workspace, asker = self._program.connections, self._program.workspace, self._program.asker

        def beside(cancel: CancelToken | None) -> Session:
            why = self.alone(device_id)
            link = connections.link(device_id)
            if why or link is None:
                raise SessionLimit(why or "The device is not in the list any more.", state="Nothing was subscribed.")
            person = cancel is not None and self._asks.get(device_id, False)
            who = asker.interaction(cancel, link.device.name) if person and cancel is not None else Unattended()
            return connect(link.device, who, workspace, options=link.options, cancel=cancel)

        return beside

    # ---- what happens to sessions

    def _opened(self, device_id: str) -> None:
        """The device is there again: what ran is brought back, with what was missed where it can be replayed."""
        subscribing = self._all.get(device_id)
        if subscribing is not None and any(one.alive for one in subscribing.subscriptions):
            self._restore(device_id)

    def _restore(self, device_id: str) -> None:
        link = self._program.connections.link(device_id)
        name = link.device.name if link is not None else ""

        def work(subscribing: Subscribing, cancel: CancelToken) -> None:
            subscribing.restore(cancel=cancel)

        task = self.run(device_id, f"Bring back the subscriptions of {name}", work, quiet=True)
        if task is not None:
            task.done.connect(lambda _nothing: self._tries.pop(device_id, None))
            task.failed.connect(lambda error: self._not_back(device_id, error))
            task.finished.connect(lambda: self.changed.emit(device_id))

    def _not_back(self, device_id: str, error: BaseException) -> None:
        """Try again while the device is there; if it is not, it is done when it comes back."""
        link = self._program.connections.link(device_id)
        if self._closed or link is None or not link.connected or not isinstance(error, AppError):
            return
        if isinstance(error, Cancelled):
            return
        tries = self._tries[device_id] = self._tries.get(device_id, 0) + 1
        wait = round(self.backoff.pause(tries) * 1000)
        QTimer.singleShot(wait, self, lambda: self._again(device_id))

    def _again(self, device_id: str) -> None:
        subscribing = self._all.get(device_id)
        if subscribing is not None and any(one.state is SubscriptionState.LOST for one in subscribing.subscriptions):
            self._restore(device_id)

    def _told(self, device_id: str, subscription: Subscription) -> None:
        """A subscription stands otherwise."""
        if self._closed:
            return
        self.changed.emit(device_id)
        link = self._program.connections.link(device_id)
        session = link.session if link is not None else None
        if session is None or session.closed or device_id in self._tries:
            return
        if subscription.state is SubscriptionState.LOST:  # only its own session was lost
            self._restore(device_id)

    def _session_gone(self, device_id: str) -> None:
        subscribing = self._all.get(device_id)
        if subscribing is not None:
            self._attached.pop(device_id, None)
            subscribing.detach()

    def _left(self, device_id: str) -> None:
        """A person disconnects: sessions of subscriptions end as well."""
        subscribing = self._all.get(device_id)
        if subscribing is not None:

            def work(_cancel: CancelToken, _report: Report) -> None:
                subscribing.leave()

            self._program.tasks.run(work, title=f"End the subscriptions' sessions of {subscribing.device}", quiet=True)

    def _looked_at(self, device_id: str) -> None:
        """A device that was removed takes its subscriptions with it."""
        if self._program.connections.link(device_id) is None:
            gone = self._all.pop(device_id, None)
            self._attached.pop(device_id, None)
            if gone is not None:
                self._program.tasks.run(lambda _cancel, _report: gone.close(), title="End subscriptions", quiet=True)
                self.changed.emit(device_id)

    def close(self) -> None:
        """End everything (blocking, a moment); for the end of the program."""
        self._closed = True
        for subscribing in tuple(self._all.values()):
            subscribing.close()
