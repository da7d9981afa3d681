"""The connections of all devices: a lane, a session and the compiled schema each, and the state that people see.

Lives here: starting, following and ending connections on background lanes.  Does not live here: how to connect
(`services.connect`), what a row looks like (`panes/devices.py`), documents (`documents.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AppError,
    Cancelled,
    CertificateChanged,
    CertificateUntrusted,
    HostKeyChanged,
    HostKeyUnknown,
)
from netconf_gui.gui.asking import Asker
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.lanes import Lane
from netconf_gui.services.reconnect import Unattended
from netconf_gui.session.session import Session
from netconf_gui.transport.callhome import Caller
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from netconf_gui.services.load import LoadedSchema


@dataclass(eq=False)
class Link:
    """One device's connection, as the GUI thread knows it."""

    device: Device
    state: LinkState = LinkState.OFFLINE
    text: str = ""  # a few words for the tree, such as "host key changed"
    error: BaseException | None = None
    lane: Lane | None = None
    session: Session | None = None
    schema: LoadedSchema | None = None
    task: Task | None = None
    options: ConnectOptions = field(default_factory=ConnectOptions)
    returning: bool = False  # it was lost, and is going to be connected again without a person
    unattended: Unattended | None = None  # who answers the try that is under way, where nobody watches it

    @property
    def connected(self) -> bool:
        return self.state is LinkState.CONNECTED and self.session is not None

    @property
    def datastores(self) -> tuple[str, ...]:
        """What can be read on this device; empty when it is not connected."""
        if self.session is None:
            return ()
        able = self.session.capabilities
        candidate = ("candidate",) if able.candidate else ()
        return ("running", *candidate, *(("startup",) if able.startup else ()))

    @property
    def editable(self) -> str:
        """The datastore that edits go to; empty when the device lets nobody edit."""
        if self.session is None:
            return ""
        able = self.session.capabilities
        return "candidate" if able.candidate else "running" if able.writable_running else ""


