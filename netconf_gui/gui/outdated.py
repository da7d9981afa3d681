"""Marks documents whose device was changed by somebody else since they were fetched, where the device tells.

Lives here: listening on every new session, which documents a change is about, and when a mark goes.  Does not live
here: the notifications (`services.outdated`), bringing a draft up to date (`rebasing`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.outdated_banner import OutdatedBanner
from netconf_gui.gui.tasks import Report
from netconf_gui.services.connect import connect
from netconf_gui.services.outdated import ConfigChange, follow
from netconf_gui.services.reconnect import Unattended
from netconf_gui.session.session import Session

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

_BARS = 2  # widgets of a document's pane, and of its review, above the place of the banner
_ABOUT = {"running": ("running", "candidate"), "startup": ("startup",)}


@dataclass(slots=True)
class _Mark:
    """What is known against one document: it holds as long as the document is compared with the same base."""

    base: bytes
    count: int
    last: ConfigChange
    banners: dict[QWidget, OutdatedBanner] = field(default_factory=dict)  # by the page that shows it


class Outdated(QObject):
    """`marked(pane)` when a document was found to be outdated, `cleared(pane)` when it is not any more."""

    marked = Signal(object)
    cleared = Signal(object)

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._marks: dict[DocumentPane, _Mark] = {}
        program.connections.opened.connect(self._listen)
        program.connections.changed.connect(lambda _device: self._say_all())
        program.documents.pane_added.connect(self._added)
        program.documents.review_added.connect(lambda pane, _review: self._say(pane) if pane in self._marks else None)
        program.documents.pane_closed.connect(lambda pane: self._marks.pop(pane, None))
        program.rebasing.who = self.words

    def is_outdated(self, pane: DocumentPane) -> bool:
        return pane in self._marks

    def words(self, pane: DocumentPane) -> str:
        """Who changed the device last and when; "" if nobody is known to have."""
        mark = self._marks.get(pane)
        return "" if mark is None else mark.last.text

    def _listen(self, device_id: str) -> None:
        """A session was opened: ask to be told, if the device offers that while it is asked other things."""
        link = self._program.connections.link(device_id)
        session = link.session if link is not None else None
        if link is None or session is None or link.lane is None:
            return
        if not session.capabilities.notification:
            return
        mailbox, listened = self._program.tasks.mailbox, session
        device, workspace, options = link.device, self._program.workspace, link.options

        def beside(cancel: CancelToken | None) -> Session:
            """For a device that takes no requests on a session that hears events; nobody is asked anything for it."""
            return connect(device, Unattended(), workspace, options=options, cancel=cancel)

        alone = device.call_home or device.max_sessions == 1

        def told(change: ConfigChange) -> None:
            mailbox.post(lambda: self._changed(device_id, listened, change))

        def work(cancel: CancelToken, _report: Report) -> None:
            follow(listened, told, connect=None if alone else beside, cancel=cancel)

        # a session that ends meanwhile says so by itself
        self._program.tasks.run(work, title=f"Listen for changes of {link.device.name}", lane=link.lane, quiet=True)

    def _changed(self, device_id: str, session: Session, change: ConfigChange) -> None:
        link = self._program.connections.link(device_id)
        if link is None or link.session is not session:
            return
        if change.session_id is None and self._program.applying.is_running(device_id):
            return  # a commit of ours that the device took back
        for pane in self._program.documents.panes:
            if pane.context.device_id == device_id and pane.context.datastore in _ABOUT.get(change.datastore, ()):
                self._mark(pane, change)

    def _mark(self, pane: DocumentPane, change: ConfigChange) -> None:
        mark = self._marks.get(pane)
        if mark is None:
            mark = self._marks[pane] = _Mark(pane.document.base, 0, change)
        mark.count += 1
        mark.last = change
        self._say(pane)
        self.marked.emit(pane)

    def _banner(self, pane: DocumentPane, page: QWidget) -> OutdatedBanner:
        """Over the document, or over its review."""
        made = OutdatedBanner()
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(_BARS, made)
        made.refresh_wanted.connect(lambda: self._program.rebasing.start(pane))
        made.put_away.connect(lambda: self._clear(pane))
        return made

    def _added(self, pane: DocumentPane) -> None:
        pane.state_changed.connect(lambda: self._look(pane))

    def _look(self, pane: DocumentPane) -> None:
        """The mark goes when the document was fetched, rebased or applied since."""
        mark = self._marks.get(pane)
        if mark is None:
            return
        if pane.document.base is not mark.base:
            self._clear(pane)
        else:
            self._say(pane)

    def _clear(self, pane: DocumentPane) -> None:
        mark = self._marks.pop(pane, None)
        if mark is not None:
            for banner in mark.banners.values():
                if isValid(banner):
                    banner.hide()
                    banner.deleteLater()
            self.cleared.emit(pane)

    def _say_all(self) -> None:
        for pane in tuple(self._marks):
            self._say(pane)

    def _say(self, pane: DocumentPane) -> None:
        mark = self._marks[pane]
        text = mark.last.text
        if mark.count > 1:
            text = f"{mark.count:,} changes since this was fetched, the last one: {text}"
        text += " What you see is older."
        can_refresh = self._program.rebasing.can_start(pane)
        for page in (pane, self._program.documents.review_of(pane)):
            if page is None:
                continue
            if page not in mark.banners or not isValid(mark.banners[page]):
                mark.banners[page] = self._banner(pane, page)
            mark.banners[page].say(text, draft=pane.document.is_dirty, can_refresh=can_refresh)
