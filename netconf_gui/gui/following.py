"""What follows the document and the device in front: which actions can be done, the status bar, the docks.

One `update()` looks at everything and is cheap; whatever changes asks for it, and it runs once per turn of the loop.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from netconf_gui.gui.connections import Link
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.gui.panes.cli_pane import CliPane
from netconf_gui.gui.panes.cli_review import CliReview
from netconf_gui.gui.panes.conflicts import ConflictsPane
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.diff import DiffPane
from netconf_gui.gui.panes.operational import OperationalView
from netconf_gui.gui.panes.schema_browser import SchemaBrowser
from netconf_gui.gui.panes.start import StartPage
from netconf_gui.workspace.credentials import KeyringInfo

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.panes.document import DocumentPane

PROGRAM = "netconf_gui"


class Following(QObject):
    """Keeps actions, status bar and docks in line with what is in front."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._pane: DocumentPane | None = None
        self._in_menus: list[QAction] = []
        self._locks: dict[str, str] = {}
        self._closed = False
        self.keyring_words = ""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.update)
        for signal in (
            program.documents.current_changed,
            program.devices.selection_changed,
            program.connections.changed,
            program.tasks.added,
            program.tasks.finished,
            program.guarding.waiting_changed,
        ):
            signal.connect(self._later)
        # at once: a pane that was closed is deleted when control returns to the event loop
        program.documents.current_changed.connect(self._switch)
        program.applying.lock_changed.connect(self.show_lock)

    def close(self) -> None:
        """The window goes: follow nothing any more."""
        self._closed = True
        self._soon.stop()

    def _later(self, *_what: object) -> None:
        if not self._soon.isActive() and not self._closed:
            self._soon.start()

    def show_lock(self, device_id: str, words: str) -> None:
        """Say what of a device is locked by this program; "" for nothing."""
        self._locks[device_id] = words
        self._later()

    def update(self) -> None:
        """Look at everything once."""
        self._switch()
        pane, link = self._program.documents.current, self._program.devices.selected
        changed = "*" if pane is not None and pane.document.is_dirty else ""
        title = f"{changed}{pane.context.title}" if pane else self._page_title()
        self._program.window.setWindowTitle(f"{title} - {PROGRAM}" if title else PROGRAM)
        self._document_actions(pane)
        self._device_actions(link, pane)
        self._status(link, pane)
        self._program.texts.follow()
        self._program.wire.show_record(link.session.wire if link is not None and link.session is not None else None)

    def _switch(self) -> None:
        """Have docks and menus follow another document."""
        if self._closed:
            return
        pane = self._shown_pane()
        self._program.node.explain_empty(*self._node_words())
        self._show_menus(pane)
        if pane is self._pane:
            return
        self._pane = pane
        self._program.node.show_pane(pane)
        self._program.problems.show_pane(pane)

    def _shown_pane(self) -> DocumentPane | None:
        """The document that docks follow: also the request of a console."""
        return self._program.documents.current or self._program.consoles.document_in_front

    def _show_menus(self, pane: DocumentPane | None) -> None:
        """Have the menus hold what the document in front brings, or the review of it."""
        page = self._program.window.documents.currentWidget()
        shown: DocumentPane | DiffPane | ConflictsPane | ConsolePane | CliPane | CliReview | None = None
        if isinstance(page, ConflictsPane | ConsolePane | CliPane | CliReview) or (
            pane is not None and isinstance(page, (DiffPane, type(pane)))
        ):
            shown = page
        # a document that was fetched again has other actions, one whose text is seen first has more of them
        edit, view = (shown.edit_actions(), shown.view_actions()) if shown is not None else ([], [])
        if [*edit, *view] != self._in_menus:
            self._in_menus = [*edit, *view]
            self._program.window.menus.show_document_actions(edit, view)

    def _page_title(self) -> str:
        """What is in front, if it is no document and not where everything starts."""
        tabs = self._program.window.documents
        page = tabs.currentWidget()
        return "" if page is None or isinstance(page, StartPage) else tabs.tabText(tabs.indexOf(page))

    def _node_words(self) -> tuple[str, str]:
        """What the Node pane says while it has no node to show."""
        page = self._program.window.documents.currentWidget()
        if self._shown_pane() is not None:
            return "No node chosen", "Choose a node in the tree to see what it means."
        if isinstance(page, SchemaBrowser):
            return "A schema is in front", "Its Details tell what a node means. Values are shown here for documents."
        if isinstance(page, CliPane | CliReview):
            return "A text is in front", "Its sections are beside it. Nodes of YANG documents are explained here."
        if isinstance(page, OperationalView):
            return "State is in front", "It is read from the device and cannot be edited. Nodes of documents show here."
        return "No document in front", "The node you choose in a document is explained here."

    def _document_actions(self, pane: DocumentPane | None) -> None:
        a, tabs = self._program.window.actions_, self._program.window.documents
        shown = pane or self._program.consoles.document_in_front
        document = shown.document if shown is not None else None
        changes = pane.changes if pane is not None else 0
        for act in (a.save, a.save_as):
            act.setEnabled(pane is not None)
        for act in (a.find, a.validate):
            act.setEnabled(shown is not None)
        free = pane is not None and not pane.context.device_id
        a.choose_schema.setEnabled(free)
        a.bind.setEnabled(free)
        a.undo.setEnabled(document is not None and document.can_undo)
        a.redo.setEnabled(document is not None and document.can_redo)
        a.show_diff.setEnabled(bool(changes))
        stale = pane is not None and bool(pane.changes) and self._program.reconnecting.is_stale(pane)
        a.review.setEnabled(stale or self._program.applying.can_apply(pane))
        a.apply_options.setEnabled(self._program.applying.can_apply(pane))
        a.close_document.setEnabled(tabs.count() > 0)
        a.close_all.setEnabled(tabs.count() > 0)
        for act in (a.close_others, a.next_document, a.previous_document):
            act.setEnabled(tabs.count() > 1)

    def _device_actions(self, link: Link | None, pane: DocumentPane | None) -> None:
        a = self._program.window.actions_
        busy = link is not None and (
            link.state in (LinkState.CONNECTING, LinkState.CONNECTED)
            or self._program.reconnecting.is_coming_back(link.device.id)
        )
        a.connect.setVisible(not busy)
        a.connect.setEnabled(link is not None and not busy)
        a.disconnect.setVisible(busy)
        # an apply ends its session itself
        applying = link is not None and self._program.applying.is_running(link.device.id)
        a.disconnect.setEnabled(busy and not applying)
        own = self._program.connections.link(pane.context.device_id) if pane is not None else None
        a.refresh.setEnabled(own is not None and own.connected)
        a.open_running.setEnabled(link is not None and "running" in link.datastores)
        a.history.setEnabled(link is not None)
        a.schema_report.setEnabled(link is not None and (link.connected or link.schema is not None))
        a.open_state.setEnabled(link is not None and link.connected)
        a.open_candidate.setEnabled(link is not None and "candidate" in link.datastores)
        stored = link is not None and self._program.workspace.inventory.device(link.device.id) is not None
        a.edit_device.setEnabled(stored)
        a.remove_device.setEnabled(stored)
        a.stop.setEnabled(any(task.cancellable and not task.quiet for task in self._program.tasks.running))

    def _status(self, link: Link | None, pane: DocumentPane | None) -> None:
        status = self._program.window.status
        if link is None:
            status.connection.say("No device connected", "nothing")
        elif link.state is LinkState.CONNECTED and link.session is not None:
            peer = link.session.stream.peer
            user = link.device.username or peer.username or "you"
            by_system = link.device.transport != "tls" and peer.description.startswith("OpenSSH_")
            way = "TLS" if peer.certificate else "the system's ssh" if by_system else "SSH"
            status.connection.say(f"Connected to {link.device.name} as {user} over {way}", "success", "success")
        elif link.state is LinkState.CONNECTING:
            status.connection.say(f"Connecting to {link.device.name}…", "state:connecting", "accent")
        elif link.state in (LinkState.FAILED, LinkState.DECISION):
            status.connection.say(f"{link.device.name}: {link.text}", "warning", "warning")
        else:
            status.connection.say(f"{link.device.name} is not connected", "nothing")
        locked = self._locks.get(link.device.id, "") if link is not None else ""
        connected = link is not None and link.connected
        words = locked or ("No lock held" if connected else "")
        status.lock.say(words, "locked" if locked else "unlocked", "warning" if locked else "text2")
        changes = pane.changes if pane is not None else 0
        status.draft.say(f"Draft: {changes} change{'' if changes == 1 else 's'}" if changes else "", "draft", "warning")
        running = [task for task in self._program.tasks.running if not task.quiet]
        said = link is not None and running and running[-1] is link.task
        status.busy.say(f"{running[-1].title}…" if running and not said else "", "activity", tip="Esc stops it")
        session = link.session if link is not None else None
        status.session.say(f"Session {session.session_id}" if session is not None else "", "hash")
        fetched = pane.context.fetched_at if pane is not None else None
        stale = pane is not None and self._program.reconnecting.is_stale(pane)
        words = "As of %H:%M, connection lost" if stale else "Fetched %H:%M:%S"
        status.fetched.say(
            time.strftime(words, time.localtime(fetched)) if fetched else "", "stale" if stale else "clock"
        )

    def show_keyring(self, info: KeyringInfo) -> None:
        """Say which keyring keeps passwords, or that none does."""
        self.keyring_words = info.reason
        words = f"Passwords: {info.name}" if info.available else "Passwords: no keyring"
        self._program.window.status.keyring.say(words, "credentials", tip=info.reason)