class Connections(QObject):
    """Links by device id.  `changed` follows every state, `opened` a new session, `failed` what went wrong."""

    changed = Signal(str)
    opened = Signal(str)
    closed = Signal(str)
    failed = Signal(str, object)
    lost = Signal(str, object)  # a session ended unasked; before `failed`, which is not told where it comes back
    not_back = Signal(str, object)  # a try that nobody watches failed
    left = Signal(str)  # a person disconnects it, connected or not

    def __init__(self, tasks: TaskManager, workspace: Workspace, asker: Asker) -> None:
        super().__init__()
        self._tasks = tasks
        self._workspace = workspace
        self._asker = asker
        self._links: dict[str, Link] = {}

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(self._links.values())

    def link(self, device_id: str) -> Link | None:
        return self._links.get(device_id)

    def put(self, device: Device, options: ConnectOptions | None = None) -> Link:
        """Know a device, or its changed description (a session that runs goes on)."""
        link = self._links.setdefault(device.id, Link(device))
        link.device = device
        if options is not None:
            link.options = options
        self.changed.emit(device.id)
        return link

    def say(self, device_id: str, text: str) -> None:
        """Other words about a device that is not connected."""
        link = self._links.get(device_id)
        if link is not None:
            self._set(link, link.state, text, link.error)

    def forget(self, device_id: str) -> None:
        """Disconnect and drop a device."""
        self.disconnect_device(device_id)
        self._links.pop(device_id, None)
        self.changed.emit(device_id)

    def connect_device(self, device_id: str, *, unattended: bool = False, caller: Caller | None = None) -> Task | None:
        """Start connecting, unless it is connected or about to be; `unattended`: nobody is asked anything.

        `caller`: the device has called (RFC 8071).
        """
        link = self._links[device_id]
        if link.state in (LinkState.CONNECTING, LinkState.CONNECTED):
            return link.task
        device, workspace, asker, options = link.device, self._workspace, self._asker, link.options
        if link.lane is not None:
            # of a session that was lost
            link.lane.close()
        lane = link.lane = Lane(device.name)
        nobody = link.unattended = Unattended() if unattended else None

        def work(cancel: CancelToken, report: Report) -> Session:
            interaction = nobody or asker.interaction(cancel, device.name)
            return connect(
                device, interaction, workspace, options=options, cancel=cancel, on_event=report, caller=caller
            )

        task = self._tasks.run(
            work,
            title=f"{'Reconnect' if unattended else 'Connect'} to {device.name}",
            lane=lane,
            subject=device.address,
            on_late=self._drop_session,
        )
        link.task = task
        words = "reconnecting…" if unattended else "connecting…"
        self._set(link, LinkState.CONNECTING, "waiting for its call…" if device.call_home and not caller else words)
        task.done.connect(lambda session: self._opened(link, lane, session))
        task.failed.connect(lambda error: self._failed(link, error))
        return task

    def test(self, device: Device, told: Callable[[bool, str], None]) -> Task:
        """Connect, look at the hello, disconnect; `told(ok, sentence)` on the GUI thread."""
        workspace, asker = self._workspace, self._asker

        def work(cancel: CancelToken, report: Report) -> str:
            interaction = asker.interaction(cancel, device.name)
            session = connect(device, interaction, workspace, cancel=cancel, on_event=report)
            try:
                return f"Reached. {describe(session)}."
            finally:
                session.close()

        task = self._tasks.run(work, title=f"Test the connection to {device.name}", subject=device.address)
        task.done.connect(lambda text: told(True, text))
        task.failed.connect(lambda error: told(False, _words(error)))
        return task

    def disconnect_device(self, device_id: str) -> Task | None:
        """End the session politely in the background; a connection attempt is cancelled."""
        link = self._links.get(device_id)
        if link is None:
            return None
        self.left.emit(device_id)
        if link.state is LinkState.CONNECTING and link.task is not None:
            link.task.cancel()
            return None
        session, lane, link.session, link.lane, link.schema = link.session, link.lane, None, None, None
        if session is None:
            return None
        self._set(link, LinkState.OFFLINE, "")
        self.closed.emit(device_id)
        timeout = self._workspace.settings.connection.close_timeout

        def work(cancel: CancelToken, report: Report) -> None:
            session.close(timeout)

        task = self._tasks.run(
            work, title=f"Disconnect from {link.device.name}", lane=lane, cancellable=False, subject=link.device.address
        )
        if lane is not None:
            task.finished.connect(lane.close)
        return task

    def reconnect_device(self, device_id: str) -> None:
        """End the session, then open another one."""
        ended = self.disconnect_device(device_id)
        if ended is None:
            self.connect_device(device_id)
        else:
            ended.finished.connect(lambda: self.connect_device(device_id) if device_id in self._links else None)

    # --------------------------------------------------------------------------------------- what happens to them

    def _set(self, link: Link, state: LinkState, text: str, error: BaseException | None = None) -> None:
        link.state, link.text, link.error = state, text, error
        self.changed.emit(link.device.id)

    def _opened(self, link: Link, lane: Lane, session: Session) -> None:
        if self._links.get(link.device.id) is not link or link.lane is not lane:
            self._drop_session(session)
            return
        link.task, link.session = None, session
        self._follow(link, session)
        self._set(link, LinkState.CONNECTED, "")
        self.opened.emit(link.device.id)

    def _follow(self, link: Link, session: Session) -> None:
        mailbox = self._tasks.mailbox
        session.on_closed(lambda error: mailbox.post(lambda: self._lost(link, session, error)))

    def _lost(self, link: Link, session: Session, error: AppError | None) -> None:
        """The session ended; unasked if the link still has it."""
        if link.session is not session:
            return
        link.session = None
        self._set(link, LinkState.FAILED, "connection lost", error)
        self.closed.emit(link.device.id)
        if error is not None:
            self.lost.emit(link.device.id, error)
            if not link.returning:
                self.failed.emit(link.device.id, error)

    def _failed(self, link: Link, error: BaseException) -> None:
        if link.lane is not None:
            link.lane.close()
        link.task = link.lane = None
        if isinstance(error, Cancelled):
            self._set(link, LinkState.OFFLINE, "")
        elif isinstance(error, HostKeyChanged):
            self._set(link, LinkState.DECISION, "host key revoked" if error.revoked else "host key changed", error)
        elif isinstance(error, CertificateChanged):
            self._set(link, LinkState.DECISION, "certificate changed", error)
        elif isinstance(error, CertificateUntrusted):
            self._set(link, LinkState.OFFLINE, "certificate not trusted", error)
        elif isinstance(error, HostKeyUnknown):
            self._set(link, LinkState.OFFLINE, "key not trusted", error)
        else:
            self._set(link, LinkState.FAILED, "not connected", error)
        if link.unattended is not None:
            self.not_back.emit(link.device.id, error)
        elif not isinstance(error, Cancelled | HostKeyUnknown | CertificateUntrusted):
            self.failed.emit(link.device.id, error)

    def _drop_session(self, session: Session) -> None:
        """A session that came too late: close it in the background."""
        self._tasks.run(lambda cancel, report: session.close(), title="Close a late session", quiet=True)


def describe(session: Session) -> str:
    """What a device speaks, in a few words: "yuma123, 34 modules, candidate, confirmed commit 1.1"."""
    able = session.capabilities
    words = [session.profile.title] if session.profile.name != "standard" else []
    words.append(f"NETCONF {'1.1' if able.base11 else '1.0'}")
    if able.modules:
        words.append(f"{len(able.modules)} modules")
    if able.candidate:
        words.append("candidate")
    elif able.writable_running:
        words.append("writable running")
    if able.confirmed_commit:
        words.append(f"confirmed commit {able.confirmed_commit}")
    return ", ".join(words)


def _words(error: BaseException) -> str:
    return error.full_text() if isinstance(error, AppError) else "The test failed unexpectedly."
